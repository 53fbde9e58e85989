"""What citizens touch: kiosk, phone, booking."""

from kiosk import (
    booking,
    booking_answers,
    booking_check_in,
    booking_own,
    booking_promise,
    booking_steps,
    booking_waiting,
    numbers,
    pages,
    phone,
    times,
)
from kiosk.frame import blueprint

__all__ = [
    "blueprint",
    "booking",
    "booking_answers",
    "booking_check_in",
    "booking_own",
    "booking_promise",
    "booking_steps",
    "booking_waiting",
    "numbers",
    "pages",
    "phone",
    "times",
]

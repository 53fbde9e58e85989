"""What citizens touch: kiosk, phone, booking."""

from kiosk import numbers, pages, phone, times
from kiosk.frame import blueprint

__all__ = ["blueprint", "numbers", "pages", "phone", "times"]

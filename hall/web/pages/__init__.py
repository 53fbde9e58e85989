"""The pages of those who work in the hall: sign-in, clerk, guide, manager, administrator."""

from . import (
    admin,
    affected,
    appeals,
    bookings,
    clerk,
    enrolling,
    entrance,
    guide,
    manager,
    messages,
    rollouts,
    signing,
    waitlist,
    waits,
)
from .frame import blueprint

__all__ = [
    "admin",
    "affected",
    "appeals",
    "blueprint",
    "bookings",
    "clerk",
    "enrolling",
    "entrance",
    "guide",
    "manager",
    "messages",
    "rollouts",
    "signing",
    "waitlist",
    "waits",
]

"""The pages of those who work in the hall: sign-in, clerk, guide, manager, administrator."""

from . import (
    admin,
    affected,
    bookings,
    clerk,
    enrolling,
    entrance,
    guide,
    manager,
    messages,
    rollouts,
    signing,
    waits,
)
from .frame import blueprint

__all__ = [
    "admin",
    "affected",
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
    "waits",
]

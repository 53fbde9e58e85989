"""The pages of those who work in the hall: sign-in, clerk, guide, manager, administrator."""

from . import admin, clerk, enrolling, entrance, guide, manager, rollouts, signing, waits
from .frame import blueprint

__all__ = [
    "admin",
    "blueprint",
    "clerk",
    "enrolling",
    "entrance",
    "guide",
    "manager",
    "rollouts",
    "signing",
    "waits",
]

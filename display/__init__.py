"""The screens and the voice."""

from display.views import blueprint

__all__ = ["blueprint"]

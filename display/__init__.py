"""The screens and the voice."""

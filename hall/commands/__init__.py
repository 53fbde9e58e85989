"""The commands of an operator, a module a subject."""

"""The names of people and devices, for the pages of the staff only."""

from hall.access import context
from hall.domain.actors import Role
from hall.web.pages.frame import my_hall


def names(*roles: Role) -> dict[str, str]:
    """Return the names of those who work where the caller does, by id."""
    return context().people.names(my_hall(*roles))

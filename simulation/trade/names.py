"""Of whom a curve speaks, and what its figures are called in data."""

from hall.domain.identities import APPOINTMENT, WALK_IN

#: Those who wait, and the whole hall.
WHO = (WALK_IN, APPOINTMENT)
ALL = "all"
P90, WITHIN, IDLE = "wait_p90_minutes", "within_target_share", "idle_share"
NO_SLOT = "no_slot"

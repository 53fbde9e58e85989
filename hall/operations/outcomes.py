"""What may become of a matter at a counter."""

from hall.domain.identities import MatterCode
from hall.domain.tickets import Ticket

DEFAULT_OUTCOME = "done"
#: done 办结 · accepted 已受理 · incomplete 材料不全 · advised 已咨询 · refused 不予受理
OUTCOMES = (DEFAULT_OUTCOME, "accepted", "incomplete", "advised", "refused")


class UnknownOutcome(Exception):
    """An outcome, or the matter it is for, is not known here."""

    def __init__(self, matter: str, outcome: str) -> None:
        self.matter = matter
        self.outcome = outcome
        super().__init__(f"{matter}: {outcome}")


def checked(ticket: Ticket, outcomes: dict[MatterCode, str]) -> dict[MatterCode, str]:
    """Return the outcomes, each for a matter of the ticket and each a known one."""
    codes = {matter.code for matter in ticket.matters}
    for code, outcome in outcomes.items():
        if code not in codes or outcome not in OUTCOMES:
            raise UnknownOutcome(code, outcome)
    return dict(outcomes)

"""Accepting what was proposed against a surge, with one click."""

from hall.domain.identities import CounterId, GroupId
from hall.operations.counters import ask_counter, help_out
from hall.operations.serve import UnknownGroup
from hall.store.change import Change


class UnknownProposal(Exception):
    """No proposal reads like this."""


def accept_proposal(change: Change, *, proposal: str) -> None:
    """Do what a proposal says: ask for a counter to be opened, or let one help a group."""
    kind, _, rest = proposal.partition(":")
    if kind == "open" and rest:
        ask_counter(change, counter=CounterId(rest))
        return
    counter, _, group = rest.partition(":")
    if kind != "help" or not group:
        raise UnknownProposal(proposal)
    if group not in change.layout.group_of:
        raise UnknownGroup(group)
    help_out(change, counter=CounterId(counter), groups=(GroupId(group),))

"""Sends what is in the outboxes: each message once, in the order they are due, and no one's twice.

Between handing a message over and noting it, a process can die. Then the message is sent again
under the same id, and stands on the manager's page as one that may have come twice.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from hall.channels.channel import Channel, Down, NotReached, Parcel, Refused, Unsure
from hall.context import Context, View
from hall.domain.identities import HallId
from hall.domain.messages import Message, MessageState, next_attempt
from hall.queries.messages import Letter, NotNeeded, NotYet, letter, morning

logger = logging.getLogger(__name__)

#: How often outboxes are looked into, and how many messages of a hall are sent in one go.
LOOKS_EVERY = timedelta(seconds=5)
AT_ONCE = 100
#: Between two of them, requests are answered: a hundred at once would keep them for 0.25 s.
BREATH_SECONDS = 0.001


@dataclass
class Sending:
    """What the clock does about messages."""

    context: Context
    #: Tried in this order; the first that reaches somebody is theirs.
    channels: Sequence[Channel] = ()
    #: Where citizens' phones reach the hall.
    address: str = ""
    #: Channels that did not answer in this round, and are left alone for the rest of it.
    _down: set[str] = field(default_factory=set)

    def send(self, hall: HallId) -> None:
        """Send what is due in one hall."""
        outbox, now = self.context.outbox, self.context.now()
        if found := outbox.recover(hall, now=now):
            logger.warning("%s messages in %s may come twice: their sender died", found, hall)
        self._down.clear()
        until = self.context.ask(hall, morning)
        for message in outbox.due(hall, now=now, morning=until, limit=AT_ONCE):
            self._deal_with(message)
            time.sleep(BREATH_SECONDS)

    def _deal_with(self, message: Message) -> None:
        outbox, now = self.context.outbox, self.context.now()
        if now >= message.until:
            outbox.give_up(message, MessageState.FAILED, message.problem or "too_late")
            return
        ready = partial(letter, message=message, seal=self.context.seal, address=self.address)
        try:
            found = self.context.ask(message.hall, ready)
        except NotYet:
            return
        except NotNeeded as reason:
            outbox.give_up(message, MessageState.DROPPED, reason.why)
            return
        channel = next((c for c in self.channels if c.address(found.contact)), None)
        if channel is None:
            outbox.give_up(message, MessageState.DROPPED, "no_channel")
        elif channel.name not in self._down and outbox.claim(message, now=now):
            self._hand_over(message, found, channel)

    def _hand_over(self, message: Message, found: Letter, channel: Channel) -> None:
        outbox, name = self.context.outbox, channel.name
        try:
            channel.send(self._parcel(message, found, channel))
        except Refused as reason:
            outbox.failed(message, channel=name, problem=f"refused {reason}")
            return
        except (NotReached, Unsure) as reason:
            due = self.context.now() + next_attempt(message.attempts + 1)
            is_unsure = isinstance(reason, Unsure)
            problem = f"{'no_answer' if is_unsure else 'not_reached'} {reason}"
            if is_unsure or isinstance(reason, Down):
                self._down.add(name)
            outbox.again(message, due=due, channel=name, problem=problem, is_unsure=is_unsure)
            logger.warning("message %s by %s: %s", message.id, name, problem)
            return
        outbox.sent(message, channel=name, now=self.context.now())

    def _parcel(self, message: Message, found: Letter, channel: Channel) -> Parcel:
        return Parcel(
            id=message.id,
            to=channel.address(found.contact),
            subject=found.wording.subject,
            text=found.wording.text,
            sender=self.context.ask(message.hall, partial(_name, language=found.language)),
            stop=found.stop,
        )


def _name(view: View, *, language: str) -> str:
    return view.layout.name.in_language(language)

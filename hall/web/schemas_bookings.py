"""What booking is sent, field by field."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from hall.operations.forgiving import LONGEST
from hall.web.schemas import Code, Sent, Text


class ContactIn(Sent):
    """Who books, for whom, and how they are reached."""

    name: Text | None = None
    phone: Text | None = None
    email: Text | None = None
    id_number: Text | None = None
    whom: Text | None = Field(default=None, alias="for", description="for whom, or which company")
    company: bool = False
    language: Literal["zh", "en"] = "zh"


class Confirmation(ContactIn):
    """Who comes, if that was not said before, and the code, if the hall sent one."""

    proof: Text | None = Field(default=None, description="the code that was sent")


class NewBooking(ContactIn):
    """Which slot, and what for."""

    slot: Code
    matters: list[Code] = Field(default_factory=list, max_length=20)
    bundle: Code | None = None
    puzzle: str | None = Field(
        default=None,
        max_length=2000,
        description="solved (ALTCHA payload), where the hall wants it",
    )


class NewEntry(ContactIn):
    """What for, and when it would suit."""

    matters: list[Code] = Field(default_factory=list, max_length=20)
    bundle: Code | None = None
    days: list[date] = Field(
        default_factory=list, max_length=400, description="all that can be booked without"
    )
    part: Literal["any", "morning", "afternoon"] = "any"
    puzzle: str | None = Field(
        default=None,
        max_length=2000,
        description="solved (ALTCHA payload), where the hall wants it",
    )


class MoveTo(Sent):
    """To which slot."""

    slot: Code


class Appeal(Sent):
    """Why a missed appointment should be forgiven."""

    words: str = Field(max_length=LONGEST)


class BookingOut(BaseModel):
    """An appointment; whose it is, only staff see, masked."""

    model_config = ConfigDict(extra="allow")
    id: str
    hall: str
    status: str
    slot: str
    start: str
    minutes: int
    matters: list[str]
    bundle: str | None
    materials: list[dict[str, Any]]
    held_until: str | None
    cancel_until: str | None
    check_in: dict[str, str | None]
    ticket: str | None
    pardon: str | None = Field(
        default=None, description="why a missed one does not count, or asked, refused"
    )
    code: str | None = None

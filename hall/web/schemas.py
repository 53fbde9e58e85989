"""What the API is sent and what it answers, field by field."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Text = Annotated[str, Field(max_length=200)]
Code = Annotated[str, Field(min_length=1, max_length=80)]


class Sent(BaseModel):
    """A request's body: a field that is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class NewTicket(Sent):
    """What a ticket is wanted for."""

    matters: list[Code] = Field(default_factory=list, max_length=20)
    bundle: Code | None = None
    phone: Text | None = Field(default=None, description="taken, not kept in this version")
    class_: Code | None = Field(default=None, alias="class")
    language: Literal["zh", "en"] | None = None


class Served(Sent):
    """What a citizen without a ticket came for."""

    matters: list[Code] = Field(default_factory=list, max_length=20)
    class_: Code | None = Field(default=None, alias="class")


class Outcomes(Sent):
    """What became of each matter; those left out are done as usual."""

    outcomes: dict[str, str] = Field(default_factory=dict)


class Matters(Sent):
    """Which matters come to a visit, and which are taken out."""

    add: list[Code] = Field(default_factory=list, max_length=10)
    remove: list[Code] = Field(default_factory=list, max_length=10)


class Next(Sent):
    """Call next; with ``finish``, finish the present one in the same step."""

    finish: Outcomes | None = None


class OutOfOrder(Sent):
    """One ticket to be called out of order, and why."""

    ticket: Code
    reason: Text


class Reason(Sent):
    """Why."""

    reason: Text = ""


class Return(Sent):
    """Back in line, or not before some minutes have passed."""

    minutes: Annotated[int, Field(ge=1, le=240)] | None = None


class Transfer(Sent):
    """To another group, or to another counter."""

    group: Code | None = None
    counter: Code | None = None


class TemporaryCounter(Sent):
    """A counter that exists until the end of the day."""

    id: Code
    number: int = Field(ge=1, le=9999)
    takes: list[Code] = Field(min_length=1)


class Range(Sent):
    """What is expected of one figure of one day: 95 of 100 days lie from low to high."""

    mean: float
    low: float
    high: float


class Study(Sent):
    """The study that a layout follows from, and what it lets expect of each figure."""

    reference: Text = ""
    expected: dict[Code, Range] = Field(default_factory=dict, max_length=40)


class Moment(Sent):
    """From when on; without it, at once."""

    at: AwareDatetime | None = None


class NewLayout(Moment):
    """A layout to come into force."""

    text: str = Field(max_length=1_000_000, description="a layout file (docs/formats.md)")
    file: Text = Field(default="layout.toml", description="its name, where it is wrong")
    note: Annotated[str, Field(max_length=500)] = ""
    report: Study = Field(default_factory=Study)


class Nothing(Sent):
    """An empty body."""


class Estimate(BaseModel):
    """A waiting range in minutes; eight of ten wait from low to high."""

    low: int
    likely: int
    high: int


class TicketMatterOut(BaseModel):
    """A matter of a visit and what became of it."""

    code: str
    outcome: str | None


class TicketOut(BaseModel):
    """A ticket."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)
    id: str
    number: str
    status: str
    class_: str = Field(alias="class")
    group: str
    matters: list[TicketMatterOut]
    due_at: str
    issued_at: str
    called_at: str | None
    started_at: str | None
    finished_at: str | None
    counter: str | None
    calls: int
    appointment: str | None
    track_url: str | None = None
    secret: str | None = None
    ahead: int | None = None
    estimate: Estimate | None = None


class CallOut(BaseModel):
    """A called ticket, and why it was this one."""

    ticket: TicketOut
    reason: dict[str, Any]


class TicketsOut(BaseModel):
    """Tickets."""

    tickets: list[TicketOut]


class Answer(BaseModel):
    """An object whose fields are described in docs/wire.md."""

    model_config = ConfigDict(extra="allow")


class ProblemPlace(BaseModel):
    """Where something is wrong, and what."""

    at: str
    problem: str


class ProblemOut(BaseModel):
    """Why something was refused (RFC 9457)."""

    type: str
    code: str
    title: str
    status: int
    detail: str
    errors: list[ProblemPlace]

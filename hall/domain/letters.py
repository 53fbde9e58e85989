"""The words of messages: texts with placeholders in Chinese and English, and what fills them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from string import Formatter

from hall.domain.messages import AHEAD, Kind

LANGUAGES = ("zh", "en")
LONGEST = 2000
#: What can stand in every message.
COMMON = ("hall", "name", "day", "time", "matters", "papers", "code", "link", "stop")
#: What can stand in some besides.
MORE: Mapping[Kind, tuple[str, ...]] = {
    Kind.THREE_AHEAD: ("number", "ahead"),
    Kind.CODE: ("digits", "until"),
    Kind.FREED_SLOT: ("until",),
    Kind.MISSED: ("follows",),
    Kind.FORGIVEN: ("answer", "follows"),
    Kind.NOT_FORGIVEN: ("answer", "follows"),
}
_EXAMPLES = {
    ("zh", "follows"): "您已有1次爽约；再有1次，30天内不能网上预约。",
    ("en", "follows"): "You missed 1 appointment. After 1 more you cannot book online for 30 days.",
    ("zh", "answer"): "已核实住院证明。",
    ("en", "answer"): "The hospital's letter was seen.",
}
_DAYS = {"zh": "一二三四五六日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """How a kind of message is worded in one language; the subject is for letters only."""

    subject: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Mistake:
    """What is wrong with a wording: a placeholder nobody knows, or a brace that stands alone."""

    #: ``subject`` or ``text``.
    at: str
    #: The placeholder; empty for a lone brace, or where the text itself is missing or too long.
    placeholder: str = ""
    close: tuple[str, ...] = ()
    #: Whether the trouble is that there is nothing, or too much.
    is_length: bool = False


class BadWording(Exception):
    """A wording cannot be used; ``mistakes`` says everything that is wrong with it."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        self.mistakes = mistakes
        super().__init__(", ".join(f"{m.at}: {m.placeholder or '?'}" for m in mistakes))


def placeholders(kind: Kind) -> tuple[str, ...]:
    """Return what can stand in braces in a kind of message."""
    return (*COMMON, *MORE.get(kind, ()))


def check(kind: Kind, wording: Wording) -> None:
    """Raise ``BadWording`` with every mistake, if there is one."""
    mistakes: list[Mistake] = []
    for at, text in (("subject", wording.subject), ("text", wording.text)):
        mistakes += _mistakes(kind, at, text)
    if mistakes:
        raise BadWording(tuple(mistakes))


def fill(wording: Wording, facts: Mapping[str, str]) -> Wording:
    """Return a wording with its placeholders filled.

    Example:
        >>> fill(Wording(subject="{day}", text="{day}, {time}"), {"day": "Tue", "time": "9:00"})
        Wording(subject='Tue', text='Tue, 9:00')
    """
    return Wording(subject=wording.subject.format_map(facts), text=wording.text.format_map(facts))


def day_in(language: str, at: datetime) -> str:
    """Return the day of a local moment as people say it.

    Example:
        >>> at = datetime.fromisoformat("2026-03-03T09:00+08:00")
        >>> day_in("zh", at), day_in("en", at)
        ('3月3日（周二）', 'Tue 3 Mar')
    """
    name = _DAYS[language][at.weekday()]
    if language == "zh":
        return f"{at.month}月{at.day}日（周{name}）"
    return f"{name} {at.day} {_MONTHS[at.month - 1]}"


def example(kind: Kind, language: str, *, hall: str) -> dict[str, str]:
    """Return what a preview is filled with: a person and an appointment that do not exist."""
    zh = language == "zh"
    facts = {
        "hall": hall,
        "name": "张**" if zh else "A*** L***",
        "day": "3月3日（周二）" if zh else "Tue 3 Mar",
        "time": "09:30",
        "matters": "社保卡、居住证" if zh else "Social security card, residence permit",
        "papers": "身份证、照片" if zh else "identity card, photo",
        "code": "K7QX2M9P",
        "link": "https://hall.example/b/K7QX2M9P",
        "stop": "https://hall.example/messages/stop/…",
        "number": "B012",
        "ahead": str(AHEAD),
        "until": "10:15",
        "digits": "402617",
        "follows": _EXAMPLES[language, "follows"],
        "answer": _EXAMPLES[language, "answer"],
    }
    return {name: facts[name] for name in placeholders(kind)}


def _mistakes(kind: Kind, at: str, text: str) -> list[Mistake]:
    if not text.strip() or len(text) > LONGEST or (at == "subject" and "\n" in text):
        return [Mistake(at=at, is_length=True)]
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return [Mistake(at=at)]
    known = placeholders(kind)
    return [
        Mistake(at=at, placeholder=name, close=tuple(get_close_matches(name, known, n=1)))
        for _, name, form, conversion in parts
        if name is not None and (name not in known or form or conversion)
    ]


_W = Wording
#: What a hall says that has worded nothing itself.
SHIPPED: Mapping[tuple[Kind, str], Wording] = {
    (Kind.CODE, "zh"): _W(
        subject="验证码 {digits}",
        text="【{hall}】验证码 {digits}，用于确认{day} {time}的预约（{matters}），{until}前有效。"
        "也可点此确认：{link} 如非本人操作，请忽略。",
    ),
    (Kind.CODE, "en"): _W(
        subject="Code {digits}",
        text="{hall}: {digits} is the code to confirm your appointment on {day} at {time} "
        "({matters}), until {until}. Or confirm it here: {link} If this was not you, do nothing.",
    ),
    (Kind.CONFIRMATION, "zh"): _W(
        subject="预约成功：{day} {time}",
        text="【{hall}】预约成功：{day} {time}，{matters}。预约码 {code}。"
        "请带：{papers}。改期、取消：{link} 不再接收：{stop}",
    ),
    (Kind.CONFIRMATION, "en"): _W(
        subject="Your appointment: {day} {time}",
        text="{hall}: you have an appointment on {day} at {time}: {matters}. Code {code}. "
        "Please bring: {papers}. To move or cancel it: {link} No more messages: {stop}",
    ),
    (Kind.REMINDER, "zh"): _W(
        subject="提醒：{day} {time} 的预约",
        text="【{hall}】提醒：您预约了{day} {time}，{matters}。预约码 {code}，请带：{papers}。"
        "来不了请取消：{link} 不再接收：{stop}",
    ),
    (Kind.REMINDER, "en"): _W(
        subject="Reminder: {day} {time}",
        text="{hall}: your appointment is on {day} at {time}: {matters}. Code {code}. Please "
        "bring: {papers}. If you cannot come, please cancel: {link} No more messages: {stop}",
    ),
    (Kind.THREE_AHEAD, "zh"): _W(
        subject="{number} 号即将办理",
        text="【{hall}】您的号码 {number} 前面还有 {ahead} 人，请回到等候区。",
    ),
    (Kind.THREE_AHEAD, "en"): _W(
        subject="{number}: your turn is near",
        text="{hall}: {ahead} ahead of your number {number}. Please come back to the waiting area.",
    ),
    (Kind.MOVED, "zh"): _W(
        subject="预约已改到 {day} {time}",
        text="【{hall}】您的预约已改到{day} {time}，{matters}。预约码不变：{code}。详情：{link}",
    ),
    (Kind.MOVED, "en"): _W(
        subject="Your appointment is now {day} {time}",
        text="{hall}: your appointment is now on {day} at {time}: {matters}. The code stays "
        "{code}. More: {link}",
    ),
    (Kind.CANCELLED, "zh"): _W(
        subject="预约已取消：{day} {time}",
        text="【{hall}】您{day} {time}的预约（{matters}）已取消。您仍可到厅取号，或重新预约。",
    ),
    (Kind.CANCELLED, "en"): _W(
        subject="Your appointment of {day} {time} is cancelled",
        text="{hall}: your appointment on {day} at {time} ({matters}) is cancelled. You can "
        "walk in at any time, or book again.",
    ),
    (Kind.FREED_SLOT, "zh"): _W(
        subject="候补有号：{day} {time}",
        text="【{hall}】{day} {time}有号了，为您保留到{until}。确认：{link} 不再接收：{stop}",
    ),
    (Kind.FREED_SLOT, "en"): _W(
        subject="A time is free: {day} {time}",
        text="{hall}: {day} at {time} is free and kept for you until {until}. To take it: {link} "
        "No more messages: {stop}",
    ),
    (Kind.MISSED, "zh"): _W(
        subject="您错过了 {day} {time} 的预约",
        text="【{hall}】您错过了{day} {time}的预约（{matters}）。{follows}"
        "来不了时请提前取消，以便他人使用。您仍可随时到厅取号。"
        "如有原因可申诉：{link} 不再接收：{stop}",
    ),
    (Kind.MISSED, "en"): _W(
        subject="You missed your appointment of {day} {time}",
        text="{hall}: you missed your appointment on {day} at {time} ({matters}). {follows} Please "
        "cancel in time when you cannot come. You can walk in at any time. If there was a reason, "
        "tell us: {link} No more messages: {stop}",
    ),
    (Kind.FORGIVEN, "zh"): _W(
        subject="{day} {time} 的爽约不计",
        text="【{hall}】您{day} {time}错过的预约不计为爽约。{answer}{follows}",
    ),
    (Kind.FORGIVEN, "en"): _W(
        subject="Your missed appointment of {day} {time} does not count",
        text="{hall}: the appointment you missed on {day} at {time} does not count. {answer} "
        "{follows}",
    ),
    (Kind.NOT_FORGIVEN, "zh"): _W(
        subject="{day} {time} 爽约的申诉结果",
        text="【{hall}】您{day} {time}错过的预约仍计为爽约。理由：{answer} {follows}"
        "您仍可随时到厅取号。",
    ),
    (Kind.NOT_FORGIVEN, "en"): _W(
        subject="Your missed appointment of {day} {time} still counts",
        text="{hall}: the appointment you missed on {day} at {time} still counts. Why: {answer} "
        "{follows} You can walk in at any time.",
    ),
}

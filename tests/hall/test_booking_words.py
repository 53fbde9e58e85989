"""Every refusal of booking stands on a page that a citizen sees: in words, with a way out."""

import ast
import re
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import force_locale

import kiosk
from hall.access import DEVICE_COOKIE
from hall.context import Context
from hall.domain.actors import Role
from hall.operations import booking, check_in, forgiving
from hall.web.refusals import REFUSALS
from tests.hall.provoking import CASES, Case
from tests.hall.test_booking import LAYOUT
from tests.hall.test_kiosk_booking import WHO, Citizen, said
from tests.halls import FakeClock, a_hall

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LANGUAGES = {"zh": "zh_CN", "en": "en"}
#: Refusals that only the staff's pages and programs meet.
OF_STAFF = {forgiving.OnlyManagersDecide, check_in.TicketIsUsed}
#: Refusals that lead on instead: who did not say who they are is asked.
LEADING_ON = {booking.WhoIsMissing}
#: Where the refusals are defined that no page of booking can meet, unless a case below does.
ELSEWHERE = {
    "flask_wtf.csrf",
    "hall.access",
    "hall.domain.reading",
    "hall.domain.rollouts",
    "hall.domain.tickets",
    "hall.operations.call",
    "hall.operations.day",
    "hall.operations.guards",
    "hall.operations.issue",
    "hall.operations.outcomes",
    "hall.operations.people",
    "hall.operations.proposals",
    "hall.operations.rollout",
    "hall.operations.serve",
    "hall.queries.report",
    "hall.store.keys",
    "hall.store.people",
    "hall.store.studies",
    "hall.store.view",
}
#: What is said at a field, in Chinese and English, and the answers that are wrong so.
FIELDS = {
    "Please give a name": ("请填写姓名", {"name": ""}),
    "Please give a phone number, or an ID card number below": (
        "请填写手机号，或在下方填写身份证号",
        {"phone": ""},
    ),
    "Please say for whom": ("请填写办事人姓名或单位名称", {"for": "other"}),
    "This is not an e-mail address": ("电子邮箱格式不对，请检查", {"email": "nobody"}),
    "Please choose at least one day": ("请至少选一天", {"day": ""}),
}


@pytest.fixture
def citizen(app: Flask, context: Context, clock: FakeClock) -> Citizen:
    """Somebody with a browser of their own."""
    return Citizen(hall=a_hall(context, clock, LAYOUT), browser=app.test_client())


def test_every_refusal_is_seen_by_somebody() -> None:
    seen = {case.kind for case in CASES.values()}
    known = seen | OF_STAFF | LEADING_ON
    assert [k for k in REFUSALS if k not in known and k.__module__ not in ELSEWHERE] == []
    assert seen <= REFUSALS.keys()


@on_sqlite
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_refusal_is_told_in_both_languages_and_leads_on(
    citizen: Citizen, app: Flask, case: Case
) -> None:
    if case.on_screen:
        enroll(citizen)
    again, refusal = case.provoke(citizen), REFUSALS[case.kind]
    titles = set()
    for language, locale in LANGUAGES.items():
        citizen.browser.set_cookie("lang", language)
        page = again()
        with app.test_request_context(), force_locale(locale):
            title = str(refusal.title)
        titles.add(title)
        assert page.status_code in (refusal.status, 422)  # a wrong field is one of the form's
        assert title in said(page)
        assert 'role="alert"' in page.text
        assert ("kiosk.css" if case.on_screen else "phone.css") in page.text
        assert case.keeps in page.text
        main = page.text.partition("<main>")[2].partition("</main>")[0]
        assert re.search(r"<(a|button) ", main), "no way out"
    assert len(titles) == len(LANGUAGES)


def enroll(citizen: Citizen) -> None:
    """Make a browser the hall's touch screen."""
    hall = citizen.hall
    _, token = hall.context.people.add_device(
        hall=hall.id, role=Role.KIOSK, name="door", counter=None, now=hall.clock.now
    )
    citizen.browser.set_cookie(DEVICE_COOKIE, token)


def said_at_fields() -> set[str]:
    """Return what the pages of booking say is wrong with an answer, read from their code."""
    found = set()
    for path in Path(kiosk.__file__).parent.glob("booking*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).startswith("wrong["):
                found |= set(re.findall(r"gettext\('([^']+)'\)", ast.unparse(node.value)))
    return found


def test_every_word_at_a_field_is_seen() -> None:
    assert said_at_fields() == FIELDS.keys()


@on_sqlite
@pytest.mark.parametrize("words", FIELDS)
def test_a_wrong_answer_is_told_at_its_field(citizen: Citizen, words: str) -> None:
    chinese, wrong = FIELDS[words]
    form = {**WHO, "m": "short", "day": "2026-03-03", **wrong}
    form = {name: answer for name, answer in form.items() if (name, answer) != ("day", "")}
    for language, told in (("zh", chinese), ("en", words)):
        page = citizen.post(f"/book/small/wait?lang={language}", **form)
        assert page.status_code == 422
        at = re.findall(r'<p class="why"[^>]*>(.*?)</p>', page.text, re.DOTALL)
        assert [re.sub(r"<.*>", "", one, flags=re.DOTALL).strip() for one in at] == [told]


@on_sqlite
def test_who_said_nothing_is_asked_who_they_are(citizen: Citizen) -> None:
    asked = citizen.post(f"/b/{citizen.held()}/check?lang=en")
    assert asked.request.path.endswith("/contact")
    assert "Who comes?" in said(asked)

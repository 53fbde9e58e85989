"""A code to confirm and a missed appointment, in a real browser at both sizes."""

import pytest
from playwright.sync_api import Page, expect

from hall.access import DEVICE_COOKIE
from hall.context import Context
from hall.domain.actors import Role
from hall.domain.contact import Contact
from hall.operations.booking import confirm_booking, hold_slot
from hall.store import appointments as kept
from hall.store.proofs import link_of, proof_of
from tests.hall.test_booking import LAYOUT, SHORT, TUESDAY, a_day_goes_by
from tests.halls import CITIZEN, FakeClock, WorkingHall, a_hall
from tests.journeys.touching import PHONE, TOUCH_SCREEN, NewPage, check

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    # A browser that leaves a page drops what it has not read; Werkzeug then forgets an open file.
    pytest.mark.filterwarnings("ignore:(?s).*/static:pytest.PytestUnraisableExceptionWarning"),
]
WRONG = {"zh": "验证码不正确", "en": "This is not the code that was sent to you"}
OPEN = {"zh": "大厅尚未决定", "en": "The hall has not decided yet"}


@pytest.fixture
def hall(context: Context, clock: FakeClock) -> WorkingHall:
    """A small hall that wants bookings confirmed."""
    return a_hall(context, clock, LAYOUT.replace("[booking]", "[booking]\nconfirmation = true"))


def waiting(hall: WorkingHall) -> tuple[str, str]:
    """Hold a time that waits for its code; return the hold's code and the path of the link."""
    seal = hall.context.seal
    contact = Contact(name="张小明", phone="13800138000", email="ming@example.org")
    code = hall.do(hold_slot, CITIZEN, day=TUESDAY, minute=540, matters=(SHORT,)).code
    whose = seal.whose(contact, language="zh")
    held = hall.do(confirm_booking, CITIZEN, code=code, whose=whose)
    proof = hall.ask(proof_of, held.id)
    assert proof is not None
    assert proof.sealed is not None
    digits = str(seal.open(proof.sealed)["digits"])
    return code, f"/b/{code}/confirm/{link_of(seal, held.id, digits)}"


def opened(hall: WorkingHall, new_page: NewPage, url: str, *, kind: str) -> Page:
    """Open a phone, or the hall's touch screen."""
    if kind == "phone":
        return new_page(PHONE)
    page = new_page(TOUCH_SCREEN)
    _, token = hall.context.people.add_device(
        hall=hall.id, role=Role.KIOSK, name="door", counter=None, now=hall.clock.now
    )
    page.context.add_cookies([{"name": DEVICE_COOKIE, "value": token, "url": url}])
    return page


@pytest.mark.parametrize(
    ("kind", "language", "look"), [("phone", "zh", ""), ("kiosk", "en", "&size=large")]
)
def test_a_code_is_asked_and_a_missed_appointment_is_told(
    hall: WorkingHall, new_page: NewPage, url: str, kind: str, language: str, look: str
) -> None:
    page = opened(hall, new_page, url, kind=kind)
    code, link = waiting(hall)
    page.goto(f"{url}/b/{code}/confirm?lang={language}{look}")
    check(page, kind)
    page.fill("#digits", "12")
    page.click(".questions button")
    expect(page.locator("#refused")).to_contain_text(WRONG[language])
    check(page, kind)
    page.goto(url + link)
    check(page, kind)
    page.click("button.first")
    expect(page.locator(".panel .code")).to_have_text(code)
    a_day_goes_by(hall)
    page.goto(f"{url}/b/{code}")
    check(page, kind)
    page.fill("#words", "孩子住院")
    page.click(".follows button")
    expect(page.locator(".follows")).to_contain_text(OPEN[language])
    check(page, kind)
    assert hall.ask(kept.with_code, code).pardon == "asked"

"""Staff in front of their pages: a signed-in browser, and what is looked at on every page."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page

from benchmarks.serving import Server
from hall.context import Context
from hall.domain.actors import Role
from hall.operations.people import add_person, sign_in_once
from hall.store.store import Store
from tests.journeys.axe import broken
from tests.journeys.conftest import ServedHall

#: The screen of an office.
SCREEN = {"width": 1366, "height": 768}
#: What stands out to the right, and what text is smaller than can be read at arm's length.
MEASURED = """async () => {
  await document.fonts.ready;
  const seen = e => e.checkVisibility({visibilityProperty: true})
    && !e.closest('.visually-hidden, .unseen, dialog:not([open])');
  const all = [...document.querySelectorAll('body *')].filter(seen);
  const spoken = all.filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()));
  const scrolls = e => ['auto', 'scroll'].includes(getComputedStyle(e).overflowX);
  return {
    beyond: all.filter(e => !e.closest('svg') && e.getBoundingClientRect().right > innerWidth + 1)
      .map(e => e.outerHTML.slice(0, 90)),
    cut: all.filter(e => e.matches('button, summary, h2, .number') && !scrolls(e)
      && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline')
      .map(e => e.outerHTML.slice(0, 90)),
    small: spoken.filter(e => parseFloat(getComputedStyle(e).fontSize) < 12)
      .map(e => e.outerHTML.slice(0, 90))
  };
}"""


@contextmanager
def signed_in(
    chromium: Browser, server: Server, hall: ServedHall, role: Role, **options: Any
) -> Iterator[Page]:
    """Open the browser of somebody who has just signed in; a script's error fails the test."""
    browser = chromium.new_context(**{"viewport": SCREEN, "locale": "en-GB", **options})
    page = browser.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{hall.url}/sign-in/once/{_code(server, hall, role)}")
    page.click("main button")
    page.wait_for_url(lambda address: "/sign-in/" not in address, wait_until="load")
    yield page
    browser.close()
    assert wrong == []


def looked_at(page: Page) -> dict[str, Any]:
    """Return what is wrong with how a page looks, and what axe finds."""
    page.wait_for_load_state()  # what a form answered may be there before its style is
    return {**page.evaluate(MEASURED), "axe": broken(page)}


#: Nothing is wrong.
FINE: dict[str, Any] = {"beyond": [], "cut": [], "small": [], "axe": {}}


def _code(server: Server, hall: ServedHall, role: Role) -> str:
    """Return a code that signs a new person with a role in, once."""
    store = Store.open(f"sqlite:///{server.data / 'hall.db'}")
    context = Context(store=store)
    person = add_person(context.people, login=f"{role}-{hall.id}", name=f"{role}".title())
    context.people.grant(person.id, hall.id, role)
    code = sign_in_once(context.people, person=person.id, now=context.now())
    store.close()
    return code

"""What every page that citizens touch must keep, measured in a real browser."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tests.journeys.axe import broken

TOUCH_SCREEN = {"width": 1080, "height": 1920}
PHONE = {"width": 390, "height": 844}
#: 4.8 mm on a 21.5-inch portrait screen, and what 18 dp are on a phone, in CSS pixels.
SMALLEST_TYPE = {"kiosk": 29, "phone": 18}
#: Main targets of 60 dp on the touch screen (at 1.5 pixels each), 44 on a phone.
SMALLEST_TARGET = {"kiosk": 80, "phone": 44}
MEASURED = """() => {
  const seen = e => e.getClientRects().length && !e.closest('noscript, .unseen, [hidden]');
  const all = [...document.querySelectorAll('body *')].filter(seen);
  const main = document.querySelector('main');
  const spoken = all.filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()));
  const touched = all.filter(e => e.matches('a, button'));
  return {
    beyond: all.filter(e => !e.closest('svg') && e.getBoundingClientRect().right > innerWidth + 1)
      .map(e => e.outerHTML.slice(0, 80)),
    hidden_below: main.scrollHeight - main.clientHeight,
    type: Math.min(...spoken.map(e => parseFloat(getComputedStyle(e).fontSize))),
    target: Math.min(...touched.map(e => {
      const r = e.getBoundingClientRect();
      return Math.min(r.width, r.height);
    }))
  };
}"""


NewPage = Callable[..., Page]


def check(page: Page, kind: str) -> dict[str, Any]:
    """Assert what every page must keep, and return what was measured."""
    page.wait_for_load_state()
    assert broken(page) == {}, page.url
    measured: dict[str, Any] = page.evaluate(MEASURED)
    assert measured["beyond"] == [], page.url
    assert measured["type"] >= SMALLEST_TYPE[kind], measured
    assert measured["target"] >= SMALLEST_TARGET[kind], (page.url, measured)
    return measured

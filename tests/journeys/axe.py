"""What axe finds on a page in a real browser."""

from pathlib import Path

from playwright.sync_api import Page

SCRIPT = (Path(__file__).parent / "vendor" / "axe-core-4.14.1" / "axe.min.js").read_text("utf-8")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Describing every place where a rule is kept takes three times as long as looking.
_LOOK = """(tags) => axe.run({resultTypes: ['violations'], ...(tags && {runOnly: tags})})
  .then((found) => ({
    kept: found.passes.length,
    broken: found.violations.map((rule) => [
      rule.id, rule.nodes.map((node) => node.html.slice(0, 120))])
  }))"""


def broken(page: Page, *, tags: list[str] | None = WCAG) -> dict[str, list[str]]:
    """Return the rules that a page breaks, each with where.

    Args:
        page: the page, as it stands.
        tags: of which rules; without, all that axe has.
    """
    if not page.evaluate("'axe' in window"):
        page.add_init_script(SCRIPT)  # the pages that follow have it from the start
        page.evaluate(SCRIPT)
    found = page.evaluate(_LOOK, tags)
    assert found["kept"], "axe looked at nothing"
    return dict(found["broken"])

"""Layouts and rosters, known by their hashes."""

from sqlalchemy import Connection, select

from hall.domain.layout import Layout
from hall.domain.layout_file import layout_in
from hall.domain.reading import Source
from hall.domain.roster import Roster, roster_kept
from hall.store import tables as t


class Library:
    """Layouts and rosters by hash, read once; they never change."""

    def __init__(self) -> None:
        self._layouts: dict[str, Layout] = {}
        self._rosters: dict[tuple[str, str], Roster] = {}

    def layout(self, connection: Connection, hash_: str) -> Layout:
        """Return the layout with this hash."""
        if hash_ not in self._layouts:
            query = select(t.layout.c.source).where(t.layout.c.hash == hash_)
            source = connection.execute(query).scalar_one()
            self._layouts[hash_] = layout_in(Source(f"layout {hash_}", source))
        return self._layouts[hash_]

    def roster(self, connection: Connection, hash_: str, layout: Layout) -> Roster:
        """Return the roster with this hash, as it is to be read under a layout."""
        key = hash_, layout.hash
        if key not in self._rosters:
            query = select(t.roster.c.source).where(t.roster.c.hash == hash_)
            source = connection.execute(query).scalar_one()
            self._rosters[key] = roster_kept(Source(f"roster {hash_}", source), layout)
        return self._rosters[key]

"""What joins only to its like: mode, country and gauge together; and the lines of each, to look up.

Lines of a network are looked up by track once, and what is new beside them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from geodata.importing.draft import Draft
from geodata.importing.model import NewLink
from geodata.nearest import LineIndex
from geodata.network import coded
from geodata.vocabulary import LAND_MODES, Mode, Status

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Flags = NDArray[np.bool_]

IN_SERVICE: Final = frozenset({Status.OPERATIONAL.value, Status.SUSPENDED.value})


class Track(NamedTuple):
    """What joins only to its like; the country is empty at sea and in the air, the gauge 0."""

    mode: Mode
    country: str
    gauge_mm: int

    def __str__(self) -> str:
        """Return it in words."""
        where = f" of {self.country}" if self.country else ""
        gauge = f", {self.gauge_mm} mm" if self.gauge_mm else ""
        return f"{self.mode} line{where}{gauge}"


def track_of(link: NewLink) -> Track:
    """Return the track of a new link."""
    return Track(link.mode, link.country if link.mode in LAND_MODES else "", link.gauge_mm)


class Lines(NamedTuple):
    """Numbers of links, and their lines to look points up in, in the same order."""

    links: list[int]
    lookup: LineIndex


class _Columns(NamedTuple):
    """Columns of a mode's links, quick to compare: countries as numbers, what is in service.

    What is retired, or replaced by the same file, is not ``usable``.
    """

    usable: Flags
    countries: dict[str, int]
    country: Array
    serving: Flags


class TrackLines:
    """The lines of every track: those of the network as it was, and those that are new."""

    def __init__(self) -> None:
        self.new: dict[Track, Lines] = {}
        self._old: dict[tuple[Track, bool], Lines] = {}
        self._new_serving: dict[Track, Lines] = {}
        self._columns: dict[Mode, _Columns] = {}

    def old(self, draft: Draft, track: Track, *, serving: bool) -> Lines:
        """Return the links of the network that something of a track may be joined to.

        Looked up once: what is retired is retired before anything is joined.
        """
        asked = (track, serving)
        if asked not in self._old:
            layer = draft.base
            columns = self._columns_of(draft)
            usable = columns.usable & (layer.links["gauge_mm"] == track.gauge_mm)
            usable &= columns.country == columns.countries.get(track.country, -1)
            if serving:
                usable &= columns.serving
            ids = np.flatnonzero(usable)
            self._old[asked] = Lines(ids.tolist(), LineIndex(layer.shapes_at(ids)))
        return self._old[asked]

    def choices(self, draft: Draft, track: Track, *, serving: bool) -> list[Lines]:
        """Return the old and the new lines that a place of a track may be joined to."""
        found = [self.old(draft, track, serving=serving)]
        if track in self.new:
            new = self._serving(draft, track) if serving else self.new[track]
            found.append(new)
        return found

    def _serving(self, draft: Draft, track: Track) -> Lines:
        if track not in self._new_serving:
            new = self.new[track]
            links = [link for link in new.links if draft.row(link)["status"] in IN_SERVICE]
            lines = [draft.line(link) for link in links]
            self._new_serving[track] = Lines(links, LineIndex.of_lines(lines))
        return self._new_serving[track]

    def _columns_of(self, draft: Draft) -> _Columns:
        layer = draft.base
        if layer.mode not in self._columns:
            usable = layer.live.copy()
            usable[[link for link in draft.links if link < layer.link_count]] = False
            countries, country = coded(layer.links["country"])
            states, state = coded(layer.links["status"])
            in_service = [number for word, number in states.items() if word in IN_SERVICE]
            serving = np.isin(state, in_service)
            self._columns[layer.mode] = _Columns(usable, countries, country, serving)
        return self._columns[layer.mode]

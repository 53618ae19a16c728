"""What joins to its like: tracks, the spots that ends may be joined at, ends that are one."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import NamedTuple

from geodata.importing.draft import AT_NODE_KM
from geodata.importing.model import NewLink
from geodata.nearest import Near
from geodata.network import LonLat
from geodata.units import geodesic_length_km
from geodata.vocabulary import LAND_MODES, Mode


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


class Target(NamedTuple):
    """Where a point may be joined: a node if there is one, else a spot of a link."""

    km: float
    node: int
    link: int
    spot: LonLat
    to: str


def nearer(near: Near | None, target: Target | None, limit_km: float) -> Near | None:
    """Return the spot of another new line if it is within a limit, and nearer than the network."""
    if near is None or near.km > limit_km:
        return None
    return near if target is None or near.km < target.km else None


def clusters(ends: Sequence[LonLat], among: Sequence[Near | None]) -> list[int]:
    """Return for every end the first end of those that are one with it.

    Two ends are one if they lie at one spot, or if the one lies where the other line ends.
    """
    leader = list(range(len(ends)))

    def find(end: int) -> int:
        while leader[end] != end:
            end = leader[end]
        return end

    first_at: dict[LonLat, int] = {}
    for end, spot in enumerate(ends):
        leader[end] = find(first_at.setdefault(spot, end))
    for end, near in enumerate(among):
        if near is None:
            continue
        for other in (2 * near.line, 2 * near.line + 1):
            if geodesic_length_km([near.spot, ends[other]]) <= AT_NODE_KM:
                low, high = sorted((find(end), find(other)))
                leader[high] = low
                break
    return [find(end) for end in range(len(ends))]


def gap_after(links: Sequence[NewLink], end: int, loose: Set[int]) -> str:
    """Say how far an end that joins nothing lies from the part of its feature across the gap.

    Two such ends make a gap if each is the nearest of the other's in the part before and after; the
    outer ends of the whole feature face nothing.

    Parameters
    ----------
    links
        Lines of one track; the parts of a feature follow each other.
    end
        Twice the number of a line, and one more for its end.
    loose
        All ends that join nothing.
    """

    def spot(one: int) -> LonLat:
        return links[one // 2].line[-(one % 2)]

    def across(one: int) -> tuple[float, int] | None:
        at = one // 2
        beside = [each for each in range(2 * at - 2, 2 * at + 4) if each // 2 != at]
        gaps = [
            (geodesic_length_km([spot(one), spot(each)]), each)
            for each in beside
            if each in loose and links[each // 2].origin == links[at].origin
        ]
        return min(gaps, default=None)

    gap = across(end)
    if gap is None:
        return ""
    km, other = gap
    back = across(other)
    if back is None or back[1] != end:
        return ""
    part = links[other // 2].origin.part
    return f"; part {part} {'ends' if other % 2 else 'starts'} {km:.1f} km away"

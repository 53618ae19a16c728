"""What joins to its like: tracks, the spots that ends may be joined at, ends that are one."""

from __future__ import annotations

from collections.abc import Sequence
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


def gap_after(links: Sequence[NewLink], end: int) -> str:
    """Say how far an end that joins nothing lies from the next part of its feature.

    Parameters
    ----------
    links
        Lines of one track; the parts of a feature follow each other.
    end
        Twice the number of a line, and one more for its end.
    """
    link, spot = links[end // 2], links[end // 2].line[-(end % 2)]
    gaps = [
        (geodesic_length_km([spot, other.line[side]]), other.origin.part, side)
        for at in (end // 2 - 1, end // 2 + 1)
        if 0 <= at < len(links) and (other := links[at]).origin == link.origin
        for side in (0, -1)
    ]
    if not gaps:
        return ""
    km, part, side = min(gaps)
    return f"; part {part} {'ends' if side else 'starts'} {km:.1f} km away"

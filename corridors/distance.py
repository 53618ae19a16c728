"""Length and line between two points by one mode, over the detailed network."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np

from corridors.contracting import Lengths
from corridors.errors import NoItineraryError, SnapError
from corridors.finding import swapped_hint
from corridors.graph import Spot
from corridors.measure import Floats, Ints, Spots, line_graph, spots_of
from corridors.tracing import Part, Step, link_of
from corridors.two_ended import SingleWays
from geodata.network import LINK_ENDS, Line, LonLat, ModeNetwork, PlaceNode
from geodata.snapping import SNAP_LIMIT_KM, Snap, Snapper
from geodata.units import METRES_PER_KM, geodesic_length_km, wgs84
from geodata.vocabulary import GeometryBasis, Mode, Status
from geodata.world import World

GREAT_CIRCLE_STEP_KM: Final = 100.0
_TRUST: Final = tuple(GeometryBasis)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredLine:
    """A line by one mode; ``snap_km`` is how far each asked spot lies from the network.

    ``links`` are the links that it runs over, also those that it uses a part of.
    """

    mode: Mode
    length_km: float
    spots: tuple[Spot, ...]
    snap_km: tuple[float, ...]
    geometry_basis: str
    line: tuple[LonLat, ...]
    chokepoints: tuple[str, ...] = ()
    links: tuple[int, ...] = ()


def great_circle(spots: Sequence[Spot]) -> MeasuredLine:
    """Return the geodesic through some spots, with a vertex every hundred kilometres."""
    geod = wgs84()
    points: list[LonLat] = []
    for a, b in pairwise(spots):
        steps = int(geodesic_length_km([(a.lon, a.lat), (b.lon, b.lat)]) / GREAT_CIRCLE_STEP_KM)
        between = geod.npts(a.lon, a.lat, b.lon, b.lat, steps) if steps else []
        points += [(a.lon, a.lat), *((float(x), float(y)) for x, y in between)]
    points.append((spots[-1].lon, spots[-1].lat))
    return MeasuredLine(
        mode=Mode.AIR,
        length_km=geodesic_length_km(points),
        spots=tuple(spots),
        snap_km=(0.0,) * len(spots),
        geometry_basis=GeometryBasis.SURVEYED.value,
        line=tuple(points),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Distances:
    """Lengths by one mode from every origin (rows) to every destination, infinite where none is.

    ``..._snap_km`` is how far each spot lies from the network, ``..._reasons`` why it cannot be
    joined to it, empty if it can.
    """

    length_m: Floats
    origin_snap_km: tuple[float, ...]
    destination_snap_km: tuple[float, ...]
    origin_reasons: tuple[str, ...]
    destination_reasons: tuple[str, ...]


class Measurer:
    """Measures lines over one mode's detailed network.

    Frontiers are crossed at border crossings of the tables only, gauges changed at interchanges of
    the tables only. Lines that are not in service, and closed crossings, are not used unless
    `with_planned`.

    Parameters
    ----------
    network, place_nodes, world
        The detailed network, where places stand in it, and the tables of rights.
    with_planned
        Use lines under construction and planned lines too.
    avoid
        Chokepoints not to pass.
    """

    def __init__(
        self,
        network: ModeNetwork,
        place_nodes: Iterable[PlaceNode],
        world: World,
        *,
        with_planned: bool = False,
        avoid: Collection[str] = (),
    ) -> None:
        self._network = network
        usable = {Status.OPERATIONAL, Status.SUSPENDED}
        if with_planned:
            usable |= {Status.CONSTRUCTION, Status.PLANNED}
        mask = network.live & np.isin(network.links["status"].astype(str), sorted(usable))
        mask &= ~np.isin(network.links["chokepoint"].astype(str), sorted(avoid))
        self._members = np.flatnonzero(mask)
        self._snapper = Snapper(network, mask)
        self._nodes = {
            (place.place_id, place.gauge_mm): place.node_id
            for place in place_nodes
            if place.mode is network.mode
        }
        self._joins = list(self._rights(world, usable))

    def _rights(self, world: World, usable: set[Status]) -> Iterable[tuple[int, int]]:
        """Yield pairs of nodes that a border crossing or a gauge interchange joins."""
        for crossing in world.border_crossings.values():
            ends = [
                self._nodes.get((place, crossing.gauge_mm))
                for place in (crossing.place_a, crossing.place_b)
            ]
            if (
                crossing.mode is self._network.mode
                and crossing.status in usable
                and None not in ends
            ):
                yield ends[0] or 0, ends[1] or 0
        if self._network.mode is Mode.RAIL:
            for change in world.gauge_interchanges:
                a = self._nodes.get((change.place_id, change.gauge_a_mm))
                b = self._nodes.get((change.place_id, change.gauge_b_mm))
                if a is not None and b is not None:
                    yield a, b

    def between(
        self, origins: Sequence[Spot], destinations: Sequence[Spot], limit_km: float | None = None
    ) -> Distances:
        """Return the shortest lengths from every origin to every destination: what `measure` finds.

        A spot too far from the network is left out, with the reason.
        """
        limit = self._limit(limit_km)
        rows, columns = (self._snapped(spots) for spots in (origins, destinations))
        reasons = self._refusals(origins, rows, limit), self._refusals(destinations, columns, limit)
        good = [np.array([not reason for reason in side], dtype=bool) for side in reasons]
        length_m = np.full((len(origins), len(destinations)), np.inf)
        length_m[np.ix_(good[0], good[1])] = self.lengths.between(
            self._spots(rows).some(np.flatnonzero(good[0])),
            self._spots(columns).some(np.flatnonzero(good[1])),
        )
        return Distances(
            length_m=length_m,
            origin_snap_km=tuple(snap.snap_km for snap in rows),
            destination_snap_km=tuple(snap.snap_km for snap in columns),
            origin_reasons=tuple(reasons[0]),
            destination_reasons=tuple(reasons[1]),
        )

    @cached_property
    def lengths(self) -> Lengths:
        """The links that may be used and the rights that join them, to measure over."""
        joins = np.array(self._joins, dtype=np.int64).reshape(-1, 2)
        none = np.zeros(len(joins), dtype=np.int64)
        graph = line_graph(
            np.concatenate([self._column("from_node_id"), joins[:, 0]]),
            np.concatenate([self._column("to_node_id"), joins[:, 1]]),
            np.concatenate([self._column("length_m"), none]),
            np.concatenate([self._members, self._network.link_count + np.arange(len(joins))]),
            self._network.node_count,
        )
        return Lengths(graph)

    @cached_property
    def ways(self) -> SingleWays:
        """The single ways over the same links and rights."""
        return SingleWays(self.lengths.graph)

    def _spots(self, snaps: Sequence[Snap]) -> Spots:
        """Return where snaps lie in the graph."""
        links = self._network.links
        rows = []
        for snap in snaps:
            link = snap.link_id
            if link < 0:
                rows.append((-1, snap.along_m, snap.along_m, 0, 0))
                continue
            tail, head = (int(links[name][link]) for name in LINK_ENDS)
            rest_m = int(links["length_m"][link]) - snap.along_m
            rows.append((link, tail, head, snap.along_m, rest_m))
        return spots_of(rows)

    def _limit(self, limit_km: float | None) -> float:
        return SNAP_LIMIT_KM[self._network.mode] if limit_km is None else limit_km

    def _refusals(self, spots: Sequence[Spot], snaps: Sequence[Snap], limit_km: float) -> list[str]:
        """Return why each spot cannot be measured from, empty if it can."""
        return [
            self._too_far(spot, snap.snap_km, limit_km) if snap.snap_km > limit_km else ""
            for spot, snap in zip(spots, snaps, strict=True)
        ]

    def _too_far(self, spot: Spot, snap_km: float, limit_km: float) -> str:
        """Return why a spot cannot be measured from, with a hint if its numbers look swapped."""
        far = (
            f"{spot.name} ({spot.lat:g},{spot.lon:g}) is {snap_km:.0f} km from the nearest "
            f"{self._network.mode} line"
        )
        if not spot.place_id and self._snapper.looks_swapped(spot.lon, spot.lat, limit_km):
            return f"{far}{swapped_hint(spot.lat, spot.lon)}"
        return f"{far}; the limit is {limit_km:g} km: move the point closer"

    def measure(self, spots: Sequence[Spot], limit_km: float | None = None) -> MeasuredLine:
        """Return the shortest line through some spots in order.

        Raises
        ------
        SnapError
            Listing every spot that lies farther from the network than the limit.
        NoItineraryError
            If two spots are not connected.
        """
        mode = self._network.mode
        limit = self._limit(limit_km)
        snaps = self._snapped(spots)
        if far := [*filter(None, self._refusals(spots, snaps, limit))]:
            raise SnapError("; ".join(far))
        stand = self._spots(snaps)
        steps: list[Step] = []
        length_m = 0.0
        for at in range(len(snaps) - 1):
            here, there = (stand.some(slice(one, one + 1)) for one in (at, at + 1))
            metres, further = self.ways.way(here, there)
            if not np.isfinite(metres):
                raise NoItineraryError(
                    f"no {mode} line leads from {spots[at].name} to {spots[at + 1].name}"
                )
            length_m += metres
            steps += further
        # rights that join nodes have numbers behind the links, and no line
        steps = [step for step in steps if link_of(step) < self._network.link_count]
        links = [*map(link_of, steps)]
        whole = [link_of(step) for step in steps if not isinstance(step, Part)]
        bases = [_TRUST.index(GeometryBasis(word)) for word in self._words("geometry_basis", whole)]
        return MeasuredLine(
            mode=mode,
            length_km=length_m / METRES_PER_KM,
            spots=tuple(spots),
            snap_km=tuple(snap.snap_km for snap in snaps),
            geometry_basis=_TRUST[max(bases, default=0)].value,  # the least trustworthy
            line=self._drawn(steps, self._network.lines(whole)),
            chokepoints=tuple(word for word in self._words("chokepoint", links) if word),
            links=tuple(dict.fromkeys(links)),
        )

    def _words(self, column: str, links: Sequence[int]) -> Iterable[str]:
        """Return what a column has for some links, each word once, in order."""
        return dict.fromkeys(self._network.links[column][[*links]].tolist())

    def _snapped(self, spots: Sequence[Spot]) -> list[Snap]:
        """Return where spots lie in the network: places where they stand, others moved to it."""
        placed = [self._placed(spot) for spot in spots]
        free = [spot for spot, snap in zip(spots, placed, strict=True) if snap is None]
        near = iter(self._snapper.nearest_all([(spot.lon, spot.lat) for spot in free]))
        found: list[Snap] = []
        for snap in placed:
            one = next(near) if snap is None else snap
            if one is None:
                raise SnapError(f"there is no {self._network.mode} line in the network")
            found.append(one)
        return found

    def _placed(self, spot: Spot) -> Snap | None:
        """Return where a place stands in the network, None if it does not."""
        node = self._first_node.get(spot.place_id)
        if node is None:
            return None
        lon, lat = float(self._network.node_lon[node]), float(self._network.node_lat[node])
        km = geodesic_length_km([(spot.lon, spot.lat), (lon, lat)])
        return Snap(lon, lat, km, -1, node)

    @cached_property
    def _first_node(self) -> dict[str, int]:
        """Where each place stands; on the narrowest gauge if on several."""
        return {place: node for (place, _), node in sorted(self._nodes.items(), reverse=True)}

    def _column(self, name: str) -> Ints:
        return self._network.links[name][self._members].astype(np.int64)

    def _drawn(self, steps: Sequence[Step], lines: Mapping[int, Line]) -> Line:
        """Return the drawn line along steps, from those of the whole links."""
        points: list[LonLat] = []
        for step in steps:
            line: Sequence[LonLat]
            if isinstance(step, Part):
                line = self._snapper.part(*step)
            else:
                line = lines[step] if step >= 0 else lines[-1 - step][::-1]
            points += line[1:] if points and line and points[-1] == line[0] else line
        return tuple(points)

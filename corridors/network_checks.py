"""Checks that need corridors: how their legs are drawn, and the lines that must be there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from corridors.distance import MeasuredLine, Measurer
from corridors.distances import find_spot
from corridors.errors import CorridorsError
from corridors.geometry import draw
from corridors.scenario import scenario_ids
from corridors.validation import Benchmark, load_benchmarks
from geodata.checks.findings import Check, Finding
from geodata.checks.run import LEAST_DRAWN_SHARE
from geodata.errors import DataError
from geodata.network import MOST_DRAWN_SHARE, Network
from geodata.tables import read_table
from geodata.units import METRES_PER_KM, PERCENT, geodesic_length_km
from geodata.vocabulary import LAND_MODES, Grade, Mode, Status
from geodata.world import World

if TYPE_CHECKING:
    from corridors.itinerary import Leg
    from corridors.request import Request

NAMED_LINES: Final = Path(__file__).parent / "data" / "named_lines.csv"
"""The lines that must be there."""
GRID_KM: Final = 0.15
"""Upstream's positions lie on a grid of 0.001 degrees, and nodes this close to each other are one:
a leg may be so much too short whatever its length."""
_WAYS, _STOPS, _ANY_OF, _SUM = "|", ";", ";", "+"
_LATEST: Final = tuple(Status)


@dataclass(frozen=True, slots=True)
class NamedLine:
    """A line that must be there.

    ``ways`` are its stretches, joined by ``|``, each of stops joined by ``;``; empty for the stops
    of its benchmark. ``benchmarks`` names published figures, several of one length joined by ``;``
    and parts of one by ``+``; without any, ``low_km`` and ``high_km`` hold the length.
    """

    line_id: str
    name: str
    mode: Mode
    ways: str
    status: Status
    benchmarks: str
    low_km: float | None
    high_km: float | None
    tolerance_percent: float | None
    source_id: str
    grade: Grade
    note: str

    def stretches(self, benchmarks: Mapping[str, Benchmark]) -> list[list[str]]:
        """Return the stops of every stretch."""
        if self.ways:
            return [way.split(_STOPS) for way in self.ways.split(_WAYS)]
        return [benchmarks[self.benchmarks.split(_ANY_OF)[0]].stops]

    def bounds_km(self, benchmarks: Mapping[str, Benchmark]) -> tuple[float, float]:
        """Return between what its length must lie, tolerances included."""
        if self.low_km is not None and self.high_km is not None:
            room = (self.tolerance_percent or 0.0) / PERCENT
            return self.low_km * (1 - room), self.high_km * (1 + room)
        ranges = []
        for figure in self.benchmarks.split(_ANY_OF):
            rows = [benchmarks[name] for name in figure.split(_SUM)]
            room = max(row.tolerance_percent for row in rows) / PERCENT
            low = sum(row.bounds[0] for row in rows) * (1 - room)
            high = sum(row.bounds[1] for row in rows) * (1 + room)
            ranges.append((low, high))
        return min(low for low, _ in ranges), max(high for _, high in ranges)


def load_named_lines(
    benchmarks: Mapping[str, Benchmark], path: Path = NAMED_LINES
) -> tuple[NamedLine, ...]:
    """Read the lines that must be there.

    Raises
    ------
    DataError
        Listing rows that name no published figure there is, or hold a length beside one.
    """
    rows = read_table(path, NamedLine, ("line_id",))
    problems: list[str] = []
    for row in rows:
        own = (row.low_km, row.high_km, row.tolerance_percent)
        named = [
            name
            for figure in filter(None, row.benchmarks.split(_ANY_OF))
            for name in figure.split(_SUM)
        ]
        unknown = [name for name in named if name not in benchmarks]
        if unknown:
            problems.append(f"{row.line_id}: validation.csv has no {', '.join(unknown)}")
        if named and own != (None, None, None):
            problems.append(f"{row.line_id}: its length stands in validation.csv; leave it there")
        if not named and (None in own or not row.ways):
            problems.append(
                f"{row.line_id}: give ways, low_km, high_km and tolerance_percent, or benchmarks"
            )
    if problems:
        raise DataError(path.name, problems)
    return rows


def check_named_lines(
    rows: Sequence[NamedLine],
    benchmarks: Mapping[str, Benchmark],
    measure: Callable[[Mode, Sequence[str]], MeasuredLine],
    status_of: Callable[[Mode, Iterable[int]], Iterable[str]],
) -> Check:
    """Find named lines that are missing, too long or short, or in another state than they are.

    Parameters
    ----------
    rows, benchmarks
        The lines, and the published figures by id.
    measure
        Returns the shortest line of a mode through stops, lines not yet in service included.
    status_of
        Returns the states of a mode's links.
    """
    found: list[Finding] = []
    for row in rows:
        low, high = row.bounds_km(benchmarks)
        try:
            lines = [measure(row.mode, stops) for stops in row.stretches(benchmarks)]
        except CorridorsError as error:
            found.append(_about(row, f"{row.name} is missing: {error}", None))
            continue
        km = sum(line.length_km for line in lines)
        if not low <= km <= high:
            published = f"{low:.0f}" if round(low) == round(high) else f"{low:.0f} to {high:.0f}"
            found.append(
                _about(row, f"{row.name} is {km:.0f} km long, {published} should be", km, lines)
            )
        states = {Status(word) for line in lines for word in status_of(row.mode, line.links)}
        latest = max(states, key=_LATEST.index, default=row.status)
        if latest is not row.status:
            what = f"{row.name} is {latest} on the network, {row.status} by the table"
            found.append(_about(row, what, km, lines))
    return Check(
        check_id="named-line",
        name="the named lines are there, with their true lengths",
        looked_at=len(rows),
        unit="km",
        limit="published length and its tolerance",
        findings=tuple(found),
    )


def named_lines_on(network: Network, world: World) -> Check:
    """Check the named lines of the table on a network."""
    benchmarks = {row.id: row for row in load_benchmarks()}
    rows = load_named_lines(benchmarks)
    measurers = {
        mode: Measurer(network.layer(mode), network.place_nodes, world, with_planned=True)
        for mode in sorted({row.mode for row in rows})
    }

    def measure(mode: Mode, stops: Sequence[str]) -> MeasuredLine:
        return measurers[mode].measure([find_spot(stop, world) for stop in stops])

    def status_of(mode: Mode, links: Iterable[int]) -> list[str]:
        states = network.layer(mode).links["status"]
        return [str(states[link]) for link in links]

    return check_named_lines(rows, benchmarks, measure, status_of)


def scenarios_with_new_lines(request: Request) -> list[str]:
    """Return ``open`` and the shipped scenarios in which lines not yet in service are used."""
    names = [name for name in scenario_ids() if name != "open"]
    found = {name: request.in_scenario(name).resolved_scenario for name in names}
    return ["open", *(name for name in names if found[name].year or found[name].status)]


def check_legs(request: Request, scenarios: Sequence[str]) -> Check:
    """Find land legs of the best itineraries of corridors that are drawn too short or too long.

    Parameters
    ----------
    request
        Whose corridors are looked at.
    scenarios
        In which; a leg is counted once.
    """
    seen: set[tuple[object, ...]] = set()
    found: list[Finding] = []
    worst = 1.0
    for name in scenarios:
        asked = request.in_scenario(name)
        for itinerary in asked.planner.compare(asked.corridors).itineraries:
            drawn = draw(itinerary.legs, asked.paths, asked.network)
            for at, leg in enumerate(itinerary.legs):
                way = (leg.mode, leg.moves, leg.joint_line)
                if at not in drawn or leg.mode not in LAND_MODES or way in seen:
                    continue
                seen.add(way)
                line = drawn[at].line
                true_km = leg.length_m / METRES_PER_KM
                share = geodesic_length_km(line) / true_km if true_km else 1.0
                worst = min(worst, share)
                short_km = (1 - share) * true_km
                if (share < LEAST_DRAWN_SHARE and short_km > GRID_KM) or share > MOST_DRAWN_SHARE:
                    lon, lat = line[len(line) // 2]
                    said = f"{itinerary.corridor_id} ({name})"
                    found.append(_about_leg(leg, share, true_km, said, lat, lon))
    return Check(
        check_id="leg",
        name="the land legs of every corridor are drawn nearly as long as they are",
        looked_at=len(seen),
        unit="drawn/true",
        limit=f"{LEAST_DRAWN_SHARE:g} to {MOST_DRAWN_SHARE:g}, or within {GRID_KM:g} km",
        worst=worst if seen else None,
        findings=tuple(sorted(found, key=lambda finding: finding.measure or 0.0)),
    )


def _about_leg(
    leg: Leg, share: float, true_km: float, said: str, lat: float, lon: float
) -> Finding:
    return Finding(
        what=f"{leg.from_name} - {leg.to_name} by {leg.mode} is drawn {share * true_km:.1f} km "
        f"long, but is {true_km:.1f} km: {said}",
        remedy="bend its long chords through stations in waypoints.csv",
        mode=leg.mode,
        subject=f"{leg.from_place} - {leg.to_place}",
        lat=lat,
        lon=lon,
        measure=share,
    )


def _about(
    row: NamedLine, what: str, km: float | None, lines: Sequence[MeasuredLine] = ()
) -> Finding:
    lon, lat = lines[0].line[0] if lines and lines[0].line else (None, None)
    return Finding(
        what=what,
        remedy="a row of patches.csv, or of waypoints.csv where a chord hides it",
        mode=row.mode,
        subject=row.line_id,
        lat=lat,
        lon=lon,
        measure=km,
    )

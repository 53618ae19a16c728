"""OpenStreetMap's lines of a mode in a country, made ready for the import door.

Lines come over Overpass through OSMnx or out of an extract, are cut at the frontier
(`geodata.importers.territory`), filtered for freight (`osm_tags`), joined to links (`osm_lines`)
and written as one GeoJSON file with source, date and licence. The clock is in nothing of it.

Limits: a line that is one in the tags and two on the ground, or carries a gauge in words, is told
and left out; tracks that meet only in a yard are not joined; the two carriageways of a road may be
used both ways, as all lines of the network.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from geodata.errors import DataError
from geodata.files import write_text_whole
from geodata.gauges import gauges_at, read_gauges
from geodata.importers.osm_extract import Edge, Extract
from geodata.importers.osm_features import Subject, document, features_of, total_km
from geodata.importers.osm_lines import links_of
from geodata.importers.osm_tags import Kind, Unusable, Usable, read_tags
from geodata.importers.territory import Territory
from geodata.network import Box, LonLat
from geodata.units import geodesic_length_km
from geodata.vocabulary import LAND_MODES, Mode, PlaceKind, Status
from geodata.world import DATA, World

AT_CROSSING_KM: Final = 5.0
"""Where a line leaves the country farther than this from every recorded border crossing point, no
right leads on: that is told. A policy, and the limit within which imported lines are joined."""
AT_PORT_KM: Final = 25.0
"""How far from a port a ferry may end: a policy, that of the import door."""
_TOLD: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for: a mode's lines in a country, or in a box of it.

    ``gauge_mm`` is for rail that states no gauge, before the table's rule; ``opens`` the year for
    lines under construction or planned that state none: 0 leaves those out. ``as_of`` is for data
    that state no date. ``replaces`` says that the shipped lines of the country give way.
    """

    mode: Mode
    country: str
    box: Box | None = None
    as_of: str = ""
    gauge_mm: int = 0
    opens: int = 0
    replaces: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """Features made of OpenStreetMap, and what is worth knowing about them."""

    subject: Subject
    features: tuple[dict[str, Any], ...]
    remarks: tuple[str, ...]
    wish: Wish

    @property
    def text(self) -> str:
        """The file's contents."""
        members: dict[str, Any] = {}
        if self.wish.replaces:
            members["replaces"] = f"{self.wish.mode} {self.wish.country}"
        return document(self.features, self.subject, members)

    def rows(self) -> list[dict[str, Any]]:
        """Return links and km by gauge and status."""
        groups: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
        for feature in self.features:
            own = feature["properties"]
            groups[own.get("gauge_mm", 0), own["status"]].append(feature)
        return [
            {
                "mode": self.wish.mode.value,
                "country": self.wish.country,
                "gauge_mm": gauge_mm,
                "status": status,
                "as_of": self.subject.as_of,
                "links": len(group),
                "km": round(total_km(group), 1),
            }
            for (gauge_mm, status), group in sorted(groups.items())
        ]


def file_name(wish: Wish) -> str:
    """Return the name of the file: of a region, its box is part of it."""
    box = "" if wish.box is None else "_" + "_".join(f"{side:g}" for side in wish.box)
    return f"{wish.mode}-{wish.country}{box}.geojson"


def write_lines(refreshed: Refreshed, folder: Path) -> Path:
    """Write the file into ``lines`` of a folder of tables, making folders; return its path."""
    path = folder / "lines" / file_name(refreshed.wish)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text_whole(path, refreshed.text)
    return path


def refresh(extract: Extract, wish: Wish, territory: Territory | None, world: World) -> Refreshed:
    """Make features of an extract.

    Parameters
    ----------
    territory
        Where the country is; ferries need none.
    world
        The tables, for border crossing points and ports.

    Raises
    ------
    DataError
        If nothing usable is in it, its date is not known, or rail has no gauge: all at once.
    """
    remarks = list(extract.remarks)
    problems: list[str] = []
    as_of = wish.as_of or extract.as_of
    if not as_of:
        problems.append("it does not say of which date it is; state it with --as-of YYYY-MM-DD")
    elif extract.as_of and extract.as_of != as_of:
        remarks.append(f"the data say that they are of {extract.as_of}, not of {as_of}")
    nodes = dict(extract.nodes)
    edges = _in_box(extract, wish.box)
    fixed: set[int] = set()
    if territory is not None:
        edges, cuts = _cut(edges, nodes, territory)
        fixed = set(cuts)
        remarks.append(f"{wish.country} is taken to be where {territory.basis} says")
        remarks += _away_from_crossings(wish, cuts, world)
    left_out_km: dict[str, float] = defaultdict(float)
    usable = _usable(extract, wish, edges, nodes, left_out_km)
    by_gauge, gauge_remarks, gauge_problems = _by_gauge(usable, edges, nodes, wish)
    problems += gauge_problems
    remarks += gauge_remarks
    subject = Subject(mode=wish.mode, country=wish.country, as_of=as_of)
    kinds = {way: use.kind for way, use in usable.items()}
    features: list[dict[str, Any]] = []
    for gauge_mm, some in sorted(by_gauge.items()):
        made = links_of(sorted(some), kinds, nodes, fixed)
        for reason, km in made.left_out_km.items():
            left_out_km[reason] += km
        features += features_of(made.chains, gauge_mm, subject, nodes, extract.ways)
    if wish.mode is Mode.FERRY:
        features = _between_ports(features, world, left_out_km)
    if not features and not problems:
        problems.append(
            f"no {wish.mode} line in {wish.country} that freight can use; check mode, country "
            "and region"
        )
    if problems:
        raise DataError("OpenStreetMap data", problems)
    remarks += [
        f"left out: {km:.1f} km, {reason}" for reason, km in sorted(left_out_km.items()) if km > 0
    ]
    return Refreshed(subject=subject, features=tuple(features), remarks=tuple(remarks), wish=wish)


def _in_box(extract: Extract, box: Box | None) -> list[Edge]:
    """Return the pieces with an end in a box."""
    edges = sorted(extract.edges)
    if box is None:
        return edges
    west, south, east, north = box
    inside = {
        node
        for node, (lon, lat) in extract.nodes.items()
        if west <= lon <= east and south <= lat <= north
    }
    return [edge for edge in edges if edge[0] in inside or edge[1] in inside]


def _cut(
    edges: Sequence[Edge], nodes: dict[int, LonLat], territory: Territory
) -> tuple[list[Edge], dict[int, LonLat]]:
    """Cut pieces at the frontier; the cuts become nodes of their own, which are returned."""
    lines = [(nodes[tail], nodes[head]) for tail, head, _ in edges]
    kept: list[Edge] = []
    cuts: dict[int, LonLat] = {}
    lowest = min([0, *nodes])

    def node_at(spot: LonLat, edge: Edge) -> int:
        for end in edge[:2]:
            if nodes[end] == spot:
                return end
        number = lowest - 1 - len(cuts)
        cuts[number] = nodes[number] = spot
        return number

    for edge, pieces in zip(edges, territory.pieces(lines), strict=True):
        for a, b in pieces:
            one, other = sorted((node_at(a, edge), node_at(b, edge)))
            if one != other:
                kept.append((one, other, edge[2]))
    return kept, cuts


def _usable(
    extract: Extract,
    wish: Wish,
    edges: Iterable[Edge],
    nodes: Mapping[int, LonLat],
    left_out_km: dict[str, float],
) -> dict[int, Usable]:
    """Return the ways that freight can use; the km of others are added up by reason."""
    usable: dict[int, Usable] = {}
    reasons: dict[int, str] = {}
    for way, tags in extract.ways.items():
        use = read_tags(wish.mode, tags)
        if isinstance(use, Unusable):
            reasons[way] = use.reason
        elif use is not None and not _opens(use.kind, wish.opens):
            state = "under construction" if _is_built(use.kind) else "planned"
            reasons[way] = f"{state}, without a year of opening (--opens YEAR states one)"
        elif use is not None:
            usable[way] = Usable(_with_year(use.kind, wish.opens), use.gauges_mm)
    for tail, head, way in edges:
        if way in reasons:
            left_out_km[reasons[way]] += geodesic_length_km([nodes[tail], nodes[head]])
    return usable


def _is_built(kind: Kind) -> bool:
    return kind.status is Status.CONSTRUCTION


def _opens(kind: Kind, year: int) -> bool:
    return kind.status is Status.OPERATIONAL or bool(kind.opens or year)


def _with_year(kind: Kind, year: int) -> Kind:
    if kind.status is Status.OPERATIONAL or kind.opens:
        return kind
    return replace(kind, opens=year)


def _by_gauge(
    usable: Mapping[int, Usable], edges: Iterable[Edge], nodes: Mapping[int, LonLat], wish: Wish
) -> tuple[dict[int, list[Edge]], list[str], list[str]]:
    """Return pieces by gauge, each under every gauge it has; remarks and problems."""
    found: dict[int, list[Edge]] = defaultdict(list)
    rule_km: dict[int, float] = defaultdict(float)
    without: dict[int, float] = defaultdict(float)
    used = [edge for edge in edges if edge[2] in usable]
    unsaid = [edge for edge in used if wish.mode is Mode.RAIL and not usable[edge[2]].gauges_mm]
    supposed = _supposed_gauges(wish, unsaid, nodes)
    for edge in used:
        tail, head, way = edge
        gauges = usable[way].gauges_mm or (0,)
        if edge in supposed:
            gauge = supposed[edge]
            km = geodesic_length_km([nodes[tail], nodes[head]])
            (rule_km if gauge else without)[gauge or way] += km
            gauges = (gauge,) if gauge else ()
        for gauge in gauges:
            found[gauge].append(edge)
    by = "stated" if wish.gauge_mm else "the table of gauges"
    remarks = [
        f"{km:.1f} km of rail state no gauge: {gauge} mm ({by})"
        for gauge, km in sorted(rule_km.items())
    ]
    problems = [
        f"way {way}: {km:.1f} km of rail without a gauge, and the table of gauges has none for "
        f"{wish.country}; state it with --gauge"
        for way, km in sorted(without.items())[:_TOLD]
    ]
    if len(without) > _TOLD:
        problems.append(f"{len(without) - _TOLD} more ways are like these")
    return found, remarks, problems


def _supposed_gauges(
    wish: Wish, edges: Sequence[Edge], nodes: Mapping[int, LonLat]
) -> dict[Edge, int]:
    """Return the gauge of pieces that state none: the wished one or the table's; 0 for none."""
    if wish.gauge_mm:
        return dict.fromkeys(edges, wish.gauge_mm)
    ends = np.array([[nodes[tail], nodes[head]] for tail, head, _ in edges], dtype=np.float64)
    lon, lat = ends.reshape(-1, 2, 2).mean(axis=1).T
    rows = read_gauges(DATA / "gauges.csv")
    gauges = gauges_at(rows, np.full(len(edges), wish.country), lon, lat)
    return dict(zip(edges, gauges.tolist(), strict=True))


def _away_from_crossings(wish: Wish, cuts: Mapping[int, LonLat], world: World) -> list[str]:
    """Tell where lines end at the frontier and no recorded border crossing point is near."""
    places = [
        world.places[place_id]
        for row in world.border_crossings.values()
        if row.mode is wish.mode
        for place_id in (row.place_a, row.place_b)
    ]
    spots = [(place.lon, place.lat) for place in places if place.country == wish.country]
    away = [
        cut
        for _, cut in sorted(cuts.items(), reverse=True)
        if min((geodesic_length_km([cut, spot]) for spot in spots), default=float("inf"))
        > AT_CROSSING_KM
    ]
    if not away:
        return []
    told = "; ".join(f"{lat:.3f}, {lon:.3f}" for lon, lat in away[:_TOLD])
    more = f" and {len(away) - _TOLD} more" if len(away) > _TOLD else ""
    where = f"more than {AT_CROSSING_KM:g} km from every recorded {wish.mode} border crossing point"
    return [
        f"at {len(away)} spots lines end at the frontier {where}, so nothing crosses there: "
        f"{told}{more}"
    ]


def _between_ports(
    features: Iterable[dict[str, Any]], world: World, left_out_km: dict[str, float]
) -> list[dict[str, Any]]:
    ports = [
        (place.lon, place.lat)
        for place in world.places.values()
        if place.kind is PlaceKind.PORT and Mode.SEA in place.modes
    ]
    found = []
    for feature in features:
        line = feature["geometry"]["coordinates"]
        near = all(
            any(geodesic_length_km([tuple(line[at]), port]) <= AT_PORT_KM for port in ports)
            for at in (0, -1)
        )
        if near:
            found.append(feature)
        else:
            left_out_km[f"ferries without a port of the tables within {AT_PORT_KM:g} km"] += (
                feature["properties"]["length_km"]
            )
    return found


def needs_territory(mode: Mode) -> bool:
    """Tell whether lines of a mode belong to a country."""
    return mode in LAND_MODES

"""Checks of countries: lines end at frontiers, rows alone lead across, and no place is cut off."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.checks.findings import Check, Finding
from geodata.checks.shapes import label_of, live_links
from geodata.network import LINK_ENDS, ModeNetwork, PlaceNode
from geodata.rows import BorderCrossing, Place
from geodata.units import geodesic_length_km
from geodata.vocabulary import Mode
from geodata.world import World

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_APART_KM: Final = 5.0
"""How far apart the two sides of one border crossing may stand."""


def check_countries(
    layer: ModeNetwork,
    links: Iterable[int] | None = None,
    called: Mapping[int, str] = MappingProxyType({}),
) -> Check:
    """Find links that lie in two countries, and nodes at which two countries' lines meet.

    All live links are looked at, or those of them that are given; some are `called` otherwise than
    by their number.
    """
    live = live_links(layer, links)
    own = layer.links["country"][live].astype(str)
    ends = [layer.links[name][live].astype(np.int64) for name in LINK_ENDS]
    found: list[Finding] = []
    astray = np.zeros(len(live), dtype=bool)
    for end in ends:
        astray |= layer.node_country[end].astype(str) != own
    for at in np.flatnonzero(astray).tolist():
        node = int(ends[0][at])
        sides = " and ".join(str(layer.node_country[int(end[at])]) for end in ends)
        label = label_of(int(live[at]), called)
        found.append(
            _at_node(
                layer,
                node,
                subject=label,
                what=f"{label} of {own[at]} ends in {sides}",
                remedy="cut the line at the frontier; a row of border_crossings.csv joins it again",
            )
        )
    names, code = np.unique(own, return_inverse=True)
    pairs = np.unique(np.concatenate(ends) * max(1, len(names)) + np.tile(code, 2))
    of_node, of_name = np.divmod(pairs, max(1, len(names)))
    nodes, counts = np.unique(of_node, return_counts=True)
    for node in nodes[counts > 1].tolist():
        meeting = " and ".join(names[of_name[of_node == node]].tolist())
        here = live[(ends[0] == node) | (ends[1] == node)].tolist()
        features = ", ".join(dict.fromkeys(called[link] for link in here if link in called))
        found.append(
            _at_node(
                layer,
                node,
                subject=f"node {node}",
                what=f"{layer.mode} lines of {meeting} meet at node {node}"
                + (f" ({features})" if features else ""),
                remedy="give each country a node of its own and a row of border_crossings.csv",
            )
        )
    return Check(
        check_id=f"country-{layer.mode}",
        name=f"every {layer.mode} link lies in one country, and no node in two",
        looked_at=len(live),
        findings=tuple(found),
    )


def check_crossings(
    layer: ModeNetwork, place_nodes: Iterable[PlaceNode], world: World, but: Container[str] = ()
) -> Check:
    """Find border crossings that do not stand on both countries' lines, close to each other.

    Those in `but` are not looked at.
    """
    at = {(row.place_id, row.gauge_mm): row.node_id for row in _on(layer, place_nodes)}
    gauges = _gauges_at(layer, at.values())
    rows = [
        row
        for key, row in world.border_crossings.items()
        if row.mode is layer.mode and key not in but
    ]
    found: list[Finding] = []
    worst = 0.0
    for row in rows:
        sides = [world.places.get(place_id) for place_id in (row.place_a, row.place_b)]
        nodes: list[int] = []
        for side in sides:
            if side is None:
                continue
            node = at.get((side.place_id, row.gauge_mm))
            problem = _side_problem(layer, row, side, node, gauges)
            if problem:
                found.append(_at_place(side, layer.mode, problem, row.crossing_id))
            if node is not None:
                nodes.append(node)
        if len(nodes) == len(sides):
            spots = [(float(layer.node_lon[n]), float(layer.node_lat[n])) for n in nodes]
            km = geodesic_length_km(spots)
            worst = max(worst, km)
            if km > MOST_APART_KM:
                found.append(
                    _at_node(
                        layer,
                        nodes[0],
                        subject=row.crossing_id,
                        what=f"{row.crossing_id}: its two sides stand {km:.1f} km apart",
                        remedy="move its two places to where the line crosses the frontier",
                        measure=km,
                    )
                )
    return Check(
        check_id=f"crossing-{layer.mode}",
        name=f"{layer.mode} border crossings stand on lines of both sides, close together",
        looked_at=len(rows),
        unit="km apart",
        limit=f"<= {MOST_APART_KM:g}",
        worst=worst if rows else None,
        findings=tuple(found),
    )


def check_standing(
    layer: ModeNetwork, place_nodes: Iterable[PlaceNode], world: World, but: Container[str] = ()
) -> Check:
    """Find places that have a mode and do not stand on it, or not on every gauge they change.

    Those in `but` are not looked at.
    """
    stands: dict[str, set[int]] = {}
    for row in _on(layer, place_nodes):
        stands.setdefault(row.place_id, set()).add(row.gauge_mm)
    changes: dict[str, set[int]] = {}
    if layer.mode is Mode.RAIL:
        for change in world.gauge_interchanges:
            changes.setdefault(change.place_id, set()).update(
                (change.gauge_a_mm, change.gauge_b_mm)
            )
    places = [
        place for key, place in world.places.items() if layer.mode in place.modes and key not in but
    ]
    found: list[Finding] = []
    for place in places:
        if place.place_id not in stands:
            what = f"{place.place_id} ({place.name}) does not stand on the {layer.mode} network"
            found.append(_at_place(place, layer.mode, what))
            continue
        missing = changes.get(place.place_id, set()) - stands[place.place_id]
        if missing:
            what = f"{place.place_id} ({place.name}) has no {' and no '.join(_mm(missing))} line"
            found.append(_at_place(place, layer.mode, what))
    return Check(
        check_id=f"standing-{layer.mode}",
        name=f"every place with {layer.mode} stands on it",
        looked_at=len(places),
        findings=tuple(found),
    )


def check_islands(
    layer: ModeNetwork, place_nodes: Iterable[PlaceNode], world: World, but: Container[str] = ()
) -> Check:
    """Find places that no line of their country leads to any other place from.

    A country's only place of a mode is none: there is nowhere to go to. Those in `but` are not
    looked at.
    """
    piece = _pieces(layer)
    km = np.bincount(
        piece[layer.links["from_node_id"][layer.live].astype(np.int64)],
        weights=layer.links["length_m"][layer.live] / 1000.0,
        minlength=layer.node_count,
    )
    on: dict[int, set[str]] = {}
    at: dict[str, int] = {}
    for row in _on(layer, place_nodes):
        if row.place_id in world.places:
            on.setdefault(int(piece[row.node_id]), set()).add(row.place_id)
            at[row.place_id] = row.node_id
    in_country: dict[str, int] = {}
    for place_id in at:
        country = world.places[place_id].country
        in_country[country] = in_country.get(country, 0) + 1
    found = [
        _at_place(
            world.places[place_id],
            layer.mode,
            f"{place_id} ({world.places[place_id].name}) stands on {km[number]:.0f} km of "
            f"{layer.mode} that lead to no other place of {world.places[place_id].country}",
            measure=float(km[number]),
            remedy="a row of patches.csv where the line is broken",
        )
        for number, places in sorted(on.items())
        if len(places) == 1
        for place_id in places
        if place_id not in but and in_country[world.places[place_id].country] > 1
    ]
    return Check(
        check_id=f"island-{layer.mode}",
        name=f"every place is joined to another of its country by {layer.mode}",
        looked_at=sum(place_id not in but for place_id in at),
        unit="km of line",
        findings=tuple(sorted(found, key=lambda finding: finding.subject)),
    )


def _on(layer: ModeNetwork, place_nodes: Iterable[PlaceNode]) -> list[PlaceNode]:
    """Return where places stand in the network of one mode."""
    return [row for row in place_nodes if row.mode is layer.mode]


def _pieces(layer: ModeNetwork) -> NDArray[np.int64]:
    """Return the number of the connected piece of network of every node."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ends = [layer.links[name][layer.live].astype(np.int64) for name in LINK_ENDS]
    shape = (layer.node_count, layer.node_count)
    graph = coo_array((np.ones(len(ends[0])), (ends[0], ends[1])), shape=shape)
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _gauges_at(layer: ModeNetwork, nodes: Iterable[int]) -> dict[int, set[int]]:
    """Return the gauges of the live links at some nodes."""
    wanted = np.zeros(layer.node_count, dtype=bool)
    wanted[list(nodes)] = True
    gauges: dict[int, set[int]] = {}
    for name in LINK_ENDS:
        live = np.flatnonzero(layer.live & wanted[layer.links[name].astype(np.int64)])
        ends = layer.links[name][live].tolist()
        for node, gauge in zip(ends, layer.links["gauge_mm"][live].tolist(), strict=True):
            gauges.setdefault(int(node), set()).add(int(gauge))
    return gauges


def _side_problem(
    layer: ModeNetwork,
    row: BorderCrossing,
    side: Place,
    node: int | None,
    gauges: dict[int, set[int]],
) -> str:
    """Return what is wrong with one side of a crossing, nothing if all is well."""
    on = f" of {row.gauge_mm} mm" if row.gauge_mm else ""
    if node is None:
        return f"{row.crossing_id}: {side.place_id} stands on no {layer.mode} line{on}"
    if str(layer.node_country[node]) != side.country:
        return (
            f"{row.crossing_id}: {side.place_id} is of {side.country}, but stands on a line of "
            f"{layer.node_country[node]}"
        )
    if row.gauge_mm not in gauges.get(node, set()):
        return f"{row.crossing_id}: the line at {side.place_id} is not{on or ' there'}"
    return ""


def _mm(gauges: Iterable[int]) -> Sequence[str]:
    return [f"{gauge} mm" for gauge in sorted(gauges)]


def _at_place(
    place: Place,
    mode: Mode,
    what: str,
    subject: str = "",
    *,
    measure: float | None = None,
    remedy: str = "move the place to its line, or add the line to patches.csv",
) -> Finding:
    return Finding(
        what=what,
        remedy=remedy,
        mode=mode,
        subject=subject or place.place_id,
        lat=place.lat,
        lon=place.lon,
        measure=measure,
    )


def _at_node(
    layer: ModeNetwork,
    node: int,
    *,
    subject: str,
    what: str,
    remedy: str,
    measure: float | None = None,
) -> Finding:
    return Finding(
        what=what,
        remedy=remedy,
        mode=layer.mode,
        subject=subject,
        lat=float(layer.node_lat[node]),
        lon=float(layer.node_lon[node]),
        measure=measure,
    )

"""Lines joined to a network: which spot each end is moved to, and what is told of it."""

from __future__ import annotations

from collections.abc import Sequence

from geodata.importing.draft import AT_NODE_KM, IN_SERVICE
from geodata.importing.joiner import Joiner
from geodata.importing.model import Joined, NewLink
from geodata.importing.tracks import Target, Track, clusters, gap_after, nearer, track_of
from geodata.nearest import LineIndex, Near
from geodata.network import LINK_ENDS, LonLat
from geodata.vocabulary import LAND_MODES, GeometryBasis, Mode


def add_lines(joiner: Joiner, links: Sequence[NewLink]) -> None:
    """Add lines; each end is joined to the nearest line or place of its track."""
    by_track: dict[Track, list[NewLink]] = {}
    for link in links:
        by_track.setdefault(track_of(link), []).append(link)
    for track in sorted(by_track):
        _add_track(joiner, track, by_track[track])


def mend(joiner: Joiner, nodes: Sequence[int]) -> None:
    """Join nodes whose lines were replaced to the new lines: on the spot, or by connectors."""
    for track, numbers in joiner.new_links.items() if nodes else ():
        draft = joiner.draft(track.mode)
        layer = draft.base
        stops = {row.node_id: row for row in joiner.stops_on(track)}
        gauges = _gauge_of_nodes(joiner, track.mode, nodes)
        loose = [
            node
            for node in nodes
            if str(layer.node_country[node]) == track.country and gauges.get(node) == track.gauge_mm
        ]
        index = LineIndex.of_lines([draft.line(number) for number in numbers])
        spots = index.nearest([draft.position(node) for node in loose], joiner.limits.place_km)
        for node, near in zip(loose, spots, strict=True):
            if near is not None:
                other = draft.node_on(numbers[near.line], near.spot)
                if other != node:
                    joiner.connect(track, node, other)
            elif node in stops:
                joiner.remarks.append(
                    f"place {joiner.place_name(stops[node].place_id)} is off the {track.mode} "
                    f"network now: no new {track} within {joiner.limits.place_km:g} km"
                )


def _add_track(joiner: Joiner, track: Track, links: list[NewLink]) -> None:
    draft = joiner.draft(track.mode)
    ends = [link.line[at] for link in links for at in (0, -1)]
    serving = [link.status.value in IN_SERVICE for link in links for _ in LINK_ENDS]
    reach = [_reach_km(joiner, link) for link in links for _ in LINK_ENDS]
    known = _targets(joiner, track, ends, serving, reach)
    own = [end // 2 for end in range(len(ends))]
    index = LineIndex.of_lines([link.line for link in links])
    among = [
        nearer(near, target, limit_km)
        for near, target, limit_km in zip(
            index.nearest(ends, max(reach), own), known, reach, strict=True
        )
    ]
    leader = clusters(ends, among)
    together: dict[int, list[int]] = {}
    for end, first in enumerate(leader):
        together.setdefault(first, []).append(end)
    nodes: dict[int, int] = {}
    hanging: list[tuple[int, Near]] = []
    for first, members in sorted(together.items()):
        near = among[first] if len(members) == 1 else None
        targets = [known[end] for end in members]
        best = min((target for target in targets if target is not None), default=None)
        if near is not None:
            nodes[first] = draft.add_node(near.spot, track.country)
            hanging.append((nodes[first], near))
        elif best is not None:
            nodes[first] = joiner.node_at(track.mode, best)
        else:
            nodes[first] = draft.add_node(ends[first], track.country)
    numbers = [
        joiner.add_link(link, nodes[leader[2 * at]], nodes[leader[2 * at + 1]])
        for at, link in enumerate(links)
    ]
    for node, near in hanging:
        draft.put_on(numbers[near.line], node)
    _report_ends(joiner, track, links, ends, known, among)
    joiner.new_links.setdefault(track, []).extend(numbers)


def _reach_km(joiner: Joiner, link: NewLink) -> float:
    """Return how far the ends of a line may be moved: what was surveyed lies where it lies."""
    surveyed = link.geometry_basis is GeometryBasis.SURVEYED
    return min(AT_NODE_KM, joiner.limits.line_km) if surveyed else joiner.limits.line_km


def _targets(
    joiner: Joiner,
    track: Track,
    points: Sequence[LonLat],
    serving: Sequence[bool],
    reach: Sequence[float],
) -> list[Target | None]:
    """Return the nearest spot of the network, as it was, that each point may be joined to.

    What serves is not joined to a line that is not in service, only to the places on it.
    """
    draft = joiner.draft(track.mode)
    found: list[Target | None] = [None] * len(points)
    stops = joiner.stops_on(track)
    spots = LineIndex.of_lines([(draft.position(row.node_id),) * 2 for row in stops])
    at_place = spots.nearest(points, max(reach))
    for number, near in enumerate(at_place):
        if near is not None:
            row = stops[near.line]
            to = f"place {joiner.place_name(row.place_id)}"
            found[number] = Target(near.km, row.node_id, -1, near.spot, to)
    for asked in sorted(set(serving)):
        some = [number for number, value in enumerate(serving) if value is asked]
        usable = joiner.usable(track, serving=asked)
        on_line = draft.base.index.nearest(
            [points[number] for number in some], max(reach), usable=usable
        )
        for number, near in zip(some, on_line, strict=True):
            place = found[number]
            if near is None or (place is not None and place.km <= near.km + AT_NODE_KM):
                continue
            found[number] = Target(near.km, -1, near.line, near.spot, str(track))
    return [
        target if target is not None and target.km <= limit_km else None
        for target, limit_km in zip(found, reach, strict=True)
    ]


def _report_ends(
    joiner: Joiner,
    track: Track,
    links: Sequence[NewLink],
    ends: Sequence[LonLat],
    known: Sequence[Target | None],
    among: Sequence[Near | None],
) -> None:
    pairs = list(enumerate(zip(known, among, strict=True)))
    loose = [end for end, (target, near) in pairs if target is None and near is None]
    others = dict(zip(loose, _others(joiner, track, [ends[end] for end in loose]), strict=True))
    for end, (target, near) in pairs:
        link, side = links[end // 2], ("start", "end")[end % 2]
        part = f", part {link.origin.part}" if link.origin.part else ""
        what = f"{link.mode} line{part}, {side}"
        if near is not None:
            other = links[near.line].origin
            to = f"feature {other.number}" + (f", part {other.part}" if other.part else "")
            joiner.joined.append(Joined(link.origin, what, link.name, to, near.km))
        elif target is not None:
            joiner.joined.append(Joined(link.origin, what, link.name, target.to, target.km))
        else:
            lon, lat = ends[end]
            joiner.joined.append(Joined(link.origin, what, link.name, "nothing"))
            gap = gap_after(links, end, others.keys())
            joiner.remarks.append(
                f"{link.origin}: its {side} ({lon:g}, {lat:g}) joins nothing: no {track} "
                f"within {_reach_km(joiner, link):g} km{others[end]}{gap}"
            )


def _others(joiner: Joiner, track: Track, points: Sequence[LonLat]) -> list[str]:
    """Say, of ends that join nothing, what other country's or gauge's line is there."""
    if not points or track.mode not in LAND_MODES:
        return [""] * len(points)
    draft = joiner.draft(track.mode)
    links = draft.base.links
    found = draft.base.index.nearest(points, joiner.limits.line_km, usable=draft.base.live)
    said = []
    for near in found:
        other = track
        if near is not None:
            country, gauge_mm = (links[name][near.line] for name in ("country", "gauge_mm"))
            other = Track(track.mode, str(country), int(gauge_mm))
        remedy = "a gauge interchange"
        if other.country != track.country:
            remedy = "cut it at the frontier and add a border crossing"
        there = f"; a {other} is there, which it cannot join: {remedy}"
        said.append("" if other == track else there)
    return said


def _gauge_of_nodes(joiner: Joiner, mode: Mode, nodes: Sequence[int]) -> dict[int, int]:
    """Return the gauge of nodes of the network as it was."""
    links = joiner.draft(mode).base.links
    wanted = set(nodes)
    return {
        int(node): int(gauge)
        for name in LINK_ENDS
        for node, gauge in zip(links[name], links["gauge_mm"], strict=True)
        if int(node) in wanted
    }

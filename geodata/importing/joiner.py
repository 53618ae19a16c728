"""The work of joining: which spot each end, place and crossing is moved to, and what that makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from geodata.importing.draft import AT_NODE_KM, IN_SERVICE, Draft, extended
from geodata.importing.model import (
    ClosedSpot,
    Joined,
    NewCrossing,
    NewLink,
    NewPlace,
    Origin,
    SnapLimits,
)
from geodata.importing.refused import Refused
from geodata.importing.tracks import Target, Track, clusters, gap_after, nearer, track_of
from geodata.importing.world_rows import SOURCE_ID, side_id
from geodata.nearest import LineIndex, Near
from geodata.network import LINK_ENDS, LonLat, Network, PlaceNode
from geodata.units import METRES_PER_KM, geodesic_length_km
from geodata.vocabulary import LAND_MODES, GeometryBasis, Mode, Status
from geodata.world import World

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]


class Joiner:
    """Joins additions to a network; what happened is in ``joined``, ``remarks``, ``problems``."""

    def __init__(
        self,
        network: Network,
        world: World,
        limits: SnapLimits,
        refused: Refused = Refused(),  # noqa: B008 - frozen
    ) -> None:
        self.network = network
        self.world = world
        self.limits = limits
        self.refused = refused
        self.swapped: frozenset[tuple[Origin, LonLat]] = frozenset()
        """What has longitude and latitude swapped: no line where it lies is told with that."""
        self.unplaced: list[LonLat] = []
        """Where places were to stand for which no line was found."""
        self.drafts: dict[Mode, Draft] = {}
        self.place_nodes: list[PlaceNode] = list(network.place_nodes)
        self.joined: list[Joined] = []
        self.remarks: list[str] = []
        self.problems: list[str] = []
        self._lines: dict[Track, list[int]] = {}
        """New land and sea links, by what they join to."""
        self._stops: dict[Mode, dict[Track, list[PlaceNode]]] = {}
        self._masks: dict[tuple[Track, bool], tuple[Flags, Flags, LineIndex]] = {}
        """What places may be joined to, old and new; no line is added once it is asked for."""

    def draft(self, mode: Mode) -> Draft:
        """Return the draft of a mode's network."""
        if mode not in self.drafts:
            self.drafts[mode] = Draft(self.network.layer(mode))
        return self.drafts[mode]

    def add_lines(self, links: Sequence[NewLink]) -> None:
        """Add lines; each end is joined to the nearest line or place of its track."""
        by_track: dict[Track, list[NewLink]] = {}
        for link in links:
            by_track.setdefault(track_of(link), []).append(link)
        for track in sorted(by_track):
            self._add_track(track, by_track[track])

    def _reach_km(self, link: NewLink) -> float:
        """Return how far the ends of a line may be moved: what was surveyed lies where it lies."""
        surveyed = link.geometry_basis is GeometryBasis.SURVEYED
        return min(AT_NODE_KM, self.limits.line_km) if surveyed else self.limits.line_km

    def _add_track(self, track: Track, links: list[NewLink]) -> None:
        draft = self.draft(track.mode)
        ends = [link.line[at] for link in links for at in (0, -1)]
        serving = [link.status.value in IN_SERVICE for link in links for _ in LINK_ENDS]
        reach = [self._reach_km(link) for link in links for _ in LINK_ENDS]
        known = self._targets(track, ends, serving, reach)
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
                nodes[first] = self._node(track.mode, best)
            else:
                nodes[first] = draft.add_node(ends[first], track.country)
        numbers = [
            self.add_link(link, nodes[leader[2 * at]], nodes[leader[2 * at + 1]])
            for at, link in enumerate(links)
        ]
        for node, near in hanging:
            draft.put_on(numbers[near.line], node)
        self._report_ends(track, links, ends, known, among)
        self._lines.setdefault(track, []).extend(numbers)

    def add_link(
        self,
        link: NewLink,
        start: int,
        end: int,
        network: Mode | None = None,
        kept: Mapping[str, str] | None = None,
    ) -> int:
        """Add a link between two nodes, its line running on to where they lie.

        Parameters
        ----------
        network
            The mode whose network it is drawn in, if not its own.
        kept
            The basin and the chokepoint of the link whose place it takes.
        """
        draft = self.draft(network or link.mode)
        here, there = draft.position(start), draft.position(end)
        line, grown_m = extended(
            link.line,
            here if here != link.line[0] else None,
            there if there != link.line[-1] else None,
        )
        return draft.add_link(
            line,
            link.origin,
            from_node_id=start,
            to_node_id=end,
            country=link.country if link.mode in LAND_MODES else "",
            gauge_mm=link.gauge_mm,
            status=link.status.value,
            as_of=link.as_of,
            opens=link.opens,
            name=link.name,
            length_m=link.length_m + grown_m,
            geometry_basis=link.geometry_basis.value,
            **(kept or {"basin": self._basin_of(link, start, end), "chokepoint": ""}),
            source_id=SOURCE_ID,
        )

    def _basin_of(self, link: NewLink, *nodes: int) -> str:
        return self.basin(*nodes) if link.mode is Mode.SEA else ""

    def basin(self, *nodes: int) -> str:
        """Return the basin of the sea lanes at some nodes."""
        draft = self.draft(Mode.SEA)
        links = draft.base.links
        for node in nodes:
            at = [np.flatnonzero(links[name] == node) for name in LINK_ENDS]
            for link in np.concatenate(at):
                return str(links["basin"][link])
        return "ocean"

    def _targets(
        self,
        track: Track,
        points: Sequence[LonLat],
        serving: Sequence[bool],
        reach: Sequence[float],
    ) -> list[Target | None]:
        """Return the nearest spot of the network, as it was, that each point may be joined to.

        What serves is not joined to a line that is not in service, only to the places on it.
        """
        draft = self.draft(track.mode)
        found: list[Target | None] = [None] * len(points)
        stops = self._stops_on(track)
        spots = LineIndex.of_lines([(draft.position(row.node_id),) * 2 for row in stops])
        at_place = spots.nearest(points, max(reach))
        for number, near in enumerate(at_place):
            if near is not None:
                row = stops[near.line]
                to = f"place {self._name(row.place_id)}"
                found[number] = Target(near.km, row.node_id, -1, near.spot, to)
        for asked in sorted(set(serving)):
            some = [number for number, value in enumerate(serving) if value is asked]
            usable = self._usable(track, serving=asked)
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

    def _stops_on(self, track: Track) -> list[PlaceNode]:
        """Return where places stood on a track before anything was added."""
        mode = track.mode
        if mode not in self._stops:
            country = self.network.layer(mode).node_country
            here = self._stops[mode] = {}
            for row in self.network.place_nodes:
                if row.mode is mode:
                    its = Track(mode, str(country[row.node_id]), row.gauge_mm)
                    here.setdefault(its, []).append(row)
        return self._stops[mode].get(track, [])

    def _name(self, place_id: str) -> str:
        place = self.world.places.get(place_id)
        return f"{place.name} ({place_id})" if place else place_id

    def _usable(self, track: Track, *, serving: bool) -> Flags:
        """Return the mask of the old links that something of a track may be joined to."""
        draft = self.draft(track.mode)
        layer = draft.base
        links, count = layer.links, layer.link_count
        usable: Flags = layer.live & (links["gauge_mm"] == track.gauge_mm)
        usable &= draft.links_of(track.country)
        usable[[link for link in draft.gone if link < count]] = False
        return usable & draft.in_service if serving else usable

    def _node(self, mode: Mode, target: Target) -> int:
        draft = self.draft(mode)
        if target.node >= 0:
            draft.nodes.add(target.node)
            return target.node
        return draft.node_on(target.link, target.spot)

    def _report_ends(
        self,
        track: Track,
        links: Sequence[NewLink],
        ends: Sequence[LonLat],
        known: Sequence[Target | None],
        among: Sequence[Near | None],
    ) -> None:
        pairs = list(enumerate(zip(known, among, strict=True)))
        loose = [end for end, (target, near) in pairs if target is None and near is None]
        others = dict(zip(loose, self._others(track, [ends[end] for end in loose]), strict=True))
        for end, (target, near) in pairs:
            link, side = links[end // 2], ("start", "end")[end % 2]
            part = f", part {link.origin.part}" if link.origin.part else ""
            what = f"{link.mode} line{part}, {side}"
            if near is not None:
                other = links[near.line].origin
                to = f"feature {other.number}" + (f", part {other.part}" if other.part else "")
                self.joined.append(Joined(link.origin, what, link.name, to, near.km))
            elif target is not None:
                self.joined.append(Joined(link.origin, what, link.name, target.to, target.km))
            else:
                lon, lat = ends[end]
                self.joined.append(Joined(link.origin, what, link.name, "nothing"))
                gap = gap_after(links, end, others.keys())
                self.remarks.append(
                    f"{link.origin}: its {side} ({lon:g}, {lat:g}) joins nothing: no {track} "
                    f"within {self._reach_km(link):g} km{others[end]}{gap}"
                )

    def _others(self, track: Track, points: Sequence[LonLat]) -> list[str]:
        """Say, of ends that join nothing, what other country's or gauge's line is there."""
        if not points or track.mode not in LAND_MODES:
            return [""] * len(points)
        draft = self.draft(track.mode)
        links = draft.base.links
        found = draft.base.index.nearest(points, self.limits.line_km, usable=draft.base.live)
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

    def mend(self, nodes: Sequence[int]) -> None:
        """Join nodes whose lines were replaced to the new lines: on the spot, or by connectors."""
        for track, numbers in self._lines.items() if nodes else ():
            draft = self.draft(track.mode)
            layer = draft.base
            stops = {row.node_id: row for row in self._stops_on(track)}
            gauges = dict(self._gauge_of_nodes(track.mode, nodes))
            loose = [
                node
                for node in nodes
                if str(layer.node_country[node]) == track.country
                and gauges.get(node) == track.gauge_mm
            ]
            index = LineIndex.of_lines([draft.line(number) for number in numbers])
            spots = index.nearest([draft.position(node) for node in loose], self.limits.place_km)
            for node, near in zip(loose, spots, strict=True):
                if near is not None:
                    other = draft.node_on(numbers[near.line], near.spot)
                    if other != node:
                        self._connect(track, node, other)
                elif node in stops:
                    self.remarks.append(
                        f"place {self._name(stops[node].place_id)} is off the {track.mode} network "
                        f"now: no new {track} within {self.limits.place_km:g} km"
                    )

    def _gauge_of_nodes(self, mode: Mode, nodes: Sequence[int]) -> list[tuple[int, int]]:
        """Return (node, gauge) of nodes of the network as it was."""
        links = self.draft(mode).base.links
        wanted = set(nodes)
        return [
            (int(node), int(gauge))
            for name in LINK_ENDS
            for node, gauge in zip(links[name], links["gauge_mm"], strict=True)
            if int(node) in wanted
        ]

    def add_place(self, place: NewPlace) -> None:
        """Put a place on the networks of its modes."""
        for mode in place.modes:
            limit_km = self.limits.port_km if mode is Mode.SEA else self.limits.place_km
            for gauge_mm in place.gauges_mm if mode is Mode.RAIL else (0,):
                country = place.country if mode in LAND_MODES else ""
                self._put(
                    Track(mode, country, gauge_mm), place.place_id, place.name, place.position,
                    limit_km, place.origin,
                )  # fmt: skip

    def add_crossing(self, crossing: NewCrossing) -> None:
        """Put both sides of a border crossing point on the network of its mode."""
        for country in crossing.countries:
            self._put(
                Track(crossing.mode, country, crossing.gauge_mm), side_id(crossing, country),
                f"{crossing.name} ({country})", crossing.position, self.limits.line_km,
                crossing.origin,
            )  # fmt: skip

    def _put(
        self,
        track: Track,
        place_id: str,
        name: str,
        position: LonLat,
        limit_km: float,
        origin: Origin,
    ) -> None:
        """Let a place stand where the network is nearest, with a connector if that is not there."""
        draft = self.draft(track.mode)
        if track.mode is Mode.AIR:
            node, km = draft.add_node(position, ""), 0.0
        else:
            target = self._nearest(track, position, limit_km)
            if target is None:
                self.unplaced.append(position)
                is_told = (origin, position) in self.swapped
                if is_told or self.refused.is_line_near(track.mode, position, limit_km):
                    return
                self.problems.append(
                    f"{origin}: no {track} within {limit_km:g} km of {name}; move it, draw the "
                    "line that leads there, or correct mode, country or gauge"
                )
                return
            km, node = target.km, self._node(track.mode, target)
            if km > AT_NODE_KM:
                own = draft.add_node(position, track.country)
                self._connect(track, own, node, origin)
                node = own
        self.place_nodes.append(
            PlaceNode(place_id, track.mode, track.gauge_mm, node, round(km * METRES_PER_KM))
        )
        self.joined.append(Joined(origin, f"place on {track.mode}", name, str(track), km))

    def _nearest(self, track: Track, position: LonLat, limit_km: float) -> Target | None:
        """Return the nearest spot of old and new lines in service, or else of any."""
        draft = self.draft(track.mode)
        new = self._lines.get(track, [])
        for serving in (True, False):
            key = (track, serving)
            if key not in self._masks:
                states = [draft.row(link)["status"] for link in new]
                counts = [not serving or state in IN_SERVICE for state in states]
                self._masks[key] = (
                    self._usable(track, serving=serving),
                    np.array(counts, dtype=bool),
                    LineIndex.of_lines([draft.line(link) for link in new]),
                )
            usable, counts_new, index = self._masks[key]
            (old_near,) = draft.base.index.nearest([position], limit_km, usable=usable)
            (new_near,) = index.nearest([position], limit_km, usable=counts_new)
            if old_near is not None and (new_near is None or old_near.km <= new_near.km):
                return Target(old_near.km, -1, old_near.line, old_near.spot, str(track))
            if new_near is not None:
                return Target(new_near.km, -1, new[new_near.line], new_near.spot, str(track))
        return None

    def _connect(self, track: Track, own: int, node: int, origin: Origin | None = None) -> None:
        """Join two nodes by a connector, longer than straight by the table's detour factor."""
        draft = self.draft(track.mode)
        line = (draft.position(own), draft.position(node))
        factor = self.world.parameters.find("detour_factor", track.mode).value
        draft.add_link(
            line,
            origin,
            from_node_id=own,
            to_node_id=node,
            country=track.country,
            gauge_mm=track.gauge_mm,
            status=Status.OPERATIONAL.value,
            as_of="",
            opens=0,
            name="",
            length_m=round(geodesic_length_km(line) * factor * METRES_PER_KM),
            geometry_basis=GeometryBasis.CONNECTOR.value,
            basin=self.basin(node) if track.mode is Mode.SEA else "",
            chokepoint="",
            source_id=SOURCE_ID,
        )

    def close(self, spot: ClosedSpot) -> None:
        """Take the link at a closed spot out of the network; links must be split by now."""
        draft = self.draft(spot.mode)
        layer = draft.base
        usable = layer.live.copy()
        if spot.country:
            usable &= layer.links["country"] == spot.country
        new = [
            link
            for track, links in self._lines.items()
            if track.mode is spot.mode
            for link in links
        ]
        limit_km = self.limits.closed_km
        (near,) = layer.index.nearest([spot.position], limit_km, usable=usable)
        (other,) = LineIndex.of_lines([draft.line(link) for link in new]).nearest(
            [spot.position], limit_km
        )
        if other is not None and (near is None or other.km < near.km):
            near = replace(other, line=new[other.line])
        if near is None:
            if self.refused.is_line_near(spot.mode, spot.position, limit_km):
                return
            self.problems.append(
                f"{spot.origin}: no {spot.mode} line within {limit_km:g} km to close; put the "
                "point on the line, or correct the mode"
            )
            return
        piece = draft.piece_at(near.line, spot.position, limit_km + AT_NODE_KM)
        row = draft.row(piece)
        draft.retire(piece)
        track = Track(spot.mode, str(row["country"]), int(row["gauge_mm"]))
        self.joined.append(Joined(spot.origin, "closed", spot.name, str(track), near.km))

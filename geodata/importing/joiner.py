"""What joining works on: the drafts of the networks, and what has happened so far.

`join_lines` moves the ends of lines to their spots, `join_points` places, crossings and closures;
`editing` joins what stands in the place of something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from geodata.importing.draft import Draft, extended
from geodata.importing.model import Joined, NewLink, Origin, SnapLimits
from geodata.importing.refused import Refused
from geodata.importing.tracks import Target, Track
from geodata.importing.world_rows import SOURCE_ID
from geodata.nearest import LineIndex
from geodata.network import LINK_ENDS, LonLat, Network, PlaceNode
from geodata.units import METRES_PER_KM, geodesic_length_km
from geodata.vocabulary import LAND_MODES, GeometryBasis, Mode, Status
from geodata.world import World

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]


class Joiner:
    """A network being added to; what happened is in ``joined``, ``remarks``, ``problems``."""

    def __init__(
        self, network: Network, world: World, limits: SnapLimits, refused: Refused
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
        self.new_links: dict[Track, list[int]] = {}
        """New land and sea links, by what they join to."""
        self._stops: dict[Mode, dict[Track, list[PlaceNode]]] = {}
        self.joinable: dict[tuple[Track, bool], tuple[Flags, Flags, LineIndex]] = {}
        """What places may be joined to, old and new; no line is added once it is asked for."""

    def draft(self, mode: Mode) -> Draft:
        """Return the draft of a mode's network."""
        if mode not in self.drafts:
            self.drafts[mode] = Draft(self.network.layer(mode))
        return self.drafts[mode]

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
        basin = self.basin(start, end) if link.mode is Mode.SEA and not kept else ""
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
            **(kept or {"basin": basin, "chokepoint": ""}),
            source_id=SOURCE_ID,
        )

    def connect(self, track: Track, own: int, node: int, origin: Origin | None = None) -> None:
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

    def basin(self, *nodes: int) -> str:
        """Return the basin of the sea lanes at some nodes."""
        draft = self.draft(Mode.SEA)
        links = draft.base.links
        for node in nodes:
            at = [np.flatnonzero(links[name] == node) for name in LINK_ENDS]
            for link in np.concatenate(at):
                return str(links["basin"][link])
        return "ocean"

    def stops_on(self, track: Track) -> list[PlaceNode]:
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

    def place_name(self, place_id: str) -> str:
        """Return what messages call a place."""
        place = self.world.places.get(place_id)
        return f"{place.name} ({place_id})" if place else place_id

    def usable(self, track: Track, *, serving: bool) -> Flags:
        """Return the mask of the old links that something of a track may be joined to."""
        draft = self.draft(track.mode)
        layer = draft.base
        links, count = layer.links, layer.link_count
        usable: Flags = layer.live & (links["gauge_mm"] == track.gauge_mm)
        usable &= draft.links_of(track.country)
        usable[[link for link in draft.gone if link < count]] = False
        return usable & draft.in_service if serving else usable

    def node_at(self, mode: Mode, target: Target) -> int:
        """Return the node of a target, which may be one that will split its link."""
        draft = self.draft(mode)
        if target.node >= 0:
            draft.nodes.add(target.node)
            return target.node
        return draft.node_on(target.link, target.spot)

"""Places, border crossing points and closed spots joined to a network and its new lines."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from geodata.importing.draft import AT_NODE_KM, IN_SERVICE
from geodata.importing.joiner import Joiner
from geodata.importing.model import ClosedSpot, Joined, NewCrossing, NewPlace, Origin
from geodata.importing.tracks import Target, Track
from geodata.importing.world_rows import side_id
from geodata.nearest import LineIndex
from geodata.network import LonLat, PlaceNode
from geodata.units import METRES_PER_KM
from geodata.vocabulary import LAND_MODES, Mode


def add_place(joiner: Joiner, place: NewPlace) -> None:
    """Put a place on the networks of its modes."""
    for mode in place.modes:
        limit_km = joiner.limits.port_km if mode is Mode.SEA else joiner.limits.place_km
        for gauge_mm in place.gauges_mm if mode is Mode.RAIL else (0,):
            country = place.country if mode in LAND_MODES else ""
            track = Track(mode, country, gauge_mm)
            _put(joiner, track, place.place_id, place.name, place.position, limit_km, place.origin)


def add_crossing(joiner: Joiner, crossing: NewCrossing) -> None:
    """Put both sides of a border crossing point on the network of its mode."""
    for country in crossing.countries:
        _put(
            joiner,
            Track(crossing.mode, country, crossing.gauge_mm),
            side_id(crossing, country),
            f"{crossing.name} ({country})",
            crossing.position,
            joiner.limits.line_km,
            crossing.origin,
        )


def close(joiner: Joiner, spot: ClosedSpot) -> None:
    """Take the link at a closed spot out of the network; links must be split by now."""
    draft = joiner.draft(spot.mode)
    layer = draft.base
    usable = layer.live.copy()
    if spot.country:
        usable &= layer.links["country"] == spot.country
    new = [
        link
        for track, links in joiner.new_links.items()
        if track.mode is spot.mode
        for link in links
    ]
    limit_km = joiner.limits.closed_km
    (near,) = layer.index.nearest([spot.position], limit_km, usable=usable)
    (other,) = LineIndex.of_lines([draft.line(link) for link in new]).nearest(
        [spot.position], limit_km
    )
    if other is not None and (near is None or other.km < near.km):
        near = replace(other, line=new[other.line])
    if near is None:
        if joiner.refused.is_line_near(spot.mode, spot.position, limit_km):
            return
        joiner.problems.append(
            f"{spot.origin}: no {spot.mode} line within {limit_km:g} km to close; put the "
            "point on the line, or correct the mode"
        )
        return
    piece = draft.piece_at(near.line, spot.position, limit_km + AT_NODE_KM)
    row = draft.row(piece)
    draft.retire(piece)
    track = Track(spot.mode, str(row["country"]), int(row["gauge_mm"]))
    joiner.joined.append(Joined(spot.origin, "closed", spot.name, str(track), near.km))


def _put(
    joiner: Joiner,
    track: Track,
    place_id: str,
    name: str,
    position: LonLat,
    limit_km: float,
    origin: Origin,
) -> None:
    """Let a place stand where the network is nearest, with a connector if that is not there."""
    draft = joiner.draft(track.mode)
    if track.mode is Mode.AIR:
        node, km = draft.add_node(position, ""), 0.0
    else:
        target = _nearest(joiner, track, position, limit_km)
        if target is None:
            joiner.unplaced.append(position)
            is_told = (origin, position) in joiner.swapped
            if is_told or joiner.refused.is_line_near(track.mode, position, limit_km):
                return
            joiner.problems.append(
                f"{origin}: no {track} within {limit_km:g} km of {name}; move it, draw the "
                "line that leads there, or correct mode, country or gauge"
            )
            return
        km, node = target.km, joiner.node_at(track.mode, target)
        if km > AT_NODE_KM:
            own = draft.add_node(position, track.country)
            joiner.connect(track, own, node, origin)
            node = own
    joiner.place_nodes.append(
        PlaceNode(place_id, track.mode, track.gauge_mm, node, round(km * METRES_PER_KM))
    )
    joiner.joined.append(Joined(origin, f"place on {track.mode}", name, str(track), km))


def _nearest(joiner: Joiner, track: Track, position: LonLat, limit_km: float) -> Target | None:
    """Return the nearest spot of old and new lines in service, or else of any."""
    draft = joiner.draft(track.mode)
    new = joiner.new_links.get(track, [])
    for serving in (True, False):
        key = (track, serving)
        if key not in joiner.joinable:
            states = [draft.row(link)["status"] for link in new]
            counts = [not serving or state in IN_SERVICE for state in states]
            joiner.joinable[key] = (
                joiner.usable(track, serving=serving),
                np.array(counts, dtype=bool),
                LineIndex.of_lines([draft.line(link) for link in new]),
            )
        usable, counts_new, index = joiner.joinable[key]
        (old_near,) = draft.base.index.nearest([position], limit_km, usable=usable)
        (new_near,) = index.nearest([position], limit_km, usable=counts_new)
        if old_near is not None and (new_near is None or old_near.km <= new_near.km):
            return Target(old_near.km, -1, old_near.line, old_near.spot, str(track))
        if new_near is not None:
            return Target(new_near.km, -1, new[new_near.line], new_near.spot, str(track))
    return None

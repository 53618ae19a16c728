"""Additions that stand in place of what is there: edited exports, replaced lines, services."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from geodata.importing.joiner import Joiner
from geodata.importing.model import Additions, FerryLine, Joined, NewLink, NewPlace, Replacement
from geodata.importing.world_rows import SOURCE_ID
from geodata.network import LINK_ENDS
from geodata.rows import AirService, Ferry
from geodata.units import geodesic_length_km
from geodata.vocabulary import Grade, Mode

_SAME = ("country", "gauge_mm", "status", "as_of", "opens", "name", "length_m", "geometry_basis")
"""What an export must have left as it was to say nothing new."""


def only_new(joiner: Joiner, additions: Additions) -> tuple[list[NewLink], int]:
    """Return the links that say something new, and how many features say what is there already.

    A link that was exported and edited retires the one it was, and takes over its nodes where its
    ends were left in place.
    """
    problems: list[str] = []
    new: list[NewLink] = []
    edited: list[NewLink] = []
    unchanged = len(additions.known_place_ids)
    problems += [
        f"place {place_id} was exported from other data and is in no table here; give its kind, "
        "modes and rights to add it"
        for place_id in additions.known_place_ids
        if place_id not in joiner.world.places
    ]
    for link in additions.links:
        if link.link_id is None:
            new.append(link)
        elif link.data_version != joiner.network.version:
            problems.append(
                f"{link.origin}: exported from data {link.data_version or '(not said)'}, but "
                f"{joiner.network.version} is here; export it again, or take link_id out of it to "
                "add the line as a new one"
            )
        elif not 0 <= link.link_id < joiner.network.layer(link.mode).link_count:
            problems.append(f"{link.origin}: there is no {link.mode} link {link.link_id}")
        else:
            edited.append(link)
    joiner.problems += problems
    for mode in sorted({link.mode for link in edited}):
        some = [link for link in edited if link.mode is mode]
        lines = joiner.network.layer(mode).lines([link.link_id or 0 for link in some])
        for link in some:
            assert link.link_id is not None
            if link.line == lines[link.link_id] and _says_the_same(joiner, link):
                unchanged += 1
            elif not _take_over(joiner, link):
                new.append(link)
    return new, unchanged


def _says_the_same(joiner: Joiner, link: NewLink) -> bool:
    columns = joiner.network.layer(link.mode).links
    return all(columns[name][link.link_id] == getattr(link, name) for name in _SAME)


def _take_over(joiner: Joiner, link: NewLink) -> bool:
    """Retire the link that an edited one was; join the new one if its ends were left in place."""
    assert link.link_id is not None
    draft = joiner.draft(link.mode)
    row = draft.row(link.link_id)
    draft.retire(link.link_id)
    nodes = [row[name] for name in LINK_ENDS]
    joiner.joined.append(
        Joined(link.origin, f"{link.mode} line, edited", link.name, f"link {link.link_id}")
    )
    stays = [draft.position(node) for node in nodes] == [link.line[0], link.line[-1]]
    same_track = (row["country"], row["gauge_mm"]) == (link.country, link.gauge_mm)
    if not (stays and same_track):
        return False
    joiner.add_link(link, *nodes)
    return True


def replace_lines(joiner: Joiner, replacement: Replacement) -> list[int]:
    """Retire a mode's lines in one country; return the nodes that something still depends on."""
    draft = joiner.draft(replacement.mode)
    layer = draft.base
    gone = layer.live & (layer.links["country"] == replacement.country)
    for link in np.flatnonzero(gone).tolist():
        draft.retire(link)
    ends = {int(node) for name in LINK_ENDS for node in layer.links[name][gone]}
    stays = layer.live & ~gone
    held = {int(node) for name in LINK_ENDS for node in layer.links[name][stays]}
    held |= {row.node_id for row in joiner.place_nodes if row.mode is replacement.mode}
    return sorted(ends & held)


def add_services(
    joiner: Joiner, links: Iterable[NewLink], places: Iterable[NewPlace]
) -> tuple[list[Ferry | AirService], tuple[FerryLine, ...]]:
    """Add ferries and flights between the ports and airports at the ends of their lines."""
    spots = {place.place_id: (place.lon, place.lat) for place in joiner.world.places.values()} | {
        place.place_id: place.position for place in places
    }
    services: list[Ferry | AirService] = []
    lines: list[FerryLine] = []
    for link in links:
        if link.mode not in (Mode.FERRY, Mode.AIR):
            continue
        network = Mode.SEA if link.mode is Mode.FERRY else Mode.AIR
        ends = [_stop(joiner, link, network, spots, at) for at in (0, -1)]
        if None in ends:
            continue
        (place_a, node_a), (place_b, node_b) = sorted(end for end in ends if end is not None)
        number = joiner.add_link(link, node_a, node_b, network)
        common = (link.status, link.as_of, SOURCE_ID, Grade.ASSUMED, link.source)
        if link.mode is Mode.AIR:
            services.append(AirService(place_a, place_b, *common))
            continue
        joiner.draft(network).retire(number)  # drawn and measured, but no lane for other ships
        lines.append(
            FerryLine(
                place_a=place_a,
                place_b=place_b,
                link_id=number,
                length_m=int(joiner.draft(network).row(number)["length_m"]),
                basin=joiner.basin(node_a),
            )
        )
        services += [Ferry(place_a, place_b, unit, *common) for unit in link.cargo_units]
    return services, tuple(lines)


def _stop(
    joiner: Joiner,
    link: NewLink,
    network: Mode,
    spots: dict[str, tuple[float, float]],
    at: int,
) -> tuple[str, int] | None:
    """Return the port or airport at an end of a service, and its node."""
    point = link.line[at]
    limit_km = joiner.limits.place_km
    near = [
        (geodesic_length_km([spots[row.place_id], point]), row.place_id, row.node_id)
        for row in joiner.place_nodes
        if row.mode is network and row.place_id in spots
    ]
    km, place_id, node = min(near, default=(float("inf"), "", -1))
    if km > limit_km:
        what = "port" if network is Mode.SEA else "airport"
        joiner.problems.append(
            f"{link.origin}: no {what} within {limit_km:g} km of its "
            f"{'start' if at == 0 else 'end'} ({point[1]:g}, {point[0]:g}); move it, or add the "
            f"{what} as a point"
        )
        return None
    joiner.joined.append(Joined(link.origin, f"{link.mode} service", link.name, place_id, km))
    return place_id, node

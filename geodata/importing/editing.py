"""Additions that stand in place of what is there: edited exports, replaced lines, services."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from geodata.importing.joiner import Joiner
from geodata.importing.known import known_problems, same_line, same_link, same_spot
from geodata.importing.model import Additions, FerryLine, Joined, NewLink, NewPlace, Replacement
from geodata.importing.world_rows import SOURCE_ID
from geodata.network import LINK_ENDS, ModeNetwork
from geodata.rows import AirService, Ferry
from geodata.units import METRES_PER_KM, geodesic_length_km
from geodata.vocabulary import Grade, Mode

_MOST_OF_A_LINK: Final = 1.2
"""Features that are parts of one exported link are at most this many times its length together."""


@dataclass(frozen=True, slots=True)
class Sorted:
    """The lines of a file: to join, joined in the place of what they were, and how many neither.

    ``unchanged`` counts lines, places and border crossing points that say what is there already.
    """

    new: list[NewLink]
    in_place: list[NewLink]
    unchanged: int


def sort_lines(joiner: Joiner, additions: Additions) -> Sorted:
    """Tell what says something new from exports that nobody changed.

    A link that was exported and edited retires the one it was, and takes over its nodes where its
    ends were left in place.
    """
    joiner.problems += known_problems(joiner.world, additions)
    problems: list[str] = []
    new: list[NewLink] = []
    known: dict[Mode, list[tuple[int, NewLink]]] = {}
    old: dict[tuple[str, str], list[NewLink]] = {}
    for link in additions.links:
        if link.link_id is None:
            new.append(link)
        elif link.data_version != joiner.network.version:
            old.setdefault((link.origin.file, link.data_version), []).append(link)
        elif not 0 <= link.link_id < joiner.network.layer(link.mode).link_count:
            problems.append(f"{link.origin}: there is no {link.mode} link {link.link_id}")
        else:
            known.setdefault(link.mode, []).append((link.link_id, link))
    for (file, version), links in old.items():
        numbers = ", ".join(str(link.origin.number) for link in links)
        problems.append(
            f"{file}: feature{'s' if len(links) > 1 else ''} {numbers}: exported from data "
            f"{version or '(not said)'}, but {joiner.network.version} is here; export again, or "
            "take link_id out to add the lines as new ones"
        )
    joiner.problems += problems
    in_place: list[NewLink] = []
    unchanged = len(additions.known_places) + len(additions.known_crossings)
    for mode in sorted(known):
        layer = joiner.network.layer(mode)
        lines = layer.lines([number for number, _ in known[mode]])
        edited = [
            (number, link)
            for number, link in known[mode]
            if not (
                same_line(link.line, lines[number])
                and same_link(link, layer, joiner.world.parameters)
            )
        ]
        unchanged += len(known[mode]) - len(edited)
        joiner.problems += _split_problems(edited, layer)
        for number, link in edited:
            (in_place if _take_over(joiner, link, number) else new).append(link)
    return Sorted(new, in_place, unchanged)


def _split_problems(edited: Sequence[tuple[int, NewLink]], layer: ModeNetwork) -> list[str]:
    """Return links that were cut into several features, each still with the length of the whole."""
    parts: dict[int, list[NewLink]] = {}
    for number, link in edited:
        parts.setdefault(number, []).append(link)
    return [
        f"{links[0].origin}: link {number} stands in features "
        f"{', '.join(str(link.origin.number) for link in links)}, which are "
        f"{sum(link.length_m for link in links) / METRES_PER_KM:.1f} km together instead of "
        f"{int(layer.links['length_m'][number]) / METRES_PER_KM:.1f} km; state the length_m of "
        "each part, or take link_id out of what is new"
        for number, links in parts.items()
        if sum(link.length_m for link in links)
        > _MOST_OF_A_LINK * int(layer.links["length_m"][number])
        and len({link.origin for link in links}) > 1
    ]


def _take_over(joiner: Joiner, link: NewLink, number: int) -> bool:
    """Retire the link that an edited one was; join the new one if its ends were left in place."""
    draft = joiner.draft(link.mode)
    row = draft.row(number)
    draft.retire(number)
    nodes = [row[name] for name in LINK_ENDS]
    joiner.joined.append(
        Joined(link.origin, f"{link.mode} line, edited", link.name, f"link {number}")
    )
    start, end = (draft.position(node) for node in nodes)
    stays = same_spot(start, link.line[0]) and same_spot(end, link.line[-1])
    same_track = (row["country"], row["gauge_mm"]) == (link.country, link.gauge_mm)
    if not (stays and same_track):
        return False
    exact = replace(link, line=(start, *link.line[1:-1], end))
    kept = {name: row[name] for name in ("basin", "chokepoint")}
    joiner.add_link(exact, nodes[0], nodes[1], kept=kept)
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
                cargo_units=link.cargo_units,
                source=link.source,
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
        unplaced = (geodesic_length_km([spot, point]) for spot in joiner.unplaced)
        if min(unplaced, default=km) <= limit_km or joiner.refused.is_place_near(point, limit_km):
            return None  # the place that it leads to is told already
        what = "port" if network is Mode.SEA else "airport"
        joiner.problems.append(
            f"{link.origin}: no {what} within {limit_km:g} km of its "
            f"{'start' if at == 0 else 'end'} ({point[1]:g}, {point[0]:g}); move it, or add the "
            f"{what} as a point"
        )
        return None
    joiner.joined.append(Joined(link.origin, f"{link.mode} service", link.name, place_id, km))
    return place_id, node

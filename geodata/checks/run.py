"""All checks that need a network and the tables and no more: of the whole, or of what was added."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from geodata.checks.findings import Check
from geodata.checks.frontiers import (
    check_countries,
    check_crossings,
    check_islands,
    check_standing,
)
from geodata.checks.gauges import check_gauges, load_expected, rows_near
from geodata.checks.lines import (
    MOST_CONNECTOR_KM,
    check_connectors,
    check_lengths,
    check_turns,
)
from geodata.checks.patches import check_patches, check_waypoints
from geodata.checks.sea import check_afloat, check_chokepoints, metres_on_land
from geodata.checks.shapes import Shape, shape_of
from geodata.collector import undisturbed
from geodata.importing.lines import SHORTEST_RATIO
from geodata.importing.world_rows import SOURCE_ID
from geodata.network import ModeNetwork, Network
from geodata.patches import positions, read_patches, read_waypoints
from geodata.vocabulary import LAND_MODES, Mode, Status
from geodata.world import DATA, World

if TYPE_CHECKING:
    from geodata.importing.attach import Attached

LEAST_DRAWN_SHARE: Final = 0.93
"""A line, or a leg of a corridor, should be drawn at least this long, of its true length."""
Done = Callable[[str], None]


def whole_checks(network: Network, world: World, doing: Done = lambda _: None) -> list[Check]:
    """Return the checks of a whole network.

    Parameters
    ----------
    network, world
        Lines and tables.
    doing
        Told what is looked at next.
    """
    patches = read_patches(DATA / "patches.csv")
    waypoints = read_waypoints(DATA / "waypoints.csv")
    paths = [row.path for row in patches] + [row.path for row in waypoints]
    by_hand = [spot for path in paths for spot in positions(path)]
    checks: list[Check] = []
    for mode in sorted(LAND_MODES):
        doing(f"{mode} lines")
        layer, placed = network.layer(mode), network.place_nodes
        shape = shape_of(layer)
        checks += [
            check_lengths(layer, shape),
            check_turns(layer, shape, by_hand),
            check_connectors(layer, shape, placed),
            check_countries(layer),
            check_crossings(layer, placed, world),
            check_standing(layer, placed, world),
            check_islands(layer, placed, world),
        ]
        if mode is Mode.RAIL:
            checks.append(check_gauges(layer, shape, load_expected()))
    doing("sea lanes")
    sea = network.layer(Mode.SEA)
    return [
        *checks,
        check_waypoints(waypoints),
        check_patches(patches, world.sources),
        check_afloat(sea, shape_of(sea), metres_on_land(sea), world.chokepoints),
        check_chokepoints(sea, world.chokepoints),
        check_standing(sea, network.place_nodes, world),
    ]


@undisturbed
def added_checks(world: World, attached: Attached) -> list[Check]:
    """Return the same checks of what files added, in the network as it is with them.

    Parameters
    ----------
    world
        The tables without the files.
    attached
        Network and tables with them.
    """
    checks: list[Check] = []
    for mode in sorted(attached.touched):
        layer, placed = attached.network.layer(mode), attached.network.place_nodes
        called = {link: str(origin) for link, origin in attached.touched[mode].origins.items()}
        checks += _of_links(layer, added_links(layer), attached, called)
        checks += [
            check_crossings(layer, placed, attached.world, world.border_crossings),
            check_standing(layer, placed, attached.world, world.places),
        ]
        if mode in LAND_MODES:
            checks.append(check_islands(layer, placed, attached.world, world.places))
    return checks


def added_links(layer: ModeNetwork) -> frozenset[int]:
    """Return the live links that came from files; pieces of split links are not among them."""
    own = layer.links["source_id"].astype(str) == SOURCE_ID
    return frozenset(np.flatnonzero(own & layer.live).tolist())


def _of_links(
    layer: ModeNetwork, links: frozenset[int], attached: Attached, called: Mapping[int, str]
) -> list[Check]:
    """Return the checks of some links, which are called by the features that they are of."""
    shape = shape_of(layer, links, called)
    if layer.mode is Mode.SEA:
        return [check_afloat(layer, shape, metres_on_land(layer), attached.world.chokepoints)]
    if layer.mode not in LAND_MODES:
        return []
    checks = [
        check_lengths(
            layer, shape, LEAST_DRAWN_SHARE, 1 / SHORTEST_RATIO, _drawn_as_before(layer, links)
        ),
        check_turns(layer, shape, joined_within_km=MOST_CONNECTOR_KM),
        check_connectors(layer, shape, attached.network.place_nodes),
        check_countries(layer, links, called),
    ]
    if layer.mode is Mode.RAIL:
        checks.append(_gauges_of(layer, shape, links, called))
    return checks


def _drawn_as_before(layer: ModeNetwork, links: frozenset[int]) -> frozenset[int]:
    """Return the links that take the place of one with the same course and length."""
    length_m = layer.links["length_m"].tolist()
    lengths_m = {length_m[link] for link in layer.retired}
    alike = {link for link in links if length_m[link] in lengths_m}
    lines = layer.lines(sorted({*alike, *layer.retired}))
    course = {link: (length_m[link], frozenset(line)) for link, line in lines.items()}
    before = {course[link] for link in layer.retired}
    return frozenset(link for link in alike if course[link] in before)


def _gauges_of(
    layer: ModeNetwork, shape: Shape, links: frozenset[int], called: Mapping[int, str]
) -> Check:
    """Return the check of gauges near some links; what it finds without them is none of theirs."""
    in_service = layer.links["status"].astype(str) == Status.OPERATIONAL
    usable = shape_of(layer, [link for link in links if in_service[link]])
    near = rows_near(usable, load_expected()) if len(usable.links) else []
    if not near:
        return check_gauges(layer, shape, near)
    found = check_gauges(layer, shape_of(layer, called=called), near)
    if not found.findings:
        return found
    before = replace(layer, retired=frozenset())
    own = layer.links["source_id"].astype(str) == SOURCE_ID
    shape_before = shape_of(before, np.flatnonzero(~own).tolist())
    subjects = {finding.subject for finding in check_gauges(before, shape_before, near).findings}
    findings = tuple(finding for finding in found.findings if finding.subject not in subjects)
    return replace(found, findings=findings)

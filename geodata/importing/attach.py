"""Joins what a file adds to the network and to the tables.

A land line is joined at its two ends to lines of its own mode, country and gauge, never where it
merely crosses one, and never across a frontier or a break of gauge: those are rights, and rights
are points of their own. Nothing is moved farther than a limit, and every move is reported.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from geodata.collector import undisturbed
from geodata.errors import DataError
from geodata.importing.editing import add_services, replace_lines, sort_lines
from geodata.importing.join_lines import add_lines, mend
from geodata.importing.join_points import add_crossing, add_place, close
from geodata.importing.joiner import Joiner
from geodata.importing.model import Additions, FerryLine, Joined, Origin, SnapLimits
from geodata.importing.plausible import country_problems
from geodata.importing.refused import Refused
from geodata.importing.world_rows import with_rows
from geodata.network import Network
from geodata.vocabulary import LAND_MODES, Mode
from geodata.world import World

_DIGEST_LENGTH = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What has to be measured anew in a mode: links added, split or closed, and their nodes.

    ``origins`` says of which feature of a file a link is.
    """

    links: frozenset[int]
    nodes: frozenset[int]
    origins: Mapping[int, Origin] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A network and a world with additions in them; the very same ones if nothing was added.

    ``unchanged`` counts features that are exports of what is there already.
    """

    network: Network
    world: World
    touched: Mapping[Mode, Touched] = field(default_factory=dict)
    ferry_lines: tuple[FerryLine, ...] = ()
    joined: tuple[Joined, ...] = ()
    remarks: tuple[str, ...] = ()
    unchanged: int = 0


@undisturbed
def attach(
    network: Network,
    world: World,
    additions: Additions,
    limits: SnapLimits | None = None,
    refused: Refused = Refused(),  # noqa: B008 - frozen
) -> Attached:
    """Join additions to a network and to the tables.

    Parameters
    ----------
    network, world
        Are not changed.
    additions
        Well-formed features.
    limits
        How far they may be moved.
    refused
        What is wrong with other features of the same files: then nothing is joined, and what is
        wrong with the well-formed ones is told with it.

    Raises
    ------
    DataError
        Listing everything that cannot be joined: places and crossings with no line within the
        limit, ids that are taken, features that lie far from the country they state; and what was
        refused before.
    """
    limits = limits or SnapLimits()
    joiner = Joiner(network, world, limits, refused)
    _set_apart(joiner)
    found = sort_lines(joiner, additions)
    new, unchanged = found.new, found.unchanged
    misplaced, joiner.swapped = country_problems(
        network, world, replace(additions, links=tuple(new)), refused
    )
    joiner.problems += misplaced
    loose = [node for each in additions.replacements for node in replace_lines(joiner, each)]
    add_lines(joiner, [link for link in new if link.mode in (*LAND_MODES, Mode.SEA)])
    mend(joiner, loose)
    for place in additions.places:
        add_place(joiner, place)
    for crossing in additions.crossings:
        add_crossing(joiner, crossing)
    for draft in joiner.drafts.values():
        draft.split()
    services, ferry_lines = add_services(joiner, new, additions.places)
    for spot in additions.closed:
        close(joiner, spot)
    wider, problems = with_rows(world, additions, [*new, *found.in_place], services)
    _raise_problems(refused, [*joiner.problems, *problems])
    remarks = (*additions.remarks, *joiner.remarks)
    touched = {
        mode: Touched(
            links=frozenset(draft.links), nodes=frozenset(draft.nodes), origins=draft.origins
        )
        for mode, draft in joiner.drafts.items()
        if draft.links or draft.nodes
    }
    if not touched and not additions.places and not additions.crossings:
        return Attached(network=network, world=world, remarks=remarks, unchanged=unchanged)
    digest = hashlib.sha256(f"{network.version} {additions.digest} {limits}".encode()).hexdigest()
    return Attached(
        network=Network(
            directory=network.directory,
            changed={
                **network.changed,
                **{mode: joiner.drafts[mode].network() for mode in touched},
            },
            placed=tuple(joiner.place_nodes),
            additions=digest[:_DIGEST_LENGTH],
        ),
        world=replace(wider, digest=digest),
        touched=touched,
        ferry_lines=ferry_lines,
        joined=tuple(joiner.joined),
        remarks=remarks,
        unchanged=unchanged,
    )


def _raise_problems(refused: Refused, problems: list[str]) -> None:
    """Raise what is wrong with the form of files and with their features on the network."""
    if refused.problems:
        # of one file every problem is told without its name, which heads the list
        own = f"{refused.files[0]}: " if len(refused.files) == 1 else ""
        later = [problem.removeprefix(own) for problem in problems]
        raise DataError(", ".join(refused.files), [*refused.problems, *later])
    if problems:
        raise DataError("added features", problems)


def _set_apart(joiner: Joiner) -> None:
    """Touch the lines that the tables give parameters of their own: each is a zone for itself."""
    own_lines = joiner.world.parameters.own_lines
    unknown = set(own_lines)
    for mode in LAND_MODES if own_lines else ():
        names = joiner.network.layer(mode).links["name"].astype(str)
        links = np.flatnonzero(np.isin(names, sorted(own_lines)))
        unknown -= set(names[links].tolist())
        if len(links):
            joiner.draft(mode).links.update(links.tolist())
    joiner.problems += [
        f"parameters: {name!r} is the name of no line; the key of a line's own parameter holds its "
        "name as `corridors network export` has it"
        for name in sorted(unknown)
    ]

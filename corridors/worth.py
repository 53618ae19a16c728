"""What a planned or unfinished line, crossing or terminal is worth, alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from corridors.assembly import status_reason
from corridors.closing import Closer, State
from corridors.compiled import CompiledGraph
from corridors.named import Corridor
from corridors.planner import Planner
from geodata.vocabulary import CargoUnit, Status
from geodata.world import World

UNFINISHED: Final = frozenset({Status.SUSPENDED, Status.CONSTRUCTION, Status.PLANNED})


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Unfinished:
    """Something planned, under construction or suspended; ``name`` is a line's name or an id.

    ``opens`` is 0 if no year is known. A line that joins no two gateways is not ``in_graph``.
    """

    kind: str
    name: str
    status: str
    as_of: str = ""
    opens: int = 0
    usable: bool = False
    in_graph: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What is best without and with one unfinished thing, all else as it is."""

    item: Unfinished
    without: State
    having: State


def unfinished(
    world: World, compiled: CompiledGraph, unit: CargoUnit, year: int | None
) -> list[Unfinished]:
    """Return all that is unfinished or suspended and that one cargo unit could use.

    ``usable`` is what counts as open already: suspended, or opening by the year.
    """
    found: list[Unfinished] = []
    at = _unfinished_arcs(compiled)
    for name in sorted(set(compiled.arc_name[at].tolist())):
        own = at[compiled.arc_name[at] == name]
        opens = [int(year_) for year_ in compiled.arc_opens[own]]
        states = [Status(text) for text in compiled.arc_status[own]]
        found.append(
            Unfinished(
                kind="line",
                name=name,
                status=" ".join(sorted(set(states))),
                as_of=max(compiled.arc_as_of[own].tolist()),
                opens=max(opens) if all(opens) else 0,
                usable=not any(
                    status_reason(status, opened or None, year)
                    for status, opened in zip(states, opens, strict=True)
                ),
            )
        )
    for crossing in world.border_crossings.values():
        if crossing.status in UNFINISHED:
            reason = status_reason(crossing.status, crossing.opens, year)
            found.append(
                Unfinished(
                    kind="crossing",
                    name=crossing.crossing_id,
                    status=crossing.status.value,
                    as_of=crossing.as_of,
                    opens=crossing.opens or 0,
                    usable=not reason,
                )
            )
    rows: dict[tuple[str, str], list[Any]] = {}
    for table, kind in _RIGHTS.items():
        for row in getattr(world, table):
            if row.status in UNFINISHED and getattr(row, "cargo_unit", unit) is unit:
                rows.setdefault((kind, _place_of(row)), []).append(row)
    for (kind, name), own_rows in rows.items():
        found.append(
            Unfinished(
                kind=kind,
                name=name,
                status=" ".join(sorted({row.status for row in own_rows})),
                as_of=max(row.as_of for row in own_rows),
                usable=not any(status_reason(row.status, None, year) for row in own_rows),
            )
        )
    return sorted(found)


def outside_graph(compiled: CompiledGraph, links: Mapping[str, Any]) -> list[Unfinished]:
    """Return the unfinished lines of a detailed network that the compiled graph has no arc of."""
    known = set(compiled.arc_name.tolist())
    rows = zip(links["name"], links["status"], links["as_of"], links["opens"], strict=True)
    return sorted(
        {
            Unfinished(
                kind="line", name=str(name), status=str(status), as_of=str(as_of),
                opens=int(opens), in_graph=False,
            )
            for name, status, as_of, opens in rows
            if status in UNFINISHED and name not in known
        }
    )  # fmt: skip


def worth_of(
    item: Unfinished,
    planner: Planner,
    corridors: Sequence[Corridor],
    world: World,
    compiled: CompiledGraph,
    undisturbed: State,
) -> Worth:
    """Return what is best with and without one thing.

    What counts as open already is compared with the same thing shut; what does not, with it open.
    """
    if not item.in_graph:
        return Worth(item=item, without=undisturbed, having=undisturbed)
    status = Status.CLOSED if item.usable else Status.OPERATIONAL
    changed_world, changed_graph = with_status(item, status, world, compiled)
    other = planner.elsewhere(changed_world, changed_graph)
    state = Closer(other, corridors, changed_world).undisturbed
    if item.usable:
        return Worth(item=item, without=state, having=undisturbed)
    return Worth(item=item, without=undisturbed, having=state)


def with_status(
    item: Unfinished, status: Status, world: World, compiled: CompiledGraph
) -> tuple[World, CompiledGraph]:
    """Return the tables and the graph with another status of one unfinished thing."""
    if item.kind == "line":
        at = _unfinished_arcs(compiled)
        states = compiled.arc_status.astype(object)
        states[at[compiled.arc_name[at] == item.name]] = status.value
        return world, replace(compiled, arc_status=states.astype(np.str_))
    if item.kind == "crossing":
        row = replace(world.border_crossings[item.name], status=status)
        return replace(world, border_crossings={**world.border_crossings, item.name: row}), compiled
    tables: dict[str, Any] = {
        table: tuple(
            replace(row, status=status)
            if row.status in UNFINISHED and _place_of(row) == item.name
            else row
            for row in getattr(world, table)
        )
        for table, kind in _RIGHTS.items()
        if kind == item.kind
    }
    return replace(world, **tables), compiled


_RIGHTS: Final = {
    "transshipments": "terminal",
    "gauge_interchanges": "gauge change",
    "ferries": "ferry",
    "air_services": "air service",
}


def _unfinished_arcs(compiled: CompiledGraph) -> Any:
    """Return the positions of the movements over unfinished lines."""
    return np.flatnonzero(np.isin(compiled.arc_status, sorted(UNFINISHED)))


def _place_of(row: Any) -> str:
    """Return the place of a right, or both ends of a service."""
    return getattr(row, "place_id", None) or f"{row.place_a} - {row.place_b}"

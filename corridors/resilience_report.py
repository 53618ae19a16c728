"""Closures and worth as rows, as JSON and as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from corridors.closing import State, Subject
from corridors.itinerary import Itinerary
from corridors.ledger_text import way_words
from corridors.planner import Planner
from corridors.report import opening, totals
from corridors.text import (
    comparison_heading,
    evidence_view,
    joined,
    plain,
    ranking,
    spaced,
    table_of,
)
from corridors.worth import Worth
from geodata.world import World

NOTHING_LEFT: Final = "nothing is left"
EVIDENCE_OF: Final = "the best way and the best of every corridor, nothing closed (mean)"
_AMOUNTS: Final = ("cost_usd_per_t", "time_days", "co2e_kg_per_t", "generalised_usd_per_t")
_LEAST: Final = 1e-9


def amounts(itinerary: Itinerary | None, mass_t: float) -> dict[str, float | None]:
    """Return cost, days, CO2e and generalised cost of an itinerary, None for none."""
    if itinerary is None:
        return dict.fromkeys(_AMOUNTS)
    sums = totals(itinerary, mass_t)
    sums["generalised_usd_per_t"] = sums["generalised_cost_usd"] / mass_t
    return {name: sums[name] for name in _AMOUNTS}


def differences(
    after: Itinerary | None, before: Itinerary | None, mass_t: float, prefix: str
) -> dict[str, float | None]:
    """Return what is more after than before, None where one of them is missing."""
    a, b = amounts(after, mass_t), amounts(before, mass_t)
    found: dict[str, float | None] = {}
    for name in _AMOUNTS:
        x, y = a[name], b[name]
        found[prefix + name] = None if x is None or y is None else x - y
    return found


def closing_rows(
    planner: Planner, undisturbed: State, states: Mapping[Subject, State], world: World
) -> list[dict[str, Any]]:
    """Return one row per closed thing, worst first; losses are against what is best undisturbed.

    ``corridor_*`` columns speak of the best named corridor, the others of the best way of all.
    """
    mass_t = planner.consignment.mass_t
    rows = []
    for subject, state in _worst_first(planner, states):
        lead, led = _first(state), _first(undisturbed)
        gone = [one for one in _ids(undisturbed) if one not in _ids(state)]
        worse = [
            str(one.corridor_id)
            for one in state.corridors
            if (had := undisturbed.of(str(one.corridor_id))) and one.criteria != had.criteria
        ]
        rows.append(
            {
                "kind": subject.kind,
                "closed": subject.subject_id,
                "name": subject_name(subject, world),
                "changes": state.best != undisturbed.best,
                **amounts(state.best, mass_t),
                **differences(state.best, undisturbed.best, mass_t, "loss_"),
                "takes_over": _takes_over(state, undisturbed),
                "corridor": (lead.corridor_id or "") if lead else "",
                "corridor_name": lead.name if lead else NOTHING_LEFT,
                **_prefixed(amounts(lead, mass_t), "corridor_"),
                **differences(lead, led, mass_t, "corridor_loss_"),
                "corridors_lost": " ".join(gone),
                "corridors_changed": " ".join(worse),
            }
        )
    return rows


def worth_rows(found: Sequence[Worth], planner: Planner, world: World) -> list[dict[str, Any]]:
    """Return one row per unfinished thing for the best way of all and one for every corridor."""
    mass_t = planner.consignment.mass_t
    rows = []
    for worth in found:
        item = worth.item
        ids = sorted({*_ids(worth.without), *_ids(worth.having)})
        for corridor in ("", *ids):
            without = worth.without.of(corridor) if corridor else worth.without.best
            having = worth.having.of(corridor) if corridor else worth.having.best
            rows.append(
                {
                    "kind": item.kind,
                    "item": item.name,
                    "name": _item_name(item.kind, item.name, world),
                    "status": item.status,
                    "as_of": item.as_of,
                    "opens": item.opens or None,
                    "counted_as_open": item.usable,
                    "in_graph": item.in_graph,
                    "corridor": corridor,
                    "result": _result(without, having),
                    **differences(without, having, mass_t, "saves_"),
                    **_prefixed(amounts(having, mass_t), "with_"),
                }
            )
    return rows


def resilience_document(
    planner: Planner,
    undisturbed: State,
    closures: list[dict[str, Any]],
    worth: list[dict[str, Any]] | None,
    data_version: str,
) -> dict[str, Any]:
    """Return all rows, JSON-ready, under the head that every result has."""
    mass_t = planner.consignment.mass_t
    head = opening(planner.compare(()), data_version, _asked(undisturbed), EVIDENCE_OF)
    lead = _first(undisturbed)
    head["undisturbed"] = {
        "way": way_words(undisturbed.best) if undisturbed.best else NOTHING_LEFT,
        **amounts(undisturbed.best, mass_t),
        "corridor": lead.corridor_id if lead else None,
        **_prefixed(amounts(lead, mass_t), "corridor_"),
    }
    head["closures"] = closures
    if worth is not None:
        head["worth"] = worth
    return head


def resilience_view(
    planner: Planner,
    undisturbed: State,
    rows: Sequence[Mapping[str, Any]],
    worth: Sequence[Mapping[str, Any]] | None,
    data_version: str,
) -> RenderableType:
    """Return the closures that change something as a table, and in words what the others do."""
    mass_t = planner.consignment.mass_t
    parts: list[RenderableType] = [comparison_heading(planner.compare(()))]
    assert undisturbed.best is not None
    parts.append(plain(f"Best undisturbed: {_sums(undisturbed.best, mass_t)}"))
    parts.append(Padding(plain(way_words(undisturbed.best)), (0, 0, 0, 2)))
    if lead := _first(undisturbed):
        parts.append(plain(f"Best corridor: {lead.name}; {_sums(lead, mass_t)}"))
    table = table_of(
        ("closed", "left"), ("USD/t", "right"), ("+USD/t", "right"), ("+days", "right"),
        ("+gen.", "right"), ("what takes over", "left"),
    )  # fmt: skip
    for column in table.columns[1:5]:
        column.no_wrap = True
    quiet_ones = []
    for row in rows:
        moved = row["changes"] or row["corridor_loss_cost_usd_per_t"] != 0
        if not moved:
            quiet_ones.append(row)
            continue
        words = row["takes_over"]
        loss = row["corridor_loss_cost_usd_per_t"]
        if loss is None:
            words += "; no corridor is left"
        elif loss and row["takes_over"] != row["corridor_name"]:
            words += f"; corridors: {row['corridor']} {_signed(loss, 1)}"
        table.add_row(
            plain(f"{row['kind']} {_labelled(row)}"),
            _number(row["cost_usd_per_t"], 0),
            _signed(row["loss_cost_usd_per_t"], 1),
            _signed(row["loss_time_days"], 1),
            _signed(row["loss_generalised_usd_per_t"], 1),
            joined(words),
        )
    parts.append(table)
    if quiet_ones:
        cut = sum(bool(row["corridors_lost"]) for row in quiet_ones)
        parts.append(
            plain(
                f"{len(quiet_ones)} more closures leave the best way and the best corridor as they "
                f"are; {cut} of them make some other corridor impossible (--format csv lists all)."
            )
        )
    if worth is not None:
        parts += _worth_lines(worth)
    parts.append(plain(f"Ranked by {ranking(planner.by)}."))
    asked = _asked(undisturbed)
    parts.append(evidence_view(planner.compare(()), data_version, asked, EVIDENCE_OF))
    return Group(*parts)


def subject_name(subject: Subject, world: World) -> str:
    """Return how people call what is closed."""
    match subject.kind:
        case "place":
            return world.places[subject.subject_id].name
        case "crossing":
            return world.border_crossings[subject.subject_id].name
        case "chokepoint":
            return world.chokepoints[subject.subject_id].name
        case _:
            return subject.subject_id


def _worst_first(planner: Planner, states: Mapping[Subject, State]) -> list[tuple[Subject, State]]:
    def key(found: tuple[Subject, State]) -> tuple[Any, ...]:
        subject, state = found
        return (*_rank(planner, state.best), *_rank(planner, _first(state)), subject)

    return sorted(states.items(), key=key)


def _rank(planner: Planner, itinerary: Itinerary | None) -> tuple[int, int]:
    """Return a key that puts nothing first, then the worst."""
    if itinerary is None:
        return (0, 0)
    return (1, -planner.pricing.measure(itinerary.criteria, planner.by))


def _asked(undisturbed: State) -> list[Itinerary]:
    """Return the best way and the best of every corridor; a corridor that runs as it, once."""
    best = undisturbed.best
    rest = [one for one in undisturbed.corridors if best is None or one.legs != best.legs]
    return [*([best] if best else []), *rest]


def _first(state: State) -> Itinerary | None:
    return state.corridors[0] if state.corridors else None


def _ids(state: State) -> list[str]:
    return [str(one.corridor_id) for one in state.corridors]


def _prefixed(values: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {prefix + name: value for name, value in values.items()}


def _takes_over(state: State, undisturbed: State) -> str:
    if state.best is None:
        return NOTHING_LEFT
    if state.best == undisturbed.best:
        return "no change"
    same = state.corridor
    return same.name if same else way_words(state.best)


def _result(without: Itinerary | None, having: Itinerary | None) -> str:
    if having is None:
        return "not possible with it either"
    if without is None:
        return "possible only with it"
    return "nothing" if without.criteria == having.criteria else "changes"


def _item_name(kind: str, name: str, world: World) -> str:
    if kind == "crossing":
        return world.border_crossings[name].name
    return " - ".join(
        world.places[part].name if part in world.places else part for part in name.split(" - ")
    )


def _worth_lines(rows: Sequence[Mapping[str, Any]]) -> list[RenderableType]:
    parts: list[RenderableType] = [
        Text(""),
        Text("Worth: what each unfinished thing saves, alone", style="bold"),
    ]
    best = [row for row in rows if not row["corridor"]]
    for row in best:
        year = f", {row['opens']}" if row["opens"] else ""
        counted = "; counted as open, so compared with it shut" if row["counted_as_open"] else ""
        if not row["in_graph"]:
            counted = (
                "; it ends where the tables have no place or, at a frontier, no rail crossing, "
                "so nothing can use it"
            )
        parts.append(plain(f"  {row['kind']} {row['name']} ({row['status']}{year}{counted})"))
        said = [f"the best way: {_saving(row)}"]
        others = [
            other
            for other in rows
            if other["corridor"]
            and (other["kind"], other["item"]) == (row["kind"], row["item"])
            and other["result"] in ("changes", "possible only with it")
        ]
        said += [f"{other['corridor']}: {_saving(other)}" for other in others]
        if not others:
            said.append("no corridor gains")
        parts += [Padding(plain(text), (0, 0, 0, 6)) for text in said]
    if not best:
        parts.append(plain("  nothing is planned, under construction or suspended"))
    parts.append(Text(""))
    return parts


def _saving(row: Mapping[str, Any]) -> str:
    if row["result"] == "changes":
        cost, days, generalised = (
            row[f"saves_{key}"] for key in ("cost_usd_per_t", "time_days", "generalised_usd_per_t")
        )
        return (
            f"{_saved(cost, 'USD/t')} and {_saved(days, 'days')} "
            f"({_saved(generalised, 'USD/t')} generalised)"
        )
    if row["result"] == "possible only with it":
        return (
            f"possible only with it, at {_number(row['with_cost_usd_per_t'], 0)} USD/t and "
            f"{_number(row['with_time_days'], 1)} days"
        )
    return "saves nothing" if row["result"] == "nothing" else row["result"]


def _saved(amount: float, unit: str) -> str:
    """Return an amount saved in words; a negative one is spent."""
    word = "saves" if round(amount, 2) >= 0 else "costs"
    return f"{word} {_number(abs(amount), 2)} {unit}"


def _labelled(row: Mapping[str, Any]) -> str:
    return row["closed"] if row["name"] == row["closed"] else f"{row['name']} ({row['closed']})"


def _sums(itinerary: Itinerary, mass_t: float) -> str:
    found = amounts(itinerary, mass_t)
    return (
        f"{_number(found['cost_usd_per_t'], 1)} USD/t, {_number(found['time_days'], 1)} days, "
        f"{_number(found['generalised_usd_per_t'], 1)} USD/t generalised"
    )


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else spaced(value, digits)


def _signed(value: float | None, digits: int) -> str:
    if value is None:
        return "-"
    return "0" if abs(value) < _LEAST else f"{'+' if value > 0 else ''}{spaced(value, digits)}"

"""Two scenarios side by side: what changes in which corridor, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from corridors.itinerary import Criterion, Itinerary
from corridors.planner import Comparison
from corridors.report import evidence_entry, heading, scenario_entry, totals
from geodata.parameters import Parameters
from geodata.rows import Parameter
from geodata.units import CENTS_PER_USD, HOURS_PER_DAY, MINUTES_PER_HOUR

MOST_CAUSES: Final = 3
"""How many parameters are named for a corridor in words, those that move it most."""
MOST_PLACES: Final = 4
"""How many places are named where a corridor goes another way."""

ROW_VALUES: Final[Mapping[str, str]] = {
    "usd_per_t": "cost_usd_per_t",
    "days": "time_days",
    "co2e_kg_per_t": "co2e_kg_per_t",
}
"""What is compared: name in the result, name in an itinerary's totals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A parameter that a corridor pays for differently; ``difference`` is in USD/t or days.

    ``value_a`` and ``value_b`` are the row's own, in its own ``unit`` (a speed in km per day, a
    premium in percent), None where the itinerary does not use the parameter. Quantities are the
    ledger's: the km of a speed, the value of the goods of a premium.
    """

    parameter: str
    criterion: Criterion
    unit: str
    value_a: float | None
    value_b: float | None
    quantity_a: float
    quantity_b: float
    difference: float

    @property
    def restated(self) -> bool:
        """Whether both itineraries use it, at another value."""
        return None not in (self.value_a, self.value_b) and self.value_a != self.value_b


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One corridor in scenarios A and B: ranks and values, None where it is not possible."""

    corridor_id: str
    name: str
    rank_a: int | None
    rank_b: int | None
    values_a: Mapping[str, float] | None
    values_b: Mapping[str, float] | None
    causes: tuple[Cause, ...] = ()
    left: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    reason_a: str = ""
    reason_b: str = ""

    def difference(self, key: str) -> float | None:
        """Return B less A of one value, None unless the corridor is possible in both."""
        if self.values_a is None or self.values_b is None:
            return None
        return self.values_b[key] - self.values_a[key]

    @property
    def why(self) -> str:
        """What changes and why, in words; empty if nothing does."""
        if self.rank_a is None and self.rank_b is None:
            return "" if self.reason_a == self.reason_b else f"not possible in B: {self.reason_b}"
        if self.rank_b is None:
            return f"not possible in B: {self.reason_b}"
        if self.rank_a is None:
            return f"possible in B only; in A: {self.reason_a}"
        words = []
        if self.left or self.joined:
            words.append(f"another way, {_way(self.left, self.joined)}")
        words += [_cause_words(cause) for cause in self.causes[:MOST_CAUSES]]
        if rest := self.causes[MOST_CAUSES:]:
            noun = "parameter" if len(rest) == 1 else "parameters"
            words.append(f"{len(rest)} more {noun}: {_sums(rest)}")
        return "; ".join(words)


def side_by_side(
    a: Comparison, b: Comparison, parameters: tuple[Parameters, Parameters]
) -> tuple[Row, ...]:
    """Return every corridor of two comparisons in the order of A, then of B, then impossible.

    Parameters
    ----------
    a, b
        The comparisons.
    parameters
        Those that A and B were priced with.
    """
    tables = [{row.key: row for row in each.rows} for each in parameters]
    found = [
        {i.corridor_id or "": (rank, i) for rank, i in enumerate(side.itineraries, start=1)}
        for side in (a, b)
    ]
    reasons = [
        {item.corridor_id: (item.name, item.reason) for item in side.not_possible}
        for side in (a, b)
    ]
    ids = dict.fromkeys([*found[0], *found[1], *reasons[0], *reasons[1]])
    masses = (a.consignment.mass_t, b.consignment.mass_t)
    rows = []
    for corridor_id in ids:
        (rank_a, in_a), (rank_b, in_b) = (side.get(corridor_id, (None, None)) for side in found)
        known = in_a or in_b
        name = known.name if known else reasons[0][corridor_id][0]
        both = in_a is not None and in_b is not None
        places = [dict(_places(one)) if one else {} for one in (in_a, in_b)]
        rows.append(
            Row(
                corridor_id=corridor_id,
                name=name,
                rank_a=rank_a,
                rank_b=rank_b,
                values_a=_values(in_a, masses[0]) if in_a else None,
                values_b=_values(in_b, masses[1]) if in_b else None,
                causes=_causes(in_a, in_b, masses, tables) if in_a and in_b else (),
                left=tuple(n for at, n in places[0].items() if both and at not in places[1]),
                joined=tuple(n for at, n in places[1].items() if both and at not in places[0]),
                reason_a=reasons[0].get(corridor_id, ("", ""))[1],
                reason_b=reasons[1].get(corridor_id, ("", ""))[1],
            )
        )
    return tuple(rows)


def flat_rows(rows: tuple[Row, ...]) -> list[dict[str, Any]]:
    """Return one flat row per corridor, for CSV and Markdown."""
    return [
        {
            "corridor": row.corridor_id,
            "name": row.name,
            "rank_a": row.rank_a,
            "rank_b": row.rank_b,
            "rank_difference": _rank_difference(row),
            **{
                f"{key}_{side}": value
                for key in ROW_VALUES
                for side, value in (
                    ("a", row.values_a and row.values_a[key]),
                    ("b", row.values_b and row.values_b[key]),
                    ("difference", row.difference(key)),
                )
            },
            "why": row.why,
        }
        for row in rows
    ]


def document(
    a: Comparison, b: Comparison, rows: tuple[Row, ...], data_version: str
) -> dict[str, Any]:
    """Return both scenarios and every corridor in them, JSON-ready.

    ``scenario`` and what stands beside it are those of A; B's are under ``b``.
    """
    flat = flat_rows(rows)
    return {
        **heading(a, data_version),
        "by": a.by.value,
        **evidence_entry(a.itineraries, a.names),
        "b": {
            "scenario": scenario_entry(b.scenario),
            "consignment": heading(b, data_version)["consignment"],
            **evidence_entry(b.itineraries, b.names),
        },
        "corridors": [
            {
                **one,
                "reason_a": row.reason_a,
                "reason_b": row.reason_b,
                "places_left": list(row.left),
                "places_joined": list(row.joined),
                "causes": [
                    {
                        **asdict(cause),
                        "criterion": cause.criterion.value,
                        "difference_unit": _UNIT[cause.criterion],
                    }
                    for cause in row.causes
                ],
            }
            for one, row in zip(flat, rows, strict=True)
        ],
    }


_UNIT: Final = {Criterion.COST: "USD/t", Criterion.TIME: "days"}


def _values(itinerary: Itinerary, mass_t: float) -> dict[str, float]:
    sums = totals(itinerary, mass_t)
    return {key: sums[name] for key, name in ROW_VALUES.items()}


def _rank_difference(row: Row) -> int | None:
    return None if row.rank_a is None or row.rank_b is None else row.rank_b - row.rank_a


def _places(itinerary: Itinerary) -> list[tuple[str, str]]:
    """Return ids and names of the places and chokepoints passed, in travel order."""
    passed: list[tuple[str, str]] = []
    for leg in itinerary.legs:
        passed += [(name, name.replace("_", " ")) for name in leg.chokepoints]
        passed.append((leg.to_place, leg.to_name))
    return passed


def _causes(
    a: Itinerary,
    b: Itinerary,
    masses: tuple[float, float],
    tables: Sequence[Mapping[str, Parameter]],
) -> tuple[Cause, ...]:
    """Return all parameters that move a corridor, restated ones first, the largest first.

    Cost and time are put on one scale by their share of A's total.
    """
    sides = [_used(itinerary) for itinerary in (a, b)]
    whole = (a.criteria.cost_cents, a.criteria.time_min)
    found = []
    for key in sorted({*sides[0], *sides[1]}):
        criterion, parameter = key
        used_a, used_b = (side.get(key) for side in sides)
        amounts = [used.amount if used else 0 for used in (used_a, used_b)]
        if criterion is Criterion.COST:
            difference = (amounts[1] / masses[1] - amounts[0] / masses[0]) / CENTS_PER_USD
            weight = abs(amounts[1] - amounts[0]) / max(whole[0], 1)
        else:
            difference = (amounts[1] - amounts[0]) / MINUTES_PER_HOUR / HOURS_PER_DAY
            weight = abs(amounts[1] - amounts[0]) / max(whole[1], 1)
        if weight:
            cause = Cause(
                parameter=parameter,
                criterion=criterion,
                unit=tables[0 if used_a else 1][parameter].unit,
                value_a=tables[0][parameter].value if used_a else None,
                value_b=tables[1][parameter].value if used_b else None,
                quantity_a=used_a.quantity if used_a else 0.0,
                quantity_b=used_b.quantity if used_b else 0.0,
                difference=difference,
            )
            found.append((not cause.restated, -weight, parameter, criterion, cause))
    found.sort(key=lambda item: item[:-1])
    return tuple(item[-1] for item in found)


@dataclass(slots=True)
class _Used:
    """What an itinerary uses of one parameter, all legs together."""

    quantity: float = 0.0
    amount: int = 0


def _used(itinerary: Itinerary) -> dict[tuple[Criterion, str], _Used]:
    found: dict[tuple[Criterion, str], _Used] = {}
    for leg in itinerary.legs:
        for line in leg.ledger:
            if line.criterion in _UNIT:
                key = (line.criterion, line.parameter)
                used = found.setdefault(key, _Used())
                used.quantity += line.quantity
                used.amount += line.amount
    return found


def _way(left: tuple[str, ...], joined: tuple[str, ...]) -> str:
    parts = []
    for word, names in (("by", joined), ("not by", left)):
        if names:
            more = f" and {len(names) - MOST_PLACES} more" if len(names) > MOST_PLACES else ""
            parts.append(f"{word} {', '.join(names[:MOST_PLACES])}{more}")
    return ", ".join(parts)


def _sums(causes: tuple[Cause, ...]) -> str:
    """Return what some causes come to together, in each criterion that they touch."""
    return " and ".join(
        _effect(sum(cause.difference for cause in causes if cause.criterion is criterion), unit)
        for criterion, unit in _UNIT.items()
        if any(cause.criterion is criterion for cause in causes)
    )


def _effect(difference: float, unit: str) -> str:
    return f"{difference:+.2f} {unit}" if abs(difference) < 1 else f"{difference:+.1f} {unit}"


def _cause_words(cause: Cause) -> str:
    effect = _effect(cause.difference, _UNIT[cause.criterion])
    if cause.restated:
        return f"{cause.parameter} {cause.value_a:.4g} > {cause.value_b:.4g} {cause.unit}: {effect}"
    return f"{cause.parameter}: {effect}"

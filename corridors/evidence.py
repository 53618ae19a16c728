"""What results rest on: shares of published, estimated and assumed numbers, and which assumptions.

Shares over several itineraries are means over the itineraries, each counting the same: otherwise
the dearest of them (air, say) would speak for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from corridors.itinerary import Criterion, Itinerary
from geodata.vocabulary import Grade

MOST_ASSUMPTIONS: Final = 5
"""How many assumptions a result names."""

_WEIGHED: Final = (Criterion.COST, Criterion.TIME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """An assumed parameter that itineraries use.

    ``cost_share`` and ``time_share`` are parts of 1, means over all itineraries; ``itineraries``
    says how many of them use it. ``value`` is as in the ledger: a speed stands as h per km.
    """

    parameter: str
    value: float
    unit: str
    source_id: str
    cost_share: float
    time_share: float
    itineraries: int


def shares(itineraries: Sequence[Itinerary]) -> dict[Criterion, dict[Grade, float]]:
    """Return which part of each criterion rests on numbers of each grade, 0 to 1."""
    found = {criterion: dict.fromkeys(Grade, 0.0) for criterion in Criterion}
    for itinerary in itineraries:
        totals = _totals(itinerary)
        for leg in itinerary.legs:
            for line in leg.ledger:
                if totals[line.criterion]:
                    part = line.amount / totals[line.criterion] / len(itineraries)
                    found[line.criterion][line.grade] += part
    return found


def share_entry(itineraries: Sequence[Itinerary]) -> dict[str, dict[str, float]]:
    """Return `shares`, JSON-ready."""
    return {
        criterion.value: {grade.value: part for grade, part in grades.items()}
        for criterion, grades in shares(itineraries).items()
    }


def assumptions(itineraries: Sequence[Itinerary], most: int = MOST_ASSUMPTIONS) -> list[Assumption]:
    """Return the assumed numbers with the largest share of cost or of time, largest first."""
    parts: dict[str, dict[Criterion, float]] = {}
    seen: dict[str, tuple[float, str, str]] = {}
    users: dict[str, set[int]] = {}
    for number, itinerary in enumerate(itineraries):
        totals = _totals(itinerary)
        for leg in itinerary.legs:
            for line in leg.ledger:
                total = totals[line.criterion]
                if line.grade is Grade.ASSUMED and line.criterion in _WEIGHED and total:
                    mine = parts.setdefault(line.parameter, dict.fromkeys(_WEIGHED, 0.0))
                    mine[line.criterion] += line.amount / total / len(itineraries)
                    seen[line.parameter] = (line.value, line.unit, line.source_id)
                    users.setdefault(line.parameter, set()).add(number)
    ordered = sorted(parts, key=lambda key: (-max(parts[key].values()), key))
    return [
        Assumption(
            parameter=key,
            value=seen[key][0],
            unit=seen[key][1],
            source_id=seen[key][2],
            cost_share=parts[key][Criterion.COST],
            time_share=parts[key][Criterion.TIME],
            itineraries=len(users[key]),
        )
        for key in ordered[:most]
        if max(parts[key].values()) > 0
    ]


def assumption_entry(assumption: Assumption) -> dict[str, Any]:
    """Return an assumption, JSON-ready."""
    return {
        "parameter": assumption.parameter,
        "value": assumption.value,
        "unit": assumption.unit,
        "source_id": assumption.source_id,
        "cost_share": assumption.cost_share,
        "time_share": assumption.time_share,
        "itineraries": assumption.itineraries,
    }


def assumption_words(assumption: Assumption) -> str:
    """Return an assumption in a few words: its key and its larger share."""
    cost, time = assumption.cost_share, assumption.time_share
    part, what = (cost, "cost") if cost >= time else (time, "time")
    return f"{assumption.parameter} ({percent_text(part)} of {what})"


def share_words(grades: dict[Grade, float]) -> str:
    """Return shares in words, every grade named: ``1 % published, 93 % estimated, ...``."""
    return ", ".join(f"{percent_text(part)} {grade}" for grade, part in grades.items())


def percent_text(part: float) -> str:
    """Return a part of 1 in whole percent, ``<1 %`` where that would say nothing."""
    percent = f"{part:.0%}".removesuffix("%")
    return "<1 %" if percent == "0" and part > 0 else f"{percent} %"


def _totals(itinerary: Itinerary) -> dict[Criterion, int]:
    totals: dict[Criterion, int] = dict.fromkeys(Criterion, 0)
    for leg in itinerary.legs:
        for line in leg.ledger:
            totals[line.criterion] += line.amount
    return totals

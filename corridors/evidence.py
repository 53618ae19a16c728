"""What results rest on: shares of published, estimated and assumed numbers, and which assumptions.

Shares over several itineraries are means over the itineraries, each counting the same: otherwise
the dearest of them (air, say) would speak for all. What has a ledger can be asked, whether it is an
itinerary or a single figure of one; it counts in the criteria of which its ledger has an amount.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from corridors.costing import criteria_of
from corridors.itinerary import Criterion, LedgerLine
from geodata.families import Names, key_words
from geodata.vocabulary import Grade

MOST_ASSUMPTIONS: Final = 5
"""How many assumptions a result names."""

_WEIGHED: Final = (Criterion.COST, Criterion.TIME)


class Founded(Protocol):
    """Anything with a ledger."""

    @property
    def ledger(self) -> Sequence[LedgerLine]:
        """Amounts with the grades of their parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """An assumed parameter that itineraries use; ``words`` is how people call it.

    ``cost_share`` and ``time_share`` are parts of 1, means over all itineraries; ``itineraries``
    says how many of them use it. ``value`` is as in the ledger: a speed stands as h per km.
    """

    parameter: str
    words: str
    value: float
    unit: str
    source_id: str
    cost_share: float
    time_share: float
    itineraries: int


def shares(founded: Sequence[Founded]) -> dict[Criterion, dict[Grade, float]]:
    """Return which part of each criterion rests on numbers of each grade, 0 to 1.

    All parts of a criterion of which nothing has an amount are zero.
    """
    found = {criterion: dict.fromkeys(Grade, 0.0) for criterion in Criterion}
    for _, line, part in _parts(founded):
        found[line.criterion][line.grade] += part
    return found


def share_entry(founded: Sequence[Founded]) -> dict[str, dict[str, float]]:
    """Return `shares`, JSON-ready."""
    return {
        criterion.value: {grade.value: part for grade, part in grades.items()}
        for criterion, grades in shares(founded).items()
    }


def assumptions(
    founded: Sequence[Founded], names: Names, most: int = MOST_ASSUMPTIONS
) -> list[Assumption]:
    """Return the assumed numbers with the largest share of cost or of time, largest first."""
    parts: dict[str, dict[Criterion, float]] = {}
    seen: dict[str, LedgerLine] = {}
    users: dict[str, set[int]] = {}
    for number, line, part in _parts(founded):
        if line.grade is Grade.ASSUMED and line.criterion in _WEIGHED:
            parts.setdefault(line.parameter, dict.fromkeys(_WEIGHED, 0.0))[line.criterion] += part
            seen[line.parameter] = line
            users.setdefault(line.parameter, set()).add(number)
    ordered = sorted(parts, key=lambda key: (-max(parts[key].values()), key))
    return [
        Assumption(
            parameter=key,
            words=key_words(key, names),
            value=seen[key].value,
            unit=seen[key].unit,
            source_id=seen[key].source_id,
            cost_share=parts[key][Criterion.COST],
            time_share=parts[key][Criterion.TIME],
            itineraries=len(users[key]),
        )
        for key in ordered[:most]
        if max(parts[key].values()) > 0
    ]


def assumption_words(assumption: Assumption) -> str:
    """Return an assumption as people call it, with its key."""
    return f"{assumption.words} ({assumption.parameter})"


def assumption_share(assumption: Assumption) -> str:
    """Return the larger share of an assumption in words: ``2 % of time``."""
    cost, time = assumption.cost_share, assumption.time_share
    part, what = (cost, "cost") if cost >= time else (time, "time")
    return f"{percent_text(part)} of {what}"


def share_words(grades: dict[Grade, float]) -> str:
    """Return shares in words, every grade named: ``1 % published, 93 % estimated, ...``."""
    return ", ".join(f"{percent_text(part)} {grade}" for grade, part in grades.items())


def percent_text(part: float) -> str:
    """Return a part of 1 in whole percent, ``<1 %`` where that would say nothing."""
    percent = f"{part:.0%}".removesuffix("%")
    return "<1 %" if percent == "0" and part > 0 else f"{percent} %"


def _parts(founded: Sequence[Founded]) -> Iterator[tuple[int, LedgerLine, float]]:
    """Yield who uses every ledger line, the line, and its part of the criterion's mean."""
    totals = [criteria_of(one.ledger) for one in founded]
    counting = {c: sum(total.of(c) != 0 for total in totals) for c in Criterion}
    for number, one in enumerate(founded):
        for line in one.ledger:
            if total := totals[number].of(line.criterion):
                yield number, line, line.amount / total / counting[line.criterion]

"""The best of all ways beside the named corridors: how far the best corridor is from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from corridors.errors import NoItineraryError
from corridors.itinerary import LARGE_UNIT, Itinerary
from corridors.ledger_text import way_words
from corridors.planner import Comparison, Planner
from corridors.pricing import By
from corridors.report import totals
from corridors.text import BY_WORDS, spaced
from geodata.units import HOURS_PER_DAY

_LEAST_SHARE: Final = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """The best itinerary of all, in a corridor or not; ``above`` is by how much the best is worse.

    ``above`` and ``amount`` are in whole cents, minutes or grams, after what is best by; ``above``
    is None if no corridor is possible.
    """

    itinerary: Itinerary
    by: By
    mass_t: float
    amount: int
    above: int | None


def reference_of(planner: Planner, comparison: Comparison) -> Reference | None:
    """Return the best of all ways of a comparison, None if nothing leads there at all."""
    try:
        (best,) = planner.route().itineraries
    except NoItineraryError:
        return None
    amount = _amount(best, comparison.by)
    ranked = comparison.itineraries
    return Reference(
        itinerary=best,
        by=comparison.by,
        mass_t=comparison.consignment.mass_t,
        amount=amount,
        above=_amount(ranked[0], comparison.by) - amount if ranked else None,
    )


def reference_entry(reference: Reference) -> dict[str, Any]:
    """Return a reference, JSON-ready: its totals, its way, how far the best corridor is above it.

    ``best_corridor_above`` is in USD, hours or kg, ``share`` a part of the reference; both are None
    if no corridor is possible.
    """
    above = reference.above
    unit, whole = LARGE_UNIT[reference.by.counted_as]
    return {
        **totals(reference.itinerary, reference.mass_t),
        "way": way_words(reference.itinerary),
        "best_corridor_above": None if above is None else above / whole,
        "unit": unit,
        "share": None if above is None or not reference.amount else above / reference.amount,
    }


def reference_sentences(reference: Reference) -> tuple[str, str]:
    """Return the totals and the way of a reference, and how far the best corridor is from it."""
    found = totals(reference.itinerary, reference.mass_t)
    way = (
        f"{spaced(found['cost_usd_per_t'], 1)} USD/t, {spaced(found['time_days'], 1)} days, "
        f"{spaced(found['co2e_kg_per_t'], 1)} kg CO2e/t: {way_words(reference.itinerary)} "
        "(`corridors route`)"
    )
    if reference.above is None:
        return way, "no corridor here leads there"
    if reference.above == 0:
        return way, "best corridor: as good"
    above = f"best corridor: +{_per_tonne(reference)} of {BY_WORDS[reference.by]}"
    if not reference.amount:
        return way, above  # nothing has no per cent
    share = reference.above / reference.amount
    percent = "<0.1 %" if share < _LEAST_SHARE else f"{share:.1%}".replace("%", " %")
    return way, f"{above} ({percent})"


def _per_tonne(reference: Reference) -> str:
    unit, whole = LARGE_UNIT[reference.by.counted_as]
    value = (reference.above or 0) / whole
    if reference.by is By.TIME:
        return f"{spaced(value / HOURS_PER_DAY, 1)} days"
    return f"{spaced(value / reference.mass_t, 2)} {unit}/t"


def _amount(itinerary: Itinerary, by: By) -> int:
    if by is By.GENERALISED:
        return itinerary.generalised_cost_cents
    return itinerary.criteria.of(by.counted_as)

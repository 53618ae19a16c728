"""The Pareto front of a request as a result: its itineraries, and how few stand for all of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from corridors.covering import Cover, closest, fewest_within
from corridors.itinerary import Itinerary, Operation

if TYPE_CHECKING:
    from corridors.pareto import Vector
    from corridors.planner import Comparison

MILLIONTHS: Final = 1e6
_PER_PERCENT: Final = 1e4


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """Itineraries that no other beats in cost, time and CO2e at once.

    Attributes
    ----------
    comparison
        The itineraries shown, ranked.
    routes
        How many there are in all.
    hiding
        How many further totals only ways that return to a place were found for, before the search
        for others behind them gave up; they are not shown. Nearly always none.
    within
        The share, in millionths, by which every route of the front is at most missed by one shown.
    proven
        Whether no fewer routes could do that (or, for a given number, none come closer).
    """

    comparison: Comparison
    routes: int
    hiding: int = 0
    within: int = 0
    proven: bool = True

    def covered_within(self, share: int) -> Front:
        """Return the fewest routes that come within `share` millionths of every route."""
        return self._only(fewest_within(self._totals(), share))

    def spread(self, count: int) -> Front:
        """Return the `count` routes that come closest to all; fewer if more would not help."""
        return self._only(closest(self._totals(), count))

    def entry(self, epsilon: float | None) -> dict[str, Any]:
        """Return how much of the front is shown, JSON-ready; `epsilon` is the share asked for."""
        return {
            "routes": self.routes,
            "shown": len(self.comparison.itineraries),
            "returning_not_shown": self.hiding,
            "epsilon": epsilon,
            "within": self.within / MILLIONTHS,
            "proven": self.proven,
        }

    def remark(self, epsilon: float | None) -> str:
        """Return the same in a sentence or two."""
        shown = len(self.comparison.itineraries)
        if shown == self.routes:
            all_of_them = "The one route" if shown == 1 else f"All {shown} routes"
            text = f"{all_of_them} that no other beats in cost, time and CO2e at once."
        else:
            text = (
                f"{shown} of {self.routes} routes that no other beats in cost, time and CO2e at "
                f"once. Every other is within {self.within / _PER_PERCENT:.3g} % of one shown in "
                "each of them; "
            )
            can_or_not = "provably" if self.proven else "as far as the search went"
            closer = f"{can_or_not}, no {shown} come closer."
            fewer = f"{can_or_not}, no fewer than {shown} come within {100 * (epsilon or 0):g} %."
            text += closer if epsilon is None else fewer
        if self.hiding:
            text += (
                f" {self.hiding} more were found only for ways that return to a place; not shown."
            )
        return text

    def _totals(self) -> list[Vector]:
        return [
            (criteria.cost_cents, criteria.time_min, criteria.co2e_g)
            for criteria in (itinerary.criteria for itinerary in self.comparison.itineraries)
        ]

    def _only(self, cover: Cover) -> Front:
        shown = tuple(self.comparison.itineraries[at] for at in cover.chosen)
        return replace(
            self,
            comparison=replace(self.comparison, itineraries=shown),
            within=cover.within,
            proven=cover.proven,
        )


def named_by_way(itinerary: Itinerary) -> Itinerary:
    """Return an itinerary named by the places where its cargo changes mode or gauge."""
    changes = (Operation.TRANSSHIPMENT, Operation.GAUGE_CHANGE)
    places = dict.fromkeys(leg.from_name for leg in itinerary.legs if leg.operation in changes)
    if not places:
        borders = [leg for leg in itinerary.legs if leg.operation is Operation.BORDER_CROSSING]
        places = dict.fromkeys(leg.note for leg in borders)
    return replace(itinerary, name=f"via {', '.join(places)}" if places else "direct")

"""How sure a ranking is, ready to be printed: spreads of every corridor, over drawn parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from corridors.draws import DRAWS, REPLICATES, SEED, draw_values
from corridors.errors import NoItineraryError
from corridors.exposures import exposures_of
from corridors.named import Corridor
from corridors.planner import Comparison, Planner
from corridors.pricing import By
from corridors.reoptimise import Reoptimised, reoptimise
from corridors.report import not_possible_entries, opening
from corridors.spreads import CONFIDENCE, Spread, spreads

MEASURES: Final = {
    By.COST: "cost_usd_per_t",
    By.TIME: "time_days",
    By.CO2E: "co2e_kg_per_t",
    By.GENERALISED: "generalised_usd_per_t",
}
P_BEST: Final = {
    By.COST: "p_cheapest",
    By.TIME: "p_fastest",
    By.CO2E: "p_least_co2e",
    By.GENERALISED: "p_best_generalised",
}
_DIGITS: Final = 6
"""Decimals of sampled results: far below what chance leaves open, far above what sums differ by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """The spreads of every itinerary of a comparison, in its order."""

    comparison: Comparison
    spreads: list[dict[By, Spread]]
    draws: int
    seed: int
    parameters: int
    reoptimised: Reoptimised | None

    @property
    def evidence_of(self) -> str:
        """Whose evidence it is: draws that choose anew may take other ways."""
        return "the ways for typical values (mean of the corridors)"


def assess(
    planner: Planner, corridors: Sequence[Corridor], *, draws: int, seed: int, anew: bool
) -> Risk:
    """Return the risk of corridors.

    Parameters
    ----------
    planner, corridors
        The request.
    draws, seed
        How many draws, and what they start from.
    anew
        Whether every draw chooses its own way inside each corridor.

    Raises
    ------
    NoItineraryError
        If no corridor is possible.
    """
    comparison = planner.compare(corridors)
    if not comparison.itineraries:
        raise NoItineraryError("no corridor is possible in this scenario")
    found = None
    if anew:
        chosen = comparison.corridors_among(corridors)
        found = reoptimise(planner, chosen, by=planner.by, draws=draws, seed=seed)
    return risk_of(planner, comparison, draws=draws, seed=seed, found=found)


def risk_of(
    planner: Planner,
    comparison: Comparison,
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    found: Reoptimised | None = None,
) -> Risk:
    """Return the risk of itineraries, their ways held but where draws `found` others."""
    model = exposures_of(comparison.itineraries, planner.parameters, planner.consignment)
    typical = model.totals(model.typical[:, None])
    totals = found.totals if found else model.totals(draw_values(model.rows, draws, seed))
    return Risk(
        comparison=comparison,
        spreads=spreads(totals, typical, model.mass_t),
        draws=draws,
        seed=seed,
        parameters=sum(row.high > row.low for row in model.rows),
        reoptimised=found,
    )


def risk_rows(risk: Risk) -> list[dict[str, Any]]:
    """Return one flat row per corridor: quantiles, probabilities and regret with half-widths."""
    rows = []
    for rank, (itinerary, by) in enumerate(
        zip(risk.comparison.itineraries, risk.spreads, strict=True), start=1
    ):
        row: dict[str, Any] = {
            "rank": rank,
            "corridor": itinerary.corridor_id or "",
            "name": itinerary.name,
        }
        for criterion, measure in MEASURES.items():
            spread = by[criterion]
            for key in ("typical", "mean", "p10", "p50", "p90", "p50_half_width"):
                row[f"{measure}_{key}"] = round(getattr(spread, key), _DIGITS)
        for criterion, key in P_BEST.items():
            row[key] = round(by[criterion].p_best, _DIGITS)
            row[f"{key}_half_width"] = round(by[criterion].p_best_half_width, _DIGITS)
        for criterion, measure in MEASURES.items():
            row[f"{measure}_regret"] = round(by[criterion].regret, _DIGITS)
        rows.append(row)
    return rows


def risk_document(risk: Risk, data_version: str) -> dict[str, Any]:
    """Return the risk, JSON-ready."""
    anew = risk.reoptimised
    entries: list[dict[str, Any]] = []
    for at, (itinerary, by) in enumerate(
        zip(risk.comparison.itineraries, risk.spreads, strict=True)
    ):
        entry: dict[str, Any] = {
            "corridor": itinerary.corridor_id,
            "name": itinerary.name,
            **{
                measure: {k: round(v, _DIGITS) for k, v in asdict(by[criterion]).items()}
                for criterion, measure in MEASURES.items()
            },
            **{key: round(by[criterion].p_best, _DIGITS) for criterion, key in P_BEST.items()},
        }
        if anew is not None:
            entry["ways"] = {
                "known": anew.ways[at],
                "share_fixed_way": round(anew.kept[at], _DIGITS),
                "share_missed": round(anew.missed[at], _DIGITS),
                "mean_shortfall": round(anew.shortfall[at], _DIGITS),
            }
        entries.append(entry)
    return {
        **opening(risk.comparison, data_version, of=risk.evidence_of),
        "draws": risk.draws,
        "seed": risk.seed,
        "replicates": REPLICATES,
        "confidence": CONFIDENCE,
        "distribution": "PERT from low, value and high of each parameter; drawn independently",
        "sampling": "centred Latin hypercube",
        "uncertain_parameters": risk.parameters,
        "ways_chosen": "anew" if anew else "fixed",
        "exact_draws": anew.exact_draws if anew else None,
        "corridors": entries,
        "not_possible": not_possible_entries(risk.comparison),
    }

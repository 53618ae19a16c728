"""Itineraries that differ in where they go: the best, the best that is not it again, and so on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from corridors.errors import CorridorsError
from corridors.limited_paths import MOST_LABELS, Limit, in_stages, lightest_within
from corridors.search import Path
from corridors.simple_paths import first_return

if TYPE_CHECKING:
    from corridors.named import Stage
    from corridors.overlap import Ground
    from corridors.planner import Comparison, Planner


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternatives:
    """Itineraries, best first, of which none runs where an earlier one does for too long.

    ``overlaps[i][j]`` is how much of itinerary j, as a share of its length, itinerary i runs near
    to; at most ``most_overlap``.
    """

    comparison: Comparison
    overlaps: tuple[tuple[float, ...], ...]
    most_overlap: float
    near_km: float
    asked: int

    def entry(self) -> dict[str, Any]:
        """Return how the itineraries differ, JSON-ready."""
        return {
            "asked": self.asked,
            "found": len(self.overlaps),
            "max_overlap": self.most_overlap,
            "near_km": self.near_km,
            "overlap_with_earlier": [list(row) for row in self.overlaps],
        }

    def remark(self) -> str:
        """Return the same in words, one line for each itinerary after the first."""
        lines = [
            f"None runs within {self.near_km:g} km of an earlier one for more than "
            f"{100 * self.most_overlap:g} % of its length:"
        ]
        for rank, shares in enumerate(self.overlaps[1:], start=2):
            words = (f"{100 * share:.0f} % of {at}" for at, share in enumerate(shares, start=1))
            lines.append(f"  {rank:>2}  {', '.join(words)}")
        if len(self.overlaps) < self.asked:
            lines.append(f"There are only {len(self.overlaps)} that differ so much.")
        return "\n".join(lines)


def find_alternatives(
    planner: Planner,
    ground: Ground,
    via: Sequence[Stage],
    count: int,
    most_overlap: float,
    *,
    most_labels: int = MOST_LABELS,
) -> Alternatives:
    """Return up to `count` itineraries, best first, that differ in where they go.

    The first is the best of all; each further one is the best of those that run near at most a
    share `most_overlap` of the length of every one before. Without `via`, none returns to a place.

    Raises
    ------
    NoItineraryError
        If there is no itinerary at all.
    SearchLimitError
        If the search would need more than `most_labels` labels for one of them.
    """
    if not 0 <= most_overlap < 1:
        raise CorridorsError(
            f"an overlap of {most_overlap:g} is no limit: give a share from 0 to less than 1"
        )
    weight = planner.pricing.weights(planner.by)
    staged = in_stages(planner.graph.digraph, planner.ends()[0], planner.stages(via))
    weights = [weight[arc] for arc in staged.arc_of]

    def returns(arcs: Sequence[int]) -> bool:
        return first_return(planner.graph, [staged.arc_of[at] for at in arcs]) is not None

    best = planner.best_path(via)
    if best is None:
        raise planner.no_itinerary(via)
    paths = [best]
    near: list[list[int]] = []
    limits: list[Limit] = []
    while len(paths) < count:
        shared = ground.near(paths[-1].arcs)
        near.append(shared)
        most_m = int(most_overlap * _metres(shared, paths[-1]))
        limits.append(Limit([shared[arc] for arc in staged.arc_of], most_m))
        found = lightest_within(
            staged.graph,
            weights,
            staged.origins,
            staged.destinations,
            limits,
            lambda arcs: bool(via) or not returns(arcs),
            most_labels=most_labels,
        )
        if found is None:
            break
        paths.append(Path(found.weight, tuple(staged.arc_of[at] for at in found.arcs)))
    lengths = [_metres(shared, path) for shared, path in zip(near, paths, strict=False)]
    return Alternatives(
        comparison=planner.as_comparison(paths),
        overlaps=tuple(
            tuple(
                _metres(near[at], path) / lengths[at] if lengths[at] else 0.0 for at in range(rank)
            )
            for rank, path in enumerate(paths)
        ),
        most_overlap=most_overlap,
        near_km=ground.near_km,
        asked=count,
    )


def _metres(of_arc: Sequence[int], path: Path) -> int:
    return sum(of_arc[arc] for arc in path.arcs)

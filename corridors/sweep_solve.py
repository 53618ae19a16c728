"""The work of a sweep: one block of cases, from the job's text to the bytes of its file.

These are the functions that run on workers. They take plain arguments and give plain results; what
blocks have in common, the tables, the graph and the searches of a scenario, is kept in the process.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import groupby, product
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from corridors.closures import Closures
from corridors.errors import CorridorsError, NoItineraryError
from corridors.exposures import Totals
from corridors.graph import Endpoint
from corridors.many import optimum_many
from corridors.planner import Planner
from corridors.pricing import By
from corridors.request import Request
from corridors.scenario import parse_scenario, with_overrides
from corridors.sweep_ends import Ends, SweepEnds
from corridors.sweep_job import Block, Job, request_of
from corridors.sweep_optimum import DrawnOptimum
from corridors.sweep_rows import Answer, parquet_bytes, rows_of
from corridors.sweep_totals import DrawBank, HeldTotals, LedgerBook, ranks, totals_of
from corridors.sweep_ways import WaysTo
from geodata.errors import DataError

if TYPE_CHECKING:
    from numpy.typing import NDArray

SCENARIOS_KEPT: Final = 2
"""Scenarios (with a cargo) whose graph and prices a worker keeps: some 60 MB each."""
DESTINATIONS_KEPT: Final = 4
"""Destinations whose searches a worker keeps."""
NO_ITINERARY: Final = "no_itinerary"
NOTHING_FITS: Final = "no way through its gates fits this journey"

Key = TypeVar("Key")
Value = TypeVar("Value")


def solve_block(text: str, number: int) -> tuple[int, bytes]:
    """Return how many rows a block has, and its Parquet file.

    Parameters
    ----------
    text
        The job; see `sweep_job.Job.to_text`.
    number
        Of the block.
    """
    worker = getattr(_HERE, "worker", None)
    if worker is None or _HERE.text != text:
        worker = _HERE.worker = Worker(Job.of_text(text))
        _HERE.text = text
    table = worker.table(worker.job.blocks[number])
    return table.num_rows, parquet_bytes(table)


_HERE: Final = threading.local()
"""What this thread has in memory; what threads would share, they would change under each other."""


class Worker:
    """Solves blocks of one job, one after the other."""

    def __init__(self, job: Job) -> None:
        self.job = job
        folder = Path(tempfile.mkdtemp(prefix="corridors-sweep-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._request = request_of(job, folder)
        self._ends = SweepEnds(self._request.finder, self._request.world.places)
        known = {corridor.corridor_id: corridor for corridor in self._request.corridors}
        self._corridors = tuple(known[name] for name in job.corridors)
        self._bank = DrawBank(job.draws, job.seed) if job.draws else None
        self._states: OrderedDict[tuple[int, int], _State] = OrderedDict()

    def table(self, block: Block) -> Any:
        """Return the rows of a block as an Arrow table."""
        job = self.job
        state = _kept(
            self._states, (block.variant, block.cargo), SCENARIOS_KEPT,
            lambda: _State(self._request, job, block.variant, block.cargo),
        )  # fmt: skip
        ends = self._ends.pairs(
            [job.origins[at] for at in block.origins],
            [job.destinations[at] for at in block.destinations],
        )
        found: _Answers = {}
        asked: dict[_Case, Ends] = {}
        for (at, to), pair in ends.items():
            case = block.destinations[to], block.origins[at]
            if isinstance(pair, Exception):
                found[case] = [self._failed(block, case, pair)]
            else:
                asked[case] = pair
        if asked:
            found |= self._answers(state, block, asked)
        answers = [answer for case in sorted(found) for answer in found[case]]
        variant, cargo = job.variants[block.variant], job.cargoes[block.cargo]
        return rows_of(
            answers, scenario=variant.name, year=variant.year, commodity=cargo.commodity,
            mass_t=cargo.mass_t, unit=cargo.unit.value, drawn=job.draws is not None,
        )  # fmt: skip

    def _answers(self, state: _State, block: Block, ends: Mapping[_Case, Ends]) -> _Answers:
        """Return the answers to some cases, all at once; one by one if one of them fails."""
        try:
            if self.job.solve == "corridors":
                return self._held(state, block, ends)
            return (self._drawn_optima if self._bank else self._optima)(state, block, ends)
        except Exception as error:  # whatever it is: the other cases go on
            if len(ends) == 1:
                (case,) = ends
                return {case: [self._failed(block, case, error)]}
        found: _Answers = {}
        for case, pair in ends.items():
            found |= self._answers(state, block, {case: pair})
        return found

    def _answer(self, block: Block, case: _Case, by: By, **parts: Any) -> Answer:
        destination, origin = case
        return Answer(
            first_case=self.job.first_case(block, destination, origin),
            origin=self.job.origins[origin].name,
            destination=self.job.destinations[destination].name,
            by=by.value,
            **{"corridor": None, **parts},
        )

    def _failed(self, block: Block, case: _Case, error: Exception) -> Answer:
        """Return the one answer to all draws of a pair that cannot be asked at all."""
        kind = NO_ITINERARY if isinstance(error, NoItineraryError) else type(error).__name__
        text = str(error) if isinstance(error, CorridorsError | DataError) else repr(error)
        return self._answer(block, case, self.job.by[0], error_kind=kind, error=text)

    def _held(self, state: _State, block: Block, ends: Mapping[_Case, Ends]) -> _Answers:
        """Return the answers of corridors, whose ways hold in all draws."""
        found: _Answers = {}
        for _, cases in groupby(sorted(ends), key=itemgetter(0)):
            found |= self._held_to(state, block, {case: ends[case] for case in cases})
        return found

    def _held_to(self, state: _State, block: Block, ends: Mapping[_Case, Ends]) -> _Answers:
        """Return the answers of the cases of one destination."""
        by, held = self.job.by[0], HeldTotals(self._bank, state.book)
        found: _Answers = {}
        ways: WaysTo | None = None
        for case, pair_of_ends in ends.items():
            if ways is None:
                ways = state.ways_to(case[0])
                ways.forget_reasons()  # else they would depend on what was done here before
            pair = ways.pair(state.planner(*pair_of_ends))
            reasons = {}
            for corridor in self._corridors:
                way, reason = ways.through(pair, corridor, by)
                if way is None:
                    reasons[corridor.corridor_id] = reason or NOTHING_FITS
                else:
                    held.add((case, corridor.corridor_id), pair.planner, way)
            found[case] = [
                self._answer(
                    block, case, by, corridor=corridor.corridor_id, ways=(corridor.name,),
                    error_kind=NO_ITINERARY if corridor.corridor_id in reasons else "",
                    error=reasons.get(corridor.corridor_id, ""),
                )
                for corridor in self._corridors
            ]  # fmt: skip
        totals = held.totals()
        for case, answers in found.items():
            possible = [each for each in answers if not each.error]
            own = [totals[case, each.corridor] for each in possible]
            rank = ranks(np.concatenate([each.by(by) for each in own])) if own else ()
            done = {each.corridor: replace(each, totals=one, rank=places)
                    for each, one, places in zip(possible, own, rank, strict=True)}  # fmt: skip
            found[case] = [done.get(each.corridor, each) for each in answers]
        return found

    def _optima(self, state: _State, block: Block, ends: Mapping[_Case, Ends]) -> _Answers:
        """Return the answers of optima for the typical values."""
        starts = {origin: start for (_, origin), (start, _) in ends.items()}
        goals = {destination: goal for (destination, _), (_, goal) in ends.items()}
        planner = state.planner(*next(iter(ends.values())))
        found: _Answers = {case: [] for case in ends}
        for by in self.job.by:
            pairs = product(starts, goals)
            for best in optimum_many(planner, [*starts.values()], [*goals.values()], by):
                origin, destination = next(pairs)
                case = destination, origin
                if case not in ends:
                    continue
                parts: dict[str, Any]
                if best.criteria is None:
                    parts = {"error_kind": NO_ITINERARY, "error": best.reason}
                else:
                    totals = totals_of(best.criteria, planner)
                    parts = {"ways": (best.name,), "totals": totals, "rank": _first(totals)}
                found[case].append(self._answer(block, case, by, **parts))
        return found

    def _drawn_optima(self, state: _State, block: Block, ends: Mapping[_Case, Ends]) -> _Answers:
        """Return the answers of optima that are searched anew in every draw."""
        assert self._bank is not None
        planners = {case: state.planner(*pair) for case, pair in ends.items()}
        found: _Answers = {}
        groups: dict[Closures, list[_Case]] = {}
        for case in sorted(planners):
            groups.setdefault(planners[case].closures, []).append(case)
        for cases in groups.values():
            search = DrawnOptimum(planners[cases[0]], [ends[case] for case in cases], state.book)
            for case, row in zip(cases, search.search(self._bank, self.job.by), strict=True):
                found[case] = [
                    self._answer(
                        block, case, by, error_kind=NO_ITINERARY,
                        error=str(planners[case].no_itinerary()),
                    )
                    if best.totals is None
                    else self._answer(
                        block, case, by, ways=best.names, way_of=best.way_of,
                        totals=best.totals, rank=_first(best.totals),
                    )
                    for by, best in zip(self.job.by, row, strict=True)
                ]  # fmt: skip
        return found


_Case = tuple[int, int]
"""Number of the destination, and of the origin."""
_Answers = dict[_Case, list[Answer]]


def _first(totals: Totals) -> NDArray[np.int16]:
    """Return the ranks of an optimum, which is alone in its case and criterion."""
    return np.ones(totals.cost_usd.shape[1], dtype=np.int16)


class _State:
    """One scenario with one cargo: its graph, prices and searches, as far as they are known."""

    def __init__(self, request: Request, job: Job, variant: int, cargo: int) -> None:
        asked, self._goods = job.variants[variant], job.cargoes[cargo]
        scenario = parse_scenario(asked.text, request.world, asked.name, request.names_with_status)
        self._request, self._by = request, job.by[0]
        self._scenario = with_overrides(scenario, closures=Closures(), values={}, year=asked.year)
        self._first: Planner | None = None
        self._ways: OrderedDict[int, WaysTo] = OrderedDict()
        self.book = LedgerBook()

    def planner(self, origin: Endpoint, destination: Endpoint) -> Planner:
        """Return the planner of a pair of ends."""
        if self._first is None:
            goods = self._goods
            self._first = Planner(
                self._request.world, self._request.compiled, self._scenario,
                origin=origin, destination=destination, commodity=goods.commodity,
                mass_t=goods.mass_t, unit=goods.unit, by=self._by,
            )  # fmt: skip
        return self._first.between(origin, destination)

    def ways_to(self, destination: int) -> WaysTo:
        """Return the searches of a destination."""
        return _kept(self._ways, destination, DESTINATIONS_KEPT, WaysTo)


def _kept(known: OrderedDict[Key, Value], key: Key, most: int, make: Callable[[], Value]) -> Value:
    """Return the value of a key, made if it is not known; the ones used last are kept."""
    if key not in known:
        if len(known) >= most:
            known.popitem(last=False)
        known[key] = make()
    known.move_to_end(key)
    return known[key]

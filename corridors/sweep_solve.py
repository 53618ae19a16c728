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
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

from corridors.closures import Closures
from corridors.errors import CorridorsError, NoItineraryError
from corridors.exposures import Exposures, Totals
from corridors.graph import Endpoint
from corridors.named import Corridor
from corridors.planner import Planner
from corridors.pricing import By
from corridors.request import Request
from corridors.scenario import parse_scenario, with_overrides
from corridors.sweep_ends import SweepEnds
from corridors.sweep_job import Block, Job, request_of
from corridors.sweep_optimum import DrawnOptimum, groups_of
from corridors.sweep_rows import Answer, parquet_bytes, rows_of
from corridors.sweep_totals import DrawBank, LedgerBook, drawn_totals, ranks, whole_totals
from corridors.sweep_ways import Pair, Way, WaysTo, way_name
from geodata.errors import DataError

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
        answers: list[Answer] = []
        for destination in block.destinations:
            answers += self._to(state, block, destination)
        variant, cargo = job.variants[block.variant], job.cargoes[block.cargo]
        return rows_of(
            answers, scenario=variant.name, year=variant.year, commodity=cargo.commodity,
            mass_t=cargo.mass_t, unit=cargo.unit.value, drawn=job.draws is not None,
        )  # fmt: skip

    def _to(self, state: _State, block: Block, destination: int) -> list[Answer]:
        """Return the answers to the pairs with one destination, origin by origin."""
        ways = WaysTo() if self._optimum and self._bank else state.ways_to(destination)
        ways.forget_reasons()  # else they would depend on which blocks were done here before
        found: dict[int, list[Answer]] = {}
        pairs: dict[int, Pair] = {}
        for origin in block.origins:
            try:
                ends = self._ends.pair(self.job.origins[origin], self.job.destinations[destination])
                pairs[origin] = ways.pair(state.planner(*ends))
            except Exception as error:  # whatever it is: the other cases go on
                found[origin] = [self._failed(block, destination, origin, error)]
        found |= self._answers(state, ways, block, destination, pairs)
        return [answer for origin in block.origins for answer in found[origin]]

    def _answers(
        self, state: _State, ways: WaysTo, block: Block, destination: int, pairs: dict[int, Pair]
    ) -> dict[int, list[Answer]]:
        """Return the answers to pairs, all at once; one by one if one of them fails."""
        try:
            if self._optimum and self._bank:
                return self._drawn_optimum(state, block, destination, pairs)
            return self._held(state, ways, block, destination, pairs)
        except Exception as error:  # whatever it is: the other cases go on
            if len(pairs) == 1:
                (origin,) = pairs
                return {origin: [self._failed(block, destination, origin, error)]}
        found: dict[int, list[Answer]] = {}
        for origin, pair in pairs.items():
            found |= self._answers(state, ways, block, destination, {origin: pair})
        return found

    @property
    def _optimum(self) -> bool:
        return self.job.solve == "optimum"

    def _answer(self, block: Block, destination: int, origin: int, by: By, **parts: Any) -> Answer:
        return Answer(
            first_case=self.job.first_case(block, destination, origin),
            origin=self.job.origins[origin].name,
            destination=self.job.destinations[destination].name,
            by=by.value,
            **parts,
        )

    def _failed(self, block: Block, destination: int, origin: int, error: Exception) -> Answer:
        """Return the one answer to all draws of a pair that cannot be asked at all."""
        kind = NO_ITINERARY if isinstance(error, NoItineraryError) else type(error).__name__
        text = str(error) if isinstance(error, CorridorsError | DataError) else repr(error)
        return self._answer(
            block, destination, origin, self.job.by[0], corridor=None, error_kind=kind, error=text
        )

    def _held(
        self, state: _State, ways: WaysTo, block: Block, destination: int, pairs: dict[int, Pair]
    ) -> dict[int, list[Answer]]:
        """Return the answers of ways that hold in all draws: corridors, or optima without draws."""
        found: dict[int, list[Answer]] = {}
        asked: list[tuple[int, Pair, list[tuple[_Question, Way]]]] = []
        lost: dict[int, list[tuple[_Question, str]]] = {}
        for origin, pair in pairs.items():
            there: list[tuple[_Question, Way]] = []
            lost[origin] = []
            for question in self._questions():
                corridor, by = question
                way, reason = (
                    ways.best(pair, by) if corridor is None else ways.through(pair, corridor, by)
                )
                if way is None:
                    lost[origin].append((question, reason))
                else:
                    there.append((question, way))
            asked.append((origin, pair, there))
        all_totals = self._totals(
            state, [(pair, [w for _, w in there]) for _, pair, there in asked]
        )
        for (origin, pair, there), totals in zip(asked, all_totals, strict=True):
            # an optimum is alone in its case and criterion; corridors are ranked together
            rank = None if self._optimum or not there else ranks(totals.by(self.job.by[0]))
            answers: dict[_Question, Answer] = {}
            for at, ((corridor, by), way) in enumerate(there):
                own = _row(totals, at)
                answers[corridor, by] = self._answer(
                    block, destination, origin, by,
                    corridor=corridor.corridor_id if corridor else None,
                    ways=(corridor.name if corridor else way_name(pair.planner.graph, way),),
                    totals=own,
                    rank=ranks(own.cost_usd)[0] if rank is None else rank[at],
                )  # fmt: skip
            for (corridor, by), reason in lost[origin]:
                answers[corridor, by] = self._answer(
                    block, destination, origin, by,
                    corridor=corridor.corridor_id if corridor else None,
                    ways=(corridor.name,) if corridor else (),
                    error_kind=NO_ITINERARY, error=reason or NOTHING_FITS,
                )  # fmt: skip
            found[origin] = [answers[question] for question in self._questions()]
        return found

    def _questions(self) -> Iterator[_Question]:
        """Yield what is asked of every pair of ends, in the order of the rows."""
        if self._optimum:
            yield from ((None, by) for by in self.job.by)
        else:
            yield from ((corridor, self.job.by[0]) for corridor in self._corridors)

    def _totals(self, state: _State, asked: list[tuple[Pair, list[Way]]]) -> list[Totals]:
        """Return the totals of the ways of every pair, ways x draws."""
        if self._bank is None:
            return [whole_totals(pair.planner, ways) for pair, ways in asked]
        ledgers = [state.book.lines(pair.planner, way) for pair, ways in asked for way in ways]
        if not ledgers:
            return [whole_totals(pair.planner, ways) for pair, ways in asked]
        goods = asked[0][0].planner
        model = Exposures(ledgers, goods.parameters, goods.consignment)
        together = drawn_totals(model, self._bank.values(model.rows))
        found, start = [], 0
        for _, ways in asked:
            found.append(_rows(together, start, start + len(ways)))
            start += len(ways)
        return found

    def _drawn_optimum(
        self, state: _State, block: Block, destination: int, pairs: dict[int, Pair]
    ) -> dict[int, list[Answer]]:
        """Return the answers of optima that are searched anew in every draw."""
        assert self._bank is not None
        found: dict[int, list[Answer]] = {}
        origins, journeys = list(pairs), list(pairs.values())
        for group in groups_of(journeys):
            together = [journeys[at] for at in group]
            results = DrawnOptimum(together, state.book).search(self._bank, self.job.by)
            for at, row in zip(group, results, strict=True):
                found[origins[at]] = [
                    self._answer(
                        block, destination, origins[at], by, corridor=None, ways=best.names,
                        way_of=best.way_of, totals=best.totals,
                        rank=None if best.totals is None else ranks(best.totals.cost_usd)[0],
                        error_kind=NO_ITINERARY if best.totals is None else "", error=best.reason,
                    )
                    for by, best in zip(self.job.by, row, strict=True)
                ]  # fmt: skip
        return found


_Question = tuple[Corridor | None, By]


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


def _rows(totals: Totals, start: int, end: int) -> Totals:
    return Totals(
        totals.cost_usd[start:end],
        totals.time_h[start:end],
        totals.co2e_kg[start:end],
        totals.generalised_usd[start:end],
    )


def _row(totals: Totals, at: int) -> Totals:
    return _rows(totals, at, at + 1)

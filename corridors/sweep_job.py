"""A sweep as plain text that travels to workers, and its cases as numbered blocks.

A worker needs only the installed package: tables, lines and scenarios that are not part of it are
inside the text. Cases are numbered scenario by scenario, then cargo, destination, origin and draw;
a block is a piece of that which becomes one file, and is small enough to be held in memory.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from corridors.pricing import By
from corridors.request import Request
from corridors.sweep_file import Cargo, SweepFile, Variant
from corridors.sweep_points import SweepPoint
from geodata.errors import DataError
from geodata.vocabulary import CargoUnit

ROWS_PER_BLOCK: Final = 50_000
"""Rows that a block has at most, unless one pair of ends alone has more: about 10 MB at work, and
some seconds, so that progress is seen."""
PAIRS_PER_BLOCK: Final = 500
SEARCHES_PER_BLOCK: Final = 2_500
"""Where every case is a search: some seconds, so that workers have an equal share."""
MOST_INPUT_BYTES: Final = 200_000_000
"""Of tables and lines that travel with a sweep."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some destinations x some origins in one scenario and cargo, with all draws."""

    number: int
    variant: int
    cargo: int
    destinations: range
    origins: range

    @property
    def name(self) -> str:
        """Name of the file of its rows."""
        return f"part-{self.number:05d}.parquet"

    @property
    def pairs(self) -> int:
        """How many pairs of ends it has."""
        return len(self.destinations) * len(self.origins)


@dataclass(frozen=True, kw_only=True)
class Job:
    """All that a sweep is about, without anything that must be looked up outside.

    ``inputs`` are the files of ``data`` and ``with``: (kind, number, name) and content in base64.
    """

    name: str
    solve: str
    by: tuple[By, ...]
    corridors: tuple[str, ...]
    variants: tuple[Variant, ...]
    cargoes: tuple[Cargo, ...]
    origins: tuple[SweepPoint, ...]
    destinations: tuple[SweepPoint, ...]
    draws: int | None
    seed: int
    snap_km: float
    join_km: float
    data_version: str
    inputs: tuple[tuple[str, int, str, str], ...] = ()

    @property
    def sets(self) -> int:
        """How many sets of parameter values there are: the draws, or the typical values."""
        return self.draws or 1

    @property
    def answers(self) -> int:
        """How many rows a case has: corridors, or the criteria of the optimum."""
        return len(self.corridors) if self.solve == "corridors" else len(self.by)

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return self.pairs * self.sets

    @property
    def pairs(self) -> int:
        """How many (scenario, cargo, destination, origin) there are."""
        return len(self.variants) * len(self.cargoes) * len(self.destinations) * len(self.origins)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks, in the order of their cases."""
        searched = self.solve == "optimum" and self.draws is not None
        rows = min(ROWS_PER_BLOCK, SEARCHES_PER_BLOCK if searched else ROWS_PER_BLOCK)
        most = max(1, min(PAIRS_PER_BLOCK, rows // (self.sets * self.answers)))
        wide = min(len(self.origins), most)
        high = max(1, min(len(self.destinations), most // wide))
        found: list[Block] = []
        for variant in range(len(self.variants)):
            for cargo in range(len(self.cargoes)):
                for destinations in _pieces(len(self.destinations), high):
                    for origins in _pieces(len(self.origins), wide):
                        found.append(Block(len(found), variant, cargo, destinations, origins))
        return tuple(found)

    def first_case(self, block: Block, destination: int, origin: int) -> int:
        """Return the number of the first case (draw 0) of a pair of ends."""
        at = block.variant * len(self.cargoes) + block.cargo
        at = at * len(self.destinations) + destination
        return (at * len(self.origins) + origin) * self.sets

    def to_text(self) -> str:
        """Return the sweep as JSON; the same sweep gives the same text."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), allow_nan=False)

    @staticmethod
    def of_text(text: str) -> Job:
        """Return the sweep that `to_text` wrote."""
        entry: dict[str, Any] = json.loads(text)
        return Job(
            **entry
            | {
                "by": tuple(By(each) for each in entry["by"]),
                "corridors": tuple(entry["corridors"]),
                "variants": tuple(Variant(**each) for each in entry["variants"]),
                "cargoes": tuple(
                    Cargo(each["commodity"], each["mass_t"], CargoUnit(each["unit"]))
                    for each in entry["cargoes"]
                ),
                "origins": tuple(SweepPoint(**each) for each in entry["origins"]),
                "destinations": tuple(SweepPoint(**each) for each in entry["destinations"]),
                "inputs": tuple(tuple(each) for each in entry["inputs"]),
            }
        )

    def stated_inputs(self) -> dict[str, Any]:
        """Return what the manifest says of the sweep: short values as such, long ones by hash."""
        return {
            "name": self.name,
            "solve": self.solve,
            "by": [each.value for each in self.by],
            "corridors": list(self.corridors),
            "scenarios": [
                {"name": each.name, "year": each.year, "sha256": sha256(each.text.encode())}
                for each in self.variants
            ],
            "cargoes": [asdict(each) for each in self.cargoes],
            "origins": _points_stated(self.origins),
            "destinations": _points_stated(self.destinations),
            "draws": self.draws,
            "seed": self.seed,
            "snap_km": self.snap_km,
            "join_km": self.join_km,
            "files": [
                {"kind": kind, "name": name, "sha256": sha256(base64.b64decode(content))}
                for kind, _, name, content in self.inputs
            ],
            "data_version": self.data_version,
        }


def job_of(sweep: SweepFile) -> Job:
    """Return a sweep that was read as a job.

    Raises
    ------
    DataError
        If its own tables and lines are too large to travel.
    """
    request = sweep.request
    return Job(
        name=sweep.name, solve=sweep.solve, by=sweep.by, corridors=sweep.corridors,
        variants=sweep.variants, cargoes=sweep.cargoes, origins=sweep.origins,
        destinations=sweep.destinations, draws=sweep.draws, seed=sweep.seed,
        snap_km=request.snap_km, join_km=request.join_km, data_version=request.data_version,
        inputs=tuple(_inputs(request)),
    )  # fmt: skip


def request_of(job: Job, folder: Path) -> Request:
    """Return the request that a job is about; its own files are written into a folder.

    Raises
    ------
    DataError
        If the tables and the network that are installed here are not those of the sweep.
    """
    data: dict[int, Path] = {}
    files: dict[int, Path] = {}
    for kind, number, name, content in job.inputs:
        root = folder / f"{kind}-{number}"
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(content))
        if kind == "data":
            data[number] = root
        elif number not in files:
            files[number] = path
    request = Request(
        data=tuple(data.values()), with_files=tuple(files.values()), snap_km=job.snap_km,
        join_km=job.join_km, corridor=job.corridors,
    )  # fmt: skip
    if request.data_version != job.data_version:
        raise DataError(
            "worker",
            [
                f"its package has the data {request.data_version}, the sweep is about "
                f"{job.data_version}: install one version everywhere"
            ],
        )
    return request


def sample_of(job: Job, pairs: int) -> Job:
    """Return a small job of the same kind: some pairs of ends, one cargo, first and last scenario.

    In scenarios some ways are shut, which makes fewer rows. Points are taken evenly from all, so
    that the first few do not stand for the rest.
    """
    wide = min(len(job.origins), pairs)
    high = max(1, min(len(job.destinations), pairs // wide))
    return replace(
        job,
        variants=tuple(dict.fromkeys((job.variants[0], job.variants[-1]))),
        cargoes=job.cargoes[:1],
        origins=_spread(job.origins, wide),
        destinations=_spread(job.destinations, high),
    )


def sha256(content: bytes) -> str:
    """Return the hexadecimal SHA-256 of some bytes."""
    return hashlib.sha256(content).hexdigest()


def _spread(points: tuple[SweepPoint, ...], count: int) -> tuple[SweepPoint, ...]:
    return tuple(points[at * len(points) // count] for at in range(count))


def _points_stated(points: tuple[SweepPoint, ...]) -> dict[str, Any]:
    text = json.dumps([asdict(each) for each in points], sort_keys=True)
    return {"count": len(points), "sha256": sha256(text.encode())}


def _pieces(count: int, size: int) -> Iterator[range]:
    for start in range(0, count, size):
        yield range(start, min(start + size, count))


def _inputs(request: Request) -> Iterator[tuple[str, int, str, str]]:
    """Yield the files that a request reads besides what is installed."""
    total = 0
    for kind, number, name, path in _input_paths(request):
        content = path.read_bytes()
        total += len(content)
        if total > MOST_INPUT_BYTES:
            raise DataError(
                "sweep", [f"its own files are more than {MOST_INPUT_BYTES} bytes together"]
            )
        yield kind, number, name, base64.b64encode(content).decode("ascii")


def _input_paths(request: Request) -> Iterator[tuple[str, int, str, Path]]:
    for number, folder in enumerate(request.data):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not any(part.startswith(".") for part in path.parts[-2:]):
                yield "data", number, path.relative_to(folder).as_posix(), path
    if request.with_files:
        from geodata.importing.formats import family_of

        for number, path in enumerate(request.with_files):
            for part in (path, *(each for each in family_of(path) if each != path)):
                yield "with", number, part.name, part

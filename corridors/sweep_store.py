"""The folder of a sweep's results: one Parquet file per block, a manifest, a journal while it runs.

::

    DIR/manifest.json            inputs with hashes, versions, files with rows and hash
    DIR/points.parquet           origins and destinations
    DIR/cases/part-00000.parquet rows; the whole folder is one Parquet dataset
    DIR/progress.jsonl           while it runs: the files that are finished, with their hashes

Files are written under a temporary name and renamed. A run that was cut short leaves a manifest
without ``"complete": true`` and a journal; the next one keeps every file whose hash is right.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from corridors.errors import CorridorsError
from corridors.sweep_job import Job, sha256
from corridors.sweep_rows import COLUMNS, SCHEMA_VERSION, parquet_bytes
from geodata.files import write_bytes_whole, write_text_whole

MANIFEST: Final = "manifest.json"
JOURNAL: Final = "progress.jsonl"
CASES: Final = "cases"
POINTS: Final = "points.parquet"
PACKAGES: Final = ("freight-corridors", "numpy", "pyarrow", "scipy")
"""What the bytes of results depend on."""


@dataclass(frozen=True, slots=True)
class Part:
    """A finished file: its number of rows and its hash."""

    rows: int
    sha256: str


class Store:
    """The results of one job in one folder.

    Raises
    ------
    CorridorsError
        If the folder holds something else, or the results of other inputs; says of which.
    """

    def __init__(self, folder: Path, job: Job) -> None:
        self.folder, self._job = folder, job
        self._stated = stated_of(job)
        self._begin()
        self.parts: dict[int, Part] = self._kept()

    def _begin(self) -> None:
        """Make the folder, or check that it is the one of this job."""
        manifest = self.folder / MANIFEST
        if manifest.exists():
            differing = differences(read_manifest(self.folder), self._stated)
            if differing:
                raise CorridorsError(
                    f"{self.folder} holds the results of another sweep (it differs in "
                    f"{', '.join(differing)}): name another folder, or remove this one"
                )
            return
        if self.folder.exists() and (not self.folder.is_dir() or any(self.folder.iterdir())):
            raise CorridorsError(
                f"{self.folder} is no folder of a sweep and not empty: name another one"
            )
        (self.folder / CASES).mkdir(parents=True, exist_ok=True)
        write_bytes_whole(self.folder / POINTS, parquet_bytes(_points(self._job)))
        self._write_manifest(complete=False)

    def _kept(self) -> dict[int, Part]:
        """Return the finished files that are as they were when they were written."""
        (self.folder / CASES).mkdir(exist_ok=True)
        for scratch in (self.folder / CASES).glob(".*.parquet"):
            scratch.unlink()  # half of a file that a run before left behind
        names = {block.name: block.number for block in self._job.blocks}
        known = read_manifest(self.folder).get("partitions", [])
        found: dict[int, Part] = {}
        for entry in (*known, *_journal(self.folder / JOURNAL)):
            number = names.get(str(entry.get("file", "")).rpartition("/")[2])
            path = (
                self.folder / CASES / (self._job.blocks[number].name if number is not None else "")
            )
            if number is None or not path.is_file():
                continue
            if sha256(path.read_bytes()) == entry.get("sha256"):
                found[number] = Part(int(entry["rows"]), str(entry["sha256"]))
        return found

    @property
    def missing(self) -> list[int]:
        """Numbers of the blocks that are still to be solved."""
        return [each.number for each in self._job.blocks if each.number not in self.parts]

    def keep(self, number: int, rows: int, content: bytes) -> None:
        """Write the file of a block, and note that it is finished."""
        name = self._job.blocks[number].name
        write_bytes_whole(self.folder / CASES / name, content)
        part = self.parts[number] = Part(rows, sha256(content))
        line = json.dumps({"file": f"{CASES}/{name}", "rows": rows, "sha256": part.sha256})
        with (self.folder / JOURNAL).open("a", encoding="utf-8") as journal:
            journal.write(line + "\n")

    def finish(self) -> None:
        """Write the manifest of all files; the journal has done its work."""
        self._write_manifest(complete=True)
        (self.folder / JOURNAL).unlink(missing_ok=True)

    def _write_manifest(self, *, complete: bool) -> None:
        blocks = self._job.blocks if complete else ()
        partitions = [
            {
                "file": f"{CASES}/{block.name}",
                "rows": self.parts[block.number].rows,
                "sha256": self.parts[block.number].sha256,
                "scenario": self._job.variants[block.variant].name,
                "year": self._job.variants[block.variant].year,
                "cargo": self._job.cargoes[block.cargo].label,
                "destinations": [block.destinations.start, block.destinations.stop],
                "origins": [block.origins.start, block.origins.stop],
            }
            for block in blocks
        ]
        points = sha256((self.folder / POINTS).read_bytes())
        document = {
            **self._stated,
            "points": {"file": POINTS, "sha256": points},
            "complete": complete,
            "rows": sum(part["rows"] for part in partitions),  # type: ignore[misc]
            "partitions": partitions,
        }
        text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        write_text_whole(self.folder / MANIFEST, text)


def stated_of(job: Job) -> dict[str, Any]:
    """Return what a manifest says before anything is solved: inputs, versions, schema."""
    return {
        "schema_version": SCHEMA_VERSION,
        "inputs": job.stated_inputs(),
        "seed": job.seed,
        "versions": {name: version(name) for name in PACKAGES},
        "cases": job.cases,
        "blocks": len(job.blocks),
        "columns": [
            {"name": name, "type": kind, "unit": unit, "description": meaning}
            for name, kind, unit, meaning in COLUMNS
        ],
    }


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a folder.

    Raises
    ------
    CorridorsError
        If there is none, or it cannot be read.
    """
    path = folder / MANIFEST
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CorridorsError(f"{folder} is no folder of a sweep: {MANIFEST}: {error}") from None
    if not isinstance(document, dict) or "inputs" not in document:
        raise CorridorsError(f"{path} is no manifest of a sweep")
    return document


def read_errors(folder: Path) -> Counter[str]:
    """Return how many rows have no answer, by kind of error."""
    import pyarrow.parquet as pq

    found: Counter[str] = Counter()
    for path in sorted((folder / CASES).glob("part-*.parquet")):
        column = pq.read_table(path, columns=["error_kind"])["error_kind"]
        for entry in column.value_counts().to_pylist():
            if entry["values"] is not None:
                found[entry["values"]] += entry["counts"]
    return found


def differences(known: Mapping[str, Any], stated: Mapping[str, Any]) -> list[str]:
    """Return in what a manifest differs from what a sweep would state, by its dotted keys."""
    found: list[str] = []
    stated = json.loads(json.dumps(stated))
    for key in sorted(stated):
        mine, theirs = stated[key], known.get(key)
        if mine == theirs:
            continue
        if isinstance(mine, dict) and isinstance(theirs, dict):
            found += [
                f"{key}.{part}"
                for part in sorted({*mine, *theirs})
                if mine.get(part) != theirs.get(part)
            ]
        else:
            found.append(key)
    return found


def _journal(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a journal; the last one may be torn."""
    if not path.exists():
        return []
    found = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and isinstance(entry.get("rows"), int):
            found.append(entry)
    return found


def _points(job: Job) -> Any:
    import pyarrow as pa

    rows = [("origin", point) for point in job.origins]
    rows += [("destination", point) for point in job.destinations]
    return pa.table(
        {
            "role": pa.array([role for role, _ in rows], type=pa.string()),
            "name": pa.array([point.name for _, point in rows], type=pa.string()),
            "place_id": pa.array([point.place_id or None for _, point in rows], type=pa.string()),
            "lat": pa.array([point.lat for _, point in rows], type=pa.float64()),
            "lon": pa.array([point.lon for _, point in rows], type=pa.float64()),
        }
    )

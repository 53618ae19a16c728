"""Running a sweep: block after block here, or on Dask's workers here or elsewhere.

On one machine blocks run in processes of a local Dask cluster: searching is Python, which threads
share one processor for. (`dask.multiprocessing` would start quicker, but a process that dies takes
the pool with it; here its blocks go to another, and the code is that of any cluster.) Only so many
blocks are under way at a time that their results fit in memory; this process writes all files, so
that workers need no common disk.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from corridors.errors import CorridorsError
from corridors.sweep_job import Job, sample_of, sha256
from corridors.sweep_rows import parquet_bytes
from corridors.sweep_solve import Worker, solve_block
from corridors.sweep_store import Store

SCHEDULERS: Final = ("processes", "threads", "serial")
IN_FLIGHT_PER_WORKER: Final = 2
SAMPLE_PAIRS: Final = 6
_CONNECT_S: Final = "10s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What a sweep would be; seconds and bytes from a small sample that was solved."""

    cases: int
    rows: int
    blocks: int
    seconds: float
    bytes: int
    workers: int
    sample_pairs: int


def check_scheduler(scheduler: str) -> None:
    """Refuse a scheduler that is none.

    Raises
    ------
    CorridorsError
        With what there is; also if Dask is not installed and would be needed.
    """
    if scheduler == "serial":
        return
    if scheduler not in SCHEDULERS and "://" not in scheduler:
        raise CorridorsError(
            f"--scheduler {scheduler}: there are {', '.join(SCHEDULERS)}, or the address of a Dask "
            "cluster, as tcp://HOST:8786"
        )
    try:
        import distributed  # noqa: F401
    except ImportError:
        raise CorridorsError(
            f'--scheduler {scheduler} needs Dask: pip install "freight-corridors[sweep]", or use '
            "--scheduler serial"
        ) from None


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_sweep(
    job: Job,
    store: Store,
    *,
    scheduler: str,
    workers: int,
    done: Callable[[int], None],
) -> None:
    """Solve what a store lacks and finish it.

    Parameters
    ----------
    job, store
        What is asked, and where results go.
    scheduler
        ``serial``, ``threads``, ``processes`` or the address of a cluster.
    workers
        How many threads or processes; a cluster has its own.
    done
        Told the number of every block that is finished.
    """
    text, missing = job.to_text(), store.missing
    if missing:
        results = (
            ((number, *solve_block(text, number)) for number in missing)
            if scheduler == "serial"
            else _on_dask(text, missing, scheduler, min(workers, len(missing)))
        )
        for number, rows, content in results:
            store.keep(number, rows, content)
            done(number)
    store.finish()


def estimate(job: Job, workers: int) -> Estimate:
    """Return how many cases a sweep has, and about how long and how large it will be."""
    started = time.perf_counter()
    sample = sample_of(job, SAMPLE_PAIRS)
    worker = Worker(sample)
    loaded = time.perf_counter()
    tables = [worker.table(block) for block in sample.blocks]
    first = time.perf_counter()
    size = sum(len(parquet_bytes(worker.table(block))) for block in sample.blocks)
    again = time.perf_counter()
    empty = len(parquet_bytes(tables[0].slice(0, 0)))  # which a file has, however many rows
    rows = sum(table.num_rows for table in tables)
    per_pair = (again - first) / sample.pairs
    per_group = max(0.0, (first - loaded) - (again - first)) / len(sample.variants)
    groups = len(job.variants) * len(job.cargoes)
    together = job.pairs * per_pair + groups * per_group * workers
    return Estimate(
        cases=job.cases,
        rows=round(rows * job.pairs / sample.pairs),
        blocks=len(job.blocks),
        seconds=(loaded - started) + together / workers,
        bytes=round(
            empty * len(job.blocks) + (size - empty * len(sample.blocks)) * job.pairs / sample.pairs
        ),
        workers=workers,
        sample_pairs=sample.pairs,
    )


def _on_dask(
    text: str, numbers: Sequence[int], scheduler: str, workers: int
) -> Iterator[tuple[int, int, bytes]]:
    """Yield the results of blocks as they come; a few are under way at a time."""
    from distributed import KilledWorker, as_completed

    name = sha256(text.encode())[:16]
    with _client(scheduler, workers) as client:
        # the text is a task of its own: it is sent once, and again if its worker dies
        job = client.submit(_same, text, key=f"sweep-{name}", pure=False)
        waiting = iter(numbers)
        of: dict[str, int] = {}

        def submit(number: int) -> Any:
            key = f"sweep-{name}-{number}"
            of[key] = number
            return client.submit(solve_block, job, number, key=key, pure=False)

        slots = max(1, sum(client.nthreads().values())) * IN_FLIGHT_PER_WORKER
        first = [submit(number) for number in islice(waiting, slots)]
        under_way = as_completed(first, loop=client.loop)
        for future in under_way:
            number = of.pop(future.key)
            try:
                rows, content = future.result()
            except KilledWorker as error:
                raise CorridorsError(
                    f"block {number}: {error.allowed_failures + 1} workers died on it, the last "
                    f"one was {error.last_worker.address}: has it too little memory?"
                ) from None
            future.release()
            following = next(waiting, None)
            if following is not None:
                under_way.add(submit(following))
            yield number, rows, content


def _same(text: str) -> str:
    return text


@contextmanager
def _client(scheduler: str, workers: int) -> Iterator[Any]:
    """Give a client of a cluster; a local one is started and shut."""
    from distributed import Client, LocalCluster

    if scheduler not in SCHEDULERS:
        try:
            client = Client(scheduler, timeout=_CONNECT_S, set_as_default=False)
        except (OSError, ValueError) as error:
            raise CorridorsError(
                f"--scheduler {scheduler}: no Dask cluster there: {error}"
            ) from None
        try:
            if not client.nthreads():
                raise CorridorsError(f"--scheduler {scheduler}: the cluster has no worker")
            yield client
        finally:
            client.close()
        return
    apart = scheduler == "processes"
    cluster = LocalCluster(
        n_workers=workers if apart else 1,
        threads_per_worker=1 if apart else workers,
        processes=apart,
        host="127.0.0.1" if apart else None,
        dashboard_address=None,
        silence_logs=logging.CRITICAL,
    )
    with cluster, Client(cluster, set_as_default=False) as client:
        yield client

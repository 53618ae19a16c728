"""Commands about sweeps: many origins, destinations, cargoes, scenarios and draws at once."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from corridors.cli_options import (
    FormatOption,
    OutputOption,
    QuietOption,
    in_a_folder,
    reports_errors,
)
from corridors.output import Format, complain, emit, emit_rows, refuse_geojson, show, to_json

if TYPE_CHECKING:
    from corridors.sweep_run import Estimate

app = typer.Typer()

FolderArgument = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a sweep's results.")]
_MEGA: Final = 1e6
_PATIENT_S: Final = 90.0
_S_PER_MIN: Final = 60.0


def _show_example(asked: bool) -> None:
    if asked:
        from corridors.sweep_example import EXAMPLE

        emit(EXAMPLE, None)
        raise typer.Exit


@app.command()
@reports_errors
def sweep(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE.toml", help="What to compute: see --example."),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Folder of the results; as FILE if not given."),
    ] = None,
    scheduler: Annotated[
        str,
        typer.Option(
            "--scheduler", help="processes, threads, serial, or tcp://HOST:PORT of a Dask cluster."
        ),
    ] = "processes",
    workers: Annotated[
        int | None,
        typer.Option("--workers", min=1, help="Threads or processes here; all processors if not."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say how many cases, how long, how large; write none.")
    ] = False,
    _example: Annotated[
        bool,
        typer.Option(
            "--example",
            callback=_show_example,
            is_eager=True,
            help="Print a file that runs, with all keys and what they mean.",
        ),
    ] = False,
    output_format: FormatOption = Format.TABLE,
    quiet: QuietOption = False,
) -> None:
    """Compute many cases at once: origins x destinations x cargoes x scenarios x draws.

    Results are a folder of Parquet files with a manifest. A run that was cut short goes on where
    it was; a case that fails is a row with its error.
    Exit code: 0 also then.

    Example: corridors sweep --example > cases.toml; corridors sweep cases.toml
    """
    from corridors.sweep_file import read_sweep
    from corridors.sweep_job import job_of
    from corridors.sweep_run import check_scheduler, estimate, processors, run_sweep
    from corridors.sweep_store import Store

    check_scheduler(scheduler)
    job = job_of(read_sweep(file))
    many = workers or (1 if scheduler == "serial" else processors())
    if dry_run:
        _emit_estimate(estimate(job, many), output_format)
        return
    folder = output or Path(f"{file.stem}-sweep")
    store = Store(folder, job)
    kept = len(store.parts)
    if kept and not quiet:
        complain(f"{folder}: {kept} of {len(job.blocks)} files are there and are kept")
    if not quiet:
        complain(f"{job.cases} cases in {len(job.blocks)} files, {scheduler}, {many} at a time")
    with _bar([block.pairs * job.sets for block in job.blocks], store.parts, quiet=quiet) as done:
        run_sweep(job, store, scheduler=scheduler, workers=many, done=done)
    _emit_summary(folder, output_format, quiet=quiet)


@app.command("sweep-report")
@reports_errors
def sweep_report(
    folder: FolderArgument,
    page: Annotated[
        Path | None,
        typer.Option(
            "--map", help="Write a map of the winners to this HTML file.", callback=in_a_folder
        ),
    ] = None,
    switching: Annotated[
        bool, typer.Option("--switching", help="Only where the winner changes, in any format.")
    ] = False,
    output_format: FormatOption = Format.TABLE,
    output: OutputOption = None,
    quiet: QuietOption = False,
) -> None:
    """Summarise a sweep: who wins where, how surely, and between which values that changes.

    Example: corridors sweep-report results --map winners.html
    """
    from corridors.sweep_report import read_report, winner_rows
    from corridors.sweep_switching import switching_rows

    if switching:
        refuse_geojson(output_format, "switching lines have no places")
    report = read_report(folder)
    switches = switching_rows(report)
    if page is not None:
        from corridors.sweep_page import winners_page
        from maps.sweep_map import write_sweep_map

        write_sweep_map(winners_page(report), page)
    rows: list[dict[str, Any]] = switches if switching else winner_rows(report)
    match output_format:
        case Format.TABLE:
            from corridors.sweep_text import report_view

            show(report_view(report, switches, only_switching=switching), output)
        case Format.JSON:
            document = {"manifest": report.stated, "winners": winner_rows(report)}
            emit(to_json({**document, "switching": switches}), output)
        case _:
            emit_rows(rows, output_format, output, quiet=quiet)


@contextmanager
def _bar(cases: list[int], finished: Any, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """Give a function that is told of every finished block; on a terminal it moves a bar."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("cases"), BarColumn(), TextColumn("{task.completed:.0f} of {task.total:.0f}"),
        TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("cases", total=sum(cases))
        bar.update(task, completed=sum(cases[number] for number in finished))
        yield lambda number: bar.update(task, advance=cases[number])


def _emit_estimate(found: Estimate, output_format: Format) -> None:
    entry = asdict(found)
    if output_format is Format.TABLE:
        long = (
            f"{found.seconds:.0f} s"
            if found.seconds < _PATIENT_S
            else f"{found.seconds / _S_PER_MIN:.0f} min"
        )
        emit(
            f"{found.cases} cases, about {found.rows} rows in {found.blocks} files\n"
            f"about {long} with {found.workers} at a time, about {found.bytes / _MEGA:.1f} MB "
            f"(measured on {found.sample_pairs} pairs of ends here)\n",
            None,
        )
    else:
        emit_rows([entry], output_format, None)


def _emit_summary(folder: Path, output_format: Format, *, quiet: bool) -> None:
    """Say what the folder holds, and on stderr what failed."""
    from corridors.sweep_store import read_errors, read_manifest

    manifest = read_manifest(folder)
    errors = read_errors(folder)
    entry = {
        "folder": str(folder),
        "cases": manifest["cases"],
        "rows": manifest["rows"],
        "files": len(manifest["partitions"]),
        "without_answer": sum(errors.values()),
    }
    if output_format is Format.TABLE:
        emit(
            f"{entry['cases']} cases, {entry['rows']} rows in {entry['files']} files: {folder}\n",
            None,
        )
    else:
        emit_rows([entry], output_format, None)
    if not quiet:
        _tell_errors(errors)


def _tell_errors(errors: Counter[str]) -> None:
    for kind, count in sorted(errors.items()):
        complain(f"{count} rows without an answer: {kind} (column `error` says why)")

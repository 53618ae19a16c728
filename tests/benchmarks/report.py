"""One report of a run of all benchmarks: Markdown for people, JSON for programs.

Times of warm searches are seconds of the processor, those of cold commands of the wall clock, with
seconds of the processor beside them. The least of all rounds counts: noise only adds. Ratios are to
the fastest of ours in each group; more than one means that a peer is slower.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from math import log
from pathlib import Path
from typing import Any

from tests.benchmarks.cannot import CANNOT

PACKAGES = (
    "freight-corridors", "numpy", "scipy", "networkx", "igraph", "rustworkx", "scgraph",
    "searoute", "geopandas", "shapely", "pyarrow", "folium", "pytest-benchmark",
)  # fmt: skip
PEERS = (
    "scgraph", "searoute", "igraph", "networkx", "rustworkx", "scipy", "geopandas", "folium",
    "weighted_sums",
)  # fmt: skip
BASELINE = ("python alone", "import ", "planned_anew")
GROWTH = "growth: "

Row = dict[str, Any]


def write_report(raw: Sequence[Path], folder: Path) -> Path:
    """Write report.md and report.json from files of pytest-benchmark; return the first."""
    report = report_of([json.loads(path.read_text("utf-8")) for path in raw])
    (folder / "report.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    path = folder / "report.md"
    path.write_text(as_markdown(report), "utf-8")
    return path


def report_of(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the report of the files of one run, JSON-ready."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for each in (each for run in runs for each in run["benchmarks"]):
        groups[each["group"] or "other"].append(_row(each))
    run = runs[0]
    growth = {name: groups.pop(name) for name in sorted(groups) if name.startswith(GROWTH)}
    machine = run["machine_info"]
    cpu = machine.get("cpu", {})
    return {
        "when": run["datetime"],
        "commit": run["commit_info"].get("id"),
        "machine": {
            "cpu": cpu.get("brand_raw") or machine.get("processor"),
            "cores": cpu.get("count"),
            "system": f"{machine.get('system')} {machine.get('release')}",
            "python": machine.get("python_version"),
        },
        "versions": {name: _version(name) for name in PACKAGES},
        "groups": {name: _with_ratios(rows) for name, rows in sorted(groups.items())},
        "growth": {
            name.removeprefix(GROWTH): {
                "points": [{"links": row["links"], **row} for row in rows],
                "exponent": exponent([(row["links"], row["seconds"]) for row in rows]),
            }
            for name, rows in growth.items()
        },
        "cannot": CANNOT,
    }


def _row(each: Mapping[str, Any]) -> Row:
    info = dict(each["extra_info"])
    scale = info.pop("scale", 1.0)
    name = each["name"].removeprefix("test_")
    return {
        "name": name,
        "ours": not any(peer in name for peer in PEERS) and not any(b in name for b in BASELINE),
        "seconds": each["stats"]["min"] * scale,
        "median_s": each["stats"]["median"] * scale,
        "rounds": each["stats"]["rounds"],
        **info,
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _with_ratios(rows: Sequence[Row]) -> list[Row]:
    ours = [row["seconds"] for row in rows if row["ours"]]
    fastest = min(ours, default=None)
    found = sorted(rows, key=lambda row: float(row["seconds"]))
    return [
        {**row, "ratio": None if fastest is None else round(row["seconds"] / fastest, 3)}
        for row in found
    ]


def exponent(points: Sequence[tuple[float, float]]) -> float | None:
    """Return the slope of log seconds over log links by least squares, None for fewer than two."""
    logs = [(log(links), log(seconds)) for links, seconds in points if seconds > 0]
    if len({x for x, _ in logs}) < 2:
        return None
    x_mean, y_mean = (sum(column) / len(logs) for column in zip(*logs, strict=True))
    spread = sum((x - x_mean) ** 2 for x, _ in logs)
    return round(sum((x - x_mean) * (y - y_mean) for x, y in logs) / spread, 2)


def as_markdown(report: Mapping[str, Any]) -> str:
    """Return the report as text."""
    machine = report["machine"]
    lines = [
        "# Benchmarks", "", __doc__.split("\n\n", 1)[1].strip(), "",
        f"{report['when']}, commit {report['commit']}; {machine['cpu']}, {machine['cores']} cores, "
        f"{machine['system']}, Python {machine['python']}.", "",
        "; ".join(f"{name} {number}" for name, number in report["versions"].items()) + ".", "",
    ]  # fmt: skip
    for name, rows in report["groups"].items():
        lines += [f"## {name}", "", "| | seconds | ratio | rounds | |", "|---|---:|---:|---:|---|"]
        lines += [_line(row) for row in rows]
        lines += ["", *_cannot(report["cannot"], name)]
    if report["growth"]:
        lines += ["## Growth", "", "Seconds by links, and the exponent.", ""]
        lines += _growth(report["growth"])
        lines += _cannot(report["cannot"], "growth")
    return "\n".join(lines) + "\n"


def _line(row: Row) -> str:
    said = {"name", "ours", "seconds", "median_s", "rounds", "ratio"}
    notes = ", ".join(f"{key} {value}" for key, value in row.items() if key not in said)
    name = f"**{row['name']}**" if row["ours"] else row["name"]
    ratio = "" if row["ratio"] is None else f"{row['ratio']:.3g}"
    return f"| {name} | {row['seconds']:.3g} | {ratio} | {row['rounds']} | {notes} |"


def _cannot(cannot: Mapping[str, Mapping[str, str]], group: str) -> list[str]:
    found = [
        f"Cannot: {peer}: {why}."
        for name, peers in cannot.items()
        if group.startswith(name)
        for peer, why in peers.items()
    ]
    return [line for each in found for line in (each, "")]


def _growth(growth: Mapping[str, Any]) -> list[str]:
    sizes = sorted({point["links"] for step in growth.values() for point in step["points"]})
    lines = ["| | " + " | ".join(f"{size:,}" for size in sizes) + " | exponent |"]
    lines.append("|---|" + "---:|" * (len(sizes) + 1))
    for name, step in growth.items():
        by_size = {point["links"]: f"{point['seconds']:.3g}" for point in step["points"]}
        cells = [by_size.get(size, "more labels than allowed") for size in sizes]
        lines.append(f"| {name} | {' | '.join(cells)} | {step['exponent']} |")
    return [*lines, ""]

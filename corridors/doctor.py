"""What is installed here and whether it is whole: program, packages, data, licences, extras."""

from __future__ import annotations

import importlib
import platform
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement

from corridors.compiled import load_compiled, load_paths
from corridors.errors import CorridorsError
from corridors.geometry import check_version
from corridors.listings import scenario_rows
from corridors.named import load_corridors
from corridors.report import SCHEMA_VERSION
from corridors.request import Request
from geodata.errors import DataError
from geodata.network import Network, network_facts
from geodata.world import source_problems

DISTRIBUTION: Final = "freight-corridors"
OPTIONAL: Final[Mapping[str, str]] = {
    "charts": "charts as .png and .svg",
    "osm": "reads .osm.pbf",
    "sweep": "sweeps on several processes or a cluster",
}
"""What each extra for users adds; the others are for those who develop."""
_MODULES: Final = {"django-js-lib-leaflet": "js_lib_leaflet", "vl-convert-python": "vl_convert"}
"""What to import, where the name of the package does not tell."""


_BARE: Final = "run without being installed, so that no packages can be looked at"


class State(StrEnum):
    """How it stands with one thing."""

    OK = "ok"
    ABSENT = "absent"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `remedy` says what adds or mends it."""

    part: str
    name: str
    found: str
    state: State = State.OK
    remedy: str = ""


def examine(today: date) -> list[Finding]:
    """Look at everything; nothing that is wrong keeps the rest from being looked at.

    Parameters
    ----------
    today
        The date that the age of the data is counted to.
    """
    return [
        *program_findings(),
        *package_findings(requirements_of(DISTRIBUTION), version_of, import_fault),
        *data_findings(today),
        *licence_findings(network_facts()),
    ]


def is_broken(findings: Sequence[Finding]) -> bool:
    """Say whether anything is broken; an extra that is absent is not."""
    return any(one.state is State.BROKEN for one in findings)


def document(findings: Sequence[Finding]) -> dict[str, Any]:
    """Return the findings, JSON-ready."""
    return {
        "schema_version": SCHEMA_VERSION,
        "broken": is_broken(findings),
        "findings": [asdict(one) for one in findings],
    }


def program_findings() -> list[Finding]:
    """Return versions and places of the program and of Python."""
    return [
        Finding("program", DISTRIBUTION, version_of(DISTRIBUTION) or _BARE),
        Finding("program", "folder", str(Path(__file__).parent.parent)),
        Finding("program", "Python", f"{platform.python_version()} ({sys.executable})"),
        Finding("program", "system", platform.platform()),
        Finding("program", "file names", sys.getfilesystemencoding()),
    ]


def version_of(name: str) -> str | None:
    """Return the version of a package that is installed, else None."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def requirements_of(name: str) -> list[Requirement]:
    """Return what a package asks for; nothing if it is not installed itself."""
    try:
        return [Requirement(text) for text in metadata.requires(name) or ()]
    except metadata.PackageNotFoundError:
        return []


def import_fault(name: str) -> str:
    """Return why a package cannot be imported, empty if it can."""
    module = _MODULES.get(name, name.replace("-", "_"))
    try:
        with warnings.catch_warnings(action="ignore"):
            importlib.import_module(module)
    except Exception as error:  # whatever a broken package raises is what is to be told
        return f"{type(error).__name__}: {error}".splitlines()[0]
    return ""


def package_findings(
    requirements: Sequence[Requirement],
    version: Callable[[str], str | None],
    fault: Callable[[str], str],
) -> Iterator[Finding]:
    """Yield how it stands with every package that is needed, or adds something.

    Parameters
    ----------
    requirements
        What the program asks for, with markers for extras.
    version
        Gives the version of a package, None if it is not installed.
    fault
        Says why a package cannot be imported, empty if it can.
    """
    for wanted in requirements:
        if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
            command = f'pip install "{_plain(wanted)}"'
            yield _package(wanted, "package", version, fault, command, State.BROKEN)
            continue
        for extra, what in OPTIONAL.items():
            if wanted.marker.evaluate({"extra": extra}):
                command = f'pip install "{DISTRIBUTION}[{extra}]" ({what})'
                yield _package(wanted, "optional", version, fault, command, State.ABSENT)


def _package(
    wanted: Requirement,
    part: str,
    version: Callable[[str], str | None],
    fault: Callable[[str], str],
    remedy: str,
    missing: State,
) -> Finding:
    there = version(wanted.name)
    if there is None:
        return Finding(part, wanted.name, "not installed", missing, remedy)
    if not wanted.specifier.contains(there, prereleases=True):
        found = f"{there}, but {wanted.specifier} is needed"
        return Finding(part, wanted.name, found, State.BROKEN, remedy)
    if why := fault(wanted.name):
        found = f"{there} cannot be imported: {why}"
        again = f'pip install --force-reinstall "{_plain(wanted)}"'
        return Finding(part, wanted.name, found, State.BROKEN, again)
    return Finding(part, wanted.name, there)


def _plain(wanted: Requirement) -> str:
    return f"{wanted.name}{wanted.specifier}"


def data_findings(today: date) -> Iterator[Finding]:
    """Yield whether network, tables, corridors and scenarios are whole, and how old they are."""
    request = Request()

    def network() -> str:
        there = Network()
        check_version(load_paths(), there)
        if load_compiled().version != there.version:
            raise CorridorsError(
                f"compiled from network {load_compiled().version}, but {there.version} is there"
            )
        return f"version {there.version}; the corridor graph and its lines belong to it"

    def tables() -> str:
        world = request.tables
        if problems := source_problems(world):
            raise DataError("tables", problems)
        return (
            f"version {request.data_version}: {len(world.places)} places, "
            f"{len(world.parameters.rows)} parameters, {len(world.sources)} sources"
        )

    def corridors() -> str:
        return f"{len(load_corridors(request.tables))} corridors"

    def scenarios() -> str:
        rows = scenario_rows(request.tables, (), request.names_with_status)
        dates = [row["as_of"] for row in rows]
        dates += [row.as_of for row in request.tables.restrictions if _is_day(row.as_of)]
        last = date.fromisoformat(max(dates))
        return f"{len(rows)} scenarios, the last as of {last} ({(today - last).days} days ago)"

    for look in (network, tables, corridors, scenarios):
        try:
            yield Finding("data", look.__name__, look())
        except (CorridorsError, DataError, OSError) as error:
            found = " ".join(str(error).split())
            remedy = f"pip install --force-reinstall {DISTRIBUTION}"
            yield Finding("data", look.__name__, found, State.BROKEN, remedy)


def _is_day(text: str) -> bool:
    """Say whether a date is stated to the day; some are years."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def licence_findings(facts: Mapping[str, Any]) -> list[Finding]:
    """Return the licences of what the network was built from, and the notices to show."""
    built = [
        Finding("licence", f"{one['name']} {one['version']}", one["licence"])
        for one in facts["upstream"]
    ]
    return [*built, *(Finding("licence", "to be named", text) for text in facts["attribution"])]

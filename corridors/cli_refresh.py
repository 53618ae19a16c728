"""Newer or finer lines from OpenStreetMap, as a file that the import door reads."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from corridors import cli_completion as completion
from corridors.cli_options import FormatOption, QuietOption, reports_errors
from corridors.errors import CorridorsError
from corridors.output import Format, complain, emit_rows, progress
from geodata.units import METRES_PER_KM
from geodata.vocabulary import GAUGES_MM, Mode

if TYPE_CHECKING:
    from geodata.importers.osm import Wish
    from geodata.network import Network

Box = tuple[float, float, float, float]

BOX_MARGIN_DEG: Final = 0.5
"""How much wider than the country's shipped lines the region asked for is: a policy."""
_SIDES: Final = 4
_MAX_LON: Final = 180.0
_MAX_LAT: Final = 90.0


@reports_errors
def network_refresh(
    mode: Annotated[Mode, typer.Option("--mode", help="rail, road or ferry.")],
    country: Annotated[
        str,
        typer.Option(
            "--country", help="Country, ISO code as in IR.", autocompletion=completion.COUNTRIES
        ),
    ],
    folder: Annotated[
        Path, typer.Option("--output", "-o", help="Folder of tables; the file is put in lines/.")
    ],
    bbox: Annotated[
        str | None, typer.Option("--bbox", help="Only this region: W,S,E,N in degrees.")
    ] = None,
    file: Annotated[
        Path | None, typer.Option("--file", help="An .osm or .osm.pbf extract instead of Overpass.")
    ] = None,
    replace: Annotated[
        bool | None,
        typer.Option(
            "--replace/--add",
            help="Whether the country's shipped lines give way: without --bbox they do; with "
            "--file say which.",
        ),
    ] = None,
    boundary: Annotated[
        Path | None, typer.Option("--boundary", help="The country's polygon, if OSM lacks it.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="Date of an extract that states none.")
    ] = None,
    gauge_mm: Annotated[
        int, typer.Option("--gauge", help="Gauge in mm of rail that states none.")
    ] = 0,
    opens: Annotated[
        int, typer.Option("--opens", help="Year for unfinished lines that state none.")
    ] = 0,
    server: Annotated[str | None, typer.Option("--server", help="Overpass API to ask.")] = None,
    cache: Annotated[
        Path | None, typer.Option("--cache", help="Folder in which answers are kept.")
    ] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Ask again for what was answered before.")
    ] = False,
    output_format: FormatOption = Format.TABLE,
    quiet: QuietOption = False,
) -> None:
    """Fetch a country's rail, main roads or ferries from OpenStreetMap, ready for --data.

    An interrupted run goes on where it was. Lines are cut at the frontier.

    Example: corridors network refresh --mode rail --country IR -o mydata
    """
    from geodata.importers import osm, osm_fetch, osm_files
    from geodata.importers.territory import box_of, territory_of
    from geodata.network import Network
    from geodata.world import load_world

    box = None if bbox is None else read_box(bbox)
    if file is not None and replace is None and mode is not Mode.FERRY:
        raise CorridorsError(
            "--file: say --replace if it holds the whole country, so that the shipped lines give "
            "way, or --add if it holds a part of it"
        )
    wish = osm.Wish(
        mode=mode,
        country=country,
        box=box,
        as_of=as_of or "",
        gauge_mm=gauge_mm,
        opens=opens,
        replaces=mode is not Mode.FERRY and (box is None if replace is None else replace),
    )
    _check(wish, replace=replace)
    land = osm.needs_territory(mode)
    network = Network()
    if file is not None:
        extract = osm_files.read_extract(file, mode, country)
    else:
        whole = box_of(country, network, BOX_MARGIN_DEG) if box is None else box
        extract = osm_fetch.fetch(
            mode, country, whole,
            server=osm_fetch.Server(url=(server or osm_fetch.OVERPASS).rstrip("/")),
            cache=cache or osm_fetch.cache_folder(),
            country_box=_around(country, network, whole) if land and boundary is None else None,
            anew=anew,
            follow=partial(progress, what="tiles", quiet=quiet),
        )  # fmt: skip
    territory = territory_of(country, network, extract.boundary, boundary) if land else None
    refreshed = osm.refresh(extract, wish, territory, load_world())
    path = osm.write_lines(refreshed, folder)
    if not quiet:
        for remark in refreshed.remarks:
            complain(remark)
        if wish.replaces:
            complain(_in_place_of(wish, network))
        complain(f"written: {path}")
    emit_rows(refreshed.rows(), output_format, None, quiet=quiet)


def read_box(text: str) -> Box:
    """Read west, south, east, north.

    Raises
    ------
    CorridorsError
        If these are not four numbers in that order.
    """
    try:
        sides = [float(part) for part in text.split(",")]
    except ValueError:
        sides = []
    if len(sides) == _SIDES:
        west, south, east, north = sides
        if -_MAX_LON <= west < east <= _MAX_LON and -_MAX_LAT <= south < north <= _MAX_LAT:
            return west, south, east, north
    raise CorridorsError(
        f"--bbox {text!r}: give west,south,east,north in degrees, as in 48,36,52,39"
    )


def _check(wish: Wish, *, replace: bool | None) -> None:
    problems = []
    if wish.mode not in (Mode.RAIL, Mode.ROAD, Mode.FERRY):
        problems.append(f"--mode {wish.mode}: OpenStreetMap is read for rail, road and ferry")
    if not re.fullmatch("[A-Z]{2}", wish.country):
        problems.append(f"--country {wish.country!r}: give the ISO 3166-1 code, as in IR or KZ")
    if wish.gauge_mm not in GAUGES_MM:
        known = ", ".join(str(gauge) for gauge in GAUGES_MM if gauge)
        problems.append(f"--gauge {wish.gauge_mm}: known gauges are {known} mm")
    if wish.as_of and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", wish.as_of):
        problems.append(f"--as-of {wish.as_of!r}: give a date as in 2026-01-31")
    if wish.mode is Mode.FERRY and replace:
        problems.append("--replace: ferries of OpenStreetMap only add to the shipped ones")
    if problems:
        raise CorridorsError("; ".join(problems))


def _in_place_of(wish: Wish, network: Network) -> str:
    """Say how much gives way: far less in its place means that the country is not whole."""
    layer = network.layer(wish.mode)
    own = layer.live & (layer.links["country"] == wish.country)
    km = float(layer.links["length_m"][own].sum()) / METRES_PER_KM
    return (
        f"{km:.0f} km of shipped {wish.mode} lines in {wish.country} give way where the file is "
        "used, all over the country"
    )


def _around(country: str, network: Network, box: Box) -> Box:
    """Return a box around a country's shipped lines and a box."""
    from geodata.errors import DataError
    from geodata.importers.territory import box_of

    try:
        known = box_of(country, network, BOX_MARGIN_DEG)
    except DataError:
        return box
    return (
        min(box[0], known[0]), min(box[1], known[1]),
        max(box[2], known[2]), max(box[3], known[3]),
    )  # fmt: skip

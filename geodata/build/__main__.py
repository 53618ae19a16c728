"""``python -m geodata.build``: make the shipped network again from named upstream packages.

``--check`` builds into a temporary directory and compares the files byte for byte with the shipped
ones; it ends with 1 and the names of those that differ.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from geodata.build.air import build_air
from geodata.build.countries import load_countries
from geodata.build.land import BOX, build_land, read_upstream
from geodata.build.land_tables import read_tables
from geodata.build.layer import Layer
from geodata.build.sea import build_sea
from geodata.build.write import write_layer, write_manifest, write_place_nodes
from geodata.errors import DataError
from geodata.network import NETWORK
from geodata.vocabulary import LAND_MODES, Mode
from geodata.world import DATA

BUILT_MODES: Final = (Mode.AIR, Mode.RAIL, Mode.ROAD, Mode.SEA)


def main(argv: Sequence[str] | None = None) -> int:
    """Build, or check, the network and return the exit code."""
    options = _options(argv)
    try:
        if not options.check:
            options.output.mkdir(parents=True, exist_ok=True)
            build(options.output, options.layer, _say)
            return 0
        with tempfile.TemporaryDirectory() as scratch:
            written = build(Path(scratch), options.layer, _say)
            differing = [path.name for path in written if not _same(path, NETWORK / path.name)]
    except DataError as error:
        _say(str(error))
        return 1
    for name in differing:
        sys.stdout.write(f"{name}\n")
    _say(f"{len(written) - len(differing)} of {len(written)} files are as shipped")
    return 1 if differing else 0


def build(output: Path, only: Mode | None, say: Callable[[str], None]) -> list[Path]:
    """Build the layers into a directory and return the files written, sorted.

    Parameters
    ----------
    output
        Exists already.
    only
        The one layer to build; its place nodes and the manifest need all layers and are then left
        alone.
    say
        Told how far the build has come.

    Raises
    ------
    DataError
        Listing everything that could not be joined, after the layer's files were written.
    """
    layers: list[Layer] = []
    problems: list[str] = []
    modes = BUILT_MODES if only is None else (only,)
    if LAND_MODES & set(modes):
        say("countries")
        countries = load_countries(BOX)
        tables = read_tables(DATA)
    for mode in modes:
        say(str(mode))
        if mode in LAND_MODES:
            built = build_land(mode, read_upstream(mode), countries, tables)
            layers.append(built.layer)
            problems += built.problems
        else:
            layers.append(build_sea(DATA) if mode is Mode.SEA else build_air(DATA))
    written = [path for layer in layers for path in write_layer(layer, output)]
    if only is None:
        rows = [row for layer in layers for row in layer.place_nodes]
        written.append(write_place_nodes(rows, output))
        written.append(write_manifest(layers, rows, output))
    if problems:
        raise DataError("network", problems)
    return sorted(written)


def _same(one: Path, other: Path) -> bool:
    return other.is_file() and one.read_bytes() == other.read_bytes()


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m geodata.build", description=__doc__)
    parser.add_argument(
        "--output", type=Path, default=NETWORK, help="where to write (default: the package itself)"
    )
    parser.add_argument(
        "--check", action="store_true", help="compare with the shipped files, change nothing"
    )
    parser.add_argument(
        "--layer", type=Mode, choices=BUILT_MODES, default=None, help="build this layer only"
    )
    return parser.parse_args(argv)


if __name__ == "__main__":
    raise SystemExit(main())

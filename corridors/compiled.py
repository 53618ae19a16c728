"""The corridor graph's MOVE arcs as they ship: measured once, read without the detailed network.

Land arcs lie inside one *zone* (mode, country, gauge, status): the part of a network in which cost,
time and CO2e per km are the same, so that the shortest line is the best by every criterion. They
join the zone's *gateways* and never run through a third one. An arc whose way is longer than one
through another gateway is marked ``bypass``: it is only needed once a gateway is closed.

Sea and ferry arcs join ports; a pair has one arc for every shortest line that avoids some set of
chokepoints, so that tolls, risks and closures choose among them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from geodata.errors import DataError
from geodata.files import write_whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]
    Texts = NDArray[np.str_]

COMPILED: Final = Path(__file__).parent / "data" / "graph.npz"
"""The compiled graph of the shipped network."""
PATHS: Final = Path(__file__).parent / "data" / "paths.npz"
"""The detailed links under every arc of it; read only to draw or export."""


class ArcRow(NamedTuple):
    """One arc of a `CompiledGraph`; ``tail`` and ``head`` are numbers of gateways."""

    tail: int
    head: int
    mode: str
    country: str
    status: str
    as_of: str
    opens: int
    name: str
    length_m: int
    bypass: bool
    basin: str
    chokepoints: str


@dataclass(frozen=True)
class CompiledGraph:
    """Gateways and MOVE arcs as arrays. Arcs are stored once and run both ways.

    ``gateway_*`` describe vertices (place, mode, gauge); a junction of zones that is no place has
    an empty ``gateway_place``. ``arc_chokepoints`` are ids joined by spaces.
    """

    gateway_place: Texts
    gateway_mode: Texts
    gateway_gauge_mm: Ints
    gateway_country: Texts
    gateway_node: Ints
    gateway_lon: Floats
    gateway_lat: Floats
    arc_from: Ints
    arc_to: Ints
    arc_mode: Texts
    arc_country: Texts
    arc_status: Texts
    arc_as_of: Texts
    arc_opens: Ints
    arc_name: Texts
    arc_length_m: Ints
    arc_bypass: Flags
    arc_basin: Texts
    arc_chokepoints: Texts
    network_version: Texts

    def arcs(self) -> Iterator[ArcRow]:
        """Yield the arcs as rows, in order."""
        columns = (
            self.arc_from, self.arc_to, self.arc_mode, self.arc_country, self.arc_status,
            self.arc_as_of, self.arc_opens, self.arc_name, self.arc_length_m, self.arc_bypass,
            self.arc_basin, self.arc_chokepoints,
        )  # fmt: skip
        return map(ArcRow._make, zip(*(column.tolist() for column in columns), strict=True))

    @cached_property
    def version(self) -> str:
        """Data version of the network that this graph was compiled from."""
        return str(self.network_version[0])


@dataclass(frozen=True)
class ArcPaths:
    """The detailed links of every arc, in order: ``link[start[i]:start[i + 1]]``.

    A link that is run against its drawn direction is stored as ``-1 - link_id``.
    """

    start: Ints
    link: Ints
    network_version: Texts

    @cached_property
    def version(self) -> str:
        """Data version of the network whose link ids these are."""
        return str(self.network_version[0])

    def of(self, arc: int) -> list[tuple[int, bool]]:
        """Return (link id, reversed) along an arc in its stored direction."""
        signed = self.link[self.start[arc] : self.start[arc + 1]]
        return [(int(-1 - link), True) if link < 0 else (int(link), False) for link in signed]


def write_arrays(record: CompiledGraph | ArcPaths, path: Path) -> None:
    """Write a record of arrays as compressed npz, the same bytes for the same arrays."""
    arrays: dict[str, Any] = {field.name: getattr(record, field.name) for field in fields(record)}

    def write(scratch: Path) -> None:
        with scratch.open("wb") as stream:
            np.savez_compressed(stream, **arrays)

    write_whole(path, write)


def load_compiled(path: Path = COMPILED) -> CompiledGraph:
    """Read the compiled graph."""
    return CompiledGraph(**_read(path, CompiledGraph))


def load_paths(path: Path = PATHS) -> ArcPaths:
    """Read the detailed links under the arcs."""
    return ArcPaths(**_read(path, ArcPaths))


def _read(path: Path, record: type[Any]) -> dict[str, Any]:
    if not path.exists():
        raise DataError(str(path), ["missing; run `python -m corridors.compile` or reinstall"])
    with np.load(path, allow_pickle=False) as archive:
        return {field.name: archive[field.name] for field in fields(record)}

"""The detailed network at rest: nodes and links per mode, read from the built GeoParquet files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geodata.errors import DataError
from geodata.vocabulary import Mode
from geodata.world import DATA

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geodata.nearest import LineIndex

    Array = NDArray[Any]

NETWORK: Final = DATA / "network"
"""The built network that ships with the package."""

MOST_DRAWN_SHARE: Final = 1.004
"""A drawn line may be this much longer than its true length: positions are rounded, and upstream
measures on a sphere."""

LINK_COLUMNS: Final = (
    "from_node_id",
    "to_node_id",
    "country",
    "gauge_mm",
    "status",
    "as_of",
    "opens",
    "name",
    "length_m",
    "geometry_basis",
    "basin",
    "chokepoint",
    "source_id",
)

LINK_ENDS: Final = ("from_node_id", "to_node_id")

LonLat = tuple[float, float]
Line = tuple[LonLat, ...]
Box = tuple[float, float, float, float]
"""West, south, east, north in decimal degrees; west of more than east crosses the antimeridian."""


@dataclass(frozen=True)
class ModeNetwork:
    """One mode's network: columns of links and of nodes as arrays; ids are positions.

    Links are undirected, drawn from ``from_node_id`` to ``to_node_id``. A node lies in one country
    and on one gauge. Lengths are whole metres.

    Links that came after the files were written are drawn in ``drawn``; a link in ``retired`` was
    replaced by others or closed for good: its number stays taken, and nothing may use it.
    """

    mode: Mode
    links: dict[str, Array]
    node_lon: Array
    node_lat: Array
    node_country: Array
    directory: Path = NETWORK
    drawn: Mapping[int, Line] = field(default_factory=dict)
    retired: frozenset[int] = frozenset()

    @property
    def node_count(self) -> int:
        """Number of nodes."""
        return len(self.node_lon)

    @property
    def link_count(self) -> int:
        """Number of links."""
        return len(self.links["length_m"])

    @cached_property
    def live(self) -> Array:
        """Mask of the links that are in the network."""
        mask = np.ones(self.link_count, dtype=bool)
        mask[sorted(self.retired)] = False
        return mask

    @cached_property
    def filed(self) -> Array:
        """The lines of the files as WKB, read once."""
        table = _table(self.directory, f"{self.mode}.parquet", ("geometry",))
        return np.array([*table["geometry"].to_pylist(), None], dtype=object)[:-1]

    def lines(self, link_ids: Sequence[int]) -> dict[int, Line]:
        """Return the drawn lines of some links, (lon, lat) degrees, by link id."""
        filed = sorted({link for link in link_ids if link not in self.drawn})
        found = _decoded(self.filed, filed) if filed else {}
        return found | {link: self.drawn[link] for link in link_ids if link in self.drawn}

    @cached_property
    def shapes(self) -> Array:
        """The drawn lines of all links as shapes of shapely; made once."""
        import shapely

        shapes = np.empty(self.link_count, dtype=object)
        if len(self.drawn) < self.link_count:
            filed = shapely.from_wkb(self.filed)
            shapes[: len(filed)] = filed
        if self.drawn:
            numbers = np.fromiter(self.drawn, dtype=np.int64, count=len(self.drawn))
            shapes[numbers] = shapes_of(list(self.drawn.values()))
        return shapes

    @cached_property
    def index(self) -> LineIndex:
        """The drawn lines of all links, to look points up in; made once."""
        from geodata.nearest import LineIndex

        return LineIndex(self.shapes)


@dataclass(frozen=True, slots=True)
class PlaceNode:
    """Where a place stands in one mode's network, and how far it was moved to get there."""

    place_id: str
    mode: Mode
    gauge_mm: int
    node_id: int
    snap_m: int


@dataclass(frozen=True)
class Network:
    """The detailed network of every mode, and where the places stand in it; read when asked for.

    Parameters
    ----------
    directory
        Where the built files are.
    changed
        Modes whose network differs from the files, by what was added to it.
    placed
        Where the places stand, if other than the files say.
    additions
        Digest of what was added, empty for nothing.
    """

    directory: Path = NETWORK
    changed: Mapping[Mode, ModeNetwork] = field(default_factory=dict)
    placed: tuple[PlaceNode, ...] | None = None
    additions: str = ""
    _layers: dict[Mode, ModeNetwork] = field(default_factory=dict, repr=False, compare=False)

    def layer(self, mode: Mode) -> ModeNetwork:
        """Return one mode's nodes and links."""
        if mode not in self._layers:
            self._layers[mode] = self.changed.get(mode) or load_layer(mode, self.directory)
        return self._layers[mode]

    @cached_property
    def place_nodes(self) -> tuple[PlaceNode, ...]:
        """Where the places stand in the networks."""
        return load_place_nodes(self.directory) if self.placed is None else self.placed

    @cached_property
    def facts(self) -> dict[str, Any]:
        """The build's own description of the files."""
        return network_facts(self.directory)

    @cached_property
    def version(self) -> str:
        """Data version: equal ones give equal results."""
        built = str(self.facts["data_version"])
        return f"{built}+{self.additions}" if self.additions else built


def load_layer(mode: Mode, directory: Path = NETWORK) -> ModeNetwork:
    """Read one mode's nodes and links, without their lines."""
    links = _table(directory, f"{mode}.parquet", LINK_COLUMNS)
    nodes = _table(directory, f"{mode}_nodes.parquet", ("lon", "lat", "country"))
    return ModeNetwork(
        mode=mode,
        links={name: _array(links, name) for name in LINK_COLUMNS},
        node_lon=_array(nodes, "lon"),
        node_lat=_array(nodes, "lat"),
        node_country=_array(nodes, "country"),
        directory=directory,
    )


def load_place_nodes(directory: Path = NETWORK) -> tuple[PlaceNode, ...]:
    """Read where the places stand in the networks."""
    columns = ("place_id", "mode", "gauge_mm", "node_id", "snap_m")
    table = _table(directory, "place_nodes.parquet", columns)
    return tuple(
        PlaceNode(
            row["place_id"], Mode(row["mode"]), row["gauge_mm"], row["node_id"], row["snap_m"]
        )
        for row in table.to_pylist()
    )


def shapes_of(lines: Sequence[Line]) -> Array:
    """Return lines, given by their points, as shapes of shapely."""
    import shapely

    points = np.array([point for line in lines for point in line], dtype=np.float64)
    owner = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    return np.asarray(shapely.linestrings(points.reshape(-1, 2), indices=owner))


def _decoded(wkb: Array, wanted: Sequence[int]) -> dict[int, Line]:
    """Return the lines of some links, sorted by their ids."""
    import shapely

    if wanted[-1] >= len(wkb):
        raise DataError("network", [f"link {wanted[-1]} does not exist; rebuild the graph"])
    points, owner = shapely.get_coordinates(shapely.from_wkb(wkb[list(wanted)]), return_index=True)
    lonlat = [(lon, lat) for lon, lat in points.tolist()]
    ends = np.searchsorted(owner, np.arange(len(wanted) + 1)).tolist()
    return {
        link: tuple(lonlat[start:end])
        for link, (start, end) in zip(wanted, pairwise(ends), strict=True)
    }


def network_facts(directory: Path = NETWORK) -> dict[str, Any]:
    """Return the build's own description: data version, counts, upstream packages, attribution."""
    facts: dict[str, Any] = json.loads(_file(directory, "network.json").read_text("utf-8"))
    return facts


def _table(directory: Path, name: str, columns: Sequence[str]) -> Any:
    """Read columns of a file, in one thread: more make copies, and small files are no faster."""
    import pyarrow.parquet as pq

    return pq.ParquetFile(_file(directory, name)).read(columns=list(columns), use_threads=False)


def _array(table: Any, name: str) -> Array:
    import pyarrow as pa

    column = table[name].combine_chunks()
    if not pa.types.is_dictionary(column.type):
        if not pa.types.is_string(column.type):
            return np.from_dlpack(column)  # `to_numpy` would import pandas, for half a second
        column = column.dictionary_encode()
    # the same text is the same object: columns of few words take little room
    words = np.array([*column.dictionary.to_pylist(), None], dtype=object)[:-1]
    return np.asarray(words[np.from_dlpack(column.indices)])


def _file(directory: Path, name: str) -> Path:
    path = directory / name
    if not path.exists():
        raise DataError(str(path), ["missing; run `python -m geodata.build` or reinstall"])
    return path

"""One mode's built network: the tables that are written, and nothing else.

All helpers of the build hand over their result as a :class:`Layer`; :mod:`geodata.build.write`
turns it into files. Lists of rows, not frames: a row is checked when it is made.
"""

from __future__ import annotations

from dataclasses import dataclass

from shapely import LineString

from geodata.network import PlaceNode
from geodata.vocabulary import GeometryBasis, Mode, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRow:
    """A point where links meet.

    Parameters
    ----------
    node_id
        Dense, from 0, in the order of the table.
    lon, lat
        Decimal degrees, five decimals.
    country
        ISO 3166-1 alpha-2, empty at sea and in the air.
    """

    node_id: int
    lon: float
    lat: float
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """A way between two nodes, in both directions.

    Parameters
    ----------
    link_id
        Dense, from 0, in the order of the table.
    from_node_id, to_node_id
        The nodes at the two ends of the line, in the order in which it is drawn.
    country
        ISO 3166-1 alpha-2, empty at sea and in the air.
    gauge_mm
        Track gauge, 0 when it is no railway.
    status
        State on the date ``as_of``.
    as_of
        ISO date or year of the status; empty for what upstream holds without a date.
    opens
        Year from which a line that is not operational is expected to be; 0 when unknown.
    name
        Of the line, empty for most.
    length_m
        True length in metres.
    geometry_basis
        How far the drawn line can be trusted.
    basin
        ``ocean``, ``caspian`` or ``volga_don`` at sea, else empty.
    chokepoint
        Id of the chokepoint that the link passes, else empty.
    source_id
        Where the link comes from.
    geometry
        Line in EPSG:4326, (lon, lat), five decimals.
    land_m
        Metres of the line on the 1:10m map's land, outside the rivers of ``sea_areas.csv``; 0 for
        all modes but sea.
    """

    link_id: int
    from_node_id: int
    to_node_id: int
    country: str = ""
    gauge_mm: int = 0
    status: Status = Status.OPERATIONAL
    as_of: str = ""
    opens: int = 0
    name: str = ""
    length_m: int
    geometry_basis: GeometryBasis
    basin: str = ""
    chokepoint: str = ""
    source_id: str
    geometry: LineString
    land_m: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """The built network of one mode.

    Parameters
    ----------
    mode
        Rail, road, sea or air.
    nodes, links
        Sorted by their ids, which are dense from 0.
    place_nodes
        The places joined to this layer.
    packages
        Keys of :data:`geodata.build.upstream.PACKAGES` that it was made from.
    """

    mode: Mode
    nodes: tuple[NodeRow, ...]
    links: tuple[LinkRow, ...]
    place_nodes: tuple[PlaceNode, ...]
    packages: tuple[str, ...]

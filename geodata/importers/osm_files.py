"""OpenStreetMap out of files: ``.osm`` XML through OSMnx, ``.osm.pbf`` through pyosmium.

A ``.pbf`` is read in passes that keep only what is wanted, so that the extract of a big country
needs the memory of its main lines and not of its buildings.
"""

from __future__ import annotations

import bz2
import gzip
import importlib
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError, iterparse
from xml.sax import SAXParseException

from geodata.errors import DataError
from geodata.importers.osm_extract import Extract
from geodata.importers.osm_tags import MAIN_KEY, WAY_TAGS, read_tags
from geodata.vocabulary import Mode

XML_ENDINGS: Final = (".osm", ".osm.gz", ".osm.bz2")
PBF_ENDINGS: Final = (".pbf",)
MAX_XML_BYTES: Final = 500 * 10**6
"""A policy: XML is read as a whole; what is larger is better had as ``.osm.pbf``."""

COUNTRY_KEYS: Final = ("ISO3166-1", "ISO3166-1:alpha2")
"""Where OpenStreetMap writes the code of a country on its boundary."""
_COUNTRY_LEVEL: Final = "2"
DATE_LENGTH: Final = len("2026-01-31")
"""Of the date with which a time stamp begins."""


@contextmanager
def osmnx_settings(**wanted: Any) -> Iterator[None]:
    """Set settings of OSMnx, which are one for all, for the length of a block."""
    import osmnx

    saved = {name: getattr(osmnx.settings, name) for name in wanted}
    try:
        for name, value in wanted.items():
            setattr(osmnx.settings, name, value)
        yield
    finally:
        for name, value in saved.items():
            setattr(osmnx.settings, name, value)


def read_extract(path: Path, mode: Mode, country: str) -> Extract:
    """Read the ways of a mode, and the country's boundary if it is there and whole.

    Raises
    ------
    DataError
        If the file is missing, damaged, of another kind, or its ways lack nodes.
    """
    name = path.name.lower()
    if not path.is_file():
        raise DataError(str(path), ["no such file; give an .osm or .osm.pbf extract"])
    if name.endswith(PBF_ENDINGS):
        return _read_pbf(path, mode, country)
    if name.endswith(XML_ENDINGS):
        return _read_xml(path, mode, country)
    known = ", ".join((*XML_ENDINGS, *PBF_ENDINGS))
    raise DataError(str(path), [f"not an OpenStreetMap extract by its ending; known are {known}"])


def _read_xml(path: Path, mode: Mode, country: str) -> Extract:
    import osmnx

    if path.stat().st_size > MAX_XML_BYTES:
        raise DataError(
            str(path),
            [f"more than {MAX_XML_BYTES // 10**6} MB of XML; take the region as .osm.pbf instead"],
        )
    extract = Extract()
    try:
        extract.as_of = _xml_date(path)
        with osmnx_settings(useful_tags_way=list(WAY_TAGS)), warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # a file that OSMnx itself has written
            try:
                graph = osmnx.graph_from_xml(
                    path, bidirectional=True, simplify=False, retain_all=True
                )
            except osmnx._errors.InsufficientResponseError:
                return extract
        extract.add_graph(graph, MAIN_KEY[mode])
        extract.boundary = _xml_boundary(path, country)
    except (ParseError, SAXParseException, UnicodeDecodeError, OSError, EOFError) as error:
        raise DataError(str(path), [f"not readable as OSM XML ({error}); get it again"]) from None
    except (KeyError, ValueError) as error:
        reason = "ways use nodes that are not in it; extract the region with complete ways"
        raise DataError(str(path), [f"{reason} ({error})"]) from None
    except UserWarning:
        raise DataError(
            str(path), ["written by OSMnx, which cannot read it again; give an extract of OSM"]
        ) from None
    return extract


def _xml_date(path: Path) -> str:
    """Return the date that the head of an XML file states, or an empty text."""
    opener: Any = {".gz": gzip.open, ".bz2": bz2.open}.get(path.suffix.lower(), open)
    with opener(path, "rb") as file:
        for _, element in iterparse(file, events=("start",)):
            stamp = {"osm": "timestamp", "meta": "osm_base"}.get(element.tag, "")
            if element.get(stamp):
                return str(element.get(stamp))[:DATE_LENGTH]
            if element.tag in ("node", "way", "relation"):
                break
    return ""


def _xml_boundary(path: Path, country: str) -> Any:
    import osmnx

    try:
        frame = osmnx.features_from_xml(path, tags=dict.fromkeys(COUNTRY_KEYS, country))
    except osmnx._errors.InsufficientResponseError:
        return None
    return boundary_in(frame)


def boundary_in(frame: Any) -> Any:
    """Return the polygon of the country's boundary among features of OSMnx, or None."""
    import shapely

    if "admin_level" not in frame.columns:
        return None
    at_level = frame["admin_level"].astype(str) == _COUNTRY_LEVEL
    shapes = frame.geometry[at_level]
    shapes = shapes[shapes.geom_type.isin(["Polygon", "MultiPolygon"]) & ~shapes.is_empty]
    return shapely.make_valid(shapes.union_all()) if len(shapes) else None


def _read_pbf(path: Path, mode: Mode, country: str) -> Extract:
    try:
        osmium: Any = importlib.import_module("osmium")
    except ImportError:
        remedy = "pip install 'freight-corridors[osm]', or give the region as .osm"
        raise DataError(str(path), [f"needs the package osmium: {remedy}"]) from None
    extract = Extract()
    try:
        extract.as_of = _pbf_date(osmium, path)
        rings = _boundary_members(osmium, path, country)
        lines = {way.id: _refs(way) for way in _picked(osmium, path, "WAY", set(rings))}
        through: dict[int, tuple[int, ...]] = {}
        with_key = osmium.filter.KeyFilter(MAIN_KEY[mode])
        for way in osmium.FileProcessor(path, osmium.osm.WAY).with_filter(with_key):
            tags = {tag.k: tag.v for tag in way.tags if tag.k in WAY_TAGS}
            if read_tags(mode, tags) is not None:
                through[way.id] = _refs(way)
                extract.ways[way.id] = tags
        wanted = {ref for refs in (*lines.values(), *through.values()) for ref in refs}
        places = {
            node.id: (node.location.lon, node.location.lat)
            for node in _picked(osmium, path, "NODE", wanted)
            if node.location.valid()
        }
    except RuntimeError as error:
        raise DataError(str(path), [f"not readable as .osm.pbf ({error}); get it again"]) from None
    lost = 0
    for number, refs in through.items():
        lost += sum(ref not in places for ref in refs)
        for part in _unbroken(refs, places):
            extract.add_way(number, extract.ways[number], part)
        extract.nodes |= {ref: places[ref] for ref in refs if ref in places}
    if lost:
        extract.remarks.append(
            f"{path}: {lost} nodes of its ways are not in it; lines end there. Extract the region "
            "with complete ways"
        )
    extract.boundary = _boundary_of(rings, lines, places)
    return extract


def _pbf_date(osmium: Any, path: Path) -> str:
    header = osmium.FileProcessor(path).header
    return str(header.get("osmosis_replication_timestamp"))[:DATE_LENGTH]


def _boundary_members(osmium: Any, path: Path, country: str) -> dict[int, str]:
    """Return the member ways of the country's boundary and their roles."""
    wanted = osmium.filter.TagFilter(*((key, country) for key in COUNTRY_KEYS))
    members: dict[int, str] = {}
    for relation in osmium.FileProcessor(path, osmium.osm.RELATION).with_filter(wanted):
        tags = relation.tags
        if tags.get("boundary") == "administrative" and tags.get("admin_level") == _COUNTRY_LEVEL:
            members |= {
                member.ref: member.role or "outer"
                for member in relation.members
                if member.type == "w" and member.role in ("outer", "inner", "")
            }
    return members


def _picked(osmium: Any, path: Path, kind: str, ids: set[int]) -> Iterator[Any]:
    """Yield the nodes or ways that have one of some ids."""
    if ids:
        only = osmium.filter.IdFilter(ids)
        yield from osmium.FileProcessor(path, getattr(osmium.osm, kind)).with_filter(only)


def _refs(way: Any) -> tuple[int, ...]:
    return tuple(node.ref for node in way.nodes)


def _unbroken(refs: tuple[int, ...], places: Mapping[int, Any]) -> Iterator[list[int]]:
    """Yield the stretches of a way between nodes whose positions are not known."""
    part: list[int] = []
    for ref in refs:
        if ref in places:
            part.append(ref)
            continue
        yield part
        part = []
    yield part


def _boundary_of(
    rings: Mapping[int, str],
    lines: Mapping[int, tuple[int, ...]],
    places: Mapping[int, tuple[float, float]],
) -> Any:
    """Return the polygon that member ways enclose; None if any part of it is missing."""
    import shapely

    if not rings or any(way not in lines for way in rings):
        return None
    if any(ref not in places for refs in lines.values() for ref in refs):
        return None
    area: dict[str, Any] = {}
    for role in ("outer", "inner"):
        drawn = [
            shapely.LineString([places[ref] for ref in lines[way]])
            for way, what in rings.items()
            if what == role
        ]
        area[role] = shapely.union_all(shapely.get_parts(shapely.polygonize(drawn)))
    if area["outer"].is_empty:
        return None
    return shapely.make_valid(area["outer"].difference(area["inner"]))

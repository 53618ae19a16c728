"""Links made of OpenStreetMap as features that the import door reads."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import numpy as np

from geodata.importers.osm_lines import Chain, Parts
from geodata.importing.drawing import crossing_at
from geodata.importing.forms import LONGEST_TEXT
from geodata.network import Line, LonLat
from geodata.units import KM_PER_DEGREE, geodesic_length_km
from geodata.vocabulary import GeometryBasis, Mode

SIMPLIFY_KM: Final = 0.02
"""How far a drawn line may leave the surveyed one: a policy; the length stays the full one."""
DIGITS: Final = 6
"""Decimals of a degree that lines are written with, about a decimetre."""
ATTRIBUTION: Final = "© OpenStreetMap contributors"
LICENCE: Final = "ODbL-1.0"

_LEAST_KM: Final = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What the links of a file have in common."""

    mode: Mode
    country: str
    as_of: str


def features_of(
    chains: Sequence[Chain],
    gauge_mm: int,
    subject: Subject,
    nodes: Mapping[int, LonLat],
    ways: Mapping[int, Mapping[str, str]],
) -> list[dict[str, Any]]:
    """Return links as GeoJSON features, in their order; a line that crosses itself is cut there."""
    features: list[dict[str, Any]] = []
    for chain in chains:
        lines = simple_parts(thinned([nodes[node] for node in chain.nodes]))
        drawn = [geodesic_length_km(line) for line in lines]
        for line, own in zip(lines, drawn, strict=True):
            length_km = round(chain.km * own / sum(drawn), 3)
            if length_km < _LEAST_KM:
                continue
            properties = _properties(chain, gauge_mm, subject, ways, length_km)
            features.append(
                {
                    "type": "Feature",
                    "id": f"way/{main_way(chain.parts)}",
                    "properties": properties,
                    "geometry": {"type": "LineString", "coordinates": [list(at) for at in line]},
                }
            )
    return features


def document(
    features: Sequence[dict[str, Any]], subject: Subject, members: Mapping[str, Any]
) -> str:
    """Return a FeatureCollection as text, one feature a line, each with an id of its own."""
    seen: dict[str, int] = defaultdict(int)
    lines = []
    for feature in features:
        number = seen[feature["id"]] = seen[feature["id"]] + 1
        own = feature["id"] if number == 1 else f"{feature['id']}-{number}"
        lines.append(_json({**feature, "id": own}))
    head = {
        "type": "FeatureCollection",
        **members,
        "as_of": subject.as_of,
        "attribution": ATTRIBUTION,
        "licence": LICENCE,
    }
    return _json(head)[:-1] + ', "features": [\n' + ",\n".join(lines) + "\n]}\n"


def thinned(spots: Sequence[LonLat]) -> Line:
    """Return a line without the positions that it can do without, rounded, ends kept."""
    import shapely

    array = np.array(spots, dtype=np.float64)
    scale = np.array([np.cos(np.radians(array[:, 1].mean())), 1.0]) * KM_PER_DEGREE
    line = shapely.simplify(shapely.LineString(array * scale), SIMPLIFY_KM, preserve_topology=False)
    kept = shapely.get_coordinates(line) / scale
    kept[[0, -1]] = array[[0, -1]]
    rounded = kept.round(DIGITS).tolist()
    spots_kept = [(float(lon), float(lat)) for lon, lat in rounded]
    return tuple(key for key, _ in groupby(spots_kept))


def simple_parts(line: Line) -> list[Line]:
    """Return a line in pieces that do not cross or touch themselves; none if it is a mere spot."""
    import shapely

    parts: list[Line] = []
    while len(line) > 1:
        if shapely.is_simple(shapely.LineString(line)):
            parts.append(line)
            break
        crossing = crossing_at(line)
        parts.append(line[: crossing - 1])
        line = line[crossing - 2 :]
    return parts


def main_way(parts: Parts) -> int:
    """Return the way that most of a link is made of; the lowest id of equals."""
    km: dict[int, float] = defaultdict(float)
    for way, own in parts:
        km[way] += own
    return min(km, key=lambda way: (-km[way], way))


def _properties(
    chain: Chain,
    gauge_mm: int,
    subject: Subject,
    ways: Mapping[int, Mapping[str, str]],
    length_km: float,
) -> dict[str, Any]:
    kind = chain.kind
    bridges = [(way, km) for way, km in chain.parts if ways[way].get("bridge", "no") != "no"]
    found = {
        "mode": subject.mode.value,
        "country": "" if subject.mode is Mode.FERRY else subject.country,
        "gauge_mm": gauge_mm,
        "status": kind.status.value,
        "as_of": subject.as_of,
        "opens": kind.opens,
        "name": _said(chain.parts, ways, "name"),
        "length_km": length_km,
        "geometry_basis": GeometryBasis.SURVEYED.value,
        "source": f"OpenStreetMap, {LICENCE}",
        "cargo_units": [unit.value for unit in kind.cargo_units],
        "electrified": kind.electrified,
        "ref": _said(chain.parts, ways, "ref"),
        "maxspeed": _said(chain.parts, ways, "maxspeed"),
        "bridge_km": round(length_km * sum(km for _, km in bridges) / chain.km, 3),
    }
    return {key: value for key, value in found.items() if value}


def _said(parts: Parts, ways: Mapping[int, Mapping[str, str]], tag: str) -> str:
    """Return the value of a tag that most kilometres have, as one line of text."""
    km: dict[str, float] = defaultdict(float)
    for way, own in parts:
        value = ways[way].get(tag, "")
        if value:
            km[value] += own
    if not km:
        return ""
    return _one_line(min(km, key=lambda value: (-km[value], value)))


def _one_line(text: str) -> str:
    plain = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(plain.split())[:LONGEST_TEXT]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def total_km(features: Iterable[Mapping[str, Any]]) -> float:
    """Return the length of features in km."""
    return float(sum(feature["properties"]["length_km"] for feature in features))

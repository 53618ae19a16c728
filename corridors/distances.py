"""The distance command's work: spots from texts, the right network, the answer in every format."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from corridors.distance import MeasuredLine, Measurer, great_circle
from corridors.end_finder import MOST_SNAP_KM
from corridors.errors import CorridorsError
from corridors.finding import find_place, parse_coordinates
from corridors.graph import Spot
from geodata.network import Network
from geodata.snapping import degrees_line
from geodata.vocabulary import Mode
from geodata.world import World


def find_spot(text: str, world: World) -> Spot:
    """Return the spot that an id, a name or ``lat,lon`` means."""
    found = parse_coordinates(text)
    if found is not None:
        return Spot(text.strip(), *found)
    place = find_place(text, world)
    return Spot(place.name, place.lat, place.lon, place.place_id)


def measure_between(
    texts: Sequence[str],
    mode: Mode,
    world: World,
    network: Network,
    *,
    avoid: Collection[str] = (),
    planned: bool = False,
    limit_km: float | None = None,
) -> MeasuredLine:
    """Return the shortest line by one mode through some places or points."""
    check_limit(limit_km)
    spots = [find_spot(text, world) for text in texts]
    if mode is Mode.AIR:
        return great_circle(spots)
    return measurer_of(mode, world, network, avoid=avoid, planned=planned).measure(spots, limit_km)


def check_limit(limit_km: float | None) -> None:
    """Raise `CorridorsError` if points may not be moved that far."""
    if limit_km is not None and not 0 <= limit_km <= MOST_SNAP_KM:
        raise CorridorsError(f"--limit-km {limit_km:g}: give 0 to {MOST_SNAP_KM:g} km")


def measurer_of(
    mode: Mode,
    world: World,
    network: Network,
    *,
    avoid: Collection[str] = (),
    planned: bool = False,
) -> Measurer:
    """Return what measures by one mode of the network."""
    if mode is Mode.FERRY:
        raise CorridorsError("ferries run on the lanes of the sea: use --mode sea")
    unknown = sorted(set(avoid) - set(world.chokepoints))
    if unknown:
        raise CorridorsError(
            f"--close {', '.join(unknown)}: no chokepoint; there are {', '.join(world.chokepoints)}"
        )
    return Measurer(
        network.layer(mode), network.place_nodes, world, with_planned=planned, avoid=avoid
    )


def document(measured: MeasuredLine) -> dict[str, Any]:
    """Return a distance, JSON-ready, as the command line's contract has it."""
    entries = [
        {"name": spot.name, "lat": spot.lat, "lon": spot.lon, "snap_km": round(snap, 3)}
        for spot, snap in zip(measured.spots, measured.snap_km, strict=True)
    ]
    return {
        "mode": measured.mode.value,
        "length_km": measured.length_km,
        "from": entries[0],
        "to": entries[-1],
        "via": entries[1:-1],
        "geometry_basis": measured.geometry_basis,
        "chokepoints": list(measured.chokepoints),
        "coordinates": degrees_line(measured.line),
    }


def row(measured: MeasuredLine) -> dict[str, Any]:
    """Return a distance as one row."""
    return {
        "mode": measured.mode.value,
        "from": measured.spots[0].name,
        "to": measured.spots[-1].name,
        "length_km": measured.length_km,
        "from_snap_km": measured.snap_km[0],
        "to_snap_km": measured.snap_km[-1],
        "geometry_basis": measured.geometry_basis,
        "chokepoints": " ".join(measured.chokepoints),
    }


def feature(measured: MeasuredLine) -> dict[str, Any]:
    """Return a distance as a GeoJSON Feature."""
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": degrees_line(measured.line)},
        "properties": row(measured),
    }


def sentence(measured: MeasuredLine) -> str:
    """Return a distance in words."""
    names = " - ".join(spot.name for spot in measured.spots)
    far = [
        f"{spot.name} was moved {snap:.1f} km to the network"
        for spot, snap in zip(measured.spots, measured.snap_km, strict=True)
        if snap >= 0.05  # noqa: PLR2004 - below what one decimal shows
    ]
    if measured.chokepoints:
        far.insert(0, f"passing {', '.join(measured.chokepoints)}")
    remark = f" ({'; '.join(far)})" if far else ""
    length = f"{measured.length_km:,.0f}".replace(",", " ")
    return (
        f"{names} by {measured.mode}: {length} km, drawn line {measured.geometry_basis}{remark}\n"
    )

"""The theorem of extending: measuring only what was touched equals compiling everything again."""

from __future__ import annotations

import random
from dataclasses import fields
from itertools import pairwise

import numpy as np
import pytest
import worlds

from corridors.compile import compile_network
from corridors.extending import extended_graph
from geodata.importing.attach import Attached, attach
from geodata.importing.model import Additions, ClosedSpot, NewLink, NewPlace, Origin
from geodata.network import LonLat, Network, PlaceNode
from geodata.units import geodesic_length_km
from geodata.vocabulary import CargoUnit, GeometryBasis, Mode, PlaceKind, Status
from geodata.world import World

MODES = (Mode.AIR, Mode.RAIL, Mode.ROAD, Mode.SEA)


def drawn(seed: int) -> tuple[Network, World]:
    """Return rail and road in AA and BB, a sea, and places on them."""
    chance = random.Random(seed)
    layers, stands, places = [], [], {}
    for mode in (Mode.RAIL, Mode.ROAD, Mode.SEA):
        spots = [(chance.uniform(10, 14), chance.uniform(10, 12)) for _ in range(24)]
        spots.sort()
        country = ["AA" if lon < 12 else "BB" for lon, _ in spots]
        nodes = [
            (round(lon, 5), round(lat, 5), "" if mode is Mode.SEA else code)
            for (lon, lat), code in zip(spots, country, strict=True)
        ]
        links = []
        for a, b in [*pairwise(range(24)), *(chance.sample(range(24), 2) for _ in range(20))]:
            if nodes[a][2] == nodes[b][2]:
                columns: dict[str, object] = {}
                if chance.random() < 0.15:
                    columns = {"status": "planned", "opens": 2030, "name": f"dream {a}-{b}"}
                straight = geodesic_length_km([nodes[a][:2], nodes[b][:2]])
                links.append((a, b, round(straight * 1.1) + 1, columns))
        layers.append(worlds.on_map(mode, nodes, links))
        gauge = 1435 if mode is Mode.RAIL else 0
        for node in chance.sample(range(24), 8):
            name = f"P{node}{mode}".upper()
            lon, lat, code = nodes[node]
            places[name] = worlds.place(name, code or "AA", lon=lon, lat=lat, region="R")
            stands.append(PlaceNode(name, mode, gauge, node, 0))
    tables = worlds.world(places.values(), chokepoints=[worlds.chokepoint("canal")])
    return worlds.whole(layers, stands), tables


def additions(seed: int) -> Additions:
    """Return random lines (some with speeds of their own), places and closed spots."""
    chance = random.Random(seed)

    def spot(west: float = 10, east: float = 14) -> LonLat:
        return round(chance.uniform(west, east), 5), round(chance.uniform(10, 12), 5)

    links = []
    for number in range(chance.randint(0, 6)):
        mode = chance.choice([Mode.RAIL, Mode.RAIL, Mode.ROAD, Mode.SEA, Mode.FERRY])
        country = chance.choice(["AA", "BB"])
        box = (10.0, 11.9) if country == "AA" else (12.1, 14.0)
        line = tuple(spot(*box) for _ in range(chance.randint(2, 4)))
        status = chance.choice([Status.OPERATIONAL, Status.OPERATIONAL, Status.PLANNED])
        land = mode in (Mode.RAIL, Mode.ROAD)
        links.append(
            NewLink(
                origin=Origin(file="drawn", number=number + 1), mode=mode,
                country=country if land else "", gauge_mm=1435 if mode is Mode.RAIL else 0,
                status=status, as_of="", opens=2030 if status is Status.PLANNED else 0,
                name=f"new {number}", length_m=round(geodesic_length_km(line) * 1000),
                geometry_basis=GeometryBasis.SURVEYED, line=line, source="",
                cargo_units=(CargoUnit.CONTAINER_20,),
                parameters=(
                    {"speed.line": (700.0, "km_per_day")}
                    if land and chance.random() < 0.5 else {}
                ),
            )
        )  # fmt: skip
    places = [
        NewPlace(
            origin=Origin(file="drawn", number=10 + number), place_id=f"NEW{number}", name="New",
            kind=PlaceKind.DRY_PORT, country=country, position=spot(*box),
            modes=tuple(chance.sample([Mode.RAIL, Mode.ROAD], chance.randint(1, 2))),
            gauges_mm=(1435,), cargo_units=(CargoUnit.CONTAINER_20,),
        )
        for number, (country, box) in enumerate([("AA", (10, 11.9)), ("BB", (12.1, 14))])
        if chance.random() < 0.6
    ]  # fmt: skip
    closed = [
        ClosedSpot(origin=Origin(file="drawn", number=20), mode=Mode.ROAD, position=spot(), name="")
        for _ in range(chance.randint(0, 2))
    ]
    return Additions(
        links=tuple(links), places=tuple(places), closed=tuple(closed), digest=str(seed)
    )


GENEROUS = worlds.wide_limits()


def joined(seed: int) -> tuple[Network, World, Attached]:
    network, tables = drawn(seed)
    return network, tables, attach(network, tables, additions(seed), GENEROUS)


@pytest.mark.parametrize("seed", range(120))
def test_extended_equals_compiled_anew(seed: int) -> None:
    network, tables, found = joined(seed)
    layers = {mode: network.layer(mode) for mode in MODES}
    before = compile_network(layers, network.place_nodes, tables.ferries, network.version)
    graph, paths = extended_graph(*before, found)
    again = compile_network(
        {mode: found.network.layer(mode) for mode in MODES},
        found.network.place_nodes,
        found.world.ferries,
        found.network.version,
        found.world.parameters.own_lines,
        found.ferry_lines,
    )
    for record, other in zip((graph, paths), again, strict=True):
        for field in fields(record):
            ours, theirs = getattr(record, field.name), getattr(other, field.name)
            assert np.array_equal(ours, theirs), field.name


def test_the_drawn_cases_hold_what_they_are_meant_to_test() -> None:
    found = [joined(seed)[2] for seed in range(120)]
    assert any(case.ferry_lines for case in found)
    assert any(case.world.parameters.own_lines for case in found)
    assert any("closed" in {row.what for row in case.joined} for case in found)
    assert any(Mode.SEA in case.touched for case in found)
    assert any(not case.touched for case in found)

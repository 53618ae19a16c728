"""Random worlds for tests, each from its seed."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

import worlds
from worlds import chokepoint, crossing, interchange, loading, place, transshipment

from corridors.closures import Closures
from corridors.compile import compile_network
from corridors.planner import Planner
from corridors.pricing import By
from geodata.network import ModeNetwork, PlaceNode
from geodata.vocabulary import CargoUnit, Mode

Row = tuple[int, int, int]


class Drawn:
    """A random world: rail and road in countries AA and BB, a sea with two canals."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)
        self.places = [place("START"), place("GOAL", "BB")]
        self.place_nodes: list[PlaceNode] = []
        self.networks: dict[Mode, ModeNetwork] = {}
        crossings, transfers, loads = [], [], []
        for mode in (Mode.RAIL, Mode.ROAD):
            size = 24
            countries = ["AA"] * (size // 2) + ["BB"] * (size // 2)
            gauge = {"AA": 1435, "BB": 1520} if mode is Mode.RAIL else {"AA": 0, "BB": 0}
            links = []
            for first in (0, size // 2):
                inside = range(first, first + size // 2)
                for _ in range(size):
                    a, b = chance.choice(inside), chance.choice(inside)
                    planned = chance.random() < 0.1
                    columns = {"gauge_mm": gauge[countries[a]]}
                    if planned:
                        columns |= {"status": "planned", "opens": 2030, "name": f"new {a}-{b}"}
                    links.append((a, b, chance.randint(0, 90), columns))
            if mode is Mode.RAIL:  # the interchange in AA has a yard on the other gauge
                countries += ["AA", "AA"]
                links.append((size, size + 1, 4, {"gauge_mm": 1520}))
            self.networks[mode] = worlds.network(mode, countries, links)
            spots = chance.sample(range(size // 2), 5)
            far = chance.sample(range(size // 2, size), 5)
            for at, node in enumerate(spots):
                self._put(f"A{at}", "AA", mode, gauge["AA"], node)
            for at, node in enumerate(far):
                self._put(f"B{at}", "BB", mode, gauge["BB"], node)
            self._put("START", "AA", mode, gauge["AA"], chance.choice(spots[:1]))
            self._put("GOAL", "BB", mode, gauge["BB"], chance.choice(far[:1]))
            if mode is Mode.RAIL:
                self._put("A1", "AA", mode, 1520, size)
                self._put("AX", "AA", mode, 1520, size + 1)
                crossings.append(crossing("c-rail", "AX", "B2", Mode.RAIL, 1520))
            else:
                crossings.append(crossing("c-road", "A3", "B3", Mode.ROAD, 0))
            loads += [loading("START", mode), loading("GOAL", mode)]
        transfers += [
            transshipment(f"{c}{at}", Mode.RAIL, Mode.ROAD) for c in "AB" for at in (0, 4)
        ]
        transfers += [transshipment(p, Mode.RAIL, Mode.SEA) for p in ("A2", "B1", "B4")]
        self._sea(chance)
        self.world = worlds.world(
            self.places,
            border_crossings=crossings,
            transshipments=transfers,
            gauge_interchanges=[interchange("A1", 1435, 1520)],
            loading=loads,
            chokepoints=[chokepoint("canal"), chokepoint("strait")],
        )

    def _put(self, name: str, country: str, mode: Mode, gauge: int, node: int) -> None:
        if all(known.place_id != name for known in self.places):
            self.places.append(place(name, country, region="R"))
        self.place_nodes.append(PlaceNode(name, mode, gauge, node, 0))

    def _sea(self, chance: random.Random) -> None:
        size = 12
        links = [
            (
                a,
                b,
                chance.randint(1, 300),
                {"chokepoint": chance.choice(["", "", "canal", "strait"])},
            )
            for a, b in (chance.sample(range(size), 2) for _ in range(26))
        ]
        self.networks[Mode.SEA] = worlds.network(Mode.SEA, [""] * size, links)
        for name, node in zip(("A2", "B1", "B4"), chance.sample(range(size), 3), strict=True):
            self.place_nodes.append(PlaceNode(name, Mode.SEA, 0, node, 0))


class Transit:
    """A random world of rail and road in AA, BB and CC: straight on, or by way of CC.

    Lengths are whole km and so wide apart that two ways of one length do not happen.
    """

    def __init__(self, seed: int, *, without: str = "") -> None:
        chance = random.Random(seed)
        self.places = [place("START"), place("GOAL", "BB")]
        self.place_nodes: list[PlaceNode] = []
        self.networks: dict[Mode, ModeNetwork] = {}
        self.rows: dict[Mode, list[Row]] = {}
        self.countries = [country for country in ("AA", "BB", "CC") for _ in range(6)]
        crossings, loads, transfers = [], [], []
        for mode in (Mode.RAIL, Mode.ROAD):
            found: list[Row] = []
            for at, country in enumerate(("AA", "BB", "CC")):
                inside = range(6 * at, 6 * at + 6)
                rows = [(*chance.sample(inside, 2), chance.randint(1, 10**6)) for _ in range(8)]
                found += rows if country != without else []
                spots = chance.sample(inside, 4)
                for number, node in enumerate(spots):
                    self._put(f"{country}{number}", country, mode, node)
                if country != "CC":
                    self._put("START" if country == "AA" else "GOAL", country, mode, spots[0])
            self.rows[mode] = found
            self.networks[mode] = worlds.network(mode, self.countries, found)
            gauge = 1435 if mode is Mode.RAIL else 0
            for a, b in (("AA1", "BB1"), ("AA2", "CC1"), ("CC2", "BB2")):
                if without not in (a[:2], b[:2]):
                    crossings.append(crossing(f"{a}-{b}-{mode}", a, b, mode, gauge))
            loads += [loading("START", mode), loading("GOAL", mode)]
        transfers += [transshipment(f"{c}3", Mode.RAIL, Mode.ROAD) for c in ("AA", "BB", "CC")]
        self.world = worlds.world(
            self.places, border_crossings=crossings, transshipments=transfers, loading=loads
        )

    def _put(self, name: str, country: str, mode: Mode, node: int) -> None:
        if all(known.place_id != name for known in self.places):
            self.places.append(place(name, country))
        gauge = 1435 if mode is Mode.RAIL else 0
        self.place_nodes.append(PlaceNode(name, mode, gauge, node, 0))

    def add(self, mode: Mode, row: Row) -> None:
        """Add a link between two nodes of one country."""
        self.rows[mode].append(row)
        self.networks[mode] = worlds.network(mode, self.countries, self.rows[mode])

    def shuffle(self, seed: int) -> None:
        """Put the rows of every table into another order."""
        chance = random.Random(seed)
        for mode, rows in self.rows.items():
            chance.shuffle(rows)
            self.networks[mode] = worlds.network(mode, self.countries, rows)
        chance.shuffle(self.place_nodes)
        world = self.world
        lists = [list(rows) for rows in (world.transshipments, world.loading)]
        places, crossings = list(world.places.items()), list(world.border_crossings.items())
        for rows in (*lists, places, crossings):
            chance.shuffle(rows)
        self.world = replace(
            world,
            places=dict(places),
            border_crossings=dict(crossings),
            transshipments=tuple(lists[0]),
            loading=tuple(lists[1]),
        )


def planned(
    drawn: Drawn | Transit,
    by: By,
    closures: Closures = Closures(),  # noqa: B008 - frozen
    year: int | None = None,
    *,
    backwards: bool = False,
    factors: Mapping[str, float] | None = None,
) -> Planner:
    """Return the planner of 1 000 t from START to GOAL of a drawn world, or back."""
    compiled, _ = compile_network(drawn.networks, drawn.place_nodes, (), "drawn")
    scenario = replace(worlds.OPEN, closures=closures, year=year, factors=factors or {})
    start, goal = (worlds.endpoint(place_) for place_ in drawn.places[:2])
    return Planner(
        drawn.world,
        compiled,
        scenario,
        origin=goal if backwards else start,
        destination=start if backwards else goal,
        commodity="slag",
        mass_t=1000.0,
        unit=CargoUnit.CONTAINER_20,
        by=by,
    )

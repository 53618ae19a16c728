"""Resilience: what the best itineraries lose when one thing they use is closed, and what is left.

Every closure is searched on the graph without it. A path that does not touch what is closed stays
the best, since taking other arcs away cannot change it; only corridors whose best path was found by
splitting off ways that double back are searched again each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from corridors.closures import Closures, closure_of
from corridors.itinerary import Itinerary
from corridors.named import Corridor
from corridors.planner import Planner
from corridors.search import Path
from geodata.world import World


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """One thing that can be closed: a place, crossing, country or chokepoint."""

    kind: str
    subject_id: str

    def closures(self) -> Closures:
        """Return the closure of this thing alone."""
        return closure_of(self.kind, self.subject_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The best itinerary of all, and the best of every corridor that has one, best first."""

    best: Itinerary | None
    corridors: tuple[Itinerary, ...]

    @property
    def corridor(self) -> Itinerary | None:
        """The corridor that runs exactly as the best itinerary does, None if none does."""
        same = (one for one in self.corridors if self.best and one.legs == self.best.legs)
        return next(same, None)

    def of(self, corridor_id: str) -> Itinerary | None:
        """Return a corridor's best itinerary."""
        return next((one for one in self.corridors if one.corridor_id == corridor_id), None)


class Closer:
    """Closes things in turn for one planner and some corridors; no closure reaches the next."""

    def __init__(self, planner: Planner, corridors: Sequence[Corridor], world: World) -> None:
        self._planner = planner
        self._corridors = tuple(corridors)
        self._world = world
        self._bases: dict[bool, _Base] = {}

    @cached_property
    def undisturbed(self) -> State:
        """What is best with nothing more closed."""
        return self._base(bypass=False).state

    def used(self) -> list[Subject]:
        """Return what may be closed and is used by the best itinerary or a corridor's best one."""
        base = self._base(bypass=False)
        paths = [base.best, *base.through.values()]
        touched = {one for path in paths if path for one in touched_by(self._planner, path)}
        return sorted(touched & set(self.everything()))

    def everything(self) -> list[Subject]:
        """Return all that may be closed: not the ends themselves, and not their countries."""
        ends = (self._planner.origin, self._planner.destination)
        world = self._world
        places = set(world.places) & set(self._planner.graph.by_place)
        countries = {place.country for place in world.places.values()}
        found = {
            "place": places - {end.place_id for end in ends},
            "crossing": set(world.border_crossings),
            "country": countries - {end.country for end in ends},
            "chokepoint": set(world.chokepoints),
        }
        return sorted(Subject(kind, name) for kind, names in found.items() for name in names)

    def close(self, subject: Subject) -> State:
        """Return what is best when one thing is closed."""
        base = self._base(bypass=subject.kind == "place")
        hit = {
            name
            for name, path in base.through.items()
            if name not in base.steady or (path and subject in base.touched[name])
        }
        best_hit = base.best is not None and subject in base.best_touched
        if not hit and not best_hit:
            return base.state
        planner = self._planner.closing(subject.closures())
        best = base.state.best
        if best_hit:
            path = planner.best_path()
            best = planner.itinerary(path, None) if path else None
        found = [one for one in base.state.corridors if one.corridor_id not in hit]
        for corridor in self._corridors:
            if corridor.corridor_id in hit:
                path = planner.path_through(corridor)
                if path is not None:
                    found.append(planner.itinerary(path, corridor))
        return State(best=best, corridors=tuple(planner.ranked(found)))

    def _base(self, *, bypass: bool) -> _Base:
        """Return the undisturbed paths, on the graph with or without the ways round places."""
        if bypass not in self._bases:
            planner = self._planner.standing(bypass=True) if bypass else self._planner
            self._bases[bypass] = _Base(planner, self._corridors)
        return self._bases[bypass]


class _Base:
    """Undisturbed paths, what each touches, and which corridors need no search beyond the first."""

    def __init__(self, planner: Planner, corridors: Sequence[Corridor]) -> None:
        self.best = planner.best_path()
        self.best_touched = touched_by(planner, self.best) if self.best else frozenset()
        self.through: dict[str, Path | None] = {}
        self.touched: dict[str, frozenset[Subject]] = {}
        self.steady: set[str] = set()
        found = []
        for corridor in corridors:
            name = corridor.corridor_id
            path = self.through[name] = planner.path_through(corridor)
            if path is None:
                # with more closed there is still none, unless it was given up after many splits
                if planner.reach(corridor) is None:
                    self.steady.add(name)
                continue
            self.touched[name] = touched_by(planner, path)
            if planner.reach(corridor) == path:
                self.steady.add(name)
            found.append(planner.itinerary(path, corridor))
        best = planner.itinerary(self.best, None) if self.best else None
        self.state = State(best=best, corridors=tuple(planner.ranked(found)))


def touched_by(planner: Planner, path: Path) -> frozenset[Subject]:
    """Return every place, crossing, country and chokepoint that a path touches."""
    graph, countries = planner.graph, planner.countries
    found: set[Subject] = set()
    for number in path.arcs:
        arc = graph.arcs[number]
        places = {graph.vertices[at].place_id for at in (arc.tail, arc.head)}
        found |= {Subject("place", name) for name in places}
        found |= {Subject("country", countries[name]) for name in places}
        found |= {Subject("chokepoint", name) for name in arc.chokepoints}
        if arc.country:
            found.add(Subject("country", arc.country))
        if arc.crossing_id:
            found.add(Subject("crossing", arc.crossing_id))
    return frozenset(found)

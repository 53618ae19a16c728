"""What coming back to a place is: the same track again, or a place where the cargo is handled."""

from __future__ import annotations

import pytest

from corridors import planner
from corridors.graph import IN, Arc, Vertex, number_graph
from corridors.itinerary import Operation
from corridors.request import Request
from corridors.simple_paths import first_return
from geodata.vocabulary import Mode

Step = tuple[str, str, str]
"""Mode, from, to; the same place twice is a handling from that mode to the next."""


def returns(*steps: Step) -> bool:
    """Return whether a way by road and rail over some places comes back to one."""
    vertices: list[Vertex] = []
    arcs: list[Arc] = []

    def at(place: str, mode: str) -> int:
        vertex = Vertex(place, Mode(mode), 1435 if mode == "rail" else 0, IN)
        if vertex not in vertices:
            vertices.append(vertex)
        return vertices.index(vertex)

    for number, (mode, start, end) in enumerate(steps):
        handled = start == end
        onward = steps[number + 1][0] if handled else mode
        operation = Operation.TRANSSHIPMENT if handled else Operation.MOVE
        arcs.append(Arc(at(start, mode), at(end, onward), operation, Mode(mode), name=str(number)))
    graph = number_graph(tuple(vertices), arcs, {}, {})
    order = sorted(range(len(arcs)), key=lambda arc: int(graph.arcs[arc].name))
    return first_return(graph, order) is not None


@pytest.mark.parametrize(
    ("steps", "comes_back"),
    [
        ([("rail", "A", "B"), ("rail", "B", "C")], False),
        ([("rail", "A", "B"), ("rail", "B", "C"), ("rail", "C", "B")], True),
        # past B by rail, to C, past B by lorry: two lines through one town
        ([("rail", "A", "B"), ("rail", "B", "C"), ("rail", "C", "C"), ("road", "C", "B"),
          ("road", "B", "D")], False),
        # past B by rail, and back to it by lorry to be handled there
        ([("rail", "A", "B"), ("rail", "B", "C"), ("rail", "C", "C"), ("road", "C", "B"),
          ("road", "B", "B"), ("rail", "B", "D")], True),
        # handled at B, out by lorry and back past it
        ([("rail", "A", "B"), ("rail", "B", "B"), ("road", "B", "C"), ("road", "C", "C"),
          ("rail", "C", "B"), ("rail", "B", "D")], True),
    ],
)  # fmt: skip
def test_coming_back(steps: list[Step], comes_back: bool) -> None:
    assert returns(*steps) is comes_back


def test_a_search_that_gives_up_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is shut and a way is there: that it was not found does not mean it does not fit."""
    asked = Request(corridor=("instc-east-sarakhs",))
    assert not asked.planner.compare(asked.corridors).not_possible
    monkeypatch.setattr(planner, "simple_path", lambda *_: None)
    (refused,) = asked.planner.compare(asked.corridors).not_possible
    assert refused.reason.startswith("the search gave up")

"""What the page computes with, as plain JSON values: texts once, numbers in short lists."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from maps.what_if import MapArc, MapRisk, MapTornado, MapWhatIf

Json = dict[str, Any]


class _Texts:
    """Texts by number, each once."""

    def __init__(self) -> None:
        self.found: dict[str, int] = {}

    def __call__(self, text: str | None) -> int:
        return -1 if text is None else self.found.setdefault(text, len(self.found))


def what_if(given: MapWhatIf, refs: Sequence[Sequence[int]], places: Mapping[str, int]) -> Json:
    """Return everything that levers need.

    Parameters
    ----------
    given
        What the page computes with.
    refs
        Of every arc, the stretches of its line.
    places
        Numbers of the page's places, by id.
    """
    texts = _Texts()
    arcs = [_arc(arc, ref, places, texts) for arc, ref in zip(given.arcs, refs, strict=True)]
    low, typical, high, step = given.mass_t
    return {
        "mass": {"low": low, "value": typical, "high": high, "step": step},
        "teuPerUnit": given.teu_per_unit,
        "rows": [
            [row.key, row.unit, row.low, row.value, row.high, row.criterion, row.words]
            for row in given.rows
        ],
        "own": dict(given.own),
        "units": {unit: list(counted) for unit, counted in given.units.items()},
        "levers": [
            {
                "row": lever.row,
                "words": lever.words,
                "group": lever.group,
                "low": lever.low,
                "value": lever.value,
                "high": lever.high,
                "step": lever.step,
                "factors": list(lever.factors),
            }
            for lever in given.levers
        ],
        "texts": list(texts.found),
        "vertices": [list(vertex) for vertex in given.vertices],
        "arcs": arcs,
        "searches": [
            {
                "origins": list(search.origins),
                "stages": [list(stage) for stage in search.stages],
                "banned": [list(stage) for stage in search.banned],
                "way": list(search.way),
                "flags": list(search.flags),
            }
            for search in given.searches
        ],
        "flags": [list(flag) for flag in given.flags],
        "statusFlags": given.status_flags,
        "bases": list(given.bases),
        "mostSplits": given.most_splits,
        "weightScale": given.weight_scale,
        "ends": list(given.ends),
        "options": list(given.options),
        "stated": list(given.stated),
        "foundBy": given.found_by,
        "draws": given.draws,
        "replicates": given.replicates,
        "strata": base64.b64encode(given.strata).decode("ascii"),
    }


def _arc(arc: MapArc, refs: Sequence[int], places: Mapping[str, int], texts: _Texts) -> list[Any]:
    """Return an arc as a list; what only leads straight through a place is its two ends."""
    if not arc.operation:
        return [arc.tail, arc.head]
    return [
        arc.tail,
        arc.head,
        texts(arc.operation),
        texts(arc.mode),
        texts(arc.status),
        texts(arc.geometry_basis),
        texts(arc.from_name),
        texts(arc.to_name),
        texts(arc.country),
        arc.gauge_mm,
        arc.length_m,
        arc.zone,
        places.get(arc.place_id, -1),
        texts(arc.text),
        texts(arc.source),
        [[places.get(passed, -1), *rows] for passed, rows in arc.passes],
        list(arc.flags),
        list(refs),
        [number for use in arc.uses for number in use],
    ]


def risk(given: MapRisk) -> Json:
    """Return how sure the ranking is."""
    return {
        "draws": given.draws,
        "seed": given.seed,
        "spreads": [
            {
                by: {"p10": s.p10, "p50": s.p50, "p90": s.p90, "pBest": s.p_best}
                for by, s in spreads.items()
            }
            for spreads in given.spreads
        ],
        "tornados": [_tornado(tornado) for tornado in given.tornados],
    }


def _tornado(tornado: MapTornado) -> Json:
    return {
        "route": tornado.route,
        "against": tornado.against,
        "total": tornado.total,
        "swings": [
            {
                "key": swing.key,
                "words": swing.words,
                "unit": swing.unit,
                "low": swing.low,
                "value": swing.value,
                "high": swing.high,
                "atLow": swing.at_low,
                "atHigh": swing.at_high,
            }
            for swing in tornado.swings
        ],
    }

"""The rows of a sweep's results: their schema, and a block of them as one Parquet file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from corridors.exposures import Totals
from corridors.sweep_totals import DECIMALS

if TYPE_CHECKING:
    from numpy.typing import NDArray

SCHEMA_VERSION: Final = "1"

COLUMNS: Final = (
    ("case_id", "int64", "", "number of the case; all answers to it have it"),
    ("scenario", "text", "", "scenario"),
    ("year", "int16", "", "year in which the scenario is asked; null: its own"),
    ("commodity", "text", "", "commodity"),
    ("mass_t", "float64", "t", "mass of the consignment"),
    ("unit", "text", "", "cargo unit"),
    ("origin", "text", "", "name of the origin, as in points.parquet"),
    ("destination", "text", "", "name of the destination, as in points.parquet"),
    ("draw", "int32", "", "number of the draw, from 0; null: typical values, or all draws alike"),
    ("by", "text", "", "criterion that the way is best by, and that ranks"),
    ("corridor", "text", "", "id of the corridor; null for the optimum of all ways"),
    ("way", "text", "", "name of the corridor; for an optimum, where cargo changes mode or gauge"),
    ("cost_usd", "float64", "USD", "freight cost of the whole consignment"),
    ("cost_usd_per_t", "float64", "USD/t", "freight cost per tonne"),
    ("time_h", "float64", "h", "door to door time"),
    ("co2e_kg", "float64", "kg", "greenhouse gases of the whole consignment, well to wheel"),
    ("generalised_usd", "float64", "USD", "freight, cost of time and of CO2e together"),
    ("rank", "int16", "", "place among the answers to the case, from 1; ties share the better one"),
    ("best", "bool", "", "whether no other answer to the case is better"),
    ("error_kind", "text", "", "no_itinerary, or the kind of error; null: there is an answer"),
    ("error", "text", "", "what stands in the way of all draws of the case; null: nothing"),
)
"""Name, type, unit and meaning of every column."""
_PLACES_PER_T: Final = 4
_LEVEL: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One corridor or optimum in all draws of a pair of ends: totals (1 x draws), or an error.

    ``first_case`` is the number of the case of draw 0; ``rank`` has a number for every draw;
    ``ways`` are names and ``way_of`` says which one holds in which draw, the first if not given.
    """

    first_case: int
    origin: str
    destination: str
    by: str
    corridor: str | None
    ways: tuple[str, ...] = ()
    way_of: NDArray[np.intp] | None = None
    totals: Totals | None = None
    rank: NDArray[np.int16] | None = None
    error_kind: str = ""
    error: str = ""


def schema() -> Any:
    """Return the Arrow schema: names, types, and unit and meaning of each field as metadata."""
    import pyarrow as pa

    kinds = {
        "text": pa.dictionary(pa.int32(), pa.string()),
        "int64": pa.int64(),
        "int32": pa.int32(),
        "int16": pa.int16(),
        "float64": pa.float64(),
        "bool": pa.bool_(),
    }
    fields = [
        pa.field(name, kinds[kind], metadata={"unit": unit, "description": meaning})
        for name, kind, unit, meaning in COLUMNS
    ]
    return pa.schema(fields, metadata={"freight-corridors sweep schema": SCHEMA_VERSION})


def rows_of(
    answers: Sequence[Answer],
    *,
    scenario: str,
    year: int | None,
    commodity: str,
    mass_t: float,
    unit: str,
    drawn: bool,
) -> Any:
    """Return answers as an Arrow table, a row per draw; one for all draws of an error."""
    import pyarrow as pa

    counts = [1 if each.totals is None else each.totals.cost_usd.shape[1] for each in answers]
    total = sum(counts)
    faulty = np.repeat(np.array([each.totals is None for each in answers], dtype=bool), counts)
    draws = np.concatenate([np.arange(count, dtype=np.int32) for count in counts])
    firsts = np.repeat(np.array([each.first_case for each in answers], dtype=np.int64), counts)
    amounts = {
        name: np.round(
            np.concatenate(
                [
                    np.zeros(1) if each.totals is None else getattr(each.totals, name)[0]
                    for each in answers
                ]
            ),
            places,
        )
        for name, places in DECIMALS.items()
    }
    amounts["cost_usd_per_t"] = np.round(amounts["cost_usd"] / mass_t, _PLACES_PER_T)
    rank = np.concatenate(
        [np.zeros(1, dtype=np.int16) if each.rank is None else each.rank for each in answers]
    )

    def same(text: str) -> Any:
        return _coded([text], np.zeros(total, dtype=np.int32))

    def per_answer(texts: Sequence[str | None]) -> Any:
        words = list(dict.fromkeys(text for text in texts if text is not None))
        code = {word: number for number, word in enumerate(words)}
        codes = [-1 if text is None else code[text] for text in texts]
        return _coded(words, np.repeat(np.array(codes, dtype=np.int32), counts))

    columns = {
        "case_id": pa.array(firsts + draws),
        "scenario": same(scenario),
        "year": pa.array(
            np.full(total, year or 0, dtype=np.int16), mask=np.full(total, year is None)
        ),
        "commodity": same(commodity),
        "mass_t": pa.array(np.full(total, mass_t)),
        "unit": same(unit),
        "origin": per_answer([each.origin for each in answers]),
        "destination": per_answer([each.destination for each in answers]),
        "draw": pa.array(draws, mask=faulty | (not drawn)),
        "by": per_answer([each.by for each in answers]),
        "corridor": per_answer([each.corridor for each in answers]),
        "way": _ways(answers, counts),
        **{name: pa.array(values, mask=faulty) for name, values in amounts.items()},
        "rank": pa.array(rank, mask=faulty),
        "best": pa.array((rank == 1) & ~faulty),
        "error_kind": per_answer([each.error_kind or None for each in answers]),
        "error": per_answer([each.error or None for each in answers]),
    }
    made = schema()
    return pa.Table.from_arrays([columns[name] for name in made.names], schema=made)


def parquet_bytes(table: Any) -> bytes:
    """Return a table as a Parquet file; the same table gives the same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
    floats = [field.name for field in table.schema if pa.types.is_floating(field.type)]
    sink = pa.BufferOutputStream()
    pq.write_table(
        table,
        sink,
        compression="zstd",
        compression_level=_LEVEL,
        use_dictionary=[*texts, "rank"],
        column_encoding=dict.fromkeys(floats, "BYTE_STREAM_SPLIT"),
    )
    content: bytes = sink.getvalue().to_pybytes()
    return content


def _coded(words: Sequence[str], codes: NDArray[np.int32]) -> Any:
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(
        pa.array(codes, mask=codes < 0), pa.array(list(words), type=pa.string())
    )


def _ways(answers: Sequence[Answer], counts: Sequence[int]) -> Any:
    words = list(dict.fromkeys(name for each in answers for name in each.ways))
    code = {word: number for number, word in enumerate(words)}
    parts = []
    for each, count in zip(answers, counts, strict=True):
        own = np.array([code[name] for name in each.ways], dtype=np.int32)
        if each.way_of is not None:
            parts.append(own[each.way_of])
        else:
            parts.append(np.full(count, own[0] if own.size else -1, dtype=np.int32))
    return _coded(words, np.concatenate(parts))

"""Asking from Python and from a notebook: `compare` and `route`, whose answers show themselves."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypedDict, Unpack

from corridors.errors import CorridorsError
from corridors.itinerary import Itinerary
from corridors.planner import Comparison
from corridors.pricing import By
from corridors.report import comparison_rows, document, ledger_rows, leg_rows
from corridors.request import DEFAULT_DESTINATION, DEFAULT_ORIGIN, Request
from corridors.text import comparison_heading
from geodata.vocabulary import CargoUnit

if TYPE_CHECKING:
    import pandas as pd

PAGE_HEIGHT_PX: Final = 720
_HEADINGS: Final[Mapping[str, tuple[str, int]]] = {
    "cost_usd_per_t": ("USD/t", 0),
    "time_days": ("days", 1),
    "co2e_kg_per_t": ("kg CO2e/t", 0),
    "length_km": ("km", 0),
    "border_crossings": ("borders", 0),
    "gauge_changes": ("gauge changes", 0),
}
"""Columns of numbers that a notebook shows: heading and decimals."""


class Options(TypedDict, total=False):
    """What may be asked for besides the ends; each means what it means on the command line.

    ``set_value`` is a mapping of parameter to value; ``data`` are folders of tables, ``with_files``
    files of lines and places.
    """

    cargo: str
    mass_t: float
    unit: CargoUnit | str
    by: By | str
    corridor: Iterable[str]
    scenario: str
    exclude_country: Iterable[str]
    close: Iterable[str]
    year: int | None
    set_value: Mapping[str, float]
    data: Iterable[Path | str]
    with_files: Iterable[Path | str]
    snap_km: float
    join_km: float


@dataclass(frozen=True, slots=True)
class Page:
    """The interactive page: one self-contained HTML document. A notebook shows it in a frame."""

    html: str

    def write(self, path: Path | str) -> None:
        """Write the page to a file, which is replaced only when it is complete."""
        from geodata.files import write_text_whole

        write_text_whole(Path(path), self.html)

    def _repr_html_(self) -> str:
        # The frame may run the page's script, and reach nothing of the notebook around it.
        return (
            '<iframe sandbox="allow-scripts allow-popups allow-downloads" title="Corridors" '
            f'style="width:100%;height:{PAGE_HEIGHT_PX}px;border:0" '
            f'srcdoc="{html.escape(self.html)}"></iframe>'
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """Ranked itineraries, and what they were asked by. A notebook shows them as a table."""

    request: Request
    comparison: Comparison
    of_corridors: bool = False

    @property
    def best(self) -> Itinerary:
        """The best itinerary."""
        return self.itinerary()

    def itinerary(self, corridor: str | None = None) -> Itinerary:
        """Return the itinerary of a corridor, by id; the best if none is named.

        Raises
        ------
        CorridorsError
            If that corridor has none here, saying why or which corridors have one.
        """
        found = self.comparison.itineraries
        chosen = [one for one in found if corridor in (None, one.corridor_id)]
        if chosen:
            return chosen[0]
        refused = [one for one in self.comparison.not_possible if one.corridor_id == corridor]
        if corridor is None or not refused:
            known = ", ".join(one.corridor_id or one.name for one in found) or "none"
            raise CorridorsError(
                f"no itinerary of {corridor or 'any corridor'}; there are: {known}"
            )
        raise CorridorsError(f"{corridor}: {refused[0].reason}")

    def to_frame(self) -> pd.DataFrame:
        """Return one row per itinerary, as ``corridors compare --format csv`` writes them."""
        return _frame(comparison_rows(self.comparison))

    def legs(self, corridor: str | None = None) -> pd.DataFrame:
        """Return one row per leg of `itinerary`."""
        return _frame(leg_rows(self.itinerary(corridor)))

    def ledger(self, corridor: str | None = None) -> pd.DataFrame:
        """Return every amount of `itinerary`: leg, quantity, parameter, amount, source, grade."""
        return _frame(ledger_rows(self.itinerary(corridor)))

    def to_dict(self) -> dict[str, Any]:
        """Return the whole answer, JSON-ready, as ``--format json`` writes it."""
        whole = document(self.comparison, self.request.data_version)
        if not self.of_corridors:
            return whole
        from corridors.reference import reference_entry, reference_of

        reference = reference_of(self.request.planner, self.comparison)
        return whole if reference is None else {**whole, "best_of_all": reference_entry(reference)}

    def page(self, lang: str = "en") -> Page:
        """Return the interactive page of a comparison of named corridors.

        Parameters
        ----------
        lang
            The language that it starts with, one of `maps.texts.LANGUAGES`.

        Raises
        ------
        CorridorsError
            If there is nothing to draw: no itinerary, or none of a named corridor.
        """
        if not any(one.corridor_id for one in self.comparison.itineraries):
            raise CorridorsError("no named corridor to draw; the page is of `corridors.compare`")
        from corridors.page import page_data
        from maps import render_page

        return Page(render_page(page_data(self.request, self.comparison, lang)))

    def _repr_html_(self) -> str:
        return "".join(_table(self.comparison))


def compare(
    origin: str = DEFAULT_ORIGIN, destination: str = DEFAULT_DESTINATION, **options: Unpack[Options]
) -> Answer:
    """Return every named corridor that fits, ranked, and what is not possible with the reason.

    Parameters
    ----------
    origin, destination
        Ids, names, or "lat,lon" in decimal degrees. The shipped case if not given.
    **options
        See `Options`; what is not given is as on the command line.

    Raises
    ------
    CorridorsError, DataError
        For a place that is not known, a value that cannot be; all problems at once.
    """
    request = _request(origin, destination, options)
    return Answer(request, request.planner.compare(request.corridors), of_corridors=True)


def route(
    origin: str = DEFAULT_ORIGIN, destination: str = DEFAULT_DESTINATION, **options: Unpack[Options]
) -> Answer:
    """Return the best itinerary of all; for parameters and errors see `compare`.

    Raises
    ------
    NoItineraryError
        If there is none, saying what stands in the way.
    """
    request = _request(origin, destination, options)
    return Answer(request, request.planner.route())


def _request(origin: str, destination: str, options: Options) -> Request:
    given: dict[str, Any] = dict(options)
    given["unit"] = CargoUnit(given.get("unit", Request.unit))
    given["by"] = By(given.get("by", Request.by))
    for name in ("mass_t", "snap_km", "join_km"):
        given[name] = float(given.get(name, getattr(Request, name)))
    for name in ("corridor", "exclude_country", "close"):
        given[name] = _several(given.get(name, ()))
    for name in ("data", "with_files"):
        given[name] = tuple(map(Path, _several(given.get(name, ()))))
    values = given.get("set_value", {})
    given["set_value"] = tuple(f"{key}={value!r}" for key, value in values.items())
    return Request(origin=origin, destination=destination, **given)


def _several(value: Any) -> tuple[Any, ...]:
    """Return texts or paths as a tuple; one alone means itself, not its letters."""
    return (value,) if isinstance(value, str | Path) else tuple(value)


def _frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    import pandas as pd  # with geopandas; a cold comparison on the command line needs none

    return pd.DataFrame(list(rows))


def _table(comparison: Comparison) -> Iterable[str]:
    """Return a comparison as HTML, piece by piece; whatever is data is text in it."""
    about = comparison_heading(comparison).plain.replace("\n", "; ")
    left = 'style="text-align:left"'  # notebooks set every cell to the right
    yield f"<table><caption>{html.escape(about)}</caption><thead><tr><th>#</th>"
    yield f"<th {left}>corridor</th>"
    yield "".join(f"<th>{heading}</th>" for heading, _ in _HEADINGS.values())
    yield f"<th {left}>flags</th></tr></thead><tbody>"
    for row in comparison_rows(comparison):
        yield f"<tr><td>{row['rank']}</td><td {left}>{html.escape(row['name'])}</td>"
        for column, (_, decimals) in _HEADINGS.items():
            yield f'<td style="text-align:right">{row[column]:,.{decimals}f}</td>'
        yield f"<td {left}>{html.escape(row['flags'])}</td></tr>"
    yield "</tbody></table>"
    if comparison.not_possible:
        yield "<p>Not possible in this scenario:</p><ul>"
        for refused in comparison.not_possible:
            yield f"<li>{html.escape(refused.name)}: {html.escape(refused.reason)}</li>"
        yield "</ul>"

"""The page for a browser without scripts: an honest word and the corridors as a plain table."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from typing import Final

from maps.data import MapData, MapRoute
from maps.texts import fill

_DECIMAL_COMMA: Final = ("ru", "kk")


def without_scripts(page: MapData, texts: Mapping[str, str]) -> str:
    """Return what stands in the page's ``noscript``, as HTML; ``texts`` are those of its language.

    Amounts are per tonne, as in the table that the script draws, and without marks between
    thousands, since only a browser knows how a language groups them.
    """
    said = [_tag("p", texts["page.noscript"], ' class="noscript"')]
    said.append(_tag("h1", fill(texts["story.title"], _ends(page))))
    if not page.routes:
        return "".join((*said, _tag("p", texts["table.nothing"])))
    names = ("rank", "name", "usdPerT", "days", "kgPerT", "km", "borders", "gauges")
    heads = "".join(_tag("th", _head(name, texts), ' scope="col"') for name in names)
    rows = "".join(_row(_amounts(route), page.lang) for route in page.routes)
    return "".join((*said, f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"))


def _head(name: str, texts: Mapping[str, str]) -> str:
    unit = texts.get(f"table.{name}.unit", "")
    return f"{texts[f'table.{name}.head']} {unit}".rstrip()


def _ends(page: MapData) -> dict[str, str]:
    return {"origin": page.story.origin, "destination": page.story.destination}


def _amounts(route: MapRoute) -> tuple[str, ...]:
    return (
        str(route.rank),
        route.name,
        f"{route.cost_usd_per_t:.0f}",
        f"{route.days:.1f}",
        f"{route.co2e_kg_per_t:.0f}",
        f"{route.length_km:.0f}",
        str(route.border_crossings),
        str(route.gauge_changes),
    )


def _row(cells: Iterable[str], lang: str) -> str:
    rank, name, *amounts = cells
    if lang in _DECIMAL_COMMA:
        amounts = [amount.replace(".", ",") for amount in amounts]
    told = (_tag("td", rank), _tag("th", name, ' scope="row"'), *(_tag("td", a) for a in amounts))
    return f"<tr>{''.join(told)}</tr>"


def _tag(name: str, text: str, attributes: str = "") -> str:
    return f"<{name}{attributes}>{html.escape(text)}</{name}>"

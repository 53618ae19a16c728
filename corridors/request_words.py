"""A request as the arguments that state it."""

from __future__ import annotations

from collections.abc import Iterator

from corridors.request import Request, is_factor


def options_of(request: Request) -> tuple[str, ...]:
    """Return the options of a request without the ends, mass and values; defaults are left out.

    What multiplies values is among them: it holds whatever the values are.

    The cargo is always named.
    """
    return tuple(_options(request))


def _options(request: Request) -> Iterator[str]:
    plain = Request()
    yield from ("--cargo", request.cargo)
    for option, name in (
        ("--unit", "unit"),
        ("--by", "by"),
        ("--scenario", "scenario"),
        ("--year", "year"),
        ("--join-km", "join_km"),
        ("--snap-km", "snap_km"),
    ):
        value = getattr(request, name)
        if value != getattr(plain, name):
            yield from (option, _text(value))
    for option, name in (
        ("--corridor", "corridor"),
        ("--exclude-country", "exclude_country"),
        ("--close", "close"),
        ("--data", "data"),
        ("--with", "with_files"),
    ):
        for value in getattr(request, name):
            yield from (option, str(value))
    for text in filter(is_factor, request.set_value):
        yield from ("--set", text)


def _text(value: object) -> str:
    return repr(value) if isinstance(value, float) else str(value)

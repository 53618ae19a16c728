"""Features of foreign files -> `Additions`: everything checked, every problem told at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from geodata.importing.drawing import is_drawn, is_line, is_point, read_drawing
from geodata.importing.forms import shown
from geodata.importing.hints import near_word
from geodata.importing.item import Item, Reading, Record
from geodata.importing.lines import (
    beside,
    line_problems,
    line_records,
    name_problems,
    self_crossings,
)
from geodata.importing.model import (
    Additions,
    ClosedSpot,
    KnownCrossing,
    KnownPlace,
    NewCrossing,
    NewLink,
    NewPlace,
    Origin,
    Replacement,
)
from geodata.importing.points import (
    closed_record,
    crossing_problems,
    crossing_record,
    known_crossing_record,
    known_place_record,
    place_problems,
    place_record,
)
from geodata.importing.properties import (
    CROSSING_COLUMNS,
    LEG_COLUMNS,
    PASSED_OVER,
    PLACE_COLUMNS,
    PROPERTIES,
    Role,
    absent,
    likely,
)
from geodata.importing.raw import Limits, RawFeature, RawFile, joined_digest
from geodata.importing.refused import Refused
from geodata.importing.telling import (
    missing_problem,
    renaming_hint,
    told_problems,
    told_remarks,
)
from geodata.network import LonLat
from geodata.vocabulary import Mode, PlaceKind

_LEGS: Final = "legs of an exported itinerary; nothing to add"
_HEIGHTS: Final = "heights were dropped"
_REPEATS: Final = "positions that repeat the one before were dropped"
_CROSSING_EXPORT: Final = "an exported link that crosses itself was kept as it is"
_SAME_ID: Final = "an id that others have too; messages tell them apart by number"
_NO_RIGHTS: Final = (
    "a place where nothing can be loaded or moved on: it has neither loading nor transshipments"
)


def checked_features(
    files: Sequence[RawFile],
    *,
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> tuple[Additions, Refused]:
    """Check the features of files; make additions of the good ones, and tell the others; pure.

    Parameters
    ----------
    files
        Files as their readers found them, with what is wrong with them.
    limits
        How many different properties a file may have.

    Returns
    -------
    tuple
        What the well-formed features add, and what is wrong with the others. Where anything is,
        the additions serve for finding out what else is, and not for joining.
    """
    readings = [_read(file, limits) for file in files]
    items = [item for reading in readings for item in reading.items]
    _check_crossings(readings)
    for item in items:
        _check_together(item)
        if item.is_good:
            item.records = _records(item)
    _check_names(items)
    _check_ids(items)
    replacements = tuple(_replacements(readings))
    refused = Refused(
        files=tuple(reading.raw.name for reading in readings),
        problems=tuple(told_problems(readings)),
        features=tuple(each for reading in readings for each in reading.refused()),
    )
    for reading in readings:
        _note_rights(reading)
    records = [record for item in items if item.is_good for record in item.records]
    additions = Additions(
        links=tuple(record for record in records if isinstance(record, NewLink)),
        places=tuple(record for record in records if isinstance(record, NewPlace)),
        crossings=tuple(record for record in records if isinstance(record, NewCrossing)),
        closed=tuple(record for record in records if isinstance(record, ClosedSpot)),
        replacements=replacements,
        known_places=tuple(record for record in records if isinstance(record, KnownPlace)),
        known_crossings=tuple(record for record in records if isinstance(record, KnownCrossing)),
        remarks=tuple(remark for reading in readings for remark in told_remarks(reading)),
        digest=joined_digest([file.digest for file in files]).hex(),
    )
    return additions, refused


def _read(raw: RawFile, limits: Limits) -> Reading:
    reading = Reading(raw, problems=list(raw.problems))
    names = {key for feature in raw.features for key in feature.properties}
    if len(names) > limits.max_names:
        reading.problems.append(
            f"{len(names)} different properties, more than {limits.max_names}; keep those that are "
            "read (`corridors network schema`)"
        )
        return reading
    version = _version(reading)
    first: dict[tuple[str, str], int] = {}
    for feature in raw.features:
        origin = Origin(file=raw.name, number=feature.number, feature_id=feature.feature_id)
        item = _item(reading, feature, origin)
        if item is None:
            continue
        if "link_id" in item.values:
            if version:
                item.values.setdefault("data_version", version)
            item.is_unsure |= version is None and "data_version" not in item.values
        reading.items.append(item)
        if feature.unique_id is not None:
            at = first.setdefault(feature.unique_id, feature.number)
            if at != feature.number:
                item.problems.append(f"its id is that of feature {at} too; give each its own")
    _note_same_ids(reading, raw)
    if not raw.features and not raw.problems:
        reading.notes["the file has no features; nothing to add"] = []
    return reading


def _note_same_ids(reading: Reading, raw: RawFile) -> None:
    """Note ids among the properties that are not unique: an author's column, not GeoJSON's id."""
    named = [each for each in raw.features if each.unique_id is None and "id" in each.properties]
    times = Counter(each.feature_id for each in named)
    for each in named:
        if each.feature_id and times[each.feature_id] > 1:
            reading.note(_SAME_ID, each.number)


def _version(reading: Reading) -> str | None:
    """Return the version of the data that the whole file was exported from, or an empty text.

    None where it is stated and cannot be read.
    """
    stated = reading.raw.data_version
    if absent("data_version", stated):
        return ""
    try:
        return str(PROPERTIES["data_version"].form.read(stated))
    except ValueError as error:
        reading.problems.append(f"data_version: {error}")
        return None


def _item(reading: Reading, feature: RawFeature, origin: Origin) -> Item | None:
    given = {key: value for key, value in feature.properties.items() if not absent(key, value)}
    if given.keys() >= LEG_COLUMNS and not feature.problems:
        reading.note(_LEGS, feature.number)
        return None
    item = Item(origin, _role(given, feature.geometry), problems=list(feature.problems))
    if not is_line(feature.geometry):
        known = {Role.PLACE: PLACE_COLUMNS, Role.CROSSING: CROSSING_COLUMNS}
        for role, columns in known.items():
            if given.keys() >= columns and not item.is_known:
                item.role, item.is_known = role, True
    if feature.problems and feature.geometry is None and not given:
        return item  # nothing of it could be read: more would only be noise
    if not is_drawn(feature.geometry):
        _read_geometry(reading, item, feature)
        return item  # whatever it is, it is no line and no place, and nothing is missing from it
    _read_values(reading, item, given)
    if reading.raw.problems and feature.geometry is None:
        item.is_unsure = True
    else:
        _read_geometry(reading, item, feature)
    item.is_unsure |= not reading.raw.is_placed
    return item


def _role(given: Mapping[str, Any], geometry: Any) -> Role:
    if is_line(geometry):
        return Role.LINE
    if "closes" in given:
        return Role.CLOSED
    kind = given.get("kind")
    # what is nearly written so is told as such, and not for what would be wrong of a place
    if (near_word(kind, tuple(PlaceKind)) or kind) == PlaceKind.BORDER_CROSSING_POINT:
        return Role.CROSSING
    return Role.PLACE if is_point(geometry) or "kind" in given else Role.LINE


def _read_values(reading: Reading, item: Item, given: Mapping[str, Any]) -> None:
    """Read the properties by their table, and name those that are missing, wrong or unknown.

    What is stated by another name is wrong once and not missing as well.
    """
    meant = {
        name: likely(name) for name in given if not (name in PROPERTIES or name in PASSED_OVER)
    }
    item.stated = {*given, *(name for name in meant.values() if name in PROPERTIES)}
    for name, value in given.items():
        row = PROPERTIES.get(name)
        if row is None:
            if name in meant:
                _note_unknown(reading, item, name, meant[name], value)
        elif item.role not in row.roles:
            item.problems.append(f"{name} does not belong to a {item.role}; remove it")
        else:
            try:
                item.values[name] = row.form.read(value)
            except ValueError as error:
                item.problems.append(f"{name}: {error}")
    if item.is_known:
        return
    unread = {name: given[name] for name, known_as in meant.items() if not known_as}
    item.problems += [
        missing_problem(row, unread)
        for row in PROPERTIES.values()
        if item.role in row.required and row.name not in item.stated
    ]


def _note_unknown(reading: Reading, item: Item, name: str, meant: str, value: Any) -> None:
    if meant:
        item.problems.append(
            f"property {shown(name)} is unknown; did you mean {meant}? Rename or remove it"
            f"{renaming_hint(name, meant, value)}"
        )
    else:
        reading.note(f"property {shown(name)} is unknown and was not read", item.origin.number)


def _read_geometry(reading: Reading, item: Item, feature: RawFeature) -> None:
    item.drawing = read_drawing(
        feature.geometry, reading.raw.crs, is_export="link_id" in item.values
    )
    item.problems += item.drawing.problems
    if item.drawing.has_heights:
        reading.note(_HEIGHTS, feature.number)
    if item.drawing.has_repeats:
        reading.note(_REPEATS, feature.number)


def _check_crossings(readings: Sequence[Reading]) -> None:
    """Refuse lines that cross themselves; an exported link may, and is noted."""
    lined = [
        (reading, item)
        for reading in readings
        for item in reading.items
        if item.role is Role.LINE and item.drawing.parts
    ]
    found = self_crossings([item.drawing for _, item in lined])
    for (reading, item), problems in zip(lined, found, strict=True):
        if problems and "link_id" in item.values:
            reading.note(_CROSSING_EXPORT, item.origin.number)
        else:
            item.problems += problems


def _check_together(item: Item) -> None:
    """Add what does not hold between properties that are each well-formed."""
    if item.role is Role.LINE:
        item.problems += line_problems(item.values, item.stated, item.drawing)
    elif item.role is Role.PLACE and not item.is_known:
        item.problems += place_problems(item.values, item.stated)
    elif item.role is Role.CROSSING and not item.is_known:
        item.problems += crossing_problems(item.values, item.stated)


def _records(item: Item) -> tuple[Record, ...]:
    if item.role is Role.LINE:
        return line_records(item.origin, item.values, item.drawing)
    makers = {
        Role.PLACE: known_place_record if item.is_known else place_record,
        Role.CROSSING: known_crossing_record if item.is_known else crossing_record,
        Role.CLOSED: closed_record,
    }
    make: Callable[[Origin, Mapping[str, Any], LonLat], Record] = makers[item.role]
    return (make(item.origin, item.values, item.drawing.parts[0][0]),)


def _check_names(items: Sequence[Item]) -> None:
    links = [record for item in items for record in item.records if isinstance(record, NewLink)]
    problems = name_problems(links)
    for item in items:
        item.problems += problems.get(item.origin, [])


def _check_ids(items: Sequence[Item]) -> None:
    """Refuse places and crossings whose id another feature of the files has."""
    taken: dict[str, Origin] = {}
    for item in items:
        for record in item.records:
            wanted: tuple[str, ...] = ()
            if isinstance(record, NewPlace | KnownPlace):
                wanted = (record.place_id,)
            elif isinstance(record, KnownCrossing):
                wanted = (record.crossing_id,)
            elif isinstance(record, NewCrossing):
                sides = (f"{record.crossing_id}-{country}" for country in record.countries)
                wanted = (record.crossing_id, *sides)
            for each in wanted:
                other = taken.setdefault(each, item.origin)
                if other != item.origin:
                    item.problems.append(
                        f"id {each} is that of {beside(other, item.origin)} too; state another"
                    )


def _replacements(readings: Sequence[Reading]) -> Iterator[Replacement]:
    """Yield what gives way, each once per file; refuse it where nothing comes in its place."""
    form = PROPERTIES["replaces"].form
    for reading in readings:
        said: dict[tuple[Mode, str], Origin] = {}
        whole = reading.raw.replaces
        for entry in whole if isinstance(whole, list) else [whole]:
            if absent("replaces", entry):
                continue
            try:
                mode, country = form.read(entry).split(" ")
            except ValueError as error:
                reading.problems.append(f"replaces: {error}")
            else:
                said.setdefault((Mode(mode), country), Origin(file=reading.raw.name, number=0))
        for item in reading.items:
            if "replaces" in item.values:
                mode, country = item.values["replaces"].split(" ")
                said.setdefault((Mode(mode), country), item.origin)
        drawn = {
            (item.values.get("mode"), item.values.get("country"))
            for item in reading.items
            if item.role is Role.LINE
        }
        for (mode_said, country), origin in said.items():
            if (mode_said.value, country) not in drawn:
                reading.problems.append(
                    f"replaces: the file has no {mode_said} line in {country}, so nothing would be "
                    "left; add the lines or remove it"
                )
            yield Replacement(origin=origin, mode=mode_said, country=country)


def _note_rights(reading: Reading) -> None:
    for item in reading.items:
        for record in item.records:
            if isinstance(record, NewPlace) and not (record.loading or record.transshipments):
                reading.note(_NO_RIGHTS, item.origin.number)

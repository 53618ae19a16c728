"""The tables of looks: complete, and readable for every reader."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from geodata.parts import Part
from geodata.vocabulary import GAUGES_MM, Mode, PlaceKind, Status
from maps import style

# Machado, Oliveira and Fernandes (2009), severity 1.0.
VISION = {
    "full": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
APART = 17.0  # CIE 1976 colour difference; 2.3 is just noticeable side by side
NEIGHBOURS = 12.0  # blocks that touch, with a line of the ground between them
CONTRAST = 3.0  # WCAG 2.2, 1.4.11: graphical objects


def linear(colour: str) -> np.ndarray:
    values = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(light: np.ndarray) -> np.ndarray:
    xyz = TO_XYZ @ np.clip(light, 0, 1) / np.array([0.95047, 1, 1.08883])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_modes_stay_apart_for_every_kind_of_colour_vision(scheme: str, vision: str) -> None:
    seen = {
        mode: lab(VISION[vision] @ linear(getattr(look, scheme)))
        for mode, look in style.MODES.items()
    }
    distances = {
        pair: np.linalg.norm(seen[pair[0]] - seen[pair[1]]) for pair in combinations(seen, 2)
    }
    closest = min(distances, key=distances.__getitem__)
    assert distances[closest] >= APART, f"{closest} look alike in {vision}, {scheme}"


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("scheme", [0, 1])
def test_neighbouring_parts_stay_apart_for_every_kind_of_colour_vision(
    scheme: int, vision: str
) -> None:
    parts = list(Part)
    seen = [lab(VISION[vision] @ linear(style.PARTS[part][scheme])) for part in parts]
    for step in (1, 2):
        for at in range(len(parts) - step):
            apart = np.linalg.norm(seen[at] - seen[at + step])
            assert apart >= NEIGHBOURS, f"{parts[at]}, {parts[at + step]} in {vision}: {apart:.1f}"


@pytest.mark.parametrize("vision", VISION)
def test_gauges_stay_apart_for_every_kind_of_colour_vision(vision: str) -> None:
    seen = [lab(VISION[vision] @ linear(colour)) for _, colour in style.GAUGES.values()]
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) >= APART


@pytest.mark.parametrize("gauge", style.GAUGES)
def test_gauges_stand_out_from_light_ground(gauge: int) -> None:
    line = TO_XYZ[1] @ linear(style.GAUGES[gauge][1])
    for light, _ in style.GROUND.values():
        assert (TO_XYZ[1] @ linear(light) + 0.05) / (line + 0.05) >= CONTRAST


@pytest.mark.parametrize("scheme", [0, 1])
@pytest.mark.parametrize("mode", style.MODES)
def test_lines_stand_out_from_land_and_water(mode: str, scheme: int) -> None:
    line = TO_XYZ[1] @ linear(style.MODES[mode][1 + scheme])
    for ground in style.GROUND.values():
        other = TO_XYZ[1] @ linear(ground[scheme])
        ratio = (max(line, other) + 0.05) / (min(line, other) + 0.05)
        assert ratio >= CONTRAST, f"{mode} on {ground[scheme]}: {ratio:.1f} : 1"


def test_every_word_of_the_vocabulary_has_a_look() -> None:
    assert set(style.MODES) == set(Mode)
    assert set(style.DASHES) == set(Status)
    assert set(style.PLACES) == set(PlaceKind)
    assert set(style.GAUGES) | {0} == set(GAUGES_MM)


def test_what_is_not_running_is_never_solid() -> None:
    solid = {status for status, dash in style.DASHES.items() if dash is None}
    assert solid == {Status.OPERATIONAL}
    assert style.DASHES[Status.PLANNED] != style.DASHES[Status.SUSPENDED]

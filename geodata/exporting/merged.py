"""Layers as one, for formats that hold a single table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geodata.exporting.layer import Column, Layer


def merged(layers: Sequence[Layer]) -> Layer:
    """Return the features of all layers in one; a column that a layer has not says nothing there.

    A column is numbers in every layer that has it, or texts in all.
    """
    if len(layers) == 1:
        return layers[0]
    names = dict.fromkeys(name for layer in layers for name in layer.columns)
    columns = {}
    for name in names:
        like = next(layer.columns[name] for layer in layers if name in layer.columns)
        parts = [layer.columns.get(name) or Column.nothing(like, len(layer)) for layer in layers]
        columns[name] = Column(
            np.concatenate([part.values for part in parts]),
            np.concatenate([part.missing for part in parts]),
        )
    return Layer(
        name="_".join(layer.name for layer in layers),
        title=", ".join(layer.title for layer in layers),
        columns=columns,
        shapes=np.concatenate([layer.shapes for layer in layers]),
        keys=tuple(dict.fromkeys(key for layer in layers for key in layer.keys)),
    )

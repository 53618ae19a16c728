"""Takes nodes out of a network and puts the ways through them in as links between their neighbours.

Round by round, those with the fewest neighbours first: the elimination of contraction hierarchies,
without their search for witnesses. Lengths between the nodes that are left stay what they were.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from corridors.measure import Flags, Ints


@dataclass(frozen=True)
class Elimination:
    """What is left when nodes are taken out of a network, and the links that led up from them.

    ``rank`` is the round in which a node was taken out, -1 if it is left. Links between those left
    are ``low``, ``high`` and ``length``. Links ``node`` to ``above``, ``far`` long, led from nodes
    when they were taken out, in order of both; ``via`` is the node that such a link passes, itself
    taken out before both, -1 for a link of the network.
    """

    rank: Ints
    low: Ints
    high: Ints
    length: Ints
    node: Ints
    above: Ints
    far: Ints
    via: Ints


def eliminated(
    tails: Ints,
    heads: Ints,
    metres: Ints,
    node_count: int,
    most_neighbours: int,
    least_share: float,
) -> Elimination:
    """Take nodes with few neighbours out of some undirected links between ``0..node_count``.

    Parameters
    ----------
    most_neighbours
        A node with more stays.
    least_share
        A round that takes out a smaller share of the nodes left is the last; 0 goes on to the end.
    """
    rank = np.full(node_count, -1, dtype=np.int64)
    # any fixed order will do that is not that of the nodes, in which neighbours follow each other
    chance = np.random.default_rng(node_count).permutation(node_count)
    names = np.arange(node_count)  # of the nodes left, which are numbered anew as they get few
    links = _lightest(np.minimum(tails, heads), np.maximum(tails, heads), metres, node_count)
    taken: list[tuple[Ints, Ints, Ints, Ints]] = [(np.empty(0, dtype=np.int64),) * 4]
    left = node_count
    for number in range(node_count):
        here = rank[names] < 0
        if left < len(names) / 2:
            links = _renumbered(links, np.cumsum(here) - 1, len(names), left)
            names, here = names[here], here[here]
        low, high = np.divmod(links.key, len(names))
        chosen = _independent(low, high, here, chance[names], most_neighbours)
        share = int(np.count_nonzero(chosen))
        if share < max(1, least_share * left):
            break
        rank[names[chosen]] = number
        left -= share
        out = chosen[low] | chosen[high]
        node = np.where(chosen[low[out]], low[out], high[out])
        neighbour = low[out] + high[out] - node
        taken.append((names[node], names[neighbour], links.metres[out], links.via[out]))
        a, b, far, via = _shortcuts(node, neighbour, links.metres[out])
        further = _lightest(np.minimum(a, b), np.maximum(a, b), far, len(names), names[via])
        links = _merged(links.some(~out), further)
    low, high = np.divmod(links.key, len(names))
    node, above, far, via = (np.concatenate(column) for column in zip(*taken, strict=True))
    order = np.lexsort((above, node))
    return Elimination(
        rank, names[low], names[high], links.metres,
        node[order], above[order], far[order], via[order],
    )  # fmt: skip


@dataclass(frozen=True)
class _Links:
    """Links of a network on the way to its core, in order of ``key``: low end * nodes + high."""

    key: Ints
    metres: Ints
    via: Ints

    def some(self, chosen: Flags) -> _Links:
        return _Links(self.key[chosen], self.metres[chosen], self.via[chosen])


def _lightest(low: Ints, high: Ints, metres: Ints, count: int, via: Ints | None = None) -> _Links:
    """Return links with the shortest of parallel ones only, and none that ends where it begins."""
    key = low * count + high
    order = np.argsort(key, kind="stable")  # quick where long runs are in order, as those last are
    group = np.cumsum(np.diff(key[order], prepend=-1) > 0) - 1
    least = np.full(len(key), np.iinfo(np.int64).max)
    np.minimum.at(least, group, metres[order])
    order = order[metres[order] == least[group]]
    first = np.diff(key[order], prepend=-1) > 0
    kept = order[first]
    kept = kept[low[kept] != high[kept]]
    via = np.full(len(low), -1) if via is None else via
    return _Links(low[kept] * count + high[kept], metres[kept], via[kept])


def _merged(old: _Links, new: _Links) -> _Links:
    """Return the links of both, the shorter of two with one key."""
    at = np.searchsorted(old.key, new.key)
    known = np.zeros(len(new.key), dtype=bool)
    inside = at < len(old.key)
    known[inside] = old.key[at[inside]] == new.key[inside]
    shorter = np.flatnonzero(known)
    shorter = shorter[new.metres[shorter] < old.metres[at[shorter]]]
    old.metres[at[shorter]], old.via[at[shorter]] = new.metres[shorter], new.via[shorter]
    place = at[~known] + np.arange(len(at) - np.count_nonzero(known))
    kept = np.ones(len(old.key) + len(place), dtype=bool)
    kept[place] = False
    columns = []
    for mine, further in ((old.key, new.key), (old.metres, new.metres), (old.via, new.via)):
        column = np.empty(len(kept), dtype=np.int64)
        column[kept], column[place] = mine, further[~known]
        columns.append(column)
    return _Links(*columns)


def _renumbered(links: _Links, number: Ints, before: int, now: int) -> _Links:
    """Return links between nodes that have other numbers, in the same order, and are fewer."""
    low, high = np.divmod(links.key, before)
    return _Links(number[low] * now + number[high], links.metres, links.via)


def _independent(low: Ints, high: Ints, here: Flags, chance: Ints, most: int) -> Flags:
    """Return the mask of nodes to take out together: with few neighbours, no two adjoining."""
    count = len(chance)
    neighbours = np.bincount(low, minlength=count) + np.bincount(high, minlength=count)
    hopeful = here & (neighbours <= most)
    beyond = int(chance.max(initial=0)) + 1
    priority = np.where(hopeful, neighbours * beyond + chance, np.iinfo(np.int64).max)
    least = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(least, low, priority[high])
    np.minimum.at(least, high, priority[low])
    chosen: Flags = hopeful & (priority < least)
    return chosen


def _shortcuts(node: Ints, neighbour: Ints, metres: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the ways through nodes that are taken out, between each two of their neighbours.

    The last column is the node that a way leads through.
    """
    order = np.argsort(node, kind="stable")
    node, neighbour, metres = node[order], neighbour[order], metres[order]
    firsts = np.flatnonzero(np.diff(node, prepend=-1))
    sizes = np.diff(np.r_[firsts, len(node)])
    found: list[tuple[Ints, Ints, Ints, Ints]] = [(np.empty(0, dtype=np.int64),) * 4]
    for size in np.unique(sizes).tolist():
        at = firsts[sizes == size][:, None] + np.arange(size)
        one, other = np.triu_indices(size, 1)
        found.append(
            (
                neighbour[at[:, one]].ravel(),
                neighbour[at[:, other]].ravel(),
                (metres[at[:, one]] + metres[at[:, other]]).ravel(),
                np.repeat(node[at[:, 0]], len(one)),
            )
        )
    a, b, far, via = (np.concatenate(column) for column in zip(*found, strict=True))
    return a, b, far, via

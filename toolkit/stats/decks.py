"""Articles ready to be dealt out to sides by chance: what each side's articles add up to, as they stand and dealt anew.

The articles stand side by side: first those of the first side, then those of the second, and so on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from .sides import CELLS, Hits, Moments, Places, Side

_FEW = 15  # of so many articles one is dealt to a side: from there on adding up beats a product of matrices
_DENSE = 0.25  # share of articles that hold an item; below, the sums go over those alone


class Deck:
    """Articles all of which are held, whether an item occurs in them or not."""

    def __init__(self, articles: Side, sizes: Places) -> None:
        self.articles, self.sizes = articles, sizes
        self._starts, self._moments = np.cumsum(sizes) - sizes, Moments.each(articles)
        self.number, self.items = articles.value.shape
        few = int(sizes[_FEW * sizes < self.number].max(initial=1))
        self.width = 5 * self.items * few  # how many numbers are held at once for each deal

    def of_items(self, items: Places) -> Deck | SparseDeck:
        """The same with some of its items."""
        return deck_of(self.articles.of_items(items), self.sizes)

    def sums(self) -> Moments:
        """What each side adds up to as it stands: sides by items."""
        return Moments(*(np.add.reduceat(part, self._starts, axis=0) for part in self._moments))

    def holding(self) -> Places:
        """In how many of each side's articles an item occurs: sides by items."""
        return np.add.reduceat((self.articles.value != 0).astype(np.intp), self._starts, axis=0)

    def chosen(self, rows: Places) -> Moments:
        """What the articles that each row chooses add up to: added where they are few, else by weights."""
        if _FEW * rows.shape[1] < self.number:
            return Moments(*(part[rows].sum(axis=1) for part in self._moments))
        weights = np.zeros((len(rows), self.number))
        np.put_along_axis(weights, rows, 1.0, axis=1)
        return self._moments.weighted(weights)

    def dealt(self, order: Places, sides: Iterable[int]) -> Iterator[tuple[int, Moments]]:
        """What some sides add up to (deals by items), where each row deals out all articles."""
        for side in sides:
            first = self._starts[side]
            yield side, self.chosen(order[:, first : first + self.sizes[side]])


class SparseDeck:
    """Articles of which few hold an item: what is held is where it occurs."""

    def __init__(self, articles: Hits, sizes: Places) -> None:
        self.articles, self.sizes = articles, sizes
        self.number, self.items = len(articles.n), articles.items
        self._owner = np.repeat(np.arange(len(sizes)), sizes)
        self.width = 3 * self.items * len(sizes)

    def of_items(self, items: Places) -> Deck | SparseDeck:
        """The same with some of its items."""
        return deck_of(self.articles.of_items(items), self.sizes)

    def sums(self) -> Moments:
        """What each side adds up to as it stands: sides by items."""
        return Moments(*(part[0] for part in self._sums(np.arange(self.number)[None])))

    def holding(self) -> Places:
        """In how many of each side's articles an item occurs: sides by items."""
        place = self._owner[self.articles.article] * self.items + self.articles.item
        return np.bincount(place, minlength=len(self.sizes) * self.items).reshape(-1, self.items)

    def chosen(self, rows: Places) -> Moments:
        """What the articles that each row chooses add up to."""
        return Deck(self.articles.side(), self.sizes).chosen(rows)

    def dealt(self, order: Places, sides: Iterable[int]) -> Iterator[tuple[int, Moments]]:
        """What some sides add up to (deals by items), where each row deals out all articles."""
        sums = self._sums(order)
        yield from ((side, Moments(*(part[:, side] for part in sums))) for side in sides)

    def _sums(self, order: Places) -> Moments:
        """What all sides add up to: deals by sides by items."""
        n, shape = self.articles.n[order], (len(order), len(self.sizes), self.items)
        place = np.empty(order.shape, dtype=np.intp)  # for each deal and article the number of its side
        np.put_along_axis(place, order, np.broadcast_to(self._owner, order.shape), axis=1)
        place += len(self.sizes) * np.arange(len(order))[:, None]
        sums = np.zeros((3, np.prod(shape)))
        for hits in self.articles.slices(max(1, CELLS // len(order))):
            where = (place[:, hits.article] * self.items + hits.item).ravel()
            for into, each in zip(sums, (hits.value, hits.value**2, hits.value * hits.n[hits.article]), strict=True):
                into += np.bincount(where, np.tile(each, len(order)), len(into))
        starts = np.cumsum(self.sizes) - self.sizes
        sizes = (np.add.reduceat(each, starts, axis=1)[:, :, None] for each in (n, n**2))
        return Moments(*sums.reshape(3, *shape), *sizes)


def deck_of(articles: Side | Hits, sizes: Places) -> Deck | SparseDeck:
    """The articles as the deck that is faster for them."""
    if isinstance(articles, Side):
        sparse = articles.n.shape[1] == 1 and np.mean(articles.value != 0) < _DENSE
        return SparseDeck(Hits.of(articles), sizes) if sparse else Deck(articles, sizes)
    cells = len(articles.n) * articles.items
    dense = len(articles.value) >= _DENSE * cells and cells <= CELLS
    return Deck(articles.side(), sizes) if dense else SparseDeck(articles, sizes)

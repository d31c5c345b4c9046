"""What search asks of an index, whichever engine answers. PostgreSQL does today (:mod:`.postgres`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal, Protocol

from fellestorg.catalogues.search.standing import NOWHERE, Standing

#: Counts stop here: "over 20 000". Nobody reads so far, and counting on costs every reader time.
MOST_COUNTED = 20_000

Order = Literal["relevance", "price", "number"]
FACETS = ("agreement", "category", "supplier", "standard", "used", "ecolabel")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for on a day. Values of one filter widen it, filters narrow each other.

    ``supplier`` (organisation numbers) and ``ecolabel`` must hold for one and the same price; ``lot`` is a primary key.
    ``only_of``: nothing but what these suppliers price (``None``: everybody), and nothing of others' prices is counted.
    ``standing`` gives the net price for an agency, for the order ``price``.
    """

    text: str
    day: date
    agreement: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    supplier: tuple[str, ...] = ()
    ecolabel: tuple[str, ...] = ()
    standard: bool | None = None
    used: bool | None = None
    lot: int | None = None
    order: Order = "relevance"
    only_of: frozenset[str] | None = None
    standing: Standing = NOWHERE
    #: Add, after the items that hold every word, those that hold some of them.
    also_some_words: bool = False
    #: The words to look for, where the caller has chosen among those of the text.
    words: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class HitRow:
    """An item found: how many of the words it holds (0 where its number was written), and the price it was put in
    order by: kroner without VAT, ``None`` where there is none or the order is another."""

    id: int
    matched: int
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of the hits. ``total`` counts up to MOST_COUNTED; ``capped`` where there are more.

    ``corrected``: what was written and what was searched for instead, for words that nothing has. ``most_words``: no item
    has all the words, and these have the most of them.
    """

    hits: tuple[HitRow, ...]
    total: int
    capped: bool
    corrected: tuple[tuple[str, str], ...] = ()
    words: int = 0
    most_words: int | None = None


@dataclass(frozen=True, slots=True)
class Facets:
    """For each facet its values with how many items each would give; a facet's own filter is left out of its counts.

    Values are agreement keys, category codes, supplier numbers, ecolabels, and ``1`` or ``0``. A facet in ``capped`` was
    counted among the first MOST_COUNTED items only.
    """

    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    capped: frozenset[str] = frozenset()


class CatalogueIndex(Protocol):
    """Finds items by words, numbers and filters, always as the catalogue stands in the asker's own transaction."""

    def search(self, wanted: Wanted, *, start: int = 0, stop: int = 25) -> Found:
        """The hits from ``start`` to ``stop`` in one total order: the same question gives the same answer, and no item
        stands on two pages. Nothing anybody writes makes it fail."""
        ...

    def facets(self, wanted: Wanted) -> Facets:
        """The values one may narrow by, counted."""
        ...

"""Search over items of any number: words in three languages, numbers, filters with counts, and prices in order.

``index()`` is the one that answers. Callers know it by :class:`~fellestorg.catalogues.search.port.CatalogueIndex`.
"""

from fellestorg.catalogues.search.port import CatalogueIndex, Facets, Found, HitRow, Wanted
from fellestorg.catalogues.search.postgres import PostgresIndex

__all__ = ["CatalogueIndex", "Facets", "Found", "HitRow", "Wanted", "index"]


def index() -> CatalogueIndex:
    """The index of this installation."""
    return PostgresIndex()

"""Regulation of fixed prices by an index: what a clause allows, what it would do, and doing it.

:func:`allowed_rise` is what others ask; the rest is in ``rules`` (pure), ``index``, ``preview``, ``actions`` and ``pages``.
"""

from fellestorg.catalogues.regulation.allowed import allowed_rise

__all__ = ["allowed_rise"]

"""The demo's data: real and invented bodies, agreements since 2018, price lists and call-offs.

Everything invented is marked so. The same day and the same number of call-offs give the same rows, ids included.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date


def load(*, day: date, call_offs: int = 6000, progress: Callable[[str], None]) -> None:
    """Fill an empty, migrated database; see :func:`fellestorg.demo_data.loading.load`."""
    # The models can be imported only once Django is set up, and this package may be looked at before.
    from fellestorg.demo_data.loading import load as fill

    fill(day=day, call_offs=call_offs, progress=progress)

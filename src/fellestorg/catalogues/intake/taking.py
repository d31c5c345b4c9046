"""From a file to compared lines in the database, a stretch at a time, so that memory does not grow with the file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from fellestorg.agreements.models import FrameworkAgreement, Lot, SupplierPosition
from fellestorg.catalogues.intake import store, tables
from fellestorg.catalogues.intake.bulk import Beside
from fellestorg.catalogues.intake.catalogue_lines import catalogue_lines
from fellestorg.catalogues.intake.compare import Comparison
from fellestorg.catalogues.intake.current import Current
from fellestorg.catalogues.intake.faults import Faults
from fellestorg.catalogues.intake.peppol import open_catalogue
from fellestorg.catalogues.intake.reading import ReadFile, read_lines
from fellestorg.catalogues.models import PriceListSubmission
from fellestorg.catalogues.rules import COLUMNS, REQUIRED
from fellestorg.kernel.sheets import RowError, day_in
from fellestorg.organisations.models import Organisation
from fellestorg.values import BadInput

if TYPE_CHECKING:
    import polars as pl

LARGEST_CATALOGUE = 1024 * 1024 * 1024
LARGEST_SHEET = 200 * 1024 * 1024
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class PriceFile:
    """An open price list. ``format`` is that of ``PriceListSubmission``; ``replaces``, ``contract`` and ``starts`` are what
    the file itself says; ``texts`` gives its lines as columns of text."""

    format: str
    replaces: bool
    contract: str
    starts: date | None
    texts: Callable[[Faults], Iterator[pl.DataFrame]]


@contextmanager
def open_price_file(path: Path) -> Iterator[PriceFile]:
    """Find out what a file is by its first bytes and open it. Raises BadInput where it is too large or no price list."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(512)
    if start.startswith(b"PK\x03\x04"):
        _require_size(size, LARGEST_SHEET)
        frame = tables.read_workbook(path, COLUMNS, REQUIRED)
        yield PriceFile("xlsx", False, "", None, lambda _faults: _parts(frame))
    elif start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") or start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        _require_size(size, LARGEST_CATALOGUE)
        with open_catalogue(path) as (header, stretches):
            try:
                starts = day_in(header.start) if header.start else None
            except RowError as error:
                raise BadInput.of("ValidityPeriod/StartDate", error.code, error.text) from None
            replaces = header.action in ("Replace", "Delete")
            yield PriceFile(
                "peppol",
                replaces,
                header.contract,
                starts,
                # Not a generator: that would hold a stretch until it has the next.
                lambda faults: map(partial(catalogue_lines, header=header, faults=faults), stretches),
            )
    else:
        _require_size(size, LARGEST_SHEET)
        frame = tables.read_csv(path, COLUMNS, REQUIRED)
        yield PriceFile("csv", False, "", None, lambda _faults: _parts(frame))


def read(file: PriceFile, faults: Faults) -> Iterator[ReadFile]:
    """The lines of a file, understood."""
    return map(partial(read_lines, faults=faults), file.texts(faults))


def stage(
    submission: PriceListSubmission,
    stretches: Iterable[ReadFile],
    current: Current,
    faults: Faults,
    beside: Beside | None = None,
) -> dict[str, int]:
    """Compare the stretches with the prices as they stand and copy them into the database, in the caller's transaction.

    With ``beside``, a large load is on its way to its place too. Returns the counts by kind, with ``read`` and
    ``over_regulation``. Where ``faults`` has any afterwards, what was copied is not whole and must be rolled back.
    """
    comparison = Comparison(current, faults)
    rows = 0
    given: set[str] = set()
    with store.Copying(submission, beside) as copying:
        for stretch in stretches:
            rows += stretch.lines.height
            given |= stretch.given
            if current.has_items:
                # What lies near the lines is asked of the database.
                copying.wait()
            compared = comparison.stretch(stretch)
            if not faults.count:
                copying.add(compared, comparison.counts["new"])
            del stretch, compared
        copying.wait()
        gone = comparison.finish(replaces=submission.replaces)
        if gone is not None and not faults.count:
            copying.add(gone, comparison.counts["new"])
    submission.columns = sorted(given)
    return {"read": rows, **comparison.counts}


def lots_of(agreement: FrameworkAgreement, lot: Lot | None, supplier: Organisation, day: date) -> dict[int, Lot]:
    """The lots a price list may be about: those where the supplier has a place on the day. Locks the places, so that two
    lists of one supplier come one after the other. Raises BadInput where there are none."""
    held = Q(valid_to=None) | Q(valid_to__gte=day)
    positions = SupplierPosition.objects.select_for_update(of=("self",)).select_related("lot__agreement")
    positions = positions.filter(held, lot__agreement=agreement, supplier=supplier).order_by("id")
    if lot is not None:
        positions = positions.filter(lot=lot)
    found: Mapping[int, Lot] = {position.lot_id: position.lot for position in positions}
    if not found:
        raise BadInput.of("supplier", "no_position", _("leverandøren er ikke med i avtalen"))
    return dict(found)


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def _parts(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    return frame.iter_slices(20_000)


def _require_size(size: int, most: int) -> None:
    if size > most:
        text = _("fila er større enn %(most)s MB") % {"most": most // (1024 * 1024)}
        raise BadInput.of("", "too_large", text)

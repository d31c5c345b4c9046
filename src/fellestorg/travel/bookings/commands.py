"""``fellestorg travel import``: bookings taken in from a file."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from fellestorg.kernel import clock
from fellestorg.kernel.actors import OPERATOR
from fellestorg.travel.bookings import actions
from fellestorg.travel.bookings.reading import COLUMNS, REQUIRED
from fellestorg.travel.models import BookingSource
from fellestorg.values import BadInput
from fellestorg.values.arguments import ArgumentParser


def import_bookings(argv: list[str]) -> int:
    """``travel import FILE --source KEY [--preview] [--json]``.

    Answers ``{"read", "accepted", "rejected": [{"row", "field", "code", "text"}], "changes": {"new", "changed",
    "unchanged"}, "dropped": [{"column", "code"}]}``. Good rows come in though others are rejected; then exit 2. Raises
    BadInput for a file or source that cannot be found or read.
    """
    words = _parser().parse_args(argv)
    file = Path(words.file)
    try:
        file.open("rb").close()
    except OSError as error:
        raise BadInput.of(words.file, "no_file", error.strerror or str(error)) from None
    source = BookingSource.objects.filter(key=words.source).first()
    if source is None:
        known = ", ".join(BookingSource.objects.values_list("key", flat=True))
        raise BadInput.of("--source", "unknown_source", f"there is no source {words.source!r}; known are {known}")
    done = actions.take_in(file, source, actor=OPERATOR, now=clock.now(), file_name=file.name, preview=words.preview)
    if words.json:
        print(json.dumps(done.as_json(), ensure_ascii=False, indent=2))
    else:
        for problem in done.rejected:
            print(f"{words.file}:{problem.row}: {problem.field}: {problem.text}")
        for column in done.dropped:
            print(f"ikke lest: {column.column} ({column.code})")
        print(
            f"lest {done.read}, godtatt {done.accepted}, avvist {done.rejected_rows}; "
            f"nye {done.new}, endret {done.changed}, uendret {done.unchanged}"
        )
    return 2 if done.rejected_rows else 0


def _parser() -> argparse.ArgumentParser:
    parser = ArgumentParser(
        prog="fellestorg travel import",
        description="Take in bookings that a travel agency, card company or booking tool reports (CSV, XLSX, JSON).",
        epilog=f"columns: {', '.join(COLUMNS)}; needed: {', '.join(REQUIRED)}, and place or origin with destination",
        allow_abbrev=False,
    )
    parser.add_argument("file", metavar="FILE")
    parser.add_argument("--source", required=True, metavar="KEY", help="who reports: its references are unique")
    parser.add_argument("--preview", action="store_true", help="say what it would do and write nothing")
    parser.add_argument("--json", action="store_true")
    return parser

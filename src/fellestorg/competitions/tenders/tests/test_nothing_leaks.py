"""Answers and prices are planted, saved, delivered and replaced, and then looked for wherever the machine keeps things:
tables, the write-ahead log and every other file of the database server, jobs, mail, temporary files, the program's log."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from fellestorg.competitions.tenders import queries
from fellestorg.competitions.tenders.tests import world as worlds
from fellestorg.competitions.tenders.tests.test_pages import ADDRESS, TYPED, signed_in
from fellestorg.kernel.models import Installation

ANSWER, PRICE, DRAWING = "hemmelig-svar-7f3a91c2", "739184.57", b"hemmelig-tegning-5be2"


def test_what_is_planted_is_nowhere_before_the_opening_and_there_after_it(
    own_database: Callable[..., str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own_database()
    caplog.set_level("DEBUG")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    Installation.objects.create(kind="demo", clock_offset=timedelta(0))
    world = worlds.make()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn()")
        before = cursor.fetchone()[0]
    client = signed_in(world.suppliers[0][1])
    typed = {**TYPED, "a:maate": ANSWER, "p:puter:pute": PRICE}
    for _time in range(2):
        client.post(f"{ADDRESS}/tilbud", typed)
        client.post(f"{ADDRESS}/tilbud/filer", {"f:attest": SimpleUploadedFile("t.pdf", DRAWING * 60_000)})
        client.post("/leverandor/svararkiv", {"title": "Kjent", "text": ANSWER})
        client.get(f"{ADDRESS}/tilbud/prisark.xlsx")
        assert client.post(f"{ADDRESS}/tilbud/lever", {"binding": "1"}).status_code == 200
        client.post(f"{ADDRESS}/tilbud/endre", {"do": "anew"})
    # As text, in hexadecimal as psql shows bytes, and in base64.
    planted = [word for text in (ANSWER.encode(), PRICE.encode(), DRAWING) for word in (text, text.hex().encode())]
    assert _tables_with(planted) == []
    assert _wal_since(before, planted) == 0
    assert not [record for record in caplog.messages if ANSWER in record or PRICE in record]
    assert not list(tmp_path.rglob("*"))
    world.open()
    (opened,) = queries.opened(world.competition)
    assert opened.answers["maate"] == ANSWER and PRICE in str(queries.opened_prices(world.competition))
    # The search itself finds what is there: after the opening it stands in a table and in the log.
    assert set(_tables_with(planted)) == {"competitions_openedquality", "competitions_openedprice"}
    assert _wal_since(before, planted) > 0


def _tables_with(planted: list[bytes]) -> list[str]:
    """The tables of the database, the jobs' and the mail's among them, in a row of which one of these stands."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT format('%I.%I', schemaname, tablename), tablename FROM pg_tables"
                       " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")  # fmt: skip
        for table, name in cursor.fetchall():
            cursor.execute(
                f"SELECT count(*) FROM {table} t WHERE t::text LIKE ANY(%s)",
                [[f"%{one.decode()}%" for one in planted]],
            )
            if cursor.fetchone()[0]:
                found.append(name)
    return found


def _wal_since(before: str, planted: list[bytes]) -> int:
    """How many of these stand in the write-ahead log from a place in it on, read as the files that they are."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT pg_walfile_name(%s), pg_walfile_name(pg_current_wal_lsn()), current_setting('data_directory')",
            [before],
        )
        first, last, folder = cursor.fetchone()
    files = [one for one in sorted((Path(folder) / "pg_wal").iterdir()) if first <= one.name <= last]
    assert files and all(os.access(one, os.R_OK) for one in files)
    return sum(1 for one in files for word in planted if word in one.read_bytes())

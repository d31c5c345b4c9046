"""What thousands do in the last minutes: few questions to the database, and nothing remembered that has changed since."""

from __future__ import annotations

import json
import threading
import zlib
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.competitions.models import CompetitionLot, PriceSheetLine, Question
from fellestorg.competitions.tenders import ceilings, drafts, form_rows, sealing, typed
from fellestorg.competitions.tenders.content import Draft
from fellestorg.competitions.tenders.models import Tender, TenderDraft
from fellestorg.competitions.tenders.tests import world as worlds
from fellestorg.competitions.tenders.tests.test_pages import ADDRESS, TYPED, signed_in
from fellestorg.competitions.tenders.tests.world import World
from fellestorg.kernel.models import Installation
from fellestorg.organisations.models import Person, RoleGrant
from fellestorg.values import BadInput

DAY = date(2020, 1, 1)


@pytest.fixture
def world(db: None) -> World:
    Installation.objects.create(kind="demo", clock_offset=timedelta(0))
    return worlds.make()


def save(client: Client, given: dict[str, str]) -> HttpResponse:
    """Save as the page's script does."""
    body = json.dumps(list(given.items()))
    return client.post(
        f"{ADDRESS}/tilbud", body, content_type="application/json", headers={"Accept": "application/json"}
    )  # type: ignore[return-value]


def deliver(client: Client) -> HttpResponse:
    headers = {"Accept": "application/json"}
    return client.post(f"{ADDRESS}/tilbud/lever", {"binding": "1"}, headers=headers)  # type: ignore[return-value]


def test_a_save_asks_the_database_four_times_and_a_delivery_nine(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client, asked = signed_in(world.suppliers[0][1]), []
    execute = psycopg.Cursor.execute

    def noted(self: Any, query: Any, *rest: Any, **named: Any) -> Any:
        asked.append(str(query).split()[0])
        return execute(self, query, *rest, **named)

    save(client, TYPED)
    form_rows.form_of(world.competition, world.suppliers[0][0])
    monkeypatch.setattr(psycopg.Cursor, "execute", noted)
    assert save(client, TYPED).status_code == 200
    assert asked == ["SELECT", "SELECT", "SELECT", "UPDATE"]
    asked.clear()
    assert deliver(client).status_code == 200
    assert len([word for word in asked if word in ("SELECT", "WITH", "INSERT", "UPDATE")]) == 9


@pytest.mark.parametrize(
    "change",
    [
        lambda: Question.objects.filter(key="maate").update(text="Spørsmål i ny versjon"),
        lambda: Question.objects.filter(key="dager").delete(),
        lambda: PriceSheetLine.objects.filter(key="trekk").update(max_unit_price="90"),
        lambda: CompetitionLot.objects.update(title="Puter og trekk"),
        lambda: PriceSheetLine.objects.create(
            lot=CompetitionLot.objects.get(), key="dun", number=9, title="Dun", unit="kg", quantity=1
        ),
    ],
    ids=["question changed", "question taken out", "ceiling lowered", "lot renamed", "line added"],
)
def test_a_changed_form_is_seen_at_once_and_an_unchanged_one_is_not_read_again(
    world: World, change: Callable[[], object]
) -> None:
    supplier = world.suppliers[0][0]
    before = form_rows.form_of(world.competition, supplier)
    assert form_rows.form_of(world.competition, supplier) is before
    change()
    after = form_rows.form_of(world.competition, supplier)
    said = [
        (
            [(one.key, one.title) for one in form.lots],
            [(one.key, one.text) for one in form.questions],
            [(line.key, line.max_unit_price) for lines in form.lines.values() for line in lines],
        )
        for form in (before, after, worlds.form_for(world.competition))
    ]
    assert said[0] != said[1] == said[2]


def test_what_another_connection_commits_is_seen_and_what_is_rolled_back_is_not(
    own_database: Callable[..., str],
) -> None:
    own_database()
    world = worlds.make()

    def texts() -> set[str]:
        return {one.text for one in form_rows.form_of(world.competition, world.suppliers[0][0]).questions}

    def elsewhere() -> None:
        Question.objects.update(text="Fra en annen")
        connection.close()

    first = texts()
    with transaction.atomic():
        Question.objects.update(text="Angret")
        assert texts() == {"Angret"}
        transaction.set_rollback(True)
    assert texts() == first
    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join(30)
    assert texts() == {"Fra en annen"}


def test_one_suppliers_own_ceilings_are_nobody_elses(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    (one, _), (other, _) = world.suppliers
    own = {one.number: {"pute": Decimal(5), "trekk": Decimal(500)}}
    monkeypatch.setattr(ceilings, "_sources", [lambda _competition, supplier: own.get(supplier)])
    limits = [
        [line.max_unit_price for line in form_rows.form_of(world.competition, supplier).lines["puter"]]
        for supplier in (other, one, other)
    ]
    assert limits == [[None, Decimal(120)], [Decimal(5), Decimal(120)], [None, Decimal(120)]]


@pytest.mark.parametrize(
    ("revoke", "status"),
    [
        (lambda: RoleGrant.objects.filter(role="supplier").update(valid_from=DAY, valid_to=DAY), 403),
        (lambda: Person.objects.filter(username__startswith="selger").update(active=False), 302),
        (lambda: Session.objects.all().delete(), 302),
    ],
    ids=["role ended", "person no longer active", "session ended"],
)
def test_whoever_is_revoked_is_refused_at_the_next_save(
    world: World, revoke: Callable[[], object], status: int
) -> None:
    client = signed_in(world.suppliers[0][1])
    assert save(client, TYPED).status_code == 200
    kept = bytes(TenderDraft.objects.get().sealed)
    revoke()
    assert save(client, {**TYPED, "a:maate": "Etterpå"}).status_code == status
    assert deliver(client).status_code == status
    assert bytes(TenderDraft.objects.get().sealed) == kept and not Tender.objects.exists()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a:x", "p:l:1", "t:l", "lots", "k:1:lot", "b"]),
            st.text('aæ"\\\n\x00\u2028\N{GRINNING FACE} ', max_size=9),
        )
    )
)
def test_what_the_script_sent_reads_as_what_was_typed(pairs: list[tuple[str, str]]) -> None:
    for body in (json.dumps(pairs).encode(), json.dumps(pairs, ensure_ascii=False, indent=1).encode()):
        assert typed.read(typed.as_kept(body)) == typed.drafted(pairs)
        assert typed.read(typed.as_kept(b" " + body)) == typed.drafted(pairs)


@pytest.mark.parametrize(
    "body",
    [b" ", b"{", b'"a"', b"[1]", b"3", b'[["a:x", "\\ud800"]]', b'[["a:x", "\xed\xa0\x80"]]', b"\xff\xfe[", b"[" * 99],
    ids=["nothing", "broken", "text", "numbers", "number", "half a pair", "half a pair raw", "no UTF-8", "nested"],
)
def test_what_is_no_form_is_refused_and_the_draft_stands(world: World, body: bytes) -> None:
    client = signed_in(world.suppliers[0][1])
    save(client, TYPED)
    headers = {"Accept": "application/json"}
    sent = client.post(f"{ADDRESS}/tilbud", body, content_type="application/json", headers=headers)
    assert sent.status_code == 422
    assert drafts.read(TenderDraft.objects.get()).answers["maate"] == worlds.SECRET_ANSWER


def test_what_is_larger_than_a_form_can_be_is_refused() -> None:
    with pytest.raises(BadInput) as large:
        typed.as_kept(json.dumps([["a:x", "x" * (typed.LARGEST + 1)]]).encode())
    assert large.value.problems[0].code == "too_large"


def test_older_drafts_and_tenders_are_read() -> None:
    """They were packed by zlib, and a draft was kept as an object."""
    key, pair, content = b"k" * 32, sealing.new_key(), Draft(answers={"x": "blåbær"}).as_bytes()
    assert sealing.unpack(sealing.box(zlib.compress(content), key), key) == content
    assert typed.read(content).answers == {"x": "blåbær"}
    assert sealing.unseal_packed(sealing.seal(zlib.compress(content), pair.recipient), pair.secret) == content
    packed = sealing.seal_packed(content * 50, pair.recipient)
    assert sealing.unseal_packed(packed, pair.secret) == content * 50 and len(packed) < len(content) * 10
    broken = sealing.unseal(packed, pair.secret)[:-9]
    for wrong in (broken, b"", b"tull"):
        with pytest.raises(sealing.SealError):
            sealing.unseal_packed(sealing.seal(wrong, pair.recipient), pair.secret)

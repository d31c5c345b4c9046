"""From draft to opening: what counts, what is refused, and what an opening finds."""

from __future__ import annotations

import dataclasses
import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fellestorg.competitions.models import Competition, TeamMember
from fellestorg.competitions.tenders import drafts, keys, opened_rows, opening, papers, queries, sealing, submitting
from fellestorg.competitions.tenders.content import Draft
from fellestorg.competitions.tenders.models import OpenedPrice, OpenedQuality, Opening, OpeningHalf, OpeningKey, Tender
from fellestorg.competitions.tenders.tests import world as worlds
from fellestorg.competitions.tenders.tests.world import World
from fellestorg.kernel import audit, clock, events
from fellestorg.kernel.actors import SYSTEM
from fellestorg.kernel.models import Event, Mail
from fellestorg.values import BadInput, Refused


@pytest.fixture
def world(db: None) -> World:
    return worlds.make()


def test_a_tender_goes_from_draft_to_opened_with_prices_apart(world: World) -> None:
    delivered = world.deliver()
    assert queries.opened(world.competition) == []
    world.open()
    (opened,) = queries.opened(world.competition)
    assert opened.answers == {"maate": worlds.SECRET_ANSWER, "dager": "14"}
    assert (opened.lots, opened.sha256) == (("puter",), delivered.tender.sha256)
    prices = queries.opened_prices(world.competition)
    assert prices == {opened.id: {"puter": {"pute": Decimal("48371.25"), "trekk": Decimal("99.5")}}}
    opened_by = Opening.objects.get()
    assert [opened_by.first, opened_by.second] == world.openers
    assert world.competition.stage == "opened" and not OpeningHalf.objects.exists()
    assert "48371" not in str(OpenedQuality.objects.get().content)
    assert papers.opening_protocol(opened_by, "nb").startswith(b"%PDF-")
    assert audit.verify(events.seal()).faults == ()


@pytest.mark.parametrize(
    "receipt", ["T-1", '"quality": ""', '"price": "', "æ\\\\x\t\u2028"], ids=["plain", "quality", "price", "odd"]
)
def test_a_tender_is_written_with_the_digest_that_the_database_gives_its_row(
    world: World, monkeypatch: pytest.MonkeyPatch, receipt: str
) -> None:
    monkeypatch.setattr(submitting, "_receipt", lambda: receipt)
    written = world.deliver().tender
    read = Tender.objects.get()
    assert read.receipt == receipt
    assert events.row_digests([written]) == events.row_digests([read])


def test_nothing_is_opened_by_one_by_a_stranger_too_early_or_twice(world: World) -> None:
    world.deliver()
    with pytest.raises(Refused) as early:
        world.give(0)
    assert early.value.code == "before_the_deadline"
    world.close()
    stranger = sealing.new_key().secret
    with pytest.raises(Refused) as wrong:
        world.give(0, stranger)
    assert wrong.value.code == "wrong_key"
    with pytest.raises(Refused) as borrowed:
        world.give(0, world.secrets[1])
    assert borrowed.value.code == "wrong_key"
    assert world.give(0).opening is None
    with pytest.raises(Refused) as again:
        world.give(0)
    assert again.value.code == "same_opener"
    with pytest.raises(Refused) as both:
        world.give(0, world.escrow)
    assert both.value.code == "same_opener"
    assert not OpenedQuality.objects.exists() and world.competition.stage == "published"
    TeamMember.objects.filter(person=world.openers[1]).update(stepped_back_at=clock.now())
    with pytest.raises(Refused) as left:
        world.give(1)
    assert left.value.code == "not_on_the_team"


def test_what_the_first_opener_leaves_is_readable_to_neither_alone(world: World) -> None:
    world.deliver()
    world.close()
    world.give(0)
    half = OpeningHalf.objects.get(inner__person=world.openers[1])
    with pytest.raises(sealing.SealError):
        sealing.unseal(bytes(half.sealed), world.secrets[0])
    for envelope in world.competition.lock.envelopes.all():
        with pytest.raises(sealing.SealError):
            sealing.unseal(sealing.unseal(bytes(envelope.sealed), world.secrets[0]), world.secrets[0])


@pytest.mark.parametrize("lost", [0, 1])
def test_a_lost_key_is_replaced_by_the_one_in_escrow_whichever_comes_first(world: World, lost: int) -> None:
    world.deliver()
    world.close()
    world.give(lost, world.escrow)
    assert world.give(1 - lost).opening is not None
    assert len(queries.opened(world.competition)) == 1


def test_a_third_opener_may_come_in_place_of_either(db: None) -> None:
    world = worlds.make(openers=3)
    assert world.competition.lock.envelopes.count() == 12  # ordered pairs of three openers and one in escrow
    world.deliver()
    world.close()
    world.give(2)
    assert world.give(0).opening is not None


def test_a_tampered_tender_is_found_at_the_opening_and_named(world: World) -> None:
    changed, swapped = world.deliver(0).tender, world.deliver(1).tender
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE competitions_tender DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE competitions_tender SET price = set_byte(price, 260, get_byte(price, 260) # 1) WHERE id = %s",
            [changed.pk],
        )
        cursor.execute("UPDATE competitions_tender SET sha256 = %s WHERE id = %s", ["0" * 64, swapped.pk])
        cursor.execute("ALTER TABLE competitions_tender ENABLE TRIGGER USER")
    world.open()
    found = {row.tender.receipt: row.fault for row in queries.faults(world.competition)}
    assert found == {changed.receipt: "cannot_be_decrypted", swapped.receipt: "hash_differs"}
    assert queries.opened(world.competition) == []
    assert Event.objects.get(verb="competition_open").payload["faults"] == found
    assert audit.verify(events.seal()).faults != ()


def test_a_replaced_tender_and_a_withdrawn_one_are_not_opened(world: World) -> None:
    world.deliver(0)
    supplier, person = world.suppliers[0]
    drafts.start_over(world.competition, supplier, person=person, now=clock.now())
    second = world.deliver(0, worlds.filled(answer="Bedre"))
    world.deliver(1)
    submitting.withdraw(world.competition, *world.suppliers[1][:1], person=world.suppliers[1][1], now=clock.now())
    assert submitting.standing(world.competition, world.suppliers[1][0]) is None
    world.open()
    (opened,) = queries.opened(world.competition)
    assert opened.answers["maate"] == "Bedre" and opened.sha256 == second.tender.sha256
    assert second.tender.version == 2


def test_what_is_late_is_refused_by_the_database_itself(world: World) -> None:
    """Whatever the program believes of the time: the row is stamped and judged by the statement that writes it."""
    supplier, person = world.suppliers[0]
    before = clock.now() - timedelta(hours=1)
    drafts.save(world.competition, supplier, worlds.filled(), person=person, now=before)
    world.close()
    Competition.objects.filter(pk=world.competition.pk).update(tenders_until=clock.now() - timedelta(microseconds=1))
    stale = dataclasses.replace(world).competition
    stale.tenders_until = clock.now() + timedelta(hours=1)
    with pytest.raises(Refused) as refused:
        submitting.submit(stale, supplier, world.form, {}, person=person, now=before)
    assert refused.value.code == "deadline_passed"
    assert not Tender.objects.exists() and not Mail.objects.exists()
    assert drafts.find(world.competition, supplier).locked is False  # type: ignore[union-attr]
    with pytest.raises(IntegrityError), transaction.atomic():
        Tender.objects.create(
            competition=world.competition, supplier=supplier, version=1, receipt="T", sha256="", quality=b"", price=b"",
            received_at=before, submitted_by=person,
        )  # fmt: skip


def test_neither_log_nor_mail_says_who_tenders_or_what(world: World) -> None:
    world.deliver()
    event = Event.objects.get(verb="tender_received")
    supplier, person = world.suppliers[0]
    told = f"{event.actor} {event.actor_name} {event.payload}"
    assert supplier.name not in told and supplier.number not in told and person.key not in told
    mail = Mail.objects.get()
    assert mail.recipient == person.email and Tender.objects.get().receipt in mail.subject
    assert worlds.SECRET_PRICE not in mail.body and worlds.SECRET_ANSWER not in mail.body


def test_two_with_the_same_answers_have_different_hashes(world: World) -> None:
    """The hash stands open: without a salt a price could be guessed from it."""
    assert world.deliver(0).tender.sha256 != world.deliver(1).tender.sha256


def test_everything_that_is_missing_is_told_at_once(world: World) -> None:
    draft = Draft((), {"dager": "mange"}, {"puter": {"trekk": "130"}}, {"puter": {"trekk": "1300"}}, {"puter": "1200"})
    with pytest.raises(BadInput) as wrong:
        world.deliver(0, draft)
    assert {(one.where, one.code) for one in wrong.value.problems} == {
        ("a:maate", "required"),
        ("a:dager", "not_a_decimal"),
        ("p:puter:pute", "required"),
        ("p:puter:trekk", "above_ceiling"),
        ("t:puter", "total_differs"),
    }
    assert not Tender.objects.exists()


@pytest.mark.parametrize(
    ("undo", "reason"),
    [
        (lambda: TeamMember.objects.all()[0].delete(), "two_openers_needed"),
        (lambda: OpeningKey.objects.filter(person__username="apner-1").update(confirmed_at=None), "opener_without_key"),
        (lambda: OpeningKey.objects.filter(person=None).update(retired_at=clock.now()), "no_escrow_key"),
    ],
    ids=["one opener", "no key", "no escrow"],
)
def test_a_competition_gets_no_lock_before_its_keys_are_ready(db: None, undo, reason: str) -> None:  # type: ignore[no-untyped-def]
    world = worlds.make(locked=False)
    assert keys.opening_keys_ready(world.competition, clock.now()).allowed
    undo()
    assert keys.opening_keys_ready(world.competition, clock.now()).reason == reason
    with pytest.raises(Refused), transaction.atomic():
        keys.lock(world.competition, SYSTEM, clock.now())


def test_a_key_counts_once_it_has_been_unlocked_with_its_passphrase(world: World) -> None:
    person, now = world.openers[0], clock.now()
    older = keys.key_of(person)
    with pytest.raises(BadInput):
        keys.make_key(person, "for kort", actor=SYSTEM, now=now)
    file = keys.make_key(person, "en lang setning om vær", actor=SYSTEM, now=now)
    assert b"AGE-SECRET" not in file and keys.key_of(person) == older
    with pytest.raises(Refused) as wrong:
        keys.confirm_key(person, world.secrets[1].encode(), "", actor=SYSTEM, now=now)
    assert wrong.value.code == "wrong_key"
    keys.confirm_key(person, file, "en lang setning om vær", actor=SYSTEM, now=now)
    assert keys.key_of(person) != older
    # The lock was made for the older one, which still opens it.
    world.deliver()
    world.open()
    assert opening.two_openers(world.competition, Opening.objects.get().opened_at).allowed


def test_many_tenders_are_opened_in_stretches_with_the_digests_that_the_database_gives_their_rows(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = worlds.make(suppliers=3)
    monkeypatch.setattr(opening, "_AT_ONCE", 2)
    odd = '"content": "" \\ \t\u2028 æ'
    receipts = [world.deliver(number, worlds.filled(answer=f"{odd} {number}")).tender.receipt for number in (0, 1, 2)]
    world.open()
    rows = [*OpenedQuality.objects.all(), *OpenedPrice.objects.all()]
    event = Event.objects.filter(verb="competition_open").get()
    assert event.payload["receipts"] == receipts
    covered = {(table, key): digest for table, key, digest in event.covers}
    assert events.row_digests(rows).items() <= covered.items() and len(covered) == 1 + 2 * 3
    assert {one.answers["maate"] for one in queries.opened(world.competition)} == {f"{odd} {n}" for n in (0, 1, 2)}
    assert audit.verify(events.seal()).faults == ()


_SAID = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text('abæ"\\\n', max_size=3), inner),
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(value=_SAID)
def test_what_a_tender_says_is_written_as_the_database_writes_it(db: None, value: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonb::text", [json.dumps(value)])
        assert cursor.fetchone() == (opened_rows.jsonb_text(value),)


def test_a_fraction_in_a_tender_is_opened_and_the_database_is_asked_for_the_digest(world: World) -> None:
    tender, now = world.deliver().tender, clock.now()
    rows = {"first": world.openers[0], "second": world.openers[1]}
    first, second = OpeningKey.objects.order_by("pk")[:2]
    made = Opening.objects.create(
        competition=world.competition, opened_at=now, first_at=now, first_key=first, second_key=second, **rows
    )
    row = OpenedQuality(tender=tender, opening=made, content={"share": 0.5})
    opened_rows.write([row])
    assert not hasattr(row, "row_digest") and OpenedQuality.objects.get().content == {"share": 0.5}

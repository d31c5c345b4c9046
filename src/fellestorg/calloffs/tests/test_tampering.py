"""Whoever owns the database can switch the triggers off and write what they like. ``audit verify``, given the last root
head somebody kept elsewhere, finds it: in every protected table, in every column."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from fellestorg.agreements.models import Lot, PolicyVersion
from fellestorg.calloffs.models import CustodyStep, ReuseRoutine, ReuseSettlement, RoutineDecision, UnitCount
from fellestorg.calloffs.tests import paper_case
from fellestorg.catalogues.models import CurrencyAdjustment, PriceRegulation
from fellestorg.competitions.tests import protected
from fellestorg.kernel import audit, clock, events, files
from fellestorg.kernel.actors import SYSTEM
from fellestorg.kernel.events import Happening, RootHead, event_hash, seal_hash
from fellestorg.kernel.models import Event, EventStream, RootSeal
from fellestorg.marketplace.tests import protected as market
from fellestorg.travel.models import BreachAnswer, Hotel, HotelPlace, RateBreach, TravelTerms

CHAIN = ("kernel_event", "kernel_rootseal")
TABLES = (
    "agreements_ceilingentry",
    "agreements_policyversion",
    "calloffs_custodystep",
    "calloffs_reuseroutine",
    "calloffs_reusesettlement",
    "calloffs_routinedecision",
    "calloffs_unitcount",
    "catalogues_currencyadjustment",
    "catalogues_priceregulation",
    *protected.TABLES,
    "kernel_decisionrecord",
    "kernel_storedfile",
    *market.TABLES,
    "travel_breachanswer",
    "travel_ratebreach",
    "travel_travelterms",
)
# Another value of each type of column.
OTHER = {
    "text": "CASE WHEN {0} LIKE 'x%' THEN 'y' ELSE 'x' END || substr(coalesce({0}, ''), 2)",
    "character varying": "CASE WHEN {0} LIKE 'x%' THEN 'y' ELSE 'x' END || substr(coalesce({0}, ''), 2)",
    "numeric": "coalesce({0}, 0) + 1",
    "smallint": "coalesce({0}, 0) + 1",
    "integer": "coalesce({0}, 0) + 1",
    "bigint": "coalesce({0}, 0) + 1000000",
    "boolean": "NOT {0}",
    "jsonb": """CASE WHEN {0} = '{{"x": 1}}' THEN '{{}}' ELSE '{{"x": 1}}' END::jsonb""",
    "ARRAY": "array_append({0}, 'x')",
    "ARRAY of uuid": "array_append({0}, gen_random_uuid())",
    "uuid": "gen_random_uuid()",
    "bytea": "{0} || 'x'::bytea",
    "date": "coalesce({0}, '2000-01-01') + 1",
    "timestamp with time zone": "{0} + interval '1 microsecond'",
}


@pytest.fixture
def head(db: None, settings: Any, tmp_path: Path) -> RootHead:
    """Two call-offs with everything they left behind, sealed; the triggers are off from here on."""
    settings.DATA_DIR = tmp_path
    lot = paper_case.lot()
    second = PolicyVersion.objects.create(lot=lot, version=2, document=paper_case.RANK, valid_from=date(2098, 1, 1))
    events.record(Happening(f"lot:{lot}", "policy_set", f"lot:{lot}", SYSTEM, clock.now(), covers=(second,)))
    regulated = [_regulation(lot, year) for year in (2023, 2024)]
    events.record(Happening(f"lot:{lot}", "prices_regulated", f"lot:{lot}", SYSTEM, clock.now(), covers=regulated))
    adjusted = [_adjustment(lot, year) for year in (2023, 2024)]
    events.record(Happening(f"lot:{lot}", "prices_adjusted", f"lot:{lot}", SYSTEM, clock.now(), covers=adjusted))
    stayed = _stays(lot)
    events.record(Happening(f"lot:{lot}", "rate_breach_reported", f"lot:{lot}", SYSTEM, clock.now(), covers=stayed))
    counted = [_unit_count(lot, number) for number in (100, 200)]
    events.record(Happening(f"lot:{lot}", "units_counted", f"lot:{lot}", SYSTEM, clock.now(), covers=counted))
    settled = [_settlement(lot, reference) for reference in ("1", "2")]
    events.record(Happening(f"lot:{lot}", "reuse_settled", f"lot:{lot}", SYSTEM, clock.now(), covers=settled))
    kept = _reuse_kept(lot)
    events.record(Happening(f"lot:{lot}", "custody_registered", f"lot:{lot}", SYSTEM, clock.now(), covers=kept))
    competing = protected.protected_rows(lot.agreement.owner, clock.now())
    events.record(Happening(f"lot:{lot}", "competition_changed", f"lot:{lot}", SYSTEM, clock.now(), covers=competing))
    presented = market.protected_rows(lot.agreement.owner, clock.now())
    events.record(Happening(f"lot:{lot}", "listing_withdrawn", f"lot:{lot}", SYSTEM, clock.now(), covers=presented))
    for request in ("r1", "r2"):
        events.seal()
        call_off = paper_case.call_off(lot, {"PAP-A4": "40"}, request=request)
        files.store(call_off.subject, "protocol", "a.pdf", "application/pdf", b"%PDF", at=clock.now(), actor=SYSTEM,
                    stream=f"lot:{lot}")  # fmt: skip
    kept = events.seal()
    assert audit.verify(kept).faults == ()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
    return kept


def _regulation(lot: Lot, year: int) -> PriceRegulation:
    return PriceRegulation.objects.create(
        lot=lot, year=year, takes_effect=date(year, 3, 1), series="KPI", base_month=date(year - 1, 1, 1),
        base_value=Decimal(100), month=date(year, 1, 1), value=Decimal(104), index_source="demodata",
        index_verified=False, capped=False, factor=Decimal("1.04"), price_decimals=2, clause_source="demodata",
        proposed_by="A", approved_by="B", noticed_at=clock.now(),
    )  # fmt: skip


def _adjustment(lot: Lot, year: int) -> CurrencyAdjustment:
    return CurrencyAdjustment.objects.create(
        lot=lot, takes_effect=date(year, 3, 1), currency="USD", base_day=date(year - 1, 1, 2), base_rate=Decimal(10),
        day=date(year, 1, 2), rate=Decimal(11), rate_source="demodata", share=Decimal("0.6"), threshold=Decimal("0.05"),
        factor=Decimal("1.06"), effect=Decimal(1), clause_source="demodata", reason="r", proposed_by="A",
        approved_by="B", noticed_at=clock.now(),
    )  # fmt: skip


def _unit_count(lot: Lot, units: int) -> UnitCount:
    return UnitCount.objects.create(
        lot=lot, supplier=lot.positions.first().supplier, counted_on=date(2023, 1, 31), units=units, source="demodata",
        registered_by="A", registered_at=clock.now(),
    )  # fmt: skip


def _settlement(lot: Lot, reference: str) -> ReuseSettlement:
    supplier, day = lot.positions.first().supplier, date(2023, 1, 31)
    return ReuseSettlement.objects.create(
        lot=lot, agency=supplier, supplier=supplier, reference=reference, kind="pc", picked_up_on=day, wiped_on=day,
        settled_on=day, certificate="demodata", received=2, wiped=2, resold=1, recycled=1, fees=Decimal(10),
        resale=Decimal(100), return_rate=Decimal("0.6"), paid_back=Decimal(60), co2e_kg=Decimal(95),
        factor_version="2017-01-01", registered_by="A", registered_at=clock.now(),
    )  # fmt: skip


def _reuse_kept(lot: Lot) -> list[Model]:
    """Two of each of what reuse keeps besides settlements: routines, what was decided of them, and steps of custody."""
    body, at = lot.positions.first().supplier, clock.now()
    made: list[Model] = []
    for number in (1, 2):
        routine = ReuseRoutine.objects.create(
            agreement=lot.agreement, agency=body, version=number, owner_role="approver", text="t", proposed_by_key="k",
            proposed_by="A", proposed_at=at,
        )  # fmt: skip
        decision = RoutineDecision.objects.create(
            routine=routine, kind="confirmed", day=date(2023, 1, number), by_key="k", by="B", at=at
        )
        step = CustodyStep.objects.create(
            lot=lot, agency=body, supplier=body, reference=f"r{number}", step="collected", happened_at=at,
            role="employee", place="p", units=number, registered_by_key="k", registered_by="A", registered_at=at,
        )  # fmt: skip
        made += [routine, decision, step]
    return made


def _do(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        assert cursor.rowcount != 0, statement


def _stays(lot: Lot) -> list[Model]:
    """Two of each of what travel keeps for good: terms, reports of refused rates, and the hotel's answers."""
    body, at = lot.agreement.owner, clock.now()
    place = HotelPlace.objects.create(lot=lot, key="bodo", name="Bodø", points=[])
    hotel = Hotel.objects.create(place=place, supplier=body, key="h", name="H", latitude=67, longitude=14)
    made: list[Model] = []
    for day in (date(2098, 1, 1), date(2098, 2, 1)):
        made.append(TravelTerms.objects.create(lot=lot, kind="stay", valid_from=day, document={}, source="Prøve"))
        breach = RateBreach.objects.create(
            hotel=hotel, agency=body, room="standard", code="lra_broken", arrival=day, nights=1, asked_on=day, agreed=1,
            offered=2, note="n", reported_by_key="k", reported_by="b", reported_at=at,
        )  # fmt: skip
        reply = BreachAnswer.objects.create(
            breach=breach, outcome="corrected", text="t", answered_by_key="k", answered_by="b", answered_at=at
        )
        made += [breach, reply]
    return made


def _key(table: str) -> str:
    return next(model._meta.pk.column for model in apps.get_models() if model._meta.db_table == table)


def _columns(table: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, CASE WHEN udt_name = '_uuid' THEN 'ARRAY of uuid' ELSE data_type END "
            "FROM information_schema.columns "
            "WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
            [table],
        )
        return cursor.fetchall()


def test_these_are_all_the_protected_tables() -> None:
    assert audit.protected_tables() == TABLES


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _tables_with_faults(head: RootHead) -> set[str]:
    return {fault.table for fault in audit.verify(head).faults}


def _altered(table: str, column: str, kind: str) -> bool:
    """Whether the table's own constraints allow it: what they refuse is not there to be found."""
    key = _key(table)
    with suppress(IntegrityError), transaction.atomic():
        _do(
            f"UPDATE {table} SET {column} = {OTHER[kind].format(column)} "
            f"WHERE {key}::text = (SELECT min({key}::text) FROM {table})"
        )
        return True
    return False


def test_an_altered_column_is_found_whichever_it_is(head: RootHead) -> None:
    """A column of each table at a time: each must be found in its own table, whatever is altered in others."""
    columns = {table: _columns(table) for table in TABLES}
    unseen = []
    for place in range(max(map(len, columns.values()))):
        with _undone():
            altered = {
                table: given[place][0]
                for table, given in columns.items()
                if place < len(given) and _altered(table, *given[place])
            }
            found = _tables_with_faults(head)
            unseen += [f"{table}.{column}" for table, column in altered.items() if table not in found]
    for table in CHAIN:
        for column, kind in _columns(table):
            with _undone():
                if _altered(table, column, kind) and not audit.verify(head).faults:
                    unseen.append(f"{table}.{column}")
    # The log's own surrogate key says nothing: an event's place in the log is its stream and number there.
    assert unseen == ["kernel_event.id"]


def _is_found(change: Callable[[str], None], head: RootHead) -> None:
    """Done to every protected table, the change is found in each of them; done to a table of the chain, it is found."""
    with _undone():
        for table in TABLES:
            change(table)
        assert set(TABLES) - _tables_with_faults(head) == set()
    for table in CHAIN:
        with _undone():
            change(table)
            assert audit.verify(head).faults != (), table


@pytest.mark.parametrize("which", ["min", "max"])
def test_a_removed_row_is_found(which: str, head: RootHead) -> None:
    def remove(table: str) -> None:
        key = _key(table)
        _do(f"DELETE FROM {table} WHERE {key}::text = (SELECT {which}({key}::text) FROM {table})")

    _is_found(remove, head)


def test_an_inserted_row_is_found(head: RootHead) -> None:
    def insert(table: str) -> None:
        kinds = dict(_columns(table))
        new = {
            "id": "gen_random_uuid()" if kinds.get("id") == "uuid" else "id + 1000000",
            "seq": "seq + 1000000",
            "version": "version + 1000",
            "number": "number + 1000" if kinds.get("number") in ("smallint", "integer") else "number",
            "year": "year + 100",
            "name": "name || 'x'",
            "reference": "reference || 'x'",
            "breach_id": "breach_id + 1000000",
            "shortlist_id": "shortlist_id + 1000000",
            "valid_from": "valid_from + 1000000",
            "takes_effect": "takes_effect + 1000000",
            "receipt": "receipt || 'x'",
            "round": "round + 100",
            "inner_id": "inner_id + 1000000",
            "tender_id": "gen_random_uuid()",
            "decision_id": "gen_random_uuid()",
            "award_id": "award_id + 1000000",
        }
        new.setdefault(_key(table), "gen_random_uuid()")
        chosen, key = ", ".join(new.get(column, column) for column in kinds), _key(table)
        _do(
            f"INSERT INTO {table} ({', '.join(kinds)}) SELECT {chosen} FROM {table} "
            f"WHERE {key}::text = (SELECT min({key}::text) FROM {table})"
        )

    _is_found(insert, head)


def test_two_rows_that_change_places_are_found(head: RootHead) -> None:
    def exchange(table: str) -> None:
        key = "seq" if table == "kernel_event" else _key(table)
        where = " WHERE stream = 'lot:kontor/papir'" if table == "kernel_event" else ""
        with connection.cursor() as cursor:
            # Keys may be drawn, and rows that say the same may change places without anything being changed.
            cursor.execute(
                f"SELECT min({key}::text) FROM {table}{where} GROUP BY to_jsonb({table}) - '{key}' ORDER BY 1 LIMIT 2"
            )
            first, second = (value for (value,) in cursor.fetchall())
        free = "00000000-0000-0000-0000-000000000000" if "-" in first else "-1"
        for old, new in ((first, free), (second, first), (free, second)):
            _do(f"UPDATE {table} SET {key} = '{new}' WHERE {key} = '{old}'")

    _is_found(exchange, head)


def test_a_cut_tail_is_found_only_by_the_head_kept_outside(head: RootHead) -> None:
    """The newest events, and the links that sealed them, taken away so neatly that the database itself looks whole."""
    before = RootSeal.objects.order_by("-seq")[1]
    for stream, (seq, hash_) in RootSeal.objects.get(seq=head.seq).heads.items():
        earlier = [link.heads[stream] for link in RootSeal.objects.filter(seq__lt=head.seq) if stream in link.heads]
        kept_seq, kept_hash = max(earlier) if earlier else (0, "")
        assert kept_seq < seq and kept_hash != hash_
        for event in Event.objects.filter(stream=stream, seq__gt=kept_seq):
            for table, row, _ in event.covers:
                _do(f"DELETE FROM {table} WHERE {_key(table)}::text = %s", row)
        _do("DELETE FROM kernel_event WHERE stream = %s AND seq > %s", stream, kept_seq)
        EventStream.objects.filter(key=stream).update(head_seq=kept_seq, head_hash=kept_hash, sealed_seq=kept_seq)
    _do("DELETE FROM kernel_rootseal WHERE seq > %s", before.seq)
    assert audit.verify().faults == ()
    assert [fault.code for fault in audit.verify(head).faults] == ["head_not_found"]


def test_a_rewritten_history_is_found_only_by_the_head_kept_outside(head: RootHead) -> None:
    """An event is altered and every hash after it is computed anew, seals and all."""
    first = Event.objects.filter(verb="call_off_made").earliest("id")
    first.payload = {**first.payload, "contract_value": "1.00"}
    previous, heads = "", {}
    for event in Event.objects.filter(stream=first.stream).order_by("seq"):
        event = first if event.pk == first.pk else event
        event.prev_hash = previous or event.prev_hash
        event.hash = previous = event_hash(event)
        heads[event.seq] = event.hash
        event.save()
    EventStream.objects.filter(key=first.stream).update(head_hash=previous)
    previous = "0" * 64
    for link in RootSeal.objects.order_by("seq"):
        link.heads = {stream: [seq, heads[seq]] for stream, (seq, _) in link.heads.items()}
        link.prev_hash = previous
        link.hash = previous = seal_hash(link)
        link.save()
    assert audit.verify().faults == ()
    assert [fault.code for fault in audit.verify(head).faults] == ["head_not_found"]

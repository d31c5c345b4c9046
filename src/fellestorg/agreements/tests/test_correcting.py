"""Corrections add up: the kept sums equal a recomputation from the entries, alone and under races."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.agreements import ledger
from fellestorg.agreements.commands import ceiling
from fellestorg.agreements.ledger import Posting
from fellestorg.agreements.models import CeilingBalance, CeilingEntry, DrawBalance, Lot
from fellestorg.agreements.registering import actions as registering
from fellestorg.agreements.registering.correcting import correct
from fellestorg.agreements.registering.facts import Fact
from fellestorg.agreements.rules import Draw, Entry, post
from fellestorg.kernel import audit, clock, events
from fellestorg.kernel.actors import OPERATOR
from fellestorg.kernel.events import Happening
from fellestorg.organisations.models import Organisation
from fellestorg.values import BadInput, Refused

D = Decimal


@given(
    st.sampled_from(["actual", "opening"]),
    st.lists(st.tuples(st.booleans(), st.integers(0, 1000)), max_size=30),
)
def test_a_fact_is_what_was_registered_less_what_was_taken_back_and_never_below_nothing(kind, moves) -> None:
    draw, stands = Draw(), 0
    for adds, amount in moves:
        if adds:
            draw, stands = post(draw, Entry(kind, D(amount))), stands + amount
        elif amount > stands:
            with pytest.raises(ValueError, match="cannot correct"):
                post(draw, Entry("correct", D(amount)))
        else:
            draw, stands = post(draw, Entry("correct", D(amount))), stands - amount
        assert (draw.used, draw.reserved) == (stands, 0)


@pytest.mark.parametrize(
    "draw", [Draw(committed=D(5), actual=D(5)), Draw(actual=D(5), reserved=D(1)), Draw(D(5), D(1))]
)
def test_what_was_ordered_here_is_released_not_corrected(draw: Draw) -> None:
    with pytest.raises(ValueError, match="only a recorded fact"):
        post(draw, Entry("correct", D(1)))


def lot() -> Lot:
    return Lot.objects.select_related("agreement__owner", "agreement__manager").get(
        agreement__key="pc-utstyr", key="mac"
    )


def buyer() -> Organisation:
    return Organisation.objects.filter(kind="agency").order_by("id")[0]


def fact(reference: str, amount: int = 100) -> Fact:
    return Fact(lot(), "elsewhere", reference, D(amount), buyer(), date(2023, 10, 30), D(2))


def recomputed(of: Lot) -> tuple[Decimal, Decimal, Decimal]:
    """Used, reserved and quantity by the entries alone."""
    draws: dict[str, Draw] = {}
    quantity = D(0)
    for entry in CeilingEntry.objects.filter(lot=of).order_by("id"):
        before = draws.get(entry.reference, Draw())
        draws[entry.reference] = post(before, Entry(entry.kind, entry.amount, entry.of_reserve))
        quantity += entry.quantity
    return (
        sum((one.used for one in draws.values()), D(0)),
        sum((one.reserved for one in draws.values()), D(0)),
        quantity,
    )


def kept(of: Lot) -> tuple[Decimal, Decimal, Decimal]:
    row = CeilingBalance.objects.get(lot=of)
    return row.used, row.reserved, row.quantity_used


@pytest.mark.usefixtures("demo")
def test_the_sums_equal_the_entries_after_any_corrections() -> None:
    for number, taken in enumerate((None, D(1), D(99), D(100))):
        registering.register([fact(f"S-{number}")], actor=OPERATOR, now=clock.now())
        correct(lot(), "elsewhere", f"S-{number}", "feil i regnskapet", amount=taken, actor=OPERATOR, now=clock.now())
        assert kept(lot()) == recomputed(lot())
    registering.register_opening(lot(), D(50), "", reference="o", actor=OPERATOR, now=clock.now())
    correct(lot(), "opening", "o", "feil i regnskapet", amount=D(20), actor=OPERATOR, now=clock.now())
    assert kept(lot()) == recomputed(lot())
    assert DrawBalance.objects.get(reference="opening:o").committed == 30
    assert audit.verify().faults == ()


@pytest.mark.usefixtures("demo")
def test_the_database_itself_keeps_corrections_to_facts() -> None:
    one = CeilingEntry.objects.filter(kind="commit").first()
    assert one is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        CeilingEntry.objects.create(
            lot=one.lot, kind="correct", amount=1, reference=one.reference, at=one.at, used_after=0, reserved_after=0
        )


@pytest.mark.usefixtures("demo")
def test_the_command_takes_back_and_refuses_what_it_cannot(capsys: pytest.CaptureFixture[str]) -> None:
    registering.register([fact("C-1")], actor=OPERATOR, now=clock.now())
    words = ["correct", "pc-utstyr", "mac", "C-1", "--reason", "ført på feil avtale"]
    for bad in ([], ["--all", "--amount", "1"], ["--amount", "x"], ["--amount", "101"]):
        with pytest.raises(BadInput):
            ceiling([*words, *bad])
    assert ceiling([*words, "--amount", "40", "--json"]) == 0
    assert '"taken_back": "40.00"' in capsys.readouterr().out
    assert ceiling([*words, "--all"]) == 0
    with pytest.raises(Refused):
        ceiling([*words, "--all"])
    with pytest.raises(BadInput):
        ceiling(["correct", "pc-utstyr", "mac", "nope", "--all", "--reason", "ført på feil avtale"])


@pytest.mark.usefixtures("demo")
def test_the_command_previews_without_writing(capsys: pytest.CaptureFixture[str]) -> None:
    before = kept(lot())
    words = ["--agreement", "pc-utstyr", "--lot", "mac", "--reference", "P", "--buyer", buyer().number]
    assert ceiling(["register", *words, "--amount", "5", "--on", "2020-01-01", "--preview"]) == 0
    assert "FA-4" in capsys.readouterr().out and kept(lot()) == before


def together(*works: Callable[[], Any]) -> list[Any]:
    """Do things at once, each with a connection of its own; answers or errors, in order."""

    def one(work: Callable[[], Any]) -> Any:
        try:
            return work()
        except (BadInput, Refused) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def commit(number: int) -> None:
    of = lot()
    with transaction.atomic():
        balance, now = ledger.lock(of), clock.now()
        posted = ledger.write(of, balance, [Posting(Entry("commit", D(10)), f"race-{number}", now)])
        events.record(Happening(f"lot:{of}", "call_off_made", f"race-{number}", OPERATOR, now, {}, posted.entries))


def test_corrections_registrations_and_commits_at_once_add_up(own_database: Callable[..., str]) -> None:
    own_database(demo=True)
    registering.register([fact("R")], actor=OPERATOR, now=clock.now())
    before = kept(lot())[0]

    def take_back() -> Any:
        return correct(lot(), "elsewhere", "R", "ført to ganger", amount=D(60), actor=OPERATOR, now=clock.now())

    def anew() -> Any:
        return registering.register([fact("NEW", 7)], actor=OPERATOR, now=clock.now())

    answers = together(take_back, lambda: commit(1), anew, take_back, lambda: commit(2), anew)
    assert [isinstance(one, BadInput) for one in answers].count(True) == 2
    assert sum(isinstance(answers[at], BadInput) for at in (0, 3)) == 1
    assert sum(isinstance(answers[at], BadInput) for at in (2, 5)) == 1
    assert kept(lot())[0] == before - 60 + 7 + 20
    assert kept(lot()) == recomputed(lot())
    assert audit.verify().faults == ()

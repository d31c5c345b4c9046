"""Shopping lists are shared: two people at once, and a list that waits is given away once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from fellestorg.calloffs import shopping
from fellestorg.calloffs.models import ShoppingList
from fellestorg.calloffs.tests.world import agency_of, somebody
from fellestorg.kernel import clock
from fellestorg.kernel.models import Event
from fellestorg.organisations.models import Organisation
from fellestorg.values import BadInput, Refused


def saved(name: str = "Påfyll", *, waiting: bool = True) -> ShoppingList:
    actor, person = somebody("innkjoper")
    agency = Organisation.objects.get(number=agency_of("innkjoper"))
    return shopping.save(
        name, {"TON-LAS-01": Decimal(5)}, agency, waiting=waiting, actor=actor, person=person, now=clock.now()
    )


def at_once(*tasks: Callable[[], Any]) -> list[Any]:
    """What each of several tasks came to when they run at the same time, a connection each."""
    results: list[Any] = [None] * len(tasks)
    start = threading.Barrier(len(tasks))

    def run(index: int) -> None:
        try:
            start.wait(30)
            results[index] = tasks[index]()
        except (BadInput, Refused) as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(tasks))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def test_who_comes_first_gets_the_list_and_the_other_is_told_by_whom(own_database: Callable[..., str]) -> None:
    own_database(demo=True)
    made = saved()

    def taking(username: str) -> Callable[[], dict[str, Decimal]]:
        actor, person = somebody(username)
        return lambda: shopping.take(made, only_waiting=True, actor=actor, person=person, now=clock.now())

    results = at_once(taking("innkjoper"), taking("vikar"), taking("innkjoper"), taking("vikar"))
    got = [one for one in results if isinstance(one, dict)]
    refused = [one for one in results if isinstance(one, Refused)]
    assert got == [{"TON-LAS-01": Decimal(5)}] and len(refused) == 3
    fresh = ShoppingList.objects.select_related("taken_by").get()
    assert not fresh.waiting and fresh.taken_by is not None
    assert all(one.code == "already_taken" and fresh.taken_by.name in one.text for one in refused)
    assert Event.objects.filter(verb="shopping_list_taken").count() == 1


def test_deleting_merging_and_renaming_at_once_leaves_one_truth(own_database: Callable[..., str]) -> None:
    own_database(demo=True)
    made = saved()
    actor, person = somebody("innkjoper")
    results = at_once(
        lambda: shopping.delete(made, actor=actor, now=clock.now()),
        lambda: shopping.delete(made, actor=actor, now=clock.now()),
        lambda: shopping.take(made, only_waiting=True, actor=actor, person=person, now=clock.now()),
        lambda: shopping.rename(made, "Annet", actor=actor, now=clock.now()),
    )
    deleted = [one for one in results[:2] if one is None]
    assert len(deleted) == 1 and not ShoppingList.objects.exists()
    assert Event.objects.filter(verb="shopping_list_deleted").count() == 1
    assert all(one.code == "gone" for one in results if isinstance(one, Refused))


def test_two_lists_of_one_name_are_never_saved(own_database: Callable[..., str]) -> None:
    own_database(demo=True)
    results = at_once(*(lambda: saved("Påfyll") for _ in range(4)))
    assert ShoppingList.objects.count() == 1
    assert sum(isinstance(one, BadInput) for one in results) == 3


@pytest.mark.usefixtures("demo")
class TestOneAtATime:
    def test_a_list_that_does_not_wait_is_taken_by_as_many_as_want(self) -> None:
        made = saved(waiting=False)
        for username in ("innkjoper", "vikar"):
            actor, person = somebody(username)
            taken = shopping.take(made, only_waiting=False, actor=actor, person=person, now=clock.now())
            assert taken == {"TON-LAS-01": Decimal(5)}
        assert not Event.objects.filter(verb="shopping_list_taken").exists()

    def test_a_list_that_waits_again_has_been_taken_by_nobody(self) -> None:
        made = saved()
        actor, person = somebody("vikar")
        shopping.take(made, only_waiting=True, actor=actor, person=person, now=clock.now())
        fresh = shopping.wait(made, True, actor=actor, now=clock.now())
        assert fresh.waiting and fresh.taken_by is None

    def test_another_agency_neither_sees_nor_touches_it(self) -> None:
        made = saved()
        actor, person = somebody("innkjopar")
        assert not shopping.visible_to(actor).exists()
        with pytest.raises(Refused):
            shopping.take(made, only_waiting=False, actor=actor, person=person, now=clock.now())
        with pytest.raises(Refused):
            shopping.delete(made, actor=actor, now=clock.now())

    @pytest.mark.parametrize("quantities", [{}, {f"I{number}": Decimal(1) for number in range(501)}])
    def test_a_list_has_from_one_to_five_hundred_lines(self, quantities: dict[str, Decimal]) -> None:
        actor, person = somebody("innkjoper")
        agency = Organisation.objects.get(number=agency_of("innkjoper"))
        with pytest.raises(BadInput):
            shopping.save("X", quantities, agency, waiting=False, actor=actor, person=person, now=clock.now())

"""Shopping lists are shared: two people at once, and a list that waits is given away once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from fellestorg.calloffs.basket import lists as shopping
from fellestorg.calloffs.models import ShoppingList
from fellestorg.demo_data.seeded import invented_number
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor, Grant
from fellestorg.kernel.models import Event
from fellestorg.organisations.models import Organisation, Person
from fellestorg.values import BadInput, Refused

Buyer = tuple[Actor, Person]


def buyers() -> tuple[Organisation, Buyer, Buyer]:
    """An agency and two people who buy for it, in an empty database."""
    agency = Organisation.objects.create(number=invented_number(991), name="Demobyrået", kind="agency", fictional=True)
    made = []
    for name in ("Kari Kjøper", "Per Kjøper"):
        person = Person.objects.create(username=name.lower().replace(" ", "-"), name=name, email="x@example.org")
        made.append((Actor(person.key, name, (Grant("buyer", agency.number),)), person))
    return agency, made[0], made[1]


def saved(agency: Organisation, buyer: Buyer, name: str = "Påfyll", *, waiting: bool = True) -> ShoppingList:
    return shopping.save(
        name, {"TON-LAS-01": Decimal(5)}, agency, waiting=waiting, actor=buyer[0], person=buyer[1], now=clock.now()
    )


def take(made: ShoppingList, buyer: Buyer, *, only_waiting: bool = True) -> dict[str, Decimal]:
    return shopping.take(made, only_waiting=only_waiting, actor=buyer[0], person=buyer[1], now=clock.now())


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
    own_database()
    agency, first, second = buyers()
    made = saved(agency, first)
    results = at_once(*(lambda buyer=buyer: take(made, buyer) for buyer in (first, second, first, second)))
    refused = [one for one in results if isinstance(one, Refused)]
    assert [one for one in results if isinstance(one, dict)] == [{"TON-LAS-01": Decimal(5)}] and len(refused) == 3
    fresh = ShoppingList.objects.select_related("taken_by").get()
    assert not fresh.waiting and fresh.taken_by is not None
    assert all(one.code == "already_taken" and fresh.taken_by.name in one.text for one in refused)
    assert Event.objects.filter(verb="shopping_list_taken").count() == 1


def test_saving_deleting_merging_and_renaming_at_once_leaves_one_truth(own_database: Callable[..., str]) -> None:
    own_database()
    agency, first, second = buyers()
    results = at_once(*(lambda: saved(agency, first) for _ in range(4)))
    assert ShoppingList.objects.count() == 1 and sum(isinstance(one, BadInput) for one in results) == 3
    made = ShoppingList.objects.get()
    results = at_once(
        lambda: shopping.delete(made, actor=first[0], now=clock.now()),
        lambda: shopping.delete(made, actor=second[0], now=clock.now()),
        lambda: take(made, second),
        lambda: shopping.rename(made, "Annet", actor=first[0], now=clock.now()),
    )
    assert [one for one in results[:2] if one is None] == [None] and not ShoppingList.objects.exists()
    assert Event.objects.filter(verb="shopping_list_deleted").count() == 1
    assert all(one.code == "gone" for one in results if isinstance(one, Refused))


@pytest.mark.django_db
class TestOneAtATime:
    def test_a_list_that_does_not_wait_is_taken_by_as_many_as_want(self) -> None:
        agency, first, second = buyers()
        made = saved(agency, first, waiting=False)
        for buyer in (first, second):
            assert take(made, buyer, only_waiting=False) == {"TON-LAS-01": Decimal(5)}
        assert not Event.objects.filter(verb="shopping_list_taken").exists()

    def test_a_list_that_waits_again_has_been_taken_by_nobody(self) -> None:
        agency, first, second = buyers()
        made = saved(agency, first)
        take(made, second)
        fresh = shopping.wait(made, True, actor=second[0], now=clock.now())
        assert fresh.waiting and fresh.taken_by is None

    def test_another_agency_neither_sees_nor_touches_it(self) -> None:
        agency, first, second = buyers()
        made = saved(agency, first)
        stranger = Actor("person:0", "Ukjent", (Grant("buyer", invented_number(992)),))
        assert not shopping.visible_to(stranger).exists()
        with pytest.raises(Refused):
            take(made, (stranger, second[1]), only_waiting=False)
        with pytest.raises(Refused):
            shopping.delete(made, actor=stranger, now=clock.now())

    @pytest.mark.parametrize("quantities", [{}, {f"I{number}": Decimal(1) for number in range(501)}])
    def test_a_list_has_from_one_to_five_hundred_lines(self, quantities: dict[str, Decimal]) -> None:
        agency, (actor, person), _second = buyers()
        with pytest.raises(BadInput):
            shopping.save("X", quantities, agency, waiting=False, actor=actor, person=person, now=clock.now())

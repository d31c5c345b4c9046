"""Accounts when several come at once, each with a connection of its own: one link, one code, five tries."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pyotp
import pytest
from django.db import connection, transaction

from fellestorg.kernel import clock
from fellestorg.kernel.models import Installation
from fellestorg.organisations import accounts, tries
from fellestorg.organisations.first_administrator import FirstAdministrator, open_installation
from fellestorg.organisations.links import make_link, open_link
from fellestorg.organisations.models import Account, OneTimeLink, Person
from fellestorg.values import Refused

NUMBER, KEY, PASSWORD = "310000019", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "en lang setning om kaffe"


@pytest.fixture(autouse=True)
def _real(own_database: Callable[..., str]) -> None:
    own_database()
    Installation.objects.create(id=1, kind="real", clock_offset=timedelta(0))


def code() -> str:
    return pyotp.TOTP(KEY).at(int(clock.now().timestamp()))


def at_once(number: int, act: Callable[[int], None]) -> None:
    def run(index: int) -> None:
        try:
            act(index)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(number)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def test_several_who_use_one_link_become_one_administrator() -> None:
    now = clock.now()
    token = make_link(OneTimeLink.Purpose.FIRST_ADMINISTRATOR, None, now).rpartition("/")[2]
    link = open_link(token, now)
    assert link is not None
    answers: list[str] = []

    def use(index: int) -> None:
        name = f"kari{index}"
        given = FirstAdministrator(NUMBER, "Eier", name, f"{name}@eier.example", name, "nb")
        try:
            open_installation(link, given, "hashed", KEY, code(), now=now)
            answers.append("made")
        except Refused as refused:
            answers.append(refused.code)

    at_once(4, use)
    assert sorted(answers) == ["link_used", "link_used", "link_used", "made"]
    assert Person.objects.count() == 1


def test_several_who_use_one_code_sign_in_once() -> None:
    kari = Person.objects.create(username="kari", name="Kari", email="kari@eier.example")
    with transaction.atomic():
        accounts.open_account(kari, accounts.hashed(PASSWORD), KEY, code(), clock.now())
    Account.objects.update(code_step=0)
    now, given = clock.now(), code()
    found: list[bool] = []
    at_once(4, lambda _: found.append(accounts.authenticate("kari", PASSWORD, given, now=now).person is not None))
    assert sorted(found) == [False, False, False, True]


def test_all_of_them_get_five_tries_together() -> None:
    now, taken = clock.now(), list[bool]()
    at_once(6, lambda _: taken.extend(tries.take("kari", now) for _ in range(4)))
    assert taken.count(True) == tries.MOST

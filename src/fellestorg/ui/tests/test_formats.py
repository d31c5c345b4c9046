"""Figures, days and instants are written as people in each language write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.ui import formats
from fellestorg.ui.templatetags import ui
from fellestorg.values import Money, quote

LANGUAGES = ("nb", "nn", "en")

NUMBERS = [
    # value, places, nb and nn, en
    ("0", None, "0", "0"),
    ("1234567.5", None, "1 234 567,5", "1,234,567.5"),
    ("1234567.5", 2, "1 234 567,50", "1,234,567.50"),
    ("-1234.565", 2, "−1 234,57", "-1,234.57"),
    ("999.995", 2, "1 000,00", "1,000.00"),
    ("12.500", None, "12,5", "12.5"),
    ("-0.004", 2, "0,00", "0.00"),
    ("1E+3", None, "1 000", "1,000"),
    ("0.125", 0, "0", "0"),
    ("0.5", 0, "1", "1"),
]


@pytest.mark.parametrize(("value", "places", "norwegian", "english"), NUMBERS)
def test_a_number_is_grouped_and_rounded_half_up(value: str, places: int | None, norwegian: str, english: str) -> None:
    for code in ("nb", "nn"):
        assert formats.number(Decimal(value), places, code) == norwegian.replace(" ", formats.NBSP)
    assert formats.number(Decimal(value), places, "en") == english


MONEY = [
    ("1234567.5", 2, "NOK", "1 234 567,50 kr", "NOK 1,234,567.50"),
    ("1234567.5", 0, "NOK", "1 234 568 kr", "NOK 1,234,568"),
    ("-0.005", 2, "NOK", "−0,01 kr", "NOK -0.01"),
    ("99", 2, "EUR", "99,00 EUR", "EUR 99.00"),
]


@pytest.mark.parametrize(("amount", "places", "currency", "norwegian", "english"), MONEY)
def test_money_names_its_currency(amount: str, places: int, currency: str, norwegian: str, english: str) -> None:
    assert formats.money(amount, places, currency, "nb") == norwegian.replace(" ", formats.NBSP)
    assert formats.money(amount, places, currency, "nn") == norwegian.replace(" ", formats.NBSP)
    assert formats.money(amount, places, currency, "en") == english.replace(" ", formats.NBSP)


@pytest.mark.parametrize(
    ("part", "places", "norwegian", "english"),
    [("0.425", 0, "43 %", "43%"), ("0.425", 1, "42,5 %", "42.5%"), ("1.04", 0, "104 %", "104%"), ("0", 0, "0 %", "0%")],
)
def test_a_share_is_shown_in_per_cent(part: str, places: int, norwegian: str, english: str) -> None:
    assert formats.share(part, places, "nb") == norwegian.replace(" ", formats.NBSP)
    assert formats.share(part, places, "en") == english


DAYS = [
    ("long", "1. november 2023", "1. november 2023", "1 November 2023"),
    ("medium", "1. nov. 2023", "1. nov. 2023", "1 Nov 2023"),
    ("short", "01.11.2023", "01.11.2023", "01/11/2023"),
    ("month", "november 2023", "november 2023", "November 2023"),
    ("weekday", "onsdag 1. november 2023", "onsdag 1. november 2023", "Wednesday 1 November 2023"),
]


@pytest.mark.parametrize(("form", "nb", "nn", "en"), DAYS)
def test_a_day_is_written_in_its_language(form: str, nb: str, nn: str, en: str) -> None:
    for code, wanted in (("nb", nb), ("nn", nn), ("en", en)):
        assert formats.day(date(2023, 11, 1), form, code).replace(formats.NBSP, " ") == wanted
        assert formats.day("2023-11-01", form, code).replace(formats.NBSP, " ") == wanted


def test_nynorsk_has_its_own_weekdays() -> None:
    assert formats.day(date(2023, 11, 4), "weekday", "nn").startswith("laurdag")
    assert formats.day(date(2023, 11, 4), "weekday", "nb").startswith("lørdag")


@pytest.mark.parametrize(
    ("moment", "nb", "en"),
    [
        (datetime(2023, 11, 1, 13, 30, tzinfo=UTC), "1. november 2023 kl. 14:30", "1 November 2023 at 14:30"),
        (datetime(2023, 7, 1, 22, 5, tzinfo=UTC), "2. juli 2023 kl. 00:05", "2 July 2023 at 00:05"),
    ],
)
def test_an_instant_is_shown_on_the_clock_of_norway(moment: datetime, nb: str, en: str) -> None:
    assert formats.instant(moment, code="nb").replace(formats.NBSP, " ") == nb
    assert formats.instant(moment.isoformat(), code="en").replace(formats.NBSP, " ") == en


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        formats.instant(datetime(2023, 11, 1, 12))  # noqa: DTZ001


def test_filters_follow_the_active_language_and_show_a_dash_for_nothing() -> None:
    with translation.override("en"):
        assert ui.kroner(Money(Decimal("10"))) == f"NOK{formats.NBSP}10.00"
    with translation.override("nn"):
        assert ui.kroner("10", 0) == f"10{formats.NBSP}kr"
    for show in (ui.kroner, ui.number, ui.share, ui.day, ui.instant):
        assert show(None) == show("") == "–"
    assert ui.kroner(Decimal(0)) != "–"


@pytest.mark.parametrize(
    ("value", "nb"),
    [
        (Money(Decimal("1250")), "1 250,00 kr"),
        (Decimal("1250.50"), "1 250,5"),
        (1250, "1 250"),
        (date(2023, 11, 1), "1. november 2023"),
        (datetime(2023, 11, 1, 12, tzinfo=UTC), "1. november 2023 kl. 13:00"),
        ("1250", "1250"),
        (True, True),
        (None, "–"),
        ("", "–"),
    ],
)
def test_any_value_is_shown_by_its_kind(value: object, nb: object) -> None:
    shown = ui.shown(value)
    assert (shown.replace(formats.NBSP, " ") if isinstance(shown, str) else shown) == nb


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4), st.sampled_from(LANGUAGES))
@settings(deadline=None)
def test_what_is_shown_reads_back_as_the_rounded_amount(amount: Decimal, code: str) -> None:
    sign = formats.symbols(code)
    shown = formats.number(amount, 2, code)
    assert " " not in shown
    read = Decimal(shown.replace(sign.group, "").replace(sign.point, ".").replace(sign.minus, "-"))
    assert read == quote(amount)


@settings(deadline=None)
@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), st.sampled_from(LANGUAGES))  # noqa: DTZ001
def test_an_instant_and_its_day_agree(naive: datetime, code: str) -> None:
    moment = naive.replace(tzinfo=UTC)
    assert formats.instant(moment, code=code).startswith(formats.day(moment, code=code))
    assert formats.day(moment, "short", code) in {
        formats.day((moment + timedelta(hours=h)).date(), "short", code) for h in (1, 2)
    }

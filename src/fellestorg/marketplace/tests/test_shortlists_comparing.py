"""Services side by side: the same questions to all, in one order, and nothing shown that a reader may not see."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from fellestorg.kernel import clock
from fellestorg.kernel.models import Installation
from fellestorg.kernel.workbooks import workbook_sheets
from fellestorg.marketplace.listings import queries
from fellestorg.marketplace.listings.answers import Given
from fellestorg.marketplace.listings.models import ListingVersion
from fellestorg.marketplace.search import indexing
from fellestorg.marketplace.shortlists.comparing import MOST, compare
from fellestorg.marketplace.tests import listings_world as world
from fellestorg.marketplace.tests.shortlists_world import published

pytestmark = pytest.mark.usefixtures("db")
SIDE = "/skytjenester/sammenlign"


@pytest.fixture
def keys(db: None) -> list[str]:
    """Two storage services that differ in one answer, on the demo's day."""
    Installation.objects.create(id=1, kind="demo", clock_offset=timedelta(0))
    clock.set_demo_clock(world.NOW)
    firm = world.firm()
    first = world.published(firm, *world.member(firm), "Alfalager", availability=Given("99,9"))
    return [one.listing.key for one in (first, *published(first, ["Betalager"], availability="99.5"))]


def advice() -> str:
    """A service of another category, by the same firm."""
    firm = queries.published_rows()[0].listing.firm
    return world.published(firm, *world.member(firm, username="to"), "Gammaråd", category="advisory").listing.key


def seen(keys: list[str], actor: Any = world.BUYER) -> list[queries.Published]:
    return queries.published(actor, world.NOW.date(), keys=keys)


def read(keys: list[str], **more: Any) -> Any:
    pairs = [("tjeneste", key) for key in keys] + list(more.items())
    return Client().get(f"{SIDE}?{urlencode(pairs, doseq=True)}")


def test_of_one_category_every_question_is_shared_and_differences_are_found(keys: list[str]) -> None:
    table = compare(seen(keys[:2]))
    assert not table.unshared
    assert [row.key for group in table.groups for row in group.rows if row.differs] == ["availability"]
    only = compare(seen(keys[:2]), only_differences=True)
    assert [row.key for group in only.groups for row in group.rows] == ["availability"]
    assert only.alike == len(table.shared) - 1


def test_across_categories_only_what_all_are_asked_is_compared(keys: list[str]) -> None:
    both = [keys[0], advice()]
    table = compare(seen(both))
    shared = {row.key for group in table.groups for row in group.rows}
    assert shared == {one.key for one in table.shared} and "terms_document" in shared
    apart = {one.label: one.categories for one in table.unshared}
    assert apart and all(len(categories) == 1 for categories in apart.values())
    assert {one for categories in apart.values() for one in categories} == {"Lagring", "Rådgivning om sky"}
    chosen = compare(seen(both), ["terms_document"])
    assert [row.key for group in chosen.groups for row in group.rows] == ["terms_document"] and not chosen.unshared


def test_prices_stand_in_the_unit_they_are_compared_in(keys: list[str]) -> None:
    first, second = _rows(keys[:2])
    line = {
        "title": "Stort",
        "unit": "tb_month",
        "amount": "100",
        "from_quantity": "5",
        "note": "",
        "buyers_only": False,
    }
    second.prices = [line]
    table = compare([queries.as_seen(row, world.BUYER, world.NOW.date()) for row in (first, second)])
    (row,) = table.prices
    assert row.prices[0][0].amount == Decimal("0.25")
    assert row.prices[1][0].amount == Decimal("0.1") and row.prices[1][0].note == "Stort fra og med antall 5"


def test_the_page_shows_what_each_answer_rests_on_in_the_order_of_names(keys: list[str]) -> None:
    html = read([keys[1], keys[0]]).content.decode()
    assert html.index(">Alfalager</a>") < html.index(">Betalager</a>")
    assert "Egenerklært" in html and "Belagt" in html and 'data-label="Alfalager"' in html


def test_answers_for_buyers_only_are_blank_to_the_public(keys: list[str]) -> None:
    rows = _rows(keys[:2])
    rows[0].answers["availability"]["buyers_only"] = True
    public, buyer = (
        compare([queries.as_seen(row, who, world.NOW.date()) for row in rows], ["availability"])
        for who in (world.PUBLIC, world.BUYER)
    )
    blank, shown = (one.groups[0].rows[0].answers[0] for one in (public, buyer))
    assert blank is not None and blank.withheld == "buyers_only" and "99" not in blank.words.text
    assert shown is not None and "99,9" in shown.words.text
    assert public.groups[0].rows[0].differs


def test_more_than_six_lose_nothing(keys: list[str]) -> None:
    first = queries.published_rows().get(listing__key=keys[0])
    more = [one.listing.key for one in published(first, [f"Lager {number}" for number in range(MOST - 1)])]
    answer = read([*keys, *more], sporsmal="availability", forskjeller="1")
    html = answer.content.decode()
    assert answer.status_code == 422 and "Du har valgt 7 tjenester" in html
    assert all(f'value="{key}" checked' in html for key in [*keys, *more])
    assert 'name="sporsmal" value="availability"' in html and 'value="1" checked' in html
    for kind in ("csv", "json", "xlsx"):
        pairs = [("tjeneste", key) for key in [*keys, *more]]
        assert Client().get(f"{SIDE}.{kind}?{urlencode(pairs)}").status_code == 422
    assert read([keys[0], *more]).status_code == 200


def test_what_is_not_public_is_named_and_the_rest_is_compared(keys: list[str]) -> None:
    answer = read([keys[0], "finnes-ikke", "<script>"])
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "finnes-ikke" in html and "Alfalager" in html and "<script>" not in html


def test_a_service_is_found_and_added_without_losing_the_rest(keys: list[str]) -> None:
    indexing.reindex()
    html = read(keys[:1], sporsmal="availability", finn="betalager").content.decode()
    assert f"?tjeneste={keys[0]}&amp;tjeneste={keys[1]}&amp;sporsmal=availability" in html
    assert "Legg til Betalager" in html and "Legg til Alfalager" not in html
    assert "Ingen andre tjenester passer" in read(keys[:1], finn="zzzz").content.decode()


def test_the_files_say_the_same_as_the_page(keys: list[str]) -> None:
    query = urlencode([("tjeneste", key) for key in keys[:2]] + [("sporsmal", "availability")])
    told = json.loads(Client().get(f"{SIDE}.json?{query}").content)
    (row,) = told["questions"]
    assert [one["value"] for one in row["answers"]] == ["99.9", "99.5"] and row["differs"]
    assert [one["key"] for one in told["listings"]] == keys[:2] and len(told["listings"][0]["sha256"]) == 64
    csv = Client().get(f"{SIDE}.csv?{query}").content.decode()
    assert "99,9" in csv and "Alfalager (Demosky AS): grunnlag" in csv and "Egenerklært" in csv
    sheets = workbook_sheets(Client().get(f"{SIDE}.xlsx?{query}").content)
    assert list(sheets) == ["Svar", "Priser"] and "99,9" in " ".join(sheets["Svar"][1][1])


def test_an_address_by_hand_is_no_server_error() -> None:
    for query in ("", "tjeneste=%00", "tjeneste=" + "a" * 3000, "sporsmal=%ff&finn=%00", "forskjeller=x&sok=%25"):
        assert Client().get(f"{SIDE}?{query}").status_code == 200


def _rows(keys: list[str]) -> list[ListingVersion]:
    rows = ListingVersion.objects.filter(listing__key__in=keys).select_related("listing__firm__organisation")
    return sorted(rows, key=lambda one: one.listing.key)

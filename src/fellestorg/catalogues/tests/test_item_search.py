"""The catalogue index: what words, numbers and filters find, in which order, and that it is never behind the rows."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fellestorg.agreements.models import Lot, SupplierPosition
from fellestorg.catalogues.models import Item, PriceLine
from fellestorg.catalogues.search import Wanted, index, postgres
from fellestorg.catalogues.search.results import for_asker
from fellestorg.catalogues.search.words import distance
from fellestorg.catalogues.tests.item_case import (
    DAY,
    EVERYBODY,
    MADE,
    agency,
    made,
    numbers,
    office,
    price_lines,
    priced,
    search,
)
from fellestorg.organisations.models import Organisation

pytestmark = pytest.mark.usefixtures("demo")
RELAXED = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


@pytest.mark.parametrize(
    ("text", "found", "not_found"),
    [
        ("stol", {"STOL-1", "STOL-2", "STOL-3"}, {"LEK-9"}),
        ("stoler", {"STOL-1", "STOL-2", "STOL-3"}, {"LEK-9"}),
        ("kontorstolen", {"STOL-1"}, {"STOL-2"}),
        ("chairs", {"STOL-1", "STOL-2", "STOL-3"}, {"LEK-9"}),
        ("rekvisita", {"REKV-1"}, set()),
        ("kilde", {"LYSK-1"}, set()),
        ("lyskjelder", {"LYSK-1"}, set()),
        ("light source", {"LYSK-1"}, {"REKV-1"}),
        ("skjerm", {"PCSK-1", "SKJERM-22-D", "STATIV-SKJERM"}, {"PC-14-STD"}),
        ("papir", {"PAP-KOPI-01", "HYG-TOAL-01"}, {"STOL-1"}),
        ("penner", {"SKR-KULE-01", "SKR-GEL-01"}, {"STOL-1"}),
        ("kast", {"BRUK-1"}, set()),
        ("kopper", {"BRUK-1"}, set()),
        ("ark", {"ARK-9000"}, {"PARK-1"}),
        ("kontorst", {"STOL-1"}, {"STOL-2"}),
        ("kontorstol armlener", {"STOL-1"}, {"STOL-2", "STOL-3"}),
        ("berbar", {"PC-14-STD"}, {"PAP-KOPI-01"}),
        ("laptop", {"PC-14-STD"}, {"MAC-24"}),
        ("pc14std", {"PC-14-STD"}, {"PC-13-LETT"}),
        ("PC 14/std", {"PC-14-STD"}, {"PC-13-LETT"}),
        ("pc-14", {"PC-14-STD"}, {"PC-13-LETT"}),
        ("s stol 1", {"STOL-1"}, set()),
        ("S-STOL-1", {"STOL-1"}, set()),
        ("7038010000001", {"STOL-3"}, {"STOL-1"}),
        ("70380100", {"STOL-3"}, {"STOL-1"}),
    ],
)
def test_words_and_numbers_find_what_people_mean(text: str, found: set[str], not_found: set[str]) -> None:
    for row in MADE:
        made(*row)
    PriceLine.objects.filter(item__number="STOL-3").update(gtin="7038010000001")
    hits = set(numbers(text))
    assert found <= hits
    assert not hits & not_found


@pytest.mark.parametrize(
    ("text", "found", "not_found"),
    [
        ("lyskilde", {"E27-9"}, {"TN-247"}),
        ("lyskjelder", {"E27-9"}, {"TN-247"}),
        ("light sources", {"E27-9"}, {"TN-247"}),
        ("tonere", {"TN-247"}, {"E27-9"}),
        ("tonar", {"TN-247"}, {"E27-9"}),
        ("tørkepapir", {"KRP-2"}, {"E27-9"}),
        ("lyskilde E27", {"E27-9"}, {"TN-247"}),
        ("garden tools", {"GT-1"}, {"E27-9"}),
        ("garden", set(), {"GT-1"}),
        ("garden lyskilde", {"E27-9"}, {"GT-1"}),
        ("tonere lyskilder", {"E27-9", "TN-247"}, {"GT-1"}),
    ],
)
def test_the_name_of_a_category_finds_what_is_in_it(text: str, found: set[str], not_found: set[str]) -> None:
    Lot.objects.filter(pk=office().pk).update(categories=[*office().categories, "garden_tools"])
    made("E27-9", "E27 9 W varmhvit", category="light_source")
    made("TN-247", "TN-247BK svart", category="toner")
    made("KRP-2", "Katrin Plus 2-lags", category="hygiene")
    made("GT-1", "Spade", category="garden_tools")
    hits = set(numbers(text))
    assert found <= hits and not hits & not_found


def test_many_items_by_name_are_enough_and_narrowing_adds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made("A-1", "A60 E27", category="light_source", standard_assortment=True)
    for number in range(3):
        made(f"Z-{number}", f"Lyskilde nr. {number}", category="light_source")
    monkeypatch.setattr(postgres, "ENOUGH_BY_NAME", 3)
    assert set(numbers("lyskilder")) == {"Z-0", "Z-1", "Z-2"} and not numbers("lyskilder", standard=True)
    monkeypatch.setattr(postgres, "ENOUGH_BY_NAME", 1000)
    assert {"A-1", "Z-0"} <= set(numbers("lyskilder")) and "A-1" in numbers("lyskilder", standard=True)


def test_what_has_the_word_in_its_name_comes_before_the_rest_of_the_category() -> None:
    made("A-1", "A60 E27", category="light_source")
    made("Z-1", "Lyskilde, rund", category="light_source")
    found = numbers("lyskilder")
    assert found.index("Z-1") < found.index("A-1")


@pytest.mark.parametrize(
    ("text", "first"),
    [("stol", "STOL-3"), ("PC-14-STD", "PC-14-STD"), ("mus", "MUS-STD"), ("deksel", "DEKSEL-STD"), ("stolq", "STOL-3")],
)
def test_what_a_thing_is_comes_before_what_it_is_for(text: str, first: str) -> None:
    for row in MADE:
        made(*row)
    assert numbers(text)[0] == first


@pytest.mark.parametrize(
    ("written", "word"),
    [("skerm", "skjerm"), ("kopipapri", "kopipapir"), ("tastatru", "tastatur"), ("blyannt", "blyant")],
)
def test_a_word_that_nothing_has_is_put_right_and_told(written: str, word: str) -> None:
    found = search(written)
    assert found.total and len(found.corrected) == 1
    assert found.corrected[0][0] == written and distance(found.corrected[0][1], word) <= 2
    assert {hit.id for hit in search(word).hits} <= {hit.id for hit in found.hits}
    assert search(word).corrected == ()


def test_a_word_is_not_put_right_to_one_that_nobody_sells_that_day() -> None:
    item = made("KLEN-1", "Klenodium")
    PriceLine.objects.filter(item=item).update(valid_to=DAY - timedelta(1))
    found = search("klenodum")
    assert (found.total, found.corrected) == (0, ())


def test_where_no_item_has_all_the_words_those_with_most_of_them_are_found() -> None:
    found = search("skjerm tommer zzzzzz")
    assert (found.most_words, found.words) == (2, 3)
    assert {hit.id for hit in found.hits} == {hit.id for hit in search("skjerm tommer").hits}


def test_every_item_is_found_by_each_whole_word_of_its_names() -> None:
    by_word: dict[str, set[int]] = {}
    for row in MADE:
        made(*row)
    for item in Item.objects.filter(lot__agreement__ends__gte=DAY, lot__agreement__starts__lte=DAY):
        for name in (item.name_nb, item.name_nn, item.name_en):
            for word in re.findall(r"[^\W_]+", name):
                by_word.setdefault(word, set()).add(item.pk)
    on_day = set(PriceLine.objects.filter(valid_from__lte=DAY, valid_to=None).values_list("item_id", flat=True))
    for word in sorted(by_word)[::5]:
        missed = (by_word[word] & on_day) - {hit.id for hit in search(word).hits}
        assert not missed, (word, missed)


def test_what_nobody_prices_on_the_day_is_never_found() -> None:
    item = made("KORT-1", "Korttidsvare")
    PriceLine.objects.filter(item=item).update(valid_from=DAY - timedelta(2), valid_to=DAY)
    asked = [("korttidsvare", 1), ("KORT-1", 1), ("S-KORT-1", 1), ("", 1)]
    for text, _many in asked:
        assert item.pk in {hit.id for hit in search(text).hits}
        for day in (DAY - timedelta(3), DAY + timedelta(1)):
            assert item.pk not in {hit.id for hit in search(text, day=day).hits}


def test_the_index_is_right_at_once_whoever_writes() -> None:
    lot, supplier = office(), SupplierPosition.objects.filter(lot=office()).first().supplier  # type: ignore[union-attr]
    Item.objects.bulk_create(
        Item(
            lot=lot, number=f"MASSE-{n}", name_nb=f"Massevare{'abc'[n]}", name_nn="x", name_en="x", category="desk",
            cpv="30190000", standard_assortment=False,
        )
        for n in range(3)
    )  # fmt: skip
    assert search("massevareb").total == 0, "nobody prices it yet"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalogues_priceline (item_id, supplier_id, supplier_number, product_name, model, unit_price,"
            " tiers, vat_rate, ecolabel, valid_from) SELECT id, %s, 'RAA-' || number, name_nb, 'fixed', 5, '[]', 0.25, '',"
            " '2023-01-01' FROM catalogues_item WHERE number LIKE 'MASSE-%%'",
            [supplier.pk],
        )
        assert numbers("massevareb") == ["MASSE-1"] and numbers("RAA masse 2") == ["MASSE-2"]
        cursor.execute("UPDATE catalogues_item SET name_nb = 'Omdøpt tingest' WHERE number = 'MASSE-1'")
    assert search("massevareb").corrected and numbers("tingesten") == ["MASSE-1"]
    copied = (
        "COPY catalogues_item (lot_id, number, name_nb, name_nn, name_en, category, unit, cpv, standard_assortment)"
    )
    with connection.cursor() as cursor, cursor.copy(f"{copied} FROM STDIN") as copy:
        copy.write_row((lot.pk, "COPY-1", "Kopiertdings", "y", "y", "desk", "EA", "30190000", False))
    priced(Item.objects.get(number="COPY-1"))
    assert numbers("kopiertdingsen") == ["COPY-1"]
    PriceLine.objects.filter(item__number="COPY-1").delete()
    assert numbers("kopiertdings") == []


def test_what_is_rolled_back_was_never_there() -> None:
    with transaction.atomic():
        made("ANGRE-1", "Angrevare")
        assert numbers("angrevare") == ["ANGRE-1"]
        transaction.set_rollback(True)
    assert numbers("angrevare") == []


@pytest.mark.parametrize(
    "text",
    ["'", "%", "_", ":*", "§lot1", "§std", "& | !", "stol:*", "'); DROP TABLE x; --", "\\", "\x00", "!!!", "…", "–", "<b>",
     "a" * 10_000, "ord " * 2_000, "' & 'skjerm", "skjerm\x00papir", "()", "@@", "𝔘", "ÆØÅ", "1e5", "-5", "/a/b/c", "a@b.no"],
)  # fmt: skip
@pytest.mark.parametrize("order", ["relevance", "price", "number"])
def test_nothing_that_is_written_makes_it_fail(text: str, order: Any) -> None:
    wanted = for_asker(
        Wanted(text, DAY, order=order, category=(text[:50],) if "'" in text else ()), EVERYBODY, agency()
    )
    assert index().search(wanted).total <= 20_000
    index().facets(wanted)


@pytest.mark.parametrize("text", ["§lot1", "§std", "§used", "§catpaper", "§", "!!!", "%", "–"])
def test_nobody_can_write_a_filter_as_a_word(text: str) -> None:
    made("MERKE-1", "Vare §lot1 §std §used §catpaper", category="filing")
    plain = {hit.id for hit in search(text.strip("§!%–")).hits} if text.strip("§!%–") else set()
    assert {hit.id for hit in search(text).hits} == plain
    assert (
        search("", category=("paper",)).total
        == Item.objects.filter(category="paper", prices__valid_to=None).distinct().count()
    )


@given(st.text(max_size=60))
@RELAXED
def test_no_text_at_all_makes_it_fail(text: str) -> None:
    index().search(Wanted(text, DAY))


FACETS = {
    "agreement": ("pc-utstyr", "mobil-2022", "forbruksmateriell"),
    "category": ("monitor", "laptop", "phone", "paper", "pc_accessory"),
    "supplier": (),
    "ecolabel": ("TCO Certified", "Svanemerket"),
}


@given(st.data())
@RELAXED
def test_facets_count_what_each_value_would_give(data: st.DataObject) -> None:
    suppliers = tuple(Organisation.objects.filter(positions__isnull=False).distinct().values_list("number", flat=True))
    text = data.draw(st.sampled_from(["", "skjerm", "pc", "papir", "brukt", "tommer 24", "PC-1"]))
    chosen: dict[str, Any] = {
        name: tuple(data.draw(st.lists(st.sampled_from(values or suppliers), max_size=2, unique=True)))
        for name, values in FACETS.items()
    }
    chosen |= {name: data.draw(st.sampled_from([None, True, False])) for name in ("standard", "used")}
    among = {hit.id for hit in search(text).hits}
    wanted = Wanted(text, DAY, **chosen)
    facets = index().facets(wanted).counts
    lines, items = price_lines(), Item.objects.select_related("lot__agreement").in_bulk(among)
    expected = _passing(items, lines, chosen)
    found = index().search(wanted, start=0, stop=20_000)
    if found.most_words is None and not found.corrected:
        assert {hit.id for hit in found.hits} == expected
        for facet in chosen:
            opened = {**chosen, facet: None if facet in ("standard", "used") else ()}
            assert facets[facet] == _counted(facet, items, lines, opened), facet


def _offers(lines: list[tuple[int, str, str]], chosen: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [
        (item, supplier, label)
        for item, supplier, label in lines
        if (not chosen["supplier"] or supplier in chosen["supplier"])
        and (not chosen["ecolabel"] or label in chosen["ecolabel"])
    ]


def _passing(items: dict[int, Item], lines: list[tuple[int, str, str]], chosen: dict[str, Any]) -> set[int]:
    """The items that pass, counted the long way."""
    offered = {item for item, _supplier, _label in _offers(lines, chosen)}
    return {
        key
        for key, item in items.items()
        if key in offered
        and (not chosen["agreement"] or item.lot.agreement.key in chosen["agreement"])
        and (not chosen["category"] or item.category in chosen["category"])
        and chosen["standard"] in (None, item.standard_assortment)
        and chosen["used"] in (None, item.used)
    }


def _counted(
    facet: str, items: dict[int, Item], lines: list[tuple[int, str, str]], chosen: dict[str, Any]
) -> dict[str, int]:
    counts: dict[str, set[int]] = {}
    passing = _passing(items, lines, chosen)
    for item, supplier, label in _offers(lines, chosen):
        row = items.get(item)
        if item not in passing or row is None:
            continue
        values = {
            "agreement": row.lot.agreement.key,
            "category": row.category,
            "standard": str(int(row.standard_assortment)),
            "used": str(int(row.used)),
            "supplier": supplier,
            "ecolabel": label,
        }
        if values[facet]:
            counts.setdefault(values[facet], set()).add(item)
    return {value: len(found) for value, found in counts.items()}

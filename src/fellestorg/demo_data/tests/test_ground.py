"""What the demo holds before anybody has bought anything, and what is real in it and what is not."""

from collections import Counter
from datetime import date
from statistics import median

import pytest
from stdnum.no import orgnr

from fellestorg.agreements.models import (
    Admission,
    AdmissionApplication,
    AgreementHalt,
    FrameworkAgreement,
    Lot,
    Participation,
    SupplierPosition,
)
from fellestorg.calloffs.models import CallOff
from fellestorg.catalogues.models import Item, PriceLine
from fellestorg.catalogues.queries import search_items
from fellestorg.competitions.models import Competition
from fellestorg.demo_data import agencies
from fellestorg.demo_data.further import FURTHER_AGREEMENTS
from fellestorg.demo_data.seeded import invented_number
from fellestorg.organisations.models import Organisation, RoleGrant
from fellestorg.organisations.queries import demo_people

DAY = date(2023, 11, 1)


def bodies(*kinds: str) -> list[Organisation]:
    return list(Organisation.objects.filter(kind__in=kinds).exclude(number=agencies.AUDITOR))


def test_invented_numbers_are_valid_all_different_and_never_like_the_registers_own() -> None:
    numbers = [invented_number(index) for index in range(1000)]
    assert len(set(numbers)) == 1000
    assert all(orgnr.is_valid(number) and number[0] in "23" for number in numbers)


def test_there_are_190_agencies_and_12_municipalities(demo: None) -> None:
    assert len(bodies("agency")) == 190
    assert len(bodies("municipality", "county")) == 12


def test_whoever_is_invented_says_so_and_has_an_invented_number(demo: None) -> None:
    for body in Organisation.objects.all():
        if body.country == "NO":
            assert orgnr.is_valid(body.number)
            assert body.fictional == (body.number[0] in "23")
        else:
            assert body.fictional
        if body.fictional and body.kind != "supplier":
            assert "demo" in body.name
        assert body.email.endswith(".example")


def test_the_agencies_are_as_large_as_the_states(demo: None) -> None:
    sizes = [body.employees or 0 for body in bodies("agency")]
    assert 120 <= median(sizes) <= 140
    assert 130_000 <= sum(sizes) <= 140_000


def test_every_buying_body_has_a_buyer_and_an_approver_without_limit(demo: None) -> None:
    for body in bodies("agency", "municipality", "county"):
        grants = {grant.role: grant for grant in RoleGrant.objects.filter(organisation=body, deputy_for=None)}
        assert grants["buyer"].budget_limit
        assert grants["approver"].budget_limit is None


def test_the_people_to_sign_in_as_show_every_role(demo: None) -> None:
    people = demo_people(DAY)
    assert {role for person in people for role, _ in person.roles} == set(RoleGrant.Role.values)
    assert len(people) == 22


def test_the_suppliers_stand_in_the_order_the_agreements_gave_them(demo: None) -> None:
    ranks: dict[str, list[str]] = {}
    for position in SupplierPosition.objects.order_by("lot__key", "rank"):
        ranks.setdefault(position.lot.key, []).append(position.supplier.name.split()[0])
    told = {
        "pc": ["Atea", "Advania", "Dustin"],
        "mac": ["Dustin", "Atea", "Techstep"],
        "mobil": ["Dustin", "Techstep"],
        "forbruk": ["Lyreco", "Maske", "NorEngros"],
        "telefoner": ["Techstep", "Dustin", "Atea"],
        "klienter": ["Advania", "Atea", "Dustin"],
        "skjermer": ["Dustin", "Komplett", "Advania"],
        "reisebyra": ["Berg-Hansen", "Egencia"],
        "telefoni": ["Telia", "Unifon"],
        "fly": ["SAS", "Norwegian", "Widerøe", "Air", "Turkish", "Ethiopian", "Qatar"],
        **{key: ["Foxway"] for key in ("nasjonal", "ostlandet", "sor-vest", "midt-nord")},
    }
    assert {key: ranks[key] for key in told} == told


def test_no_agreement_may_last_over_four_years_without_a_reason(demo: None) -> None:
    for agreement in FrameworkAgreement.objects.all():
        assert agreement.starts <= agreement.ends <= agreement.latest_end
        # Three plus one plus one years, and two plus two plus one, have their reason on file (FA-1).
        assert bool(agreement.long_duration_reason) == (agreement.key in ("reisebyra", "telefoni"))
        assert "demodata" in agreement.source


@pytest.mark.parametrize(
    ("lot", "categories", "least"),
    [
        ("pc", ("laptop", "desktop"), 30),
        ("pc", ("monitor",), 12),
        ("mac", ("mac", "mac_accessory"), 12),
        ("mobil", ("phone", "tablet"), 14),
    ],
)
def test_each_price_list_is_as_long_as_promised(demo: None, lot: str, categories: tuple[str, ...], least: int) -> None:
    assert Item.objects.filter(lot__key=lot, category__in=categories).count() >= least


def test_consumables_are_400_articles_of_which_60_are_standard_at_a_fixed_price(demo: None) -> None:
    items = Item.objects.filter(lot__key="forbruk")
    assert (items.count(), items.filter(standard_assortment=True).count()) == (400, 60)
    for price in PriceLine.objects.filter(item__lot__key="forbruk").select_related("item"):
        assert price.item.standard_assortment == (price.model == "fixed")


def test_furniture_is_80_articles_of_which_24_are_reconditioned_beside_their_new_ones(demo: None) -> None:
    lots = Lot.objects.filter(agreement__key="kontormobler-demo")
    assert (lots.count(), sum(not one.regions for one in lots)) == (12, 4)
    furniture = Item.objects.filter(lot__in=lots).exclude(category="furniture_service")
    assert len({one.number for one in furniture}) == 80
    again = {one.number for one in furniture if one.used}
    assert len(again) == 24
    assert {number.removesuffix("-REHAB") for number in again} <= {one.number for one in furniture if not one.used}
    for price in PriceLine.objects.filter(item__in=furniture):
        assert {"lifetime_years", "spare_parts_years", "chemicals_declaration"} <= price.properties.keys()
        assert "demodata" in price.product_name


def test_the_pilot_of_the_purchasing_system_is_five_agencies_and_14_who_applied(demo: None) -> None:
    assert Participation.objects.filter(agreement__key="kurs-og-konferanse").count() == 5
    assert not SupplierPosition.objects.filter(lot__agreement__key="kurs-og-konferanse").exists()
    applied = AdmissionApplication.objects.filter(lot__agreement__key="kurs-og-konferanse")
    assert Counter(applied.values_list("state", flat=True)) == {"admitted": 11, "refused": 2, "received": 1}
    assert all("demodata" in one.assessment for one in applied.filter(state="refused"))
    admitted = Admission.objects.filter(lot__agreement__key="kurs-og-konferanse")
    assert set(admitted.values_list("supplier", flat=True)) == set(
        applied.filter(state="admitted").values_list("supplier", flat=True)
    )


def test_five_calls_have_gone_to_all_in_their_category_and_three_are_awarded(demo: None) -> None:
    calls = CallOff.objects.filter(lot__agreement__key="kurs-og-konferanse")
    assert Counter(calls.values_list("state", flat=True)) == {"committed": 3, "dps_invitation": 2}
    held = Competition.objects.filter(procedure="purchasing_system_call")
    assert Counter(held.values_list("stage", flat=True)) == {"concluded": 3, "invited": 1}
    assert all("demodata" in one.title for one in (*calls, *held))
    system = Competition.objects.get(procedure="purchasing_system")
    assert (system.stage, system.result.key) == ("running", "kurs-og-konferanse")


def test_what_is_cancelled_or_delayed_says_why_and_nobody_takes_part(demo: None) -> None:
    halts = {one.agreement.key: one for one in AgreementHalt.objects.select_related("agreement")}
    assert {key: one.kind for key, one in halts.items()} == {
        "kontormobler": "cancelled",
        "betalingslosninger": "delayed",
    }
    assert halts["betalingslosninger"].responsible == "Finansdepartementet"
    assert not Participation.objects.filter(agreement__key__in=halts).exists()


def test_three_lines_of_goods_in_ten_state_no_footprint(demo: None) -> None:
    goods = PriceLine.objects.exclude(item__lot__agreement__key__in=[one.key for one in FURTHER_AGREEMENTS])
    stated = Counter(price.co2e_kg is not None for price in goods)
    assert 0.25 < stated[False] / sum(stated.values()) < 0.35


def test_a_new_price_starts_the_day_after_the_old_one_ends(demo: None) -> None:
    ended = PriceLine.objects.exclude(valid_to=None)
    assert ended.count() > 500
    for old in ended[:50]:
        (new,) = PriceLine.objects.filter(item=old.item, supplier=old.supplier, valid_from__gt=old.valid_from)
        assert old.valid_to is not None
        assert (new.valid_from - old.valid_to).days == 1


@pytest.mark.parametrize("words", ["bærbare PC-er", "bærbar PC", "laptop", "berbare PC-ar"])
def test_laptops_are_found_by_what_people_call_them(demo: None, words: str) -> None:
    assert search_items(words, day=DAY)[0].category == "laptop"


def test_some_agencies_join_later_and_some_take_no_part(demo: None) -> None:
    grounds = Counter(Participation.objects.values_list("ground", flat=True))
    assert grounds["later"] == 13
    assert grounds["opt_in"] == 22
    assert grounds["obligatory"] < FrameworkAgreement.objects.count() * 190 - 13
    for one in Participation.objects.filter(ground="later"):
        assert one.own_contract_to is not None
        assert (one.valid_from - one.own_contract_to).days == 1


def test_the_agreements_of_2018_have_ended_and_are_followed(demo: None) -> None:
    ended = FrameworkAgreement.objects.filter(ends__lt=DAY)
    assert {(one.key, str(one.ends), one.successors.get().key) for one in ended} == {
        ("mobil-2018", "2022-09-02", "mobil-2022"),
        ("pc-klienter-2018", "2022-11-19", "pc-utstyr"),
        ("pc-skjermer-2018", "2022-12-04", "pc-utstyr"),
    }
    assert not PriceLine.objects.filter(item__lot__agreement__in=ended, valid_to=None).exists()


def test_what_lived_on_kept_its_number(demo: None) -> None:
    lots: dict[str, set[str]] = {}
    for item in Item.objects.filter(number__in=("TLF-STD", "PC-14-STD", "SKJERM-27-D")).select_related("lot"):
        lots.setdefault(item.number, set()).add(item.lot.key)
    assert lots == {
        "TLF-STD": {"telefoner", "mobil"},
        "PC-14-STD": {"klienter", "pc"},
        "SKJERM-27-D": {"skjermer", "pc"},
    }

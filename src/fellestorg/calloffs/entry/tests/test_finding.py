"""What covers a need, and why nothing does."""

from datetime import date

import pytest

from fellestorg.agreements.models import FrameworkAgreement, Participation
from fellestorg.calloffs.entry.finding import REASONS, find
from fellestorg.demo_data import agencies
from fellestorg.organisations.models import Organisation

pytestmark = pytest.mark.usefixtures("demo")
DAY = date(2023, 11, 1)


def main() -> Organisation:
    return Organisation.objects.get(number=agencies.MAIN_AGENCY)


@pytest.mark.parametrize(
    ("text", "coverage", "reason", "agreement"),
    [
        ("10 bærbare PC-er", "covered", "", "pc-utstyr"),
        ("ti berbare PC-ar", "covered", "", "pc-utstyr"),
        ("12 laptops", "covered", "", "pc-utstyr"),
        ("hotell i Bodø", "covered", "", "hotell"),
        ("flybillett til Tromsø", "covered", "", "flyreiser"),
        ("leiebil", "covered", "", "leiebil"),
        ("kurslokale til 30", "covered", "", "kurs-og-konferanse"),
        ("mobilabonnement", "covered", "", "telefoni"),
        ("kontorstoler", "covered", "", "kontormobler-demo"),
        ("sletting av gamle PC-er", "covered", "", "ombruk-ikt"),
        ("blekk", "not_covered", "option_not_chosen", "forbruksmateriell"),
        ("firmakort", "not_covered", "halted", "betalingslosninger"),
        ("skytjenester", "not_covered", "no_terms", "skytjenester"),
        ("advokatbistand", "not_covered", "no_agreement", None),
        ("drone", "not_covered", "no_agreement", None),
        ("hvit elefant", "partly", "similar", "forbruksmateriell"),
        ("rinpgerm", "covered", "", "forbruksmateriell"),
        ("PC-14-STD", "covered", "", "pc-utstyr"),
        ("10 bærbare PC-er og en drone", "partly", "no_agreement", None),
        ("kopipapir, hotell og leiebil", "covered", "", "forbruksmateriell"),
    ],
)
def test_a_need_is_covered_partly_or_not_with_the_reason(
    text: str, coverage: str, reason: str, agreement: str | None
) -> None:
    found = find(text, "", main(), DAY)
    assert (found.coverage, found.reason) == (coverage, reason)
    assert (found.way.lot.agreement.key if found.way else None) == agreement


@pytest.mark.parametrize(
    ("category", "day", "reason", "agreement"),
    [
        ("laptop", date(2023, 1, 10), "coming", "pc-utstyr"),
        ("phone", date(2018, 3, 1), "coming", "mobil-2018"),
        ("office_chair", date(2022, 8, 24), "coming", "kontormobler"),
        ("office_chair", date(2022, 9, 1), "halted", "kontormobler"),
        ("office_chair", date(2023, 9, 1), "", "kontormobler-demo"),
        ("corporate_card", date(2022, 5, 9), "coming", "betalingslosninger"),
        ("corporate_card", date(2024, 1, 1), "halted", "betalingslosninger"),
        ("cloud_software", date(2024, 6, 2), "no_terms", "skytjenester"),
        ("cloud_software", date(2024, 6, 3), "", "skytjenester"),
        ("flight", date(2027, 1, 1), "gap", "flyreiser"),
    ],
)
def test_a_category_is_answered_as_the_agreements_stand_that_day(
    category: str, day: date, reason: str, agreement: str
) -> None:
    found = find("", category, main(), day)
    assert found.reason == reason
    assert found.way is not None
    assert found.way.lot.agreement.key == agreement


def test_who_is_not_a_participant_is_told_so_and_when_it_becomes_one() -> None:
    late = Organisation.objects.get(number=agencies.LATE_AGENCY)
    found = find("", "laptop", late, DAY)
    assert (found.coverage, found.reason) == ("not_covered", "not_participant")
    assert found.way is not None
    assert found.way.told["from"] == date(2024, 1, 1)
    Participation.objects.filter(organisation=late).delete()
    again = find("", "laptop", late, DAY).way
    assert again is not None
    assert again.told["from"] is None


def test_the_public_is_told_what_the_agreements_cover_whoever_takes_part() -> None:
    assert find("blekk", "", None, DAY).coverage == "covered"
    assert find("firmakort", "", None, DAY).reason == "halted"


def test_the_lot_of_the_buyers_own_region_is_shown() -> None:
    north = Organisation.objects.filter(kind="agency", region="NO072").first()
    way = find("", "car_rental", north, DAY).way
    assert way is not None
    assert way.lot.key == "troms-finnmark"


def test_a_cancelled_agreement_is_no_way_while_another_covers() -> None:
    ways = find("", "office_chair", main(), DAY).parts[0].ways
    assert {way.lot.agreement.key for way in ways} == {"kontormobler-demo"}


def test_the_farthest_reason_counts_for_the_whole() -> None:
    found = find("firmakort og advokatbistand og blekk", "", main(), DAY)
    assert found.coverage == "not_covered"
    assert found.reason == "no_agreement"
    assert {part.reason for part in found.parts} == {"halted", "no_agreement", "option_not_chosen"} <= set(REASONS)


def test_an_agreement_without_rules_is_a_draft_that_nobody_is_pointed_to() -> None:
    row = FrameworkAgreement.objects.get(key="leiebil")
    for lot in row.lots.all():
        lot.categories = ["drone"]
        lot.pk, lot.key, lot.agreement = None, f"utkast-{lot.key}", FrameworkAgreement.objects.get(key="hotell")
        lot.number += 10
        lot.save(force_insert=True)
    assert find("", "drone", main(), DAY).reason == "no_agreement"

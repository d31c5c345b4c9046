"""What came before and after an agreement, as pages show it; gaps told of once; who waits for a contract of its own."""

from datetime import date, datetime

import pytest
from django.test import Client

from fellestorg.agreements.gap_alerts import FORETOLD, tell_of_gaps
from fellestorg.agreements.models import ExtensionOption, FrameworkAgreement, Participation
from fellestorg.demo_data import agencies
from fellestorg.kernel import clock, messages
from fellestorg.kernel.models import Event, Message
from fellestorg.organisations.models import Person
from tests.journeys.visiting import Visitor

pytestmark = pytest.mark.usefixtures("demo")

PCS = "Fra 20. november 2022 til 26. mars 2023 var det ingen fellesavtale for stasjonær PC, bærbar PC og PC-tilbehør."
MONITORS = "Fra 5. desember 2022 til 26. mars 2023 var det ingen fellesavtale for skjerm."


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=clock.OSLO)


def words(path: str) -> str:
    return Visitor().read(path).words


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/avtaler/pc-klienter-2018", ("Avtalen er avløst", "Fra 27. mars 2023 gjelder", "PC-utstyr", PCS)),
        ("/avtaler/pc-utstyr", ("Avløste", "PC-klienter", "PC-skjermer", PCS, MONITORS)),
        ("/avtaler/mobil-2018", ("Fra 3. september 2022 gjelder",)),
        ("/avtaler/pc-klienter-2018?dag=2019-05-02", ("Slik det var 2. mai 2019", "Gjelder nå", "19. november 2020")),
        ("/avtaler/pc-klienter-2018?dag=2019-05-02", ("20. nov. 2020 – 19. nov. 2021: ikke utløst",)),
        ("/avtaler/mobil-2018/telefoner?dag=2020-01-15", ("Slik det var 15. januar 2020",)),
        ("/avtaler/pc-utstyr?dag=2022-12-24", ("Kommer", "er det ingen fellesavtale for skjerm.")),
    ],
)
def test_the_pages_tell_of_before_after_and_between(path: str, told: tuple[str, ...]) -> None:
    page = words(path)
    for text in told:
        assert text in page


def test_phones_tell_of_no_gap() -> None:
    assert "ingen fellesavtale" not in words("/avtaler/mobil-2022")
    assert "ingen fellesavtale" not in words("/avtaler/mobil-2018")


def test_the_ceiling_of_an_earlier_day_is_what_the_ledger_held() -> None:
    early, late = (words(f"/avtaler/mobil-2018/telefoner?dag={day}") for day in ("2018-09-03", "2022-09-01"))
    assert "0,0 % av taket på 180 000 000 kr er brukt" in early
    assert "0,0 % av taket" not in late


def test_a_day_that_cannot_be_read_is_today() -> None:
    assert "Slik det var" not in words("/avtaler/pc-utstyr?dag=i-gaar")


def told_in_norwegian(message: Message) -> tuple[str, str]:
    subject, body = messages.text_of(message.code, message.params, "nb")
    return subject.replace("\u00a0", " "), body.replace("\u00a0", " ")


def no_more_options(key: str) -> FrameworkAgreement:
    ExtensionOption.objects.filter(agreement__key=key, exercised_on=None).delete()
    agreement = FrameworkAgreement.objects.get(key=key)
    FrameworkAgreement.objects.filter(key=key).update(latest_end=agreement.ends)
    return agreement


def test_the_manager_sees_a_year_ahead_that_nothing_follows() -> None:
    no_more_options("mobil-2022")
    manager = Visitor("avtaleforvalter-ikt")
    for path in ("/", "/avtaler/mobil-2022"):
        assert "Ingen etterfølger: fra 3. september 2024 er det ingen fellesavtale for" in manager.read(path).words
    assert "Ingen etterfølger" not in words("/avtaler/mobil-2022")
    assert "Avtaler uten etterfølger" not in Visitor("avtaleforvalter-kontor").read("/").words


def test_a_gap_is_told_of_once_and_again_only_when_it_moves() -> None:
    agreement = no_more_options("mobil-2022")
    assert tell_of_gaps(now=at(date(2024, 3, 6))) == 0
    assert tell_of_gaps(now=at(date(2024, 3, 7))) == 1
    told = Message.objects.filter(code="gap_without_end")
    people = set(told.values_list("recipient", flat=True))
    assert {Person.objects.get(username=one).key for one in ("avtaleforvalter-ikt", "lokal-avtaleforvalter")} <= people
    assert told.count() == len(people) > 180
    assert tell_of_gaps(now=at(date(2024, 3, 8))) == 0
    assert told.count() == len(people)
    subject, body = told_in_norwegian(told[0])
    assert subject == "Ingen etterfølger: Fellesavtale for mobile enheter"
    assert "Fra 3. september 2024 er det ingen fellesavtale for" in body
    FrameworkAgreement.objects.filter(pk=agreement.pk).update(ends=date(2024, 8, 20), latest_end=date(2024, 8, 20))
    assert tell_of_gaps(now=at(date(2024, 3, 9))) == 1
    assert Event.objects.filter(verb=FORETOLD, subject="agreement:mobil-2022").count() == 2


def test_nothing_is_told_of_on_the_demos_own_day() -> None:
    assert tell_of_gaps(now=clock.now()) == 0


def test_a_gap_with_a_late_successor_tells_who_comes() -> None:
    agreement = no_more_options("mobil-2022")
    FrameworkAgreement.objects.filter(pk=agreement.pk).update(ends=date(2024, 2, 1), latest_end=date(2024, 2, 1))
    later = FrameworkAgreement.objects.get(key="mobil-2018")
    FrameworkAgreement.objects.filter(pk=later.pk).update(
        starts=date(2024, 4, 1), ends=date(2025, 3, 31), latest_end=date(2025, 3, 31)
    )
    ExtensionOption.objects.filter(agreement=later).delete()
    # Two gaps: phones and tablets are in the later agreement too, repairs and devices by the month in none.
    assert tell_of_gaps(now=at(date(2023, 12, 1))) == 2
    gaps = {one.payload["next"]: one.payload["categories"] for one in Event.objects.filter(verb=FORETOLD)}
    assert gaps["mobil-2018"] == ["phone", "phone_accessory", "tablet"] and set(gaps) == {"mobil-2018", None}
    message = Message.objects.filter(code="gap_before_next")[0]
    body = told_in_norwegian(message)[1]
    assert "Fra 2. februar 2024 til 31. mars 2024" in body
    assert "Da begynner Fellesavtale for mobiltelefoner og nettbrett." in body


def test_an_agency_with_a_contract_of_its_own_waits_and_has_not_opted_out() -> None:
    number = agencies.LATE_AGENCY
    waiting = "Venter til 1. januar 2024 (egen avtale til 31. desember 2023)"
    assert waiting in words(f"/avtaler/pc-utstyr/deltakere?q={number}")
    assert waiting in words(f"/avtaler/pc-utstyr/deltakere?q={number}&status=waits")
    assert waiting in words(f"/virksomheter/{number}")
    assert "Obligatorisk" in words(f"/avtaler/pc-utstyr/deltakere?q={number}&dag=2024-01-01")
    row = Client().get(f"/avtaler/pc-utstyr/deltakere.json?q={number}").json()["participants"][0]
    assert (row["status"], row["own_contract_to"], row["valid_from"]) == ("waits", "2023-12-31", "2024-01-01")


def test_the_list_of_participants_holds_each_status() -> None:
    found = {
        status: len(Client().get(f"/avtaler/pc-utstyr/deltakere.json?status={status}").json()["participants"])
        for status in ("obligatory", "waits", "opt_in", "not_covered", "")
    }
    assert found["waits"] == Participation.objects.filter(
        agreement__key="pc-utstyr", valid_from__gt=date(2023, 11, 1)
    ).count() == 1  # fmt: skip
    assert found["opt_in"] == 7
    assert found["not_covered"] > 0
    assert found[""] == found["obligatory"] + found["waits"] + found["opt_in"]

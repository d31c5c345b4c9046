"""The overview of the market by HTTP and by command: what everybody reads, what SI imports, and what nobody gets to see."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from fellestorg.agreements.models import CeilingBalance, Lot
from fellestorg.kernel import clock
from fellestorg.kernel.actors import SYSTEM
from fellestorg.kernel.models import Event
from fellestorg.marketplace.listings import actions as listing_actions
from fellestorg.marketplace.listings.actions import Ruling
from fellestorg.marketplace.listings.models import Listing, ListingVersion
from fellestorg.marketplace.overview import actions, own, panels, product, queries
from fellestorg.marketplace.overview.commands import market
from fellestorg.marketplace.overview.models import StudyVersion
from fellestorg.marketplace.search.models import SearchEntry
from fellestorg.marketplace.tests.listings_world import SI
from fellestorg.organisations.models import Organisation
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.usefixtures("demo")
DAY = date(2023, 11, 1)
ABOUT = {
    "title": "Sky i Norge", "key": "sky-i-norge", "publisher": "Demodata", "published_on": "2023-10-01",
    "method": "Spurt noen (demodata)", "language": "nb",
}  # fmt: skip
SHEET = "Område;Kategori;Hva er målt;Periode;Verdi;Enhet\nNorge;cloud;growth;2022;12,5;%\nHele verden;cloud;growth;2022;9;%\n"


def sheet(text: str = SHEET) -> io.BytesIO:
    made = io.BytesIO(text.encode())
    made.name = "tall.csv"
    return made


def signed_in(username: str) -> Client:
    client = Client()
    client.post("/logg-inn", {"person": username})
    return client


def rows_of(client: Client, path: str) -> list[dict[str, str]]:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def asked(day: date = DAY, start: str = "") -> panels.Asked:
    return panels.read_asked(day, start, "nb")


def test_anybody_reads_the_market_with_tables_and_files_of_the_same_figures() -> None:
    public = Client()
    html = public.get("/skytjenester/marked").content.decode()
    for told in (
        "Publiserte tjenester etter kategori",
        "Avrop etter kategori og år",
        "HHI",
        "Verden og Norge (%)",
        "Demodata",
    ):
        assert told in html, told
    assert "Les inn undersøkelse" not in html
    categories = rows_of(public, "/skytjenester/marked/tall/tjenester-etter-kategori.csv")
    published = ListingVersion.objects.filter(
        state="published", listing__state="published", listing__firm__state="verified"
    ).count()
    assert sum(int(row["Tjenester"]) for row in categories) == published > 0
    found = json.loads(public.get("/skytjenester/marked.json").content)
    assert {one["key"] for one in found["own"]} >= {
        "firmaer-over-tid",
        "tjenester-konsentrasjon",
        "avrop-konsentrasjon",
    }
    assert rows_of(public, "/skytjenester/marked.csv")
    assert public.get("/skytjenester/marked/tall/finnes-ikke.csv").status_code == 404
    assert public.get("/skytjenester/marked/tall/tjenester-finnes-ikke.json").status_code == 404


def test_own_figures_are_as_they_were_on_the_day_and_start_where_asked() -> None:
    now, before = asked(), asked(DAY - timedelta(days=200))
    firms = {one.key: one for one in panels.panels(now, "own")}["firmaer-over-tid"]
    assert firms.rows[-1][1] == own.firms_by_state([now.until])[now.until]["verified"]
    assert sum(own.firms_by_state([before.until])[before.until].values()) < sum(
        own.firms_by_state([now.until])[now.until].values()
    )
    assert [name for name, _over in panels.quarters(asked(start="2023-05-15"))] == ["2023-K2", "2023-K3", "2023-K4"]
    assert asked(start="i fjor").start == asked(start="").start == date(2021, 1, 1)
    assert asked(start="1950-01-01").start == date(2013, 1, 1)
    assert asked(start="2030-01-01").start == DAY
    assert Client().get("/skytjenester/marked?dag=2001-01-01&fra=x").status_code == 200


def test_a_listing_that_is_removed_no_longer_counts_from_then_on() -> None:
    now = clock.now()
    listing = Listing.objects.filter(state="published", firm__state="verified").order_by("key")[0]
    version = listing.versions.get(state="published")
    before = sum(one.listings for one in own.presented([now]))
    who = ("person:900001", "person:900003")
    removal = Ruling("remove", version.pk, version.sha256, "moderation:1", who, reason="Demodata.")
    listing_actions.remove(version, removal, actor=SYSTEM, now=now)
    later = now + timedelta(minutes=1)
    counted = {at: sum(one.listings for one in own.presented([at])) for at in (now, later)}
    assert counted == {now: before, later: before - 1}


def test_call_offs_come_to_what_the_agreements_pages_show() -> None:
    everything = own.drawn(date(2000, 1, 1), asked().until)
    key = max(everything, key=lambda one: one.amount).agreement
    total = sum(one.amount for one in everything if one.agreement == key)
    lots = Lot.objects.filter(agreement__key=key)
    opened = sum(
        amount for lot in lots for amount in lot.entries.filter(kind="opening").values_list("amount", flat=True)
    )
    assert total == sum(one.used for one in CeilingBalance.objects.filter(lot__in=lots)) - opened


def test_an_agreement_that_few_buy_on_is_not_measured() -> None:
    (panel,) = [one for one in panels.panels(asked(), "own") if one.key == "avrop-konsentrasjon"]
    sold, buyers = own.sold(asked().since, asked().until)
    few = {one.title for one in sold if buyers[one.agreement] < 5}
    assert not few & {str(row[0]) for row in panel.rows}
    assert all(title in " ".join(panel.notes) for title in few)
    assert any("ikke verifisert" in note for note in panel.notes)


def test_si_imports_a_study_and_everybody_reads_it_with_its_source() -> None:
    si = signed_in("avtaleforvalter-ikt")
    answer = si.post("/skytjenester/marked/les-inn/undersokelse", {**ABOUT, "sheet": sheet()})
    assert (answer.status_code, answer["Location"]) == (302, "/skytjenester/marked/undersokelser/sky-i-norge")
    html = Client().get(answer["Location"]).content.decode()
    assert all(told in html for told in ("Sky i Norge", "Spurt noen", "Ikke verifisert", "12,5"))
    assert Event.objects.filter(verb="study_imported", subject="study:sky-i-norge").count() == 1
    assert SearchEntry.objects.filter(kind="study", key="sky-i-norge").exists()
    (line, _other) = rows_of(Client(), "/skytjenester/marked/undersokelser/sky-i-norge.csv")
    assert (line["value"], line["publisher"], line["verified"]) == ("12.5", "Demodata", "0")


def test_a_version_stays_when_the_next_comes_and_when_the_study_is_withdrawn() -> None:
    si = signed_in("si-admin")
    path = "/skytjenester/marked/les-inn/undersokelse"
    assert si.post(path, {**ABOUT, "sheet": sheet()}).status_code == 302
    assert si.post(path, {**ABOUT, "sheet": sheet()}).status_code == 409
    assert si.post(path, {**ABOUT, "sheet": sheet(SHEET.replace("12,5", "13"))}).status_code == 302
    withdrawal = "/skytjenester/marked/undersokelser/sky-i-norge/trekk"
    assert si.post(withdrawal, {"reason": "Feil"}).status_code == 422
    assert si.post(withdrawal, {"reason": "Utgiveren har funnet feil"}).status_code == 302
    assert si.post(withdrawal, {"reason": "Utgiveren har funnet feil"}).status_code == 409
    html = Client().get("/skytjenester/marked/undersokelser/sky-i-norge").content.decode()
    assert "Utgiveren har funnet feil" in html
    assert "Sky i Norge" not in Client().get("/skytjenester/marked/undersokelser").content.decode()
    assert not SearchEntry.objects.filter(kind="study", key="sky-i-norge").exists()
    kept = StudyVersion.objects.filter(study__key="sky-i-norge").order_by("number")
    assert [[one["value"] for one in row.figures] for row in kept] == [["12.5", "9"], ["13", "9"], []]


@pytest.mark.parametrize(
    ("changes", "text", "told"),
    [
        ({"key": "Æ ø"}, SHEET, "små bokstaver"),
        ({"url": "javascript:alert(1)"}, SHEET, "https://"),
        ({"published_on": "2024-01-01"}, SHEET, "senest i dag"),
        ({"key": "it-drift-2023"}, SHEET, "kartlegging"),
        ({"title": ""}, SHEET, "Tittel"),
        ({}, SHEET.replace("12,5", "<script>alert(1)</script>"), "linje 2, Verdi"),
        ({}, "bare tull", "kolonne"),
    ],
    ids=["key", "script as address", "of tomorrow", "a survey's key", "no title", "script as value", "no sheet"],
)
def test_what_is_wrong_is_told_and_nothing_is_written(changes: dict[str, str], text: str, told: str) -> None:
    before = StudyVersion.objects.count()
    si = signed_in("si-admin")
    answer = si.post("/skytjenester/marked/les-inn/undersokelse", {**ABOUT, **changes, "sheet": sheet(text)})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert told in html
    assert "<script>alert" not in html
    assert StudyVersion.objects.count() == before


@pytest.mark.parametrize("who", ["", "innkjoper", "lokal-avtaleforvalter", "skyfirma", "revisor"])
def test_only_si_imports_and_withdraws(who: str) -> None:
    client = signed_in(who) if who else Client()
    before = StudyVersion.objects.count()
    for path in ("les-inn/undersokelse", "les-inn/it-drift", "undersokelser/demodata-skymarkedet/trekk"):
        given = {**ABOUT, "year": "2022", "reason": "Fordi jeg vil det", "sheet": sheet()}
        assert client.post(f"/skytjenester/marked/{path}", given).status_code in (302, 403), path
    assert StudyVersion.objects.count() == before


def test_a_survey_is_shown_in_shares_and_no_agency_in_it() -> None:
    public = Client()
    html = public.get("/skytjenester/marked/it-drift").content.decode()
    assert "Hvor kjører de fleste av fagsystemene?" in html
    rows = rows_of(public, "/skytjenester/marked/it-drift.csv")
    assert {row["År"] for row in rows} == {"2021", "2023"}
    assert all(row["Virksomheter"] == "" or int(row["Virksomheter"]) in (0, *range(5, 500)) for row in rows)
    assert any(row["Virksomheter"] == "" for row in rows)
    everything = html + "".join(
        public.get(f"/skytjenester/marked{path}").content.decode()
        for path in ("", ".json", ".csv", "/it-drift.csv", "/it-drift.json", "/undersokelser/it-drift-2023",
                     "/undersokelser/it-drift-2023.json", "/undersokelser/it-drift-2023.csv", "/undersokelser.json")
    )  # fmt: skip
    version = StudyVersion.objects.filter(study__key="it-drift-2023").get()
    numbers = [row["agency"] for row in version.answers]
    assert len(numbers) > 20
    names = Organisation.objects.filter(number__in=numbers).values_list("name", flat=True)
    assert not [one for one in (*numbers, *names) if one in everything]


def test_si_imports_a_survey_from_the_template_and_a_corrected_one_takes_its_place_when_looking_back() -> None:
    si = signed_in("si-admin")
    lines = si.get("/skytjenester/marked/mal/it-drift.csv").content.decode("utf-8-sig").splitlines()
    heading, *agencies = lines
    assert len(agencies) > 40
    answered = [";".join([*line.split(";")[:2], "own", *[""] * 5]) for line in agencies[:30]]
    given = {"year": "2022", "title": "IT-drift 2022", "publisher": "Demodata", "published_on": "2022-12-01",
             "method": "Demodata", "language": "nb"}  # fmt: skip
    path = "/skytjenester/marked/les-inn/it-drift"
    sent = sheet("\n".join([heading, *answered, *agencies[30:]]))
    answer = si.post(path, {**given, "sheet": sent})
    assert (answer.status_code, answer["Location"]) == (302, "/skytjenester/marked/undersokelser/it-drift-2022")
    (year,) = [one for one in queries.surveys("nb", DAY) if one.year == 2022]
    assert (year.answered, year.asked) == (30, len(agencies))
    corrected = sheet("\n".join([heading, *answered[:29], *agencies[29:]]))
    assert si.post(path, {**given, "sheet": corrected}).status_code == 302
    (again,) = [one for one in queries.surveys("nb", DAY) if one.year == 2022]
    assert again.answered == 29
    assert not [one for one in queries.surveys("nb", DAY - timedelta(days=1)) if one.year == 2022]
    wrong = sheet("\n".join([heading, answered[0].replace(";own", ";på månen")]))
    answer = si.post(path, {**given, "sheet": wrong})
    assert answer.status_code == 422
    assert "linje 2, Hvor kjører de fleste" in answer.content.decode()


def test_the_products_own_studies_are_put_in_once_and_left_as_si_wants_them() -> None:
    assert product.load(now=clock.now()) == []
    assert not StudyVersion.objects.filter(study__key="difi-2018", verified=True).exists()
    study = StudyVersion.objects.get(study__key="difi-2018").study
    actions.withdraw(study, "Ikke lenger av interesse", actor=SI, now=clock.now())
    with pytest.raises(Refused):
        actions.withdraw(study, "Ikke lenger av interesse", actor=SI, now=clock.now())
    assert product.load(now=clock.now()) == []


def test_the_command_shows_imports_and_withdraws(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "tall.csv"
    file.write_text(SHEET)
    about = ["--title", "Sky", "--publisher", "SI", "--published", "2023-05-01", "--method", "Demodata", "--json"]
    assert market(["import-study", str(file), "--key", "sky", *about]) == 0
    assert json.loads(capsys.readouterr().out) == {"key": "sky", "version": 1}
    assert market(["show", "--json"]) == 0
    assert "verden-norge-percent" in {one["key"] for one in json.loads(capsys.readouterr().out)["panels"]}
    assert market(["withdraw", "sky", "--reason", "Bare en prøve", "--json"]) == 0
    capsys.readouterr()
    assert market(["list", "--json"]) == 0
    assert "sky" not in {one["key"] for one in json.loads(capsys.readouterr().out)["studies"]}
    with pytest.raises(BadInput):
        market(["withdraw", "finnes-ikke", "--reason", "Bare en prøve"])
    with pytest.raises(BadInput):
        market(["import-study", str(tmp_path / "finnes-ikke.csv"), "--key", "sky", *about])
    assert reverse("market_overview") == "/skytjenester/marked"


def test_a_room_that_measures_consumption_has_it_beside_the_others_and_nothing_is_shown_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(panels, "_makers", dict(panels._makers))
    assert Client().get("/skytjenester/marked/tall/forbruk-etter-ar.csv").status_code == 404
    measured = panels.Panel("forbruk-etter-ar", "Målt forbruk", ("År", "Kroner"), (("2023", 12),), "Målinger")
    panels.add_panels("own", "forbruk", "Forbruk", 40, lambda _asked: [measured])
    assert "Målt forbruk" in Client().get("/skytjenester/marked").content.decode()
    assert rows_of(Client(), "/skytjenester/marked/tall/forbruk-etter-ar.csv") == [{"År": "2023", "Kroner": "12"}]
    with pytest.raises(ValueError, match="none of"):
        panels.add_panels("oppdiktet", "forbruk", "Forbruk", 40, lambda _asked: [])

"""Shortlists over HTTP: begun from a search, judged, fixed, read by those who may, attached as evidence."""

from __future__ import annotations

import json
from typing import Any

import pgtrigger
import pytest
from tests.journeys.visiting import Visitor

from fellestorg.calloffs.models import CallOff
from fellestorg.competitions.award.protocol import protocol_paper
from fellestorg.competitions.dialogue.evidence import evidence_of
from fellestorg.competitions.models import Competition
from fellestorg.demo_data.marketplace.shortlists import COMPETITION, DRAFT, FIXED
from fellestorg.kernel import clock
from fellestorg.kernel.models import Event
from fellestorg.marketplace.shortlists import using
from fellestorg.marketplace.shortlists.commands import shortlist
from fellestorg.marketplace.shortlists.models import FixedShortlist, Shortlist, ShortlistUse
from fellestorg.organisations.models import Person
from fellestorg.organisations.queries import actor_for
from fellestorg.values import Refused, digest

pytestmark = pytest.mark.usefixtures("demo")
HERE = "/skytjenester/kortlister"
NEED = "Lagring av saksarkiv i Norge (demodata)."
KEYS = ("dalarkiv-kopi", "fjordlager", "viddelager-objekt")


def begun(buyer: Visitor, **more: Any) -> str:
    """The address of a draft begun from a search for storage."""
    fields = {"sok": "category=cips-storage", "purpose": "market_study", "title": "Arkiv", "need": NEED}
    return str(buyer.send(f"{HERE}/ny", fields | more).response["Location"])


def judged(**more: str) -> dict[str, str]:
    said = {f"verdict:{key}": "left_out" for key in KEYS} | {f"verdict:{KEYS[2]}": "chosen"}
    grounds = {f"grounds:{KEYS[2]}": "Dekker behovet (demodata)."}
    return {"title": "Arkiv", "need": NEED, "common_grounds": "Dekker ikke behovet (demodata)."} | said | grounds | more


def attached() -> tuple[Shortlist, Competition]:
    return Shortlist.objects.get(title=FIXED), Competition.objects.get(title=COMPETITION)


def test_a_buyer_searches_judges_and_fixes() -> None:
    buyer = Visitor("innkjoper")
    search = buyer.read("/skytjenester/sok?category=cips-storage")
    page = buyer.read(search.links["Lag kortliste av tjenestene i søket"])
    assert "Treff 3" in page.words and all(name in page.words for name in ("Fjordlager", "Dalarkiv kopi"))
    page = buyer.press(page, "Begynn kortlista", purpose="market_study", title="Arkiv", need=NEED)
    path = page.path
    assert "funnet av søket" in page.words and "Slik det svarte" in page.words
    assert "Slik det svarte" not in buyer.read("/skytjenester/kortlister/2").words  # begun from a comparison
    wrong = buyer.send(path, judged(do="fix", **{f"grounds:{KEYS[2]}": "Ja"}), 422)
    assert "Viddelager objekt: skriv begrunnelsen" in wrong.words and "Dekker ikke behovet (demodata)." in wrong.html
    buyer.send(path, judged(do="fix"))
    page = buyer.read(path)
    assert "Låst" in page.words and "Dekker behovet (demodata)." in page.words and "Uendret" in page.words
    told = buyer.json(f"{path}.json")
    assert told["sha256"] == digest(told["content"]) and told["sha256"] in page.html
    assert buyer.read(f"{path}.pdf").response.content.startswith(b"%PDF")
    assert "Dekker ikke behovet" in buyer.read(f"{path}.csv").html
    assert "låst" in buyer.send(path, judged(do="save", title="Annet"), 409).words
    made = buyer.send(path, {"do": "anew"}).response["Location"]
    assert "Vurdering av Fjordlager" in buyer.read(made).words
    assert buyer.send(made, {"do": "drop"}).response["Location"] == HERE
    buyer.read(made, 404)
    verbs = list(Event.objects.filter(subject=f"shortlist:{path.rsplit('/', 1)[-1]}").values_list("verb", flat=True))
    assert set(verbs) == {"shortlist_begun", "shortlist_saved", "shortlist_fixed"}


def test_what_is_written_is_kept_whatever_is_wrong() -> None:
    buyer = Visitor("innkjoper")
    again = buyer.send(f"{HERE}/ny", {"sok": "q=zzzz", "title": "Mitt arkiv", "need": "kort", "purpose": "x"}, 422)
    assert "Mitt arkiv" in again.html and again.form("Begynn kortlista").fields["need"] == "kort"
    path = begun(buyer)
    page = buyer.send(path, judged(do="save", title="", common_grounds="Skrevet før feilen."), 422)
    assert "Skrevet før feilen." in page.html and f'name="verdict:{KEYS[2]}" value="chosen" checked' in page.html
    page = buyer.send(path, judged(do="add", legg_til="Finnes ikke"), 422)
    assert "Dekker ikke behovet (demodata)." in page.html
    buyer.send(path, judged(do="add", legg_til="https://x.example/skytjenester/tjenester/saksgang-5"))
    assert "Saksgang 5" in buyer.read(path).words
    buyer.send(path, judged(do="out:saksgang-5"))
    buyer.send(path, judged(do=f"out:{KEYS[0]}"), 409)
    assert "Saksgang 5" not in buyer.read(path).words.partition("Tjenestene")[2].partition("Felles")[0]


def test_too_wide_a_search_is_refused_and_may_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fellestorg.marketplace.shortlists.searching.MOST_FOUND", 2)
    buyer = Visitor("innkjoper")
    page = buyer.read(f"{HERE}/ny?sok=category%3Dcips-storage&tjeneste=fjordlager", 409)
    assert "Søket finner 3 tjenester" in page.words and "Begynn uten søket" in page.words
    path = begun(buyer, tjeneste="fjordlager", uten_sok="1")
    assert "ikke med et søk" in buyer.read(path).words


def test_nobody_else_sees_a_shortlist() -> None:
    fixed, competition = attached()
    draft = Shortlist.objects.get(title=DRAFT)
    for path in (f"{HERE}/{fixed.pk}", f"{HERE}/{fixed.pk}.json", f"{HERE}/{fixed.pk}.csv", f"{HERE}/{fixed.pk}.pdf"):
        Visitor().read(path, 302)
        for who in ("skyfirma", "atea", "innkjoper", "lokal-avtaleforvalter"):
            Visitor(who).read(path, 404)
        Visitor("revisor").read(path)
    Visitor("prosjektleder").read(f"{HERE}/{draft.pk}", 404)
    Visitor("skyfirma").read(HERE, 403)
    listed = Visitor("innkjoper").json(f"{HERE}.json")["shortlists"]
    assert [one["title"] for one in listed] == [DRAFT]
    assert {one["title"] for one in Visitor("revisor").json(f"{HERE}.json")["shortlists"]} == {FIXED, DRAFT}
    Visitor("skyfirma").read(f"/konkurranser/{competition.number}", 404)
    for path in (f"{HERE}/{fixed.pk}", f"{HERE}/{2**70}"):
        assert Visitor("innkjoper").send(path, {"do": "anew"}, 404).status == 404


def test_colleagues_without_a_buyers_role_read_and_do_not_write() -> None:
    path = begun(Visitor("innkjoper"))
    person = Person.objects.create(username="admin-hos-kjoper", name="A", email="a@demodata.example")
    body = Shortlist.objects.get(pk=path.rsplit("/", 1)[-1]).buyer
    person.grants.create(organisation=body, role="si_admin", valid_from="2020-01-01")
    reader = Visitor("admin-hos-kjoper")
    assert "Lagre og lås" not in reader.read(path).words
    reader.send(path, judged(do="save"), 403)


def test_evidence_shows_on_the_competition_with_link_and_fingerprint() -> None:
    fixed, competition = attached()
    lead = Visitor("prosjektleder")
    page = lead.read(f"/konkurranser/{competition.number}")
    assert page.links[FIXED] == f"{HERE}/{fixed.pk}" and fixed.fixed.sha256[:16] in page.html
    assert "Uendret siden" in page.words
    (row,) = lead.json(f"/konkurranser/{competition.number}/grunnlag.json")["evidence"]
    assert row["sha256"] == fixed.fixed.sha256 and row["intact"] is True
    assert fixed.fixed.sha256 in lead.read(f"/konkurranser/{competition.number}/grunnlag.csv").html
    paper = protocol_paper(competition, inside=True, language="nb", at=clock.now())
    assert fixed.fixed.sha256 in str(paper)
    assert fixed.fixed.sha256 not in str(protocol_paper(competition, inside=False, language="nb", at=clock.now()))


def test_the_team_sees_the_evidence_wherever_they_sit() -> None:
    fixed, competition = attached()
    colleague = Person.objects.get(username="lokal-avtaleforvalter")
    competition.team.create(person=colleague, task="evaluator", added_at=clock.now())
    assert FIXED in Visitor("lokal-avtaleforvalter").read(f"{HERE}/{fixed.pk}").words
    Visitor("lokal-avtaleforvalter").send(f"{HERE}/{fixed.pk}", {"do": "anew"}, 403)


def test_a_lead_attaches_a_shortlist_once() -> None:
    lead = Visitor("prosjektleder")
    coffee = Competition.objects.get(title__startswith="Kaffe og te")
    page = lead.read(f"/konkurranser/{coffee.number}")
    page = lead.read(page.links["Legg ved en kortliste"])
    page = lead.read(page.links[FIXED])
    page = lead.press(page, "Legg ved", do="use", konkurranse=coffee.number)
    assert FIXED in page.words and coffee.number in lead.read(f"{HERE}/{attached()[0].pk}").words
    event = Event.objects.get(verb="evidence_attached", subject=coffee.subject)
    assert event.covers[0][0] == "marketplace_shortlistuse"
    lead.send(f"{HERE}/{attached()[0].pk}", {"do": "use", "konkurranse": coffee.number}, 422)


def test_a_list_for_a_mini_competition_is_attached_to_one_and_to_nothing_else() -> None:
    buyer, person = Visitor("innkjoper"), Person.objects.get(username="innkjoper")
    path = begun(buyer, purpose="mini_competition")
    buyer.send(path, judged(do="fix"))
    body = Shortlist.objects.get(pk=path.rsplit("/", 1)[-1]).buyer
    given: dict[str, Any] = {"language": "nb", "buyer": body, "lead": person, "created_at": clock.now()}
    mini = Competition.objects.create(number="K-2023-90001", procedure="mini_competition", title="Mini", **given)
    Competition.objects.create(number="K-2023-90002", procedure="open", title="Åpen", **given)
    page = buyer.read(path)
    assert "K-2023-90001 Mini" in page.html and "K-2023-90002" not in page.html
    assert "Arkiv" in buyer.press(page, "Legg ved", do="use", konkurranse=mini.number).links


def test_what_is_no_evidence_is_refused() -> None:
    fixed, competition = attached()
    draft = Shortlist.objects.get(title=DRAFT)
    lead = Person.objects.get(username="prosjektleder")
    opened = Competition.objects.get(title__contains="evaluert og tildelt")
    other = Competition.objects.get(title__startswith="Kaffe og te")
    mine = Shortlist.objects.create(
        buyer=fixed.buyer, purpose="mini_competition", title="T", need="N", state="fixed", made_at=clock.now(), made_by=lead,
        saved_at=clock.now(),
    )  # fmt: skip
    FixedShortlist.objects.create(
        shortlist=mine, content={"title": "T"}, sha256="x", fixed_at=clock.now(), fixed_by=lead
    )
    broken = Shortlist.objects.create(
        buyer=fixed.buyer, purpose="market_study", title="T", need="N", state="fixed", made_at=clock.now(), made_by=lead,
        saved_at=clock.now(),
    )  # fmt: skip
    FixedShortlist.objects.create(
        shortlist=broken, content={"title": "T"}, sha256="x", fixed_at=clock.now(), fixed_by=lead
    )
    refused = {
        "used_already": (fixed, competition),
        "not_a_buyer_here": (draft, other),
        "wrong_purpose": (mine, other),
        "not_whole": (broken, other),
        "deadline_is_over": (fixed, opened),
    }
    actor = actor_for(lead, clock.today())
    for code, (row, where) in refused.items():
        with pytest.raises(Refused) as caught:
            using.use(row, where, actor=actor, person=lead, now=clock.now())
        assert caught.value.code == code
    assert ShortlistUse.objects.count() == 1


def test_evidence_that_was_tampered_with_says_so() -> None:
    fixed, competition = attached()
    assert [one.intact for one in evidence_of(competition)] == [True]
    with pgtrigger.ignore("marketplace.FixedShortlist:append_only"):
        FixedShortlist.objects.filter(shortlist=fixed).update(content={**fixed.fixed.content, "need": "Noe annet"})
    assert [one.intact for one in evidence_of(competition)] == [False]
    lead = Visitor("prosjektleder")
    assert "stemmer ikke med fingeravtrykket" in lead.read(f"{HERE}/{fixed.pk}").words
    assert "ikke det som ble lagt ved" in lead.read(f"/konkurranser/{competition.number}").words


def test_the_command_exports_what_was_fixed_and_says_whether_it_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    fixed = attached()[0]
    assert shortlist([str(fixed.pk), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["intact"] is True and digest(told["content"]) == told["sha256"]
    assert shortlist(["99999"]) == 2 and "no fixed shortlist" in capsys.readouterr().err
    with pgtrigger.ignore("marketplace.FixedShortlist:append_only"):
        FixedShortlist.objects.filter(shortlist=fixed).update(sha256="x" * 64)
    assert shortlist([str(fixed.pk)]) == 1 and "DOES NOT AGREE" in capsys.readouterr().out


def test_the_marketplaces_front_page_leads_to_both() -> None:
    page = Visitor("innkjoper").read("/skytjenester")
    assert page.links["Sammenlign tjenester"] == "/skytjenester/sammenlign"
    assert page.links["Kortlister"] == HERE
    listing = Visitor().read("/skytjenester/tjenester/fjordlager")
    assert listing.links["Sammenlign med andre tjenester"].endswith("?tjeneste=fjordlager")


def test_a_mini_competition_starts_with_a_list_chosen_on_its_form() -> None:
    buyer = Visitor("innkjoper")
    buyer.send(begun(buyer, purpose="mini_competition"), judged(do="fix"))
    fixed = Shortlist.objects.filter(state="fixed", purpose="mini_competition").latest("pk")
    call_off = CallOff.objects.filter(state="mini_competition", buyer=fixed.buyer).latest("pk")
    path = f"/avrop/{call_off.number}/minikonkurranse"
    page = buyer.read(path)
    assert f'value="shortlist:{fixed.pk}">Arkiv<' in page.html
    typed = {"description": "Som i listen", "tenders_until": "2023-11-20", "second_opener": "godkjenner"}
    buyer.send(path, {**typed, "evidence": "shortlist:0"}, 422)
    assert not Competition.objects.filter(origin=call_off.subject).exists()
    buyer.send(path, {**typed, "evidence": f"shortlist:{fixed.pk}"})
    use = ShortlistUse.objects.get(shortlist=fixed)
    assert use.competition.origin == call_off.subject and use.used_by.username == "innkjoper"

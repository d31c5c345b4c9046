"""Procedures in two stages, from the notice to the award, as the lead, the suppliers and the openers do it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fellestorg.competitions.evaluation import actions as evaluating
from fellestorg.competitions.models import Competition, QualificationRequirement
from fellestorg.competitions.preparing import actions as preparing
from fellestorg.competitions.preparing.tests.world import LEAD, actor, filled_in, person, started
from fellestorg.competitions.selecting.models import CandidateLetter, ParticipationRequest
from fellestorg.demo_data import opening_keys
from fellestorg.kernel import clock
from fellestorg.kernel.models import Event
from fellestorg.law.procedures import procedures
from fellestorg.organisations.models import Organisation
from tests.journeys.visiting import Visitor

pytestmark = pytest.mark.usefixtures("demo")
SUPPLIERS = ("atea", "dustin", "lyreco", "maske", "stolmakeren", "plankeverk")
WHY = "Svarer klart og fullstendig på spørsmålet (demodata)."
KEYS = {"apner": "apner", "si-admin": "reserve"}


class Journey:
    """A competition that is run in the browser."""

    def __init__(self, procedure: str, suppliers: tuple[str, ...], *, most: int | None, rounds: bool = False) -> None:
        self.now = clock.now()
        self.lead = Visitor(LEAD)
        self.suppliers = {name: Visitor(name) for name in suppliers}
        self.number = self._published(procedure, most, rounds)
        self.here = f"/konkurranser/{self.number}"

    @property
    def row(self) -> Competition:
        return Competition.objects.get(number=self.number)

    def after(self, **time: Any) -> datetime:
        self.now += timedelta(**time)
        clock.set_demo_clock(self.now)
        return self.now

    def selects(self, status: int = 302, **fields: Any) -> Any:
        return self.lead.send(f"{self.here}/utvelgelse", fields, status)

    def holds(self, status: int = 302, **fields: Any) -> Any:
        return self.lead.send(f"{self.here}/runder", fields, status)

    def asks(self, name: str, status: int = 302, **fields: Any) -> Any:
        given = {"a:omsetning": "yes", "text": "Vi har levert dette før.", "true": "1", **fields}
        return self.suppliers[name].send(f"{self.here}/foresporsel", given, status)

    def deadline(self, days: int) -> None:
        until = (self.now + timedelta(days=days)).astimezone(clock.OSLO)
        fields = {
            "tenders_until": f"{until:%Y-%m-%dT%H:%M}",
            "validity_until": f"{until + timedelta(days=90):%Y-%m-%d}",
        }
        self.lead.send(f"{self.here}/frister", fields)

    def close_requests(self) -> None:
        self.after(days=31)
        self.selects(do="close")

    def qualify(self, *names: str) -> None:
        for name in names:
            self.selects(do="decide_all", supplier=number_of(name))

    def tender(self, name: str, price: int) -> None:
        supplier, line = self.suppliers[name], self.row.lots.get().price_lines.get()
        supplier.send(f"{self.here}/tilbud/endre", {"do": "anew"})
        typed = {"a:hvor-mange-timer-varer-batteriet": "12", f"p:{line.lot.key}:{line.key}": str(price)}
        supplier.send(f"{self.here}/tilbud", typed)
        supplier.send(f"{self.here}/tilbud/lever", {"binding": "1"}, status=200)

    def open(self, days: int) -> None:
        self.after(days=days)
        for username, key in KEYS.items():
            given = SimpleUploadedFile("nokkel.txt", opening_keys.secret(key).encode())
            Visitor(username).send(f"{self.here}/apning", {"key": given, "passphrase": ""})
        assert self.row.stage == "opened"

    def evaluate(self, points: dict[str, int]) -> None:
        """Score, agree, close and rank, by the ordinary verbs: their pages have a journey of their own."""
        competition, evaluator = self.row, person("evaluerer")
        for one in (evaluator, person(LEAD)):
            evaluating.declare(competition, "", conflict=False, actor=actor(one.username), person=one)
        evaluating.start(competition, actor=actor(LEAD))
        lot = self.row.lots.get()
        for criterion in competition.criteria.filter(kind="points"):
            for name, given in points.items():
                cell = (lot, criterion, Organisation.objects.get(number=number_of(name)), Decimal(given), WHY)
                evaluating.give_score(*cell, actor=actor("evaluerer"), person=evaluator)
                evaluating.agree_score(*cell, actor=actor(LEAD), person=person(LEAD))
        evaluating.close_quality(lot, actor=actor(LEAD), person=person(LEAD))
        evaluating.rank(lot, actor=actor(LEAD), person=person(LEAD))

    def award(self) -> dict[str, list[str]]:
        self.lead.send(f"{self.here}/etter/award")
        assert self.row.stage == "awarded"
        winners: dict[str, list[str]] = self.row.awards.get().winners
        return winners

    def _published(self, procedure: str, most: int | None, rounds: bool) -> str:
        competition = filled_in(started(self.now, procedure=procedure), self.now)
        here = f"/konkurranser/{competition.number}"
        requirement = {"kind": "discretionary", "title": "Omsetning", "evidence": "Årsregnskap"}
        preparing.put(competition, QualificationRequirement, None, requirement, actor=actor(LEAD), now=self.now)
        until = (self.now + timedelta(days=31)).astimezone(clock.OSLO)
        self.lead.send(f"{here}/frister", {"requests_until": f"{until:%Y-%m-%dT%H:%M}"})
        least = 5 if procedure == "restricted" else 3
        announced = {"minimum": least, "maximum": most or "", "method": "weighted"} | (
            {"rounds": "on"} if rounds else {}
        )
        self.lead.send(f"{here}/utvelgelse/regler", announced)
        if most:
            self.lead.send(f"{here}/send-ut", {"move": "publish"})
            assert "objektive kriteriene" in self.lead.read(here).words
            criterion = {"title": "Erfaring", "weight": "100", "text": "Tre lignende leveranser gir 10 poeng."}
            self.lead.send(f"{here}/forbered/utvelgelse", criterion)
        self.lead.send(f"{here}/send-ut", {"move": "publish"})
        competition.refresh_from_db()
        assert competition.stage == "published", self.lead.read(here).words
        return competition.number


def number_of(name: str) -> str:
    return str(Organisation.objects.get(grants__person__username=name, grants__role="supplier").number)


def test_a_restricted_procedure_from_requests_to_the_award() -> None:
    journey = Journey("restricted", SUPPLIERS, most=5)
    here, lead = journey.here, journey.lead
    journey.asks("atea", 422, **{"a:omsetning": ""})
    journey.asks("atea", 422, true="")
    journey.asks("atea")
    proof = SimpleUploadedFile("regnskap.pdf", b"tre millioner i overskudd")
    journey.asks("atea", **{"f:omsetning": proof})
    (kept,) = (
        journey.suppliers["dustin"]
        .client.post(
            "/leverandor/svararkiv",
            {"title": "Regnskap", "file": SimpleUploadedFile("r.pdf", b"arkivert")},
            follow=True,
        )
        .context["entries"]
    )
    journey.asks("dustin", **{"v:omsetning": str(kept[0].id)})
    for name in SUPPLIERS[2:]:
        journey.asks(name)
    journey.suppliers["plankeverk"].send(f"{here}/foresporsel/trekk")
    journey.asks("plankeverk", **{"a:omsetning": "no"})

    # Nobody at the buyer's reads, or counts, what has come before the deadline.
    page = lead.read(f"{here}/utvelgelse")
    assert "Atea" not in page.words and "forseglet" in page.words
    lead.read(f"{here}/utvelgelse.csv", 403)
    journey.selects(409, do="close")
    told = Event.objects.filter(subject=journey.row.subject, verb="request_received")
    assert told.count() == 8 and number_of("atea") not in str([(one.payload, one.actor_name) for one in told])
    assert not any(b"overskudd" in bytes(one.sealed) for one in ParticipationRequest.objects.all())

    journey.after(days=31)
    assert "ute" in journey.asks("maske", 409).words
    journey.selects(do="close")
    page = lead.read(f"{here}/utvelgelse")
    assert "regnskap.pdf" in page.words and "Vi har levert dette før." in page.words
    assert b"arkivert" in lead.client.get(page.links["r.pdf"]).content
    journey.selects(409, do="select")
    journey.qualify(*SUPPLIERS)
    out = {"supplier": number_of("plankeverk"), "requirement": "omsetning", "outcome": "not_met"}
    journey.selects(422, do="decide", **out)
    journey.selects(do="decide", **out, reason="Omsetningen er under kravet.")
    journey.selects(409, do="select")
    ground = {"supplier": number_of("plankeverk"), "ground": "REJECT-UNMET", "reason": "Omsetningen er under kravet."}
    journey.selects(do="reject", **ground)
    # Five of five: nobody needs points. The sixth is taken in, and now points decide.
    journey.selects(do="select")
    journey.selects(409, do="select")
    journey.selects(do="take_in", supplier=number_of("plankeverk"), reason="Nytt regnskap er vurdert.")
    journey.selects(do="decide", **{**out, "outcome": "met"})
    journey.selects(409, do="select")
    assert "endret siden" in journey.selects(409, do="invite").words
    journey.selects(422, do="score", supplier=number_of("atea"), **{"p:erfaring": "11", "r:erfaring": WHY})
    for place, name in enumerate(SUPPLIERS):
        journey.selects(do="score", supplier=number_of(name), **{"p:erfaring": f"{place},5", "r:erfaring": WHY})
    journey.selects(do="select")
    assert "Sett fristen" in journey.selects(409, do="invite").words
    journey.deadline(30)
    journey.selects(do="invite")

    assert journey.row.stage == "invited"
    assert set(journey.row.invitees.values_list("supplier__number", flat=True)) == set(map(number_of, SUPPLIERS[1:]))
    letters = {
        one.supplier.number: one
        for one in CandidateLetter.objects.filter(competition=journey.row).select_related("supplier")
    }
    assert len(letters) == 6 and len({one.sent_at for one in letters.values()}) == 1
    lost = letters[number_of("atea")]
    words = journey.suppliers["atea"].read(f"{here}/utvelgelse/brev/{lost.pk}").words
    assert "5 av 6" in words and WHY in words
    journey.suppliers["dustin"].read(f"{here}/utvelgelse/brev/{lost.pk}", 404)
    assert journey.suppliers["atea"].client.get(f"{here}/tilbud").status_code == 404
    for price, name in enumerate(SUPPLIERS[1:3], 900):
        journey.tender(name, price)
    journey.open(31)
    journey.evaluate({"dustin": 8, "lyreco": 5})
    assert list(journey.award().values()) == [[number_of("dustin")]]
    lead.read(f"{here}/protokoll.docx")


def test_an_innovation_partnership_is_run_as_a_negotiation_is() -> None:
    notice, *rest = procedures()["innovation"].moves
    assert tuple(rest) == procedures()["negotiated"].moves[1:]
    assert set(notice.guards) == {*procedures()["negotiated"].moves[0].guards, "innovation_rewarded"}


def test_a_negotiation_with_rounds_minutes_fewer_and_revised_tenders() -> None:
    names = SUPPLIERS[:4]
    journey = Journey("negotiated", names, most=None, rounds=True)
    for name in names:
        journey.asks(name)
    journey.close_requests()
    journey.qualify(*names)
    journey.selects(do="select")
    journey.deadline(30)
    journey.selects(do="invite")
    for price, name in enumerate(names[:3], 900):
        journey.tender(name, price)
    journey.open(31)
    journey.evaluate({"atea": 9, "dustin": 8, "lyreco": 2})
    journey.holds(do="start")
    journey.holds(409, do="call")
    journey.holds(422, do="round", about="Kort")
    journey.holds(do="round", about="Leveringstid og garanti, de samme spørsmålene til alle.")
    taking_part = journey.suppliers["atea"].read(journey.here).words
    assert "Leveringstid og garanti" in taking_part
    assert "Leveringstid og garanti" not in journey.suppliers["maske"].client.get(journey.here).content.decode()
    meeting = {
        "round": "1",
        "met_on": f"{clock.today()}",
        "present": "Prosjektleder og selger",
        "text": "Vi gikk gjennom.",
    }
    journey.holds(422, do="minutes", **{**meeting, "supplier": number_of("atea"), "text": ""})
    journey.holds(409, do="minutes", **meeting, supplier=number_of("maske"))
    for name in names[:2]:
        journey.holds(do="minutes", **meeting, supplier=number_of(name))
    journey.holds(422, do="reduce", lot=journey.row.lots.get().key, keep="1")
    journey.holds(do="reduce", lot=journey.row.lots.get().key, keep="2")
    assert journey.suppliers["lyreco"].client.get(f"{journey.here}/runder/referat/1").status_code == 404
    journey.deadline(10)
    journey.holds(do="call")
    assert journey.row.stage == "invited"
    assert set(journey.row.invitees.values_list("supplier__number", flat=True)) == set(map(number_of, names[:2]))
    assert journey.suppliers["lyreco"].client.post(f"{journey.here}/tilbud", {}).status_code == 409
    for price, name in ((880, "atea"), (100, "dustin")):
        journey.tender(name, price)
    journey.open(11)
    journey.evaluate({"atea": 9, "dustin": 8})
    assert list(journey.award().values()) == [[number_of("dustin")]]
    assert journey.lead.json(f"{journey.here}/runder.json")["minutes"][0]["text"] == "Vi gikk gjennom."


def test_a_dialogue_that_ends_in_tenders() -> None:
    names = SUPPLIERS[:4]
    journey = Journey("dialogue", names, most=None, rounds=True)
    for name in names:
        journey.asks(name)
    journey.close_requests()
    journey.qualify(*names)
    journey.selects(do="select")
    journey.selects(do="invite")
    assert journey.row.stage == "dialogue"
    journey.holds(do="round", about="Presenter løsningen deres for oss, en time hver.")
    meeting = {
        "round": "1",
        "met_on": f"{clock.today()}",
        "present": "Prosjektleder og selger",
        "text": "Løsningen ble vist.",
    }
    for name in names:
        journey.holds(do="minutes", **meeting, supplier=number_of(name))
    journey.holds(409, do="reduce", keep="2")
    for place, name in enumerate(names):
        fields = {f"{kind}:{key}": value for key in ("kvalitet", "miljo") for kind, value in (("p", place), ("r", WHY))}
        journey.holds(do="judge", supplier=number_of(name), **fields)
    journey.holds(do="reduce", keep="2")
    assert {
        one.supplier.number for one in CandidateLetter.objects.filter(competition=journey.row, outcome="not_continued")
    } == set(map(number_of, names[:2]))
    journey.holds(409, do="call")
    journey.deadline(20)
    journey.holds(do="call")
    assert journey.row.stage == "invited"
    for price, name in enumerate(names[2:], 900):
        journey.tender(name, price)
    journey.open(21)
    journey.evaluate(dict.fromkeys(names[2:], 7))
    assert list(journey.award().values()) == [[number_of("lyreco")]]


def test_fewer_than_the_law_s_least_is_not_announced_and_fewer_between_rounds_only_where_it_was() -> None:
    lead = Visitor(LEAD)
    announced = started(clock.now(), procedure="restricted")
    here = f"/konkurranser/{announced.number}"
    lead.send(f"{here}/utvelgelse/regler", {"minimum": 4, "maximum": 4, "method": "ranked"})
    lead.send(f"{here}/utvelgelse/regler", {"minimum": 4, "maximum": 3, "method": "ranked"}, status=422)
    assert "minst 5" in lead.read(here).words
    silent = started(clock.now(), procedure="negotiated")
    Competition.objects.filter(pk=silent.pk).update(stage="negotiating")
    for fields, status in (({"do": "reduce", "keep": "x"}, 422), ({"do": "x"}, 404)):
        lead.send(f"/konkurranser/{silent.number}/runder", fields, status)
    refused = lead.send(f"/konkurranser/{silent.number}/runder", {"do": "reduce", "keep": "2"}, 409)
    assert "sa ikke at antallet" in refused.words

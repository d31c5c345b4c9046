"""A restricted procedure between the deadline for requests and the selection: seven candidates, two of them considered. All
made up, candidates too. The demo's clock goes through the days, and the ordinary actions do what was done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from fellestorg.competitions.models import Competition
from fellestorg.competitions.preparing import actions as preparing
from fellestorg.competitions.preparing.actions import SheetLine
from fellestorg.competitions.selecting import actions as selecting
from fellestorg.competitions.selecting import requests
from fellestorg.competitions.selecting.models import SelectionCriterion
from fellestorg.competitions.selecting.requests import Evidence, Filled
from fellestorg.demo_data import agencies
from fellestorg.demo_data.competitions import lay_criteria, make_ready, started
from fellestorg.demo_data.further_suppliers import FURTHER_SUPPLIERS
from fellestorg.demo_data.ground import Ground, at
from fellestorg.demo_data.sellers import sellers_of
from fellestorg.demo_data.tendered import qualify
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor, Grant
from fellestorg.organisations.models import Organisation, Person

TITLE = "Flytting og montering av kontormøbler (demodata)"
_LOT = "flytting"
# What each can show, and how many years back.
_CANDIDATES = {
    "stolmakeren": "Elleve flyttinger av hele etater de siste tre årene (demodata).",
    "plankeverk": "Ni flyttinger de siste tre årene, tre av dem i verneverdige bygg (demodata).",
    "ombruksverkstedet": "Alt vi flytter, registreres for ombruk. Seks oppdrag (demodata).",
    "elvevegen": "Fire oppdrag i Trøndelag (demodata).",
    "fjordbil": "To oppdrag, begge med elektriske biler (demodata).",
    "nordkapp-bil": "Fem oppdrag i Nord-Norge (demodata).",
    "tindebil": "Ett stort oppdrag for en kommune (demodata).",
}
_CONSIDERED = ("stolmakeren", "plankeverk")


def lay(ground: Ground, day: date) -> None:
    """Save it as it stands on ``day``, in the load's transaction; the demo's clock stops on the day before."""
    lead = Person.objects.get(username="prosjektleder")
    buyer = ground.organisations[agencies.OWNER]
    actor = Actor(lead.key, lead.name, (Grant("project_lead", buyer.number),), lead.language)
    competition = _published(buyer, lead, actor, day)
    suppliers = {name: ground.organisations[FURTHER_SUPPLIERS[name][0]] for name in _CANDIDATES}
    ask_to_participate(
        competition, {suppliers[name]: text for name, text in _CANDIDATES.items()}, at(day - timedelta(days=4), 9)
    )
    clock.set_demo_clock(at(day - timedelta(days=1), 9))
    selecting.close_requests(competition, actor=actor)
    qualify(competition, [suppliers[name] for name in _CONSIDERED], actor, lead)
    for name in _CONSIDERED:
        reason = "Antall og omfang av lignende oppdrag, slik kriteriet sier (demodata)."
        points = Decimal(9 if name == "stolmakeren" else 8)
        selecting.give_points(competition, "erfaring", suppliers[name], points, reason, actor=actor, person=lead)


def _published(buyer: Organisation, lead: Person, actor: Actor, day: date) -> Competition:
    begun, out = at(day - timedelta(days=58), 9), at(day - timedelta(days=42), 10)
    competition = started(
        "moving-restricted", TITLE, buyer, lead, actor, begun, cpv="98392000", value=6_000_000, most=9_000_000,
        lots=("Flytting",), procedure="restricted",
    )  # fmt: skip
    criteria = (
        ("price", "Pris", "0.5", False),
        ("points", "Kvalitet", "0.2", False),
        ("points", "Miljø", "0.3", True),
    )
    lay_criteria(competition, criteria, Decimal(500_000), actor, begun)
    lines = [SheetLine(_LOT, "Arbeidsplass flyttet og montert", "stk.", Decimal(1200))]
    make_ready(competition, lines, lead, actor, begun, out, deadline=at(day + timedelta(days=40), 12))
    preparing.set_deadlines(competition, requests_until=at(day - timedelta(days=2), 12), actor=actor, now=out)
    selecting.announce(competition, minimum=5, maximum=5, method="weighted", rounds=False, actor=actor, now=begun)
    for title, weight, text in (
        ("Erfaring", "0.7", "10 poeng for ti eller flere lignende oppdrag de siste tre årene, 0 for ingen."),
        ("Egne fagfolk", "0.3", "10 poeng når alle montører er egne ansatte med fagbrev, 0 når ingen er det."),
    ):
        fields = {"title": title, "weight": Decimal(weight), "text": text}
        preparing.put(competition, SelectionCriterion, None, fields, actor=actor, now=begun)
    preparing.send_out(competition, "publish", actor=actor, now=out)
    competition.refresh_from_db()
    return competition


def ask_to_participate(competition: Competition, texts: Mapping[Organisation, str], moment: datetime) -> None:
    """Have each supplier ask at that moment, with a certificate and its own text; the demo's clock stops there."""
    requirements = list(competition.requirements.all())
    people = sellers_of(texts)
    clock.set_demo_clock(moment)
    for supplier, text in texts.items():
        proof = Evidence("firmaattest.txt", f"Firmaattest for {supplier.name} (demodata).".encode())
        files = {one.key: proof for one in requirements if not one.ground}
        filled = Filled({one.key: (True, "") for one in requirements}, files, text)
        requests.submit(competition, supplier, filled, person=people[supplier.pk], now=moment)

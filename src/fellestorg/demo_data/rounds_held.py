"""A negotiation after its first round, and a dialogue in its second: minutes written, the field reduced by the criteria. All
made up, suppliers too. The demo's clock goes through the days, and the ordinary actions do what was done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from fellestorg.competitions.evaluation import actions as evaluating
from fellestorg.competitions.models import Competition
from fellestorg.competitions.preparing import actions as preparing
from fellestorg.competitions.preparing.actions import SheetLine
from fellestorg.competitions.rounds import actions as rounds
from fellestorg.competitions.rounds.models import Round
from fellestorg.competitions.selecting import actions as selecting
from fellestorg.demo_data import agencies, tendered
from fellestorg.demo_data.competitions import ask_questions, lay_criteria, make_ready, started
from fellestorg.demo_data.further_suppliers import FURTHER_SUPPLIERS
from fellestorg.demo_data.ground import Ground, at
from fellestorg.demo_data.tendered import person_as_actor
from fellestorg.demo_data.two_stages import ask_to_participate
from fellestorg.kernel import clock
from fellestorg.organisations.models import Organisation, Person

NEGOTIATED, DIALOGUE = "Møbler til nytt etatsbygg (demodata)", "Digital løsning for saksarkiv (demodata)"
_CRITERIA = (
    ("price", "Pris", "0.4", False),
    ("points", "Kvalitet", "0.3", False),
    ("points", "Miljø", "0.3", True),
)
_FURNITURE = ("stolmakeren", "plankeverk", "ombruksverkstedet")
_ARCHIVES = ("tjenestesky", "nordsky", "skydomene")
# Unit price, and points for quality and environment, of the first tenders.
_BIDS = {"stolmakeren": ("6400", "8", "7"), "plankeverk": ("5900", "7", "7"), "ombruksverkstedet": ("6100", "3", "4")}
_SOLUTIONS = {"tjenestesky": ("8", "7"), "nordsky": ("7", "8"), "skydomene": ("4", "5")}
_REASON = "Poengene følger beskrivelsen i kriteriet, punkt for punkt (demodata)."


def lay_negotiation(ground: Ground, day: date) -> None:
    """Save it until the field is reduced, in the load's transaction; the demo's clock stops 124 days before ``day``."""
    lead, buyer, suppliers = _lead(), ground.organisations[agencies.OWNER], _named(ground, _FURNITURE)
    actor, begun = person_as_actor(lead), at(day - timedelta(days=210), 9)
    competition = started(
        "furniture-negotiated", NEGOTIATED, buyer, lead, actor, begun, cpv="39130000", value=4_000_000, most=6_000_000,
        lots=("Møbler",), procedure="negotiated",
    )  # fmt: skip
    question = ("Hvordan tar dere møblene tilbake når de er brukt?", "text", "miljo", "")
    lines = [SheetLine("mobler", "Arbeidsplass med bord, stol og skap", "stk.", Decimal(600))]
    _asked(competition, suppliers, question, lines, lead, day - timedelta(days=208), day - timedelta(days=138))
    answer = {"lots": ["mobler"], "answers": {competition.questions.get(criterion__key="miljo").key: _TAKEN_BACK}}
    contents: dict[Organisation, tuple[dict[str, Any], dict[str, Any]]] = {
        suppliers[name]: ({**answer, "files": []}, {"prices": {"mobler": {_line(competition): price}}})
        for name, (price, *_points) in _BIDS.items()
    }
    tendered.deliver(competition, contents, at(day - timedelta(days=140), 9))
    tendered.open_all(competition, contents, at(day - timedelta(days=137), 13))
    _ranked(competition, suppliers, lead, at(day - timedelta(days=134), 10))
    clock.set_demo_clock(at(day - timedelta(days=132), 9))
    rounds.start_negotiation(competition, actor=actor)
    first = _round(competition, "Leveringstid, garanti og pris på møbler til ombruk: samme spørsmål til alle.", lead)
    for place, supplier in enumerate(suppliers.values()):
        text = "Vi gikk gjennom tilbudet punkt for punkt. Leverandøren kan korte leveringstiden (demodata)."
        _meeting(first, supplier, at(day - timedelta(days=130 - place), 14), text, lead)
    clock.set_demo_clock(at(day - timedelta(days=124), 10))
    rounds.reduce_field(competition, 2, competition.lots.get(), actor=actor, person=lead)


def lay_dialogue(ground: Ground, day: date) -> None:
    """Save it until the field is reduced, in the load's transaction; the demo's clock stops 49 days before ``day``."""
    lead, buyer, suppliers = _lead(), ground.organisations[agencies.OWNER], _named(ground, _ARCHIVES)
    actor, begun = person_as_actor(lead), at(day - timedelta(days=87), 9)
    competition = started(
        "archive-dialogue", DIALOGUE, buyer, lead, actor, begun, cpv="72212311", value=9_000_000, most=14_000_000,
        lots=("Saksarkiv",), procedure="dialogue",
    )  # fmt: skip
    question = ("Hvordan flyttes det gamle arkivet inn?", "text", "kvalitet", "")
    lines = [SheetLine("saksarkiv", "Løsningen, per år", "år", Decimal(4))]
    _asked(competition, suppliers, question, lines, lead, day - timedelta(days=85), day + timedelta(days=30))
    first = _round(competition, "Vis hvordan løsningen tar imot, søker fram og avleverer saker. En time hver.", lead)
    for place, supplier in enumerate(suppliers.values()):
        text = "Løsningen ble vist med egne eksempler. Avlevering til arkivdepot må forklares bedre (demodata)."
        _meeting(first, supplier, at(day - timedelta(days=51 - place), 13), text, lead)
    for name, (quality, environment) in _SOLUTIONS.items():
        for key, points in (("kvalitet", quality), ("miljo", environment)):
            given = (competition, key, suppliers[name], Decimal(points), _REASON)
            rounds.judge_solution(*given, actor=actor, person=lead)
    clock.set_demo_clock(at(day - timedelta(days=49), 15))
    rounds.reduce_field(competition, 2, actor=actor, person=lead)


def lay_second_rounds(ground: Ground, day: date) -> None:
    """Begin the second round of each on the day before ``day``, one supplier met and one waiting."""
    lead = _lead()
    for hour, title, about, supplier, text in (
        (10, NEGOTIATED, "Endelige vilkår for retur av brukte møbler.", "stolmakeren", _RETURNS),
        (12, DIALOGUE, "Avlevering til arkivdepot og pris for hver bruker.", "nordsky", _DEPOT),
    ):
        clock.set_demo_clock(at(day - timedelta(days=1), hour))
        second = _round(Competition.objects.get(title=title), about, lead)
        _meeting(second, _named(ground, (supplier,))[supplier], at(day - timedelta(days=1), hour + 1), text, lead)


_TAKEN_BACK = "Vi henter møblene, reparerer det som kan brukes, og dokumenterer resten (demodata)."
_RETURNS = "Leverandøren tar tilbake alt etter tre år uten kostnad. Prisen er uendret (demodata)."
_DEPOT = "Leverandøren viste uttrekk etter gjeldende krav, og la fram pris for 200 og 2000 brukere (demodata)."


def _asked(
    competition: Competition,
    suppliers: Mapping[str, Organisation],
    question: tuple[str, str, str, str],
    lines: list[SheetLine],
    lead: Person,
    out_on: date,
    tenders_on: date,
) -> None:
    """From the notice to the invitation: whoever asks is qualified and goes on."""
    actor, out = person_as_actor(lead), at(out_on, 10)
    begun = out - timedelta(days=2)
    lay_criteria(competition, _CRITERIA, Decimal(1_000_000), actor, begun)
    ask_questions(competition, [question], actor, begun)
    make_ready(competition, lines, lead, actor, begun, out, deadline=at(tenders_on, 12))
    requests = at(out_on + timedelta(days=32), 12)
    preparing.set_deadlines(
        competition, questions_until=requests - timedelta(days=10), requests_until=requests,
        tenders_until=at(tenders_on, 12), validity_until=tenders_on + timedelta(days=200), actor=actor, now=out,
    )  # fmt: skip
    selecting.announce(competition, minimum=3, maximum=None, method="weighted", rounds=True, actor=actor, now=begun)
    preparing.send_out(competition, "publish", actor=actor, now=out)
    competition.refresh_from_db()
    text = "Vi har levert lignende til tre offentlige virksomheter (demodata)."
    ask_to_participate(competition, dict.fromkeys(suppliers.values(), text), at(out_on + timedelta(days=28), 9))
    clock.set_demo_clock(at(out_on + timedelta(days=33), 9))
    selecting.close_requests(competition, actor=actor)
    tendered.qualify(competition, suppliers.values(), actor, lead)
    selecting.select(competition, actor=actor, person=lead)
    selecting.invite(competition, actor=actor)
    competition.refresh_from_db()


def _ranked(competition: Competition, suppliers: Mapping[str, Organisation], lead: Person, moment: datetime) -> None:
    clock.set_demo_clock(moment)
    evaluators = list(Person.objects.filter(username__in=("evaluerer", "evaluerer-to")).order_by("username"))
    for person in (lead, *evaluators, Person.objects.get(username="apner")):
        evaluating.declare(competition, "", conflict=False, actor=person_as_actor(person), person=person)
    evaluating.start(competition, actor=person_as_actor(lead))
    lot, criteria = competition.lots.get(), {one.key: one for one in competition.criteria.all()}
    for person in (*evaluators, lead):
        act = evaluating.agree_score if person == lead else evaluating.give_score
        for name, (_price, *points) in _BIDS.items():
            for key, given in zip(("kvalitet", "miljo"), points, strict=True):
                cell = (lot, criteria[key], suppliers[name], Decimal(given), _REASON)
                act(*cell, actor=person_as_actor(person), person=person)
    evaluating.close_quality(lot, actor=person_as_actor(lead), person=lead)
    evaluating.rank(lot, actor=person_as_actor(lead), person=lead)


def _round(competition: Competition, about: str, lead: Person) -> Round:
    return rounds.begin_round(competition, f"{about} (Demodata.)", actor=person_as_actor(lead), person=lead)


def _meeting(round: Round, supplier: Organisation, moment: datetime, text: str, lead: Person) -> None:
    clock.set_demo_clock(moment)
    present = "Prosjektlederen og to fra leverandøren (demodata)"
    rounds.write_minutes(
        round, supplier, clock.local_day(moment), present, text, actor=person_as_actor(lead), person=lead
    )


def _line(competition: Competition) -> str:
    return str(competition.lots.get().price_lines.get().key)


def _lead() -> Person:
    return Person.objects.get(username="prosjektleder")


def _named(ground: Ground, names: tuple[str, ...]) -> dict[str, Organisation]:
    return {name: ground.organisations[FURTHER_SUPPLIERS[name][0]] for name in names}

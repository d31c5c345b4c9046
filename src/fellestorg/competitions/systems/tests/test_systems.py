"""A purchasing system from preparation to its end: opened, applied to, called off under, closed (FOA §§ 26-4 to 26-7)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.test import Client

from fellestorg.agreements import proposals
from fellestorg.agreements.admissions import applying
from fellestorg.agreements.models import ChangeProposal, FrameworkAgreement, PolicyVersion
from fellestorg.competitions.models import Competition
from fellestorg.competitions.preparing import actions as preparing
from fellestorg.competitions.preparing.tests.world import LEAD, actor, filled_in, person, started
from fellestorg.competitions.systems import actions, ending, rules
from fellestorg.competitions.systems.rules import system_running
from fellestorg.competitions.systems.terms import SystemTerms, read_terms
from fellestorg.competitions.words import reason_text
from fellestorg.kernel import clock
from fellestorg.kernel.models import Event, Mail
from fellestorg.organisations.models import Organisation, Person
from fellestorg.organisations.queries import actor_for
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.usefixtures("demo")
NOW = datetime(2023, 11, 1, 8, tzinfo=UTC)
TERMS = {
    "key": "catering",
    "category": "food",
    "ends": "2031-12-31",
    "manager": "avtaleforvalter-reise",
    "categories_catering": "catering_day, catering_evening",
}


def system(days: int = 31) -> Competition:
    made = started(NOW, procedure="purchasing_system", title="Catering", maximum_value=Decimal(4_000_000))
    filled_in(made, NOW)
    return preparing.set_deadlines(made, requests_until=NOW + timedelta(days=days), actor=actor(LEAD), now=NOW)


def opened() -> Competition:
    made = system()
    return actions.open_system(made, read_terms(TERMS, made, NOW.date()), actor=actor(LEAD), now=NOW)


def test_it_opens_as_an_agreement_that_suppliers_apply_to_and_everybody_admitted_is_invited_under() -> None:
    made = opened()
    assert (made.stage, made.notice_date) == ("running", NOW.date())
    agreement = FrameworkAgreement.objects.get(key="catering")
    assert made.result == agreement
    assert (agreement.instrument, agreement.starts.isoformat()) == ("dps", "2023-11-01")
    assert "DPS-8" in agreement.long_duration_reason, "no limit of four years, and the reason is on file (FA-1)"
    lot = agreement.lots.get()
    assert (lot.categories, lot.max_value) == (["catering_day", "catering_evening"], Decimal(4_000_000))
    assert PolicyVersion.objects.get(lot=lot).document["steps"][0]["mechanism"] == "dps_invitation"
    seller = person("lyreco")
    supplier = Organisation.objects.get(grants__person=seller)
    applied = applying.apply(
        lot,
        supplier,
        categories=["catering_day"],
        regions=[],
        evidence="Vi har levert mat til staten i ti år",
        declared=True,
        actor=actor_for(seller, NOW.date()),
        person=seller,
        now=NOW,
    )
    assert applied.due.isoformat() == "2023-11-15", "ten working days (DPS-5)"


def test_the_first_application_period_is_at_least_thirty_days() -> None:
    made = system(days=29)
    with pytest.raises(Refused) as refused:
        actions.open_system(made, read_terms(TERMS, made, NOW.date()), actor=actor(LEAD), now=NOW)
    assert refused.value.code == "deadline_too_short" and "DPS-4" in refused.value.text
    assert not FrameworkAgreement.objects.filter(key="catering").exists(), "nothing is left of it"


def test_without_its_terms_it_does_not_open() -> None:
    with pytest.raises(Refused) as refused:
        preparing.send_out(system(), "run", actor=actor(LEAD), now=NOW)
    assert refused.value.code == "system_not_set_up"


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"key": "pc-utstyr"}, ["key"]),
        ({"ends": "2023-11-01"}, ["ends"]),
        ({"ends": "31.12.2031", "manager": "atea"}, ["ends", "manager"]),
        ({"categories_catering": "", "category": "Mat og drikke!"}, ["category", "categories_catering"]),
        ({"existing": "pc-utstyr"}, ["existing"]),
    ],
    ids=["taken", "over", "not a day, not a manager", "no categories", "no such system"],
)
def test_everything_wrong_with_the_terms_is_named(changed: dict[str, str], wrong: list[str]) -> None:
    with pytest.raises(BadInput) as bad:
        read_terms({**TERMS, **changed}, system(), NOW.date())
    assert [one.where for one in bad.value.problems] == wrong


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("catering_day catering_evening", ("catering_day", "catering_evening")),
        ("Kurs for ledere, Opplæring i språkmodeller", ("kurs_for_ledere", "opplæring_i_språkmodeller")),
        ("Kveldsmat;Kveldsmat; E-kurs ", ("kveldsmat", "e_kurs")),
    ],
    ids=["codes", "names in Norwegian", "twice, with a hyphen"],
)
def test_categories_are_named_as_people_name_them(typed: str, codes: tuple[str, ...]) -> None:
    terms = read_terms({**TERMS, "categories_catering": typed}, system(), NOW.date())
    assert isinstance(terms, SystemTerms) and terms.categories == {"catering": codes}


def test_a_call_waits_for_the_first_period_and_for_a_system_that_runs() -> None:
    made = opened()
    lot = FrameworkAgreement.objects.get(key="catering").lots.get()
    call = Competition(procedure="purchasing_system_call", under=lot)
    waits = system_running(call, NOW + timedelta(days=30))
    assert waits.reason == "first_period_lasts" and "2. desember 2023 kl. 09:00" in reason_text(waits).replace(
        "\xa0", " "
    )
    assert system_running(call, NOW + timedelta(days=32)).allowed
    with pytest.raises(BadInput):
        ending.propose(made, "kort", actor=actor(LEAD), now=NOW)
    later = NOW + timedelta(days=40)
    proposal = ending.propose(made, "Behovet dekkes av en ny ordning fra nyttår", actor=actor(LEAD), now=later)
    with pytest.raises(Refused, match="alt foreslått"):
        ending.propose(made, "Behovet dekkes av en ny ordning", actor=actor(LEAD), now=later)
    with pytest.raises(Refused):
        proposals.approve(proposal, actor=actor(LEAD), now=later)
    assert Competition.objects.get(pk=made.pk).stage == "running", "nobody ends it alone"
    proposals.approve(proposal, actor=actor("avtaleforvalter-kontor"), now=later)
    assert Competition.objects.get(pk=made.pk).stage == "ended"
    call.under = FrameworkAgreement.objects.get(key="catering").lots.get()
    assert call.under.agreement.ends == later.date()
    assert system_running(call, later + timedelta(days=1)).reason == "system_not_running"


def test_a_system_that_runs_already_is_taken_over_as_it_is() -> None:
    made = system()
    FrameworkAgreement.objects.filter(key="kurs-og-konferanse").update(owner=made.buyer)
    Competition.objects.filter(result__key="kurs-og-konferanse").update(result=None)
    terms = read_terms({"existing": "kurs-og-konferanse"}, made, NOW.date())
    before = FrameworkAgreement.objects.count()
    done = actions.open_system(made, terms, actor=actor(LEAD), now=NOW)
    assert done.result is not None and done.result.key == "kurs-og-konferanse"
    assert FrameworkAgreement.objects.count() == before


def test_on_the_pages_the_lead_opens_it_and_ends_it_and_others_do_not() -> None:
    made = system()
    lead, other = Client(), Client()
    lead.post("/logg-inn", {"person": LEAD})
    other.post("/logg-inn", {"person": "evaluerer"})
    path = f"/konkurranser/{made.number}"
    prepared = lead.get(path).content.decode()
    assert f"{path}/ordning" in prepared and f"{path}/apning" not in prepared, "nothing is opened in a system"
    assert "Alle som oppfyller kravene, tas opp" in prepared and "får kontrakt" not in prepared
    assert "winners" not in lead.get(f"{path}/forbered/delkontrakter").content.decode()
    assert lead.get(f"{path}/frister").content.decode().count("Første søknadsfrist") == 2, (
        "the law's day, and the field"
    )
    assert other.get(f"{path}/ordning").status_code in (403, 404)
    bad = lead.post(f"{path}/ordning", {**TERMS, "key": "pc-utstyr"})
    assert bad.status_code == 422 and "catering_day" in bad.content.decode()
    Competition.objects.filter(pk=made.pk).update(requests_until=clock.now() + timedelta(days=40))
    assert lead.post(f"{path}/ordning", TERMS).status_code == 302
    shown = lead.get(path).content.decode()
    assert "Leverandører kan søke om opptak når som helst" in shown and "Første søknadsfrist" in shown
    assert "Første søknadsfrist" in lead.get("/konkurranser?q=catering").content.decode()
    assert "Ingen virksomhet kan gjøre avrop ennå" in shown
    assert "Ingen virksomhet kan gjøre avrop ennå" not in Client().get(path).content.decode()
    assert lead.post(f"{path}/ordning/avslutt", {"reason": "nei"}).status_code == 422
    assert other.get(f"{path}/ordning/avslutt").status_code == 403
    assert lead.post(f"{path}/ordning/avslutt", {"reason": "Ordningen erstattes av en ny"}).status_code == 302
    assert "En annen må godkjenne det" in lead.get(path).content.decode()
    assert lead.post(f"{path}/ordning/avslutt", {"step": "withdraw"}).status_code == 302
    assert lead.post(f"{path}/ordning/avslutt", {"reason": "Ordningen erstattes av en ny"}).status_code == 302
    proposal = ChangeProposal.objects.get(kind=ending.KIND, state="proposed")
    other.post("/logg-inn", {"person": "avtaleforvalter-kontor"})
    assert "Dagen forslaget godkjennes" in other.get(f"/avtaler/endringer/{proposal.pk}").content.decode()
    assert other.post(f"/avtaler/endringer/{proposal.pk}/godkjenn", {"reason": ""}).status_code == 302
    assert Competition.objects.get(pk=made.pk).stage == "ended"


def test_whoever_is_in_or_waits_is_shown_beforehand_and_told_when_it_ends() -> None:
    agreement = FrameworkAgreement.objects.get(key="kurs-og-konferanse")
    lot = agreement.lots.get()
    waiting = list(lot.applications.filter(state__in=("received", "assessed")))
    shown = ending.told_of(agreement, NOW.date())
    assert {one.supplier for one in shown if one.waits} == {one.supplier for one in waiting} and waiting
    made = rules.system_of(agreement)
    assert made is not None
    proposal = ending.propose(made, "Behovet er borte fra nyttår", actor=actor(made.lead.username), now=NOW)
    before = set(Mail.objects.values_list("pk", flat=True))
    decider = proposals.deciders(proposal, NOW)[0]
    proposals.approve(proposal, actor=actor(decider.username), now=NOW)
    to = set(
        Mail.objects.exclude(pk__in=before).filter(subject__contains="er avsluttet").values_list("recipient", flat=True)
    )
    assert {one.supplier.email for one in shown if one.supplier.email} <= to
    assert {one.state for one in lot.applications.filter(pk__in=[one.pk for one in waiting])} == {"lapsed"}
    lapsed = Event.objects.filter(verb="admission_lapsed").values_list("payload__application", flat=True)
    assert set(lapsed) == {one.pk for one in waiting}
    told_so = Mail.objects.exclude(pk__in=before).filter(subject__contains="søknaden deres falt bort")
    assert {one.supplier.email for one in waiting if one.supplier.email} <= set(
        told_so.values_list("recipient", flat=True)
    )


def test_nobody_applies_or_is_invited_later_on_the_day_it_ended() -> None:
    agreement = FrameworkAgreement.objects.get(key="kurs-og-konferanse")
    made = rules.system_of(agreement)
    assert made is not None
    proposal = ending.propose(made, "Behovet er borte fra nyttår", actor=actor(made.lead.username), now=NOW)
    proposals.approve(proposal, actor=actor(proposals.deciders(proposal, NOW)[0].username), now=NOW)
    lot = agreement.lots.get()
    person = Person.objects.get(username="stolmakeren")
    supplier = person.grants.get().organisation
    with pytest.raises(Refused) as refused:
        applying.apply(
            lot, supplier, categories=lot.categories[:1], regions=(), evidence="Vi har holdt kurs i ti år.",
            declared=True, actor=actor("stolmakeren"), person=person, now=NOW + timedelta(hours=1),
        )  # fmt: skip
    assert refused.value.code == "not_running"
    call = Competition(procedure="purchasing_system_call", under=lot)
    assert system_running(call, NOW + timedelta(hours=1)).reason == "system_not_running"

"""How the main demo agency got started: one supplier has confirmed, one asks back, one has not answered. All made up."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from fellestorg.agreements.getting_started import actions
from fellestorg.agreements.getting_started.reading import OwnPart, SupplierPart
from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.demo_data import agencies
from fellestorg.demo_data.ground import Ground, at
from fellestorg.demo_data.suppliers import SUPPLIERS
from fellestorg.kernel.actors import Actor, Grant
from fellestorg.organisations.models import Person, RoleGrant

_PEOPLE = (("Ragna Skarvøy", "innkjoper@demo.example"), ("Jorid Bekkelund", "vikar@demo.example"))
_SETTLED_DAYS = 40
# Agreement -> supplier, customer number before, and what it answered: a customer number, a question or nothing.
_STORIES = {
    "pc-utstyr": (
        ("atea", "", "K-104711 (demodata)"),
        ("dustin", "D-88120 (demodata)", "Skal vikaren se alle bestillingene, eller bare sine egne?"),
        ("advania", "", ""),
    ),
    "forbruksmateriell": (("lyreco", "", "L-5520 (demodata)"), ("maske", "", "")),
}


def lay(ground: Ground, day: date) -> None:
    """Save these as they stand on ``day``, for the agreements that have lasted a while then."""
    agency = ground.organisations[agencies.MAIN_AGENCY]
    actor, person = _somebody(ground, agency.number, RoleGrant.Role.LOCAL_AGREEMENT_MANAGER)
    own = OwnPart(agency.address, "", f"0192:{agency.number}", "Innkjøp 1180 (demodata)", person.name, person.email, "")
    for key, suppliers in _STORIES.items():
        agreement = FrameworkAgreement.objects.get(key=key)
        if not agreement.starts + timedelta(days=_SETTLED_DAYS) <= day <= agreement.ends:
            continue
        filled_in = at(day - timedelta(days=9), 10)
        setup = actions.save_own(agreement, agency, own, actor=actor, person=person, now=filled_in)
        for index, (supplier, number, answer) in enumerate(suppliers, 1):
            found = ground.organisations[SUPPLIERS[supplier][0]]
            sent_at = filled_in + timedelta(minutes=5 * index)
            told = SupplierPart(number, _PEOPLE, "")
            part = actions.send(setup, found, told, actor=actor, person=person, now=sent_at)
            if not answer:
                continue
            speaker, who = _somebody(ground, found.number, RoleGrant.Role.SUPPLIER)
            answered: datetime = sent_at + timedelta(days=2)
            if answer.endswith("?"):
                actions.ask_back(part, part.revision, answer, actor=speaker, person=who, now=answered)
            else:
                granted = list(part.access.values_list("pk", flat=True))
                actions.confirm(part, part.revision, answer, granted, actor=speaker, person=who, now=answered)


def _somebody(ground: Ground, number: str, role: str) -> tuple[Actor, Person]:
    person, grant = ground.staff[number, role]
    return Actor(person.key, person.name, (Grant(grant.role, number),), person.language), person

"""The people of the demo. Every name is made up; nobody here exists.

Those whom one can sign in as have usernames of letters alone. Every agency has one buyer (up to 500,000 kroner), one
approver and one local agreement manager besides, so that all of them can call off by command.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fellestorg.demo_data import agencies
from fellestorg.demo_data.further_suppliers import FURTHER_SUPPLIERS
from fellestorg.demo_data.seeded import chance
from fellestorg.demo_data.suppliers import SUPPLIERS
from fellestorg.organisations.models import Organisation, Person, RoleGrant

SINCE = date(2018, 1, 1)
_FIRST = (
    "Aslaug Birger Dagfinn Eldrid Finnvard Gudny Halldis Idar Jorid Kolbein Lidvard Malfrid Njål Oddrun Peder Ragna "
    "Sigvald Torill Unni Vidar Ylva Asbjørg Øystein Åsne Borghild Eivor Gaute Herborg Ivar Jofrid"
)
_LAST = (
    "Fjærvik Lyngheim Steinrabben Bekkelund Skarvøy Nordtveiten Tindevoll Granbakken Havrevold Isfjell Kvitbergan "
    "Myrhaugen Rimstad Solsletten Tåkedal Ulvsnes Vardefoss Ytterlia Ørnefjord Åsgrenda Brattskar Duneng Elvestøl "
    "Furusund"
)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to sign in as, and the one role they show."""

    username: str
    name: str
    role: str
    organisation: str
    limit: str | None = None
    deputy_for: str = ""
    language: str = "nb"


DEMO_PEOPLE = (
    DemoPerson("innkjoper", "Ragna Skarvøy", "buyer", agencies.MAIN_AGENCY, "200000"),
    DemoPerson("godkjenner", "Kolbein Isfjell", "approver", agencies.MAIN_AGENCY),
    DemoPerson("vikar", "Jorid Bekkelund", "approver", agencies.MAIN_AGENCY, "500000", "godkjenner"),
    DemoPerson("lokal-avtaleforvalter", "Peder Granbakken", "local_agreement_manager", agencies.MAIN_AGENCY),
    DemoPerson("innkjopar", "Eldrid Fjærvik", "buyer", agencies.NYNORSK_AGENCY, "100000", language="nn"),
    DemoPerson("godkjennar", "Gaute Elvestøl", "approver", agencies.NYNORSK_AGENCY, language="nn"),
    DemoPerson("avtaleforvalter-ikt", "Ylva Tindevoll", "agreement_manager", agencies.OWNER),
    DemoPerson("avtaleforvalter-kontor", "Vidar Myrhaugen", "agreement_manager", agencies.OWNER),
    DemoPerson("avtaleforvalter-reise", "Lidvard Tåkedal", "agreement_manager", agencies.OWNER),
    DemoPerson("si-admin", "Unni Vardefoss", "si_admin", agencies.OWNER),
    DemoPerson("atea", "Sigvald Rimstad", "supplier", SUPPLIERS["atea"][0]),
    DemoPerson("dustin", "Malfrid Duneng", "supplier", SUPPLIERS["dustin"][0]),
    DemoPerson("lyreco", "Idar Solsletten", "supplier", SUPPLIERS["lyreco"][0]),
    DemoPerson("maske", "Herborg Ulvsnes", "supplier", SUPPLIERS["maske"][0]),
    DemoPerson("stolmakeren", "Finnvard Brattskar", "supplier", FURTHER_SUPPLIERS["stolmakeren"][0]),
    DemoPerson("plankeverk", "Borghild Ørnefjord", "supplier", FURTHER_SUPPLIERS["plankeverk"][0]),
    DemoPerson("skyfirma", "Idunn Solvang", "supplier", FURTHER_SUPPLIERS["nordlysnett"][0]),
    DemoPerson("revisor", "Oddrun Steinrabben", "auditor", agencies.AUDITOR),
    DemoPerson("prosjektleder", "Gudny Rimstad", "project_lead", agencies.OWNER),
    DemoPerson("evaluerer", "Asbjørg Kvitbergan", "project_lead", agencies.OWNER),
    DemoPerson("evaluerer-to", "Birger Havrevold", "project_lead", agencies.OWNER),
    DemoPerson("apner", "Torill Ytterlia", "project_lead", agencies.OWNER),
)
_ROLES = (
    ("buyer", "innkjoper", Decimal(500_000)),
    ("approver", "godkjenner", None),
    ("local_agreement_manager", "lokal", None),
)


def people(organisations: Sequence[Organisation]) -> tuple[list[Person], list[RoleGrant]]:
    """Everybody, unsaved, with the roles they hold in these (saved) organisations."""
    by_number = {one.number: one for one in organisations}
    persons: list[Person] = []
    grants: list[RoleGrant] = []
    by_username: dict[str, Person] = {}
    for shown in DEMO_PEOPLE:
        person = Person(
            username=shown.username, name=shown.name, email=f"{shown.username}@demo.example", language=shown.language
        )
        by_username[shown.username] = person
        persons.append(person)
        limit = Decimal(shown.limit) if shown.limit else None
        grants.append(_grant(person, by_number[shown.organisation], shown.role, limit))
        grants[-1].deputy_for = by_username.get(shown.deputy_for)
    shown_roles = {(one.organisation, one.role) for one in DEMO_PEOPLE}
    for organisation in organisations:
        if organisation.kind == Organisation.Kind.SUPPLIER or organisation.number == agencies.AUDITOR:
            continue
        for person, role, limit in _staff(organisation):
            if (organisation.number, role) not in shown_roles:
                persons.append(person)
                grants.append(_grant(person, organisation, role, limit))
    return persons, grants


def _staff(organisation: Organisation) -> Iterator[tuple[Person, str, Decimal | None]]:
    for role, word, limit in _ROLES:
        draw = chance("person", organisation.number, role)
        yield (
            Person(
                username=f"{word}-{organisation.number}",
                name=f"{draw.choice(_FIRST.split())} {draw.choice(_LAST.split())}",
                email=f"{word}@{organisation.number}.example",
                language=organisation.language_form,
            ),
            role,
            limit,
        )


def _grant(person: Person, organisation: Organisation, role: str, limit: Decimal | None) -> RoleGrant:
    return RoleGrant(person=person, organisation=organisation, role=role, budget_limit=limit, valid_from=SINCE)

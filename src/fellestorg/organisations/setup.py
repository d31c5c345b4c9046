"""Setting up organisations and people by sheet, and how far that has come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.setup import Column, Kind, Row, State, Step, Tally, register
from fellestorg.organisations.accounts import invite
from fellestorg.organisations.actions import grant_role
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.organisations.passwords import identity_number_problems, username_problems
from fellestorg.organisations.queries import current_grants
from fellestorg.organisations.rules import NORWAY, any_number, country_of
from fellestorg.organisations.words import KINDS, ROLES
from fellestorg.values import BadInput

_FORMS = (("nb", _("Bokmål")), ("nn", _("Nynorsk")))
_LANGUAGES = (*_FORMS, ("en", _("Engelsk")))

ORGANISATION_COLUMNS = (
    Column("number", _("Organisasjonsnummer"), _("Ni siffer."), required=True),
    Column("name", _("Navn"), required=True),
    Column("kind", _("Type"), required=True, shape="choice", choices=lambda: list(KINDS.items())),
    Column("name_nn", _("Navn på nynorsk"), _("Tomt: som på bokmål.")),
    Column("name_en", _("Navn på engelsk"), _("Tomt: som på bokmål.")),
    Column("ministry", _("Departement")),
    Column("region", _("Region"), _("NUTS-kode, som NO081.")),
    Column("employees", _("Ansatte"), _("Et helt tall.")),
    Column("language_form", _("Målform"), shape="choice", choices=lambda: _FORMS),
    Column("email", _("E-post"), _("Dit bestillinger eller brev skal.")),
    Column("address", _("Adresse")),
)
PEOPLE_COLUMNS = (
    Column("username", _("Brukernavn"), _("Små bokstaver og tall. Aldri et fødselsnummer."), required=True),
    Column("name", _("Navn"), required=True),
    Column("email", _("E-post"), required=True),
    Column("organisation", _("Virksomhet"), _("Organisasjonsnummeret."), required=True),
    Column("role", _("Rolle"), required=True, shape="choice", choices=lambda: list(ROLES.items())),
    Column(
        "limit",
        _("Beløpsgrense"),
        _("Kroner uten mva. Bare for innkjøper og godkjenner. Tomt: ingen egen grense."),
        shape="amount",
    ),
    Column("language", _("Språk"), shape="choice", choices=lambda: _LANGUAGES),
    Column("valid_from", _("Fra og med"), _("Tomt: i dag."), shape="day"),
    Column("valid_to", _("Til og med"), _("Tomt: til rollen blir avsluttet."), shape="day"),
    Column("invite", _("Inviter"), _("Send en lenke på e-post, så hun kan logge inn."), shape="truth"),
)


def register_setup() -> None:
    """Register this room's kinds and steps."""
    register(
        [
            Kind(
                "organisations",
                _("Virksomheter"),
                _("Statlige virksomheter, kommuner og leverandører. En som finnes, får det raden sier."),
                _("Ny virksomhet"),
                ORGANISATION_COLUMNS,
                write_organisations,
            ),
            Kind(
                "people",
                _("Personer og roller"),
                _("Én rad for hver rolle. Den som har flere roller, står på flere rader."),
                _("Ny person"),
                PEOPLE_COLUMNS,
                write_people,
            ),
        ],
        [
            Step("owner", 10, _("Eieren"), _("Virksomheten som eier fellesavtalene."), _owners),
            Step("organisations", 20, _("Virksomheter"), _("De som skal kjøpe."), _agencies, "organisations"),
            Step("suppliers", 30, _("Leverandører"), _("De som skal levere."), _suppliers, "organisations"),
            Step(
                "people",
                40,
                _("Personer og roller"),
                _("Minst en innkjøper i en virksomhet, og en avtaleforvalter."),
                _people,
                "people",
            ),
        ],
    )


def write_organisations(rows: Sequence[Row], actor: Actor, now: datetime) -> Tally:
    """Make the organisations, or let those that are there have what the rows say."""
    tally, seen = Tally(), dict[str, int]()
    there = {one.number: one for one in Organisation.objects.select_for_update()}
    for row in rows:
        number = _number(row, "number")
        if number in seen:
            row.bad("number", "twice", gettext("virksomheten står alt på linje %(line)s") % {"line": seen[number]})
        elif number:
            seen[number] = row.number
        given = _organisation(row)
        country = country_of(number)
        if number and country != NORWAY and given["kind"] != Organisation.Kind.SUPPLIER:
            row.bad("number", "foreign", gettext("bare leverandører kan ha et utenlandsk nummer"))
        if not row.is_good:
            continue
        known = there.get(number)
        if known is None:
            row.attempt(partial(_register, Organisation(number=number, country=country, **given), actor, now))
            tally.new += 1
            continue
        given = {name: value for name, value in given.items() if row.gives(name)}
        other = {name: value for name, value in given.items() if getattr(known, name) != value}
        if "kind" in other:
            row.bad("kind", "kind_is_fixed", gettext("virksomheten finnes med en annen type"))
        elif other:
            _change(known, other, actor, now)
            tally.changed += 1
        else:
            tally.unchanged += 1
    return tally


def write_people(rows: Sequence[Row], actor: Actor, now: datetime) -> Tally:
    """Make the people and give them their roles; send invitations where the rows ask for it."""
    tally, people, invited = Tally(), dict[str, Person](), set[str]()
    for row in rows:
        username = row.text("username", 60).lower()
        number = _number(row, "organisation")
        organisation = Organisation.objects.filter(number=number).first() if number else None
        if number and organisation is None:
            row.bad("organisation", "unknown_organisation", gettext("det finnes ingen virksomhet med dette nummeret"))
        person = _person(row, username, people.get(username), actor, now)
        role, limit = row.choice("role"), row.amount("limit")
        first, last = row.day("valid_from") or clock.local_day(now), row.day("valid_to")
        asked = row.truth("invite")
        if not row.is_good or person is None or organisation is None:
            continue
        people[username] = person
        held = current_grants(max(first, clock.local_day(now))).filter(
            person=person, organisation=organisation, role=role, budget_limit=limit
        )
        if held.exists():
            tally.unchanged += 1
        elif row.attempt(
            partial(grant_role, person, organisation, role, first, last, budget_limit=limit, actor=actor, now=now),
            {"budget_limit": "limit"},
        ):
            tally.new += 1
        if asked and row.is_good and username not in invited:
            invited.add(username)
            row.attempt(partial(invite, person, actor=actor, now=now))
    return tally


def _organisation(row: Row) -> dict[str, Any]:
    email = row.text("email", 254)
    _check_email(row, email)
    return {
        "name": row.text("name"),
        "kind": row.choice("kind"),
        "name_nn": row.text("name_nn"),
        "name_en": row.text("name_en"),
        "ministry": row.text("ministry", 120),
        "region": row.text("region", 5),
        "employees": row.whole("employees", 2_000_000),
        "language_form": row.choice("language_form", "nb"),
        "email": email,
        "address": row.text("address", 300),
    }


def _register(made: Organisation, actor: Actor, now: datetime) -> None:
    made.save(force_insert=True)
    stream = f"organisation:{made.number}"
    events.record(
        Happening(stream, "organisation_registered", stream, actor, now, {"name": made.name, "kind": made.kind})
    )


def _change(known: Organisation, other: dict[str, Any], actor: Actor, now: datetime) -> None:
    before = {name: getattr(known, name) for name in other}
    for name, value in other.items():
        setattr(known, name, value)
    known.save(update_fields=list(other))
    stream = f"organisation:{known.number}"
    events.record(
        Happening(stream, "organisation_changed", stream, actor, now, {"before": before, "after": dict(other)})
    )


def _person(row: Row, username: str, known: Person | None, actor: Actor, now: datetime) -> Person | None:
    """The person a row is about: one known already, who must be told of alike, or a new one."""
    name, email = row.text("name"), row.text("email", 254)
    language = row.choice("language", "nb")
    _check_email(row, email)
    for problem in (*username_problems(username), *identity_number_problems(name, "name")):
        row.bad(problem.where, problem.code, problem.text)
    if not row.is_good:
        return None
    known = known or Person.objects.filter(username=username).first()
    if known is not None:
        if (known.name, known.email.lower()) != (name, email.lower()):
            text = gettext("brukernavnet tilhører %(name)s med en annen e-postadresse eller et annet navn")
            row.bad("username", "somebody_else", text % {"name": known.name})
        return known
    made = Person(username=username, name=name, email=email, language=language)
    return made if row.attempt(partial(_register_person, made, actor, now)) else None


def _register_person(made: Person, actor: Actor, now: datetime) -> None:
    made.save(force_insert=True)
    subject = f"person:{made.pk}"
    events.record(Happening(subject, "person_registered", subject, actor, now, {"person": made.username}))


def _number(row: Row, name: str) -> str:
    found = row.text(name, 40)
    if not found:
        return ""
    try:
        return any_number(found)
    except BadInput:
        row.bad(
            name, "organisation_number", gettext("ventet et organisasjonsnummer: ni siffer med riktig kontrollsiffer")
        )
        return ""


def _check_email(row: Row, email: str) -> None:
    if email:
        try:
            validate_email(email)
        except ValidationError:
            row.bad("email", "not_an_email", gettext("ventet en e-postadresse"))


def _owners(day: date) -> State:
    owners = current_grants(day).filter(role=RoleGrant.Role.SI_ADMIN).values_list("organisation__number", flat=True)
    numbers = sorted(set(owners))
    missing = () if numbers else (gettext("Ingen virksomhet har en SI-administrator."),)
    return State(len(numbers), missing, reverse("organisation", args=numbers[:1]) if numbers else "")


def _agencies(day: date) -> State:
    count = Organisation.objects.exclude(kind=Organisation.Kind.SUPPLIER).count()
    return State(count, () if count > 0 else (gettext("Ingen virksomheter er registrert."),), reverse("organisations"))


def _suppliers(day: date) -> State:
    count = Organisation.objects.filter(kind=Organisation.Kind.SUPPLIER).count()
    missing = () if count else (gettext("Ingen leverandører er registrert."),)
    return State(count, missing, f"{reverse('organisations')}?type=supplier")


def _people(day: date) -> State:
    held = current_grants(day).filter(person__active=True)
    missing = []
    for role, text in (
        (RoleGrant.Role.BUYER, gettext("Ingen er innkjøper.")),
        (RoleGrant.Role.AGREEMENT_MANAGER, gettext("Ingen er avtaleforvalter.")),
    ):
        if not held.filter(role=role).exists():
            missing.append(text)
    return State(Person.objects.filter(active=True).count(), tuple(missing))

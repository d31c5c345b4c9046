"""Eighteen firms in every state. All of them are invented, and their numbers too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Model

from fellestorg.demo_data.copying import copy_rows
from fellestorg.demo_data.further_suppliers import FURTHER_SUPPLIERS
from fellestorg.demo_data.ground import Ground, at
from fellestorg.demo_data.seeded import invented_number
from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.marketplace.firms.models import (
    Firm,
    FirmMember,
    FirmStep,
    JoinRequest,
    Registration,
    TermsAcceptance,
)
from fellestorg.marketplace.firms.terms import terms_on
from fellestorg.organisations.models import Organisation, Person, RegistryChange, RoleGrant

SHOWN = "skyfirma"
"""Who can be signed in as: the administrator of the first firm."""


@dataclass(frozen=True, slots=True)
class _Firm:
    number: str
    name: str
    state: str = "verified"
    right: str = "role"
    warnings: tuple[str, ...] = ()
    reason: str = ""
    text: str = ""
    registered: str = ""
    """What the register calls it, where that is another name."""


def _known(key: str) -> tuple[str, str]:
    return FURTHER_SUPPLIERS[key]


FIRMS = (
    _Firm(*_known("nordlysnett")),
    _Firm(*_known("nordsky")),
    _Firm(*_known("skydomene")),
    _Firm(*_known("tjenestesky")),
    _Firm(*_known("skyraad"), right="signature"),
    _Firm(*_known("skyskole")),
    _Firm(invented_number(9102), "Fjordlager Data AS"),
    _Firm(invented_number(9103), "Innsyn Analyse AS"),
    _Firm(invented_number(9104), "Vardevakt Sikkerhet AS", "verified", "power_of_attorney"),
    _Firm("SE-DEMO-5500001", "Skogsmoln Demo AB", "verified", warnings=("foreign",)),
    _Firm(invented_number(9105), "Bølgeband Nettskyen AS"),
    # Its listings hold answers for buyers only.
    _Firm(invented_number(9106), "Lukket Krets AS"),
    _Firm(invented_number(9107), "Høydedrag Skyutvikling AS", "pending", warnings=("mail_elsewhere",)),
    _Firm(invented_number(9108), "Superskyen Norge AS", "pending", warnings=("name_differs", "role_not_found"),
          registered="Tindevegen 4 Holding AS"),
    _Firm("DE-DEMO-HRB12345", "Wolkenfeld Demo GmbH", "pending", "power_of_attorney", ("foreign",)),
    _Firm(
        invented_number(9109), "Tåkefyrste Hosting AS", "refused", warnings=("role_not_found",),
        reason="not_represented", text="Fullmakten er ikke underskrevet (demodata).",
    ),
    _Firm(
        invented_number(9110), "Alltid Oppe AS", "taken_down",
        reason="false_claims", text="Viste et sertifikat som tilhører et annet firma (demodata).",
    ),
    _Firm(invented_number(9111), "Stille Vann Data AS", "withdrawn"),
)  # fmt: skip
_NAMES = (
    "Idunn Solvang", "Tarald Nesheim", "Synnøve Haugland", "Gisle Bråten", "Ragnfrid Moe", "Tormod Lien", "Aslaug Vik",
    "Eivind Strand", "Marit Dale", "Elsa Lind", "Jorunn Fossum", "Odd Bakken", "Vebjørn Holt", "Runa Aas", "Hanne Feld",
    "Leif Tangen", "Petra Sund", "Alf Grøv",
)  # fmt: skip


def lay(ground: Ground, day: date) -> None:
    """Save the firms with their people, as they stand on ``day``. In the load's transaction."""
    happenings: list[Happening] = []
    made: list[Model] = []
    for number, (one, name) in enumerate(zip(FIRMS, _NAMES, strict=True)):
        # Firms that wait came last; the others early that year.
        begun = at(day - timedelta(days=6 - number % 3 if one.state == "pending" else 300 - 9 * number), 9, 10 + number)
        happenings += _firm(ground, one, number, name, begun, made)
    for kind in (Registration, TermsAcceptance, FirmStep):
        copy_rows([row for row in made if isinstance(row, kind)])
    waiting = Organisation.objects.get(number=FIRMS[13].number)
    asked = Person.objects.create(username="firma-spor-1", name="Tiril Engen", email="tiril@firma-spor.example")
    JoinRequest.objects.create(
        organisation=waiting, person=asked, text="Jeg er daglig leder, og kjenner ikke den som registrerte (demodata).",
        made_at=at(day - timedelta(days=1), 15),
    )  # fmt: skip
    heard = Organisation.objects.get(number=FIRMS[16].number)
    RegistryChange.objects.create(
        organisation=heard, kind="dissolution", on=day - timedelta(days=12), noted_at=at(day - timedelta(days=11), 6)
    )
    events.record(*sorted(happenings, key=lambda happening: happening.at))


def _firm(ground: Ground, one: _Firm, index: int, name: str, begun: datetime, made: list[Model]) -> list[Happening]:
    host = f"{one.name.split()[0].lower().replace('ø', 'o').replace('å', 'a')}.example"
    organisation = ground.organisations.get(one.number) or Organisation.objects.create(
        number=one.number,
        country=one.number[:2] if one.number[:1].isalpha() else "NO",
        name=one.registered or one.name,
        kind="supplier",
        region="" if one.number[:1].isalpha() else "NO081",
        address="Demoveien 1, 0150 Oslo (demodata)",
        fictional=True,
        listed=one.state in ("verified", "taken_down", "withdrawn"),
        email=f"post@{host}",
    )
    username = f"firma-{index}"
    if index == 0:
        person = Person.objects.get(username=SHOWN)
    else:
        person = Person.objects.create(username=username, name=name, email=f"{username}@{host}")
    verified = begun + timedelta(days=2) if one.state in ("verified", "taken_down", "withdrawn") else None
    gone = one.state == "withdrawn"
    firm = Firm.objects.create(
        organisation=organisation,
        name=one.name,
        website="" if gone else f"https://{host}",
        email="" if gone else f"post@{host}",
        state=one.state,
        registered_at=begun,
        verified_at=verified,
    )
    ended = begun + timedelta(days=200) if gone else None
    member = FirmMember.objects.create(firm=firm, person=person, role="administrator", started_at=begun, ended_at=ended)
    acts = (verified and not gone) or (one.state == "pending" and organisation.country != "NO")
    if acts and not RoleGrant.objects.filter(person=person, organisation=organisation).exists():
        member.grant = RoleGrant.objects.create(
            person=person, organisation=organisation, role="supplier", valid_from=(verified or begun).date()
        )
        member.save(update_fields=["grant"])
    terms = terms_on(begun.date())
    made += [
        Registration(
            firm=firm,
            person=person,
            right=one.right,
            registry_address="" if organisation.country == "NO" else "https://register.example/demo",
            registry=_said(organisation, begun),
            warnings=list(one.warnings),
            made_at=begun,
        ),
        TermsAcceptance(
            firm=firm, person=person, version=terms.version, language="nb", sha256=terms.digest("nb"), accepted_at=begun
        ),
    ]
    return _steps(ground, firm, one, person, begun, made)


def _said(organisation: Organisation, begun: datetime) -> dict[str, Any]:
    if organisation.country != "NO":
        return {"source": "none", "as_of": "", "unit": None}
    unit = {
        "number": organisation.number,
        "name": organisation.name.upper(),
        "form": "AS",
        "address": "Demoveien 1, 0150 OSLO",
    }
    return {"source": "api", "as_of": begun.isoformat(), "unit": unit}


def _steps(
    ground: Ground, firm: Firm, one: _Firm, person: Person, begun: datetime, made: list[Model]
) -> list[Happening]:
    """The way each went, with its events."""
    si = next(person for (_number, role), (person, _grant) in ground.staff.items() if role == "si_admin")
    office, own = Actor(si.key, si.name), Actor(person.key, person.name)
    way = {
        "verified": ("verified",),
        "refused": ("refused",),
        "taken_down": ("verified", "taken_down"),
        "withdrawn": ("verified", "withdrawn"),
    }.get(one.state, ())
    subject, found = f"firm:{firm.organisation.number}", []
    gone = one.state == "withdrawn"
    for turn, verb in enumerate(("registered", *way)):
        moment = begun + timedelta(days=(0, 2, 40)[turn])
        by_office = verb not in ("registered", "withdrawn")
        decided = verb in ("refused", "taken_down")
        made.append(
            FirmStep(
                firm=firm,
                verb=verb,
                reason=one.reason if decided else "",
                text=one.text if decided else "",
                by="SI" if by_office else "" if gone else person.name,
                at=moment,
            )
        )
        actor = office if by_office else own
        found.append(Happening(subject, f"firm_{verb}", subject, actor, moment, {"name": firm.name}))
    return found

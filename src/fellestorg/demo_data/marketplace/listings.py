"""Forty services in all states, by the firms that have somebody to write for them. Made up, and marked so."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from fellestorg.demo_data.copying import copy_rows
from fellestorg.demo_data.ground import Ground, at
from fellestorg.demo_data.marketplace import cases
from fellestorg.demo_data.marketplace.listing_texts import SERVICES, Service
from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.models import StoredFile
from fellestorg.marketplace.firms.models import Firm, FirmMember
from fellestorg.marketplace.listings.actions import free_key
from fellestorg.marketplace.listings.answers import Given, answer
from fellestorg.marketplace.listings.models import Listing, ListingFile, ListingStep, ListingVersion
from fellestorg.marketplace.listings.questions import Question, questions_of
from fellestorg.organisations.models import Person, RoleGrant
from fellestorg.values import digest

# A paper with one line on it, the same behind every claim in the demo.
_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]/Contents 4 0 R/Resources<</Font<</F<</Type/Font"
    b"/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj 4 0 obj<</Length 40>>stream\nBT /F 18 Tf 20 50 Td (Demodata) Tj ET"
    b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
# What each state has been through, and the days before the demo's day it was begun.
_WAY: dict[str, tuple[str, ...]] = {
    "draft": (),
    "submitted": ("submitted",),
    "refused": ("submitted", "refused"),
    "published": ("submitted", "published"),
    "removed": ("submitted", "published", "removed"),
    "ended": ("submitted", "published", "ended"),
}
_REASONS = {
    "refused": "Oppetid på 100 % kan ikke dokumenteres (demodata).",
    "removed": "Sertifikatet det vises til, gjelder en annen tjeneste (demodata).",
    "ended": "Kunder er flyttet til en nyere utgave (demodata).",
}
# Answered so long ago that some answers are outdated on the demo's day.
_OLD = "Kystregn"


@dataclass(frozen=True, slots=True)
class _Made:
    """The rows of one listing, not saved yet."""

    service: Service
    listing: Listing
    version: ListingVersion
    stored: StoredFile
    file: ListingFile
    at: datetime


def lay(ground: Ground, day: date) -> None:
    """Save the services of the firms that are there. In the load's transaction."""
    writers = _writers()
    if not writers:
        return
    si = [_holder(RoleGrant.Role.AGREEMENT_MANAGER), _holder(RoleGrant.Role.SI_ADMIN)]
    verified = [one for one in writers if one[0].state == Firm.State.VERIFIED]
    made = [
        _made(number, service, *(verified or writers)[number % len(verified or writers)], day)
        for number, service in enumerate(SERVICES)
        if verified or service.state == "draft"
    ]
    Listing.objects.bulk_create(one.listing for one in made)
    StoredFile.objects.bulk_create(one.stored for one in made)
    ListingFile.objects.bulk_create(one.file for one in made)
    ListingVersion.objects.bulk_create(one.version for one in made)
    happenings: list[Happening] = []
    for one in made:
        happenings += _happenings(one, si)
    copy_rows([row for one in happenings for row in one.covers if isinstance(row, ListingStep)])
    events.record(*sorted(happenings, key=lambda happening: happening.at))


def _writers() -> list[tuple[Firm, FirmMember]]:
    members = FirmMember.objects.filter(ended_at=None, role__in=["administrator", "editor"])
    first: dict[int, FirmMember] = {}
    for member in members.select_related("firm__organisation", "person").order_by("firm", "pk"):
        first.setdefault(member.firm_id, member)
    return [(one.firm, one) for one in first.values() if one.firm.state in ("verified", "pending")]


def _holder(role: str) -> Person:
    return RoleGrant.objects.filter(role=role, valid_to=None).select_related("person").order_by("pk")[0].person


def _made(number: int, service: Service, firm: Firm, member: FirmMember, day: date) -> _Made:
    begun = at(day - timedelta(days=560 if service.title == _OLD else 20 + 3 * number), 9, number % 60)
    listing = Listing(
        firm=firm, key=free_key(service.title), category=service.category, created_at=begun,
        state={"published": "published", "removed": "removed", "ended": "ended"}.get(service.state, "unpublished"),
    )  # fmt: skip
    file = UUID(int=0xDE40_0000_0000_4000_8000_0000_0000_0000 + number)
    stored = StoredFile(
        id=UUID(int=file.int + 0x1000), subject=listing.stream, kind="listing_file", name=str(file),
        media_type="application/pdf", sha256=hashlib.sha256(_PDF).hexdigest(), content=_PDF, made_at=begun,
    )  # fmt: skip
    version = ListingVersion(
        listing=listing, number=1, state=service.state, main_language="nb", texts=_texts(service),
        answers=_answers(number, service, str(file), begun), prices=_prices(service), made_at=begun,
        made_by=member.person, saved_at=begun,
    )  # fmt: skip
    if _WAY[service.state]:
        version.sha256 = digest(version.content())
        version.submitted_at, version.submitted_by = begun + timedelta(days=1), member.person
    if "published" in _WAY[service.state]:
        version.published_at = begun + timedelta(days=3)
    if service.state in _REASONS:
        version.closed_at = begun + timedelta(days=10)
    row = ListingFile(
        id=file, listing=listing, stored=stored, name="dokumentasjon-demodata.pdf", bytes=len(_PDF), added_at=begun,
        added_by=member.person,
    )  # fmt: skip
    return _Made(service, listing, version, stored, row, begun)


def _texts(service: Service) -> dict[str, dict[str, str]]:
    more = {
        "nb": (service.does, "Alt her er demodata: navn, svar og priser er funnet på."),
        "nn": (service.nn, "Alt her er demodata: namn, svar og prisar er funne på."),
        "en": (service.en, "All of this is demodata: names, answers and prices are invented."),
    }
    return {
        code: {"title": service.title, "summary": f"{does} (demodata).", "description": f"{does}.\n\n{note}"}
        for code, (does, note) in more.items()
        if does
    }


def _prices(service: Service) -> list[dict[str, Any]]:
    line = {
        "unit": service.unit,
        "amount": service.amount,
        "from_quantity": "",
        "note": "demodata",
        "buyers_only": False,
    }
    return [{"title": "Listepris", **line}]


def _answers(number: int, service: Service, file: str, now: datetime) -> dict[str, Any]:
    made = {}
    for place, question in enumerate(questions_of(service.category)):
        given = _given(question, number + place, number, file, now.date())
        kept = answer(question, given, None, now) if given else None
        if kept is not None:
            made[question.key] = kept
    return made


def _given(question: Question, turn: int, number: int, file: str, day: date) -> Given | None:
    """An answer that varies from service to service. Optional questions are left open by every third."""
    options = list(question.options)
    if question.kind == "file":
        return Given(file, buyers_only=question.buyers_only) if question.required else None
    if question.kind == "rows":
        return _rows(question, number, file, day)
    if not question.required and turn % 3 == 0:
        return None
    raw: Any = {
        "yes_no": "nei" if turn % 4 == 0 else "ja",
        "text": "Demodata: oppdrag for tre virksomheter i 2022 og 2023.",
        "link": f"https://demodata.example/tjeneste-{number + 1}",
        "number": _number(question, turn) if question.kind == "number" else "",
        "choice": options[turn % len(options)] if options else "",
        "several": [one for place, one in enumerate(options) if (turn + place) % 3] or options[:1],
        "countries": ["NO", *(["SE"] if turn % 2 else []), *(["US"] if turn % 5 == 0 else [])],
    }[question.kind]
    proven = not question.may_be_declared or ("file" in question.proof and turn % 4 == 1)
    return Given(raw, file=file if proven and "file" in question.proof else "")


def _rows(question: Question, number: int, file: str, day: date) -> Given | None:
    if question.key == "sub_processors":
        rows = [{"name": "Demodrift AS", "country": "NO", "task": "Drift av datasenter", "basis": "none"}]
        if number % 4 == 0:
            rows.append({"name": "Demo Support Inc.", "country": "US", "task": "Kundestøtte", "basis": "scc"})
        return Given(rows, buyers_only=number % 3 == 0)
    chance = {"iso_27001": 2, "iso_27017": 4, "iso_27018": 4, "soc2": 5, "c5": 7, "environmental_certificate": 3}
    if number % chance[question.key]:
        return None
    expires = (day + timedelta(days=200 + 37 * (number % 20))).isoformat()
    row = {"number": f"DEMO-{question.key.upper()}-{number:02}", "issuer": "Demosertifisering AS", "expires": expires}
    if "registry" in question.proof and number % 4 == 0:
        return Given([row], reference=f"Demoregisteret {number:02}", url="https://demodata.example/register")
    return Given([row], file=file)


def _number(question: Question, turn: int) -> str:
    values = {
        "availability": ("99,9", "99,95", "99,5", "99,99"),
        "incident_hours": ("4", "24", "12", "72"),
        "restore_hours": ("4", "8", "24"),
        "exit_days": ("90", "180", "30", "365"),
        "deletion_days": ("30", "60", "90"),
        "pue": ("1,15", "1,22", "1,4"),
        "renewable_share": ("100", "98", "85"),
        "consultants": ("12", "45", "160"),
        "course_hours": ("0,5", "3,5", "7"),
    }
    chosen = values[question.key]
    return chosen[turn % len(chosen)]


def _happenings(one: _Made, si: list[Person]) -> list[Happening]:
    version, listing = one.version, one.listing
    writer = Actor(version.made_by.key, version.made_by.name)
    facts = {"version": 1, "sha256": version.sha256}
    told = {"firm": listing.firm_id, "category": listing.category, "source": version.source}
    found = [
        Happening(listing.stream, "listing_created", listing.stream, writer, one.at, {**facts, "sha256": "", **told}),
        Happening(listing.stream, "file_stored", listing.stream, writer, one.at,
                  {"kind": "listing_file", "name": one.stored.name, "sha256": one.stored.sha256, "bytes": len(_PDF)},
                  (one.stored,)),
    ]  # fmt: skip
    when = {"submitted": version.submitted_at, "published": version.published_at}
    for state in _WAY[one.service.state]:
        by_si = state in ("published", "refused", "removed")
        actor = Actor(si[0].key, si[0].name) if by_si else writer
        moment = when.get(state) or version.closed_at or one.at
        reason = _REASONS.get(state, "")
        ruling = "demodata" if by_si else ""
        if state in ("refused", "removed"):
            found += cases.decided(version, state, si, moment, reason)
            ruling = str(found[-1].payload["case"])
        step = ListingStep(
            version=version, state=state, at=moment, by=actor.key, ruling=ruling, reason=reason, sha256=version.sha256
        )
        payload: dict[str, Any] = dict(facts)
        if reason:
            payload["reason"] = reason
        if by_si:
            payload |= {"ruling": ruling, "decided_by": [person.key for person in si]}
        found.append(
            Happening(listing.stream, f"listing_{state}", listing.stream, actor, moment, payload, (step, version))
        )
    return found

"""Cases of moderation in every state: recommended, in hearing, reported, disputed, complained over. All of it is made up."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta

from fellestorg.demo_data import agencies
from fellestorg.demo_data.ground import Ground, at
from fellestorg.kernel.actors import ANONYMOUS, Actor, Grant
from fellestorg.kernel.events import Happening
from fellestorg.marketplace.firms.models import FirmMember
from fellestorg.marketplace.listings.models import ListingVersion
from fellestorg.marketplace.moderation import access, complaints, deciding, reports
from fellestorg.marketplace.moderation.models import ListingReport, ModerationCase, ModerationStep
from fellestorg.organisations.models import Person, RoleGrant

FOLLOWED = "demodata-melding"
"""The secret of one report's link."""
_REASONS = {"refused": ("refuse", "unproved_claim"), "removed": ("remove", "missing_evidence")}


def decided(version: ListingVersion, state: str, si: list[Person], moment: datetime, why: str) -> list[Happening]:
    """The closed case behind a refusal or a removal, with its event; the caller refers to it."""
    outcome, reason = _REASONS[state]
    kind = ModerationCase.Kind.PUBLICATION if outcome == "refuse" else ModerationCase.Kind.REMOVAL
    case = ModerationCase.objects.create(
        version=version, kind=kind, state="closed", opened_at=moment, handler=si[0], outcome=outcome, reason=reason,
        text=why, first=si[0], second=si[1], closed_at=moment,
    )  # fmt: skip
    step = ModerationStep.objects.create(
        case=case, verb="decided", at=moment, by=si[1], outcome=outcome, reason=reason, text=why
    )
    stream = version.listing.stream
    told = {"case": case.reference, "outcome": outcome, "reason": reason}
    return [Happening(stream, "moderation_decided", stream, Actor(si[1].key, si[1].name), moment, told, (step,))]


def lay(ground: Ground, day: date) -> None:
    """What has been done in the last days. In the load's transaction; nothing where no firm has services."""
    versions = {one.text("title"): one for one in ListingVersion.objects.select_related("listing__firm__organisation")}
    if "Fjellregn virtuelle maskiner" not in versions or versions["Driftsvakt 24"].state != "submitted":
        return
    handlers = [_handler(RoleGrant.Role.AGREEMENT_MANAGER), _handler(RoleGrant.Role.SI_ADMIN)]
    (one, one_actor), (other, other_actor) = handlers

    def when(days: int, hour: int) -> datetime:
        return at(day - timedelta(days=days), hour)

    case = deciding.take(versions["Driftsvakt 24"], actor=one_actor, person=one, now=when(4, 9))
    deciding.decide(case, "publish", "", "", actor=one_actor, person=one, now=when(3, 10))
    deciding.give_notice(
        versions["Tallrike analyse"], "missing_evidence",
        "Rapporten gjelder en eldre versjon av tjenesten (demodata).", actor=other_actor, person=other, now=when(3, 11),
    )  # fmt: skip
    new, _token = _report(
        versions["Vakttårn"], "texts", "Tjenesten er ikke bemannet om natten (demodata).", when(1, 20)
    )
    ListingReport.objects.filter(case=new).update(token=hashlib.sha256(FOLLOWED.encode()).hexdigest())
    asked, _token = _report(
        versions["Fjordlager"], "data_location", "Sikkerhetskopien ligger i et annet land (demodata).",
        when(5, 18),
    )  # fmt: skip
    reports.ask_firm(
        asked, "Svar på hvor kopiene ligger (demodata).", actor=one_actor, person=one, now=when(4, 13)
    )  # fmt: skip
    disputed, _token = _report(
        versions["Samspill kontor"], "availability", "Var nede i to døgn i september (demodata).", when(18, 8)
    )
    reports.ask_firm(disputed, "Vis målingene for september (demodata).", actor=one_actor, person=one, now=when(17, 9))
    writer, firm_actor = _writer(versions["Samspill kontor"])
    deciding.answer(
        disputed,
        "Avbruddet var varslet, og regnes ikke med (demodata).",
        actor=firm_actor,
        person=writer,
        now=when(12, 9),
    )
    reports.settle(
        disputed, "dispute", "unproved_claim",
        "Firmaet regner ikke med varslet vedlikehold. Spør hva tallet omfatter (demodata).", actor=one_actor, person=one,
        now=when(9, 14),
    )  # fmt: skip
    refused = ModerationCase.objects.get(outcome="refuse")
    writer, firm_actor = _writer(refused.version)
    closed = refused.closed_at
    assert closed is not None
    complaints.complain(
        refused, "Oppetiden er målt av en uavhengig part. Rapporten er vedlagt (demodata).", actor=firm_actor,
        person=writer, now=closed + timedelta(days=12),
    )  # fmt: skip
    access.ask(disputed, sender="", actor=ANONYMOUS, now=when(1, 12))


def _report(version: ListingVersion, about: str, text: str, now: datetime) -> tuple[ModerationCase, str]:
    return reports.report(version.listing.key, about, text, sender="", actor=ANONYMOUS, now=now)


def _handler(role: str) -> tuple[Person, Actor]:
    person = RoleGrant.objects.filter(role=role, valid_to=None).select_related("person").order_by("pk")[0].person
    return person, Actor(person.key, person.name, (Grant(role, agencies.OWNER),))


def _writer(version: ListingVersion) -> tuple[Person, Actor]:
    members = FirmMember.objects.filter(firm=version.listing.firm, ended_at=None, role__in=["administrator", "editor"])
    person = members.select_related("person").order_by("pk")[0].person
    return person, Actor(person.key, person.name, (Grant("supplier", version.listing.firm.organisation.number),))

"""«Meld feil»: anybody says what is wrong with a listing; a handler looks, the firm answers, the handler decides.

The report is a case like the others. Who reported is not known, but may leave an e-mail address, which the firm never sees.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import resources

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from fellestorg.kernel import messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.messages import Recipient
from fellestorg.kernel.sealing import UnreadableError, open_text, seal_text
from fellestorg.marketplace.guidance import private
from fellestorg.marketplace.listings import actions as listings
from fellestorg.marketplace.listings import drafts
from fellestorg.marketplace.listings.actions import Ruling
from fellestorg.marketplace.listings.models import Listing, ListingVersion
from fellestorg.marketplace.listings.policy import may_rule
from fellestorg.marketplace.listings.queries import published_rows
from fellestorg.marketplace.listings.questions import question, questions_of
from fellestorg.marketplace.moderation import senders
from fellestorg.marketplace.moderation.acting import SHORTEST, locked, require, step, tell_firm
from fellestorg.marketplace.moderation.deciding import give_notice
from fellestorg.marketplace.moderation.models import Complaint, ListingReport, ModerationCase
from fellestorg.marketplace.moderation.reasons import reasons
from fellestorg.organisations.models import Person
from fellestorg.values import BadInput, Problem, Refused

_State = ModerationCase.State
OUTCOMES = ("no_fault", "corrected", "dispute", "strike", "removal")
PARTS = ("texts", "prices")


@dataclass(frozen=True, slots=True)
class ReportRules:
    """What ``reports.toml`` says."""

    answer_days: int
    most_by_sender: int
    most_on_listing: int
    most_in_a_day: int
    longest: int


@dataclass(frozen=True, slots=True)
class Disputed:
    """An answer that SI shows as disputed: which, why, and what the firm says."""

    about: str
    text: str
    answer: str
    reference: str


@cache
def rules() -> ReportRules:
    """The file that comes with the product."""
    document = tomllib.loads(resources.files(__package__).joinpath("reports.toml").read_text("utf-8"))
    return ReportRules(**{name: document[name] for name in ReportRules.__slots__})


@transaction.atomic
def report(
    key: str, about: str, text: str, *, email: str = "", sender: str, actor: Actor, now: datetime
) -> tuple[ModerationCase, str]:
    """Report a fault in a public listing. Gives the case and the secret of the link by which it may be followed.

    Raises BadInput with everything wrong, Refused where too many have come.
    """
    version = published_rows().filter(listing__key=key).first()
    if version is None:
        raise Refused("not_public", _("Tjenesten er ikke publisert."))
    said = _checked(version, about, text, email)
    senders.one_at_a_time()
    _room_for(version.listing, sender, now)
    case = ModerationCase.objects.create(version=version, kind=ModerationCase.Kind.REPORT, opened_at=now)
    token = secrets.token_urlsafe(24)
    address = email.strip()
    ListingReport.objects.create(
        case=case, about=about, text=said, language=actor.language, token=_digest(token), sender=sender, received_at=now,
        sealed_email=seal_text(json.dumps([address, token])) if address else "",
    )  # fmt: skip
    step(case, "reported", actor, None, now, text=said, about=about)
    return case, token


def followed(token: str) -> ModerationCase | None:
    """The case that a secret link is about."""
    rows = ModerationCase.objects.filter(report__token=_digest(token))
    return rows.select_related("report", "version__listing__firm__organisation").first()


@transaction.atomic
def ask_firm(case: ModerationCase, text: str, *, actor: Actor, person: Person, now: datetime) -> ModerationCase:
    """Let the firm answer a report, within the days of ``reports.toml``. ``text`` is what the handler writes to it."""
    case = _open(case, actor)
    if case.state != _State.OPEN:
        raise Refused("noticed_already", _("Firmaet er varslet i saken fra før."))
    if len(text.strip()) < SHORTEST:
        raise BadInput.of("text", "too_short", _("Skriv minst %(n)s tegn.") % {"n": SHORTEST})
    case.state, case.handler, case.text = _State.HEARING, person, text.strip()
    case.answer_by = now + timedelta(days=rules().answer_days)
    case.save(update_fields=["state", "handler", "text", "answer_by"])
    step(case, "asked", actor, person, now)
    tell_firm(case, "moderation_report", now)
    return case


@transaction.atomic
def settle(
    case: ModerationCase, outcome: str, reason: str, text: str, *, actor: Actor, person: Person, now: datetime
) -> ModerationCase:
    """Decide a report: ``no_fault``, ``corrected`` (the firm has published it otherwise), ``dispute`` (shown beside the
    answer), ``strike`` (SI takes the answer out) or ``removal`` (the firm gets notice that the listing may go).

    Nothing is done against a firm before it has answered or its time is out. Raises BadInput, Refused.
    """
    case = _open(case, actor)
    problems = []
    if outcome not in OUTCOMES:
        problems.append(Problem("outcome", "unknown", _("Velg hva du avgjør.")))
    if outcome in ("dispute", "strike", "removal") and reason not in reasons().by_code:
        problems.append(Problem("reason", "missing", _("Velg en grunn.")))
    if len(text.strip()) < SHORTEST:
        problems.append(Problem("text", "too_short", _("Skriv minst %(n)s tegn.") % {"n": SHORTEST}))
    BadInput.raise_if(problems)
    heard = case.answered_at is not None or (case.answer_by is not None and now > case.answer_by)
    if outcome in ("dispute", "strike") and not heard:
        raise Refused("not_heard", _("Firmaet må få svare først."))
    public = _public(case)
    if outcome == "corrected" and not _changed(case, public):
        raise Refused("not_corrected", _("Firmaet har ikke publisert noe annet om dette ennå."))
    if outcome in ("dispute", "strike", "removal") and public is None:
        raise Refused("not_public", _("Tjenesten er ikke publisert."))
    if outcome == "strike" and (public is None or case.report.about not in public.answers):
        raise Refused("no_answer", _("Bare et svar kan tas bort. Velg noe annet."))
    case.state, case.closed_at, case.outcome, case.reason, case.text = (
        _State.CLOSED, now, outcome, reason if outcome in ("dispute", "strike", "removal") else "", text.strip(),
    )  # fmt: skip
    case.first = case.handler = person
    case.save()
    step(case, "decided", actor, person, now)
    if outcome == "strike" and public is not None:
        kept = {key: one for key, one in public.answers.items() if key != case.report.about}
        ruling = Ruling("correct", public.pk, public.sha256, case.reference, (person.key,), case.text)
        listings.correct(public, ruling, {"answers": kept}, actor=actor, now=now, person=person)
        # What a complaint restores is the version that the answer was taken out of.
        if public.pk != case.version_id:
            case.version = public
            case.save(update_fields=["version"])
    if outcome == "removal" and public is not None:
        give_notice(public, reason, case.text, actor=actor, person=person, now=now)
    elif outcome != "no_fault" or case.answer_by is not None:
        tell_firm(case, f"moderation_report_{outcome}", now)
    _tell_reporter(case, now)
    return case


def disputed(key: str) -> list[Disputed]:
    """What of a listing is shown as disputed now. A newer version that says something else there is disputed no more, and
    what a complaint was upheld over neither."""
    rows = ModerationCase.objects.filter(
        Q(outcome="dispute") | Q(outcome="strike", complaint__outcome=Complaint.Outcome.ALTERED),
        kind=ModerationCase.Kind.REPORT, state=_State.CLOSED, version__listing__key=key,
    ).exclude(complaint__outcome=Complaint.Outcome.UPHELD).select_related("report", "version__listing")  # fmt: skip
    return [
        Disputed(one.report.about, one.text, one.answer, one.reference)
        for one in rows
        if (public := _public(one)) is not None and not _changed(one, public)
    ]


def about_words(about: str) -> str:
    """What a report is about, in words."""
    asked = question(about)
    return asked.text if asked else {"texts": _("Navn og beskrivelse"), "prices": _("Priser")}.get(about, about)


def may_be_about(version: ListingVersion) -> list[tuple[str, str]]:
    """What of a version may be reported: its texts, its prices, and each answer that it gives."""
    asked = [one.key for one in questions_of(version.listing.category) if one.key in version.answers]
    return [(one, about_words(one)) for one in (*PARTS, *asked)]


def _checked(version: ListingVersion, about: str, text: str, email: str) -> str:
    said, problems = private.long("text", text, rules().longest)
    if len(said) < SHORTEST and not problems:
        problems = [Problem("text", "too_short", _("Skriv minst %(n)s tegn.") % {"n": SHORTEST})]
    if about not in dict(may_be_about(version)):
        problems.append(Problem("about", "unknown", _("Velg hva meldingen gjelder.")))
    if email.strip():
        try:
            validate_email(email.strip())
        except ValidationError:
            problems.append(Problem("email", "invalid", _("Skriv en gyldig e-postadresse, eller la feltet stå tomt.")))
    BadInput.raise_if(problems)
    return said


def _room_for(listing: Listing, sender: str, now: datetime) -> None:
    limits, day = rules(), now - timedelta(days=1)
    rows = ListingReport.objects.all()
    today = rows.filter(received_at__gt=day)
    full = (
        rows.filter(sender=sender).count() >= limits.most_by_sender
        or today.count() >= limits.most_in_a_day
        or rows.filter(case__version__listing=listing).exclude(case__state=_State.CLOSED).count()
        >= limits.most_on_listing
    )
    if full:
        raise Refused("too_many", _("Det er kommet for mange meldinger nå. Prøv igjen i morgen."))


def _open(case: ModerationCase, actor: Actor) -> ModerationCase:
    found = locked(case)
    require(may_rule(actor, found.version.listing.firm))
    if found.kind != ModerationCase.Kind.REPORT or found.state == _State.CLOSED:
        raise Refused("closed", _("Saken er avgjort."))
    return found


def _public(case: ModerationCase) -> ListingVersion | None:
    return published_rows().filter(listing=case.version.listing_id).first()


def _changed(case: ModerationCase, public: ListingVersion | None) -> bool:
    """Whether the public version says something else than the reported one about what was reported."""
    if public is None or public.pk == case.version_id:
        return False
    about = case.report.about
    return (about if about in PARTS else f"answers.{about}") in drafts.changed(case.version, public)


def _tell_reporter(case: ModerationCase, now: datetime) -> None:
    """Write to whoever left an address, and erase it."""
    row = case.report
    if not row.sealed_email:
        return
    try:
        address, token = json.loads(open_text(row.sealed_email))
    except UnreadableError:
        address = token = ""
    row.sealed_email = ""
    row.save(update_fields=["sealed_email"])
    if address:
        facts = {"title": case.version.text("title"), "reference": case.reference}
        link = reverse("followed_report", args=[token])
        messages.send_sealed(Recipient("", address, row.language), "listing_report_decided", facts, link=link, at=now)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

"""Importing studies and surveys, and withdrawing them. Every version stays; the last one is what is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.marketplace.overview import policy
from fellestorg.marketplace.overview.models import Study, StudyVersion
from fellestorg.values import BadInput, Problem, Refused

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_LONGEST = {"title": 200, "publisher": 200, "licence": 200, "url": 300, "method": 2000}


@dataclass(frozen=True, slots=True)
class About:
    """What a study says of itself. ``texts``: ``{language: {"title", "method"}}``. ``verified``: somebody has compared
    the figures with the primary source."""

    key: str
    texts: Mapping[str, Mapping[str, str]]
    publisher: str
    published_on: date
    licence: str = ""
    url: str = ""
    verified: bool = False


@transaction.atomic
def import_study(about: About, figures: Sequence[Mapping[str, str]], *, actor: Actor, now: datetime) -> StudyVersion:
    """Add a version of a study with its figures, as ``reading.figures`` gives them.

    Raises BadInput for what the study says of itself, and Refused where the actor may not or nothing has changed.
    """
    policy.require(actor)
    _require_sound(about, clock.local_day(now))
    study, _new = Study.objects.get_or_create(key=about.key, defaults={"kind": Study.Kind.FIGURES})
    if study.kind != Study.Kind.FIGURES:
        raise BadInput.of(_("Nøkkel"), "taken", _("Nøkkelen er brukt av en kartlegging. Velg en annen."))
    return _add(study, about, {"figures": [dict(one) for one in figures]}, actor, now)


@transaction.atomic
def import_survey(
    year: int, about: About, answers: Sequence[Mapping[str, Any]], *, actor: Actor, now: datetime
) -> StudyVersion:
    """Add a version of a year's survey with the agencies' answers, as ``reading.answers`` gives them. As ``import_study``."""
    policy.require(actor)
    today = clock.local_day(now)
    _require_sound(about, today)
    if not 2000 <= year <= today.year:
        raise BadInput.of(_("År"), "not_a_year", _("Skriv året kartleggingen ble gjort, som 2023."))
    study = Study.objects.filter(kind=Study.Kind.SURVEY, year=year).first()
    if study is None:
        if Study.objects.filter(key=about.key).exists():
            raise BadInput.of(_("Nøkkel"), "taken", _("Nøkkelen er brukt av en annen undersøkelse. Velg en annen."))
        study = Study.objects.create(key=about.key, kind=Study.Kind.SURVEY, year=year)
    return _add(study, about, {"answers": [dict(one) for one in answers]}, actor, now)


@transaction.atomic
def withdraw(study: Study, reason: str, *, actor: Actor, now: datetime) -> StudyVersion:
    """Take a study or a survey off the pages, with the reason that readers see. What it said stays in its versions."""
    policy.require(actor)
    reason = " ".join(reason.split())
    if not 10 <= len(reason) <= 500:
        raise BadInput.of(_("Grunn"), "reason", _("Skriv hvorfor den trekkes, med minst 10 og høyst 500 tegn."))
    last = _locked(study)
    if last is None or last.withdrawn_reason:
        raise Refused("withdrawn", _("Undersøkelsen er allerede trukket."))
    about = {name: getattr(last, name) for name in ("texts", "publisher", "published_on", "licence", "url", "verified")}
    made = StudyVersion.objects.create(
        study=study, number=last.number + 1, **about, withdrawn_reason=reason, imported_at=now,
        imported_by_key=actor.key, imported_by=actor.name,
    )  # fmt: skip
    told = {"version": made.number, "reason": reason}
    events.record(Happening(study.stream, "study_withdrawn", study.stream, actor, now, told, (made,)))
    return made


def _add(study: Study, about: About, content: dict[str, Any], actor: Actor, now: datetime) -> StudyVersion:
    last = _locked(study)
    made = StudyVersion(
        study=study, number=last.number + 1 if last is not None else 1,
        texts={code: dict(said) for code, said in about.texts.items()},
        publisher=about.publisher, published_on=about.published_on, licence=about.licence, url=about.url,
        verified=about.verified, imported_at=now, imported_by_key=actor.key, imported_by=actor.name, **content,
    )  # fmt: skip
    if last is not None and _said(last) == _said(made):
        raise Refused("unchanged", _("Fila sier det samme som versjonen som står. Ingenting er lest inn."))
    made.save()
    rows = len(made.figures) or len(made.answers)
    told = {"version": made.number, "kind": study.kind, "rows": rows, "verified": made.verified}
    events.record(Happening(study.stream, "study_imported", study.stream, actor, now, told, (made,)))
    return made


def _locked(study: Study) -> StudyVersion | None:
    """The last version, with the study's row locked: two imports at once become two versions."""
    Study.objects.select_for_update().get(pk=study.pk)
    return study.versions.order_by("-number").first()


def _said(version: StudyVersion) -> tuple[Any, ...]:
    return (
        version.texts, version.publisher, version.published_on, version.licence, version.url, version.verified,
        version.figures, version.answers, version.withdrawn_reason,
    )  # fmt: skip


def _require_sound(about: About, today: date) -> None:
    problems = []
    if not _KEY.match(about.key) or len(about.key) > 80:
        text = _("Bruk små bokstaver a–z, tall og bindestrek, høyst 80 tegn.")
        problems.append(Problem(_("Nøkkel"), "not_a_key", text))
    said = [*about.texts.values()]
    given = [
        (_("Tittel"), "title", [one.get("title", "") for one in said] or [""], True),
        (_("Metode"), "method", [one.get("method", "") for one in said] or [""], True),
        (_("Utgiver"), "publisher", [about.publisher], True),
        (_("Lisens"), "licence", [about.licence], False),
        (_("Adresse"), "url", [about.url], False),
    ]
    for label, name, texts, required in given:
        if required and not all(text.strip() for text in texts):
            problems.append(Problem(label, "required", _("må fylles ut")))
        if any(len(text) > _LONGEST[name] for text in texts):
            problems.append(Problem(label, "too_long", _("høyst %(longest)s tegn") % {"longest": _LONGEST[name]}))
        if any("\x00" in text for text in texts):
            problems.append(Problem(label, "control_character", _("har usynlige tegn; skriv teksten på nytt")))
    if about.url and not _is_web(about.url):
        problems.append(Problem(_("Adresse"), "not_an_address", _("Skriv hele adressen, med https:// foran.")))
    if not date(1990, 1, 1) <= about.published_on <= today:
        text = _("Undersøkelsen må være publisert etter 1990 og senest i dag.")
        problems.append(Problem(_("Publisert"), "not_then", text))
    BadInput.raise_if(problems)


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\s<>\"]", url)

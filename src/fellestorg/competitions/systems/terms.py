"""What a purchasing system is set up with: a new one, or one that runs already and is taken over as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.dateparse import parse_date
from django.utils.text import slugify
from django.utils.translation import gettext as _

from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.competitions.award.becoming import ceiling, managers
from fellestorg.competitions.models import Competition
from fellestorg.competitions.systems.rules import PROCEDURE
from fellestorg.organisations.models import Person
from fellestorg.values import BadInput, Problem

_CATEGORY = re.compile(r"[a-zæøå][a-zæøå0-9_]{1,59}\Z")


@dataclass(frozen=True, slots=True)
class SystemTerms:
    """A new system: its short name, the kind of goods, its last day, who manages it, and the categories of each lot by the
    lot's key. There is no limit on how long it lasts (DPS-8)."""

    key: str
    category: str
    ends: date
    manager: Person
    categories: Mapping[str, tuple[str, ...]]


def adoptable(competition: Competition, today: date) -> QuerySet[FrameworkAgreement]:
    """The owner's purchasing systems that last and have no competition of their own here."""
    dps = FrameworkAgreement.Instrument.DYNAMIC_PURCHASING_SYSTEM
    taken = Competition.objects.filter(procedure=PROCEDURE, result__isnull=False).exclude(stage="cancelled")
    rows = FrameworkAgreement.objects.filter(instrument=dps, owner=competition.buyer, ends__gte=today)
    return rows.exclude(pk__in=taken.values("result"))


def read_terms(data: Mapping[str, str], competition: Competition, today: date) -> SystemTerms | FrameworkAgreement:
    """What was filled in: terms of a new system, or (``existing``) the system to take over. BadInput with every fault."""
    if wanted := data.get("existing", ""):
        found = adoptable(competition, today).filter(key=wanted).first()
        if found is None:
            raise BadInput.of("existing", "unknown", _("Velg en ordning i listen."))
        return found
    problems: list[Problem] = []
    key = slugify(data.get("key", ""))[:60]
    if not key or FrameworkAgreement.objects.filter(key=key).exists():
        problems.append(Problem("key", "taken", _("Velg et kort navn som ingen annen avtale har.")))
    category = _code(data.get("category", ""))
    if not _CATEGORY.match(category):
        problems.append(Problem("category", "unknown", _("Oppgi varegruppen med bokstaver, for eksempel kurs.")))
    ends = _day(data.get("ends", ""))
    if ends is None or ends <= today:
        problems.append(Problem("ends", "not_ahead", _("Oppgi en dag fram i tid.")))
    manager = managers(competition, today).filter(username=data.get("manager", "")).first()
    if manager is None:
        problems.append(Problem("manager", "unknown", _("Velg en avtaleforvalter.")))
    categories = {}
    for lot in competition.lots.all():
        name = f"categories_{lot.key}"
        given = data.get(name, "").strip()
        found_in = tuple(map(_code, re.split(r"\s*[,;\n]\s*" if re.search(r"[,;\n]", given) else r"\s+", given)))
        if not all(_CATEGORY.match(one) for one in found_in):
            problems.append(
                Problem(name, "unknown", _("Oppgi minst én kategori, bare med bokstaver og tall, og skill med komma."))
            )
        categories[lot.key] = tuple(dict.fromkeys(found_in))
        if ceiling(competition, lot) is None:
            problems.append(Problem("", "no_maximum", _("«%(lot)s» mangler høyeste verdi.") % {"lot": lot.title}))
    BadInput.raise_if(problems)
    assert ends is not None and manager is not None
    return SystemTerms(key, category, ends, manager, categories)


def _code(name: str) -> str:
    """A category as it was named, as its code: pages make the name of it again."""
    return re.sub(r"[\s-]+", "_", name.strip().lower())


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None

"""What the verbs of preparing share: whether a row and its values are whole, and the key of a new one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext as _

from fellestorg.competitions.models import Competition
from fellestorg.law.procedures import procedures as all_procedures
from fellestorg.values import BadInput, Problem

_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "Æ": "ae", "Ø": "o", "Å": "a"})


def value_problems(competition: Competition) -> list[Problem]:
    """What is wrong with the competition's own values."""
    found = []
    if len(competition.title) < 3:
        found.append(Problem("title", "too_short", _("Skriv en tittel.")))
    if competition.procedure not in all_procedures():
        found.append(Problem("procedure", "unknown_procedure", _("Velg en prosedyre.")))
    if competition.language not in Competition.Language.values:
        found.append(Problem("language", "unknown_language", _("Velg et språk.")))
    found += [
        Problem("cpv", "bad_cpv", _("«%(code)s» er ingen CPV-kode: skriv åtte sifre.") % {"code": code[:20]})
        for code in competition.cpv
        if not re.fullmatch(r"\d{8}", code)
    ]
    least, most = competition.estimated_value, competition.maximum_value
    if least is not None and most is not None and most < least:
        found.append(Problem("maximum_value", "below_estimate", _("Høyeste verdi er lavere enn anslått verdi.")))
    return found


def require_whole(row: models.Model) -> None:
    """Raise BadInput with everything wrong with a row that is about to be saved."""
    BadInput.raise_if(whole_problems(row))


def whole_problems(row: models.Model, exclude: Iterable[str] = ()) -> list[Problem]:
    """Everything wrong with a row that is about to be saved, by field."""
    # What may be empty is left out: the models say so with null, not with blank.
    empty = {
        one.name
        for one in row._meta.fields
        if getattr(row, one.attname) in (None, [], {}) and (one.null or one.has_default())
    }
    try:
        row.full_clean(exclude={*exclude, *empty})
    except ValidationError as error:
        return [
            Problem("" if field == "__all__" else field, "invalid", " ".join(texts))
            for field, texts in error.message_dict.items()
        ]
    return []


def fresh_key(name: str, taken: Iterable[str]) -> str:
    """A readable key that nobody has yet: ``pris``, ``pris-2``."""
    used, base = set(taken), slugify(name.translate(_LETTERS))[:50].strip("-") or "del"
    return next(key for n in range(1, len(used) + 2) if (key := base if n == 1 else f"{base}-{n}") not in used)


def told(value: object) -> object:
    """A value as the event tells it: a row by its key."""
    return getattr(value, "key", value) if isinstance(value, models.Model) else value

"""What the sections are called."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SECTION_NAMES: dict[str, Promise] = {
    "lots": _("Delkontrakter"),
    "requirements": _("Kvalifikasjonskrav"),
    "criteria": _("Tildelingskriterier"),
    "questions": _("Spørsmål"),
    "price_lines": _("Prisskjema"),
}

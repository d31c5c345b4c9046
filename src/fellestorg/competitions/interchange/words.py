"""What the sections are called, and the sizes of firms."""

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

# The code list economic-operator-size of the EU's Publications Office.
FIRM_SIZES: dict[str, Promise] = {
    "micro": _("Mikro"),
    "small": _("Lite"),
    "medium": _("Mellomstort"),
    "sme": _("Lite eller mellomstort"),
    "large": _("Stort"),
}

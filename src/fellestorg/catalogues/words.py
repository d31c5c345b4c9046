"""The names of units, in the active language where they are shown."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# UN/ECE recommendation 20 and 21, those in use.
_UNITS: dict[str, Promise] = {
    "EA": _("stk."),
    "PK": _("pakke"),
    "BX": _("eske"),
    "RO": _("rull"),
    "SET": _("sett"),
    "KGM": _("kg"),
    "LTR": _("liter"),
    "CT": _("kartong"),
    "RM": _("ris"),
    "BO": _("flaske"),
    "PR": _("par"),
    "BG": _("pose"),
}


def unit_name(code: str) -> str:
    """A unit's name in the active language; its code where it has none."""
    return str(_UNITS.get(code, code))

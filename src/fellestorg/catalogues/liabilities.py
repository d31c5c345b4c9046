"""Who answers for what is charged to a means of payment: a term of the agreement, kept with each item."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LIABILITIES: Mapping[str, Promise] = {
    "body": _("Virksomheten hefter for alt som belastes."),
    "body_on_duty": _("Virksomheten hefter for det som betales i tjenesten, den ansatte for privat bruk."),
    "body_to_limit": _("Virksomheten hefter inntil grensen på kortet."),
    "employee": _("Den ansatte hefter for alt som belastes."),
}


def liability_text(code: str) -> str:
    """Who answers, as a sentence of the active language; empty for what is no means of payment."""
    known = LIABILITIES.get(code)
    return str(known) if known is not None else code

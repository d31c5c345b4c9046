"""What call-offs give to pages of rooms below: the latest ones under a lot, and names and links for the event log."""

from __future__ import annotations

import uuid

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.models import Lot
from fellestorg.agreements.panels import Panel
from fellestorg.calloffs.cascade.words import VERBS as CASCADE_VERBS
from fellestorg.calloffs.listing import row_view
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.queries import visible_to
from fellestorg.kernel.actors import Actor

VERBS: dict[str, str | Promise] = {
    "call_off_made": _("Avrop gjort"),
    "call_off_refused": _("Avrop stoppet av reglene"),
    "call_off_approved": _("Avrop godkjent"),
    "call_off_declined": _("Avrop ikke godkjent"),
    "call_off_cancelled": _("Avrop kansellert"),
    **CASCADE_VERBS,
    "file_stored": _("Et dokument ble laget"),
    "reserve_lapsed": _("Reservasjon falt bort"),
    "shopping_list_saved": _("Handleliste lagret"),
    "shopping_list_renamed": _("Handleliste fikk nytt navn"),
    "shopping_list_waits": _("Handleliste venter på å bli bestilt"),
    "shopping_list_rests": _("Handleliste venter ikke lenger"),
    "shopping_list_taken": _("Handleliste hentet for å bestilles"),
    "shopping_list_deleted": _("Handleliste slettet"),
}
_SHOWN = 8


def latest_call_offs(lot: Lot, actor: Actor) -> Panel | None:
    """The newest call-offs under a lot that the actor may see; nothing for the public."""
    if not actor.grants:
        return None
    rows = visible_to(actor).filter(lot=lot).order_by("-made_at", "-number")[:_SHOWN]
    agreement = lot.agreement.key
    return Panel("calloffs/lot_panel.html", {"rows": [row_view(one) for one in rows], "agreement": agreement})


def call_off_link(key: str) -> str:
    """The page of the call-off that the event log knows by its id, or an empty text."""
    try:
        number = CallOff.objects.filter(pk=uuid.UUID(key)).values_list("number", flat=True).first()
    except ValueError:
        return ""
    return reverse("call_off", args=[number]) if number else ""

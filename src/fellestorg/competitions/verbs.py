"""What the event log's verbs of competitions are called, and the page a competition has."""

from __future__ import annotations

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

VERBS: dict[str, str | Promise] = {
    "competition_publish": _("Konkurransen ble kunngjort"),
    "competition_publish_innovation": _("Konkurransen ble kunngjort"),
    "competition_publish_below": _("Konkurransen ble kunngjort nasjonalt"),
    "competition_invite": _("Invitasjonen ble sendt"),
    "competition_invite_admitted": _("Alle som er tatt opp, ble invitert"),
    "competition_close_requests": _("Forespørslene ble gjennomgått"),
    "competition_invite_selected": _("De utvalgte ble invitert"),
    "competition_start_dialogue": _("Dialogen ble startet"),
    "competition_end_dialogue": _("Dialogen ble avsluttet"),
    "competition_open": _("Tilbudene ble åpnet"),
    "competition_negotiate": _("Forhandlingene ble startet"),
    "competition_call_for_revised": _("Det ble bedt om reviderte tilbud"),
    "competition_evaluate": _("Evalueringen ble startet"),
    "competition_award": _("Meldingen om valget ble sendt"),
    "competition_reverse": _("Valget ble omgjort"),
    "competition_conclude": _("Kontrakten ble inngått"),
    "competition_run": _("Ordningen ble åpnet for søknader"),
    "competition_end": _("Ordningen ble avsluttet"),
    "competition_cancel": _("Konkurransen ble avlyst"),
}


def competition_link(number: str) -> str:
    """The page of a competition."""
    return reverse("competition", args=[number])

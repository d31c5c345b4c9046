"""What the refusals, happenings and messages of negotiation and dialogue are called."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REFUSALS: dict[str, Promise] = {
    "not_in_rounds": _("Konkurransen er ikke i dialog eller forhandling nå."),
    "nobody_in_play": _("Ingen er med lenger."),
    "not_in_round": _("Leverandøren er ikke med i runden."),
    "no_round": _("Det er ikke holdt noen runde ennå."),
    "minutes_missing": _("Referat mangler for disse (runde): %(names)s."),
    "reduction_not_announced": _("Kunngjøringen sa ikke at antallet kan reduseres mellom rundene."),
    "reduced_without_ranking": _("%(name)s er tatt ut uten at rangeringen viser det."),
    "nobody_beyond": _("Ingen står bak så mange. Alle går videre."),
}
VERBS: dict[str, str | Promise] = {
    "round_begun": _("En runde ble startet med alle som er med"),
    "minutes_written": _("Et møte fikk referat"),
    "field_reduced": _("Noen gikk ikke videre til neste runde"),
    "tenders_called_for": _("Alle som er med, ble bedt om tilbud"),
}
MESSAGES: dict[str, tuple[str | Promise, str | Promise]] = {
    "round_begun": (
        _("Runde {round} i {title}"),
        _("Runde {round} er startet i {title} ({number}). Alle som er med, får vite det samme:\n\n{about}"),
    ),
    "tender_called_for": (
        _("Nytt tilbud i {title}"),
        _("Alle som er med i {title} ({number}), bes om tilbud til samme frist. Fristen står i brevet."),
    ),
}

"""The kinds of change that need four eyes in this room, one file each, and what is told about all of them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fellestorg.kernel import messages
from fellestorg.kernel.verbs import register_subject, register_verbs


def register() -> None:
    """Register kinds, messages and verbs; called when the room is ready."""
    from fellestorg.agreements.changes import (
        agreement,
        extension,
        halt,
        lot,
        options,
        participants,
        policy,
        positions,
        regulation_clause,
    )

    for one in (agreement, extension, halt, lot, policy, positions, participants, options, regulation_clause):
        one.register()
    messages.register(
        {
            "change_proposed": (
                _("Til avgjørelse: {kind}, {about}"),
                _("{who} har foreslått en endring: {kind}. Den gjelder {about}. En annen enn {who} må avgjøre den."),
            ),
            "change_approved": (
                _("Godkjent: {kind}, {about}"),
                _("{who} har godkjent endringen du foreslo. Den er nå gjennomført. Begrunnelse: {reason}"),
            ),
            "change_rejected": (
                _("Avvist: {kind}, {about}"),
                _("{who} har avvist endringen du foreslo. Begrunnelse: {reason}"),
            ),
            "change_withdrawn": (
                _("Trukket: {kind}, {about}"),
                _("{who} har trukket endringen du foreslo. Begrunnelse: {reason}"),
            ),
        }
    )
    register_verbs(
        {
            "change_proposed": _("Endring foreslått"),
            "change_approved": _("Endring godkjent"),
            "change_rejected": _("Endring avvist"),
            "change_withdrawn": _("Endring trukket"),
            "agreement_changed": _("Varighet, opsjoner eller ansvar endret"),
            "scope_changed": _("Omfang endret"),
            "ceiling_changed": _("Tak endret"),
            "ranking_changed": _("Rangering endret"),
            "agreement_halted": _("Avtale avlyst, utsatt eller satt i gang igjen"),
            "agreement_edited": _("Avtaletekster endret"),
            "agreement_created": _("Avtale opprettet"),
            "lot_edited": _("Delkontraktens tekster endret"),
            "lot_created": _("Delkontrakt opprettet"),
            "participation_moved": _("Deltakelse endret"),
            "participants_added": _("Deltakere lagt til"),
            "option_changed": _("Opsjon i sortimentet endret"),
            "regulation_clause_changed": _("Vilkår for prisregulering endret"),
        }
    )
    register_subject("proposal", lambda key: f"/avtaler/endringer/{key}")

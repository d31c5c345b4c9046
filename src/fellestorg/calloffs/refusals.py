"""Why somebody may not do what they tried with a call-off, by the codes of ``policy.py`` and ``standing.py``."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

REFUSALS = {
    "not_buyer_of_agency": _("Du er ikke innkjøper eller godkjenner i denne virksomheten."),
    "not_awaiting_approval": _("Avropet venter ikke på godkjenning."),
    "reserve_lapsed": _("Fristen for å godkjenne gikk ut {day}."),
    "not_approver_of_agency": _("Du har ikke budsjettfullmakt i denne virksomheten."),
    "own_request": _("Du kan ikke godkjenne ditt eget avrop."),
    "above_authority": _("Beløpet er over fullmakten din."),
    "supplier_agreement_over": _(
        "Rammeavtalen gjelder ikke lenger, så bestillingen kan ikke sendes (regel FA-4). Avslå avropet."
    ),
    "supplier_agreement_halted": _(
        "Rammeavtalen er avlyst eller utsatt, så bestillingen kan ikke sendes (regel FA-4). Avslå avropet."
    ),
    "supplier_insolvent": _(
        "{supplier} er konkurs, så bestillingen kan ikke sendes (regel STAND). Avslå avropet, og gjør det på nytt."
    ),
    "supplier_suspended": _(
        "{supplier} er suspendert fra avtalen, så bestillingen kan ikke sendes (regel STAND). Avslå avropet, og gjør det "
        "på nytt."
    ),
    "supplier_not_in_position": _(
        "{supplier} er ikke lenger leverandør i delkontrakten, så bestillingen kan ikke sendes (regel STAND). Avslå "
        "avropet, og gjør det på nytt."
    ),
    "already_closed": _("Avropet er allerede avsluttet."),
    "no_mini_competition": _("Avropet leder ikke til en minikonkurranse, eller er avsluttet."),
    "mini_competition_under_way": _("Minikonkurransen er alt i gang."),
    "not_party": _("Du har ikke tilgang til dette avropet."),
}

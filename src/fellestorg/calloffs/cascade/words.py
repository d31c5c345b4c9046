"""What the codes of offers in turn are called, as lazy translations."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fellestorg.calloffs.cascade.models import RankedOffer

S, R = RankedOffer.State, RankedOffer.Reason

STATES = {
    S.WAITING: _("Står for tur"),
    S.OPEN: _("Venter på svar"),
    S.ACCEPTED: _("Sa ja"),
    S.DECLINED: _("Sa nei"),
    S.TIMED_OUT: _("Svarte ikke i tide"),
    S.PASSED: _("Ble hoppet over"),
    S.WITHDRAWN: _("Trukket tilbake"),
}
TONES = {
    S.WAITING: "neutral",
    S.OPEN: "warning",
    S.ACCEPTED: "success",
    S.DECLINED: "danger",
    S.TIMED_OUT: "danger",
    S.PASSED: "neutral",
    S.WITHDRAWN: "neutral",
}
DECLINES = {
    R.CAPACITY: _("Har ikke kapasitet"),
    R.DELIVERY_TIME: _("Kan ikke levere i tide"),
    R.SOLD_OUT: _("Varene er utsolgt"),
    R.PLACE: _("Kan ikke levere til stedet"),
    R.OTHER: _("Noe annet"),
}
PASSED = {
    "not_in_position": _("Leverandøren er ikke lenger aktiv i delkontrakten"),
    "agreement_over": _("Avtalen gjelder ikke lenger"),
    "agreement_halted": _("Avtalen er avlyst eller utsatt"),
    "insolvent": _("Leverandøren er konkurs"),
    "suspended": _("Leverandøren er suspendert fra avtalen"),
}
VERBS = {
    "offer_opened": _("Leverandør spurt"),
    "offer_reminded": _("Leverandør minnet på fristen"),
    "offer_accepted": _("Leverandøren sa ja"),
    "offer_declined": _("Leverandøren sa nei"),
    "offer_timed_out": _("Leverandøren svarte ikke i tide"),
    "offer_passed": _("Leverandør hoppet over"),
    "offers_exhausted": _("Ingen leverandør sa ja"),
}
REFUSALS = {
    "not_asked": _("Dette tilbudet er ikke til dere."),
    "answer_too_late": _("Fristen for å svare gikk ut {until}. Turen har gått videre."),
    "already_closed": _("Tilbudet er allerede avsluttet."),
}


def reason_name(code: str) -> str:
    """Why a supplier said no, or was passed, in the active language; empty where there is no reason."""
    name = DECLINES.get(RankedOffer.Reason(code)) if code in RankedOffer.Reason.values else PASSED.get(code)
    return str(name) if name else ""

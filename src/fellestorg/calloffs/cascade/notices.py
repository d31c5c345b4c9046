"""Who is told what as the suppliers are asked in turn. In the transaction of what it tells about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from fellestorg.calloffs.cascade.models import RankedOffer
from fellestorg.calloffs.cascade.words import reason_name
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.notices import people_at, recipients, requester
from fellestorg.kernel import messages
from fellestorg.kernel.messages import Recipient
from fellestorg.kernel.text import LANGUAGES, localised
from fellestorg.ui import formats

TEXTS = {
    "offer_asked": (
        _("{buyer} vil bestille hos dere. Svar innen {until}"),
        _(
            "{buyer} vil bestille {title} under {agreement}: {amount} kr uten mva., til prisene på avtalen da avropet "
            "ble gjort. Dere har turen nå. Si ja eller nei innen {until}. Etter det går bestillingen videre til neste "
            "leverandør."
        ),
    ),
    "offer_reminded": (
        _("Påminnelse: svar innen {until} på bestillingen fra {buyer}"),
        _("{title}, {amount} kr uten mva. Dere har ikke svart ennå. Etter {until} går bestillingen videre."),
    ),
    "offer_accepted": (
        _("{supplier} sa ja til avrop {number}"),
        _("{title} er bestilt hos {supplier} for {amount} kr uten mva."),
    ),
    "offer_declined": (
        _("{supplier} sa nei til avrop {number}"),
        _("{title}. Grunn: {reason}."),
    ),
    "offer_timed_out": (
        _("{supplier} svarte ikke i tide på avrop {number}"),
        _("{title}. Fristen var {until}."),
    ),
    "offer_turn_lost": (
        _("Fristen for å svare på avrop {number} er ute"),
        _("{buyer} fikk ikke svar fra dere innen {until}. Bestillingen på {title} har gått videre."),
    ),
    "offer_withdrawn": (
        _("{buyer} har trukket bestillingen {number}"),
        _("Dere trenger ikke svare på {title}. Grunn: {reason}"),
    ),
    "offers_exhausted": (
        _("Ingen leverandør sa ja til avrop {number}"),
        _(
            "Alle som kan levere {title}, er spurt, og ingen sa ja. Beløpet er ledig igjen under taket. På avropets side "
            "står alle svarene og hva virksomheten kan gjøre nå."
        ),
    ),
}


def asked(offer: RankedOffer, *, at: datetime) -> None:
    _tell_supplier(offer, "offer_asked", at)


def reminded(offer: RankedOffer, *, at: datetime) -> None:
    _tell_supplier(offer, "offer_reminded", at)


def accepted(offer: RankedOffer, *, at: datetime) -> None:
    call_off = offer.call_off
    told = [*requester(call_off), *recipients([call_off.lot.agreement.manager])]
    _tell(told, "offer_accepted", offer, f"/avrop/{call_off.number}", at)


def moved_on(offer: RankedOffer, *, at: datetime) -> None:
    """The supplier said no, or its time ran out."""
    code = "offer_declined" if offer.state == RankedOffer.State.DECLINED else "offer_timed_out"
    _tell(requester(offer.call_off), code, offer, f"/avrop/{offer.call_off.number}", at)
    if code == "offer_timed_out":
        _tell_supplier(offer, "offer_turn_lost", at)


def withdrawn(offer: RankedOffer, reason: str, *, at: datetime) -> None:
    _tell(people_at(offer.supplier, at), "offer_withdrawn", offer, _page(offer), at, reason=reason)


def exhausted(call_off: CallOff, *, at: datetime) -> None:
    told = [*requester(call_off), *recipients([call_off.lot.agreement.manager])]
    params = {"number": call_off.number, "title": call_off.title}
    messages.tell(told, "offers_exhausted", params, link=f"/avrop/{call_off.number}", at=at)


def _tell_supplier(offer: RankedOffer, code: str, at: datetime) -> None:
    _tell(people_at(offer.supplier, at), code, offer, _page(offer), at)


def _page(offer: RankedOffer) -> str:
    return f"/avrop/{offer.call_off.number}/tilbud"


def _tell(
    told: Iterable[Recipient], code: str, offer: RankedOffer, link: str, at: datetime, *, reason: str = ""
) -> None:
    call_off = offer.call_off
    params = {
        "number": call_off.number,
        "buyer": call_off.buyer.name,
        "supplier": offer.supplier.name,
        "title": call_off.title,
        "agreement": {code: localised(call_off.lot.agreement, "title", code) for code in LANGUAGES},
        "amount": {code: formats.number(offer.contract_value, 2, code) for code in LANGUAGES},
        "until": {code: formats.instant(offer.answer_by, "short", code) for code in LANGUAGES}
        if offer.answer_by
        else "",
        "reason": reason or {code: _reason(offer, code) for code in LANGUAGES},
    }
    messages.tell(told, code, params, link=link, at=at)


def _reason(offer: RankedOffer, language: str) -> str:
    with translation.override(language):
        return ". ".join(filter(None, [reason_name(offer.reason_code), offer.reason]))

"""New delivery terms for a supplier in a lot, from a day on. They weigh in the net price, so two people make them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.models import SupplierPosition
from fellestorg.agreements.proposals import Compared, Kind, Payload, Target, as_proposed, is_draft, register_kind
from fellestorg.catalogues.models import DeliveryTerms
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.organisations.models import Organisation
from fellestorg.ui.formats import day as shown_day
from fellestorg.ui.formats import money, number
from fellestorg.values import BadInput, Problem, kroner

KIND = "delivery_terms"
MODES = (
    (DeliveryTerms.Mode.ROAD, gettext_lazy("Bil")),
    (DeliveryTerms.Mode.ZERO_EMISSION, gettext_lazy("Utslippsfri")),
    (DeliveryTerms.Mode.PICK_UP, gettext_lazy("Hentes")),
    (DeliveryTerms.Mode.DIGITAL, gettext_lazy("Digitalt")),
)
AMOUNTS = ("freight", "min_order", "small_order_fee")


def register() -> None:
    """Tell the proposals of this kind."""
    register_kind(
        KIND, Kind(gettext_lazy("Leveringsvilkår"), _rests_on, _check, _compare, _apply, anew=as_proposed(_rests_on))
    )


def terms_payload(
    *,
    supplier: str,
    on: date,
    lead_days: int,
    freight: Decimal,
    free_freight_from: Decimal | None,
    min_order: Decimal,
    small_order_fee: Decimal,
    mode: str,
) -> dict[str, Any]:
    """Terms as a proposal keeps them. ``supplier`` is an organisation number; amounts are kroner without VAT;
    ``free_freight_from`` None: freight is never free. ``on`` is their first day."""
    return {
        "supplier": supplier,
        "on": on.isoformat(),
        "lead_days": lead_days,
        "freight": kroner(freight),
        "free_freight_from": None if free_freight_from is None else kroner(free_freight_from),
        "min_order": kroner(min_order),
        "small_order_fee": kroner(small_order_fee),
        "mode": mode,
    }


def payload_of(terms: DeliveryTerms) -> dict[str, Any]:
    """Terms that stand, as a proposal would keep them."""
    return terms_payload(
        supplier=terms.supplier.number,
        on=terms.valid_from,
        lead_days=terms.lead_days,
        freight=terms.freight,
        free_freight_from=terms.free_freight_from,
        min_order=terms.min_order,
        small_order_fee=terms.small_order_fee,
        mode=terms.mode,
    )


def _rests_on(target: Target, payload: Payload) -> dict[str, Any]:
    on = date.fromisoformat(payload["on"])
    rows = DeliveryTerms.objects.filter(lot=target.the_lot, supplier__number=payload["supplier"])
    before = rows.filter(Q(valid_to=None) | Q(valid_to__gte=on), valid_from__lt=on).select_related("supplier").first()
    later = rows.filter(valid_from__gte=on).order_by("valid_from").first()
    return {
        "terms": payload_of(before) if before else None,
        "later": later.valid_from.isoformat() if later else "",
    }


def _check(target: Target, payload: Payload, now: datetime) -> None:
    draft, on = is_draft(target), date.fromisoformat(payload["on"])
    problems = []
    lasting = Q(valid_to=None) | Q(valid_to__gte=on)
    if not SupplierPosition.objects.filter(lasting, lot=target.lot, supplier__number=payload["supplier"]).exists():
        text = _("leverandøren er ikke med i delkontrakten fra denne dagen")
        problems.append(Problem("supplier", "no_position", text))
    if on < clock.local_day(now) and not draft:
        problems.append(Problem("on", "passed", _("endringen kan ikke gjelde fra en dag som har vært")))
    later = _rests_on(target, payload)["later"]
    if later and not draft:
        text = _("leverandøren har alt vilkår som gjelder fra %(day)s") % {"day": shown_day(later, "medium")}
        problems.append(Problem("on", "later_terms", text))
    if payload["mode"] not in DeliveryTerms.Mode.values:
        problems.append(Problem("mode", "unknown_choice", _("ukjent leveringsmåte")))
    BadInput.raise_if(problems)


def _compare(target: Target, before: Mapping[str, Any], payload: Payload) -> list[Compared]:
    names = dict(Organisation.objects.filter(number=payload["supplier"]).values_list("number", "name"))
    who = names.get(payload["supplier"]) or str(payload["supplier"])
    then, proposed = _in_words(before["terms"]), _in_words(payload)
    kept = bool(then) and then == proposed
    return [
        Compared(_("Leverandør"), who, who),
        *(Compared(label, then.get(label, ""), text) for label, text in proposed.items()),
        Compared(_("Gjelder fra"), "", "" if kept else shown_day(payload["on"], "medium")),
    ]


def _in_words(terms: Mapping[str, Any] | None) -> dict[str, str]:
    if not terms:
        return {}
    free = terms["free_freight_from"]
    return {
        _("Leveringstid, virkedager"): number(terms["lead_days"]),
        _("Frakt"): money(terms["freight"]),
        _("Fri frakt fra"): _("aldri") if free is None else money(free),
        _("Minste bestilling"): money(terms["min_order"]),
        _("Gebyr under minste bestilling"): money(terms["small_order_fee"]),
        _("Leveringsmåte"): str(dict(MODES).get(terms["mode"], terms["mode"])),
    }


def _apply(target: Target, payload: Payload, actor: Actor, now: datetime) -> None:
    lot, on = target.the_lot, date.fromisoformat(payload["on"])
    rows = DeliveryTerms.objects.filter(lot=lot, supplier__number=payload["supplier"])
    if is_draft(target):
        # Nobody can have called off, so nothing rests on them.
        rows.filter(valid_from__gte=on).delete()
    before = rows.filter(Q(valid_to=None) | Q(valid_to__gte=on)).order_by("valid_from").first()
    told = payload_of(before) if before else None
    last = before.valid_to if before else None
    if before is not None:
        before.valid_to = on - timedelta(days=1)
        before.save(update_fields=["valid_to"])
    free = payload["free_freight_from"]
    DeliveryTerms.objects.create(
        lot=lot,
        supplier=Organisation.objects.get(number=payload["supplier"]),
        lead_days=payload["lead_days"],
        free_freight_from=None if free is None else Decimal(free),
        mode=payload["mode"],
        spend_discounts=before.spend_discounts if before else [],
        valid_from=on,
        valid_to=last,
        **{name: Decimal(payload[name]) for name in AMOUNTS},
    )
    about = {"before": told, "after": dict(payload)}
    events.record(Happening(target.subject, "delivery_terms_changed", target.subject, actor, now, about))

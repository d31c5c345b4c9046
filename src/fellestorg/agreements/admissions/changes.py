"""Admitting a supplier to a purchasing system, or ending its admission, as a change by four eyes: law is at stake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.models import Admission, FrameworkAgreement
from fellestorg.agreements.proposals import Compared, Kind, Payload, Target, as_wanted, register_kind
from fellestorg.agreements.words import category_name
from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.organisations.models import Organisation
from fellestorg.ui.formats import day as shown_day
from fellestorg.values import BadInput, Problem

KIND = "dps_admission"


def register() -> None:
    """Tell the proposals of this kind."""
    name = gettext_lazy("Opptak i innkjøpsordningen")
    register_kind(KIND, Kind(name, _rests_on, _check, _compare, _apply, anew=as_wanted))


def admission_payload(
    supplier: str, category: str, regions: Sequence[str], on: date, source: str, *, ends: bool = False
) -> dict[str, Any]:
    """A supplier that is admitted in a category from a day on, or (``ends``) is admitted no more from that day."""
    return {
        "supplier": supplier,
        "category": category,
        "regions": sorted(regions),
        "on": on.isoformat(),
        "source": source.strip(),
        "ends": ends,
    }


def _rows(target: Target, payload: Payload) -> list[Admission]:
    on = date.fromisoformat(payload["on"])
    rows = Admission.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), lot=target.lot)
    rows = rows.filter(supplier__number=payload["supplier"], category=payload["category"])
    return list(rows.order_by("valid_from"))


def _rests_on(target: Target, payload: Payload) -> dict[str, Any]:
    return {"present": [one.valid_from.isoformat() for one in _rows(target, payload)]}


def _check(target: Target, payload: Payload, now: datetime) -> None:
    problems = []
    if target.agreement.instrument != FrameworkAgreement.Instrument.DYNAMIC_PURCHASING_SYSTEM:
        problems.append(Problem("", "not_dps", _("bare en dynamisk innkjøpsordning tar opp leverandører")))
    known = Organisation.objects.filter(number=payload["supplier"], kind=Organisation.Kind.SUPPLIER).exists()
    if not known:
        text = _("det finnes ingen leverandør med nummer %(number)s") % {"number": payload["supplier"]}
        problems.append(Problem("supplier", "unknown_supplier", text))
    if payload["category"] not in target.the_lot.categories:
        problems.append(Problem("category", "unknown_category", _("kategorien hører ikke til delkontrakten")))
    if len(payload["source"]) < 10:
        problems.append(Problem("source", "missing", _("vis til vedtaket, på minst ti tegn")))
    present = bool(_rows(target, payload))
    if present and not payload["ends"]:
        problems.append(Problem("supplier", "present", _("leverandøren er alt tatt opp i kategorien")))
    if payload["ends"] and not present:
        problems.append(Problem("supplier", "absent", _("leverandøren er ikke tatt opp i kategorien")))
    BadInput.raise_if(problems)


def _compare(target: Target, before: Mapping[str, Any], payload: Payload) -> list[Compared]:
    supplier = Organisation.objects.filter(number=payload["supplier"]).first()
    name = supplier.name if supplier else payload["supplier"]
    label = f"{name}: {category_name(payload['category'])}"
    was = ", ".join(_("fra %(day)s") % {"day": shown_day(one, "medium")} for one in before["present"])
    day = {"day": shown_day(payload["on"], "medium")}
    will = _("ikke tatt opp fra %(day)s") % day if payload["ends"] else _("fra %(day)s") % day
    where = ", ".join(payload["regions"]) or _("hele landet")
    rows = [Compared(label, was, will)]
    return rows if payload["ends"] else [*rows, Compared(_("Område"), "", where)]


def _apply(target: Target, payload: Payload, actor: Actor, now: datetime) -> None:
    on = date.fromisoformat(payload["on"])
    if payload["ends"]:
        for one in _rows(target, payload):
            if one.valid_from >= on:
                one.delete()
            else:
                one.valid_to = on - timedelta(days=1)
                one.save(update_fields=["valid_to"])
    else:
        Admission.objects.create(
            lot=target.the_lot,
            supplier=Organisation.objects.get(number=payload["supplier"]),
            category=payload["category"],
            regions=payload["regions"],
            valid_from=on,
            source=payload["source"][:300],
        )
    verb = "admission_ended" if payload["ends"] else "supplier_admitted"
    events.record(Happening(target.subject, verb, target.subject, actor, now, dict(payload)))

"""Quotas and assignments as changes by four eyes: money is at stake, for the suppliers and for every buyer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.alerts import recipients
from fellestorg.agreements.models import Lot, QuotaShare, SupplierAssignment
from fellestorg.agreements.proposals import Compared, Kind, Payload, Target, register_kind
from fellestorg.agreements.quotas.queries import balance, name_of
from fellestorg.agreements.quotas.rules import Buyer, Quota, assigned, broken, standings
from fellestorg.agreements.quotas.words import MEASURES, share_span, standing_text
from fellestorg.kernel import clock, events, messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.text import LANGUAGES
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.organisations.queries import current_grants
from fellestorg.ui.formats import day as shown_day
from fellestorg.ui.formats import share as shown_share
from fellestorg.values import BadInput, Problem, Refused, decimal_text

ASSIGNMENT = "quota_assignment"
SHARES = "quota_shares"


def register() -> None:
    """Tell the proposals of these kinds, and what agencies are told."""
    register_kind(
        ASSIGNMENT,
        Kind(
            gettext_lazy("Fordeling på leverandører"),
            _assignment_rests_on,
            _check_assignment,
            _compare_assignment,
            _assign,
            anew=_assignment_anew,
        ),
    )
    name = gettext_lazy("Kvoter")
    register_kind(SHARES, Kind(name, _shares_rest_on, _check_shares, _compare_shares, _apply_shares, anew=_shares_anew))
    messages.register(
        {
            "assigned_to_supplier": (
                gettext_lazy("Leverandør for virksomheten din: {supplier}"),
                gettext_lazy(
                    "Fra {on} bruker virksomheten din {supplier} under {lot}. Statens innkjøpssenter fordeler "
                    "virksomhetene etter kvotene i rammeavtalen. Inngå avropsavtale med leverandøren."
                ),
            )
        }
    )


def assignment_payload(lot: Lot, wanted: Mapping[str, str], on: date) -> dict[str, Any]:
    """Agencies by number and the supplier each is to have from a day on, with the shares that whoever proposes it saw."""
    now = balance(lot, on)
    after = standings(now.quotas, assigned(now.buyers, wanted))
    return {
        "on": on.isoformat(),
        "assign": sorted([number, supplier] for number, supplier in wanted.items()),
        "shares": [
            [one.supplier, decimal_text(one.share), decimal_text(then.share)]
            for one, then in zip(now.standings, after, strict=True)
        ],
    }


def shares_payload(measure: str, quotas: Iterable[Quota], on: date, source: str) -> dict[str, Any]:
    """All quotas of a lot as they are to be from a day on."""
    return {
        "on": on.isoformat(),
        "measure": measure,
        "source": source.strip(),
        "shares": sorted([one.supplier, decimal_text(one.low), decimal_text(one.high)] for one in quotas),
    }


def _assignment_rests_on(target: Target, payload: Payload) -> dict[str, Any]:
    numbers = [number for number, _supplier in payload["assign"]]
    rows = _from(target.the_lot, date.fromisoformat(payload["on"])).filter(organisation__number__in=numbers)
    return {
        "assigned": [
            [one.organisation.number, one.supplier.number, one.valid_from.isoformat(), _iso(one.valid_to)]
            for one in rows.order_by("organisation__number", "valid_from")
        ]
    }


def _assignment_anew(target: Target, payload: Payload, _was: Payload, _now: datetime) -> dict[str, Any]:
    """The same agencies, with the shares as they have become."""
    return assignment_payload(target.the_lot, dict(payload["assign"]), date.fromisoformat(payload["on"]))


def _check_assignment(target: Target, payload: Payload, now: datetime) -> None:
    on, pairs = date.fromisoformat(payload["on"]), payload["assign"]
    problems = []
    if on < clock.local_day(now):
        problems.append(Problem("on", "passed", _("endringen kan ikke gjelde fra en dag som har vært")))
    if not pairs:
        problems.append(Problem("assign", "missing", _("oppgi minst én virksomhet")))
    held = balance(target.the_lot, on)
    taking_part = {one.number for one in held.buyers}
    suppliers = {one.supplier for one in held.quotas}
    for index, (number, supplier) in enumerate(pairs):
        if number not in taking_part:
            text = _("virksomheten %(number)s deltar ikke i avtalen den dagen") % {"number": number}
            problems.append(Problem(f"assign[{index}].agency", "not_participant", text))
        if supplier not in suppliers:
            text = _("leverandøren %(number)s har ingen kvote den dagen") % {"number": supplier}
            problems.append(Problem(f"assign[{index}].supplier", "no_quota", text))
    if len({number for number, _supplier in pairs}) < len(pairs):
        problems.append(Problem("assign", "twice", _("en virksomhet står flere ganger")))
    BadInput.raise_if(problems)
    refuse_broken(held.quotas, held.buyers, assigned(held.buyers, dict(pairs)), held.names, held.measure)


def refuse_broken(
    quotas: tuple[Quota, ...],
    before: tuple[Buyer, ...],
    after: tuple[Buyer, ...],
    names: Mapping[str, str],
    measure: str,
) -> None:
    """Raise Refused, with the figures, where a change breaks a quota or breaks it further."""
    found = broken(quotas, before, after)
    if found:
        said = " ".join(
            standing_text(would, names.get(would.supplier, would.supplier), measure) for _was, would in found
        )
        raise Refused("quota_broken", _("Fordelingen bryter kvotene.") + " " + said)


def _compare_assignment(target: Target, before: Mapping[str, Any], payload: Payload) -> list[Compared]:
    on = date.fromisoformat(payload["on"])
    numbers = {one for pair in payload["assign"] for one in pair} | {one[1] for one in before["assigned"]}
    numbers |= {one[0] for one in payload["shares"]}
    rows = Organisation.objects.filter(number__in=numbers)
    names = {one.number: name_of(one) for one in rows}
    was = {number: supplier for number, supplier, start, _end in before["assigned"] if start <= payload["on"]}
    found = [
        Compared(names.get(supplier, supplier), shown_share(Decimal(then), 1), shown_share(Decimal(after), 1))
        for supplier, then, after in payload["shares"]
    ]
    found += [
        Compared(
            f"{names.get(number, '')} ({number})",
            names.get(was.get(number, ""), ""),
            _("%(supplier)s fra %(day)s") % {"supplier": names.get(supplier, supplier), "day": shown_day(on, "medium")}
            if was.get(number) != supplier
            else names.get(supplier, supplier),
        )
        for number, supplier in payload["assign"]
    ]
    return found


def _assign(target: Target, payload: Payload, actor: Actor, now: datetime) -> None:
    lot, on = target.the_lot, date.fromisoformat(payload["on"])
    wanted = dict(payload["assign"])
    kept = set()
    told = []
    for one in _from(lot, on).filter(organisation__number__in=list(wanted)):
        number = one.organisation.number
        if one.valid_from <= on and one.supplier.number == wanted[number] and one.valid_to is None:
            kept.add(number)
            continue
        told.append([number, one.supplier.number, one.valid_from.isoformat(), _iso(one.valid_to)])
        if one.valid_from >= on:
            one.delete()
        else:
            one.valid_to = on - timedelta(days=1)
            one.save(update_fields=["valid_to"])
    found = {one.number: one for one in Organisation.objects.filter(number__in=[*wanted, *wanted.values()])}
    new = {number: supplier for number, supplier in wanted.items() if number not in kept}
    SupplierAssignment.objects.bulk_create(
        SupplierAssignment(lot=lot, organisation=found[number], supplier=found[supplier], valid_from=on)
        for number, supplier in sorted(new.items())
    )
    about = {"on": payload["on"], "before": told, "after": sorted([*pair] for pair in new.items())}
    events.record(Happening(target.subject, "agencies_assigned", target.subject, actor, now, about))
    for supplier in sorted(set(new.values())):
        _tell(lot, found[supplier], [found[one] for one, its in new.items() if its == supplier], on, now)


def _tell(lot: Lot, supplier: Organisation, agencies: list[Organisation], on: date, now: datetime) -> None:
    grants = current_grants(clock.local_day(now)).filter(
        role=RoleGrant.Role.LOCAL_AGREEMENT_MANAGER, organisation__in=agencies
    )
    messages.tell(
        recipients(Person.objects.filter(grants__in=grants, active=True).distinct()),
        "assigned_to_supplier",
        {
            "supplier": supplier.name,
            "on": {code: shown_day(on, code=code) for code in LANGUAGES},
            "lot": {code: getattr(lot, f"title_{code}") for code in LANGUAGES},
        },
        link=f"/avtaler/{lot.agreement.key}/{lot.key}",
        at=now,
    )


def _shares_rest_on(target: Target, payload: Payload) -> dict[str, Any]:
    rows = _shares_from(target.the_lot, date.fromisoformat(payload["on"]))
    return {
        "shares": [
            [
                one.supplier.number,
                one.measure,
                decimal_text(one.low),
                decimal_text(one.high),
                one.valid_from.isoformat(),
            ]
            for one in rows
        ]
    }


def _shares_anew(target: Target, payload: Payload, was: Payload, _now: datetime) -> dict[str, Any]:
    """The quotas that the proposal changed as it wanted them, the others as they have become."""
    then, become = (
        {number: (low, high) for number, _measure, low, high, _since in held["shares"]}
        for held in (was, _shares_rest_on(target, payload))
    )
    wanted = {number: (low, high) for number, low, high in payload["shares"]}
    merged = {
        number: (become if wanted.get(number) == then.get(number) else wanted).get(number)
        for number in sorted(then.keys() | become.keys() | wanted.keys())
    }
    return {**payload, "shares": [[number, *share] for number, share in merged.items() if share is not None]}


def _check_shares(target: Target, payload: Payload, now: datetime) -> None:
    problems = []
    if date.fromisoformat(payload["on"]) < clock.local_day(now):
        problems.append(Problem("on", "passed", _("endringen kan ikke gjelde fra en dag som har vært")))
    if payload["measure"] not in MEASURES:
        problems.append(Problem("measure", "unknown", _("ventet employees, value eller subscriptions")))
    if len(payload["source"]) < 10:
        text = _("skriv hvor rammeavtalen sier dette, på minst ti tegn")
        problems.append(Problem("source", "missing", text))
    quotas = [Quota(number, Decimal(low), Decimal(high)) for number, low, high in payload["shares"]]
    known = set(target.the_lot.positions.values_list("supplier__number", flat=True))
    for index, one in enumerate(quotas):
        where = f"shares[{index}]"
        if one.supplier not in known:
            text = _("leverandøren %(number)s har ingen plass i delkontrakten") % {"number": one.supplier}
            problems.append(Problem(where, "no_position", text))
        if not 0 <= one.low <= one.high <= 1:
            text = _("en kvote går fra lavest til høyest, mellom 0 og 100 prosent")
            problems.append(Problem(where, "not_a_share", text))
    if quotas and not sum(one.low for one in quotas) <= 1 <= sum(one.high for one in quotas):
        low, high = sum(one.low for one in quotas), sum(one.high for one in quotas)
        text = _("kvotene kan ikke holdes samtidig: de laveste er %(low)s til sammen, de høyeste %(high)s")
        words = {"low": shown_share(low, 1), "high": shown_share(high, 1)}
        problems.append(Problem("shares", "cannot_hold", text % words))
    BadInput.raise_if(problems)


def _compare_shares(target: Target, before: Mapping[str, Any], payload: Payload) -> list[Compared]:
    was = {row[0]: (row[1], row[2], row[3]) for row in before["shares"]}
    will = {row[0]: (payload["measure"], row[1], row[2]) for row in payload["shares"]}
    names = dict(Organisation.objects.filter(number__in=was.keys() | will.keys()).values_list("number", "name"))
    rows = [
        Compared(names.get(number, number), _share_text(was.get(number)), _share_text(will.get(number)))
        for number in sorted(was.keys() | will.keys())
    ]
    day = "" if was == will else shown_day(date.fromisoformat(payload["on"]), "medium")
    return [*rows, Compared(_("Gjelder fra"), "", day)]


def _apply_shares(target: Target, payload: Payload, actor: Actor, now: datetime) -> None:
    lot, on = target.the_lot, date.fromisoformat(payload["on"])
    told = _shares_rest_on(target, payload)["shares"]
    for one in _shares_from(lot, on):
        if one.valid_from >= on:
            one.delete()
        else:
            one.valid_to = on - timedelta(days=1)
            one.save(update_fields=["valid_to"])
    suppliers = {one.number: one for one in Organisation.objects.filter(number__in=[s[0] for s in payload["shares"]])}
    QuotaShare.objects.bulk_create(
        QuotaShare(
            lot=lot,
            supplier=suppliers[number],
            measure=payload["measure"],
            low=Decimal(low),
            high=Decimal(high),
            valid_from=on,
            source=payload["source"][:300],
        )
        for number, low, high in payload["shares"]
    )
    about = {"on": payload["on"], "measure": payload["measure"], "before": told, "after": payload["shares"]}
    events.record(Happening(target.subject, "quotas_changed", target.subject, actor, now, about))


def _share_text(row: tuple[str, str, str] | None) -> str:
    if row is None:
        return ""
    measure, low, high = row
    return f"{share_span(Decimal(low), Decimal(high))}, {MEASURES[measure]}"


def _from(lot: Lot, on: date) -> Any:
    rows = SupplierAssignment.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), lot=lot)
    return rows.select_related("organisation", "supplier")


def _shares_from(lot: Lot, on: date) -> list[QuotaShare]:
    rows = QuotaShare.objects.filter(Q(valid_to=None) | Q(valid_to__gte=on), lot=lot)
    return list(rows.select_related("supplier").order_by("supplier__number", "valid_from"))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None

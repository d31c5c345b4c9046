"""What a lot covers, and how much may be bought under it, by four eyes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.alerts import warn_crossed
from fellestorg.agreements.models import CeilingBalance, ChangeProposal, Lot
from fellestorg.agreements.proposals import Compared, Kind, Payload, Target, as_proposed, is_draft, register_kind
from fellestorg.agreements.rules import percent_reached
from fellestorg.agreements.words import category_name, region_name
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.text import LANGUAGES, in_language
from fellestorg.law import rule_book
from fellestorg.law.rules import Rule
from fellestorg.ui import formats
from fellestorg.values import BadInput, Problem, decimal_text, kroner

SCOPE = "scope"
CEILING = "ceiling"
SCOPE_TEXTS = tuple(f"scope_{code}" for code in LANGUAGES)
SCOPE_CODES = ("cpv", "regions", "categories")
BASES = "MOD-"


def register() -> None:
    """Tell the proposals of these kinds."""
    scope = gettext_lazy("Omfanget av delkontrakten")
    register_kind(
        SCOPE, Kind(scope, _scope_now, _check_scope, _compare_scope, _apply_scope, anew=as_proposed(_scope_now))
    )
    ceiling = gettext_lazy("Taket for delkontrakten")
    register_kind(
        CEILING,
        Kind(ceiling, _ceiling_now, _check_ceiling, _compare_ceiling, _apply_ceiling, anew=as_proposed(_ceiling_now)),
    )


def modification_bases(day: date) -> list[Rule]:
    """What a maximum may be changed on, by the law of a day (Directive 2014/24 art. 72)."""
    return [rule for rule in rule_book().all(day) if rule.id.startswith(BASES)]


def scope_payload(lot: Lot) -> dict[str, Any]:
    """The scope as it is: texts in three languages, and codes."""
    texts = {name: getattr(lot, name) for name in SCOPE_TEXTS}
    return {**texts, **{name: list(getattr(lot, name)) for name in SCOPE_CODES}}


def ceiling_payload(
    max_value: Decimal, max_quantity: Decimal | None, basis: str, basis_note: str, below_used: bool
) -> dict[str, Any]:
    """What a proposal of a new maximum keeps. ``basis`` is the id of a rule of modification, ``below_used`` that whoever
    proposes it knows that more is used already."""
    return {
        "max_value": kroner(max_value),
        "max_quantity": None if max_quantity is None else decimal_text(max_quantity),
        "basis": basis,
        "basis_note": basis_note.strip(),
        "below_used": below_used,
    }


def used_share(amount: Decimal, limit: Decimal) -> str:
    """The share of a maximum that an amount is, in words."""
    return formats.share(amount / limit, 1)


def _scope_now(target: Target, payload: Payload) -> dict[str, Any]:
    return scope_payload(target.the_lot)


def _check_scope(target: Target, payload: Payload, now: datetime) -> None:
    problems = [Problem(name, "missing", _("må fylles ut")) for name in SCOPE_TEXTS if not payload[name].strip()]
    if not payload["cpv"] or not all(len(code) == 8 and code.isdecimal() for code in payload["cpv"]):
        problems.append(Problem("cpv", "not_cpv", _("oppgi minst én CPV-kode på åtte sifre, hovedkoden først")))
    if not payload["categories"]:
        problems.append(Problem("categories", "missing", _("oppgi minst én kategori")))
    if not all(code.startswith("NO") and len(code) <= 5 and code.isalnum() for code in payload["regions"]):
        problems.append(Problem("regions", "not_region", _("ventet NUTS-koder som NO081")))
    BadInput.raise_if(problems)


def _compare_scope(target: Target, before: Mapping[str, Any], payload: Payload) -> list[Compared]:
    names = (_("Omfang, bokmål"), _("Omfang, nynorsk"), _("Omfang, engelsk"))
    rows = [Compared(label, before[f], payload[f]) for f, label in zip(SCOPE_TEXTS, names, strict=True)]
    rows.append(Compared("CPV", ", ".join(before["cpv"]), ", ".join(payload["cpv"])))
    rows.append(Compared(_("Kategorier"), _names(before, "categories"), _names(payload, "categories")))
    return [*rows, Compared(_("Geografi"), _names(before, "regions"), _names(payload, "regions"))]


def _names(scope: Mapping[str, Any], field: str) -> str:
    name = category_name if field == "categories" else region_name
    return ", ".join(map(name, scope[field])) or (_("Hele landet") if field == "regions" else "")


def _apply_scope(target: Target, payload: Payload, actor: Actor, now: datetime) -> None:
    lot = target.the_lot
    before = scope_payload(lot)
    for name in (*SCOPE_TEXTS, *SCOPE_CODES):
        setattr(lot, name, payload[name])
    lot.save(update_fields=[*SCOPE_TEXTS, *SCOPE_CODES])
    told = {"before": before, "after": dict(payload)}
    events.record(Happening(target.subject, "scope_changed", target.subject, actor, now, told))


def _ceiling_now(target: Target, payload: Payload) -> dict[str, Any]:
    # What is used is no part of it: that grows all day, and is checked again when somebody approves.
    lot = target.the_lot
    return {
        "max_value": kroner(lot.max_value),
        "max_quantity": None if lot.max_quantity is None else decimal_text(lot.max_quantity),
    }


def _check_ceiling(target: Target, payload: Payload, now: datetime) -> None:
    lot, wanted = target.the_lot, Decimal(payload["max_value"])
    problems = []
    if wanted <= 0:
        problems.append(Problem("max_value", "too_small", _("beløpet må være over 0 kroner")))
    most = payload["max_quantity"]
    if wanted == lot.max_value and (None if most is None else Decimal(most)) == lot.max_quantity:
        problems.append(Problem("max_value", "changes_nothing", _("dette er taket som gjelder")))
    used, quantity = _used(lot)
    below = wanted < used or (most is not None and Decimal(most) < quantity)
    if below and not payload["below_used"]:
        text = _("%(used)s er alt brukt eller holdt av. Kryss av for at taket likevel skal settes lavere.")
        problems.append(Problem("below_used", "below_used", text % {"used": formats.money(used, 0)}))
    if not is_draft(target):
        problems += _basis_problems(target, payload, wanted, clock.local_day(now))
    BadInput.raise_if(problems)


def _basis_problems(target: Target, payload: Payload, wanted: Decimal, day: date) -> list[Problem]:
    basis = next((rule for rule in modification_bases(day) if rule.id == payload["basis"]), None)
    if basis is None:
        return [Problem("basis", "missing", _("velg hva endringen bygger på"))]
    problems = []
    if len(payload["basis_note"]) < 10:
        text = _("skriv hvorfor grunnlaget passer, med henvisning, på minst ti tegn")
        problems.append(Problem("basis_note", "missing", text))
    first, raised = _history(target, basis.id)
    rise = wanted - target.the_lot.max_value
    limits = (("max_share", rise), ("max_share_together", raised + rise))
    for name, amount in limits:
        share = basis.values.get(name)
        if isinstance(share, Decimal) and rise > 0 and amount > first * share:
            text = _("på dette grunnlaget kan taket økes med høyst %(most)s")
            left = first * share - (raised if name == "max_share_together" else 0)
            shown = formats.money(max(left, Decimal(0)), 0)
            problems.append(Problem("max_value", "above_basis", text % {"most": shown}))
    return problems


def _history(target: Target, basis: str) -> tuple[Decimal, Decimal]:
    """The maximum as it was at first, and by how much it has been raised on one basis since."""
    done = ChangeProposal.objects.filter(lot=target.lot, kind=CEILING, state=ChangeProposal.State.APPROVED)
    rows = [row.payload for row in done.order_by("decided_at", "id")]
    first = Decimal(rows[0]["rests_on"]["max_value"]) if rows else target.the_lot.max_value
    raised = sum(
        (
            Decimal(row["change"]["max_value"]) - Decimal(row["rests_on"]["max_value"])
            for row in rows
            if row["change"]["basis"] == basis
        ),
        Decimal(0),
    )
    return first, raised


def _compare_ceiling(target: Target, before: Mapping[str, Any], payload: Payload) -> list[Compared]:
    old, new = Decimal(before["max_value"]), Decimal(payload["max_value"])
    used, _quantity = _used(target.the_lot)
    rows = [
        Compared(_("Taket uten mva."), formats.money(old, 2), formats.money(new, 2)),
        Compared(_("Brukt og holdt av nå, som andel av taket"), used_share(used, old), used_share(used, new)),
        Compared(_("Høyeste antall"), _quantity_text(before), _quantity_text(payload)),
    ]
    if payload["basis"]:
        basis = rule_book().versions(payload["basis"])[-1]
        rows.append(Compared(_("Grunnlag"), "", f"{in_language(basis.title)} ({basis.source})"))
        rows.append(Compared(_("Hvorfor grunnlaget passer"), "", payload["basis_note"]))
    if new < used:
        over = formats.money(used - new, 0)
        text = _("Taket blir lavere enn det som er brukt. Det regnes som brutt med %(over)s, og ingen kan gjøre avrop.")
        rows.append(Compared(_("Følge"), "", text % {"over": over}))
    return rows


def _quantity_text(value: Mapping[str, Any]) -> str:
    return formats.number(Decimal(value["max_quantity"])) if value["max_quantity"] is not None else ""


def _apply_ceiling(target: Target, payload: Payload, actor: Actor, now: datetime) -> None:
    lot = target.the_lot
    before = _ceiling_now(target, payload)
    lot.max_value = Decimal(payload["max_value"])
    lot.max_quantity = None if payload["max_quantity"] is None else Decimal(payload["max_quantity"])
    lot.save(update_fields=["max_value", "max_quantity"])
    balance = CeilingBalance.objects.get(lot=lot)
    reached = percent_reached(balance.used + balance.reserved, lot.max_value)
    crossed = reached > balance.warned_at_percent
    # Under a higher maximum the same levels are passed, and warned of, again.
    CeilingBalance.objects.filter(lot=lot).update(warned_at_percent=reached)
    told = {"before": before, "after": dict(payload)}
    events.record(Happening(target.subject, "ceiling_changed", target.subject, actor, now, told))
    if crossed:
        warn_crossed(lot, reached, at=now)


def _used(lot: Lot) -> tuple[Decimal, Decimal]:
    balance = CeilingBalance.objects.filter(lot=lot).first()
    if balance is None:
        return Decimal(0), Decimal(0)
    return balance.used + balance.reserved, balance.quantity_used

"""Proposing and carrying out a regulation, and telling people. Two people decide it (``agreements.proposals``)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.agreements import proposals
from fellestorg.agreements.models import (
    ChangeProposal,
    Lot,
    RegulationClause,
    SupplierPosition,
)
from fellestorg.agreements.proposals import Compared, Target
from fellestorg.catalogues.models import DeliveryTerms, PriceRegulation, RegulatedLine
from fellestorg.catalogues.regulation import rules
from fellestorg.catalogues.regulation.index import index_in_use
from fellestorg.catalogues.regulation.moving import (
    BATCH,
    about,
    close_lines,
    concerned,
    day_of,
    in_all_languages,
    move,
    prices_before,
)
from fellestorg.catalogues.regulation.preview import Preview, clause_of, preview, terms_of, used_years
from fellestorg.kernel import clock, events, messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.messages import Recipient
from fellestorg.kernel.text import LANGUAGES
from fellestorg.law import rule_book
from fellestorg.ui.formats import day as day_text
from fellestorg.ui.formats import money, number, share
from fellestorg.values import Refused, decimal_text, kroner

KIND = "regulation"


def propose_regulation(lot: Lot, on: date, reason: str, *, actor: Actor, now: datetime) -> ChangeProposal:
    """Put a regulation from a day before somebody else. Raises as :func:`preview` and :func:`proposals.propose`."""
    found = preview(lot, on, now=now)
    payload = {"on": on.isoformat(), **_figures(found), "proposed_by": actor.name, "reason": reason.strip()}
    return proposals.propose(KIND, Target(lot.agreement, lot), payload, reason, actor=actor, now=now)


def rests_on(target: Target, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The prices and index values that a proposal was made from."""
    lot, on = target.the_lot, day_of(payload)
    clause = clause_of(lot)
    last = PriceRegulation.objects.filter(lot=lot).order_by("-takes_effect").first()
    base = last.month if last else clause.base_month
    values = index_in_use(clause.series).values
    return {
        **prices_before(lot, on),
        "base_month": base.isoformat(),
        "base_value": decimal_text(values[base]) if base in values else "",
        "value": decimal_text(values.get(date.fromisoformat(payload["month"]), Decimal(0))),
    }


def check(target: Target, payload: Mapping[str, Any], now: datetime) -> None:
    """Ask the rules again; an index published since the proposal makes a new proposal necessary."""
    found = preview(target.the_lot, day_of(payload), now=now)
    if found.basis.month.isoformat() != payload["month"]:
        month = day_text(found.basis.month, "month")
        text = _("Indeksen for %(month)s er offentliggjort siden forslaget ble laget. Avvis det, og lag et nytt.")
        raise Refused("newer_index", text % {"month": month})


def anew(target: Target, payload: Mapping[str, Any], was: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The same regulation by the prices and the index of today. Raises as :func:`preview`."""
    found = preview(target.the_lot, day_of(payload), now=now)
    return {**payload, **_figures(found)}


def compare(target: Target, before: Mapping[str, Any], payload: Mapping[str, Any]) -> list[Compared]:
    """The proposal in rows a reader understands."""
    count = number(before["lines"])
    rate, effect = Decimal(payload["rate"]), Decimal(payload["effect"])
    base, month = before["base_month"], payload["month"]
    return [
        Compared(_("Endring i faste priser"), "", f"{'+' if rate > 0 else ''}{share(rate, 2)}"),
        Compared(_("Gjelder fra"), "", day_text(payload["on"])),
        Compared(
            _("Indeks"),
            f"{day_text(base, 'month')}: {number(before['base_value'] or 0)}",
            f"{day_text(month, 'month')}: {number(before['value'])}",
        ),
        Compared(_("Priser i standardsortimentet"), count, number(payload["lines"])),
        Compared(_("Sum av enhetsprisene"), money(before["sum"]), money(payload["sum_after"])),
        Compared(_("For virksomhetene i året, ved siste tolv måneders kjøp"), "", money(effect, 0)),
        Compared(
            _("Alle linjene"),
            "",
            _("Se prisene før og etter"),
            f"/avtaler/{target.the_lot}/regulering/forslag?fra={payload['on']}",
        ),
    ]


def apply(target: Target, payload: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Let the new prices wait for their day, and tell everybody concerned. Called when the proposal is approved."""
    lot = target.the_lot
    # The clause first, so that two regulations of one lot come after each other; the places as price lists lock them.
    RegulationClause.objects.select_for_update().get(lot=lot)
    list(SupplierPosition.objects.select_for_update().filter(lot=lot).order_by("id").values_list("id", flat=True))
    found = preview(lot, day_of(payload), now=now)
    regulation = write(found, payload["proposed_by"], payload["reason"], actor, now)
    told = {
        "from": found.on.isoformat(),
        "rate": decimal_text(found.basis.factor.rate),
        "series": found.basis.series,
        "base_month": found.basis.base_month.isoformat(),
        "month": found.basis.month.isoformat(),
        "lines": len(found.lines),
        "effect": kroner(found.effect),
    }
    events.record(Happening(f"lot:{lot}", "prices_regulated", f"lot:{lot}", actor, now, told, (regulation,)))
    _notify(found, regulation, now)


def write(found: Preview, proposed_by: str, reason: str, actor: Actor, now: datetime) -> PriceRegulation:
    """Close the old price lines the day before, add the new ones, and keep what they rest on."""
    basis, clause = found.basis, found.clause
    regulation = PriceRegulation.objects.create(
        lot=found.lot,
        year=found.year,
        takes_effect=found.on,
        series=basis.series,
        base_month=basis.base_month,
        base_value=basis.base_value,
        month=basis.month,
        value=basis.value,
        index_source=basis.source,
        index_verified=basis.verified,
        max_rise=basis.max_rise,
        capped=basis.factor.capped,
        factor=1 + basis.factor.rate,
        price_decimals=clause.price_decimals,
        fees=[
            {"supplier": one.supplier, "fee": one.fee, "before": kroner(one.before), "after": kroner(one.after)}
            for one in found.fees
        ],
        effect=found.effect,
        clause_source=clause.source,
        reason=reason,
        proposed_by=proposed_by,
        approved_by=actor.name,
        noticed_at=now,
    )
    moved = move(found.lines, basis.factor.exact, clause.price_decimals, found.on)
    RegulatedLine.objects.bulk_create(
        [RegulatedLine(regulation=regulation, before=before, after=after) for before, after in moved],
        batch_size=BATCH,
    )
    _write_fees(found)
    return regulation


def remind(now: datetime) -> int:
    """Tell agreement managers, once for each day, that prices may soon be regulated and when notice must be given.

    Returns how many lots they were told of. The days ahead are rule REG's.
    """
    today = clock.local_day(now)
    ahead = rule_book().rule("REG", on=today).count("remind_days")
    told = 0
    clauses = RegulationClause.objects.select_related("lot__agreement__manager").filter(
        lot__agreement__starts__lte=today, lot__agreement__ends__gte=today
    )
    for clause in clauses:
        lot = clause.lot
        terms = terms_of(clause)
        on = rules.next_regulation_day(terms, used_years(lot), today)
        last = on - timedelta(days=terms.notice_days)
        if clause.reminded_for == on or on > _last_day(clause) or not last - timedelta(days=ahead) <= today <= last:
            continue
        # Whoever moves the mark tells; another worker that looks at the same time does not.
        marked = RegulationClause.objects.filter(lot=lot).exclude(reminded_for=on).update(reminded_for=on)
        if not marked:
            continue
        manager = lot.agreement.manager
        messages.tell(
            [Recipient(manager.key, manager.email, manager.language)],
            "regulation_near",
            {"day": in_all_languages(on), "last": in_all_languages(last), **about(lot)},
            link=f"/avtaler/{lot}/regulering",
            at=now,
        )
        told += 1
    return told


def _figures(found: Preview) -> dict[str, Any]:
    """What a proposal keeps of a preview."""
    return {
        "month": found.basis.month.isoformat(),
        "value": decimal_text(found.basis.value),
        "rate": decimal_text(found.basis.factor.rate),
        "lines": len(found.lines),
        "sum_after": kroner(sum((one.after for one in found.lines), Decimal(0))),
        "effect": kroner(found.effect),
    }


def _last_day(clause: RegulationClause) -> date:
    return min(clause.lot.agreement.ends, clause.valid_to or date.max)


def _write_fees(found: Preview) -> None:
    by_terms: dict[int, dict[str, Decimal]] = {}
    for one in found.fees:
        by_terms.setdefault(one.terms.pk, {})[one.fee] = one.after
    rows = {one.terms.pk: one.terms for one in found.fees}
    close_lines(DeliveryTerms, list(rows), found.on)
    for key, changed in by_terms.items():
        kept = {
            one.attname: getattr(rows[key], one.attname)
            for one in DeliveryTerms._meta.concrete_fields
            if one.name not in ("id", "valid_from", *changed)
        }
        DeliveryTerms.objects.create(**kept, **changed, valid_from=found.on)


def _notify(found: Preview, regulation: PriceRegulation, now: datetime) -> None:
    lot, rate = found.lot, found.basis.factor.rate
    text = {code: f"{'+' if rate > 0 else ''}{share(rate, 2, code)}" for code in LANGUAGES}
    months = {code: day_text(found.basis.month, "month", code) for code in LANGUAGES}
    messages.tell(
        concerned(lot, found.on, clock.local_day(now)),
        "prices_regulated",
        {"percent": text, "day": in_all_languages(found.on), "month": months, **about(lot)},
        link=f"/avtaler/{lot}/regulering/{regulation.year}",
        at=now,
    )

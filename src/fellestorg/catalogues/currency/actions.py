"""Proposing and carrying out an adjustment by exchange rate, and telling people. Two people decide it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.agreements import proposals
from fellestorg.agreements.models import ChangeProposal, Lot, SupplierPosition
from fellestorg.agreements.proposals import Compared, Target
from fellestorg.catalogues.currency.preview import CurrencyPreview, clause_of, counted_from, preview
from fellestorg.catalogues.models import AdjustedLine, CurrencyAdjustment, CurrencyClause
from fellestorg.catalogues.regulation.moving import (
    BATCH,
    about,
    concerned,
    day_of,
    in_all_languages,
    move,
    prices_before,
)
from fellestorg.kernel import clock, events, messages
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.text import LANGUAGES
from fellestorg.ui.formats import day as day_text
from fellestorg.ui.formats import money, number, share
from fellestorg.values import Refused, decimal_text, kroner

KIND = "currency_adjustment"


def propose_adjustment(lot: Lot, on: date, reason: str, *, actor: Actor, now: datetime) -> ChangeProposal:
    """Put an adjustment from a day before somebody else. Raises as :func:`preview` and :func:`proposals.propose`."""
    found = preview(lot, on, now=now)
    payload = {"on": on.isoformat(), **_figures(found), "proposed_by": actor.name, "reason": reason.strip()}
    return proposals.propose(KIND, Target(lot.agreement, lot), payload, reason, actor=actor, now=now)


def anew(target: Target, payload: Mapping[str, Any], was: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The same adjustment by the prices and the rate of today. Raises as :func:`preview`."""
    return {**payload, **_figures(preview(target.the_lot, day_of(payload), now=now))}


def rests_on(target: Target, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The prices and the rate that a proposal was made from."""
    lot, on = target.the_lot, day_of(payload)
    base_day, base = counted_from(clause_of(lot))
    return {
        **prices_before(lot, on),
        "base_day": base_day.isoformat(),
        "base_rate": decimal_text(base or Decimal(0)),
    }


def check(target: Target, payload: Mapping[str, Any], now: datetime) -> None:
    """Ask the rules again. The proposal keeps its own rate while that is the newest; a newer one asks for a new proposal
    only where it says otherwise of the prices."""
    found = preview(target.the_lot, day_of(payload), now=now)
    if decimal_text(found.change) != payload["change"]:
        text = _("Kursen er endret siden forslaget ble laget: nå er den fra %(day)s. Avvis det, og lag et nytt.")
        raise Refused("newer_rate", text % {"day": day_text(found.day)})


def compare(target: Target, before: Mapping[str, Any], payload: Mapping[str, Any]) -> list[Compared]:
    """The proposal in rows a reader understands."""
    change = Decimal(payload["change"])
    then, now = (_rate(day, rate) for day, rate in (
        (before["base_day"], before["base_rate"]), (payload["day"], payload["rate"])
    ))  # fmt: skip
    return [
        Compared(_("Endring i faste priser"), "", f"{'+' if change > 0 else ''}{share(change, 2)}"),
        Compared(_("Gjelder fra"), "", day_text(payload["on"])),
        Compared(_("Kurs for %(currency)s") % {"currency": payload["currency"]}, then, now),
        Compared(_("Priser i standardsortimentet"), number(before["lines"]), number(payload["lines"])),
        Compared(_("Sum av enhetsprisene"), money(before["sum"]), money(payload["sum_after"])),
        Compared(_("For virksomhetene i året, ved siste tolv måneders kjøp"), "", money(Decimal(payload["effect"]), 0)),
        Compared(
            _("Alle linjene"), "", _("Se prisene før og etter"), f"/avtaler/{target.the_lot}/valuta?fra={payload['on']}"
        ),
    ]


def apply(target: Target, payload: Mapping[str, Any], actor: Actor, now: datetime) -> None:
    """Let the new prices wait for their day, and tell everybody concerned. Called when the proposal is approved."""
    lot = target.the_lot
    # The clause first, so that two adjustments of one lot come after each other; the places as price lists lock them.
    CurrencyClause.objects.select_for_update().get(lot=lot)
    list(SupplierPosition.objects.select_for_update().filter(lot=lot).order_by("id").values_list("id", flat=True))
    found = preview(lot, day_of(payload), now=now)
    made = _write(found, payload, actor, now)
    told = {
        "from": found.on.isoformat(),
        "change": decimal_text(found.change),
        "currency": found.clause.currency,
        "base_day": found.base_day.isoformat(),
        "day": found.day.isoformat(),
        "lines": len(found.lines),
        "effect": kroner(found.effect),
    }
    events.record(Happening(f"lot:{lot}", "prices_adjusted", f"lot:{lot}", actor, now, told, (made,)))
    text = {code: f"{'+' if found.change > 0 else ''}{share(found.change, 2, code)}" for code in LANGUAGES}
    messages.tell(
        concerned(lot, found.on, clock.local_day(now)),
        "prices_adjusted",
        {
            "percent": text,
            "currency": found.clause.currency,
            "day": in_all_languages(found.on),
            "rate_day": in_all_languages(found.day),
            **about(lot),
        },
        link=f"/avtaler/{lot}/valuta",
        at=now,
    )


def _figures(found: CurrencyPreview) -> dict[str, Any]:
    return {
        "currency": found.clause.currency,
        "day": found.day.isoformat(),
        "rate": decimal_text(found.rate),
        "change": decimal_text(found.change),
        "lines": len(found.lines),
        "sum_after": kroner(sum((one.after for one in found.lines), Decimal(0))),
        "effect": kroner(found.effect),
    }


def _write(found: CurrencyPreview, payload: Mapping[str, Any], actor: Actor, now: datetime) -> CurrencyAdjustment:
    clause = found.clause
    made = CurrencyAdjustment.objects.create(
        lot=found.lot,
        takes_effect=found.on,
        currency=clause.currency,
        base_day=found.base_day,
        base_rate=found.base_rate,
        day=found.day,
        rate=found.rate,
        rate_source=found.source,
        share=clause.share,
        threshold=clause.threshold,
        factor=1 + found.change,
        effect=found.effect,
        clause_source=clause.source,
        reason=str(payload["reason"]),
        proposed_by=str(payload["proposed_by"]),
        approved_by=actor.name,
        noticed_at=now,
    )
    moved = move(found.lines, found.exact, clause.price_decimals, found.on)
    AdjustedLine.objects.bulk_create(
        [AdjustedLine(adjustment=made, before=before, after=after) for before, after in moved], batch_size=BATCH
    )
    return made


def _rate(day: str, rate: str) -> str:
    return f"{day_text(day)}: {number(Decimal(rate), 4)}"

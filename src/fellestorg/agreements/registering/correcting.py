"""Taking back what was registered wrongly: all of it or a part, with a reason. Nothing is removed; what was taken back
stands in the ledger beside what it corrects, and the same reference may then be registered anew."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.agreements import alerts, ledger
from fellestorg.agreements.ledger import Posted, Posting
from fellestorg.agreements.models import CeilingEntry, DrawBalance, Lot
from fellestorg.agreements.policy import may_manage, may_register
from fellestorg.agreements.registering.actions import refusal_text
from fellestorg.agreements.registering.facts import FACT_KINDS, key_of, spoken
from fellestorg.agreements.rules import Entry
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.values import BadInput, Problem, Refused, decimal_text, kroner

SHORTEST_REASON, LONGEST_REASON = 10, 300


@transaction.atomic
def correct(
    lot: Lot,
    kind: str,
    reference: str,
    reason: str,
    *,
    amount: Decimal | None = None,
    quantity: Decimal | None = None,
    actor: Actor,
    now: datetime,
) -> Posted:
    """Take back ``amount`` kroner and ``quantity`` units of a registered fact; everything that stands where neither is
    given. Counts on the day the purchase was made, as the fact did.

    Raises Refused for whoever may not register such a fact, and where nothing stands; BadInput, with every problem, for
    a missing reason, for nothing and for more than stands.
    """
    balance = ledger.lock(lot)
    key = key_of(kind, reference)
    wrong = standing_entry(lot, key)
    draw = DrawBalance.objects.get(lot=lot, reference=key)
    decision = may_register(actor, lot.agreement, kind, wrong.buyer.number if wrong.buyer else "")
    if not decision.allowed:
        raise Refused(decision.reason, refusal_text(decision), **decision.params)
    stands = draw.committed + draw.actual
    if not stands and not draw.quantity:
        raise Refused("nothing_stands", _("Alt er alt tatt tilbake."))
    if amount is None and quantity is None:
        amount, quantity = stands, draw.quantity
    amount, quantity = amount or Decimal(0), quantity or Decimal(0)
    BadInput.raise_if(_problems(amount, quantity, stands, draw.quantity, reason))
    made_on = wrong.made_on or clock.local_day(wrong.at)
    entry = Entry("correct", amount)
    posting = Posting(entry, key, now, wrong.buyer, None, -quantity, " ".join(reason.split()), made_on)
    posted = ledger.write(lot, balance, [posting])
    payload = {
        "kind": kind,
        "reference": reference,
        "amount": kroner(amount),
        "quantity": decimal_text(quantity),
        "buyer": wrong.buyer.number if wrong.buyer else None,
        "corrects": wrong.pk,
        "reason": posting.note,
    }
    events.record(Happening(f"lot:{lot}", "draw_corrected", f"lot:{lot}", actor, now, payload, posted.entries))
    if not may_manage(actor, lot.agreement).allowed:
        facts = {"who": actor.name, "reference": reference, "reason": posting.note}
        alerts.tell_manager(lot, "draw_corrected", facts, at=now)
    return posted


def standing_entry(lot: Lot, key: str) -> CeilingEntry:
    """The entry that a fact on record rests on: its latest registration. Raises BadInput where there is none."""
    rows = CeilingEntry.objects.filter(lot=lot, reference=key, kind__in=("actual", "opening"))
    found = rows.select_related("buyer").order_by("-id").first() if spoken(key)[0] else None
    if found is None:
        text = _("ingenting er registrert med referansen «%(reference)s» under denne delkontrakten")
        raise BadInput.of("reference", "unknown_reference", text % {"reference": spoken(key)[1]})
    return found


def find_fact(lot: Lot, reference: str, kind: str = "") -> tuple[str, str]:
    """Kind and reference of a fact, as people name it. Raises BadInput where there is none, or one of each kind."""
    wanted = {key_of(one, reference): one for one in ([kind] if kind else FACT_KINDS)}
    found = DrawBalance.objects.filter(lot=lot, reference__in=wanted).values_list("reference", flat=True)
    match [wanted[key] for key in found]:
        case [one]:
            return one, reference.strip()
        case []:
            standing_entry(lot, key_of(kind or "elsewhere", reference))
    raise BadInput.of("--kind", "two_of_them", _("både et kjøp og en åpningssaldo har denne referansen; velg hvilken"))


def _problems(amount: Decimal, quantity: Decimal, stands: Decimal, units: Decimal, reason: str) -> list[Problem]:
    problems = []
    if amount < 0 or quantity < 0 or (not amount and not quantity):
        problems.append(Problem("amount", "too_small", _("oppgi hvor mye som skal tas tilbake")))
    if amount > stands:
        text = _("høyst %(most)s kr kan tas tilbake") % {"most": kroner(stands)}
        problems.append(Problem("amount", "more_than_stands", text))
    if quantity > units:
        text = _("høyst %(most)s enheter kan tas tilbake") % {"most": decimal_text(units)}
        problems.append(Problem("quantity", "more_than_stands", text))
    told = " ".join(reason.split())
    if len(told) < SHORTEST_REASON or len(told) > LONGEST_REASON or not told.isprintable():
        problems.append(Problem("reason", "missing", _("oppgi en grunn på mellom ti og 300 tegn")))
    return problems

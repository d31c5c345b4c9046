"""A competition out of a call-off: what is needed, how it is judged, and until when; the rest follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from fellestorg.calloffs.mini.ceilings import highest_prices
from fellestorg.calloffs.mini.kinds import BY_PROCEDURE, KINDS, SYSTEM_CALL
from fellestorg.calloffs.mini.policy import may_hold
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.texts import refusal_text
from fellestorg.catalogues.models import Item
from fellestorg.catalogues.words import unit_name
from fellestorg.competitions.acting import require
from fellestorg.competitions.guards import ask
from fellestorg.competitions.models import AwardCriterion, Competition, Question
from fellestorg.competitions.preparing import actions as preparing
from fellestorg.competitions.preparing.actions import SheetLine
from fellestorg.competitions.preparing.invitees import invite_able
from fellestorg.competitions.preparing.plan import fix_plan
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.text import localised
from fellestorg.law.deadlines import Deadline, compute_deadline
from fellestorg.organisations.models import Person
from fellestorg.ui import formats
from fellestorg.values import BadInput, Refused

_SCALE = Decimal(10)
_WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A criterion beside the price: what it is called, how it is judged, its weight as a share of 1."""

    key: str
    title: str
    text: str
    weight: Decimal
    environment: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What the buyer decides: the need in words, the criteria beside the price, the deadline, and who opens with them."""

    description: str
    criteria: Sequence[Weighed]
    tenders_until: datetime
    questions_until: datetime | None
    second_opener: Person
    voluntary_standstill: bool


def hold(call_off: CallOff, wish: Wish, *, actor: Actor, person: Person, now: datetime) -> Competition:
    """Prepare the competition of a call-off: invitees as the policy says, prices under the agreement's, ready texts. In a
    purchasing system it is everybody admitted in the category, with at least the days of rule DPS-6.

    It is prepared, not yet sent: :func:`send` does that, and says what is missing. Raises Refused where the call-off
    leads to no competition, or has one; BadInput for a deadline that is too short.
    """
    with transaction.atomic():
        row = CallOff.objects.select_for_update(of=("self",)).select_related("lot__agreement", "buyer", "decision")
        found = row.get(pk=call_off.pk)
        allowed = may_hold(actor, found)
        if not allowed.allowed:
            raise Refused(allowed.reason, refusal_text(allowed.reason, allowed.params), **allowed.params)
        with translation.override(found.buyer.language_form):
            return _prepared(found, wish, actor, person, now)


def send(competition: Competition, *, actor: Actor, now: datetime) -> Competition:
    """Invite everybody at once. Raises Refused with all that stands in the way; without the openers' keys nobody could
    deliver a sealed tender."""
    require(ask("opening_keys_ready", competition, now))
    return preparing.send_out(competition, BY_PROCEDURE[competition.procedure].move, actor=actor, now=now)


def earliest_deadline(call_off: CallOff, today: date) -> Deadline | None:
    """The earliest day for tenders where the law gives one: in a purchasing system (DPS-6), never under an agreement."""
    return compute_deadline("dps_tender", today) if KINDS.get(call_off.state) is SYSTEM_CALL else None


def _prepared(call_off: CallOff, wish: Wish, actor: Actor, person: Person, now: datetime) -> Competition:
    kind = KINDS[call_off.state]
    in_system = kind is SYSTEM_CALL
    earliest = earliest_deadline(call_off, clock.local_day(now))
    if earliest is not None and clock.local_day(wish.tenders_until) < earliest.due:
        text = _("Fristen er tidligst %(day)s (DPS-6).") % {"day": formats.day(earliest.due)}
        raise BadInput.of("tenders_until", "deadline_too_short", text)
    amount = Decimal(call_off.decision.answer["amount"])
    name = _("Konkurranse: {title}") if in_system else _("Minikonkurranse: {title}")
    made = preparing.start(
        procedure=kind.procedure,
        title=name.format(title=call_off.title)[:200],
        language=call_off.buyer.language_form,
        buyer=call_off.buyer,
        lead=person,
        description=wish.description,
        cpv=call_off.lot.cpv,
        estimated_value=amount,
        under=call_off.lot,
        origin=call_off.subject,
        actor=actor,
        now=now,
    )
    how: dict[str, Any] = {"actor": actor, "now": now}
    preparing.replace_price_lines(made, _lines(call_off, made), **how)
    _criteria(made, wish, amount, how)
    fix_plan(
        made,
        model="priced_quality_deduction" if wish.criteria else "lowest_price",
        scale=_SCALE,
        parameters={},
        tie_break=list(made.criteria.order_by("number").values_list("key", flat=True)),
        reason="",
        rehearsal={},
        person=person,
        **how,
    )
    said = (
        _("Leveransen følger vilkårene i innkjøpsordningen {agreement}.")
        if in_system
        else _("Leveransen følger rammeavtalen {agreement}. Prisene kan ikke være høyere enn på avtalen.")
    )
    text = f"{wish.description}\n\n{said.format(agreement=localised(call_off.lot.agreement, 'title'))}"
    preparing.add_document(made, kind="specification", title=_("Hva vi trenger"), text=text, person=person, **how)
    preparing.set_deadlines(
        made,
        tenders_until=wish.tenders_until,
        questions_until=wish.questions_until,
        voluntary_standstill=wish.voluntary_standstill,
        **how,
    )
    for member, task in ((person, "opener"), (wish.second_opener, "opener"), (person, "evaluator")):
        preparing.name_member(made, member, task, **how)
    invite_able(made, clock.local_day(now), basis=kind.basis, **how)
    return made


def _lines(call_off: CallOff, competition: Competition) -> list[SheetLine]:
    """The need's own lines; a need by amount alone is one line that is priced whole."""
    lot = competition.lots.get()
    asked = call_off.decision.facts["need"]["lines"]
    if not asked:
        return [SheetLine(lot.key, _("Hele leveransen"), _("stk."), _WHOLE, key="alt")]
    items = Item.objects.filter(lot=call_off.lot, number__in=[line["item"] for line in asked])
    known = {one.number: one for one in items}
    ceilings = highest_prices(call_off)
    return [
        SheetLine(
            lot.key,
            localised(known[line["item"]], "name"),
            unit_name(known[line["item"]].unit),
            Decimal(line["quantity"]),
            ceilings.get(line["item"]),
            key=line["item"].lower(),
        )
        for line in asked
    ]


def _criteria(competition: Competition, wish: Wish, amount: Decimal, how: dict[str, Any]) -> None:
    price = _WHOLE - sum((one.weight for one in wish.criteria), Decimal(0))
    given: dict[str, Any] = {"kind": "price", "title": _("Pris"), "weight": price}
    preparing.put(competition, AwardCriterion, None, given, **how)
    for one in wish.criteria:
        # What full points are worth in kroner follows from the weights at the need's own value: w / w(price) of it.
        worth = (amount * one.weight / price).quantize(_WHOLE, rounding=ROUND_HALF_UP)
        row = preparing.put(
            competition,
            AwardCriterion,
            None,
            {
                "kind": "points",
                "title": one.title,
                "text": one.text,
                "weight": one.weight,
                "max_value": worth,
                "environment": one.environment,
            },
            **how,
        )
        asked = {"kind": "text", "text": one.text or one.title, "required": True, "criterion": row}
        preparing.put(competition, Question, None, asked, **how)

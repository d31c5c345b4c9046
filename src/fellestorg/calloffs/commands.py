"""``fellestorg calloff plan|commit|show|approve|cancel`` and ``fellestorg decision replay``."""

from __future__ import annotations

import argparse
import json
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import translation

from fellestorg.calloffs import actions, needs
from fellestorg.calloffs.answers import Answered, answer_json, answer_need
from fellestorg.calloffs.basket.suggestion_words import suggestions_json
from fellestorg.calloffs.basket.suggestions import suggest
from fellestorg.calloffs.cascade.shown import turns_json
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.needs import Need
from fellestorg.calloffs.over_time.stretches import end_of
from fellestorg.calloffs.papers import documents
from fellestorg.engines.commands import in_file, read_json
from fellestorg.engines.evaluation import ENGINE as EVALUATION
from fellestorg.engines.evaluation import evaluate_json
from fellestorg.engines.routing import ENGINE, decide
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.models import DecisionRecord
from fellestorg.kernel.root_heads import seal
from fellestorg.organisations.models import Person, RoleGrant
from fellestorg.organisations.queries import actor_for, current_grants
from fellestorg.values import BadInput, Refused, canonical_json


def calloff(argv: list[str]) -> int:
    """Plan, commit, show, approve and cancel call-offs."""
    parser = argparse.ArgumentParser("fellestorg calloff")
    verbs = parser.add_subparsers(dest="verb", required=True)
    for name, about in (("plan", "answer a need; nothing is written"), ("commit", "answer a need and make it so")):
        verb = verbs.add_parser(name, help=about)
        verb.add_argument("file", help="the need as JSON; - reads standard input")
        _common(verb)
    for name in ("show", "approve", "cancel"):
        verb = verbs.add_parser(name)
        verb.add_argument("number", help="the call-off's number, e.g. SI-2023-000001")
        if name == "cancel":
            verb.add_argument("--reason", required=True)
        _common(verb)
    options = parser.parse_args(argv)
    with translation.override(options.lang):
        return _VERBS[options.verb](options)


def decision(argv: list[str]) -> int:
    """Recompute a decision from its recorded facts: the same answer bit for bit, or exit 1."""
    parser = argparse.ArgumentParser("fellestorg decision")
    parser.add_argument("verb", choices=["replay"])
    parser.add_argument("id", help="the decision's id, or its call-off's number")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    record = _decision_record(options.id)
    again = _decided_again(record)
    same = canonical_json(again) == canonical_json(record.answer)
    answer = {
        "decision": str(record.pk),
        "engine": record.engine,
        "made_at": record.made_at.isoformat(),
        "same": same,
        "outcome": record.outcome,
        "replayed_outcome": again.get("outcome", record.outcome if same else "other"),
        "rules": again["rules"],
    }
    if options.json:
        print(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        print(
            f"{record.pk}: {record.outcome}; {'same answer' if same else 'ANOTHER ANSWER: ' + answer['replayed_outcome']}"
        )
    return 0 if same else 1


def _decided_again(record: DecisionRecord) -> dict[str, Any]:
    """The answer of the engine that made the record, from its facts. Refused where that engine is another one now."""
    engines: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {ENGINE: decide, EVALUATION: evaluate_json}
    engine = engines.get(record.engine)
    if engine is None:
        known = ", ".join(engines)
        raise Refused("other_engine", f"decision {record.pk} was made by {record.engine}; this is {known}")
    return engine(record.facts)


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as", dest="username", help="whom to act as (default: the agency's highest authority)")
    parser.add_argument("--lang", choices=["nb", "nn", "en"], default="nb")
    parser.add_argument("--json", action="store_true")


def _plan(options: argparse.Namespace) -> int:
    need = _need(options.file, dated=True)
    at = end_of(need.on) if need.on else clock.now()
    actor, _ = _acting(options.username, need.buyer, at)
    answers = _answers(options.file, need, actor, at)
    wire = answer_json(answers[0])
    wire["suggestions"] = _suggestions(answers[0], actor, at)
    wire["alternatives"] = [answer_json(one) for one in answers[1:]]
    _show(wire, options.json)
    return 0 if answers[0].lawful else 1


def _suggestions(best: Answered, actor: Actor, at: datetime) -> list[dict[str, Any]]:
    return suggestions_json(suggest(best.need, best.lot, actor=actor, at=at)) if best.lawful else []


def _commit(options: argparse.Namespace) -> int:
    need = _need(options.file, dated=False)
    at = clock.now()
    actor, person = _acting(options.username, need.buyer, at)
    if need.request_id:
        earlier = CallOff.objects.filter(buyer__number=need.buyer, request_id=need.request_id).first()
        if earlier is not None:
            _show(_made_json(earlier), options.json)
            return 0
    best = _answers(options.file, need, actor, at)[0]
    made = actions.commit(best.need, best.lot, actor=actor, person=person)
    wire = answer_json(Answered(best.need, best.lot, made.decision.facts, made.answer))
    wire["decision"] = str(made.decision.pk)
    if made.call_off is None:
        _show(wire, options.json)
        return 1
    documents.make(made.call_off)
    seal()
    _show(_made_json(made.call_off, wire), options.json)
    return 0


def _show_one(options: argparse.Namespace) -> int:
    _show(_made_json(_call_off(options.number)), options.json)
    return 0


def _approve(options: argparse.Namespace) -> int:
    call_off = _call_off(options.number)
    if not options.username:
        raise BadInput.of("--as", "missing", "name the person who approves")
    actor, person = _acting(options.username, call_off.buyer.number, clock.now())
    assert person is not None
    call_off = actions.approve(call_off, actor=actor, person=person)
    documents.make(call_off)
    seal()
    _show(_made_json(call_off), options.json)
    return 0


def _cancel(options: argparse.Namespace) -> int:
    call_off = _call_off(options.number)
    actor, _ = _acting(options.username, call_off.buyer.number, clock.now())
    call_off = actions.cancel(call_off, options.reason, actor=actor)
    seal()
    _show(_made_json(call_off), options.json)
    return 0


_VERBS = {"plan": _plan, "commit": _commit, "show": _show_one, "approve": _approve, "cancel": _cancel}


def _acting(username: str | None, buyer: str, at: datetime) -> tuple[Actor, Person | None]:
    """Whom the command line acts as: the person named, else whoever has the highest authority at the agency today.

    Roles are those held now: planning for an earlier day asks what the law and prices were, not who worked there.
    """
    today = clock.today()
    if username:
        person = Person.objects.filter(username=username, active=True).first()
        if person is None:
            raise BadInput.of("--as", "unknown_person", f"there is nobody with username {username!r}")
        return actor_for(person, today), person
    grants = current_grants(today).filter(
        organisation__number=buyer, role__in=(RoleGrant.Role.BUYER, RoleGrant.Role.APPROVER), person__active=True
    )
    best = max(
        grants.select_related("person").order_by("id"),
        key=lambda grant: (grant.budget_limit is None, grant.budget_limit or 0),
        default=None,
    )
    if best is None:
        # Nobody at the agency: the rules answer all the same (FA-2), and a commitment is refused.
        return Actor("operator", "kommandolinjen"), None
    return actor_for(best.person, today), best.person


def _made_json(call_off: CallOff, wire: dict[str, Any] | None = None) -> dict[str, Any]:
    if wire is None:
        need = Need(call_off.request_id, call_off.buyer.number)
        wire = answer_json(Answered(need, call_off.lot, call_off.decision.facts, call_off.decision.answer))
    entries = _ledger_entries(call_off)
    files = {(document.kind, document.order_id): str(document.file_id) for document in call_off.documents.all()}
    return {
        **wire,
        "call_off": call_off.number,
        "call_off_id": str(call_off.pk),
        "request_id": call_off.request_id,
        "state": call_off.state,
        "decision": str(call_off.decision_id),
        "ledger_entries": entries,
        "protocol": files.get(("protocol", None)),
        "order_ids": [str(order.pk) for order in call_off.orders.all()],
        "order_numbers": [order.number for order in call_off.orders.all()],
        "documents": sorted(files.values()),
        **turns_json(call_off),
    }


def _ledger_entries(call_off: CallOff) -> list[int]:
    from fellestorg.agreements.models import CeilingEntry

    return list(CeilingEntry.objects.filter(reference=call_off.number).order_by("id").values_list("id", flat=True))


def _call_off(number: str) -> CallOff:
    found = CallOff.objects.filter(number=number).select_related("lot__agreement", "buyer", "decision").first()
    if found is None:
        raise BadInput.of("number", "unknown_call_off", f"there is no call-off {number!r}")
    return found


def _decision_record(key: str) -> DecisionRecord:
    try:
        found = DecisionRecord.objects.filter(pk=uuid.UUID(key)).first()
    except ValueError:
        found = DecisionRecord.objects.filter(call_off__number=key).first()
    if found is None:
        raise BadInput.of("id", "unknown_decision", f"there is no decision {key!r}")
    return found


def _need(file: str, *, dated: bool) -> Need:
    data = read_json(file)
    try:
        return needs.parse_need(data, dated=dated)
    except BadInput as error:
        raise in_file(file, error) from None


def _answers(file: str, need: Need, actor: Actor, at: datetime) -> list[Answered]:
    try:
        return answer_need(need, actor=actor, at=at)
    except BadInput as error:
        raise in_file(file, error) from None


def _show(wire: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(wire, ensure_ascii=False, indent=1))
        return
    print(f"{wire['agreement']} / {wire['lot']}: {wire['outcome']}")
    print(wire["reason"])
    if wire.get("call_off"):
        print(f"{wire['call_off']} ({wire['state']})  decision {wire['decision']}")
    for offer in wire["offers"]:
        shown = offer["net"] if offer["net"] is not None else (offer["excluded_because"] or "–")
        print(f"  {offer['rank']}. {offer['supplier']}  {shown:>14}")
    for step in wire["trace"]:
        print(f"  {'+' if step['holds'] else '-'} {step['condition']} {step['because']} [{step['rule']}]")
    ceiling = wire["ceiling"]
    print(f"  {ceiling['used']} -> {ceiling['after']} / {ceiling['limit']} ({ceiling['share_after']})")
    for one in wire.get("alternatives", []):
        print(f"  = {one['agreement']} / {one['lot']}: {one['outcome']}. {one['reason']}")

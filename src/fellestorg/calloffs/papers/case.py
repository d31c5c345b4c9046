"""What a paper about a call-off speaks of, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fellestorg.calloffs import shown, texts
from fellestorg.calloffs.models import CallOff
from fellestorg.catalogues.models import Item
from fellestorg.kernel.text import localised
from fellestorg.organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class Case:
    """A call-off with everything its protocol speaks of, read once."""

    call_off: CallOff
    answer: Mapping[str, Any]
    facts: Mapping[str, Any]
    names: Mapping[str, str]
    items: Mapping[str, Item]
    words: texts.RenderedAnswer
    view: shown.AnswerShown


def read_case(call_off: CallOff, language: str) -> Case:
    """A call-off's case, with names in the language given."""
    answer, facts = call_off.decision.answer, call_off.decision.facts
    numbers = {offer["supplier"] for offer in answer["offers"]} | set(answer["invitees"]) | {call_off.buyer.number}
    names = {one.number: organisation_name(one, language) for one in Organisation.objects.filter(number__in=numbers)}
    wanted = {line["item"] for line in facts["need"]["lines"]}
    items = {item.number: item for item in Item.objects.filter(lot=call_off.lot, number__in=wanted)}
    titles = {key: localised(item, "name", language) for key, item in items.items()}
    return Case(
        call_off,
        answer,
        facts,
        names,
        items,
        texts.render(answer, names, language),
        shown.show(answer, names, titles),
    )


def organisation_name(organisation: Organisation, language: str) -> str:
    """What an organisation is called in a language."""
    return getattr(organisation, f"name_{language}", "") or organisation.name

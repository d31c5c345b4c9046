"""The call-off policy as a form: one form for each step, made from the language's own table of fields.

A field that is added to :mod:`fellestorg.engines.policy` appears here by itself; it wants no more than a name in
``policy_names``. Steps are added, removed and moved by posting the form, with everything typed so far kept as it was typed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.forms import Indented
from fellestorg.agreements.managing.policy_names import (
    label_of,
    language_name,
    mechanism_name,
    option_choices,
    problem_text,
    tie_name,
    truth_choices,
)
from fellestorg.agreements.models import Lot
from fellestorg.agreements.proposals import SHORTEST_REASON
from fellestorg.agreements.words import category_in_sentence, category_name, known_regions, part_name, region_name
from fellestorg.engines.policy import CONDITION_FIELDS, MECHANISM_FIELDS, PARTS, TIE_RULES, Field, parse_policy
from fellestorg.kernel.text import LANGUAGES
from fellestorg.organisations.forms import AmountField
from fellestorg.values import BadInput, Problem, decimal_text

MOST_STEPS = 20
_CAP = re.compile(r"cap_([a-z0-9_-]{1,60})\Z")
_STEP = re.compile(r"step-(\d{1,3})-(.+)\Z")
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
Raw = dict[str, list[str]]


class StepForm(forms.Form):
    """One step: its conditions (the last step has none), its mechanism, and what each mechanism asks for."""

    def __init__(self, *args: Any, codes: Mapping[str, Sequence[tuple[str, str]]], last: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.last = last
        for field in () if last else CONDITION_FIELDS:
            self.fields[f"when_{field.name}"] = _control(field, codes)
        self.fields["mechanism"] = forms.ChoiceField(
            label=_("Da gjelder"), choices=[(code, mechanism_name(code)) for code in MECHANISM_FIELDS]
        )
        for field in (one for fields in MECHANISM_FIELDS.values() for one in fields):
            for name, label in _names(field):
                self.fields[name] = _control(field, codes, label)

    @property
    def mechanism(self) -> str:
        """The mechanism as it stands in the form, right or wrong."""
        return str(self["mechanism"].value() or "")

    @property
    def which(self) -> forms.BoundField:
        """The control that chooses the mechanism."""
        return self["mechanism"]

    @property
    def conditions(self) -> list[forms.BoundField]:
        """The controls of the conditions."""
        return [self[name] for name in self.fields if name.startswith("when_")]

    @property
    def asked(self) -> list[forms.BoundField]:
        """The controls that the chosen mechanism needs."""
        return [self[name] for field in MECHANISM_FIELDS.get(self.mechanism, ()) for name, _label in _names(field)]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """(name, value) of what was typed for another mechanism: kept out of sight, in case one goes back."""
        shown = {one.name for one in self.asked}
        names = [name for fields in MECHANISM_FIELDS.values() for field in fields for name, _label in _names(field)]
        return [
            (self[name].html_name, str(self[name].value()))
            for name in dict.fromkeys(names)
            if name not in shown and self[name].value() not in (None, "")
        ]

    def document(self) -> dict[str, Any]:
        """The step as the policy language writes it. Call when the form is valid."""
        given = self.cleaned_data
        written: dict[str, Any] = {"when": {}, "mechanism": given["mechanism"]}
        for field in () if self.last else CONDITION_FIELDS:
            value = _written(field, given[f"when_{field.name}"])
            if value is not None:
                written["when"][field.name] = value
        for field in MECHANISM_FIELDS[given["mechanism"]]:
            if field.kind == "texts":
                written[field.name] = {code: given[f"{field.name}_{code}"].strip() for code in LANGUAGES}
            elif (value := _written(field, given[field.name])) is not None:
                written[field.name] = value
        return written


class RestForm(forms.Form):
    """What a policy says besides its steps, and what a proposal of it needs."""

    decides = forms.MultipleChoiceField(
        label=gettext_lazy("Dette avgjør når nettoprisen velger"),
        choices=(),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Det rammeavtalen kunngjorde. Resten vises, men avgjør ikke."),
    )
    tie_rule = forms.ChoiceField(label=gettext_lazy("Når flere er like billige"), choices=())
    valid_from = forms.DateField(label=gettext_lazy("Gjelder fra"), widget=_DAY)
    source = forms.CharField(label=gettext_lazy("Kilde i rammeavtalen"), max_length=300)

    def __init__(self, *args: Any, categories: Iterable[str], **options: Any) -> None:
        super().__init__(*args, **options)
        _choices(self, "decides", [(part, part_name(part).capitalize()) for part in PARTS])
        _choices(self, "tie_rule", [(code, tie_name(code)) for code in TIE_RULES])
        self.categories = tuple(categories)
        for code in self.categories:
            label = _("Høyeste pris per enhet, %(category)s (kr uten mva.)") % {"category": category_in_sentence(code)}
            self.fields[f"cap_{code}"] = AmountField(label=label, required=False, minimum=Decimal("0.01"))

    def price_caps(self) -> dict[str, str]:
        """The caps that were filled in, by category, as the document writes them. Call when the form is valid."""
        given = {code: self.cleaned_data[f"cap_{code}"] for code in self.categories}
        return {code: decimal_text(amount) for code, amount in given.items() if amount is not None}


class ReasonForm(forms.Form):
    """Why a change is proposed."""

    reason = forms.CharField(
        label=gettext_lazy("Hvorfor foreslår du dette?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        min_length=SHORTEST_REASON,
        max_length=2000,
        error_messages={"min_length": gettext_lazy("oppgi en grunn på minst ti tegn")},
        help_text=gettext_lazy("Den som skal avgjøre, ser dette. Minst ti tegn."),
    )


class DocumentForm(forms.Form):
    """The policy as JSON, for those who would rather."""

    document = forms.JSONField(
        label=gettext_lazy("Avropsregler (JSON)"),
        encoder=Indented,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "class": "fs-code"}),
        error_messages={"invalid": gettext_lazy("Dette er ikke gyldig JSON.")},
    )


@dataclass(frozen=True, slots=True)
class PolicyForms:
    """The whole editor: a form for each step, one for the rest, one for the reason."""

    steps: tuple[StepForm, ...]
    rest: RestForm
    reason: ReasonForm

    def document(self) -> dict[str, Any] | None:
        """The policy as the language writes it, or None where something cannot be; the forms then say what."""
        valid = [one.is_valid() for one in (*self.steps, self.rest)]
        if not all(valid):
            return None
        rest = self.rest.cleaned_data
        document: dict[str, Any] = {
            "steps": [one.document() for one in self.steps],
            "decides": [part for part in PARTS if part in rest["decides"]],
            "tie_rule": rest["tie_rule"],
        }
        if caps := self.rest.price_caps():
            document["price_caps"] = caps
        try:
            parse_policy(document)
        except BadInput as error:
            self.blame(error.problems)
            return None
        return document

    def blame(self, problems: Iterable[Problem]) -> None:
        """Put each problem of a document at the control it came from."""
        for problem in problems:
            found = re.match(r"policy\.steps\[(\d+)\]\.(?:when\.)?(\w+)", problem.where)
            form: forms.Form = self.steps[int(found[1])] if found else self.rest
            name = found[2] if found else problem.where.removeprefix("policy.").replace("price_caps.", "cap_")
            names = [f"when_{name}", name, f"{name}_nb"]
            form.add_error(next((one for one in names if one in form.fields), None), problem_text(problem))


def forms_of(document: Mapping[str, Any] | None, lot: Lot, valid_from: date, source: str = "") -> PolicyForms:
    """The editor, filled in from a policy document (or for a first policy) that can be read."""
    policy = document or {"steps": [{"mechanism": "rank"}], "tie_rule": "rank"}
    raw = [_raw_step(step) for step in policy["steps"]]
    rest = {
        "decides": list(policy.get("decides", PARTS)),
        "tie_rule": policy["tie_rule"],
        "valid_from": valid_from,
        "source": source,
    }
    caps = policy.get("price_caps", {})
    rest |= {f"cap_{code}": amount.replace(".", ",") for code, amount in caps.items()}
    form = RestForm(initial=rest, categories=_capped(lot, caps))
    return PolicyForms(_unbound(raw, lot), form, ReasonForm())


def posted(data: QueryDict, lot: Lot) -> PolicyForms:
    """The editor as somebody filled it in, ready to be checked."""
    raw = raw_steps(data)
    codes = _codes(lot, raw)
    steps = tuple(
        StepForm(_bound(step, index), prefix=f"step-{index}", codes=codes, last=index == len(raw) - 1)
        for index, step in enumerate(raw)
    )
    return PolicyForms(steps, RestForm(data, categories=_capped(lot, _caps_in(data))), ReasonForm(data))


def rearranged(data: QueryDict, lot: Lot, do: str) -> PolicyForms:
    """The editor after ``add``, ``remove-2``, ``up-2`` or ``down-2`` (numbered from 0), with everything else as typed.

    The last step stays last: it is what happens otherwise.
    """
    raw = raw_steps(data)
    verb, _dash, number = do.partition("-")
    index = int(number) if number.isdecimal() else -1
    last = len(raw) - 1
    if verb == "add" and len(raw) < MOST_STEPS:
        raw.insert(last, {"mechanism": ["rank"]})
    elif verb == "remove" and 0 <= index < last:
        del raw[index]
    elif verb == "up" and 0 < index < last:
        raw[index - 1], raw[index] = raw[index], raw[index - 1]
    elif verb == "down" and 0 <= index < last - 1:
        raw[index + 1], raw[index] = raw[index], raw[index + 1]
    caps = _caps_in(data)
    names = [*RestForm.base_fields, *(f"cap_{code}" for code in caps)]
    rest = {name: data.getlist(name) if name == "decides" else data.get(name, "") for name in names}
    form = RestForm(initial=rest, categories=_capped(lot, caps))
    return PolicyForms(_unbound(raw, lot), form, ReasonForm(initial={"reason": data.get("reason", "")}))


def raw_steps(data: QueryDict) -> list[Raw]:
    """What was posted for each step, in order, as it was typed; at least one step."""
    found: dict[int, Raw] = {}
    for name in data:
        match = _STEP.match(name)
        if match and int(match[1]) < MOST_STEPS:
            found.setdefault(int(match[1]), {})[match[2]] = data.getlist(name)
    return [found[index] for index in sorted(found)] or [{"mechanism": ["rank"]}]


def read_json(data: QueryDict, lot: Lot, valid_from: date) -> tuple[DocumentForm, PolicyForms | None]:
    """The editor filled in from JSON, or None where it is no policy; the form then says why."""
    form = DocumentForm(data)
    if not form.is_valid():
        return form, None
    document = form.cleaned_data["document"]
    try:
        parse_policy(document)
    except BadInput as error:
        for problem in error.problems:
            form.add_error("document", f"{problem.where}: {problem_text(problem)}")
        return form, None
    return form, forms_of(document, lot, valid_from, data.get("source", ""))


def as_json(document: Mapping[str, Any] | None) -> DocumentForm:
    """The form with a document in it."""
    return DocumentForm(initial={"document": json.loads(json.dumps(document))})


def _unbound(raw: Sequence[Raw], lot: Lot) -> tuple[StepForm, ...]:
    codes = _codes(lot, raw)
    return tuple(
        StepForm(initial=_initial(step), prefix=f"step-{index}", codes=codes, last=index == len(raw) - 1)
        for index, step in enumerate(raw)
    )


def _bound(step: Raw, index: int) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in step.items():
        data.setlist(f"step-{index}-{name}", values)
    return data


def _initial(step: Raw) -> dict[str, Any]:
    lists = {f"when_{one.name}" for one in CONDITION_FIELDS if one.kind == "codes"}
    return {name: values if name in lists else values[-1] for name, values in step.items() if values}


def _raw_step(step: Mapping[str, Any]) -> Raw:
    raw: Raw = {"mechanism": [step["mechanism"]]}
    for name, value in step.get("when", {}).items():
        raw[f"when_{name}"] = _typed(value)
    for field in MECHANISM_FIELDS[step["mechanism"]]:
        if field.name in step and field.kind == "texts":
            raw |= {f"{field.name}_{code}": [step[field.name].get(code, "")] for code in LANGUAGES}
        elif field.name in step and field.kind == "share":
            raw[field.name] = [decimal_text(Decimal(step[field.name]) * 100).replace(".", ",")]
        elif field.name in step:
            raw[field.name] = _typed(step[field.name])
    return raw


def _typed(value: Any) -> list[str]:
    if isinstance(value, bool):
        return ["true" if value else "false"]
    if isinstance(value, list):
        return [str(one) for one in value]
    return [str(value)]


def _names(field: Field) -> list[tuple[str, str]]:
    """(name, label) of the controls a field needs: one, or one a language."""
    if field.kind != "texts":
        return [(field.name, label_of(field.name))]
    return [(f"{field.name}_{code}", f"{label_of(field.name)}, {language_name(code)}") for code in LANGUAGES]


def _control(field: Field, codes: Mapping[str, Sequence[tuple[str, str]]], label: str = "") -> forms.Field:
    label = label or label_of(field.name)
    match field.kind:
        case "amount":
            return AmountField(label=label, required=False)
        case "truth":
            return forms.ChoiceField(label=label, choices=truth_choices(field.name), required=False)
        case "choice":
            return forms.ChoiceField(label=label, choices=option_choices(field), required=False)
        case "codes":
            return forms.MultipleChoiceField(
                label=label, choices=codes[field.vocabulary], required=False, widget=forms.CheckboxSelectMultiple
            )
        case "count":
            return forms.IntegerField(label=label, required=False, min_value=1, max_value=999)
        case "share":
            return AmountField(label=label, required=False)
    return forms.CharField(label=label, required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


def _written(field: Field, value: Any) -> Any:
    """A cleaned value as the document writes it; None where it says nothing."""
    if value in (None, "", []):
        return None
    match field.kind:
        case "amount":
            return decimal_text(Decimal(value))
        case "truth":
            return value == "true"
        case "codes":
            return sorted(value)
        case "share":
            return decimal_text(Decimal(value) / 100)
    return value


def _codes(lot: Lot, raw: Sequence[Raw]) -> dict[str, list[tuple[str, str]]]:
    """What may be chosen, by vocabulary: what the lot has, and what the policy names already."""
    named: dict[str, set[str]] = {"category": set(lot.categories), "region": set(known_regions())}
    for field in CONDITION_FIELDS:
        if field.kind == "codes":
            named.setdefault(field.vocabulary, set())
            for step in raw:
                named[field.vocabulary].update(step.get(f"when_{field.name}", []))
    name = {"category": category_name, "region": region_name}
    return {
        vocabulary: sorted(((code, name.get(vocabulary, str)(code)) for code in found), key=lambda one: one[1])
        for vocabulary, found in named.items()
    }


def _capped(lot: Lot, named: Iterable[str]) -> list[str]:
    """The categories that may have a price cap: the lot's, and those that the policy caps already."""
    return list(dict.fromkeys([*lot.categories, *named]))


def _caps_in(data: QueryDict) -> list[str]:
    """The categories that a posted form has a price cap for."""
    return [match[1] for name in data if (match := _CAP.match(name))]


def _choices(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices

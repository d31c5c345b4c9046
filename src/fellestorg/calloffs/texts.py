"""An answer of the call-off engine in plain words, in three languages: the engine gives codes and facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from fellestorg.agreements.words import (
    category_in_sentence,
    category_name,
    listed,
    measure_name,
    percent,
    region_name,
    table_name,
)
from fellestorg.calloffs.halted import halt_text
from fellestorg.calloffs.price_words import caps_text, models_text
from fellestorg.calloffs.refusals import REFUSALS
from fellestorg.calloffs.used_units import lacks_text
from fellestorg.calloffs.words import (
    ALWAYS,
    CONDITIONS,
    EXCLUSIONS,
    MECHANISMS,
    NOT_MET,
    NOTES,
    ONLY_RANK,
    OTHERWISE,
    OWN_PROCUREMENT,
    PARTS,
    REASONS,
    STEPS,
    TIE_RULES,
)
from fellestorg.catalogues.liabilities import liability_text
from fellestorg.kernel.text import in_language
from fellestorg.law import rule_book

_MONEY = frozenset(
    {
        "amount",
        "net",
        "deciding",
        "next_best",
        "limit",
        "used",
        "wanted",
        "left",
        "together",
        "threshold",
        "earlier",
        "bound",
    }
)
_PLAIN = frozenset({"room_under_maximum_quantity"})


@dataclass(frozen=True, slots=True)
class RenderedStep:
    """One step of a trace in words, with the rule it rests on (``rule`` is ``""`` where it rests on none).

    ``note`` marks a step that tells something instead of answering yes or no.
    """

    step: int
    condition: str
    holds: bool
    note: bool
    because: str
    rule: str
    version: str
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class RenderedAnswer:
    """The answer in words."""

    outcome: str
    reason: str
    trace: tuple[RenderedStep, ...]
    warnings: tuple[str, ...]
    decides: tuple[str, ...]


def render(answer: Mapping[str, Any], names: Mapping[str, str], language: str | None = None) -> RenderedAnswer:
    """Put an answer in words. ``names`` gives organisations' names by number."""
    with translation.override(language or translation.get_language() or "nb"):
        rules = {rule["id"]: rule for rule in answer["rules"]}
        trace = tuple(_step(step, rules, names) for step in answer["trace"])
        warned = {warning["code"] for warning in answer["warnings"]}
        refused = [
            step for step, raw in zip(trace, answer["trace"], strict=True) if raw["code"] == answer["reason"]["code"]
        ]
        if answer["outcome"] == "refused":
            reason = next((step.because for step in refused if not step.holds), "")
        else:
            reason = str(REASONS[answer["reason"]["code"]]).format(**_words(answer["reason"]["params"], names))
            if answer["outcome"] == "needs_approval":
                reason += " " + str(REASONS["needs_approval"])
        return RenderedAnswer(
            answer["outcome"],
            reason,
            trace,
            tuple(step.because for step, raw in zip(trace, answer["trace"], strict=True) if raw["code"] in warned),
            tuple(str(PARTS[part]) for part in answer["decides"]),
        )


def refusal_text(code: str, params: Mapping[str, Any]) -> str:
    """Why somebody may not do what they tried, in the active language."""
    return str(REFUSALS[code]).format(**_words(params, {}))


def _step(raw: Mapping[str, Any], rules: Mapping[str, Any], names: Mapping[str, str]) -> RenderedStep:
    question, yes, no = STEPS[raw["code"]]
    # The last rule of a policy has no condition: it is told, not asked.
    otherwise = raw["code"] == "policy_step" and not raw["params"]["when"]
    if otherwise:
        question = ALWAYS if raw["params"]["number"] == 1 else OTHERWISE
    words = _words(raw["params"], names, plain=raw["code"] in _PLAIN)
    words.update(_special_words(raw, names))
    rule = rules.get(raw["rule"], {})
    return RenderedStep(
        raw["step"],
        str(question).format(**words),
        raw["holds"],
        otherwise or raw["code"] in NOTES,
        str(yes if raw["holds"] else no).format(**words),
        raw["rule"],
        rule.get("version", ""),
        rule.get("source", ""),
        rule.get("verified", True),
    )


def _special_words(raw: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, str]:
    params = raw["params"]
    match raw["code"]:
        case "buyer_listed":
            return {"later": _joins_later(params) if not raw["holds"] else ""}
        case "agreement_not_halted":
            return {"halt": halt_text(params)}
        case "covered_by_an_agreement":
            return {"gap": gap_text(params)}
        case "own_procurement":
            return _own_procurement_words(raw["rule"], params)
        case "within_scope":
            outside = list(params["outside"]) or [params["region"] or str(_("ukjent sted"))]
            return {"outside": ", ".join(outside)}
        case "options_chosen":
            return _option_words(params)
        case "terms_unchanged":
            return {"changed": "; ".join(params["changed"])}
        case "used_units_proved":
            without = [
                f"{names.get(one['supplier'], one['supplier'])}, {one['item']} ({lacks_text(one['lacks'])})"
                for one in params["without"]
            ]
            return {"without": "; ".join(without)}
        case "price_by_model":
            return {"lines_text": models_text(params["lines"], names)}
        case "liability_told":
            told = (f"{one['item']}: {liability_text(one['liability'])}" for one in params["lines"])
            return {"liable": " ".join(told)}
        case "within_price_cap":
            return caps_text(params, names)
        case "policy_step":
            return _policy_words(params)
        case "policy_allows":
            return {"text": in_language(params.get("text", {}))}
        case "first_rank_chosen" | "service_provider_chosen" | "table_supplier_chosen":
            passed = _passed(params["passed"], names)
            return {"passed": str(_(" Hoppet over: {who}.")).format(who=passed) if passed else ""}
        case "table_supplier_available":
            return {"passed": _passed(params["passed"], names)}
        case "table_place_given":
            return {"kind": table_name(params["table"])}
        case "supplier_assigned" if params["since"]:
            return {"since_when": str(_(" fra {day}")).format(day=_day(params["since"]))}
        case "supplier_assigned":
            return {"since_when": ""}
        case "supplier_of_rank_can_deliver" if params["because"]:
            return {"cannot": _nobody_steps_in(params, names)}
        case "supplier_can_deliver" if params["because"]:
            return {"why": str(EXCLUSIONS[params["because"]]).lower()}
        case "share_within_quota":
            shares = {name: percent(params[name]) for name in ("share", "low", "high")}
            return {"measured": measure_name(params["measure"]), **shares}
        case "coverage_documented" if not raw["holds"]:
            return {"undocumented": _undocumented(params)}
        case "secondary_started" if not raw["holds"]:
            return {"not_started": _not_started(params, names)}
        case "secondary_share_kept":
            shares = {name: percent(params[name]) for name in ("share_after", "max_share")}
            return {"measured": measure_name(params["measure"]), **shares}
        case "tie_broken":
            return {"tie_rule": str(TIE_RULES[params["tie_rule"]])}
        case "lowest_net_price_chosen":
            return {
                "decides": ", ".join(str(PARTS[part]) for part in params["decides"]),
                "next_best": _amount(params["next_best"]) if params["next_best"] else "–",
            }
        case "within_authority":
            return {"limit": _amount(params["limit"]) if params["limit"] is not None else "–"}
    return {}


def _passed(passed: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> str:
    """Who was passed over, each with why: "SAS (utsolgt), Widerøe (stengt fra 1. februar 2024: Flyr ikke lenger)"."""

    def why(one: Mapping[str, Any]) -> str:
        if one["because"] != "closed":
            return str(EXCLUSIONS[one["because"]]).lower()
        return str(_("stengt fra {day}: {text}")).format(day=_day(one["from"]), text=one["text"])

    return ", ".join(f"{names.get(one['supplier'], one['supplier'])} ({why(one)})" for one in passed)


def _nobody_steps_in(params: Mapping[str, Any], names: Mapping[str, str]) -> str:
    if params["supplier"] is None:
        text = _("Ingen leverandør er nummer {rank} i rangeringen denne dagen.").format(rank=params["rank"])
    else:
        who, why = names.get(params["supplier"], params["supplier"]), str(EXCLUSIONS[params["because"]]).lower()
        text = _("{supplier} kan ikke levere: {why}.").format(supplier=who, why=why)
    return f"{text} {_('Avropsreglene lar ingen annen tre inn.')}"


def _undocumented(params: Mapping[str, Any]) -> str:
    if not params["case"]:
        return str(_("Det er ikke vist til noen dekningssak."))
    if not params["found"]:
        return str(_("Det finnes ingen dekningssak {case}.")).format(case=params["case"])
    return str(_("Dekningssak {case} er ikke dokumentert.")).format(case=params["case"])


def _not_started(params: Mapping[str, Any], names: Mapping[str, str]) -> str:
    if params["supplier"] is None:
        return str(_("Det er ingen sekundærleverandør ennå."))
    name = names.get(params["supplier"], params["supplier"])
    if params["expected"] is None:
        return str(_("{supplier} er ikke begynt ennå, og det er ikke kjent når.")).format(supplier=name)
    text = _("Avtalen med {supplier} er ventet å begynne {day}. Til da kan sekundærleverandøren ikke brukes.")
    return str(text).format(supplier=name, day=_day(params["expected"]))


def _option_words(params: Mapping[str, Any]) -> dict[str, str]:
    def named(options: list[dict[str, Any]]) -> str:
        names = [in_language(one["names"]) for one in options]
        return str(ngettext("opsjonen %(names)s", "opsjonene %(names)s", len(names))) % {"names": listed(names)}

    items = [item for one in params["missing"] for item in one["items"]]
    which = str(_(" Det gjelder {items}.")).format(items=", ".join(dict.fromkeys(items))) if items else ""
    rest = str(_(" Ta bort disse linjene, så kan resten bestilles nå.")) if params["some_lines_only"] else ""
    return {"chosen": named(params["touched"]), "missing": named(params["missing"]), "which": which, "rest": rest}


def _joins_later(params: Mapping[str, Any]) -> str:
    """How "is not on the list" goes on for somebody who will be: from when and, if it waits for one, which contract."""
    if not params["from"]:
        return ""
    if params.get("own_contract_to"):
        text = _(", men er med fra {day}, fordi dere har egen avtale til {last}")
        return str(text).format(day=_day(params["from"]), last=_day(params["own_contract_to"]))
    return str(_(", men er med fra {day}")).format(day=_day(params["from"]))


def gap_text(params: Mapping[str, Any]) -> str:
    """Why nothing covers a need on a day, and what the agency then does (the facts of ``covered_by_an_agreement``)."""
    ended, coming = params["ended"], params["next"]
    categories = listed(category_in_sentence(one) for one in params["categories"])
    none = _("{day} er det ingen fellesavtale for {categories}.")
    said = [str(none).format(day=_day(params["date"]), categories=categories)]
    if ended:
        text = _("«{title}» gjelder til og med {day}.")
        said.append(str(text).format(title=in_language(ended["title"]), day=_day(ended["ends"])))
    if ended and ended["options_to"]:
        said.append(str(_("Opsjoner til {day} er ikke utløst.")).format(day=_day(ended["options_to"])))
    if coming:
        text = _("«{title}» gjelder fra {day}. Til da må virksomheten kjøpe selv, etter reglene for egne anskaffelser.")
        said.append(str(text).format(title=in_language(coming["title"]), day=_day(coming["starts"])))
    else:
        text = _("Ingen ny avtale er kjent. Virksomheten må kjøpe selv, etter reglene for egne anskaffelser.")
        said.append(str(text))
    return " ".join(said)


def _own_procurement_words(rule: str, params: Mapping[str, Any]) -> dict[str, str]:
    threshold = _amount(params["threshold"])
    question, answer = str(OWN_PROCUREMENT[rule]), str(_("Grensen denne dagen er {threshold} kr uten mva."))
    if params["reached"] is not None:
        reached = (
            _(" Behovet på {amount} kr når grensen.") if params["reached"] else _(" Behovet på {amount} kr er under.")
        )
        answer += str(reached).format(amount=_amount(params["stated"]))
    return {"question": question, "answer": answer.format(threshold=threshold)}


def _policy_words(params: Mapping[str, Any]) -> dict[str, str]:
    values = {
        **{name: _amount(params["when"][name]) for name in ("amount_below", "amount_from") if name in params["when"]},
        "category": ", ".join(map(category_name, params["when"].get("category", []))),
        "region": ", ".join(map(region_name, params["when"].get("region", []))),
        "amount": _amount(params["amount"]),
    }

    def key(name: str) -> str:
        return f"not_{name}" if params["when"][name] is False else name

    parts = [str(CONDITIONS[key(name)]).format(**values) for name in params["when"]]
    failed = [one["condition"] for one in params["answers"] if not one["holds"]]
    return {
        "when": str(_(" og ")).join(parts),
        "answers": " ".join(str(NOT_MET[key(name)]).format(**values) for name in failed),
        "mechanism": str(ONLY_RANK if "only_rank" in params else MECHANISMS[params["mechanism"]]).format(**params),
    }


def _words(params: Mapping[str, Any], names: Mapping[str, str], *, plain: bool = False) -> dict[str, str]:
    """Facts as they read in a sentence: amounts grouped, days written, organisations by name."""
    words: dict[str, str] = {}
    for name, value in params.items():
        if value is None:
            words[name] = ""
        elif name in _MONEY and not plain and isinstance(value, str):
            words[name] = _amount(value)
        elif name in ("starts", "ends", "date", "from", "day", "due"):
            words[name] = _day(value)
        elif name == "category" and isinstance(value, str):
            words[name] = category_name(value)
        elif name in ("supplier", "buyer"):
            words[name] = names.get(value, value)
        elif name in ("suppliers", "invitees", "excluded"):
            words[name] = ", ".join(names.get(one, one) for one in value)
        elif isinstance(value, list):
            words[name] = ", ".join(str(one) for one in value)
        else:
            words[name] = str(value)
    return words


def _locale() -> str:
    return {"nn": "nn_NO", "en": "en_GB"}.get((translation.get_language() or "nb")[:2], "nb_NO")


def _amount(text: str) -> str:
    value = Decimal(text)
    shown = value.quantize(Decimal(1)) if value == value.to_integral_value() else value
    pattern = "#,##0.00" if shown != shown.to_integral_value() else "#,##0"
    return format_decimal(shown, pattern, locale=_locale())


def _day(text: str) -> str:
    return format_date(date.fromisoformat(text), "d. MMMM y" if _locale() != "en_GB" else "d MMMM y", locale=_locale())


def rule_title(rule_id: str, day: date) -> str:
    """A rule's title in the active language."""
    return in_language(rule_book().rule(rule_id, on=day).title)

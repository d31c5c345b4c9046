"""An answer of the call-off engine in plain words, in three languages: the engine gives codes and facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.words import category_name, region_name
from fellestorg.kernel.text import in_language
from fellestorg.law import rule_book

# code -> (the question, the answer when it holds, the answer when it does not)
STEPS = {
    "agreement_in_force": (
        _("Gjelder avtalen på datoen?"),
        _("Avtalen gjelder fra {starts} til {ends}."),
        _("Avtalen gjelder fra {starts} til {ends}, og datoen er {date}. Utenfor avtaletiden kan ingen gjøre avrop."),
    ),
    "buyer_listed": (
        _("Kan virksomheten bruke avtalen?"),
        _("Virksomheten er med i avtalen fra {from}."),
        _("Virksomheten står ikke på listen over dem som kan gjøre avrop denne dagen{later}."),
    ),
    "within_scope": (
        _("Dekker delkontrakten det du trenger, og stedet?"),
        _("Alt ligger innenfor det delkontrakten gjelder."),
        _("Dette ligger utenfor: {outside}."),
    ),
    "terms_unchanged": (
        _("Følger bestillingen vilkårene i rammeavtalen?"),
        _("Priser og vilkår er de avtalen har."),
        _("Det er bedt om andre vilkår: {changed}. Et avrop kan ikke endre avtalen vesentlig."),
    ),
    "need_valued_as_stated": (
        _("Hva er behovet verdt?"),
        _("{amount} kr uten mva., slik du har oppgitt."),
        "",
    ),
    "need_valued_at_first_rank": (
        _("Hva er behovet verdt?"),
        _("{amount} kr uten mva., til prisene hos {supplier}, den høyest rangerte som kan levere alt."),
        "",
    ),
    "need_valued_at_best_cover": (
        _("Hva er behovet verdt?"),
        _("{amount} kr uten mva., når det deles på den billigste måten. Ingen leverandør har alle varene."),
        "",
    ),
    "somebody_can_deliver": (
        _("Kan noen levere?"),
        "",
        _("Ingen leverandør har gyldig pris på alle varene denne dagen."),
    ),
    "supplier_in_position": (
        _("Er det en leverandør å bestille fra?"),
        "",
        _("Ingen leverandør er aktiv i delkontrakten denne dagen."),
    ),
    "policy_step": (
        _("Avropsregel {number}: {when}?"),
        "{mechanism}",
        "{answers}",
    ),
    "policy_allows": (_("Tillater avropsreglene dette?"), "", "{text}"),
    "all_invited": (
        _("Hvem skal inviteres til minikonkurransen?"),
        _("Alle som kan levere: {invitees}."),
        "",
    ),
    "one_supplier_delivers_all": (
        _("Kan én leverandør levere alt?"),
        "",
        _("Ingen leverandør har alle varene. Del opp behovet eller bruk andre varer."),
    ),
    "first_rank_chosen": (
        _("Hvem er rangert først av dem som kan levere?"),
        _("{supplier}, nummer {rank} i rangeringen.{passed}"),
        "",
    ),
    "lines_given": (
        _("Er varene valgt?"),
        "",
        _("Laveste nettopris regnes ut fra varer. Velg varer fra prislisten."),
    ),
    "cover_exists": (
        _("Kan behovet dekkes?"),
        "",
        _("Du må bruke flere leverandører enn avtalen tillater ({max_suppliers}) for å få alle varene."),
    ),
    "optimum_proved": (
        _("Er laveste pris bevist?"),
        "",
        _("Beregningen ble ikke ferdig. Del opp handlekurven og prøv igjen."),
    ),
    "tie_broken": (
        _("Hva avgjør når flere er like billige?"),
        _("{alternatives} måter kostet det samme. Avtalens regel avgjorde: {tie_rule}."),
        "",
    ),
    "lowest_net_price_chosen": (
        _("Hva gir lavest nettopris?"),
        _(
            "{suppliers}: {deciding} kr når det som avgjør, legges sammen ({decides}). "
            "Billigste enkeltleverandør: {next_best} kr."
        ),
        "",
    ),
    "not_split": (
        _("Er du innenfor grensen når like kjøp de siste 30 dagene legges sammen?"),
        _("{count} tidligere avrop i samme varegruppe, til sammen {together} kr med dette."),
        "",
    ),
    "may_be_split": (
        _("Er du innenfor grensen når like kjøp de siste 30 dagene legges sammen?"),
        "",
        _(
            "Med {count} tidligere avrop i samme varegruppe blir det {together} kr. "
            "Grensen er {threshold} kr, og det kan se ut som en oppdeling. Skriv ned hvorfor behovene er ulike."
        ),
    ),
    "room_under_ceiling": (
        _("Er det plass under taket?"),
        _("{used} kr av {limit} kr er brukt. Dette behovet er {wanted} kr."),
        _("Det er {left} kr igjen av {limit} kr, og behovet er {wanted} kr. Avtalen kan ikke brukes over taket."),
    ),
    "room_under_maximum_quantity": (
        _("Er det plass innenfor største antall?"),
        _("{used} av {limit} er brukt. Dette behovet er {wanted}."),
        _("{used} av {limit} er brukt, og behovet er {wanted}."),
    ),
    "within_authority": (
        _("Kan innkjøperen godkjenne beløpet selv?"),
        _("{amount} kr er innenfor innkjøperens fullmakt."),
        _("{amount} kr er over innkjøperens fullmakt på {limit} kr. En annen må godkjenne."),
    ),
}

REASONS = {
    "first_rank": _("Bestill direkte hos {supplier}, som er rangert som nummer {rank}."),
    "lowest_net_price": _("Bestill hos {suppliers}. Det gir lavest nettopris: {deciding} kr for det som avgjør."),
    "mini_competition": _("Hold minikonkurranse. Disse skal inviteres: {invitees}."),
    "needs_approval": _("En annen med fullmakt må godkjenne før det bestilles."),
}

MECHANISMS = {
    "rank": _("Bestill direkte hos den som er rangert først."),
    "lowest_net_price": _("Bestill der nettoprisen er lavest."),
    "mini_competition": _("Alle inviteres til minikonkurranse."),
    "refuse": _("Avtalen kan ikke brukes til dette."),
}

PARTS = {
    "goods": _("varer"),
    "discount": _("rabatt"),
    "small_order_fee": _("gebyr for liten ordre"),
    "freight": _("frakt"),
    "handling": _("egen håndtering"),
    "carbon": _("karbon"),
}

TIE_RULES = {
    "rank": _("rangeringen"),
    "lowest_carbon": _("lavest klimautslipp"),
    "draw": _("loddtrekning"),
}

EXCLUSIONS = {
    "suspended": _("Suspendert fra avtalen"),
    "lacks_lines": _("Har ikke alle varene"),
}

REFUSALS = {
    "not_buyer_of_agency": _("Du er ikke innkjøper eller godkjenner i denne virksomheten."),
    "not_awaiting_approval": _("Avropet venter ikke på godkjenning."),
    "reserve_lapsed": _("Fristen for å godkjenne gikk ut {day}."),
    "not_approver_of_agency": _("Du har ikke budsjettfullmakt i denne virksomheten."),
    "own_request": _("Du kan ikke godkjenne ditt eget avrop."),
    "above_authority": _("Beløpet er over fullmakten din."),
    "already_closed": _("Avropet er allerede avsluttet."),
    "not_party": _("Du har ikke tilgang til dette avropet."),
}

_ALWAYS = _("Avropsregel {number} gjelder alle behov.")
_OTHERWISE = _("Avropsregel {number} gjelder når ingen av de andre passer.")

_CONDITIONS = {
    "amount_below": _("behovet er under {amount_below} kr"),
    "amount_from": _("behovet er {amount_from} kr eller mer"),
    "standard_assortment": _("alt er i standardsortimentet"),
    "not_standard_assortment": _("noe er utenfor standardsortimentet"),
    "category": _("varegruppen er {category}"),
    "region": _("leveringsstedet er i {region}"),
}

_NOT_MET = {
    "amount_below": _("Behovet er {amount} kr."),
    "amount_from": _("Behovet er {amount} kr."),
    "standard_assortment": _("Noe er utenfor standardsortimentet."),
    "not_standard_assortment": _("Alt er i standardsortimentet."),
    "category": _("Varene er i en annen varegruppe."),
    "region": _("Leveringsstedet er et annet sted."),
}

# Steps that tell something instead of answering yes or no.
_NOTES = frozenset(
    {
        "need_valued_as_stated",
        "need_valued_at_first_rank",
        "need_valued_at_best_cover",
        "all_invited",
        "first_rank_chosen",
        "tie_broken",
        "lowest_net_price_chosen",
    }
)

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
        question = _ALWAYS if raw["params"]["number"] == 1 else _OTHERWISE
    words = _words(raw["params"], names, plain=raw["code"] in _PLAIN)
    words.update(_special_words(raw, names))
    rule = rules.get(raw["rule"], {})
    return RenderedStep(
        raw["step"],
        str(question).format(**words),
        raw["holds"],
        otherwise or raw["code"] in _NOTES,
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
            later = params["from"] if not raw["holds"] else None
            return {"later": str(_(", men er med fra {day}")).format(day=_day(later)) if later else ""}
        case "within_scope":
            outside = list(params["outside"]) or [params["region"] or str(_("ukjent sted"))]
            return {"outside": ", ".join(outside)}
        case "terms_unchanged":
            return {"changed": "; ".join(params["changed"])}
        case "policy_step":
            return _policy_words(params)
        case "policy_allows":
            return {"text": in_language(params.get("text", {}))}
        case "first_rank_chosen":
            passed = [
                f"{names.get(one['supplier'], one['supplier'])} ({str(EXCLUSIONS[one['because']]).lower()})"
                for one in params["passed"]
            ]
            return {"passed": str(_(" Hoppet over: {who}.")).format(who=", ".join(passed)) if passed else ""}
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


def _policy_words(params: Mapping[str, Any]) -> dict[str, str]:
    values = {
        **{name: _amount(params["when"][name]) for name in ("amount_below", "amount_from") if name in params["when"]},
        "category": ", ".join(map(category_name, params["when"].get("category", []))),
        "region": ", ".join(map(region_name, params["when"].get("region", []))),
        "amount": _amount(params["amount"]),
    }

    def key(name: str) -> str:
        return "not_standard_assortment" if name == "standard_assortment" and not params["when"][name] else name

    parts = [str(_CONDITIONS[key(name)]).format(**values) for name in params["when"]]
    failed = [one["condition"] for one in params["answers"] if not one["holds"]]
    return {
        "when": str(_(" og ")).join(parts),
        "answers": " ".join(str(_NOT_MET[key(name)]).format(**values) for name in failed),
        "mechanism": str(MECHANISMS[params["mechanism"]]),
    }


def _words(params: Mapping[str, Any], names: Mapping[str, str], *, plain: bool = False) -> dict[str, str]:
    """Facts as they read in a sentence: amounts grouped, days written, organisations by name."""
    words: dict[str, str] = {}
    for name, value in params.items():
        if value is None:
            words[name] = ""
        elif name in _MONEY and not plain and isinstance(value, str):
            words[name] = _amount(value)
        elif name in ("starts", "ends", "date", "from", "day"):
            words[name] = _day(value)
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

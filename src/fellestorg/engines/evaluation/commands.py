"""``fellestorg evaluate``: score tenders exactly. Needs no database."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from fellestorg.engines.commands import columns, in_file, read_json
from fellestorg.engines.evaluation.answer import EvaluationAnswer, evaluate
from fellestorg.engines.evaluation.figures import rounded
from fellestorg.engines.evaluation.models import MODELS
from fellestorg.engines.evaluation.reading import read_request
from fellestorg.engines.evaluation.request import EvaluationRequest
from fellestorg.engines.evaluation.wire import answer_json
from fellestorg.engines.evaluation.words import local_number, model_name, warning_text
from fellestorg.law import LANGUAGES, rule_book
from fellestorg.values import BadInput

_WORDS = {
    "tender": {"nb": "tilbud", "nn": "tilbod", "en": "tender"},
    "rank": {"nb": "plass", "nn": "plass", "en": "rank"},
    "points": {"nb": "poeng i alt", "nn": "poeng i alt", "en": "total points"},
    "kroner": {"nb": "evaluert pris", "nn": "evaluert pris", "en": "evaluated price"},
    "model": {"nb": "Modell", "nn": "Modell", "en": "Model"},
    "winner": {"nb": "Vinner", "nn": "Vinnar", "en": "Winner"},
    "broken": {"nb": "likt i alt, skilt på", "nn": "likt i alt, skilt på", "en": "equal in total, separated by"},
    "tie": {
        "nb": "Likt, og regelen for likt skiller dem ikke",
        "nn": "Likt, og regelen for likt skil dei ikkje",
        "en": "Equal, and the tie rule does not separate them",
    },
    "reason": {
        "nb": "Modellen krever en begrunnelse i saken.",
        "nn": "Modellen krev ei grunngiving i saka.",
        "en": "This model needs a reason on file.",
    },
    "warnings": {"nb": "Å merke seg", "nn": "Å merke seg", "en": "Note"},
    "weights": {
        "nb": "Vinneren er den samme når vekten ligger mellom",
        "nn": "Vinnaren er den same når vekta ligg mellom",
        "en": "The winner is the same while the weight is between",
    },
    "criterion": {"nb": "kriterium", "nn": "kriterium", "en": "criterion"},
    "stated": {"nb": "oppgitt", "nn": "oppgitt", "en": "stated"},
    "from": {"nb": "fra", "nn": "frå", "en": "from"},
    "to": {"nb": "til", "nn": "til", "en": "to"},
    "point": {
        "nb": "Ett poeng koster, i kroner",
        "nn": "Eitt poeng kostar, i kroner",
        "en": "A point costs, in kroner",
    },
    "rules": {"nb": "Regler", "nn": "Reglar", "en": "Rules"},
    "unverified": {"nb": "ikke verifisert", "nn": "ikkje verifisert", "en": "not verified"},
}


def evaluate_command(argv: list[str]) -> int:
    """``fellestorg evaluate FILE [--json] [--lang nb|nn|en]`` (``-`` reads standard input).

    Returns 0 when the tenders are ranked, also where the first place is shared. Raises ``BadInput``.
    """
    parser = argparse.ArgumentParser(prog="fellestorg evaluate", description="Score and rank tenders exactly.")
    parser.add_argument("file", metavar="FILE", help="model, criteria and tenders as JSON; - reads standard input")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    parser.add_argument("--lang", choices=LANGUAGES, default="nb", help="the language of the words (nb)")
    arguments = parser.parse_args(argv)
    data = read_json(arguments.file)
    try:
        request = read_request(data)
    except BadInput as error:
        raise in_file(arguments.file, error) from None
    answer = evaluate(request)
    language: str = arguments.lang
    if arguments.json:
        print(json.dumps(answer_json(answer, language), ensure_ascii=False, indent=2))
    else:
        print("\n".join(as_table(request, answer, language)))
    return 0


def as_table(request: EvaluationRequest, answer: EvaluationAnswer, language: str) -> list[str]:
    """The answer for people: ranking, winner, warnings, weights, what a point costs, rules."""
    words = {name: texts[language] for name, texts in _WORDS.items()}
    names = [one.id for one in request.criteria]

    def shown(value: Fraction | None, places: int) -> str:
        return "-" if value is None else local_number(rounded(value, places), language)

    places = 4 if answer.higher_wins else 2
    rows = [[words["tender"], words["rank"], words["points" if answer.higher_wins else "kroner"], *names, ""]]
    for one in answer.ranking:
        parts = {part.criterion: shown(part.weighted, places) for part in one.parts}
        rows.append([one.tender, str(one.rank), shown(one.total, places), *(parts[name] for name in names), ""])
    out = [f"{words['model']}: {model_name(answer.model, language)}", *columns(rows)]
    if answer.winner is None:
        out.append(f"{words['tie']}: {', '.join(answer.tie)}")
    else:
        broken = f" ({words['broken']} {answer.tie_broken_by})" if answer.tie_broken_by else ""
        out.append(f"{words['winner']}: {answer.winner}{broken}")
    if answer.needs_reason:
        out.append(words["reason"])
    if answer.warnings:
        out += ["", f"{words['warnings']}:", *(f"  {warning_text(one, language)}" for one in answer.warnings)]
    if answer.winner is not None and MODELS[answer.model].weighed:
        rows = [[words["criterion"], words["stated"], words["from"], words["to"], ""]]
        for criterion in request.criteria:
            ends = answer.sensitivity[criterion.id] or (None, None)
            rows.append([criterion.id, *(shown(value, 4) for value in (criterion.weight, *ends)), ""])
        out += ["", f"{words['weights']}", *columns(rows)]
    if answer.price_of_a_point:
        tenders = [one.tender for one in answer.ranking]
        rows = [[words["criterion"], *tenders, ""]]
        for name, rates in answer.price_of_a_point.items():
            rows.append([name, *(shown(rates[tender], 2) for tender in tenders), ""])
        out += ["", words["point"], *columns(rows)]
    return [*out, "", f"{words['rules']}:", *_rules(answer_json(answer)["rules"], words["unverified"], language)]


def _rules(rules: Sequence[dict[str, Any]], unverified: str, language: str) -> list[str]:
    lines = []
    for rule in rules:
        title = next(one for one in rule_book().versions(rule["id"]) if one.version == rule["version"]).title[language]
        doubt = "" if rule["verified"] else f" ({unverified})"
        lines.append(f"  {rule['id']}: {title}{doubt}. {rule['source']}")
    return lines

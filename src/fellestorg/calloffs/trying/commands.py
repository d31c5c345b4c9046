"""``fellestorg policy``: a lot's call-off policy in words, and what it, or another one, would lead to."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.agreements import directory
from fellestorg.agreements.models import Lot
from fellestorg.agreements.words import policy_in_words, unreachable_in_words
from fellestorg.calloffs import texts
from fellestorg.calloffs.answers import names_for
from fellestorg.calloffs.trying import what_if
from fellestorg.calloffs.trying.facts import CASES, read_asked
from fellestorg.engines.policy import parse_policy
from fellestorg.engines.reach import unreachable_steps
from fellestorg.kernel import clock
from fellestorg.kernel.sheets import RowError, day_in
from fellestorg.values import BadInput
from fellestorg.values.arguments import ArgumentParser


def policy(argv: list[str]) -> int:
    """``policy show AGREEMENT LOT [--day DAY] [--json]``, or ``policy try AGREEMENT LOT [--policy FILE] --amount …``.

    ``try`` answers under the policy in force and, with ``--policy``, under the document in the file as well. Exit 0;
    1 where the answer (the proposed one's, when there is one) is a refusal; 2 for what cannot be read.
    """
    words = _parser().parse_args(argv)
    lot = directory.find_lot(words.agreement, words.lot)
    if lot is None:
        raise BadInput.of("lot", "unknown_lot", f"there is no lot {words.agreement}/{words.lot}")
    return _show(lot, words) if words.verb == "show" else _try(lot, words)


def _show(lot: Lot, words: argparse.Namespace) -> int:
    try:
        day = day_in(words.day) if words.day else clock.today()
    except RowError as error:
        raise BadInput.of("--day", error.code, error.text) from None
    found = directory.policy_on(lot, day)
    if found.document is None:
        raise BadInput.of("lot", "no_policy", f"lot {lot} has no call-off policy yet")
    if words.json:
        told = {
            "agreement": lot.agreement.key,
            "lot": lot.key,
            "version": found.version,
            "valid_from": found.valid_from.isoformat() if found.valid_from else None,
            "source": found.source,
            "document": found.document,
            "unreachable": [index + 1 for index in unreachable_steps(parse_policy(found.document))],
        }
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    shown = policy_in_words(found.document)
    print(_("Versjon %(version)s, fra %(day)s") % {"version": found.version, "day": found.valid_from})
    for step in shown.steps:
        print(f"{step.number}. {step.text}")
    for text in unreachable_in_words(found.document):
        print(text)
    print(shown.decides)
    print(shown.tie)
    return 0


def _try(lot: Lot, words: argparse.Namespace) -> int:
    given = {name: getattr(words, name) for name in ("amount", "day", "category", "region", "buyer")}
    given |= {name: getattr(words, name) for name in ("case", "share", "assigned", "place")}
    given["standard"] = "nei" if words.outside_standard else "ja"
    given |= {name: "ja" for name in ("service", "terms") if getattr(words, name)}
    for name in ("suspended", "unavailable"):
        given |= {f"{name}-{number}": "1" for number in getattr(words, name)}
    asked = read_asked(given, lot, clock.today())
    present = what_if.present_policy(lot, asked.day)
    documents = [present] if present else []
    if words.policy:
        documents.append(((present[0] if present else 0) + 1, _document(words.policy)))
    if not documents:
        raise BadInput.of("lot", "no_policy", f"lot {lot} has no call-off policy yet; give one with --policy")
    answer = what_if.trial_json(lot, documents, asked)
    if words.json:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for one in answer["policies"]:
            _print(one)
    return 1 if answer["policies"][-1]["outcome"] == "refused" else 0


def _print(one: dict[str, Any]) -> None:
    shown = texts.render(one["answer"], names_for(one["answer"]))
    print(_("Versjon %(version)s: %(reason)s") % {"version": one["version"], "reason": shown.reason})
    for step in shown.trace:
        mark = "–" if step.note else _("ja") if step.holds else _("nei")
        print(f"  {step.step}. {step.condition} {mark}. {step.because}".rstrip())
    for band in one["intervals"]:
        print(f"  {band['from']} – {band['below'] or ''}: {band['step']} {band['mechanism']}")


def _document(name: str) -> dict[str, Any]:
    try:
        document = json.loads(Path(name).read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput.of(name, "no_file", error.strerror or str(error)) from None
    except ValueError as error:
        raise BadInput.of(name, "not_json", str(error)) from None
    parse_policy(document)
    return dict(document)


def _parser() -> argparse.ArgumentParser:
    parser = ArgumentParser(prog="fellestorg policy", description="The call-off policy of a lot.", allow_abbrev=False)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="show|try")
    show = verbs.add_parser("show", help="the policy in force on a day, in words", allow_abbrev=False)
    trial = verbs.add_parser("try", help="what a policy leads to for an amount and facts", allow_abbrev=False)
    for one in (show, trial):
        one.add_argument("agreement", metavar="AGREEMENT")
        one.add_argument("lot", metavar="LOT")
        one.add_argument("--day", default="", help="default: today")
        one.add_argument("--json", action="store_true")
    trial.add_argument("--policy", metavar="FILE", help="a policy document (JSON) to try beside the one in force")
    trial.add_argument("--amount", required=True, help="kroner without VAT")
    trial.add_argument("--category", default="", help="default: the lot's first")
    trial.add_argument("--outside-standard", action="store_true", help="something is outside the standard assortment")
    trial.add_argument("--region", default="", metavar="NUTS")
    trial.add_argument("--buyer", default="", metavar="NUMBER")
    trial.add_argument("--suspended", action="append", default=[], metavar="NUMBER", help="may be given more than once")
    trial.add_argument("--service", action="store_true", help="everything is a service")
    trial.add_argument("--terms", action="store_true", help="terms are needed that the framework has not fixed")
    trial.add_argument("--case", choices=CASES[1:], default="", help="a case of missing coverage is named")
    trial.add_argument("--share", default="", metavar="PER_CENT", help="the secondary supplier's share with this")
    trial.add_argument(
        "--assigned", default="", metavar="NUMBER", help="the supplier assigned, or none; default: as it is"
    )
    trial.add_argument("--place", default="", help="a route (OSL-TOS) or a place")
    trial.add_argument("--unavailable", action="append", default=[], metavar="NUMBER", help="sold out; more than once")
    return parser

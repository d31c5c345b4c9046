"""The command line: ``fellestorg market``."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

from fellestorg.kernel import clock
from fellestorg.kernel.actors import OPERATOR
from fellestorg.kernel.http import plain
from fellestorg.marketplace.overview import actions, panels, product, queries, reading
from fellestorg.marketplace.overview.actions import About
from fellestorg.marketplace.overview.forms import survey_key
from fellestorg.marketplace.overview.models import Study, StudyVersion
from fellestorg.values import BadInput


def market(argv: list[str]) -> int:
    """``market show|list``, ``import-study|import-survey FILE``, ``withdraw KEY``, ``template`` and ``load``."""
    options = _parser().parse_args(argv)
    done: int = options.act(options)
    return done


def _show(options: argparse.Namespace) -> int:
    day = options.day or clock.today()
    found = panels.panels(panels.read_asked(day, options.start or "", options.language))
    if options.json:
        return _print({"day": day, "panels": [one.as_json() for one in found]})
    for panel in found:
        print(f"\n{panel.title}\n{' | '.join(panel.headings)}")
        for row in panel.rows:
            print(" | ".join("–" if cell is None else str(plain(cell)) for cell in row))
        print("\n".join((*panel.warnings, panel.source)))
    return 0


def _list(options: argparse.Namespace) -> int:
    found = queries.studies(options.language, options.day or clock.today())
    rows = [
        {"key": one.key, "kind": one.kind, "version": one.version, "title": one.title, "publisher": one.publisher,
         "published_on": one.published_on, "verified": one.verified}
        for one in found
    ]  # fmt: skip
    if options.json:
        return _print({"studies": rows})
    for one in found:
        print(f"{one.key}  {one.version}  {one.published_on}  {one.publisher}: {one.title}")
    return 0


def _import_study(options: argparse.Namespace) -> int:
    figures = reading.figures(_content(options.file))
    return _told(actions.import_study(_about(options, options.key), figures, actor=OPERATOR, now=clock.now()), options)


def _import_survey(options: argparse.Namespace) -> int:
    answers = reading.answers(_content(options.file))
    about = _about(options, survey_key(options.year))
    return _told(actions.import_survey(options.year, about, answers, actor=OPERATOR, now=clock.now()), options)


def _withdraw(options: argparse.Namespace) -> int:
    study = Study.objects.filter(key=options.key).first()
    if study is None:
        raise BadInput.of("key", "unknown", f"no study {options.key!r}")
    return _told(actions.withdraw(study, options.reason, actor=OPERATOR, now=clock.now()), options)


def _template(options: argparse.Namespace) -> int:
    make = {"study": reading.figures_template, "survey": reading.survey_template}[options.kind]
    content = make(Path(options.file).suffix.removeprefix(".") if options.file != "-" else "csv")
    if options.file == "-":
        sys.stdout.write(content.decode("utf-8-sig"))
    else:
        Path(options.file).write_bytes(content)
    return 0


def _load(options: argparse.Namespace) -> int:
    written = product.load(now=clock.now())
    return _print({"written": written}) if options.json else _print_text(", ".join(written) or "-")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("fellestorg market", description="The overview of the market, and its studies.")
    verbs = parser.add_subparsers(required=True)
    shown = argparse.ArgumentParser(add_help=False)
    shown.add_argument("--json", action="store_true")
    dated = argparse.ArgumentParser(add_help=False, parents=[shown])
    dated.add_argument("--day", type=date.fromisoformat, help="as it was at the end of this day (default today)")
    dated.add_argument("--language", choices=("nb", "nn", "en"), default="nb")
    about = argparse.ArgumentParser(add_help=False, parents=[shown])
    about.add_argument("file", help="CSV or XLSX")
    for name in ("title", "publisher", "method"):
        about.add_argument(f"--{name}", required=True)
    about.add_argument("--published", type=date.fromisoformat, required=True, help="day, as 2023-05-01")
    about.add_argument("--licence", default="")
    about.add_argument("--url", default="")
    about.add_argument("--language", choices=("nb", "nn", "en"), default="nb", help="of title and method")
    about.add_argument("--verified", action="store_true", help="the figures are compared with the source")
    show = verbs.add_parser("show", parents=[dated], help="every panel")
    show.add_argument("--start", help="first day of the history")
    show.set_defaults(act=_show)
    verbs.add_parser("list", parents=[dated], help="studies and surveys").set_defaults(act=_list)
    study = verbs.add_parser("import-study", parents=[about], help="a study's figures")
    study.add_argument("--key", required=True, help="the same key makes a new version")
    study.set_defaults(act=_import_study)
    survey = verbs.add_parser("import-survey", parents=[about], help="how agencies run their IT, one year")
    survey.add_argument("--year", type=int, required=True)
    survey.set_defaults(act=_import_survey)
    withdraw = verbs.add_parser("withdraw", parents=[shown], help="take a study off the pages")
    withdraw.add_argument("key")
    withdraw.add_argument("--reason", required=True)
    withdraw.set_defaults(act=_withdraw)
    template = verbs.add_parser("template", help="the sheet to fill in")
    template.add_argument("kind", choices=("study", "survey"))
    template.add_argument("file", nargs="?", default="-", help="where to write it, .csv or .xlsx (default: shown)")
    template.set_defaults(act=_template)
    load = verbs.add_parser("load", parents=[shown], help="the studies that come with the product")
    load.set_defaults(act=_load)
    return parser


def _about(options: argparse.Namespace, key: str) -> About:
    texts = {options.language: {"title": options.title, "method": options.method}}
    return About(key, texts, options.publisher, options.published, options.licence, options.url, options.verified)


def _content(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise BadInput.of(name, "unreadable", error.strerror or str(error)) from None


def _told(made: StudyVersion, options: argparse.Namespace) -> int:
    if options.json:
        return _print({"key": made.study.key, "version": made.number})
    return _print_text(f"{made.study.key}  {made.number}")


def _print(found: dict[str, Any]) -> int:
    return _print_text(json.dumps(plain(found), ensure_ascii=False, indent=1))


def _print_text(text: str) -> int:
    print(text)
    return 0

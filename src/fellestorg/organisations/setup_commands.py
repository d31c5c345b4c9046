"""``fellestorg setup``: templates, sheets and what is missing before the first call-off."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from django.utils import translation

from fellestorg.kernel import clock
from fellestorg.kernel import setup as setting_up
from fellestorg.kernel.actors import OPERATOR
from fellestorg.kernel.setup import Kind
from fellestorg.values import BadInput
from fellestorg.values.arguments import ArgumentParser


def setup(argv: list[str]) -> int:
    """``setup status [--json]``, ``setup template KIND [--format xlsx|csv] [--language nb] --out FILE`` or ``setup import
    KIND FILE [--preview] [--json]``.

    Import answers ``{"read", "accepted", "rejected": [{"row", "field", "code", "text"}], "changes"}``; exit 2, and
    nothing written, when any row is rejected. ``status`` exits 1 while something needed is missing.
    """
    words = _parser().parse_args(argv)
    if words.verb == "status":
        return _status(as_json=words.json)
    kind = setting_up.kind_of(words.kind)
    if kind is None:
        known = ", ".join(one.key for one in setting_up.kinds())
        raise BadInput.of("KIND", "unknown_kind", f"expected one of {known}, found {words.kind!r}")
    if words.verb == "template":
        with translation.override(words.language):
            content = setting_up.template(kind, words.format)
        _write(words.out, content)
        return 0
    return _import(kind, words.file, preview=words.preview, as_json=words.json)


def _import(kind: Kind, file: str, *, preview: bool, as_json: bool) -> int:
    try:
        content = Path(file).read_bytes()
    except OSError as error:
        raise BadInput.of(file, "no_file", error.strerror or str(error)) from None
    done = setting_up.bring_in(kind, content, actor=OPERATOR, now=clock.now(), preview=preview)
    if as_json:
        print(json.dumps(done.as_json(), ensure_ascii=False, indent=2))
    else:
        for problem in done.rejected:
            print(f"{file}:{problem.row}: {problem.field}: {problem.text}")
        print(
            f"lest {done.read}, avvist {len(done.rejected)}; "
            f"nye {done.tally.new}, endret {done.tally.changed}, uendret {done.tally.unchanged}"
        )
    return 2 if done.rejected else 0


def _status(*, as_json: bool) -> int:
    today = clock.today()
    found = [(step, step.state(today)) for step in setting_up.steps()]
    lacking = any(state.missing and not step.optional for step, state in found)
    if as_json:
        rows = [
            {"step": step.key, "count": state.count, "missing": list(state.missing), "optional": step.optional}
            for step, state in found
        ]
        print(json.dumps({"ready": not lacking, "steps": rows}, ensure_ascii=False, indent=2))
    else:
        for step, state in found:
            print(f"{step.title}: {state.count}")
            for text in state.missing:
                print(f"  {text}")
    return 1 if lacking else 0


def _write(out: str, content: bytes) -> None:
    try:
        Path(out).write_bytes(content)
    except OSError as error:
        raise BadInput.of("--out", "cannot_write", error.strerror or str(error)) from None


def _parser() -> argparse.ArgumentParser:
    known = ", ".join(one.key for one in setting_up.kinds())
    parser = ArgumentParser(prog="fellestorg setup", description="Set an installation up.", allow_abbrev=False)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="status|template|import")
    status = verbs.add_parser("status", help="what is there and what is missing", allow_abbrev=False)
    status.add_argument("--json", action="store_true")
    template = verbs.add_parser("template", help="an empty sheet", epilog=f"kinds: {known}", allow_abbrev=False)
    template.add_argument("kind", metavar="KIND")
    template.add_argument("--format", choices=("xlsx", "csv"), default="xlsx")
    template.add_argument("--language", choices=("nb", "nn", "en"), default="nb")
    template.add_argument("--out", required=True, metavar="FILE")
    importing = verbs.add_parser("import", help="bring in a sheet", epilog=f"kinds: {known}", allow_abbrev=False)
    importing.add_argument("kind", metavar="KIND")
    importing.add_argument("file", metavar="FILE")
    importing.add_argument("--preview", action="store_true", help="say what it would do and write nothing")
    importing.add_argument("--json", action="store_true")
    return parser

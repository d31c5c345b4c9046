"""What the help says one can write at the command line, one can."""

from __future__ import annotations

import html
import json
import re
import shlex
from pathlib import Path

import pytest
from django.template.loader import render_to_string

from fellestorg import cli
from fellestorg.calloffs.needs import parse_need
from fellestorg.calloffs.tests.world import agency_of, lot
from fellestorg.catalogues.models import Item
from fellestorg.kernel.text import LANGUAGES


def blocks(language: str = "nb") -> list[str]:
    page = render_to_string(f"calloffs/help/kommandolinje.{language}.html")
    return [html.unescape(one) for one in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)]


def commands(language: str = "nb") -> list[list[str]]:
    lines = "\n".join(one for one in blocks(language) if one.startswith("./fellestorg")).replace("\\\n", " ")
    return [shlex.split(line)[1:] for line in lines.splitlines()]


def written(start: str) -> object:
    return json.loads(next(one for one in blocks() if one.startswith(start)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_for_daily_work_has_an_example_in_each_language(language: str) -> None:
    shown = {words[0] for words in commands(language)}
    of_builders = {"demo", "test", "check", "screenshots", "messages", "web", "worker", "psql"}
    assert shown == cli.VERBS.keys() - of_builders


@pytest.mark.usefixtures("demo")
def test_the_need_is_one_that_the_demo_knows() -> None:
    need = parse_need(written('{"request_id"'), dated=False)
    assert need.buyer == agency_of("innkjoper")
    assert Item.objects.filter(number=need.lines[0].item, lot=lot()).exists()


@pytest.mark.parametrize("verb", ["netprice", "deadline", "lifecycle"])
def test_what_needs_no_database_runs_as_written(
    verb: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for file, start in (("kurv.json", '{"need"'), ("alternativer.json", '{"rate"')):
        (tmp_path / file).write_text(json.dumps(written(start)), encoding="utf-8")
    words = next(one for one in commands() if one[0] == verb)
    assert cli.main(words) == 0
    assert capsys.readouterr().out

"""Hotels and rental cars ranked by command, as the help page writes it."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string

from fellestorg.travel.commands import travel
from fellestorg.values import BadInput


def example(start: str) -> Any:
    page = render_to_string("calloffs/help/kommandolinje.nb.html")
    blocks = [html.unescape(one) for one in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)]
    return json.loads(next(one for one in blocks if one.startswith(start)))


def saved(folder: Path, data: Any) -> str:
    file = folder / "fil.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    return str(file)


def test_the_helps_hotels_are_ranked_and_its_offer_is_found_too_dear(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = saved(tmp_path, example('{"stay"'))
    assert travel(["hotels", "rank", file, "--json"]) == 0
    row = json.loads(capsys.readouterr().out)["hotels"][0]
    assert (row["place"], row["check"]["code"], row["check"]["over"]) == (1, "lra_broken", "270.00")
    assert travel(["hotels", "rank", file]) == 0
    assert "fjordhotell-bodo" in capsys.readouterr().out


def test_the_helps_cars_are_ranked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = saved(tmp_path, example('{"rental"'))
    assert travel(["cars", "rank", file, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["outcome"] == "zero_emission"
    assert travel(["cars", "rank", file]) == 0
    assert "zero_emission" in capsys.readouterr().out


def test_where_nothing_can_be_ranked_the_exit_code_says_so(tmp_path: Path) -> None:
    hotels, cars = example('{"stay"'), example('{"rental"')
    hotels["stay"]["arrival"] = "2022-01-01"
    cars["rental"]["car_class"] = "van"
    assert travel(["hotels", "rank", saved(tmp_path, hotels)]) == 1
    assert travel(["cars", "rank", saved(tmp_path, cars)]) == 1


def test_what_cannot_be_read_is_named_with_its_file(tmp_path: Path) -> None:
    file = saved(tmp_path, {"stay": {}})
    with pytest.raises(BadInput) as caught:
        travel(["hotels", "rank", file])
    assert all(problem.where.startswith(file) for problem in caught.value.problems)

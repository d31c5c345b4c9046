"""``bench catalogue`` run small: the columns, the rows in the database and the price changes are the peers'."""

import json

import pytest

from fellestorg.bench import catalogue


@pytest.mark.slow
def test_intake_gives_what_the_plain_ways_give(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    assert catalogue.run(["--quick"]) == 0
    assert "all answers equal" in capsys.readouterr().out
    kept = json.loads((tmp_path / "var/bench/catalogue.json").read_text())
    assert kept["equal"] and kept["parse"].keys() == {"tree", "iterparse", "ours"}
    assert kept["database"]["columns"]["item__search"][0] == 60

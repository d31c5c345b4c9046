"""The flights benchmark run small: every way gives the same kroner, and the same order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from fellestorg.bench import flights


def test_the_loop_and_ours_agree_to_the_ore(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert flights.run(["--quick"]) == 0
    assert "equal to the øre" in capsys.readouterr().out
    kept = json.loads((tmp_path / "var/bench/flights.json").read_text())
    assert kept["sums_equal"] and kept["order_equal"]
    assert 0 < kept["percentage_would_choose_another"] < kept["routes_with_several"]


def test_a_query_for_each_ticket_gives_the_same(db: Any) -> None:
    world = flights.make_world(40, 5)
    assert flights.queried(world, 40)[1] == flights.settled_sums(world, 40)


def test_another_sum_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(flights, "looped", lambda world, count: (1.0, flights.Sums(0, 0, 0)))
    assert flights.run(["--quick"]) == 1

"""The policy benchmark run small: for equal decisions, never for time."""

from __future__ import annotations

import json

from fellestorg.bench import main, policy


def test_both_sides_decide_alike_and_the_figures_are_kept(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["policy", "--needs", "2000"]) == 0
    assert "all decisions equal, every trace whole" in capsys.readouterr().out
    kept = json.loads((tmp_path / "var" / "bench" / "policy.json").read_text())
    assert (kept["phones"]["differ"], kept["all sorts"]["differ"]) == (0, 0)
    assert kept["all sorts"]["different_traces"] > 50, "the needs go every way"


def test_a_decision_that_differs_is_counted_and_fails(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(policy, "phones", lambda need: 1)
    assert main(["policy", "--needs", "40"]) == 1
    assert "DECISIONS DIFFER" in capsys.readouterr().out

"""The benchmark of weights: beside plain Python, beside the exact intervals, and failing where an answer differs."""

from __future__ import annotations

import json

from fellestorg.bench import main, robust


def test_the_benchmark_agrees_with_plain_python_and_with_the_intervals(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(robust, "_SAMPLE", 300)
    assert main(["robust", "--bids", "6", "--criteria", "4", "--draws", "3e3", "--seed", "2"]) == 0
    kept = json.loads((tmp_path / "var" / "bench" / "robust.json").read_text())
    assert kept["shares"]["equal_on_sample"]
    assert kept["intervals"]["compared"] == 16
    assert "extrapolated" in capsys.readouterr().out


def test_the_benchmark_fails_where_a_winner_differs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(robust, "plain_winners", lambda table, draws: [0] * len(table))
    assert main(["robust", "--bids", "3", "--criteria", "3", "--draws", "100"]) == 1

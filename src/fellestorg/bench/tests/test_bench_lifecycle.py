"""The lifecycle benchmark run small: for equal answers, never for time."""

from __future__ import annotations

import json

from fellestorg.bench import lifecycle, main


def test_both_sides_give_the_same_figures_and_they_are_kept(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["lifecycle", "--cases", "60"]) == 0
    assert "all figures and ranks equal to the øre" in capsys.readouterr().out
    kept = json.loads((tmp_path / "var" / "bench" / "lifecycle.json").read_text())
    assert (kept["one file"]["differ"], kept["comparisons of four"]["differ"]) == (0, 0)


def test_a_figure_that_differs_is_counted_and_fails(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    honest = lifecycle.plain

    def dearer(data):
        answer = honest(data)
        answer["cases"][0]["per_year"] = "0.01"
        return answer

    monkeypatch.setattr(lifecycle, "plain", dearer)
    assert main(["lifecycle", "--cases", "4"]) == 1
    assert "2 FIGURES DIFFER" in capsys.readouterr().out

"""``bench ledger`` run small: every commitment of every writer is in the ledger once, and the log verifies."""

import json

import pytest

from fellestorg.bench import ledger


@pytest.mark.slow
def test_the_sums_are_equal_whoever_wrote(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    assert ledger.run(["--quick"]) == 0
    assert "every commitment is in the ledger once" in capsys.readouterr().out
    kept = json.loads((tmp_path / "var/bench/ledger.json").read_text())
    assert kept["sums_equal"] and kept["ratio"] > 0

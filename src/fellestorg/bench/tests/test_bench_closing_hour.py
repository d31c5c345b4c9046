"""``bench closing-hour`` run small: nobody's tender is lost, nobody's is late, and all come out as they were sent."""

import json

import pytest

from fellestorg.bench import closing_hour


@pytest.mark.slow
def test_nothing_is_lost_and_nothing_is_late(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    assert closing_hour.run(["--quick", "--suppliers", "6", "--saves", "1"]) == 0
    assert "every one as it was sent: True" in capsys.readouterr().out
    kept = json.loads((tmp_path / "var/bench/closing_hour.json").read_text())
    assert (kept["errors"], kept["lost"], kept["late_accepted"]) == (0, 0, 0)

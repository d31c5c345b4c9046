"""The award benchmark: what it says of right and wrong answers, never of time."""

from __future__ import annotations

import json

import pytest

from fellestorg.bench import award, main
from fellestorg.bench.award import Run, summarise
from fellestorg.values import BadInput


def answer(total: str | None, bound: str | None, proved: bool, *, verified: bool = True, seconds: float = 3.0) -> Run:
    return Run(seconds, 2.0, total, bound, proved, verified, 50.0)


def test_unproved_counts_twice_the_deadline_and_lot_by_lot_is_compared():
    figures = summarise(
        {
            "ours": [answer("100", "100", True)],
            "highs": [answer("101", "99", False)],
            "lotbylot": [answer("112", None, False)],
        },
        60.0,
    )
    assert figures["wrong"] == 0
    assert figures["peers"]["ours"]["par2"] == 3.0
    assert figures["peers"]["highs"]["par2"] == 120.0
    assert figures["par2_of_highs"] == 40.0
    assert figures["lot_by_lot_dearer_percent"] == pytest.approx(12)


@pytest.mark.parametrize(
    ("ours", "highs", "wrong", "wrong_peer"),
    [
        (answer("100", "100", True), answer("100", "99", True), 0, 0),
        (answer("100", "100", True), answer("102", "101", True), 0, 1),  # its proof is false
        (answer("102", "101", True), answer("100", "99", False), 1, 0),  # ours is
        (answer("90", "90", True, verified=False), answer("100", "99", True), 1, 0),  # breaks a rule
        (answer(None, "95", False), answer("100", "99", True), 0, 0),
    ],
    ids=["both right", "a peer's false proof", "our false proof", "ours breaks a rule", "none found"],
)
def test_a_bound_above_a_verified_award_is_wrong(ours, highs, wrong, wrong_peer):
    figures = summarise({"ours": [ours], "highs": [highs]}, 60.0)
    assert figures["wrong"] == wrong
    assert figures["peers"]["highs"]["wrong"] == wrong_peer
    if wrong_peer:
        assert figures["peers"]["highs"]["proved"] == 0
        assert figures["peers"]["highs"]["par2"] == 120.0


def test_the_benchmark_prints_and_keeps_its_figures(tmp_path, monkeypatch, capsys):
    def here(peer, seed, size, limit):  # the same work without a process of its own
        total, bound, proved, verified = award._one(peer, award.make_problem(seed, *size), limit)
        return answer(str(total), str(bound) if bound is not None else None, proved, verified=verified)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(award, "_in_own_process", here)
    assert main(["award", "--size", "12x30x6", "--seeds", "0-1", "--peers", "lotbylot"]) == 0
    assert "ours: 2/2 proved" in capsys.readouterr().out
    kept = json.loads((tmp_path / "var" / "bench" / "award.json").read_text())["12x30x6"]
    assert kept["wrong"] == 0
    assert all(one["verified"] and one["gap"] == 0 for one in kept["peers"]["ours"]["runs"])


@pytest.mark.parametrize(
    "argv", [["--size", "5x5"], ["--size", "9x3x2"], ["--seeds", "3-1"], ["--peers", "cbc"]], ids=" ".join
)
def test_what_cannot_be_run_is_refused(argv):
    with pytest.raises(BadInput):
        award.run(argv)

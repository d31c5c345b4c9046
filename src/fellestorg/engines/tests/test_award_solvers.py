"""The raced solvers: the same answers as the own search, and nothing called proved that they do not agree on."""

from __future__ import annotations

import math
import threading
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.bench.lots import make_problem
from fellestorg.engines.award import AwardProblem, Limits, Lot, WinnersIn, answer_json, solve, solvers
from fellestorg.engines.award.duality import Duality
from fellestorg.engines.award.instance import make_instance
from fellestorg.engines.award.race import Race, Runner, _close, _hear, _judge
from fellestorg.engines.award.relaxation import Relaxation, Scaled
from fellestorg.engines.award.rows import build, values
from fellestorg.engines.award.search import dual_prices, search
from fellestorg.engines.award.solvers import Claim, Task, cp_sat, fits, gscip, winner_sets
from fellestorg.engines.award.start import greedy
from fellestorg.engines.tests.test_award import problem, problems, tender


def last_word(solver, rows, hint=None) -> tuple[Claim, list[Claim]]:
    claims: list[Claim] = []
    solver(Task(rows, hint, 30.0, 0.0, 0), claims.append, threading.Event())
    return next(claim for claim in reversed(claims) if claim.done), claims


@settings(max_examples=3, deadline=None)
@given(problems())
def test_every_formulation_and_solver_finds_what_the_own_search_finds(case):
    instance, _ = make_instance(case)
    if any(
        reserve is None and all(lot not in bid.lots for bid in instance.bids)
        for lot, reserve in enumerate(instance.reserves)
    ):
        return
    found = search(instance, 100_000)
    assert found.complete
    for rows in (build(instance), build(instance, cliques=False)):
        for solver in (cp_sat, gscip, *((winner_sets,) if rows.cliques and rows.winners else ())):
            claim, all_claims = last_word(solver, rows)
            if found.total is None:
                assert claim.impossible
            else:
                assert instance.total(claim.award) == found.total
                assert all(one.bound is None or one.bound * rows.unit <= found.total for one in all_claims)


def test_a_start_keeps_every_row_and_an_award_cut_off_does_not_come_again():
    case = problem(
        "1 2:70", tender("a", "A", "1", "50"), tender("b", "B", "1", "50"), tender("c", "C", "2", "60"),
        max_value_share=Decimal("0.6"), min_winners=2, cost_per_winner=Decimal(1),
    )  # fmt: skip
    instance, _ = make_instance(case)
    rows = build(instance)
    first = values(instance, rows, (0, 2))
    assert rows.unit == 100
    assert sum(v * c for v, c in zip(first, rows.costs, strict=True)) * rows.unit == instance.total((0, 2)) == 11200
    for row in rows.rows:
        at = sum(factor * first[variable] for variable, factor in row.terms)
        assert (row.low is None or at >= row.low) and (row.high is None or at <= row.high)
    assert last_word(cp_sat, rows, first)[0].award in ((0, 2), (1, 2))
    assert last_word(cp_sat, build(instance, cut_off=[(0, 2)]))[0].award == (1, 2)
    assert last_word(cp_sat, build(instance, cut_off=[(0, 2), (1, 2)]))[0].impossible


@settings(max_examples=40, deadline=None)
@given(problems())
def test_a_first_award_is_permitted_or_none(case):
    instance, _ = make_instance(case)
    award = greedy(instance)
    assert award is None or instance.total(award) is not None


def test_a_large_competition_has_a_first_award_at_once():
    instance, _ = make_instance(make_problem(0, 120, 700, 12))
    award = greedy(instance)
    assert award is not None
    assert instance.total(award) < 1.25 * sum(dual_prices(instance))


def test_numbers_too_wide_for_whole_number_arithmetic_are_kept_from_cp_sat():
    wide = problem("1", tender("a", "A", "1", "9" * 17 + ".01"), tender("b", "B", "1", "7"), max_value_share=Decimal(1))
    assert not fits(build(make_instance(wide)[0]))


def raced_here(instance, rows, *, hint=None, gap=0.0, progress=None, **_):
    """The race with one solver, in this process."""
    runner = Runner("cp_sat")
    best = Race([runner])
    start = None if hint is None else values(instance, rows, hint)
    cp_sat(
        Task(rows, start, 30.0, gap, 0),
        lambda claim: _hear(instance, rows.unit, runner, claim, best),
        threading.Event(),
    )
    _judge(best, gap)
    return best


def test_a_competition_too_large_for_the_own_search_is_proved_and_its_ties_named(monkeypatch):
    monkeypatch.setattr("fellestorg.engines.award.race.race", raced_here)
    case = replace(make_problem(2, 8, 24, 5), limits=Limits(max_lots_per_bidder=3, cost_per_winner=Decimal(9000)))
    twin = replace(solve(case).awarded[0], id="twin")
    case = replace(case, tenders=(*case.tenders, twin))
    own = solve(case)
    assert own.ties
    raced = solve(case, own_nodes=0)
    assert raced.proved and raced.ties_complete
    assert (raced.total, raced.bound, raced.awarded, raced.ties) == (own.total, own.total, own.awarded, own.ties)


def test_solvers_in_processes_of_their_own_tell_as_they_go_and_prove():
    case = problem("1 2", tender("a", "A", "1 2", "90"), tender("b", "B", "1", "50"), tender("c", "C", "2", "45"))
    heard = []
    raced = solve(case, own_nodes=0, racers=("cp_sat",), look_for_ties=False, progress=heard.append)
    assert (raced.total, raced.proved, raced.agreed) == (Decimal(90), True, True)
    assert heard[-1].solver == "cp_sat"
    assert heard[-1].total == 90
    assert [one["claims_proof"] for one in answer_json(raced)["solvers"]] == [True]


# -- who is believed ------------------------------------------------------------------------------------------


def heard(claims: dict[str, Claim]) -> Race:
    """A race over one lot with tenders at 100 and 90 kroner, in which the solvers said this."""
    instance, _ = make_instance(problem("1", tender("a", "A", "1", "100"), tender("b", "B", "1", "90")))
    best = Race([Runner(name) for name in claims])
    for runner, claim in zip(best.runners, claims.values(), strict=True):
        _hear(instance, instance.step, runner, claim, best)
    _judge(best, 0.0)
    return best


@pytest.mark.parametrize(
    ("claims", "total", "bound", "proved"),
    [
        pytest.param({"gscip": Claim((1,), 9.0, True)}, 9000, 9000, True, id="proved by one"),
        pytest.param({"gscip": Claim((1,), 8.2), "cp_sat": Claim((0,), 8.7)}, 9000, 9000, True, id="by steps of ten"),
        pytest.param({"gscip": Claim((1,), 7.9, True)}, 9000, 8000, False, id="a bound too low"),
        pytest.param({"gscip": Claim((0,), 10.0, True), "cp_sat": Claim((1,), None)}, 9000, None, False, id="a false proof"),
        pytest.param({"highs": Claim((1,), 9.0, True, heard=True)}, 9000, None, False, id="hearsay proves nothing"),
        pytest.param(
            {"highs": Claim((0,), 10.0, True, heard=True), "cp_sat": Claim((1,), 9.0, True)}, 9000, 9000, False,
            id="hearsay against a proof",
        ),
        pytest.param(
            {"gscip": Claim(None, None, True, True), "cp_sat": Claim((1,), 9.0, True)}, 9000, 9000, False,
            id="called impossible",
        ),
        pytest.param({"gscip": Claim((0, 1), 9.0, True)}, None, 9000, False, id="an award that breaks a rule"),
        pytest.param({"gscip": Claim(None, None, True, True)}, None, None, True, id="impossible"),
        pytest.param({"highs": Claim(None, None, True, True, True)}, None, None, False, id="impossible by hearsay"),
    ],
)  # fmt: skip
def test_nothing_is_proved_that_a_bound_or_an_award_speaks_against(claims, total, bound, proved):
    race = heard(claims)
    assert (race.total, race.bound, race.proved) == (total, bound, proved)


def test_a_gap_is_closed_relative_to_the_award():
    assert _close(Race(total=10_000, bound=9_999), 1e-4)
    assert not _close(Race(total=10_000, bound=9_998), 1e-4)
    assert not _close(Race(total=10_000), 1.0)


def test_the_same_seed_makes_the_same_competition_with_a_tender_for_every_lot_alone():
    case = make_problem(3, 12, 40, 5)
    assert case == make_problem(3, 12, 40, 5) != make_problem(4, 12, 40, 5)
    assert {lot.id for lot in case.lots} == {one.lots[0] for one in case.tenders if len(one.lots) == 1}
    assert len(case.tenders) == 40
    assert case.limits != Limits()


def awards_of(instance, rows):
    """Every award of at most three tenders that keeps the limits: its total in units, and the variables of its winners."""
    wins = dict(rows.wins)
    for count in range(4):
        for award in combinations(range(len(instance.bids)), count):
            if (total := instance.total(award)) is not None:
                yield total // rows.unit, {wins[instance.bids[at].bidder] for at in award if rows.wins}


@settings(max_examples=60, deadline=None)
@given(problems(), st.data())
def test_whatever_prices_a_solver_names_no_award_is_below_the_bound_they_prove(case, data):
    instance, _ = make_instance(case)
    rows = build(instance)
    duality = Duality(rows)
    size = data.draw(st.sampled_from([1.0, 3e3, 1e16, 1e300]))
    price = st.floats(-size, size) | st.sampled_from([0.0, math.inf, -math.inf, math.nan])
    prices = np.array(data.draw(st.lists(price, min_size=len(rows.rows), max_size=len(rows.rows))))
    anything = duality.prove(prices, (), ())
    below = data.draw(st.integers(0, 400))
    for total, winners in awards_of(instance, rows):
        others = set(rows.winners) - winners
        assert anything.bound <= total
        assert duality.prove(prices, winners, others).bound <= total
        if total < below:
            # Whoever wins is not shut out by what is proved, and whoever does not need not win.
            room = anything.beyond(below)
            assert all(anything.reduced[at] < room for at in winners)
            assert all(-anything.reduced[at] < room for at in others)


@settings(max_examples=30, deadline=None)
@given(problems(), st.integers(1, 400), st.data())
def test_no_tender_that_an_award_worth_looking_for_may_take_is_left_out(case, below, data):
    instance, _ = make_instance(case)
    rows = build(instance)
    duality = Duality(rows)
    prices = data.draw(st.lists(st.floats(-300, 300), min_size=len(rows.rows), max_size=len(rows.rows)))
    kept = duality.within(duality.prove(np.array(prices), (), ()), below, ())
    for count in range(4):
        for award in combinations(range(len(instance.bids)), count):
            total = instance.total(award)
            if total is not None and total // rows.unit < below:
                assert all(kept[at] for at in award)


def test_a_price_too_large_for_64_bits_proves_nothing_rather_than_something_wrong():
    instance, _ = make_instance(problem("1", tender("a", "A", "1", "50"), tender("b", "B", "1", "61")))
    duality = Duality(build(instance))
    assert duality.prove(np.array([5e1]), (), ()).bound == 50
    assert duality.prove(np.array([5e9]), (), ()).bound <= 50
    assert duality.prove(np.array([1e300]), (), ()).bound == 0


def test_a_program_stops_where_nothing_worth_looking_for_is_left_and_takes_in_what_it_breaks():
    instance, _ = make_instance(make_problem(3, 40, 300, 8))
    rows = build(instance)
    scaled = Scaled(Duality(rows))
    none = frozenset()
    whole = Relaxation(scaled, range(len(rows.rows))).solve_anew()
    bound = scaled.duality.prove(whole.prices, none, none).bound
    grown = Relaxation(scaled, [at for at in range(len(rows.rows)) if at not in rows.cliques])
    while grown.add_broken(grown.solve(none, none).shares):
        pass
    solved = grown.solve(none, none)
    assert abs(scaled.duality.prove(solved.prices, none, none).bound - bound) <= 1
    assert len(grown.rows) < len(rows.rows)
    out = frozenset((max(rows.winners, key=lambda at: solved.shares[at]),))
    without = grown.solve(none, out)
    dearer = scaled.duality.prove(without.prices, none, out).bound
    assert dearer > bound
    target = (bound + dearer) // 2
    grown.solve(none, none)
    stopped = grown.solve(none, out, target)
    assert stopped.shares is None
    assert target <= scaled.duality.prove(stopped.prices, none, out).bound <= dearer


def test_lots_that_nobody_tenders_for_and_two_should_win_are_bounded_too():
    limits = Limits(winners_in=(WinnersIn(lots=("0",), min_winners=2),))
    instance, _ = make_instance(AwardProblem(lots=(Lot(id="0", reserve=None),), tenders=(), limits=limits))
    rows = build(instance)
    assert [row.terms for row in rows.rows] == [(), ()]
    assert Duality(rows).prove(np.zeros(2), (), ()).bound == 0
    said, _ = last_word(cp_sat, rows)
    assert said.impossible


def test_a_search_over_who_may_win_agrees_with_a_solver_on_all_the_rows():
    instance, _ = make_instance(make_problem(3, 40, 300, 8))
    rows = build(instance)
    ours, said = last_word(winner_sets, rows)
    theirs, _ = last_word(cp_sat, rows)
    assert ours.award is not None
    assert instance.total(ours.award) == instance.total(theirs.award) == ours.bound * rows.unit
    assert max(one.bound for one in said if one.bound is not None) == ours.bound


def test_a_search_that_may_stop_near_the_optimum_says_how_near():
    instance, _ = make_instance(make_problem(5, 40, 300, 8))
    rows = build(instance)
    claims: list[Claim] = []
    winner_sets(Task(rows, None, 30.0, 0.01, 0), claims.append, threading.Event())
    best, _ = last_word(cp_sat, rows)
    said = claims[-1]
    assert said.done
    assert said.bound * rows.unit <= instance.total(best.award) <= instance.total(said.award)
    assert said.bound * rows.unit >= instance.total(said.award) * 0.99


def test_a_search_told_to_stop_claims_no_more_than_it_has_proved():
    rows = build(make_instance(make_problem(3, 40, 300, 8))[0])
    stop = threading.Event()
    stop.set()
    claims: list[Claim] = []
    winner_sets(Task(rows, None, 30.0, 0.0, 0), claims.append, stop)
    best, _ = last_word(cp_sat, rows)
    assert not claims[-1].done
    assert claims[-1].award is None
    assert 0 < claims[-1].bound <= best.bound


def test_a_second_award_as_good_is_found_or_proved_not_to_be_there():
    instance, _ = make_instance(make_problem(3, 40, 300, 8))
    best, _ = last_word(winner_sets, build(instance))
    total = instance.total(best.award)
    for solver in (winner_sets, cp_sat):
        assert last_word(solver, build(instance, cut_off=[best.award], at_most=total))[0].impossible
        assert last_word(solver, build(instance, at_most=total - 1))[0].impossible
    other, _ = last_word(winner_sets, build(instance, cut_off=[best.award], at_most=total + 50_000_00))
    assert other.award not in (None, best.award)
    assert total <= instance.total(other.award) <= total + 50_000_00


def test_who_joins_later_says_nothing_where_the_others_are_done_and_otherwise_proves(monkeypatch):
    rows = build(make_instance(problem("1", tender("a", "A", "1", "50"), tender("b", "B", "1", "60")))[0])
    claims: list[Claim] = []
    done = threading.Event()
    done.set()
    solvers.cp_sat_later(Task(rows, None, 30.0, 0.0, 0), claims.append, done)
    solvers.cp_sat_later(Task(rows, None, 5.0, 0.0, 0), claims.append, threading.Event())
    assert claims == []
    monkeypatch.setattr(solvers, "_LATER_SECONDS", 0.0)
    solvers.cp_sat_later(Task(rows, None, 30.0, 0.0, 0), claims.append, threading.Event())
    assert claims[-1].done
    assert claims[-1].award == (0,)

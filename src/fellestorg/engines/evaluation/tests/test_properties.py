"""What holds for every set of tenders: order, irrelevance, sensitivity, one point more or less."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.engines.evaluation import MODELS, evaluate_json, read_request
from fellestorg.engines.evaluation.answer import sensitivity
from fellestorg.engines.evaluation.findings import deciding_tenders, flips
from fellestorg.engines.evaluation.ranking import stand

prices = st.integers(1, 4000).map(lambda n: str(Decimal(n) / 4))
points = st.integers(0, 20).map(lambda n: str(Decimal(n) / 2))
rows = st.lists(st.tuples(prices, points, points), min_size=1, max_size=6)
weights = st.tuples(st.integers(1, 60), st.integers(0, 40)).map(lambda w: (w[0], w[1], 100 - w[0] - w[1]))
absolute = st.sampled_from([name for name, one in MODELS.items() if not one.leans_on])


def wire(model, tenders, weighed, tie_break=("price",), normalise=False):
    kinds = (("price", "price"), ("quality", "points"), ("environment", "points"))
    return {
        "model": model,
        "rule_date": "2026-11-01",
        "criteria": [
            {"id": name, "kind": kind, "weight": str(Decimal(weight) / 100)}
            | ({"max_value": str(weight * 10)} if kind == "points" else {})
            for (name, kind), weight in zip(kinds, weighed, strict=True)
        ],
        "parameters": {"reference_price": "500", "normalise_points": normalise},
        "tie_break": list(tie_break),
        "tenders": [
            {"id": f"t{at}", "price": p, "points": {"quality": q, "environment": e}}
            for at, (p, q, e) in enumerate(tenders)
        ],
    }


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(MODELS)), rows, weights, st.booleans(), st.randoms())
def test_the_order_of_the_tenders_never_matters(model, tenders, weighed, normalise, chance):
    raw = wire(model, tenders, weighed, normalise=normalise)
    turned = {**raw, "tenders": chance.sample(raw["tenders"], len(raw["tenders"]))}
    assert evaluate_json(raw) == evaluate_json(turned)


@settings(max_examples=40, deadline=None)
@given(absolute, rows, weights, prices, points)
def test_no_tender_moves_another_under_an_absolute_model(model, tenders, weighed, price, awarded):
    raw = wire(model, tenders, weighed)
    more = wire(model, [*tenders, (price, awarded, awarded)], weighed)
    standing, before = stand(read_request(more)), {one.tender.id: one.total for one in stand(read_request(raw)).scored}
    assert {one.tender.id: one.total for one in standing.scored if one.tender.id in before} == before
    assert deciding_tenders(read_request(more), standing) == []


@settings(max_examples=40, deadline=None)
@given(absolute, rows, weights, st.data())
def test_adding_a_dominated_tender_changes_no_winner_under_an_absolute_model(model, tenders, weighed, data):
    price, quality, environment = data.draw(st.sampled_from(tenders))
    worse = (str(Decimal(price) + 1), str(min(Decimal(quality), Decimal(3))), environment)
    rule = ("price", "quality", "environment")
    before = stand(read_request(wire(model, tenders, weighed, rule)))
    after = stand(read_request(wire(model, [*tenders, worse], weighed, rule)))
    assert (after.winner, after.tie) == (before.winner, before.tie)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(MODELS)), rows, weights, st.booleans())
def test_a_tender_is_said_to_decide_exactly_when_it_does(model, tenders, weighed, normalise):
    raw = wire(model, tenders, weighed, normalise=normalise)
    request = read_request(raw)
    standing = stand(request)
    expected = set()
    for one in raw["tenders"]:
        rest = [other for other in raw["tenders"] if other is not one]
        if standing.winner is None or one["id"] == standing.winner or not rest:
            continue
        winner = stand(read_request({**raw, "tenders": rest})).winner
        if winner not in (None, standing.winner):
            expected.add((one["id"], winner))
    assert set(deciding_tenders(request, standing)) == expected


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(MODELS)), rows, weights, st.booleans())
def test_one_point_is_said_to_flip_exactly_when_it_does(model, tenders, weighed, normalise):
    raw = wire(model, tenders, weighed, normalise=normalise)
    request = read_request(raw)
    standing = stand(request)
    expected = set()
    for at, one in enumerate(request.tenders):
        for name in ("quality", "environment"):
            step = -1 if one.id == standing.winner else 1
            now = min(Fraction(10), max(Fraction(0), one.points[name] + step))
            if now == one.points[name] or standing.winner is None:
                continue
            moved = replace(one, points={**one.points, name: now})
            winner = stand(request, [*request.tenders[:at], moved, *request.tenders[at + 1 :]]).winner
            if winner not in (None, standing.winner):
                expected.add((one.id, name, now - one.points[name], winner))
    assert set(flips(request, standing)) == expected


@settings(max_examples=50, deadline=None)
@given(
    st.sampled_from([name for name, one in MODELS.items() if one.weighed]), rows, weights, st.sampled_from([0, 1, 2])
)
def test_the_winner_wins_just_inside_its_interval_and_loses_just_outside(model, tenders, weighed, place):
    raw = wire(model, tenders, weighed)
    request = read_request(raw)
    found = stand(request)
    if found.winner is None:
        return
    name = ("price", "quality", "environment")[place]
    low, high = sensitivity(request, found)[name]
    stated = {one.id: one.weight for one in request.criteria}
    assert 0 <= low <= stated[name] <= high <= 1

    def best_at(weight):
        left = 1 - stated[name]
        criteria = tuple(
            replace(
                one, weight=weight if one.id == name else one.weight / left * (1 - weight) if left else (1 - weight) / 2
            )
            for one in request.criteria
        )
        there = stand(replace(request, criteria=criteria))
        return {one.tender.id for one, rank in zip(there.scored, there.ranks, strict=True) if rank == 1}

    tiny = Fraction(1, 10**12)
    if low < high:
        assert found.winner in best_at(low + min(tiny, (high - low) / 2))
        assert found.winner in best_at(high - min(tiny, (high - low) / 2))
    if low > 0 and not (model == "conversion_factor" and name == "price" and low <= tiny):
        assert found.winner not in best_at(low - tiny * low)
    if high < 1:
        assert found.winner not in best_at(high + tiny * (1 - high))

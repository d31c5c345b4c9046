"""Cover a basket at the lowest net price: every supplier alone, and the best way to share, proved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, localcontext

from fellestorg.engines.netprice.basket import Basket
from fellestorg.engines.netprice.found import Assignment, BudgetError, Found
from fellestorg.engines.netprice.pricing import EXACT, Parts, PriceBook, total
from fellestorg.engines.netprice.scaled import Scaled, scale
from fellestorg.engines.netprice.search import first_in_order, search
from fellestorg.values import RuleRef

#: At most this many equal covers are named beside the best.
MAX_TIES = 20
#: How much the own search may look at before a solver is asked: lines times suppliers bounded, summed over nodes.
OWN_WORK = 8_000_000

_SOURCE = "fellestorg interfaces/netprice"
NET_PRICE = RuleRef("NP-1", "2023-01-01", _SOURCE, True)
MISSING_CARBON = RuleRef("NP-2", "2023-01-01", _SOURCE, True)
LOWEST_COVER = RuleRef("NP-3", "2023-01-01", _SOURCE, True)


@dataclass(frozen=True, slots=True)
class Alone:
    """One supplier delivering everything. Without a rank and without parts if it lacks a line (``missing``).

    ``deciding`` is the sum of the parts that rank; ``estimated`` names lines where its carbon is not its own figure.
    """

    supplier: str
    rank: int | None
    parts: Parts | None
    deciding: Decimal | None
    missing: tuple[str, ...]
    estimated: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """The best cover: who delivers each line, and each supplier's order.

    ``deciding`` and ``bound`` are sums of the parts that rank; nothing can cost less than ``bound``, and they are
    equal when ``proved``. ``ties`` are the other covers that cost the same, of which ``assignment`` comes first when
    lines and suppliers stand in the order of their ids; ``ties_complete`` says whether all of them are named.
    """

    assignment: dict[str, str]
    orders: dict[str, Parts]
    parts: Parts
    deciding: Decimal
    bound: Decimal
    proved: bool
    ties: tuple[dict[str, str], ...]
    ties_complete: bool
    estimated: tuple[str, ...]
    method: str


@dataclass(frozen=True, slots=True)
class Answer:
    """``best`` is ``None`` when nothing can be covered; ``reason`` then says why: ``nothing_offered``,
    ``max_suppliers`` or ``not_found`` (the time ran out first). ``uncovered`` lines nobody offers; ``best`` covers
    the rest."""

    basket: Basket
    single: tuple[Alone, ...]
    best: Cover | None
    uncovered: tuple[str, ...]
    reason: str
    rules: tuple[RuleRef, ...]


def solve(basket: Basket, *, time_limit: float = 20.0, own_work: int = OWN_WORK) -> Answer:
    """Price every supplier alone and find the cheapest cover by the parts that decide (NP-1, NP-3).

    Exact throughout. The own search settles all baskets of everyday size; past ``own_work`` the solvers get
    ``time_limit`` seconds, and the answer says ``proved`` false with a true bound if that was not enough.
    """
    book = PriceBook(basket)
    offered = {line for goods in book.goods.values() for line in goods}
    coverable = [line.id for line in basket.need if line.id in offered]
    uncovered = tuple(line.id for line in basket.need if line.id not in offered)
    best, reason = None, "nothing_offered"
    if coverable:
        best, reason = _best(book, coverable, time_limit, own_work)
    rules = [NET_PRICE]
    if any(book.estimated.values()):
        rules.append(MISSING_CARBON)
    return Answer(basket, _alone(book), best, uncovered, reason, (*rules, LOWEST_COVER))


def price_singles(basket: Basket) -> tuple[Alone, ...]:
    """Every supplier on its own, as in ``Answer.single``, without looking for a cover."""
    return _alone(PriceBook(basket))


def _alone(book: PriceBook) -> tuple[Alone, ...]:
    """Every supplier on its own, ranked ones first. Equal sums share a rank; ranking is on unrounded sums."""
    basket = book.basket
    priced: list[tuple[Decimal, str, Parts]] = []
    lacking: list[Alone] = []
    for supplier in sorted(basket.suppliers, key=lambda s: s.id):
        goods = book.goods[supplier.id]
        missing = tuple(line.id for line in basket.need if line.id not in goods)
        if missing:
            lacking.append(Alone(supplier.id, None, None, None, missing, _estimated(book, supplier.id, goods)))
            continue
        parts = book.order(supplier.id, goods)
        priced.append((parts.sum_of(basket.decides), supplier.id, parts))
    priced.sort(key=lambda row: row[:2])
    ranked: list[Alone] = []
    for place, (deciding, supplier_id, parts) in enumerate(priced, start=1):
        rank = ranked[-1].rank if ranked and ranked[-1].deciding == deciding else place
        flagged = _estimated(book, supplier_id, book.goods[supplier_id])
        ranked.append(Alone(supplier_id, rank, parts, deciding, (), flagged))
    return (*ranked, *lacking)


def _estimated(book: PriceBook, supplier_id: str, lines: Iterable[str]) -> tuple[str, ...]:
    flagged = book.estimated[supplier_id].intersection(lines)
    return tuple(line.id for line in book.basket.need if line.id in flagged)


def _best(book: PriceBook, lines: list[str], time_limit: float, own_work: int) -> tuple[Cover | None, str]:
    scaled = scale(book, lines)
    method = "own search"
    bound: int | None = None
    try:
        found = search(scaled, max_work=own_work)
    except BudgetError as stopped:
        from fellestorg.engines.netprice.solvers import improve

        method = "solvers"
        found, bound = improve(scaled, stopped.found, time_limit)
    else:
        bound = found.cost
    if found.cost is None:
        return None, "max_suppliers" if method == "own search" or found.complete else "not_found"
    proved = bound == found.cost
    covers = sorted(found.covers)
    if not found.complete and proved:
        covers, found.complete = first_in_order(scaled, found, MAX_TIES + 1, own_work // 8)
    return _cover(book, lines, scaled, found, covers, bound, proved, method), ""


def _cover(
    book: PriceBook,
    lines: list[str],
    scaled: Scaled,
    found: Found,
    covers: list[Assignment],
    bound: int | None,
    proved: bool,
    method: str,
) -> Cover:
    named = [_named(scaled, lines, cover) for cover in covers[: MAX_TIES + 1]]
    decides = book.basket.decides
    with localcontext(EXACT):
        unit = Decimal(scaled.unit)
        # The whole-number search is proved right here, by pricing each of its covers anew from the rules.
        claimed = Decimal(found.cost or 0) / unit
        for assignment in named:
            priced = total(book.orders(assignment)).sum_of(decides)
            if priced != claimed:
                raise ArithmeticError(f"a cover said to cost {claimed} costs {priced}")
        lowest = Decimal(max(scaled.floor(), scaled.floor() if bound is None else bound)) / unit
    orders = book.orders(named[0])
    estimated = {line for line, supplier in named[0].items() if line in book.estimated[supplier]}
    return Cover(
        assignment=named[0],
        orders=orders,
        parts=total(orders),
        deciding=claimed,
        bound=lowest,
        proved=proved,
        ties=tuple(named[1:]),
        ties_complete=found.complete and len(covers) <= MAX_TIES + 1,
        estimated=tuple(line for line in lines if line in estimated),
        method=method,
    )


def _named(scaled: Scaled, lines: list[str], cover: Assignment) -> dict[str, str]:
    by_line = {line: scaled.suppliers[s] for line, s in zip(scaled.lines, cover, strict=True)}
    return {line: by_line[line] for line in lines}

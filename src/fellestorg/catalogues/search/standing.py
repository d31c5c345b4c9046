"""What an agency would pay for an item: whose price counts under each lot's call-off policy on a day."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache

from fellestorg.catalogues.models import Item, PriceLine
from fellestorg.engines.policy import Policy, parse_policy
from fellestorg.engines.steps import NeedFacts, route_of
from fellestorg.kernel.sql import prepared
from fellestorg.values import BadInput


@dataclass(frozen=True, slots=True)
class Mode:
    """How one kind of item in a lot is bought by the piece: the policy's ``mechanism`` (``rank``, ``lowest_net_price`` or
    ``mini_competition``), and the active suppliers, the highest rank first."""

    lot: int
    category: str
    standard: bool
    mechanism: str
    suppliers: tuple[int, ...]

    @property
    def by_rank(self) -> bool:
        return self.mechanism == "rank"


@dataclass(frozen=True)
class Standing:
    """An agency's standing in every lot on a day. Where a kind of item has no mode, the agency has no price for it."""

    modes: tuple[Mode, ...]

    @cached_property
    def _by_kind(self) -> dict[tuple[int, str, bool], Mode]:
        return {(mode.lot, mode.category, mode.standard): mode for mode in self.modes}

    @cached_property
    def document(self) -> str:
        """The same as JSON that a statement reads as rows: the categories of a lot that are bought alike in one."""
        alike: dict[tuple[int, bool, bool, tuple[int, ...]], list[str]] = {}
        for mode in self.modes:
            alike.setdefault((mode.lot, mode.standard, mode.by_rank, mode.suppliers), []).append(mode.category)
        return json.dumps(
            [
                {"lot": lot, "standard": standard, "by_rank": by_rank, "suppliers": suppliers, "categories": categories}
                for (lot, standard, by_rank, suppliers), categories in alike.items()
            ]
        )

    def mode_of(self, item: Item) -> Mode | None:
        """How the item is bought, or None where the agency cannot buy it."""
        return self._by_kind.get((item.lot_id, item.category, item.standard_assortment))

    def only(self, suppliers: Iterable[int]) -> Standing:
        """The same with none but these suppliers (primary keys): what one of them would be paid."""
        kept = frozenset(suppliers)
        return Standing(
            tuple(replace(mode, suppliers=tuple(one for one in mode.suppliers if one in kept)) for mode in self.modes)
        )

    def line_of(self, item: Item, lines: Iterable[PriceLine]) -> PriceLine | None:
        """Whose price the agency would pay for one: the highest-ranked supplier's that has the item where rank decides,
        else the lowest, ties by rank. ``lines`` are the prices of the day."""
        mode = self.mode_of(item)
        if mode is None:
            return None
        ranked = [line for line in lines if line.supplier_id in mode.suppliers]

        def order(line: PriceLine) -> tuple[int, Decimal, int]:
            rank = mode.suppliers.index(line.supplier_id)
            return (rank if mode.by_rank else 0, line.unit_price, rank)

        return min(ranked, key=order, default=None)


NOWHERE = Standing(())


def standing_of(agency: str | None, day: date) -> Standing:
    """The standing of an agency (organisation number; ``None``: of whoever may use each agreement) on a day.

    Counted in: agreements in force that nothing halts and, for an agency, those it takes part in; suppliers with a place
    in the lot that are not suspended. The policy is asked about a need for one unit, delivered nowhere in particular.
    Under mini-competition the lowest price counts, as a guide; where the policy refuses there is no price.
    """
    rows = prepared(_STANDING, {"day": day, "agency": agency})
    return _standing(
        tuple(
            (lot, tuple(categories), document or "", tuple(zip(suppliers, ranks, strict=True)))
            for lot, categories, document, suppliers, ranks in rows
        )
    )


# One statement, because every search asks. The policy is the one in force, for days before the first one that.
_STANDING = """
SELECT l.id, l.categories,
       (SELECT v.document::text FROM agreements_policyversion v WHERE v.lot_id = l.id
        ORDER BY v.valid_from > %(day)s, CASE WHEN v.valid_from <= %(day)s THEN %(day)s - v.valid_from
                 ELSE v.valid_from - %(day)s END LIMIT 1),
       ARRAY(SELECT p.supplier_id FROM agreements_supplierposition p
             WHERE p.lot_id = l.id AND p.valid_from <= %(day)s AND (p.valid_to IS NULL OR p.valid_to >= %(day)s)
               AND NOT coalesce(p.suspended_from <= %(day)s AND (p.suspended_to IS NULL OR p.suspended_to >= %(day)s),
                                false)
             ORDER BY p.rank),
       ARRAY(SELECT p.rank FROM agreements_supplierposition p
             WHERE p.lot_id = l.id AND p.valid_from <= %(day)s AND (p.valid_to IS NULL OR p.valid_to >= %(day)s)
               AND NOT coalesce(p.suspended_from <= %(day)s AND (p.suspended_to IS NULL OR p.suspended_to >= %(day)s),
                                false)
             ORDER BY p.rank)
FROM agreements_lot l JOIN agreements_frameworkagreement a ON a.id = l.agreement_id
WHERE a.starts <= %(day)s AND a.ends >= %(day)s
  AND NOT EXISTS (SELECT 1 FROM agreements_agreementhalt h WHERE h.agreement_id = a.id AND h.since <= %(day)s
                  AND (h.ended_on IS NULL OR h.ended_on >= %(day)s))
  AND (%(agency)s::text IS NULL OR EXISTS (
    SELECT 1 FROM agreements_participation t JOIN organisations_organisation o ON o.id = t.organisation_id
    WHERE t.agreement_id = a.id AND o.number = %(agency)s AND t.valid_from <= %(day)s
      AND (t.valid_to IS NULL OR t.valid_to >= %(day)s)))
ORDER BY l.id"""


@lru_cache(maxsize=64)
def _standing(lots: tuple[tuple[int, tuple[str, ...], str, tuple[tuple[int, int], ...]], ...]) -> Standing:
    return Standing(
        tuple(
            Mode(lot, category, standard, mechanism, tuple(one for one, rank in ranked if only in (0, rank)))
            for lot, categories, document, ranked in lots
            for category, standard, mechanism, only in _mechanisms(document, categories)
            if mechanism != "refuse"
        )
    )


@lru_cache(maxsize=512)
def _mechanisms(document: str, categories: tuple[str, ...]) -> tuple[tuple[str, bool, str, int], ...]:
    """Category, standard or not, the mechanism for one unit and the only rank it may go to (0: any), of a policy
    document; empty where it has no policy."""
    try:
        policy = parse_policy(json.loads(document) if document else None)
    except BadInput:
        return ()
    return tuple(
        (category, standard, *_mechanism(policy, category, standard))
        for category in categories
        for standard in (True, False)
    )


def _mechanism(policy: Policy, category: str, standard: bool) -> tuple[str, int]:
    need = NeedFacts(Decimal(0), standard, frozenset([category]), "")
    step = policy.steps[route_of(policy, need).step]
    return step.mechanism, step.only_rank

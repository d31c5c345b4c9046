"""The house's own figures of the market: sums that say nothing of a single buyer, as they stood on a day.

Instants bound half-open stretches: what happened before ``until`` counts. Amounts are kroner without VAT.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Sum

from fellestorg.calloffs.models import CallOff, Order
from fellestorg.kernel.text import LANGUAGES, in_language
from fellestorg.marketplace.firms.models import Firm

# What a firm is after each step of its way.
_STATE_AFTER = {
    "registered": Firm.State.PENDING,
    "verified": Firm.State.VERIFIED,
    "let_back": Firm.State.VERIFIED,
    "refused": Firm.State.REFUSED,
    "taken_down": Firm.State.TAKEN_DOWN,
    "withdrawn": Firm.State.WITHDRAWN,
}
_FIRMS = (
    "SELECT firm_id, verb, at AS since, coalesce(lead(at) OVER (PARTITION BY firm_id ORDER BY at, id), 'infinity') AS until"
    " FROM marketplace_firmstep WHERE verb = ANY(%(verbs)s)"
)
# A version that takes another's place is published too, so only the first day and the last one part the stretches.
_LISTINGS = (
    "SELECT v.listing_id, s.state, s.at AS since,"
    " coalesce(lead(s.at) OVER (PARTITION BY v.listing_id ORDER BY s.at, s.id), 'infinity') AS until"
    " FROM marketplace_listingstep s JOIN marketplace_listingversion v ON v.id = s.version_id"
    " WHERE s.state IN ('published', 'removed', 'ended')"
)


@dataclass(frozen=True, slots=True)
class Presented:
    """How many public listings a verified firm had in a category at an instant."""

    at: datetime
    category: str
    firm: int
    listings: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """What the buyers drew on an agreement's ceilings in a year."""

    year: int
    agreement: str
    title: str
    category: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Sold:
    """What one supplier sold under an agreement, with how many buyers the agreement had in all."""

    agreement: str
    title: str
    category: str
    supplier: int
    amount: Decimal


def firms_by_state(instants: Sequence[datetime]) -> dict[datetime, dict[str, int]]:
    """How many firms were in each state just before each instant."""
    sql = (
        f"WITH f AS ({_FIRMS}) SELECT q.at, f.verb, count(*) FROM unnest(%(at)s::timestamptz[]) AS q(at)"  # noqa: S608
        " JOIN f ON f.since < q.at AND f.until >= q.at GROUP BY 1, 2"
    )
    found: dict[datetime, dict[str, int]] = {at: {} for at in instants}
    for at, verb, count in _rows(sql, {"at": list(instants), "verbs": list(_STATE_AFTER)}):
        states, state = found[at], _STATE_AFTER[verb].value
        states[state] = states.get(state, 0) + count
    return found


def verified_firms(until: datetime) -> list[tuple[str, int | None]]:
    """The country of each firm that was verified just before an instant, and how many it employs where that is known."""
    sql = (
        f"WITH f AS ({_FIRMS}) SELECT o.country, o.employees FROM f JOIN marketplace_firm m ON m.id = f.firm_id"  # noqa: S608
        " JOIN organisations_organisation o ON o.id = m.organisation_id"
        " WHERE f.since < %(at)s AND f.until >= %(at)s AND f.verb IN ('verified', 'let_back')"
    )
    return [(country, employees) for country, employees in _rows(sql, {"at": until, "verbs": list(_STATE_AFTER)})]


def presented(instants: Sequence[datetime]) -> list[Presented]:
    """The public listings of verified firms just before each instant, by category and firm."""
    sql = (
        f"WITH f AS ({_FIRMS}), l AS ({_LISTINGS})"  # noqa: S608
        " SELECT q.at, g.category, g.firm_id, count(*) FROM unnest(%(at)s::timestamptz[]) AS q(at)"
        " JOIN l ON l.since < q.at AND l.until >= q.at AND l.state = 'published'"
        " JOIN marketplace_listing g ON g.id = l.listing_id"
        " JOIN f ON f.firm_id = g.firm_id AND f.since < q.at AND f.until >= q.at AND f.verb IN ('verified', 'let_back')"
        " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    return [Presented(*row) for row in _rows(sql, {"at": list(instants), "verbs": list(_STATE_AFTER)})]


def drawn(first: date, until: datetime) -> list[Drawn]:
    """What was drawn on the ceilings in each year from ``first``'s on, by agreement. The same amounts as the agreements'
    pages show to all; what was drawn before Fellestorg is left out. A purchase made elsewhere counts on its own day."""
    titles = ", ".join(f"a.title_{code}" for code in LANGUAGES)
    sql = (
        "SELECT extract(year FROM day)::int AS year, a.key, a.category, sum(moved), " + titles + " FROM ("  # noqa: S608
        "SELECT lot_id, kind, reference, coalesce(made_on, (at AT TIME ZONE 'Europe/Oslo')::date) AS day,"
        " used_after - lag(used_after, 1, 0.00) OVER (PARTITION BY lot_id ORDER BY id) AS moved"
        " FROM agreements_ceilingentry WHERE at < %(until)s) AS e"
        " JOIN agreements_lot l ON l.id = e.lot_id JOIN agreements_frameworkagreement a ON a.id = l.agreement_id"
        " WHERE kind <> 'opening' AND NOT (kind = 'correct' AND reference LIKE 'opening:%%')"
        " AND day >= %(first)s AND day < (%(until)s AT TIME ZONE 'Europe/Oslo')::date"
        " GROUP BY year, a.id HAVING sum(moved) <> 0 ORDER BY year, a.key"
    )
    return [
        Drawn(year, key, in_language(dict(zip(LANGUAGES, said, strict=True))), category, amount)
        for year, key, category, amount, *said in _rows(sql, {"first": first.replace(month=1, day=1), "until": until})
    ]


def sold(since: datetime, until: datetime) -> tuple[list[Sold], dict[str, int]]:
    """What each supplier sold by orders of call-offs that stand, and how many buyers each agreement and each category
    (``category:ict``) had in all."""
    orders = Order.objects.filter(
        call_off__state=CallOff.State.COMMITTED, call_off__made_at__gte=since, call_off__made_at__lt=until
    )
    agreement = "call_off__lot__agreement__"
    named = ("key", "category", *(f"title_{code}" for code in LANGUAGES))
    rows = orders.order_by().values_list(*(f"{agreement}{name}" for name in named), "supplier")
    found = [
        Sold(key, in_language(dict(zip(LANGUAGES, said, strict=True))), category, supplier, amount)
        for key, category, *said, supplier, amount in rows.annotate(Sum("contract_value"))
    ]
    buyers: dict[str, set[int]] = {}
    for key, category, buyer in (
        orders.order_by().values_list(f"{agreement}key", f"{agreement}category", "call_off__buyer").distinct()
    ):
        buyers.setdefault(key, set()).add(buyer)
        buyers.setdefault(f"category:{category}", set()).add(buyer)
    return found, {key: len(those) for key, those in buyers.items()}


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())

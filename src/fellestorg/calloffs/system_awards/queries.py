"""The awards of a purchasing system, as the grouped notice tells of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal

from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.calloffs.mini.admitted import category_of
from fellestorg.calloffs.mini.kinds import SYSTEM_CALL
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.system_awards.quarters import Quarter, quarter_of
from fellestorg.competitions.award.models import ConcludedContract
from fellestorg.competitions.tenders.models import Tender
from fellestorg.kernel import clock

_MIDNIGHT = time()


@dataclass(frozen=True, slots=True)
class SystemAward:
    """One call that ended in a contract; ``value`` in kroner without VAT, ``tenders`` how many were received. It was awarded
    when everybody was told, and signed after a standstill where there was one."""

    competition: str
    title: str
    lot: str
    category: str
    buyer: str
    buyer_name: str
    winner: str
    winner_name: str
    value: Decimal
    tenders: int
    invited: int
    awarded_at: datetime
    signed_at: datetime
    call_off: str


def awards(agreement: FrameworkAgreement, quarter: Quarter | None = None) -> list[SystemAward]:
    """The contracts under a system in the order they were signed; of one quarter, counted in Norwegian days, or all."""
    rows = ConcludedContract.objects.filter(
        award__competition__procedure=SYSTEM_CALL.procedure, award__competition__under__agreement=agreement
    ).select_related("award__competition__buyer", "award__competition__under", "supplier")
    if quarter is not None:
        first, after = (datetime.combine(day, _MIDNIGHT, clock.OSLO) for day in (quarter.first, quarter.following))
        rows = rows.filter(signed_at__gte=first, signed_at__lt=after)
    found = list(rows.order_by("signed_at", "pk"))
    competitions = [one.award.competition for one in found]
    tenderers = Counter(
        Tender.objects.filter(competition__in=competitions, withdrawal=None)
        .values_list("competition", "supplier")
        .distinct()
        .values_list("competition", flat=True)
    )
    call_offs = _call_offs(one.origin for one in competitions)
    made = []
    for one in found:
        held = one.award.competition
        call_off = call_offs.get(held.origin)
        made.append(
            SystemAward(
                held.number,
                held.title,
                held.under.key if held.under else "",
                category_of(call_off) if call_off else "",
                held.buyer.number,
                held.buyer.name,
                one.supplier.number,
                one.supplier.name,
                one.value,
                tenderers[held.pk],
                held.invitees.count(),
                one.award.sent_at,
                one.signed_at,
                call_off.number if call_off else "",
            )
        )
    return made


@dataclass(frozen=True, slots=True)
class QuarterSum:
    """A quarter with how many were awarded, for how much, and by when that is announced."""

    quarter: Quarter
    count: int
    value: Decimal


def quarters(agreement: FrameworkAgreement) -> list[QuarterSum]:
    """Every quarter with an award, the newest first."""
    sums: dict[Quarter, list[Decimal]] = {}
    for one in awards(agreement):
        sums.setdefault(quarter_of(clock.local_day(one.signed_at)), []).append(one.value)
    return [QuarterSum(quarter, len(values), sum(values, Decimal(0))) for quarter, values in sorted(sums.items())][::-1]


def _call_offs(origins: Iterable[str]) -> dict[str, CallOff]:
    keys = [origin.partition(":")[2] for origin in origins if origin.startswith("call_off:")]
    return {one.subject: one for one in CallOff.objects.filter(pk__in=keys).select_related("decision")}

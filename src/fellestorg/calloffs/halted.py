"""What the engine is told of an agreement that is cancelled or delayed, and how the answer says it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.agreements.halts import halt_on
from fellestorg.agreements.models import Lot
from fellestorg.calloffs.needs import Need
from fellestorg.calloffs.uncovered import gap_facts
from fellestorg.kernel import clock
from fellestorg.kernel.text import LANGUAGES, in_language, localised
from fellestorg.law.rules import Rule
from fellestorg.organisations.models import Organisation
from fellestorg.ui import formats


def halt_facts(need: Need, lot: Lot, buyer: Organisation | None, at: datetime) -> tuple[dict[str, Any], list[Rule]]:
    """A source of facts (``calloffs.sources``): ``{"halt": {"kind", "since", "reason", "responsible", "expected",
    "source"}}`` where the lot's agreement is halted that day, with ``gap`` where nothing else covers the need either."""
    day = clock.local_day(at)
    halt = halt_on(lot.agreement, day)
    if halt is None:
        return {}, []
    told = {
        "kind": halt.kind,
        "since": halt.since.isoformat(),
        "reason": {code: localised(halt, "reason", code) for code in LANGUAGES},
        "responsible": halt.responsible,
        "expected": halt.expected.isoformat() if halt.expected else None,
        "source": halt.source,
    }
    gap = None
    if lot.agreement.starts <= day <= lot.agreement.ends:
        gap = gap_facts([need.category] if need.category else sorted(lot.categories), buyer, day)
    if gap is None:
        return {"halt": told}, []
    return {"halt": told, "gap": gap[0]}, gap[1]


def halt_text(params: Mapping[str, Any]) -> str:
    """Why nobody can call off under the agreement: the facts of ``agreement_not_halted`` in the active language."""
    reason = in_language(params["reason"])
    if params["kind"] == "cancelled":
        return _("Konkurransen om avtalen ble avlyst %(day)s. %(reason)s") % {
            "day": _day(params["since"]),
            "reason": reason,
        }
    said = [_("Avtalen er utsatt. %(reason)s") % {"reason": reason}]
    if params["expected"]:
        said.append(_("Den ventes å begynne %(day)s.") % {"day": _day(params["expected"])})
    said.append(_("Saken ligger hos %(who)s.") % {"who": params["responsible"]})
    return " ".join(said)


def _day(written: str) -> str:
    return formats.day(date.fromisoformat(written))

"""The verb that opens a purchasing system for applications, in one transaction; `ending` has the other."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from fellestorg.agreements.models import FORTY_EIGHT_MONTHS, FrameworkAgreement, Lot
from fellestorg.agreements.policies import publish_policy
from fellestorg.agreements.setup.agreements import register as register_agreement
from fellestorg.agreements.setup.lots import register as register_lot
from fellestorg.competitions.acting import BEFORE_NOTICE, for_change, refuse
from fellestorg.competitions.award.becoming import ceiling
from fellestorg.competitions.models import Competition
from fellestorg.competitions.preparing.actions import send_out
from fellestorg.competitions.systems.rules import PROCEDURE
from fellestorg.competitions.systems.terms import SystemTerms
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor

# The procedure leaves nothing to choose: whoever is admitted in the category is invited (DPS-7).
_POLICY = {"steps": [{"when": {}, "mechanism": "dps_invitation"}], "decides": ["goods"], "tie_rule": "rank"}
_SOURCE = "Innkjøpsordningen: alle som er tatt opp i kategorien, inviteres (DPS-7)"
_NO_LIMIT = "Dynamisk innkjøpsordning: loven setter ingen grense på fire år (DPS-8)"


@transaction.atomic
def open_system(
    competition: Competition, terms: SystemTerms | FrameworkAgreement, *, actor: Actor, now: datetime
) -> Competition:
    """Publish the system: from now on suppliers apply, and the first period is the deadline for requests.

    ``terms`` make a new agreement with its lots and categories; an agreement that is given is taken over as it is.
    Raises Refused with every guard's reason.
    """
    row = for_change(competition, actor, now, BEFORE_NOTICE)
    if row.procedure != PROCEDURE:
        refuse("not_a_system")
    row.result = terms if isinstance(terms, FrameworkAgreement) else _agreement(row, terms, actor, now)
    row.save(update_fields=["result"])
    return send_out(row, "run", actor=actor, now=now)


def _agreement(competition: Competition, terms: SystemTerms, actor: Actor, now: datetime) -> FrameworkAgreement:
    today, title, text = clock.local_day(now), competition.title, competition.description
    agreement = FrameworkAgreement(
        key=terms.key,
        instrument=FrameworkAgreement.Instrument.DYNAMIC_PURCHASING_SYSTEM,
        **{f"title_{code}": title for code in ("nb", "nn", "en")},
        **{f"summary_{code}": text for code in ("nb", "nn", "en")},
        category=terms.category,
        owner=competition.buyer,
        manager=terms.manager,
        starts=today,
        ends=terms.ends,
        latest_end=terms.ends,
        long_duration_reason=_NO_LIMIT if terms.ends >= today + FORTY_EIGHT_MONTHS else "",
        ruleset_date=today,
        source=competition.number,
    )
    register_agreement(agreement, (), actor, now)
    for one in competition.lots.all():
        maximum = ceiling(competition, one)
        assert maximum is not None, "read_terms asked for it"
        lot = Lot(
            agreement=agreement,
            key=one.key,
            number=one.number,
            **{f"title_{code}": one.title for code in ("nb", "nn", "en")},
            **{f"scope_{code}": one.description or one.title for code in ("nb", "nn", "en")},
            cpv=competition.cpv,
            categories=list(terms.categories[one.key]),
            max_value=maximum,
            estimated_value=one.estimated_value,
        )
        register_lot(lot, (), actor, now)
        publish_policy(lot, _POLICY, today, _SOURCE, actor=actor, now=now)
    return agreement

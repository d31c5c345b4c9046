"""Which supplier answers for which airline code."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.agreements.models import Lot
from fellestorg.agreements.policy import may_manage
from fellestorg.agreements.proposals import refusal_text
from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.organisations.models import Organisation
from fellestorg.travel.models import Airline
from fellestorg.values import BadInput, Problem, Refused

_CODE = re.compile(r"[A-Z0-9]{2}\Z")


@transaction.atomic
def register_airline(lot: Lot, code: str, number: str, name: str, *, actor: Actor, now: datetime) -> Airline:
    """Say that an airline's code belongs to a supplier of the lot; a known code gets the supplier and name given.

    Raises Refused for whoever does not manage the agreement; BadInput with every problem.
    """
    decision = may_manage(actor, lot.agreement)
    if not decision.allowed:
        raise Refused(decision.reason, refusal_text(decision.reason), **decision.params)
    problems = []
    if not _CODE.match(code):
        problems.append(Problem("code", "not_an_airline", _("ventet selskapets kode på to tegn, for eksempel SK")))
    supplier = Organisation.objects.filter(number=number, positions__lot=lot).first()
    if supplier is None:
        text = _("delkontrakten har ingen leverandør med nummer %(number)s") % {"number": number}
        problems.append(Problem("supplier", "unknown_supplier", text))
    BadInput.raise_if(problems)
    assert supplier is not None
    airline, _made = Airline.objects.update_or_create(
        code=code, defaults={"name": name.strip()[:80] or supplier.name, "supplier": supplier}
    )
    subject = f"lot:{lot}"
    told = {"code": code, "supplier": number, "name": airline.name}
    events.record(Happening(subject, "airline_registered", subject, actor, now, told))
    return airline

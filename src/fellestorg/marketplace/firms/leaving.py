"""A firm that withdraws, and what it may take with it: everything it put in, as one file."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.http import plain
from fellestorg.marketplace.firms import evidence
from fellestorg.marketplace.firms.deciding import OFFICE
from fellestorg.marketplace.firms.grants import take_supplier_role
from fellestorg.marketplace.firms.models import Firm, FirmInvitation, FirmMember, FirmStep, JoinRequest
from fellestorg.marketplace.firms.policy import acts_for
from fellestorg.values import Refused

# What other rooms keep of a firm: name of the part -> what the export shows of it, as plain JSON.
Part = Callable[[Firm], Any]
_parts: dict[str, Part] = {}


def register_part(name: str, part: Part) -> None:
    """Let a room add what it keeps of a firm to the export. Called when the room is ready."""
    _parts[name] = part


@transaction.atomic
def withdraw(firm: Firm, *, actor: Actor, now: datetime) -> Firm:
    """Leave the marketplace: off the public pages at once, everybody's roles ended, files and contact details erased.

    What was decided, the log and what was public stay: they are archive (arkivlova) and show who could do what. Raises
    Refused for others than administrators.
    """
    if not acts_for(actor, firm, FirmMember.Role.ADMINISTRATOR).allowed:
        raise Refused("not_administrator", _("Bare firmaets administratorer kan gjøre dette."))
    row = Firm.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=firm.pk)
    if row.state == Firm.State.WITHDRAWN:
        raise Refused("withdrawn_already", _("Firmaet er alt trukket."))
    subject = f"firm:{row.organisation.number}"
    for member in row.members.filter(ended_at=None).select_related("person", "firm__organisation", "grant"):
        take_supplier_role(member, now)
    row.members.filter(ended_at=None).update(ended_at=now)
    row.state, row.website, row.email = Firm.State.WITHDRAWN, "", ""
    row.save(update_fields=["state", "website", "email"])
    erased = evidence.erase(row, now)
    FirmInvitation.objects.filter(firm=row).update(email="")
    FirmInvitation.objects.filter(firm=row, closed_at=None).update(closed_at=now)
    JoinRequest.objects.filter(organisation=row.organisation).update(text="")
    # A step of the firm's own keeps that it was taken, not by whom; the log keeps that as archive.
    FirmStep.objects.filter(firm=row).exclude(by=OFFICE).update(by="")
    FirmStep.objects.create(firm=row, verb="withdrawn", at=now)
    events.record(Happening(subject, "firm_withdrawn", subject, actor, now, {"name": row.name, "files_erased": erased}))
    return row


def export(firm: Firm, now: datetime) -> bytes:
    """Everything the marketplace keeps of a firm, as a ZIP with JSON and the files it sent in."""
    told = {
        "made_at": now,
        "firm": {
            "number": firm.organisation.number,
            "country": firm.organisation.country,
            "registered_name": firm.organisation.name,
            "name": firm.name,
            "website": firm.website,
            "email": firm.email,
            "state": firm.state,
            "registered_at": firm.registered_at,
            "verified_at": firm.verified_at,
        },
        "people": [
            {
                "name": one.person.name,
                "email": one.person.email,
                "role": one.role,
                "started_at": one.started_at,
                "ended_at": one.ended_at,
            }
            for one in firm.members.select_related("person").order_by("started_at", "pk")
        ],
        "registrations": list(
            firm.registrations.values("right", "registry_address", "registry", "warnings", "made_at")
        ),
        "terms": list(firm.terms.values("version", "language", "sha256", "accepted_at")),
        "steps": list(firm.steps.values("verb", "reason", "text", "by", "at")),
        "invitations": list(firm.invitations.values("email", "role", "made_at", "expires_at", "closed_at")),
        "files": list(firm.files.values("kind", "name", "media_type", "sha256", "added_at", "erased_at")),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("firm.json", _json(told))
        for name, part in sorted(_parts.items()):
            packed.writestr(f"{name}.json", _json(part(firm)))
        for file in firm.files.filter(erased_at=None):
            packed.writestr(f"files/{file.pk}-{file.name}", bytes(file.content or b""))
    return made.getvalue()


def _json(data: Any) -> str:
    return json.dumps(plain(data), ensure_ascii=False, indent=1)

"""Publishing a framework document: a change that needs four eyes, because agencies act on what it says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements.models import ChangeProposal, FrameworkAgreement, FrameworkDocument
from fellestorg.agreements.office.documents import draft_of, has_content, published
from fellestorg.agreements.proposals import Compared, Kind, Payload, Target, change, register_kind
from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.text import in_language
from fellestorg.ui import formats
from fellestorg.values import BadInput, Refused

KIND = "framework_document"


def register() -> None:
    """Register the kind; called when the room is ready."""
    register_kind(KIND, Kind(gettext_lazy("Rammedokument"), _rests_on, _check, _compare, _apply))


def ask_to_publish(
    agreement: FrameworkAgreement, valid_from: date, reason: str, *, actor: Actor, now: datetime
) -> ChangeProposal | None:
    """Propose that the draft, as it now stands, counts from a day; None where it was published at once (nothing can be
    called off yet). Raises as :func:`fellestorg.agreements.proposals.propose`, and Refused without a draft."""
    row = draft_of(agreement)
    if row is None:
        raise Refused("no_draft", _("Det finnes ikke noe utkast. Start et nytt."))
    payload = {
        "document": row.pk,
        "version": row.version,
        "valid_from": valid_from.isoformat(),
        "sections": row.sections,
    }
    return change(KIND, Target(agreement), payload, reason, actor=actor, now=now)


def open_proposal(agreement: FrameworkAgreement) -> ChangeProposal | None:
    """The proposal to publish that waits for a second person, if any."""
    return ChangeProposal.objects.filter(agreement=agreement, kind=KIND, state="proposed").first()


def _rests_on(target: Target, payload: Payload) -> dict[str, Any]:
    last = published(target.agreement).first()
    return {"version": last.version if last else 0, "sections": last.sections if last else []}


def _check(target: Target, payload: Payload, now: datetime) -> None:
    row = FrameworkDocument.objects.filter(pk=payload["document"], agreement=target.agreement).first()
    if row is None or row.state != FrameworkDocument.State.DRAFT or row.sections != payload["sections"]:
        raise Refused(
            "draft_changed", _("Utkastet er endret eller borte siden forslaget ble laget. Lag et nytt forslag.")
        )
    if not any(any(one["body"].values()) for one in payload["sections"]):
        raise BadInput.of("sections", "empty", _("rammedokumentet er tomt"))
    if date.fromisoformat(payload["valid_from"]) < clock.local_day(now):
        raise BadInput.of("valid_from", "passed", _("rammedokumentet kan ikke gjelde fra en dag som har vært"))


def _compare(target: Target, before: Mapping[str, Any], payload: Payload) -> list[Compared]:
    day = formats.day(date.fromisoformat(payload["valid_from"]))
    rows = [
        Compared(_("Versjon"), str(before["version"] or ""), str(payload["version"])),
        Compared(_("Gjelder fra"), "", day),
    ]
    was = {one["key"]: one for one in before["sections"]}
    for one in payload["sections"]:
        old = was.get(one["key"], {"heading": {}, "body": {}})
        if has_content(one) or any(old["body"].values()):
            for code in ("nb", "nn", "en"):
                label = f"{in_language(one['heading'])} ({code})"
                rows.append(Compared(label, old["body"].get(code, ""), one["body"][code]))
    return rows


def _apply(target: Target, payload: Payload, actor: Actor, now: datetime) -> None:
    row = FrameworkDocument.objects.select_for_update().get(pk=payload["document"])
    row.state, row.published_at = FrameworkDocument.State.PUBLISHED, now
    row.valid_from = date.fromisoformat(payload["valid_from"])
    row.save(update_fields=["state", "published_at", "valid_from"])
    subject = f"agreement:{target.agreement.key}"
    told = {"version": row.version, "valid_from": payload["valid_from"], "written_by": row.written_by}
    events.record(Happening(subject, "document_published", subject, actor, now, told, (row,)))

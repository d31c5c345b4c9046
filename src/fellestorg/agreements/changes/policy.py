"""A new version of a lot's call-off policy, by four eyes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fellestorg.agreements import policies
from fellestorg.agreements.models import PolicyVersion, SupplierPosition
from fellestorg.agreements.proposals import Compared, Kind, Payload, Target, as_proposed, register_kind
from fellestorg.agreements.words import PolicyWords, policy_in_words, unreachable_in_words
from fellestorg.kernel.actors import Actor
from fellestorg.ui.formats import day as shown_day
from fellestorg.ui.formats import money
from fellestorg.values import kroner

KIND = "policy"


def register() -> None:
    """Tell the proposals of this kind."""
    name = gettext_lazy("Nye avropsregler")
    # Nobody can call off before the first policy, so the first one is where a second person looks at the whole lot.
    register_kind(
        KIND, Kind(name, _rests_on, _check, _compare, _apply, direct_in_draft=False, anew=as_proposed(_rests_on))
    )


def policy_payload(document: dict[str, Any], valid_from: date, source: str) -> dict[str, Any]:
    """What a proposal of this kind keeps: the policy document, the first day and where the framework announced it."""
    return {"document": document, "valid_from": valid_from.isoformat(), "source": source.strip()}


def _rests_on(target: Target, payload: Payload) -> dict[str, Any]:
    last = PolicyVersion.objects.filter(lot=target.lot).order_by("-version").first()
    if last is not None:
        return {
            "version": last.version,
            "document": last.document,
            "valid_from": last.valid_from.isoformat(),
            "source": last.source,
        }
    lot = target.the_lot
    staying = Q(valid_to=None) | Q(valid_to__gte=date.fromisoformat(payload["valid_from"]))
    ranked = SupplierPosition.objects.filter(staying, lot=lot).select_related("supplier").order_by("rank")
    return {
        "version": 0,
        "document": None,
        "max_value": kroner(lot.max_value),
        "suppliers": [f"{one.rank}. {one.supplier.name}" for one in ranked],
    }


def _check(target: Target, payload: Payload, now: datetime) -> None:
    policies.check_policy(
        target.the_lot, payload["document"], date.fromisoformat(payload["valid_from"]), payload["source"], now
    )


def _compare(target: Target, before: Mapping[str, Any], payload: Payload) -> list[Compared]:
    old = _lines(policy_in_words(before["document"])) if before["document"] else {}
    new = _lines(policy_in_words(payload["document"]))
    rows = [
        Compared(_("Versjon"), str(before["version"] or _("ingen")), str(before["version"] + 1)),
        Compared(
            _("Gjelder fra"),
            shown_day(date.fromisoformat(before["valid_from"]), "medium") if before["version"] else "",
            shown_day(date.fromisoformat(payload["valid_from"]), "medium"),
        ),
    ]
    labels = dict.fromkeys([label for pair in zip_longest(old, new) for label in pair if label])
    rows += [Compared(label, old.get(label, ""), new.get(label, "")) for label in labels]
    missed = " ".join(unreachable_in_words(payload["document"]))
    if missed:
        was = " ".join(unreachable_in_words(before["document"])) if before["document"] else ""
        rows.append(Compared(_("Steg som aldri slår til"), was, missed))
    rows.append(Compared(_("Kilde i rammeavtalen"), before.get("source", ""), payload["source"]))
    if not before["version"]:
        # The first policy opens the lot: whoever approves it sees what else the lot has.
        limit = money(before["max_value"], 0)
        who = ", ".join(before["suppliers"])
        rows += [Compared(_("Taket uten mva."), limit, limit), Compared(_("Leverandører, rangert"), who, who)]
    return rows


def _lines(words: PolicyWords) -> dict[str, str]:
    steps = {_("Steg %(number)s") % {"number": step.number}: step.text for step in words.steps}
    return {**steps, _("Det som avgjør"): words.decides, _("Når flere er like"): words.tie}


def _apply(target: Target, payload: Payload, actor: Actor, now: datetime) -> None:
    valid_from = date.fromisoformat(payload["valid_from"])
    policies.publish_policy(target.the_lot, payload["document"], valid_from, payload["source"], actor=actor, now=now)

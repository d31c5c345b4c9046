"""What the sheets of agreements have in common: keys, texts in three languages, lots, numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from fellestorg.agreements.models import FrameworkAgreement, Lot
from fellestorg.agreements.policy import may_manage
from fellestorg.agreements.proposals import Target, is_draft
from fellestorg.kernel.actors import OPERATOR, SYSTEM, Actor
from fellestorg.kernel.setup import Row
from fellestorg.organisations.models import Organisation, RoleGrant

_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")


def key_in(row: Row, name: str) -> str:
    """A key as it stands in addresses."""
    found = row.text(name, 60).lower()
    if found and not _KEY.match(found):
        row.bad(name, "not_a_key", _("bruk små bokstaver (a–z), tall og bindestrek"))
    return found


def texts_in(row: Row, name: str, longest: int) -> dict[str, str]:
    """A text in three languages; those left out are as in bokmål."""
    nb = row.text(f"{name}_nb", longest)
    return {
        f"{name}_nb": nb,
        f"{name}_nn": row.text(f"{name}_nn", longest) or nb,
        f"{name}_en": row.text(f"{name}_en", longest) or nb,
    }


def agreement_in(row: Row, actor: Actor) -> FrameworkAgreement | None:
    """The agreement a row is about, if it is there and the actor may manage it."""
    key = row.text("agreement", 60).lower()
    found = FrameworkAgreement.objects.select_related("owner", "manager").filter(key=key).first()
    if key and found is None:
        row.bad("agreement", "unknown_agreement", _("det finnes ingen avtale med denne nøkkelen"))
    elif found is not None and not may_manage(actor, found).allowed:
        row.bad("agreement", "not_agreement_manager", _("du forvalter ikke denne avtalen"))
    return found


def lot_in(row: Row, actor: Actor) -> Lot | None:
    """The lot a row is about."""
    agreement = agreement_in(row, actor)
    key = row.text("lot", 60).lower()
    if agreement is None or not key:
        return None
    found = Lot.objects.select_related("agreement__owner", "agreement__manager").filter(agreement=agreement, key=key)
    lot = found.first()
    if lot is None:
        row.bad("lot", "unknown_lot", _("avtalen har ingen delkontrakt med denne nøkkelen"))
    return lot


def agreements_in_use(rows: Iterable[Row]) -> frozenset[int]:
    """Those of the agreements in a sheet that somebody can call off under: there a sheet changes nothing that counts, for
    that takes a second person. Asked before the first row is written; the answer holds until the end."""
    keys = {row.cells.get("agreement", "").strip().lower() for row in rows}
    held = FrameworkAgreement.objects.select_for_update(of=("self",), no_key=True).filter(key__in=keys)
    return frozenset(one.pk for one in held.order_by("pk") if not is_draft(Target(one)))


def organisation_in(row: Row, name: str, *, supplier: bool = False) -> Organisation | None:
    """The organisation whose number a cell holds."""
    number = re.sub(r"\s", "", row.text(name, 40))
    found = Organisation.objects.filter(number=number).first() if number else None
    if number and found is None:
        row.bad(name, "unknown_organisation", _("det finnes ingen virksomhet med dette nummeret"))
    elif found is not None and (found.kind == Organisation.Kind.SUPPLIER) != supplier:
        text = _("virksomheten er ikke en leverandør") if supplier else _("virksomheten er en leverandør")
        row.bad(name, "wrong_kind", text)
    return found


def actor_owns(actor: Actor, number: str) -> bool:
    """Whether somebody administers an organisation that owns agreements; the operator does them all."""
    return actor.key in (OPERATOR.key, SYSTEM.key) or number in actor.organisations(RoleGrant.Role.SI_ADMIN)

"""Who may send in, see and decide price lists. Each answer is a decision that can say why."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.models import FrameworkAgreement, SupplierPosition
from fellestorg.agreements.policy import may_manage
from fellestorg.catalogues.models import PriceListSubmission
from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import Organisation, RoleGrant
from fellestorg.values import Decision

_TEXTS: dict[str, str | Promise] = {
    "not_supplier": _("Bare leverandøren selv og avtaleforvalteren kan sende inn prislister."),
    "not_agreement_manager": _("Bare avtaleforvalteren og SI-administrator avgjør prislister."),
    "own_price_list": _("Den som sendte inn prislisten for leverandøren, kan ikke godta den selv."),
    "not_waiting": _("Prislisten er alt avgjort."),
    "not_sender": _("Bare leverandøren og avtaleforvalteren kan trekke prislisten."),
    "another_suppliers": _("Du ser bare dine egne prislister."),
}


def refusal_text(code: str) -> str:
    """Why not, in the active language."""
    return str(_TEXTS[code])


def is_supplier(actor: Actor, supplier: Organisation) -> bool:
    """Whether somebody acts for a supplier."""
    return supplier.number in actor.organisations(RoleGrant.Role.SUPPLIER)


def may_submit(actor: Actor, agreement: FrameworkAgreement, supplier: Organisation) -> Decision:
    """The supplier itself, with a place in the agreement; and whoever manages the agreement, for it."""
    if may_manage(actor, agreement).allowed:
        return Decision("allowed", "manages_agreement")
    placed = SupplierPosition.objects.filter(lot__agreement=agreement, supplier=supplier).exists()
    if is_supplier(actor, supplier) and placed:
        return Decision("allowed", "own_prices")
    return Decision("refused", "not_supplier")


def may_see(actor: Actor, submission: PriceListSubmission) -> Decision:
    """The supplier, whoever manages the agreement, and auditors."""
    if is_supplier(actor, submission.supplier) or actor.has(RoleGrant.Role.AUDITOR):
        return Decision("allowed", "sees_price_list")
    if may_manage(actor, submission.agreement).allowed:
        return Decision("allowed", "manages_agreement")
    return Decision("refused", "another_suppliers")


def may_decide(actor: Actor, submission: PriceListSubmission) -> Decision:
    """Whoever manages the agreement, while it waits."""
    if submission.state != PriceListSubmission.State.PROPOSED:
        return Decision("refused", "not_waiting")
    return may_manage(actor, submission.agreement)


def may_accept(actor: Actor, submission: PriceListSubmission) -> Decision:
    """As :func:`may_decide`, but never who sent it in as the supplier: somebody may hold both roles."""
    decision = may_decide(actor, submission)
    sender = submission.sent_by
    if decision.allowed and submission.sent_by_supplier and sender is not None and sender.key == actor.key:
        return Decision("refused", "own_price_list")
    return decision


def may_withdraw(actor: Actor, submission: PriceListSubmission) -> Decision:
    """The supplier and whoever manages the agreement, while it waits."""
    if submission.state != PriceListSubmission.State.PROPOSED:
        return Decision("refused", "not_waiting")
    if is_supplier(actor, submission.supplier) or may_manage(actor, submission.agreement).allowed:
        return Decision("allowed", "may_withdraw")
    return Decision("refused", "not_sender")

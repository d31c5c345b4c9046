"""Who may do what with people and roles. Each answer is a decision that can say why."""

from __future__ import annotations

from fellestorg.kernel.actors import OPERATOR, SYSTEM, Actor
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.values import Decision

_SEES_EVERYBODY = (RoleGrant.Role.SI_ADMIN, RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.AUDITOR)


def may_administer(actor: Actor) -> Decision:
    """SI's administrators give and take roles; and the operator."""
    if actor.has(RoleGrant.Role.SI_ADMIN) or actor.key in (SYSTEM.key, OPERATOR.key):
        return Decision("allowed", "si_admin")
    return Decision("refused", "not_administrator")


def may_record_insolvency(actor: Actor) -> Decision:
    """SI's agreement managers and administrators; and the operator."""
    if actor.has(RoleGrant.Role.AGREEMENT_MANAGER) or may_administer(actor).allowed:
        return Decision("allowed", "si")
    return Decision("refused", "not_si")


def may_make_tokens(actor: Actor, organisation: Organisation) -> Decision:
    """The organisation's own local agreement managers make and revoke keys for other systems; a supplier's own people do
    for theirs."""
    if organisation.number in actor.organisations(RoleGrant.Role.LOCAL_AGREEMENT_MANAGER):
        return Decision("allowed", "local_agreement_manager")
    if organisation.kind == Organisation.Kind.SUPPLIER and organisation.number in actor.organisations(
        RoleGrant.Role.SUPPLIER
    ):
        return Decision("allowed", "supplier")
    return Decision("refused", "not_local_agreement_manager")


def may_see_tokens(actor: Actor, organisation: Organisation) -> Decision:
    """Whoever makes them, SI's administrators and auditors see which keys there are."""
    if may_make_tokens(actor, organisation).allowed or actor.has(RoleGrant.Role.SI_ADMIN, RoleGrant.Role.AUDITOR):
        return Decision("allowed", "sees_tokens")
    return Decision("refused", "not_in_organisation")


def may_set_deputy(actor: Actor, principal: Person, organisation: Organisation) -> Decision:
    """An approver names a deputy for themselves; SI's administrators for anybody."""
    if may_administer(actor).allowed:
        return Decision("allowed", "si_admin")
    own = any(
        grant.role == RoleGrant.Role.APPROVER and grant.organisation == organisation.number and not grant.deputy_for
        for grant in actor.grants
    )
    if actor.key == principal.key and own:
        return Decision("allowed", "own_authority")
    return Decision("refused", "not_own_authority")


def may_see_people(actor: Actor, organisation: Organisation) -> Decision:
    """The organisation's own people, SI and auditors see who holds which role there, and with which authority."""
    if organisation.number in actor.organisations() or actor.has(*_SEES_EVERYBODY) or may_administer(actor).allowed:
        return Decision("allowed", "sees_people")
    return Decision("refused", "not_in_organisation")

"""The names of roles and of kinds of organisations, in the active language where they are shown."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fellestorg.organisations.models import Organisation, RoleGrant

ROLES: dict[str, Promise] = {
    RoleGrant.Role.BUYER: _("Innkjøper"),
    RoleGrant.Role.APPROVER: _("Godkjenner"),
    RoleGrant.Role.LOCAL_AGREEMENT_MANAGER: _("Lokal avtaleforvalter"),
    RoleGrant.Role.AGREEMENT_MANAGER: _("Avtaleforvalter"),
    RoleGrant.Role.SI_ADMIN: _("SI-administrator"),
    RoleGrant.Role.SUPPLIER: _("Leverandør"),
    RoleGrant.Role.AUDITOR: _("Revisor"),
    RoleGrant.Role.PROJECT_LEAD: _("Prosjektleder"),
}
KINDS: dict[str, Promise] = {
    Organisation.Kind.AGENCY: _("Statlig virksomhet"),
    Organisation.Kind.MUNICIPALITY: _("Kommune"),
    Organisation.Kind.COUNTY: _("Fylkeskommune"),
    Organisation.Kind.SUPPLIER: _("Leverandør"),
}
MAY: dict[str, Promise] = {
    RoleGrant.Role.BUYER: _("Gjør avrop for virksomheten innenfor sin fullmakt."),
    RoleGrant.Role.APPROVER: _("Godkjenner avrop som går over innkjøperens fullmakt."),
    RoleGrant.Role.LOCAL_AGREEMENT_MANAGER: _("Følger opp bruken av avtalene i virksomheten og får varsler om taket."),
    RoleGrant.Role.AGREEMENT_MANAGER: _("Forvalter avtaler: priser, avropsregler, leverandører og taket."),
    RoleGrant.Role.SI_ADMIN: _("Gir roller og ser alt."),
    RoleGrant.Role.SUPPLIER: _("Ser egne bestillinger og egne priser."),
    RoleGrant.Role.AUDITOR: _("Leser alt og endrer ingenting."),
    RoleGrant.Role.PROJECT_LEAD: _("Leder konkurranser for virksomheten."),
}


def role_name(role: str) -> str:
    """A role's name in the active language."""
    return str(ROLES.get(role, role))


def kind_name(kind: str) -> str:
    """A kind of organisation in the active language."""
    return str(KINDS.get(kind, kind))

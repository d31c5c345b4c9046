"""What people are told of changes in the register: by message, and on an organisation's page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fellestorg.kernel.actors import Actor
from fellestorg.organisations.models import RegistryChange
from fellestorg.organisations.panels import Panel
from fellestorg.organisations.policy import may_record_insolvency
from fellestorg.organisations.registry.watching import changes_of

_KINDS = {
    RegistryChange.Kind.BANKRUPTCY: _("konkurs"),
    RegistryChange.Kind.DISSOLUTION: _("under avvikling"),
    RegistryChange.Kind.COMPULSORY: _("under tvangsavvikling"),
    RegistryChange.Kind.NAME: _("nytt navn"),
    RegistryChange.Kind.DELETION: _("slettet"),
}
CHANGE_MESSAGES = {
    "registry_bankruptcy": (
        _("Enhetsregisteret: {supplier} er konkurs"),
        _(
            "Enhetsregisteret sier at {supplier} er konkurs fra {on}. Fellestorg har ikke gjort noe med det. Kontroller "
            "kunngjøringen, og registrer konkursen på leverandørens side."
        ),
    ),
    "registry_dissolution": (
        _("Enhetsregisteret: {supplier} er under avvikling"),
        _("Enhetsregisteret sier fra {on} at {supplier} er under avvikling. Undersøk om leverandøren kan levere."),
    ),
    "registry_compulsory": (
        _("Enhetsregisteret: {supplier} er under tvangsavvikling"),
        _(
            "Enhetsregisteret sier fra {on} at {supplier} er under tvangsavvikling. Undersøk om leverandøren kan levere."
        ),
    ),
    "registry_name": (
        _("Enhetsregisteret: {supplier} har fått nytt navn"),
        _("Enhetsregisteret sier fra {on} at {before} nå heter {after}."),
    ),
    "registry_deletion": (
        _("Enhetsregisteret: {supplier} er slettet"),
        _("Enhetsregisteret sier at {supplier} er slettet fra {on}."),
    ),
}
_SHOWN = 10


def kind_name(kind: str) -> str:
    """A kind of change in the active language."""
    return str(_KINDS[RegistryChange.Kind(kind)])


def registry_panel(number: str, actor: Actor) -> Panel | None:
    """On an organisation's page: what the register told lately, for those who look after agreements and auditors."""
    if not (may_record_insolvency(actor).allowed or actor.has("auditor")):
        return None
    rows = [(one, kind_name(one.kind)) for one in changes_of(number)[:_SHOWN]]
    return Panel("organisations/registry_panel.html", {"rows": rows}) if rows else None

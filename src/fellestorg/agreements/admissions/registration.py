"""What admissions tell the rest of the house when the room is ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.admissions import changes
from fellestorg.agreements.admissions.pages import admission_panel
from fellestorg.agreements.panels import add_lot_panel
from fellestorg.kernel import messages
from fellestorg.kernel.verbs import register_verbs
from fellestorg.ui.help import HelpPage, add_help
from fellestorg.ui.shell import NavItem, add_navigation


def register() -> None:
    """Register the kind, verbs, the lot's section and the help page."""
    changes.register()
    add_lot_panel("admissions", admission_panel)
    register_verbs(
        {
            "supplier_admitted": _("Leverandør tatt opp"),
            "admission_ended": _("Opptak avsluttet"),
            "admission_applied": _("Søknad om opptak mottatt"),
            "admission_extended": _("Fristen for en søknad ble utvidet"),
            "admission_assessed": _("Søknad om opptak vurdert"),
            "admission_decided": _("Søknad om opptak avgjort"),
            "admission_withdrawn": _("Søknad om opptak trukket"),
        }
    )
    messages.register(
        {
            "admission_applied": (
                _("{supplier} søker om opptak i {lot}"),
                _("Søknaden skal avgjøres senest {due}."),
            ),
            "admission_extended": (
                _("Søknaden om opptak i {lot} avgjøres senest {due}"),
                _("Grunn: {reason}"),
            ),
            "admission_granted": (_("{supplier} er tatt opp i {lot}"), _("Dere inviteres fra nå av. {reason}")),
            "admission_refused": (_("Søknaden om opptak i {lot} er avslått"), _("Begrunnelse: {reason}")),
        }
    )
    roles = ("supplier", "agreement_manager", "si_admin", "auditor")
    add_navigation(NavItem("applications", _("Opptak"), "applications", 46, roles))
    add_help(
        HelpPage(
            "innkjopsordning",
            _("Dynamisk innkjøpsordning"),
            _("Alle som er tatt opp i kategorien, inviteres, med minst ti dagers frist."),
            "agreements/help/innkjopsordning",
            26,
        )
    )

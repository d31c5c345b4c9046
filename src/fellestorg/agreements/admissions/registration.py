"""What admissions tell the rest of the house when the room is ready."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.admissions import changes, suspensions
from fellestorg.agreements.admissions.pages import admission_panel
from fellestorg.agreements.panels import add_lot_panel
from fellestorg.kernel import messages
from fellestorg.kernel.verbs import register_verbs
from fellestorg.ui.help import HelpPage, add_help
from fellestorg.ui.shell import NavItem, add_navigation


def register() -> None:
    """Register the kind, verbs, the lot's section and the help page."""
    changes.register()
    suspensions.register()
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
            "admission_lapsed": _("Søknad om opptak falt bort"),
            "admission_reminded": _("Minnet om en frist i innkjøpsordningen"),
            "admission_suspended": _("Leverandør suspendert fra innkjøpsordningen"),
            "admission_suspension_lifted": _("Leverandør tatt inn igjen i innkjøpsordningen"),
            "declarations_asked": _("Bedt om nye egenerklæringer"),
            "declaration_answered": _("Egenerklæring besvart"),
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
            "application_due_soon": (
                _("Søknaden fra {supplier} må avgjøres innen {due}"),
                _("Søknaden om opptak i {lot} er ikke avgjort. Én vurderer, en annen avgjør."),
            ),
            "application_late": (
                _("Fristen er ute: søknaden fra {supplier}"),
                _("Søknaden om opptak i {lot} skulle vært avgjort innen {due}. Avgjør den nå."),
            ),
            "declaration_asked": (
                _("Ny egenerklæring i {lot} innen {due}"),
                _("Dere er tatt opp i ordningen og bes om å fornye egenerklæringen. Grunn: {reason}"),
            ),
            "declaration_due_soon": (
                _("Egenerklæringen i {lot} må leveres innen {due}"),
                _("Den som ikke svarer, kan bli suspendert fra ordningen."),
            ),
            "declaration_late": (
                _("Varsel: egenerklæringen i {lot} mangler"),
                _("Fristen var {due}. Lever den nå. Ellers kan dere bli suspendert og ikke bli invitert."),
            ),
            "declaration_is_missing": (
                _("{supplier} har ikke fornyet egenerklæringen"),
                _("Fristen i {lot} var {due}. Leverandøren er varslet. Vurder å suspendere den."),
            ),
            "declaration_renewed": (_("{supplier} har fornyet egenerklæringen"), _("Ordning: {lot}.")),
            "declaration_not_given": (
                _("{supplier} kan ikke gi ny egenerklæring"),
                _("Les hva som har endret seg i {lot}, og vurder om leverandøren fortsatt kan være med."),
            ),
            "admission_suspended": (
                _("{supplier} er suspendert fra {lot} fra {day}"),
                _("Dere inviteres ikke så lenge suspensjonen varer. Begrunnelse: {reason}"),
            ),
            "admission_suspension_lifted": (
                _("{supplier} er med i {lot} igjen fra {day}"),
                _("Dere inviteres igjen. Begrunnelse: {reason}"),
            ),
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

"""What getting started tells the rest of the house when the room is ready."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.getting_started.words import TEXTS, VERBS
from fellestorg.agreements.models import AgencySetup
from fellestorg.kernel import messages
from fellestorg.kernel.verbs import register_subject, register_verbs
from fellestorg.ui.help import HelpPage, add_help
from fellestorg.ui.shell import NavItem, add_navigation


def register() -> None:
    """Register verbs, messages, the suppliers' entry of the menu and the help page."""
    messages.register(TEXTS)
    register_verbs(VERBS)
    register_subject("agency_setup", _link)
    add_navigation(NavItem("supplier_setups", _("Nye kunder"), "supplier_setups", 35, ("supplier",)))
    add_help(
        HelpPage(
            "kom-i-gang",
            _("Komme i gang under en avtale"),
            _("Adresser, fakturamottak, kundenummer og tilganger, sendt én gang og bekreftet av leverandøren."),
            "agreements/help/kom-i-gang",
            41,
        )
    )


def _link(key: str) -> str:
    found = (
        AgencySetup.objects.filter(pk=key).values_list("agreement__key", flat=True).first() if key.isdecimal() else None
    )
    return reverse("getting_started", args=[found]) if found else ""

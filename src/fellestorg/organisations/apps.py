from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    name = "fellestorg.organisations"
    label = "organisations"

    def ready(self) -> None:
        from django.urls import reverse

        from fellestorg.kernel.queries import LOG_READERS
        from fellestorg.kernel.verbs import register_subject, register_verbs
        from fellestorg.organisations.words import ROLES
        from fellestorg.ui.shell import NavItem, add_navigation

        register_verbs(
            {
                "role_granted": _("Rolle gitt"),
                "role_revoked": _("Rolle avsluttet"),
                "deputy_set": _("Vikar satt opp"),
                "language_chosen": _("Språk valgt"),
            }
        )
        register_subject("organisation", lambda number: reverse("organisation", args=[number]))
        add_navigation(
            NavItem("organisations", _("Virksomheter"), "organisations", 50),
            # The event log lies in the kernel, which knows no navigation.
            NavItem("events", _("Hendelser"), "events", 60, LOG_READERS),
            NavItem("me", _("Min side"), "me", 70, tuple(ROLES)),
        )

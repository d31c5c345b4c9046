from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    name = "fellestorg.ui"
    label = "ui"

    def ready(self) -> None:
        from fellestorg.ui.shell import NavItem, add_navigation

        add_navigation(NavItem("help", _("Hjelp"), "help_index", 90))

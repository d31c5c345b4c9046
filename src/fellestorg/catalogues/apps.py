from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CataloguesConfig(AppConfig):
    name = "fellestorg.catalogues"
    label = "catalogues"

    def ready(self) -> None:
        from fellestorg.catalogues.regulation import register
        from fellestorg.catalogues.setup import register_setup
        from fellestorg.kernel.verbs import register_subject, register_verbs
        from fellestorg.ui.shell import NavItem, add_navigation

        register.register()
        register_setup()
        register_verbs(
            {
                "prices_imported": _("Prisliste lest inn"),
                "delivery_terms_registered": _("Leveringsvilkår registrert"),
            }
        )
        add_navigation(NavItem("items", _("Varer"), "items", 15))
        register_subject("catalogue", lambda key: f"/avtaler/{key.partition('/')[0]}")

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MarketplaceConfig(AppConfig):
    name = "fellestorg.marketplace"
    label = "marketplace"

    def ready(self) -> None:
        from fellestorg.marketplace.firms import register as firms
        from fellestorg.marketplace.guidance import register as guidance
        from fellestorg.marketplace.listings import register as listings
        from fellestorg.marketplace.moderation import register as moderation
        from fellestorg.marketplace.opportunities import register as opportunities
        from fellestorg.marketplace.overview import register as overview
        from fellestorg.marketplace.search import register as search
        from fellestorg.marketplace.shortlists import register as shortlists
        from fellestorg.ui.shell import NavItem, add_navigation

        add_navigation(NavItem("marketplace", _("Skytjenester"), "marketplace", 18))
        firms.register()
        guidance.register()
        listings.register()
        moderation.register()
        overview.register()
        search.register()
        shortlists.register()
        opportunities.register()

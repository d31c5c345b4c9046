from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CalloffsConfig(AppConfig):
    name = "fellestorg.calloffs"
    label = "calloffs"

    def ready(self) -> None:
        from fellestorg.calloffs import notices
        from fellestorg.kernel import messages
        from fellestorg.ui.shell import NavItem, add_navigation

        messages.register(notices.TEXTS)
        add_navigation(
            NavItem("new_call_off", _("Nytt avrop"), "new_call_off", 10, ("buyer", "approver")),
            NavItem(
                "call_offs",
                _("Avrop"),
                "call_offs",
                20,
                ("buyer", "approver", "local_agreement_manager", "agreement_manager", "si_admin", "supplier", "auditor"),
            ),
        )

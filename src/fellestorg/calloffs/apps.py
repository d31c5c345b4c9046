from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CalloffsConfig(AppConfig):
    name = "fellestorg.calloffs"
    label = "calloffs"

    def ready(self) -> None:
        from fellestorg.agreements.panels import add_lot_panel
        from fellestorg.calloffs import notices, panel
        from fellestorg.kernel import messages
        from fellestorg.kernel.verbs import register_subject, register_verbs
        from fellestorg.ui.shell import NavItem, add_navigation

        messages.register(notices.TEXTS)
        register_verbs(panel.VERBS)
        register_subject("call_off", panel.call_off_link)
        add_lot_panel("call_offs", panel.latest_call_offs)
        add_navigation(
            NavItem("new_call_off", _("Nytt avrop"), "new_call_off", 10, ("buyer", "approver")),
            NavItem(
                "call_offs",
                _("Avrop"),
                "call_offs",
                20,
                (
                    "buyer",
                    "approver",
                    "local_agreement_manager",
                    "agreement_manager",
                    "si_admin",
                    "supplier",
                    "auditor",
                ),
            ),
        )

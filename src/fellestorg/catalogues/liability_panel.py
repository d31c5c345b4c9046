"""On an agreement's page: who answers for what is charged to each means of payment."""

from __future__ import annotations

from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.agreements.panels import Panel
from fellestorg.catalogues.liabilities import liability_text
from fellestorg.catalogues.models import Item
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.text import localised


def liability_panel(agreement: FrameworkAgreement, _actor: Actor) -> Panel | None:
    """The agreement's means of payment with who answers; None where it has none."""
    items = Item.objects.filter(lot__agreement=agreement).exclude(liability="").order_by("lot__number", "number")
    rows = [(localised(one, "name"), one.number, liability_text(one.liability)) for one in items]
    return Panel("catalogues/liability_panel.html", {"rows": rows}) if rows else None

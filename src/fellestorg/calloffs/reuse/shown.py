"""What the pages of reuse have in common."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from fellestorg.agreements.models import Lot
from fellestorg.kernel.text import localised
from fellestorg.ui.parts import Crumb


def crumbs(lot: Lot, last: str, *between: tuple[str, str]) -> list[Crumb]:
    """The way to a page below the lot's settlements."""
    key = lot.agreement.key
    return [
        Crumb(_("Forsiden"), "/"),
        Crumb(_("Avtaler"), reverse("agreements")),
        Crumb(localised(lot.agreement, "title"), reverse("agreement", args=[key])),
        Crumb(localised(lot, "title"), reverse("lot", args=[key, lot.key])),
        Crumb(_("Ombruk og oppgjør"), reverse("reuse", args=[key, lot.key])),
        *(Crumb(label, address) for label, address in between),
        Crumb(last),
    ]

"""What firms add to the house when Django starts."""

from __future__ import annotations

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fellestorg.kernel import messages
from fellestorg.kernel.verbs import register_subject, register_verbs
from fellestorg.marketplace.doors import Way, add_way
from fellestorg.marketplace.firms import own_data
from fellestorg.marketplace.firms.models import Firm, FirmMember
from fellestorg.marketplace.firms.words import MESSAGES, VERBS
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.organisations.own_data import OwnPart, register_own_part
from fellestorg.organisations.queries import people_with_role
from fellestorg.organisations.registry.watching import register_concerned
from fellestorg.ui.help import HelpPage, add_help


def register() -> None:
    """Verbs, messages, the firm's page as a subject's, ways from the front page, help, and who hears of the register."""
    register_verbs(VERBS)
    messages.register(MESSAGES)
    register_own_part("firms", OwnPart(own_data.shown, own_data.hindrances, own_data.erase))
    register_subject("firm", lambda number: reverse("firm", args=[number]))
    register_concerned(_administrators)
    add_way(
        Way("market", _("Firmaer"), _("Hvem som er med, og når de ble kontrollert."), "firms", 10),
        Way("procurement", _("Registrer et firma"), _("For leverandører: slik kommer dere med."), "register_firm", 80),
        Way("procurement", _("Vilkår for firmaer"), _("Det et firma godtar, i alle versjoner."), "firm_terms", 85),
    )
    add_help(
        HelpPage(
            "firma-i-skytjenester",
            _("Et firma i markedsplassen"),
            _("Konto, registrering, kontroll, kolleger, og hvordan dere trekker dere."),
            "marketplace/firms/help/firma",
            81,
        )
    )


def _administrators(organisation: Organisation, day: date) -> list[Person]:
    rows = FirmMember.objects.filter(
        firm__organisation=organisation,
        firm__state=Firm.State.VERIFIED,
        ended_at=None,
        role=FirmMember.Role.ADMINISTRATOR,
    )
    administrators = [one.person for one in rows.select_related("person")]
    # SI looks after the marketplace, and hears of its firms whether they have agreements or not.
    return [*administrators, *people_with_role(RoleGrant.Role.SI_ADMIN, None, day)] if administrators else []

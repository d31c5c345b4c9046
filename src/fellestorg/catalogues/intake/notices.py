"""Who is told what about a price list, and in which words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from fellestorg.catalogues.models import PriceListSubmission
from fellestorg.kernel import clock, messages
from fellestorg.kernel.messages import Recipient
from fellestorg.kernel.text import LANGUAGES, localised
from fellestorg.organisations.models import Person, RoleGrant
from fellestorg.organisations.queries import people_with_role

TEXTS = {
    "price_list_sent": (
        _("Ny prisliste fra {supplier}"),
        _("{supplier} har sendt inn en prisliste for {agreement}: {new} nye, {changed} endrede og {removed} utgående priser."
          " {over} stiger mer enn reguleringen tillater."),
    ),
    "price_list_accepted": (
        _("Prislisten er godtatt"),
        _("Prislisten {file} for {agreement} er godtatt."),
    ),
    "price_list_rejected": (
        _("Prislisten er avvist"),
        _("Prislisten {file} for {agreement} er avvist. Grunn: {reason}"),
    ),
    "price_list_sent_back": (
        _("Prislisten må rettes"),
        _("Prislisten {file} for {agreement} er sendt tilbake. Rett den og send den på nytt. Grunn: {reason}"),
    ),
}  # fmt: skip


def sent(submission: PriceListSubmission, *, at: datetime) -> None:
    """Tell the agreement manager of a supplier's list."""
    if submission.sent_by_supplier:
        _tell([submission.agreement.manager], "price_list_sent", submission, at)


def decided(submission: PriceListSubmission, *, at: datetime) -> None:
    """Tell the supplier's people what became of it."""
    people = people_with_role(RoleGrant.Role.SUPPLIER, submission.supplier, clock.local_day(at))
    _tell(people, f"price_list_{submission.state}", submission, at)


def _tell(people: Iterable[Person], code: str, submission: PriceListSubmission, at: datetime) -> None:
    agreement = submission.agreement
    params = {
        "supplier": submission.supplier.name,
        "agreement": {code: localised(agreement, "title", code) for code in LANGUAGES},
        "file": submission.file_name,
        "new": str(submission.new),
        "changed": str(submission.changed),
        "removed": str(submission.removed),
        "over": str(submission.over_regulation),
        "reason": submission.reason,
    }
    recipients = [Recipient(one.key, one.email, one.language) for one in people]
    messages.tell(recipients, code, params, link=f"/avtaler/{agreement.key}/prislister/{submission.pk}", at=at)

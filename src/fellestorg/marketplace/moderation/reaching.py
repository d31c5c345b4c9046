"""The way in to a case, for all its pages: who sees it, who is signed in, and the path to it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from fellestorg.kernel.actors import ANONYMOUS
from fellestorg.kernel.http import actor_of
from fellestorg.marketplace.firms.policy import KEEPERS, sees_everything
from fellestorg.marketplace.listings.models import ListingVersion
from fellestorg.marketplace.listings.policy import may_edit
from fellestorg.marketplace.moderation.models import ModerationCase
from fellestorg.organisations.models import Person, RoleGrant
from fellestorg.ui.parts import Crumb

READERS = (*KEEPERS, RoleGrant.Role.AUDITOR)


def seen_case(request: HttpRequest, key: int) -> ModerationCase:
    """A case for SI, auditors and those who write for its firm; a report only once the firm has been asked."""
    found = ModerationCase.objects.select_related(
        "version__listing__firm__organisation", "first", "handler", "report", "complaint"
    )
    row, actor = found.filter(pk=key).first(), actor_of(request)
    if row is None or actor.key == ANONYMOUS.key:
        raise Http404
    if not sees_everything(actor):
        unknown = row.kind == ModerationCase.Kind.REPORT and row.answer_by is None
        if unknown or not may_edit(actor, row.version.listing.firm).allowed:
            raise Http404
    return row


def firm_name(version: ListingVersion) -> str:
    """The firm's name, as on its page."""
    return version.listing.firm.organisation.name


def person_of(request: HttpRequest) -> Person:
    """Who is signed in; 403 for others."""
    person: Person | None = getattr(request, "person", None)
    if person is None:
        raise PermissionDenied
    return person


def crumbs(*more: Crumb) -> list[Crumb]:
    """The path to moderation's pages."""
    return [Crumb(_("Forsiden"), "/"), Crumb(_("Skytjenester"), reverse("marketplace")), *more]

"""A supplier's way to its tender in a competition: whose it is, what is asked for, and the path to its pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from fellestorg.competitions.models import Competition
from fellestorg.competitions.tenders import draft_rows, drafts, form_rows
from fellestorg.competitions.tenders.content import Draft, FileFacts, Form
from fellestorg.competitions.tenders.models import Tender, TenderDraft
from fellestorg.competitions.tenders.policy import may_tender
from fellestorg.kernel.http import actor_of, for_roles
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.ui.parts import Crumb

for_suppliers = for_roles(RoleGrant.Role.SUPPLIER)


@dataclass(frozen=True, slots=True)
class Whose:
    """Who tenders in what, and when."""

    competition: Competition
    supplier: Organisation
    person: Person
    now: datetime

    @property
    def form(self) -> Form:
        return form_rows.form_of(self.competition, self.supplier)

    def draft(self) -> tuple[TenderDraft | None, Draft, list[FileFacts]]:
        """The draft as it stands; an empty one where there is none, or where it is locked."""
        row = drafts.find(self.competition, self.supplier)
        if row is None or row.locked:
            return row, Draft(), []
        return row, drafts.read(row), drafts.files_of(row)


def whose_tender(request: HttpRequest, number: str) -> Whose:
    """The competition and the supplier asking; 404 for a competition that takes or took no tenders from them."""
    seen = seen_tender(request, number)
    if seen is None:
        raise Http404
    competition, supplier, now = seen.competition, seen.supplier, seen.now
    answer = may_tender(supplier, competition, now)
    had = answer.allowed or Tender.objects.filter(competition=competition, supplier=supplier).exists()
    if not had and not (answer.reason == "deadline_passed" and seen.draft is not None):
        raise Http404
    return Whose(competition, supplier, request.person, now)  # type: ignore[attr-defined]


def seen_tender(request: HttpRequest, number: str) -> draft_rows.Seen | None:
    """What is known of the competition and the supplier asking, by one question; ``None`` where there is nothing."""
    return draft_rows.look(number, actor_of(request).organisations(RoleGrant.Role.SUPPLIER))


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, and reads the answer as JSON."""
    return request.headers.get("Accept", "").startswith("application/json")


def crumbs(whose: Whose, *more: Crumb) -> list[Crumb]:
    """The path to a tender's pages."""
    number = whose.competition.number
    here = Crumb(_("Tilbud"), reverse("tender", args=[number]) if more else "")
    return [
        Crumb(_("Forsiden"), "/"),
        Crumb(_("Leverandør"), reverse("supplier_home")),
        Crumb(whose.competition.title, reverse("competition", args=[number])),
        here,
        *more,
    ]

"""The page on which a buyer starts the competition that a call-off leads to."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fellestorg.calloffs.mini import actions
from fellestorg.calloffs.mini.admitted import admitted_for
from fellestorg.calloffs.mini.criteria import known_criteria
from fellestorg.calloffs.mini.forms import MiniForm
from fellestorg.calloffs.mini.policy import may_hold
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.queries import visible_to
from fellestorg.calloffs.texts import refusal_text
from fellestorg.competitions.dialogue import evidence
from fellestorg.competitions.models import Competition
from fellestorg.competitions.preparing.forming import at_fields
from fellestorg.competitions.tenders.models import OpeningKey
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, for_roles
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.organisations.queries import current_grants
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Problem, Refused

OPENERS = (
    RoleGrant.Role.BUYER,
    RoleGrant.Role.APPROVER,
    RoleGrant.Role.LOCAL_AGREEMENT_MANAGER,
    RoleGrant.Role.PROJECT_LEAD,
    RoleGrant.Role.AGREEMENT_MANAGER,
)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(RoleGrant.Role.BUYER, RoleGrant.Role.APPROVER)
def mini_competition(request: HttpRequest, number: str) -> HttpResponse:
    """Need, criteria and deadline; then everybody that the call-off names is invited, if all is in order."""
    actor, now = actor_of(request), clock.now()
    call_off = visible_to(actor).select_related("lot__agreement", "buyer", "decision").filter(number=number).first()
    if call_off is None:
        raise Http404
    held = Competition.objects.filter(origin=call_off.subject).exclude(stage="cancelled").first()
    if held is not None:
        return HttpResponseRedirect(reverse("competition", args=[held.number]))
    allowed = may_hold(actor, call_off)
    if allowed.reason == "not_buyer_of_agency":
        raise PermissionDenied
    person: Person = request.person  # type: ignore[attr-defined]
    people = list(second_openers(call_off, person))
    deadline = actions.earliest_deadline(call_off, clock.local_day(now))
    in_system = deadline is not None
    form = MiniForm(
        request.POST or None,
        people=people,
        now=now,
        earliest=deadline.due if deadline else None,
        known=known_criteria(call_off.lot),
        evidence=evidence.offers_for(call_off.buyer, actor),
        initial={"description": call_off.title, "tenders_until": deadline.due if deadline else None},
    )
    problems: list[Problem] = [] if allowed.allowed else [Problem("", allowed.reason, refusal_text(allowed.reason, {}))]
    status = 200 if allowed.allowed else 409
    if request.method == "POST" and allowed.allowed:
        status = 422
        if form.is_valid():
            try:
                with transaction.atomic():
                    made = actions.hold(call_off, form.wish(), actor=actor, person=person, now=now)
                    if chosen := form.cleaned_data.get("evidence"):
                        evidence.attach(made, chosen, actor=actor, person=person, now=now)
            except Refused as refused:
                problems, status = [Problem("", refused.code, refused.text)], 409
            except BadInput as bad:
                problems = at_fields(form, bad)
            else:
                return _sent(request, made)
    context = {
        "call_off": call_off,
        "form": form,
        "problems": problems,
        "title": _("Konkurranse i innkjøpsordningen") if in_system else _("Minikonkurranse"),
        "in_system": in_system,
        "deadline": deadline,
        "invitees": _invitees(call_off, now, in_system=in_system),
        "crumbs": [
            Crumb(_("Forsiden"), "/"),
            Crumb(_("Avrop"), reverse("call_offs")),
            Crumb(call_off.number, reverse("call_off", args=[number])),
            Crumb(_("Konkurranse i innkjøpsordningen") if in_system else _("Minikonkurranse")),
        ],
    }
    return render(request, "calloffs/mini/start.html", context, status=status)


def _invitees(call_off: CallOff, now: datetime, *, in_system: bool) -> QuerySet[Organisation]:
    """Those the policy named; in a purchasing system those who are admitted as of now (DPS-7)."""
    if in_system:
        numbers = admitted_for(call_off, clock.local_day(now))
        return Organisation.objects.filter(number__in=numbers).order_by("name")
    return Organisation.objects.filter(invitations__call_off=call_off).order_by("name")


def second_openers(call_off: CallOff, person: Person) -> QuerySet[Person]:
    """Who may open with the buyer: somebody else at the agency, or at the agreement's owner. Those with a key first."""
    grants = current_grants(clock.today()).filter(
        role__in=OPENERS, organisation__in=[call_off.buyer_id, call_off.lot.agreement.owner_id]
    )
    found = Person.objects.filter(active=True, grants__in=grants).exclude(pk=person.pk).distinct()
    keys = OpeningKey.objects.filter(person=OuterRef("pk"), retired_at=None, confirmed_at__isnull=False)
    return found.annotate(has_key=Exists(keys)).order_by("-has_key", "name")


def _sent(request: HttpRequest, made: Competition) -> HttpResponse:
    """Invite at once where everything is in order; else the competition's own page says what is missing."""
    try:
        actions.send(made, actor=actor_of(request), now=clock.now())
    except Refused as refused:
        said = _("Konkurransen er klargjort, men ikke sendt. {why}")
        messages.warning(request, said.format(why=refused.text))
    else:
        messages.success(request, _("Invitasjonen er sendt til alle."))
    return HttpResponseRedirect(reverse("competition", args=[made.number]))

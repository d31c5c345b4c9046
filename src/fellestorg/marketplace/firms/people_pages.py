"""Who acts for a firm: its people, invitations and requests to join."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, for_people
from fellestorg.marketplace.firms import joining
from fellestorg.marketplace.firms.finding import crumbs, crumbs_of, find, person_of, put_beside
from fellestorg.marketplace.firms.forms import InvitationForm
from fellestorg.marketplace.firms.models import Firm, FirmInvitation, FirmMember, JoinRequest
from fellestorg.marketplace.firms.policy import acts_for, may_decide_join, may_manage_members, sees_everything
from fellestorg.marketplace.firms.shown import members_of, row_of
from fellestorg.marketplace.firms.words import ROLES
from fellestorg.organisations.rules import spaced
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def people(request: HttpRequest, number: str) -> HttpResponse:
    """The firm's people; its administrators invite, change and remove, anybody leaves."""
    firm, actor = find(request, number), actor_of(request)
    if not (acts_for(actor, firm).allowed or sees_everything(actor)):
        raise Http404
    form, problem, status = InvitationForm(), "", 200
    if request.method == "POST":
        form = InvitationForm(request.POST) if request.POST.get("do") == "invite" else form
        try:
            if _act(request, firm, form):
                still = acts_for(actor, firm).allowed or sees_everything(actor)
                return HttpResponseRedirect(reverse("firm_people", args=[number]) if still else reverse("firms"))
            status = 422
        except BadInput as error:
            put_beside(form, error.problems)
            status = 422
        except Refused as refused:
            problem, status = refused.text, 409
    context = {
        "firm": row_of(firm),
        "members": [(one, ROLES[FirmMember.Role(one.role)]) for one in members_of(firm)],
        "roles": [(key, ROLES[FirmMember.Role(key)]) for key in FirmMember.Role.values],
        "invitations": FirmInvitation.objects.filter(firm=firm, closed_at=None, expires_at__gt=clock.now()),
        "manages": may_manage_members(actor, firm).allowed,
        "me": actor.key,
        "form": form,
        "problem": problem,
        "crumbs": crumbs_of(firm, _("Folk")),
    }
    return render(request, "marketplace/firms/people.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page an invitation opens, for somebody signed in."""
    found = joining.open_invitation(token, clock.now())
    problem, status = "", 200 if found else 404
    if found is not None and request.method == "POST":
        try:
            joining.accept(found, person=person_of(request), actor=actor_of(request), now=clock.now())
            messages.success(request, _("Du er med i %(firm)s.") % {"firm": found.firm.name})
            return HttpResponseRedirect(reverse("firm", args=[found.firm.organisation.number]))
        except Refused as refused:
            problem, status = refused.text, 409
    context = {
        "invitation": found,
        "role": ROLES[FirmMember.Role(found.role)] if found else "",
        "problem": problem,
        "crumbs": crumbs(Crumb(_("Invitasjon"))),
    }
    response = render(request, "marketplace/firms/invitation.html", context, status=status)
    # The address is a secret, and Django would write that of an answer of 400 and above in its log.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def joins(request: HttpRequest) -> HttpResponse:
    """Requests to join that the reader may decide."""
    actor, problem, status = actor_of(request), "", 200
    waiting = JoinRequest.objects.filter(state=JoinRequest.State.WAITING).select_related("organisation", "person")
    mine = [one for one in waiting if may_decide_join(actor, one).allowed]
    if request.method == "POST":
        wanted = {str(one.pk): one for one in mine}.get(request.POST.get("key", ""))
        if wanted is None:
            raise Http404
        try:
            role, said = request.POST.get("role", ""), request.POST.get("do") == "accept"
            joining.decide_join(wanted, said, role or FirmMember.Role.EDITOR, actor=actor, now=clock.now())
            messages.success(request, _("Svaret er sendt."))
            return HttpResponseRedirect(reverse("firm_joining"))
        except BadInput as error:
            problem, status = str(error), 422
        except Refused as refused:
            problem, status = refused.text, 409
    context = {
        "rows": [(one, spaced(one.organisation.number)) for one in mine],
        "roles": [(key, ROLES[FirmMember.Role(key)]) for key in FirmMember.Role.values],
        "problem": problem,
        "crumbs": crumbs(Crumb(_("Vil bli med"))),
    }
    return render(request, "marketplace/firms/joins.html", context, status=status)


def _act(request: HttpRequest, firm: Firm, form: InvitationForm) -> bool:
    """Do what was asked. False where the form is not filled in as it should be."""
    actor, now, given = actor_of(request), clock.now(), request.POST
    if given.get("do") == "invite":
        if not form.is_valid():
            return False
        told = form.cleaned_data
        joining.invite(firm, told["email"], told["role"], person=person_of(request), actor=actor, now=now)
        messages.success(request, _("Invitasjonen er sendt."))
        return True
    key = given.get("member", "")
    member = (
        firm.members.filter(pk=int(key) if key.isdecimal() and len(key) < 18 else 0).select_related("person").first()
    )
    if member is None:
        raise Http404
    if given.get("do") == "remove":
        joining.remove(member, actor=actor, now=now)
        messages.success(request, _("Personen er ikke lenger med i firmaet."))
    else:
        joining.change_role(member, given.get("role", ""), actor=actor, now=now)
        messages.success(request, _("Rollen er endret."))
    return True

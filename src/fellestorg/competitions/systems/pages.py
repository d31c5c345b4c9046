"""The page on which a lead opens a purchasing system for applications, and later ends it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from fellestorg.agreements import proposals
from fellestorg.agreements.changes.views import READERS
from fellestorg.agreements.models import ChangeProposal
from fellestorg.agreements.policy import may_withdraw
from fellestorg.competitions.award.becoming import managers
from fellestorg.competitions.models import Competition
from fellestorg.competitions.policy import may_lead
from fellestorg.competitions.preparing.forming import form_page, page_context
from fellestorg.competitions.reaching import led_or_403, problems_of, seen_or_404
from fellestorg.competitions.systems import actions, ending
from fellestorg.competitions.systems.rules import PROCEDURE
from fellestorg.competitions.systems.terms import adoptable, read_terms
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, for_roles
from fellestorg.kernel.text import localised
from fellestorg.law import rule_book
from fellestorg.values import BadInput, Problem, Refused

_RULES = ("DPS-4", "DPS-5", "DPS-6", "DPS-7", "DPS-8", "DPS-9")


class SystemForm(forms.Form):
    """A new system's terms, or a system that runs already."""

    use_required_attribute = False

    existing = forms.ChoiceField(
        label=gettext_lazy("Ordning som finnes fra før"),
        help_text=gettext_lazy(
            "Velg den her hvis kunngjøringen gjelder en ordning som alt er i gang. Resten kan stå tomt."
        ),
        required=False,
    )
    key = forms.CharField(
        label=gettext_lazy("Kort navn"),
        help_text=gettext_lazy("Brukes i adresser: små bokstaver, tall og bindestrek."),
        max_length=60,
        required=False,
    )
    category = forms.CharField(
        label=gettext_lazy("Varegruppe"),
        help_text=gettext_lazy("Det ordningen står under i avtalelisten, for eksempel kurs."),
        max_length=60,
        required=False,
    )
    ends = forms.DateField(
        label=gettext_lazy("Siste dag"),
        help_text=gettext_lazy("Loven setter ingen grense på fire år. Leverandører kan søke så lenge ordningen varer."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )
    manager = forms.ChoiceField(label=gettext_lazy("Avtaleforvalter"), required=False)

    def __init__(self, *args: Any, competition: Competition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        running = [(one.key, localised(one, "title")) for one in adoptable(competition, today)]
        people = [(one.username, one.name) for one in managers(competition, today)]
        self.fields["existing"].choices = [("", _("Ny ordning")), *running]  # type: ignore[attr-defined]
        self.fields["manager"].choices = [("", "–"), *people]  # type: ignore[attr-defined]
        if not running:
            del self.fields["existing"]
        for lot in competition.lots.all():
            self.fields[f"categories_{lot.key}"] = forms.CharField(
                label=_("Kategorier i %(lot)s") % {"lot": lot.title},
                help_text=_(
                    "Leverandører søker om opptak i hver kategori. Skill med komma, for eksempel: Kurs for ledere, Nettkurs."
                ),
                max_length=600,
                required=False,
            )
        if not running:
            for field in self.fields.values():
                field.required = True


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles()
def system(request: HttpRequest, number: str) -> HttpResponse:
    """Set the system up and open it for applications, in one go."""
    competition = _led(request, number)
    initial = {"key": slugify(competition.title)[:40]}
    form = SystemForm(request.POST or None, competition=competition, initial=initial)

    def save() -> HttpResponse:
        now = clock.now()
        given = {name: str(value or "") for name, value in form.cleaned_data.items()}
        terms = read_terms(given, competition, clock.local_day(now))
        actions.open_system(competition, terms, actor=actor_of(request), now=now)
        messages.success(request, _("Ordningen er åpen for søknader."))
        return HttpResponseRedirect(reverse("competition", args=[number]))

    if competition.stage != "preparing":
        return HttpResponseRedirect(reverse("competition", args=[number]))
    lead = _(
        "Når den åpner, blir ordningen en avtale som leverandører søker opptak i, og som virksomhetene kan gjøre avrop på."
    )
    today = clock.today()
    context = {
        **page_context(competition, _("Innkjøpsordningen"), lead),
        "button": _("Åpne for søknader"),
        "rules": [rule_book().rule(name, today) for name in _RULES],
    }
    return form_page(request, form, save, context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles()
def end(request: HttpRequest, number: str) -> HttpResponse:
    """Who is told and what is finished when the system ends; propose it, or take the proposal back."""
    competition = seen_or_404(request, number)
    if competition.procedure != PROCEDURE or competition.result is None:
        raise Http404
    actor, agreement = actor_of(request), competition.result
    leads = may_lead(actor, competition).allowed
    if not leads and not actor.has(*READERS):
        raise PermissionDenied
    problems: tuple[Problem, ...] = ()
    status, reason, proposal = 200, request.POST.get("reason", "")[:2000], ending.waiting(competition)
    if request.method == "POST":
        try:
            done = _proposed_end(competition, proposal, reason, request)
        except (BadInput, Refused) as error:
            problems, status = problems_of(error)
        else:
            messages.success(request, done)
            return HttpResponseRedirect(reverse("competition", args=[number]))
    context = {
        **page_context(competition, _("Avslutt ordningen")),
        "problems": problems,
        "reason": reason,
        "proposal": proposal,
        "running": competition.stage == "running",
        "may_propose": leads,
        "may_take_back": proposal is not None and may_withdraw(actor, proposal).allowed,
        "reads_proposals": actor.has(*READERS),
        "told": ending.told_of(agreement, clock.today()),
        "calls": ending.under_way(agreement),
    }
    return render(request, "competitions/systems/end.html", context, status=status)


def _proposed_end(competition: Competition, proposal: ChangeProposal | None, reason: str, request: HttpRequest) -> str:
    actor, now = actor_of(request), clock.now()
    if request.POST.get("step") == "withdraw" and proposal is not None:
        proposals.withdraw(proposal, reason, actor=actor, now=now)
        return _("Forslaget er trukket.")
    ending.propose(competition, reason, actor=actor, now=now)
    return _("Forslaget er sendt. Ordningen avsluttes når en annen har godkjent det.")


def _led(request: HttpRequest, number: str) -> Competition:
    competition = led_or_403(request, number)
    if competition.procedure != PROCEDURE:
        raise Http404
    return competition

"""The page that proposes to cancel or delay an agreement, or to end a delay."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from fellestorg.agreements import proposals
from fellestorg.agreements.changes import halt
from fellestorg.agreements.changes.halt import Halting, halt_payload
from fellestorg.agreements.managing.attempts import MANAGERS, Failed, agreement_path, attempt, managed_agreement, told
from fellestorg.agreements.managing.policy_forms import ReasonForm
from fellestorg.agreements.proposals import Target
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, for_roles
from fellestorg.kernel.text import LANGUAGES

_DO = (
    (halt.DELAYED, gettext_lazy("Utsett: avtalen kan ikke brukes til den begynner")),
    (halt.CANCELLED, gettext_lazy("Avlys: avtalen kan ikke brukes")),
    (halt.OVER, gettext_lazy("Utsettelsen er over: avtalen kan brukes fra dagen etter")),
)


class HaltForm(forms.Form):
    """What is to happen, from when and why."""

    do = forms.ChoiceField(label=gettext_lazy("Hva skjer?"), choices=_DO)
    since = forms.DateField(
        label=gettext_lazy("Fra og med"),
        help_text=gettext_lazy("Er utsettelsen over: den siste dagen den gjelder."),
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    reason_nb = forms.CharField(
        label=gettext_lazy("Grunn (bokmål)"), required=False, widget=forms.Textarea({"rows": 2})
    )
    reason_nn = forms.CharField(
        label=gettext_lazy("Grunn (nynorsk)"), required=False, widget=forms.Textarea({"rows": 2})
    )
    reason_en = forms.CharField(
        label=gettext_lazy("Grunn (engelsk)"), required=False, widget=forms.Textarea({"rows": 2})
    )
    responsible = forms.CharField(
        label=gettext_lazy("Hvem har saken?"),
        help_text=gettext_lazy("Et organ eller en rolle, ikke et navn."),
        required=False,
        max_length=200,
    )
    expected = forms.DateField(
        label=gettext_lazy("Ventes å begynne"),
        help_text=gettext_lazy("Tomt når ingen vet det."),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )
    source = forms.CharField(label=gettext_lazy("Hvor er det kunngjort?"), required=False, max_length=300)

    def halting(self) -> Halting:
        """What was filled in."""
        data = self.cleaned_data
        reasons = {code: data[f"reason_{code}"] for code in LANGUAGES}
        return Halting(data["do"], data["since"], reasons, data["responsible"], data["expected"], data["source"])


@require_http_methods(["GET", "POST"])
@for_roles(*MANAGERS)
def halt_agreement(request: HttpRequest, key: str) -> HttpResponse:
    """Propose it; somebody else decides."""
    row = managed_agreement(request, key)
    data = request.POST if request.method == "POST" else None
    form, reason = HaltForm(data, initial={"since": clock.today()}), ReasonForm(data)

    def act() -> str:
        payload, why = halt_payload(form.halting()), reason.cleaned_data["reason"]
        return told(proposals.change(halt.KIND, Target(row), payload, why, actor=actor_of(request), now=clock.now()))

    failed = Failed((), 200)
    if data is not None:
        made = attempt(request, [form, reason], act, reverse("agreement", args=[key]))
        if isinstance(made, HttpResponse):
            return made
        failed = made
    context = {
        "forms": [form, reason],
        "problems": failed.problems,
        "title": _("Avlys eller utsett"),
        "lead": _("Når en annen har godkjent, kan ingen gjøre avrop, og avtalens side sier hvorfor."),
        "button": _("Foreslå"),
        "crumbs": agreement_path(row, _("Avlys eller utsett")),
    }
    return render(request, "agreements/new.html", context, status=failed.status)

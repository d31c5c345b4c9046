"""Recording on a supplier's page that it is insolvent, and taking it back."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.http import actor_of, for_roles
from fellestorg.organisations import insolvency
from fellestorg.organisations.models import Organisation, RegistryChange, RoleGrant
from fellestorg.organisations.panels import Panel
from fellestorg.organisations.policy import may_record_insolvency
from fellestorg.organisations.registry.watching import changes_of
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Refused


class InsolvencyForm(forms.Form):
    """Since when, and where it is announced."""

    since = forms.DateField(
        label=gettext_lazy("Konkurs fra"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    source = forms.CharField(
        label=gettext_lazy("Hvor det er kunngjort"),
        max_length=300,
        help_text=gettext_lazy("For eksempel Konkursregisteret, med dato og nummer."),
    )


class WithdrawForm(forms.Form):
    """Why it is taken back."""

    reason = forms.CharField(
        label=gettext_lazy("Hvorfor tas det tilbake?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(RoleGrant.Role.AGREEMENT_MANAGER, RoleGrant.Role.SI_ADMIN)
def insolvent(request: HttpRequest, number: str) -> HttpResponse:
    """Record an insolvency, or take back the one that stands."""
    supplier = Organisation.objects.filter(number=number, kind=Organisation.Kind.SUPPLIER).first()
    if supplier is None:
        raise Http404
    row = insolvency.insolvency_of(number)
    posted = request.POST if request.method == "POST" else None
    form: forms.Form = WithdrawForm(posted) if row else InsolvencyForm(posted, initial=_heard(number))
    status = 200
    if posted is not None:
        status = 422
        if form.is_valid():
            given, actor, now = form.cleaned_data, actor_of(request), clock.now()
            try:
                if row is not None:
                    insolvency.withdraw_insolvency(row, given["reason"], actor=actor, now=now)
                    messages.success(
                        request, _("Registreringen er tatt tilbake. Opphev suspensjonene der det er riktig.")
                    )
                else:
                    insolvency.record_insolvency(supplier, given["since"], given["source"], actor=actor, now=now)
                    messages.success(request, _("Konkursen er registrert, og leverandøren er suspendert."))
                return HttpResponseRedirect(reverse("organisation", args=[number]))
            except BadInput as error:
                for problem in error.problems:
                    form.add_error(problem.where if problem.where in form.fields else None, problem.text)
            except Refused as refused:
                form.add_error(None, refused.text)
                status = 409
    context = {
        "organisation": supplier,
        "row": row,
        "form": form,
        "crumbs": [
            Crumb(_("Forsiden"), "/"),
            Crumb(_("Virksomheter"), reverse("organisations")),
            Crumb(supplier.name, reverse("organisation", args=[number])),
            Crumb(_("Konkurs")),
        ],
    }
    return render(request, "organisations/insolvent.html", context, status=status)


def _heard(number: str) -> dict[str, object]:
    """What the register has told of a bankruptcy, for a person to confirm."""
    told = [one for one in changes_of(number) if one.kind == RegistryChange.Kind.BANKRUPTCY]
    if not told:
        return {"since": clock.today()}
    return {"since": told[0].on, "source": f"Enhetsregisteret, {told[0].noted_at:%Y-%m-%d}"}


def insolvency_panel(number: str, actor: Actor) -> Panel | None:
    """On a supplier's page: that it is insolvent, for everybody; and the way to record it, for SI."""
    row, may = insolvency.insolvency_of(number), may_record_insolvency(actor).allowed
    if row is None and not may:
        return None
    if row is None and not Organisation.objects.filter(number=number, kind=Organisation.Kind.SUPPLIER).exists():
        return None
    return Panel("organisations/insolvency_panel.html", {"row": row, "may": may, "number": number})

"""What is kept of me, as a file; and my account, deleted."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.kernel import clock
from fellestorg.kernel.http import for_people, json_answer
from fellestorg.organisations import accounts, own_data
from fellestorg.organisations.account_forms import ConfirmForm
from fellestorg.organisations.account_pages import owner, put_beside
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Refused


@never_cache
@require_safe
@for_people
def own_data_file(request: HttpRequest) -> HttpResponse:
    """Everything that is kept of me."""
    answer = json_answer(own_data.export(request.person, clock.now()))  # type: ignore[attr-defined]
    answer["Content-Disposition"] = 'attachment; filename="mine-opplysninger.json"'
    return answer


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def delete_account(request: HttpRequest) -> HttpResponse:
    """Says what is erased and what is kept, and what must be settled first; then it is done, by her password."""
    person, now = owner(request), clock.now()
    if not own_data.is_own(person):
        raise Http404
    form, status = ConfirmForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                accounts.confirm_password(person, form.cleaned_data["password"], now)
                own_data.delete(person, now)
            except BadInput as error:
                put_beside(form, error.problems)
            except Refused as refused:
                form.add_error(None, refused.text)
                status = 409
            else:
                request.session.flush()
                messages.success(request, _("Kontoen din er slettet."))
                return HttpResponseRedirect("/")
    context = {
        "form": form,
        "hindrances": own_data.hindrances(person, now),
        "crumbs": [
            Crumb(_("Forsiden"), "/"),
            Crumb(_("Innlogging"), reverse("account")),
            Crumb(_("Slett kontoen")),
        ],
    }
    return render(request, "organisations/delete_account.html", context, status=status)

"""Being told by e-mail: asked for, confirmed, listed and stopped."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fellestorg.kernel import clock
from fellestorg.kernel.http import for_people
from fellestorg.marketplace.opportunities import choosing, subscribing
from fellestorg.marketplace.opportunities.finding import open_now
from fellestorg.marketplace.opportunities.forms import SubscribeForm
from fellestorg.marketplace.opportunities.models import OpportunitySubscription
from fellestorg.marketplace.opportunities.pages import crumbs, list_page
from fellestorg.marketplace.opportunities.words import FREQUENCIES
from fellestorg.organisations.models import Person
from fellestorg.organisations.welcome import unlogged
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Refused

_PAGE = "marketplace/opportunities/subscription.html"


@require_POST
def subscribe(request: HttpRequest) -> HttpResponse:
    """Ask to be told of the choice in the address. The answer is the same whether an address is known or not."""
    chosen = choosing.read((name, value) for name, values in request.GET.lists() for value in values)
    person: Person | None = getattr(request, "person", None)
    form, status = SubscribeForm(request.POST, signed_in=person is not None), 422
    if form.is_valid():
        frequency, now = form.cleaned_data["frequency"], clock.now()
        try:
            if person is not None:
                subscribing.subscribe(person, chosen, frequency, now)
                messages.success(request, _("Du får e-post når det kommer noe nytt eller en dato flyttes."))
                return HttpResponseRedirect(reverse("opportunity_subscriptions"))
            language = request.LANGUAGE_CODE[:2]
            subscribing.ask(form.cleaned_data["email"], chosen, frequency, language, now)
        except BadInput as error:
            for problem in error.problems:
                form.add_error(problem.where if problem.where in form.fields else None, problem.text)
        except Refused as refused:
            form.add_error(None, refused.text)
            status = 429 if person is None else 409
        else:
            context = {
                "title": _("Se i innboksen din"),
                "text": _("Vi har sendt en e-post med en lenke. Ingenting er lagret før du har bekreftet."),
                "crumbs": crumbs(Crumb(_("E-post"))),
            }
            return render(request, _PAGE, context)
    return list_page(request, form, status)


@unlogged
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """By the link from the mail: begin. A press is asked for, as mail programs open links by themselves."""
    now = clock.now()
    asked = subscribing.confirmable(token, now)
    if asked is None:
        context = {
            "title": _("Lenken virker ikke lenger"),
            "text": _("Den er eldre enn to døgn eller ikke hel. Meld deg på en gang til."),
            "crumbs": crumbs(Crumb(_("E-post"))),
        }
        return render(request, _PAGE, context, status=404)
    choice = choosing.described(choosing.read_query(asked.query), open_now(now))
    context = {
        "title": _("Bekreft e-posten"),
        "text": _("%(email)s får e-post om: %(choice)s. %(often)s.")
        % {"email": asked.email, "choice": choice, "often": FREQUENCIES[asked.frequency]},
        "button": _("Bekreft"),
        "crumbs": crumbs(Crumb(_("E-post"))),
    }
    if request.method == "POST":
        try:
            subscribing.confirm(asked, now)
        except Refused as refused:
            return render(request, _PAGE, {**context, "error": refused.text}, status=409)
        done = {
            "title": _("Bekreftet"),
            "text": _("Du får e-post om det som kommer fra nå av. Hver e-post har en lenke som stopper dem."),
            "button": "",
        }
        context |= done
    return render(request, _PAGE, context)


@csrf_exempt
@unlogged
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """One press, here or in the mail program (RFC 8058), and the address is forgotten. The link is the secret."""
    key = subscribing.subscription_behind(token)
    if key is None:
        raise Http404
    there = OpportunitySubscription.objects.filter(pk=key).exists()
    if request.method == "POST":
        subscribing.stop(key)
        there = False
    context = {
        "title": _("Stopp e-postene") if there else _("E-postene er stoppet"),
        "text": _("Da får du ikke flere e-poster om dette valget.")
        if there
        else _("Adressen din er slettet herfra, om den ikke får e-post om noe annet valg."),
        "button": _("Stopp") if there else "",
        "crumbs": crumbs(Crumb(_("E-post"))),
    }
    return render(request, _PAGE, context)


@require_safe
@for_people
def subscriptions(request: HttpRequest) -> HttpResponse:
    """What I am told of."""
    everything = open_now(clock.now())
    rows = [
        {
            "key": one.pk,
            "choice": choosing.described(choosing.read_query(one.query), everything),
            "link": reverse("opportunities") + (f"?{one.query}" if one.query else ""),
            "often": FREQUENCIES[one.frequency],
        }
        for one in OpportunitySubscription.objects.filter(person=request.person)  # type: ignore[attr-defined]
    ]
    context = {"rows": rows, "crumbs": crumbs(Crumb(_("E-post")))}
    return render(request, "marketplace/opportunities/subscriptions.html", context)


@require_POST
@for_people
def stop_mine(request: HttpRequest, key: object) -> HttpResponse:
    """Stop one of mine."""
    if not subscribing.stop(key, request.person):  # type: ignore[arg-type, attr-defined]
        raise Http404
    messages.success(request, _("Stoppet."))
    return HttpResponseRedirect(reverse("opportunity_subscriptions"))

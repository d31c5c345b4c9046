"""Registering a firm, step by step: its number, what the register says, with which right, the terms."""

from __future__ import annotations

from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fellestorg.competitions.tenders.receiving import View, only_in_memory
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, for_people
from fellestorg.marketplace.firms import joining
from fellestorg.marketplace.firms.evidence import LARGEST
from fellestorg.marketplace.firms.finding import crumbs, person_of, put_beside
from fellestorg.marketplace.firms.forms import JoinForm, NumberForm, RegistrationForm
from fellestorg.marketplace.firms.models import FirmFile
from fellestorg.marketplace.firms.registering import Given, register, standing
from fellestorg.marketplace.firms.terms import in_eea, terms_on
from fellestorg.organisations import tries
from fellestorg.organisations.models import Organisation
from fellestorg.organisations.registry.looking import Answer, look_up
from fellestorg.organisations.rules import NORWAY, any_number, country_of, spaced
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Refused

_MOST_BODY = 2 * LARGEST + 100_000
_MOST_LOOKUPS = 30
"""Numbers one person may look up in a quarter of an hour: enough for anybody's own firms, too few to copy the register."""


def not_too_large(view: View) -> View:
    """Answer 413 to a body that cannot be in order before any of it is read."""

    @wraps(view)
    def guarded(request: HttpRequest, *given: object, **more: object) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > _MOST_BODY:
            return render(request, "marketplace/firms/too_large.html", {"crumbs": crumbs()}, status=413)
        return view(request, *given, **more)

    return guarded


@not_too_large
@only_in_memory(LARGEST + 1)
@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def register_firm(request: HttpRequest) -> HttpResponse:
    """First the number; then, with what the register says of it, the rest."""
    typed = request.POST.get("nummer") or request.GET.get("nummer", "")
    if not typed:
        return _number_page(request, NumberForm())
    try:
        number = any_number(typed)
    except BadInput:
        form = NumberForm({"nummer": typed})
        form.add_error("nummer", _("Dette er ikke et gyldig organisasjonsnummer. Se etter tastefeil."))
        return _number_page(request, form, 422)
    person, day, now = person_of(request), clock.today(), clock.now()
    meets = standing(number, person, day)
    if meets == "held":
        return HttpResponseRedirect(reverse("join_firm", args=[number]))
    if meets != "free":
        return _stopped(request, number, meets)
    if not tries.take(f"look-up:{person.pk}", now, most=_MOST_LOOKUPS):
        return _stopped(request, number, "too_often", 429)
    foreign = country_of(number) != NORWAY
    if foreign and not in_eea(country_of(number), day):
        return _stopped(request, number, "outside_eea", 422)
    answer = Answer(None, "none") if foreign else look_up(number, now)
    if answer.asked and (answer.unit is None or not answer.unit.trades):
        return _stopped(request, number, "not_trading" if answer.unit else "not_on_register", 422)
    return _registration(request, number, answer, foreign=foreign)


def _registration(request: HttpRequest, number: str, answer: Answer, *, foreign: bool) -> HttpResponse:
    terms = terms_on(clock.today())
    known = Organisation.objects.filter(number=number).values_list("name", flat=True).first() or ""
    start = {"name": answer.unit.name if answer.unit else known}
    form, status = RegistrationForm(initial=start, foreign=foreign), 200
    if request.method == "POST":
        form, status = RegistrationForm(request.POST, request.FILES, foreign=foreign), 422
        if form.is_valid():
            given = form.cleaned_data
            language = request.LANGUAGE_CODE[:2]
            told = Given(
                number,
                given["name"],
                given["right"],
                given["website"],
                given["email"],
                given.get("registry_address", ""),
                request.POST.get("version", "") if given["terms"] else "",
                language if language in terms.points else "nb",
                {kind: given[kind].read() for kind in FirmFile.Kind.values if given.get(kind)},
            )
            try:
                register(told, person=person_of(request), actor=actor_of(request), now=clock.now())
                messages.success(request, _("Firmaet er registrert. SI kontrollerer det før noe vises."))
                return HttpResponseRedirect(reverse("firm", args=[number]))
            except BadInput as error:
                put_beside(form, error.problems)
            except Refused as refused:
                form.add_error(None, refused.text)
                status = 409
    language = request.LANGUAGE_CODE[:2]
    context = {
        "form": form,
        "number": number,
        "spaced": spaced(number),
        "unit": answer.unit,
        "asked": answer.asked,
        "foreign": foreign,
        "terms": terms,
        "points": terms.points.get(language) or terms.points["nb"],
        "crumbs": crumbs(Crumb(_("Registrer firma"))),
    }
    return render(request, "marketplace/firms/register.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def join_firm(request: HttpRequest, number: str) -> HttpResponse:
    """Ask those who act for a firm already to be let in. Who they are is not told."""
    person = person_of(request)
    if standing(number, person, clock.today()) != "held":
        return HttpResponseRedirect(f"{reverse('register_firm')}?nummer={number}")
    form, status = JoinForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data["text"]
            joining.ask_to_join(number, given, person=person, actor=actor_of(request), now=clock.now())
            messages.success(request, _("Forespørselen er sendt. Du får svar på e-post."))
            return HttpResponseRedirect(reverse("firms"))
        except Refused as refused:
            form.add_error(None, refused.text)
            status = 409
    context = {
        "form": form,
        "number": number,
        "spaced": spaced(number),
        "crumbs": crumbs(Crumb(_("Bli med i et firma"))),
    }
    return render(request, "marketplace/firms/join.html", context, status=status)


def _number_page(request: HttpRequest, form: NumberForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "crumbs": crumbs(Crumb(_("Registrer firma")))}
    return render(request, "marketplace/firms/register_number.html", context, status=status)


def _stopped(request: HttpRequest, number: str, why: str, status: int = 409) -> HttpResponse:
    texts = {
        "member": _("Du er alt med i dette firmaet."),
        "not_supplier": _("Dette er en offentlig virksomhet, og den kan ikke registreres som firma."),
        "outside_eea": _("Bare firmaer fra EØS kan registreres."),
        "not_on_register": _("Enhetsregisteret kjenner ikke dette nummeret. Se etter tastefeil."),
        "not_trading": _("Enhetsregisteret sier at firmaet er konkurs, under tvangsavvikling eller slettet."),
        "too_often": _("Du har slått opp mange numre. Vent et kvarter og prøv igjen."),
    }
    context = {
        "text": texts[why],
        "spaced": spaced(number),
        "number": number,
        "member": why == "member",
        "crumbs": crumbs(Crumb(_("Registrer firma"))),
    }
    return render(request, "marketplace/firms/stopped.html", context, status=status)

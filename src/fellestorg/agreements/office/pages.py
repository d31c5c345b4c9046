"""Pages of news and contacts: everybody reads them, the agreement's manager keeps them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fellestorg.agreements.models import Contact, FrameworkAgreement, NewsItem
from fellestorg.agreements.office import contacts, news
from fellestorg.agreements.office.document_pages import MANAGERS, agreement_or_404, managed_or_403, office_crumbs
from fellestorg.agreements.office.forms import ContactForm, NewsForm
from fellestorg.agreements.office.markup import as_html, as_plain
from fellestorg.agreements.policy import may_manage
from fellestorg.kernel import clock
from fellestorg.kernel.actors import ANONYMOUS
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.text import LANGUAGES, localised
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import BadInput, Refused

_NEWS = ("id", "title", "body", "language", "missing", "author", "published_at")
_CONTACT = ("organisation", "number", "role", "role_name", "name", "email", "phone", "note")


@require_safe
def news_list(request: HttpRequest, key: str) -> HttpResponse:
    """News about an agreement, the newest first."""
    agreement = agreement_or_404(key)
    manages = may_manage(actor_of(request), agreement).allowed
    rows = news.news_of(agreement, _language(request), withdrawn=manages)
    context = {
        "agreement": agreement,
        "title": localised(agreement, "title"),
        "rows": [(row, as_html(row.body), _names(row.missing)) for row in rows],
        "manages": manages,
        "downloads": [
            Download("Atom", reverse("news_atom", args=[key])),
            Download("JSON", reverse("news_json", args=[key]), "json"),
            Download("CSV", reverse("news_csv", args=[key]), "csv"),
        ],
        "crumbs": office_crumbs(agreement, Crumb(_("Nyheter"))),
    }
    return render(request, "agreements/news.html", context)


@require_safe
def news_atom(request: HttpRequest, key: str) -> HttpResponse:
    """The news as an Atom feed, in the reader's language or ``?sprak=``."""
    agreement, language = agreement_or_404(key), _language(request)
    page = f"{settings.BASE_URL}{reverse('news', args=[key])}"
    feed = Atom1Feed(
        title=_("Nyheter om {agreement}").format(agreement=localised(agreement, "title", language)),
        link=page,
        description="",
        language=language,
        feed_url=f"{settings.BASE_URL}{reverse('news_atom', args=[key])}",
        author_name=agreement.owner.name,
    )
    for row in news.news_of(agreement, language):
        feed.add_item(
            title=row.title,
            link=f"{page}#nyhet-{row.id}",
            description=as_html(row.body),
            unique_id=f"{page}#nyhet-{row.id}",
            pubdate=row.published_at,
            updateddate=row.published_at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@require_safe
def news_json(request: HttpRequest, key: str) -> HttpResponse:
    """The news as a JSON feed (jsonfeed.org, version 1.1)."""
    agreement, language = agreement_or_404(key), _language(request)
    page = f"{settings.BASE_URL}{reverse('news', args=[key])}"
    return json_answer(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": _("Nyheter om {agreement}").format(agreement=localised(agreement, "title", language)),
            "home_page_url": page,
            "feed_url": f"{settings.BASE_URL}{reverse('news_json', args=[key])}",
            "language": language,
            "items": [
                {
                    "id": f"{page}#nyhet-{row.id}",
                    "url": f"{page}#nyhet-{row.id}",
                    "title": row.title,
                    "content_html": as_html(row.body),
                    "content_text": as_plain(row.body),
                    "date_published": row.published_at,
                    "language": row.language,
                }
                for row in news.news_of(agreement, language)
            ],
        }
    )


@require_safe
def news_csv(request: HttpRequest, key: str) -> HttpResponse:
    """The news as CSV."""
    rows = news.news_of(agreement_or_404(key), _language(request))
    cells = ([" ".join(v) if isinstance(v := getattr(row, name), tuple) else v for name in _NEWS] for row in rows)
    return csv_answer(f"nyheter-{key}", _NEWS, cells)


@require_http_methods(["GET", "POST"])
@for_roles(*MANAGERS)
def publish_news(request: HttpRequest, key: str) -> HttpResponse:
    """Write and publish a piece of news."""
    agreement = managed_or_403(request, key)
    form = NewsForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                news.publish(agreement, given, tell=given["tell"], actor=actor_of(request), now=clock.now())
            except BadInput as error:
                _at_fields(form, error)
            else:
                messages.success(request, _("Nyheten er publisert."))
                return HttpResponseRedirect(reverse("news", args=[key]))
    context = {
        "agreement": agreement,
        "form": form,
        "crumbs": office_crumbs(
            agreement, Crumb(_("Nyheter"), reverse("news", args=[key])), Crumb(_("Skriv en nyhet"))
        ),
    }
    return render(request, "agreements/news_form.html", context, status=status)


@require_POST
@for_roles(*MANAGERS)
def withdraw_news(request: HttpRequest, key: str, news_id: int) -> HttpResponse:
    """Take a piece of news back."""
    agreement = managed_or_403(request, key)
    item = NewsItem.objects.filter(pk=news_id, agreement=agreement).first()
    if item is None:
        raise Http404
    try:
        news.withdraw(item, actor=actor_of(request), now=clock.now())
        messages.success(request, _("Nyheten er trukket."))
    except Refused as refused:
        messages.error(request, refused.text)
    return HttpResponseRedirect(reverse("news", args=[key]))


@require_safe
def contact_list(request: HttpRequest, key: str) -> HttpResponse:
    """Whom to reach: by role for everybody, with names and the agencies' local managers for those signed in."""
    agreement, actor = agreement_or_404(key), actor_of(request)
    signed_in = actor.key != ANONYMOUS.key
    text = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    local = contacts.local_managers(agreement, clock.today(), text=text) if signed_in else []
    paging = Paging.read(request.GET.dict(), len(local), 50)
    context = {
        "agreement": agreement,
        "title": localised(agreement, "title"),
        "contacts": contacts.contacts_of(agreement, names=signed_in),
        "signed_in": signed_in,
        "manages": may_manage(actor, agreement).allowed,
        "local": local[paging.start : paging.stop],
        "paging": paging,
        "text": text,
        "downloads": [
            Download("CSV", reverse("contacts_csv", args=[key]), "csv"),
            Download("JSON", reverse("contacts_json", args=[key]), "json"),
        ],
        "crumbs": office_crumbs(agreement, Crumb(_("Kontakter"))),
    }
    return render(request, "agreements/contacts.html", context)


@require_safe
def contacts_csv(request: HttpRequest, key: str) -> HttpResponse:
    """The contacts as CSV; local agreement managers too for those signed in."""
    rows = ([row[name] for name in _CONTACT] for row in _contact_rows(request, key))
    return csv_answer(f"kontakter-{key}", _CONTACT, rows)


@require_safe
def contacts_json(request: HttpRequest, key: str) -> HttpResponse:
    """The same as JSON."""
    return json_answer({"contacts": _contact_rows(request, key)})


@require_http_methods(["GET", "POST"])
@for_roles(*MANAGERS)
def add_contact(request: HttpRequest, key: str) -> HttpResponse:
    """Add a contact."""
    return _contact_form(request, managed_or_403(request, key), None)


@require_http_methods(["GET", "POST"])
@for_roles(*MANAGERS)
def change_contact(request: HttpRequest, key: str, contact: int) -> HttpResponse:
    """Change a contact."""
    agreement = managed_or_403(request, key)
    return _contact_form(request, agreement, _contact(agreement, contact))


@require_POST
@for_roles(*MANAGERS)
def remove_contact(request: HttpRequest, key: str, contact: int) -> HttpResponse:
    """Take a contact off the list."""
    agreement = managed_or_403(request, key)
    contacts.remove_contact(_contact(agreement, contact), actor=actor_of(request), now=clock.now())
    messages.success(request, _("Kontakten er fjernet."))
    return HttpResponseRedirect(reverse("contacts", args=[key]))


def _contact_form(request: HttpRequest, agreement: FrameworkAgreement, row: Contact | None) -> HttpResponse:
    bodies = [(one.number, one.name) for one in contacts.bodies_of(agreement)]
    initial = None
    if row is not None:
        initial = {name: getattr(row, name) for name in ("role", "name", "email", "phone", "note")}
        initial["organisation"] = row.organisation.number
    form = ContactForm(request.POST or None, initial=initial, bodies=bodies)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                contacts.save_contact(agreement, form.cleaned_data, row, actor=actor_of(request), now=clock.now())
            except BadInput as error:
                _at_fields(form, error)
            else:
                messages.success(request, _("Kontakten er lagret."))
                return HttpResponseRedirect(reverse("contacts", args=[agreement.key]))
    context = {
        "agreement": agreement,
        "form": form,
        "row": row,
        "crumbs": office_crumbs(
            agreement,
            Crumb(_("Kontakter"), reverse("contacts", args=[agreement.key])),
            Crumb(_("Endre kontakt") if row else _("Ny kontakt")),
        ),
    }
    return render(request, "agreements/contact_form.html", context, status=status)


def _contact(agreement: FrameworkAgreement, key: int) -> Contact:
    row = Contact.objects.select_related("agreement__owner", "agreement__manager", "organisation")
    found = row.filter(pk=key, agreement=agreement).first()
    if found is None:
        raise Http404
    return found


def _contact_rows(request: HttpRequest, key: str) -> list[dict[str, Any]]:
    agreement = agreement_or_404(key)
    signed_in = actor_of(request).key != ANONYMOUS.key
    rows = [{name: getattr(one, name) for name in _CONTACT} for one in contacts.contacts_of(agreement, names=signed_in)]
    for one in contacts.local_managers(agreement, clock.today()) if signed_in else []:
        blank = dict.fromkeys(_CONTACT, "")
        role = {"role": "local_agreement_manager", "role_name": _("Lokal avtaleforvalter")}
        known = {"organisation": one.organisation, "number": one.number, "name": one.name, "email": one.email}
        rows.append({**blank, **role, **known})
    return rows


def _at_fields(form: Any, error: BadInput) -> None:
    for problem in error.problems:
        form.add_error(problem.where if problem.where in form.fields else None, problem.text)


def _names(codes: tuple[str, ...]) -> str:
    names = {"nb": _("bokmål"), "nn": _("nynorsk"), "en": _("engelsk")}
    return ", ".join(names[code] for code in codes)


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("sprak", "")
    return asked if asked in LANGUAGES else (get_language() or "nb")

"""Pages for changing an agreement, and for making a new one with its lots."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fellestorg.agreements import proposals
from fellestorg.agreements.changes import extension
from fellestorg.agreements.changes.agreement import KIND, agreement_payload, possible_managers
from fellestorg.agreements.managing import editing
from fellestorg.agreements.managing.attempts import MANAGERS, Failed, agreement_path, attempt, managed_agreement, told
from fellestorg.agreements.managing.editing import AGREEMENT_TEXTS, NewAgreement
from fellestorg.agreements.managing.editing_forms import (
    AgreementTextsForm,
    CeilingForm,
    KeyForm,
    LotTextsForm,
    ScopeForm,
    TermsForm,
    options_of,
)
from fellestorg.agreements.managing.policy_forms import ReasonForm
from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.agreements.proposals import Target
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, for_roles
from fellestorg.kernel.text import localised
from fellestorg.organisations.models import Organisation
from fellestorg.ui.formats import day as shown_day
from fellestorg.ui.parts import Crumb


@require_http_methods(["GET", "POST"])
@for_roles(*MANAGERS)
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """Change texts at once, and propose other days, options or another manager. ``do`` says which form was posted."""
    row, do = managed_agreement(request, key), request.POST.get("do", "")
    actor, now = actor_of(request), clock.now()
    texts = AgreementTextsForm(
        request.POST if do == "texts" else None,
        initial={
            **{name: getattr(row, name) for name in AGREEMENT_TEXTS},
            "predecessors": list(row.predecessors.values_list("key", flat=True)),
        },
        agreements=_others(row),
    )
    terms = _terms_form(request, row, bound=do == "terms")
    reason = ReasonForm(request.POST if do == "terms" else None)
    target = Target(row)
    proposed = proposals.needs_second_person(KIND, target)

    def change_texts() -> str:
        given = texts.cleaned_data
        editing.edit_agreement(row, given, given.get("predecessors"), actor=actor, now=now)
        return _("Tekstene er lagret.")

    def change_terms() -> str:
        why = reason.cleaned_data["reason"] if proposed else ""
        return told(proposals.change(KIND, target, terms.payload(), why, actor=actor, now=now))

    failed = Failed((), 200)
    if do:
        forms = [texts] if do == "texts" else [terms, reason] if proposed else [terms]
        act = change_texts if do == "texts" else change_terms
        made = attempt(request, forms, act, reverse("agreement", args=[key]))
        if isinstance(made, HttpResponse):
            return made
        failed = made
    context = {
        "agreement": row,
        "title": localised(row, "title"),
        "texts": texts,
        "terms": terms,
        "reason": reason,
        "proposed": proposed,
        "problems": failed.problems,
        "exercised": [one for one in row.extensions.all() if one.exercised_on is not None],
        "crumbs": agreement_path(row, _("Rediger")),
    }
    return render(request, "agreements/edit_agreement.html", context, status=failed.status)


@require_http_methods(["GET", "POST"])
@for_roles(*MANAGERS)
def extend(request: HttpRequest, key: str, option: int) -> HttpResponse:
    """Propose to use an extension option, with the assessment it rests on."""
    row = managed_agreement(request, key)
    found = get_object_or_404(row.extensions, pk=option)
    target = Target(row)
    proposed = proposals.needs_second_person(extension.KIND, target)
    reason = ReasonForm(request.POST if request.method == "POST" else None)

    def act() -> str:
        payload = extension.extension_payload(found)
        why = reason.cleaned_data["reason"] if proposed else ""
        return told(proposals.change(extension.KIND, target, payload, why, actor=actor_of(request), now=clock.now()))

    failed = Failed((), 200)
    if request.method == "POST":
        made = attempt(request, [reason] if proposed else [], act, reverse("agreement", args=[key]))
        if isinstance(made, HttpResponse):
            return made
        failed = made
    context = {
        "forms": [reason] if proposed else [],
        "problems": failed.problems,
        "title": _("Forleng til %(day)s") % {"day": shown_day(found.ends, "medium")},
        "lead": _("Skriv opsjonsvurderingen: hva brukerne, markedet og tallene sier."),
        "button": _("Foreslå") if proposed else _("Lagre"),
        "crumbs": agreement_path(row, _("Forlengelse")),
    }
    return render(request, "agreements/new.html", context, status=failed.status)


@require_http_methods(["GET", "POST"])
@for_roles(*MANAGERS)
def new(request: HttpRequest) -> HttpResponse:
    """Make an agreement: a draft, until somebody else approves the first call-off policy under it."""
    actor, now = actor_of(request), clock.now()
    owner = Organisation.objects.filter(number__in=actor.organisations(*MANAGERS)).order_by("number").first()
    if owner is None:
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    key, texts = KeyForm(data), AgreementTextsForm(data)
    managers = _people(owner)
    terms = TermsForm(data, managers=managers)

    def create() -> str:
        given = NewAgreement(key.cleaned_data["key"], owner, texts.cleaned_data, terms.payload())
        editing.create_agreement(given, actor=actor, now=now)
        return _("Avtalen er opprettet som kladd. Legg til delkontrakter, leverandører, deltakere og avropsregler.")

    failed = Failed((), 200)
    if data is not None:
        made = attempt(request, [key, texts, terms], create, reverse("agreements"))
        if isinstance(made, HttpResponse):
            return made
        failed = made
    context = {
        "forms": [key, texts, terms],
        "problems": failed.problems,
        "title": _("Ny avtale"),
        "lead": _(
            "Avtalen er en kladd til en annen har godkjent de første avropsreglene. Til da kan ingen gjøre avrop."
        ),
        "button": _("Opprett kladd"),
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Avtaler"), reverse("agreements")), Crumb(_("Ny avtale"))],
    }
    return render(request, "agreements/new.html", context, status=failed.status)


@require_http_methods(["GET", "POST"])
@for_roles(*MANAGERS)
def new_lot(request: HttpRequest, key: str) -> HttpResponse:
    """Add a lot to an agreement: a draft, until somebody else approves its first call-off policy."""
    row = managed_agreement(request, key)
    data = request.POST if request.method == "POST" else None
    parts = [KeyForm(data), LotTextsForm(data), ScopeForm(data), CeilingForm(data)]

    def create() -> str:
        given = {name: value for one in parts for name, value in one.cleaned_data.items()}
        given.pop("below_used")
        editing.create_lot(row, given.pop("key"), given, actor=actor_of(request), now=clock.now())
        return _("Delkontrakten er opprettet som kladd. Den kan brukes når en annen har godkjent avropsreglene.")

    failed = Failed((), 200)
    if data is not None:
        made = attempt(request, parts, create, reverse("agreement", args=[key]))
        if isinstance(made, HttpResponse):
            return made
        failed = made
    del parts[3].fields["below_used"]
    context = {
        "forms": parts,
        "problems": failed.problems,
        "title": _("Ny delkontrakt"),
        "lead": localised(row, "title"),
        "button": _("Opprett kladd"),
        "crumbs": agreement_path(row, _("Ny delkontrakt")),
    }
    return render(request, "agreements/new.html", context, status=failed.status)


def _terms_form(request: HttpRequest, row: FrameworkAgreement, *, bound: bool) -> TermsForm:
    managers = _people(row.owner)
    if row.manager.username not in dict(managers):
        managers.append((row.manager.username, row.manager.name))
    return TermsForm(
        request.POST if bound else None,
        initial=agreement_payload(row),
        managers=managers,
        options=options_of(row.extensions.all()),
    )


def _people(owner: Organisation) -> list[tuple[str, str]]:
    return [(one.username, one.name) for one in possible_managers(owner, clock.today())]


def _others(row: FrameworkAgreement) -> list[tuple[str, str]]:
    """The agreements that this one may have taken over from: those of the same owner that began before it."""
    rows = FrameworkAgreement.objects.filter(owner=row.owner, starts__lt=row.starts).exclude(pk=row.pk)
    return [(one.key, f"{localised(one, 'title')} ({one.starts.year}–{one.ends.year})") for one in rows]

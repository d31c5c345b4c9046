"""A supplier's request to participate: declaration, evidence from files or the answer vault, delivery and receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fellestorg.competitions.interchange.words import FIRM_SIZES
from fellestorg.competitions.models import Competition, QualificationRequirement
from fellestorg.competitions.reaching import crumbs, person_of, problems_of, seen_or_404
from fellestorg.competitions.selecting import requests
from fellestorg.competitions.selecting.models import ParticipationRequest
from fellestorg.competitions.selecting.policy import may_request, two_stages
from fellestorg.competitions.selecting.queries import rules_of
from fellestorg.competitions.selecting.requests import Declared, Evidence, Filled
from fellestorg.competitions.tenders import vault
from fellestorg.competitions.tenders.policy import supplier_of
from fellestorg.competitions.tenders.reaching import for_suppliers
from fellestorg.competitions.tenders.receiving import only_in_memory
from fellestorg.competitions.tenders.submitting import to_the_second
from fellestorg.competitions.words import reason_text
from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of
from fellestorg.organisations.models import Organisation
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Problem, Refused


@dataclass(frozen=True, slots=True)
class Asked:
    """A requirement in the form: what is chosen and written, evidence kept from before, and what is wrong."""

    requirement: QualificationRequirement
    met: bool | None
    text: str
    file_name: str
    problem: str


@only_in_memory(requests.LARGEST_FILE + 1)
@require_http_methods(["GET", "HEAD", "POST"])
@for_suppliers
def request_form(request: HttpRequest, number: str) -> HttpResponse:
    """Fill in and deliver. What is delivered can be replaced until the deadline."""
    competition, supplier = _whose(request, number)
    if request.method != "POST":
        return _form(request, competition, supplier)
    try:
        filled = _filled(request, competition, supplier)
        if request.POST.get("true") != "1":
            confirm = Problem("true", "required", _("Bekreft at opplysningene er riktige."))
            raise BadInput(*requests.faults(competition, filled), confirm)
        made = requests.submit(competition, supplier, filled, person=person_of(request), now=clock.now())
    except (BadInput, Refused) as error:
        problems, status = problems_of(error)
        return _form(request, competition, supplier, problems, status)
    return HttpResponseRedirect(reverse("request_receipt", args=[number, made.receipt]))


@require_POST
@for_suppliers
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take the request back."""
    competition, supplier = _whose(request, number)
    try:
        requests.withdraw(competition, supplier, person=person_of(request), now=clock.now())
    except Refused as refused:
        problems, status = problems_of(refused)
        return _form(request, competition, supplier, problems, status)
    messages.success(request, _("Forespørselen er trukket."))
    return HttpResponseRedirect(reverse("request_to_participate", args=[number]))


@require_safe
@for_suppliers
def receipt(request: HttpRequest, number: str, receipt: str) -> HttpResponse:
    """What was delivered, when and with which hash."""
    competition, supplier, row = _receipt(request, number, receipt)
    given, standing = requests.read(row), requests.standing(competition, supplier)
    context = {
        "competition": competition,
        "row": row,
        "at": to_the_second(row.received_at),
        "stands": standing == row,
        "newer": standing if standing is not None and standing != row else None,
        "open": may_request(competition, clock.now()).allowed,
        "declared": _declared(competition, given.declared),
        "text": given.text,
        "espd": not row.withdrawn and competition.requirements.exclude(ground="").exists(),
        "sizes": FIRM_SIZES.items(),
        "lots": competition.lots.order_by("number"),
        "crumbs": crumbs(competition, Crumb(_("Kvittering"))),
    }
    return render(request, "competitions/selecting/receipt.html", context)


@require_safe
@for_suppliers
def receipt_espd(request: HttpRequest, number: str, receipt: str) -> HttpResponse:
    """The declaration that was delivered, as a response to the ESPD for one lot."""
    competition, supplier, row = _receipt(request, number, receipt)
    size, lot = request.GET.get("size", ""), request.GET.get("lot", "")
    if row.withdrawn or (size and size not in FIRM_SIZES) or (lot and not competition.lots.filter(key=lot).exists()):
        raise Http404
    content = requests.espd_of(requests.read(row), lot=lot, size=size, now=clock.now())
    response = HttpResponse(content, content_type="application/xml")
    response["Content-Disposition"] = f'attachment; filename="espd-{number}-{supplier.number}.xml"'
    return response


def _receipt(request: HttpRequest, number: str, receipt: str) -> tuple[Competition, Organisation, ParticipationRequest]:
    competition, supplier = _whose(request, number)
    row = ParticipationRequest.objects.filter(competition=competition, supplier=supplier, receipt=receipt).first()
    if row is None:
        raise Http404
    return competition, supplier, row


def _whose(request: HttpRequest, number: str) -> tuple[Competition, Organisation]:
    supplier = supplier_of(actor_of(request))
    # One that was not selected reads its receipt also when the competition is closed to it.
    own = Competition.objects.filter(number=number, requests__supplier=supplier).select_related("buyer").first()
    competition = own or seen_or_404(request, number)
    if supplier is None or not two_stages(competition):
        raise Http404
    return competition, supplier


def _form(
    request: HttpRequest,
    competition: Competition,
    supplier: Organisation,
    problems: Sequence[Problem] = (),
    status: int = 200,
) -> HttpResponse:
    row = requests.standing(competition, supplier)
    before = requests.read(row) if row else None
    open_ = may_request(competition, clock.now())
    wrong = {one.where: one.text for one in problems}
    posted = request.POST if problems else None
    asked = []
    for one in competition.requirements.all():
        old = before.declared.get(one.key) if before else None
        chosen = posted.get(f"a:{one.key}") if posted else None
        asked.append(
            Asked(
                one,
                chosen == "yes" if chosen else old.met if old and not posted else None,
                posted.get(f"t:{one.key}", "") if posted else old.text if old else "",
                old.file_name if old else "",
                wrong.get(f"a:{one.key}", "") or wrong.get(f"f:{one.key}", ""),
            )
        )
    today = clock.today()
    context = {
        "competition": competition,
        "open": open_.allowed,
        "why_not": "" if open_.allowed else reason_text(open_),
        "row": row,
        "asked": asked,
        "text": posted.get("text", "") if posted else before.text if before else "",
        "kept": [one for one in vault.entries(supplier) if one.file_name and not one.expired(today)],
        "problems": [Problem("", one.code, one.text) for one in problems],
        "unconfirmed": wrong.get("true", ""),
        "criteria": list(competition.selection_criteria.all()) if rules_of(competition).maximum else [],
        "crumbs": crumbs(competition, Crumb(_("Forespørsel om å delta"))),
    }
    return render(request, "competitions/selecting/request.html", context, status=status)


def _filled(request: HttpRequest, competition: Competition, supplier: Organisation) -> Filled:
    row = requests.standing(competition, supplier)
    before = requests.read(row) if row else None
    answers, files = {}, {}
    for key in competition.requirements.values_list("key", flat=True):
        if request.POST.get(f"a:{key}") in ("yes", "no"):
            answers[key] = (request.POST[f"a:{key}"] == "yes", request.POST.get(f"t:{key}", "")[:5000])
        if (proof := _proof(request, supplier, key, before)) is not None:
            files[key] = proof
    return Filled(answers, files, request.POST.get("text", "")[:10_000])


def _proof(request: HttpRequest, supplier: Organisation, key: str, before: requests.Request | None) -> Evidence | None:
    """A new file, else one of the vault, else what came with the request before."""
    upload = request.FILES.get(f"f:{key}")
    if upload is not None:
        return Evidence((upload.name or "")[-200:], upload.read())
    entry = request.POST.get(f"v:{key}", "")
    if entry.isdecimal() and len(entry) < 18:
        kept = vault.file_of(supplier, int(entry))
        if kept is None:
            raise BadInput.of(f"f:{key}", "unknown", _("Fila finnes ikke lenger i svararkivet."))
        return Evidence(*kept)
    old = before.declared.get(key) if before else None
    found = requests.file_content(before, old.file) if before and old and old.file else None
    return Evidence(*found) if found else None


def _declared(
    competition: Competition, declared: Mapping[str, Declared]
) -> list[tuple[QualificationRequirement, Declared | None]]:
    return [(one, declared.get(one.key)) for one in competition.requirements.all()]

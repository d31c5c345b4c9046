"""The pages of the award and after: deciding, letters, standstill, complaints, the contract, the protocol."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fellestorg.competitions import procedures
from fellestorg.competitions.award import actions, policy
from fellestorg.competitions.award.becoming import managers, price_list, read_terms
from fellestorg.competitions.award.combining import limits_of
from fellestorg.competitions.award.models import AwardLetter, Complaint, ConcludedContract
from fellestorg.competitions.award.notices import BODIES
from fellestorg.competitions.award.packages import won_discounts
from fellestorg.competitions.award.papers import letter_paper
from fellestorg.competitions.award.protocol import protocol_paper
from fellestorg.competitions.award.words import COMPLAINT_OUTCOMES, LETTER_OUTCOMES
from fellestorg.competitions.evaluation.entrance import tenderer
from fellestorg.competitions.models import Competition
from fellestorg.competitions.policy import may_see_inside
from fellestorg.competitions.reaching import crumbs, inside_or_403, person_of, problems_of, seen_or_404
from fellestorg.competitions.tenders.queries import opened, opened_prices
from fellestorg.competitions.words import reason_text
from fellestorg.kernel import clock, root_heads
from fellestorg.kernel.http import actor_of, csv_answer, for_roles
from fellestorg.kernel.text import LANGUAGES, in_language
from fellestorg.organisations.models import Organisation, RoleGrant
from fellestorg.ui.editable import MEDIA_TYPE, docx
from fellestorg.ui.paper import Paper, pdf
from fellestorg.ui.parts import Crumb
from fellestorg.values import BadInput, Problem, Refused

_UNIT_PRICE = Decimal("0.0001")

_STEPS = ("award", "reverse", "conclude", "cancel")
_UNDOING = ("reverse", "cancel")


@dataclass(frozen=True, slots=True)
class _Step:
    """A step on the page. Those that undo something stand behind a fold, open when it was just tried in vain."""

    key: str
    title: str
    law: str
    possible: bool
    refusals: list[str]
    undoes: bool
    open: bool


@require_safe
@for_roles()
def after(request: HttpRequest, number: str) -> HttpResponse:
    """The decision and what follows: what may be done now and what stands in its way, letters, complaints."""
    return _page(request, inside_or_403(request, number))


@require_POST
@for_roles()
def step(request: HttpRequest, number: str, name: str) -> HttpResponse:
    """Take a step: send the letters, reverse, conclude, cancel."""
    competition = inside_or_403(request, number)
    actor, person, reason = actor_of(request), person_of(request), request.POST.get("reason", "")
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "award": (
            lambda: actions.award(competition, reason=reason, actor=actor, person=person),
            _("Brevene er sendt til alle samtidig."),
        ),
        "reverse": (
            lambda: actions.reverse(competition, reason, actor=actor),
            _("Valget er omgjort. Alle har fått beskjed."),
        ),
        "conclude": (lambda: _conclude(request, competition), _("Kontrakten er inngått.")),
        "cancel": (
            lambda: actions.cancel(competition, reason, actor=actor),
            _("Konkurransen er avlyst. Alle har fått beskjed."),
        ),
    }
    if name not in acts:
        raise Http404
    act, told = acts[name]
    return _do(request, competition, act, told)


@require_safe
@for_roles()
def price_list_csv(request: HttpRequest, number: str, lot: str, supplier: str) -> HttpResponse:
    """The winner's unit prices as a price list, ready to be sent in on the agreement that the competition became."""
    competition = inside_or_403(request, number)
    row = competition.lots.filter(key=lot).first()
    won = ConcludedContract.objects.filter(lot=row, supplier__number=supplier).select_related("award").first()
    if row is None or won is None:
        raise Http404
    category = competition.result.category if competition.result else ""
    sheets = opened_prices(competition)
    tender = next(one for one in opened(competition) if one.supplier_number == supplier)
    share = won_discounts(competition, won.award.winners).get((supplier, lot), Decimal(0))
    prices = {line: price - (price * share).quantize(_UNIT_PRICE) for line, price in sheets[tender.id][row.key].items()}
    heading, *rows = price_list(row, prices, category)
    return csv_answer(f"prisliste-{number}-{supplier}", [str(one) for one in heading], rows)


@require_POST
@for_roles()
def complain(request: HttpRequest, number: str) -> HttpResponse:
    """Register a complaint: a tenderer its own, the lead one that came another way."""
    competition = seen_or_404(request, number)
    own = sorted(actor_of(request).organisations(RoleGrant.Role.SUPPLIER))
    try:
        actions.complain(
            competition,
            tenderer(request.POST.get("supplier", "") or (own[0] if own else "")),
            request.POST.get("body", ""),
            request.POST.get("text", ""),
            actor=actor_of(request),
            person=person_of(request),
        )
    except (BadInput, Refused) as error:
        problems, status = problems_of(error)
        if may_see_inside(actor_of(request), competition).allowed:
            return _page(request, competition, problems, status)
        messages.error(request, " ".join(one.text for one in problems))
        return HttpResponseRedirect(reverse("competition", args=[number]))
    messages.success(request, _("Klagen er registrert. Kontrakten inngås ikke før den er besvart."))
    return HttpResponseRedirect(reverse("competition", args=[number]))


@require_POST
@for_roles()
def answer_complaint(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """Answer a complaint."""
    competition = inside_or_403(request, number)
    complaint = competition.complaints.filter(pk=key).first()
    if complaint is None:
        raise Http404
    return _do(
        request,
        competition,
        lambda: actions.answer_complaint(
            complaint,
            request.POST.get("outcome", ""),
            request.POST.get("answer", ""),
            actor=actor_of(request),
            person=person_of(request),
        ),
        _("Svaret er sendt."),
    )


@require_safe
@for_roles()
def letter(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """A letter as a page, with the same words as its PDF."""
    row = _letter(request, number, key)
    context = {
        "letter": row,
        "paper": letter_paper(row),
        "language": row.language,
        "pdf": reverse("award_letter_pdf", args=[number, key]),
        "docx": reverse("award_letter_docx", args=[number, key])
        if may_see_inside(actor_of(request), row.competition).allowed
        else "",
        "may_complain": row.supplier.number in actor_of(request).organisations(RoleGrant.Role.SUPPLIER)
        and row.competition.stage == "awarded",
        "bodies": list(BODIES.items()),
        "crumbs": crumbs(row.competition, Crumb(_("Brev"))),
    }
    return render(request, "competitions/award/letter.html", context)


@require_safe
@for_roles()
def letter_pdf(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """A letter as an accessible PDF."""
    row = _letter(request, number, key)
    return _file(pdf(letter_paper(row, _asked(request))), "application/pdf", f"brev-{number}-{row.supplier.number}.pdf")


@require_safe
@for_roles()
def letter_docx(request: HttpRequest, number: str, key: int) -> HttpResponse:
    """A letter as a document that the team can go on with."""
    row = _letter(request, number, key)
    if not may_see_inside(actor_of(request), row.competition).allowed:
        raise PermissionDenied
    return _file(docx(letter_paper(row, _asked(request))), MEDIA_TYPE, f"brev-{number}-{row.supplier.number}.docx")


@require_safe
def protocol_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The protocol as it stands now, as an accessible PDF."""
    return _file(pdf(_protocol(request, number)), "application/pdf", f"protokoll-{number}.pdf")


@require_safe
def protocol_docx(request: HttpRequest, number: str) -> HttpResponse:
    """The protocol as it stands now, as a document."""
    return _file(docx(_protocol(request, number)), MEDIA_TYPE, f"protokoll-{number}.docx")


def _page(
    request: HttpRequest, competition: Competition, problems: tuple[Problem, ...] = (), status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    moves = [one for one in procedures.open_moves(competition, clock.now()) if one.move.key in _STEPS]
    tried = request.resolver_match.kwargs.get("name") if request.resolver_match and problems else None
    steps = [
        _Step(
            one.move.key,
            in_language(one.move.title),
            one.move.law,
            one.possible,
            [reason_text(no) for no in one.refusals],
            one.move.key in _UNDOING,
            one.move.key == tried,
        )
        for one in moves
    ]
    context = {
        "competition": competition,
        "leads": policy.may_award(actor, competition).allowed,
        "steps": [one for one in steps if not one.undoes],
        "undoing": [one for one in steps if one.undoes],
        "again": competition.awards.exists(),
        "planned": _planned(competition) if any(one.key == "award" and one.possible for one in steps) else [],
        "letters": [
            (one, LETTER_OUTCOMES[one.outcome], reverse("award_letter", args=[competition.number, one.pk]))
            for one in competition.letters.select_related("supplier", "award").order_by("-sent_at", "supplier__name")
        ],
        "complaints": [
            (one, COMPLAINT_OUTCOMES[one.outcome], BODIES[one.body])
            for one in competition.complaints.select_related("supplier")
        ],
        "answers": [(key, name) for key, name in COMPLAINT_OUTCOMES.items() if key != Complaint.Outcome.WAITING],
        "bodies": list(BODIES.items()),
        "tenderers": sorted(
            {(one.supplier.number, one.supplier.name) for one in competition.letters.select_related("supplier")}
        ),
        "contracts": [
            one for award in competition.awards.all() for one in award.contracts.select_related("supplier", "lot")
        ],
        # What is held under an agreement becomes a call-off; the rest may become an agreement.
        "may_frame": competition.under_id is None,
        "managers": list(managers(competition, clock.today())) if competition.under_id is None else [],
        "filled": request.POST.dict() if problems else {},
        "over_lots": reverse("award_over_lots", args=[competition.number]) if limits_of(competition) else "",
        "protocol": reverse("competition_protocol", args=[competition.number]),
        "protocol_docx": reverse("competition_protocol_docx", args=[competition.number]),
        "problems": problems,
        "crumbs": crumbs(competition, Crumb(_("Valg og kontrakt"))),
    }
    return render(request, "competitions/award/after.html", context, status=status)


def _planned(competition: Competition) -> list[tuple[str, list[str]]]:
    """Each lot with the names of those that the letters would say are chosen."""
    winners = actions.planned(competition)
    numbers = {one for chosen in winners.values() for one in chosen}
    names = dict(Organisation.objects.filter(number__in=numbers).values_list("number", "name"))
    return [(lot.title, [names[one] for one in winners.get(lot.key, ())]) for lot in competition.lots.all()]


def _conclude(request: HttpRequest, competition: Competition) -> None:
    terms = read_terms(request.POST.dict(), competition, clock.today())
    actions.conclude(competition, terms=terms, actor=actor_of(request), person=person_of(request))


def _do(request: HttpRequest, competition: Competition, act: Callable[[], object], told: str) -> HttpResponse:
    try:
        act()
    except (BadInput, Refused) as error:
        problems, status = problems_of(error)
        return _page(request, inside_or_403(request, competition.number), problems, status)
    messages.success(request, told)
    return HttpResponseRedirect(reverse("competition_after", args=[competition.number]))


def _letter(request: HttpRequest, number: str, key: int) -> AwardLetter:
    row = (
        AwardLetter.objects.filter(pk=key, competition__number=number)
        .select_related("supplier", "competition__buyer", "competition__lead")
        .first()
    )
    if row is None or not policy.may_read_letter(actor_of(request), row).allowed:
        raise Http404
    return row


def _protocol(request: HttpRequest, number: str) -> Paper:
    competition = seen_or_404(request, number)
    if not policy.may_see_protocol(actor_of(request), competition).allowed:
        raise Http404
    return protocol_paper(
        competition,
        inside=may_see_inside(actor_of(request), competition).allowed,
        language=_asked(request) or get_language() or "nb",
        at=clock.now(),
        head=root_heads.seal(),
    )


def _asked(request: HttpRequest) -> str:
    language = request.GET.get("sprak", "")
    return language if language in LANGUAGES else ""


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer

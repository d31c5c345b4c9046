"""A supplier's home: what is open to them, what they are invited to, drafts, receipts, results, deadlines, the vault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.competitions import queries as competitions
from fellestorg.competitions.models import Competition
from fellestorg.competitions.selecting.policy import may_request
from fellestorg.competitions.tenders import vault
from fellestorg.competitions.tenders.models import Tender, TenderDraft
from fellestorg.competitions.tenders.policy import may_tender, supplier_of
from fellestorg.competitions.tenders.reaching import for_suppliers
from fellestorg.competitions.tenders.receiving import only_in_memory
from fellestorg.competitions.tenders.submitting import to_the_second
from fellestorg.competitions.words import procedure_name, stage_name
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.calendars import CalendarEntry, calendar_answer
from fellestorg.kernel.http import actor_of, csv_answer, json_answer
from fellestorg.kernel.sheets import RowError, day_in
from fellestorg.organisations.models import Organisation, Person
from fellestorg.organisations.queries import actor_for
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import BadInput, Problem

_SALT = "fellestorg.tenders.calendar"
_LIST = (
    "number",
    "title",
    "buyer",
    "procedure",
    "invited",
    "tenders_until",
    "draft",
    "receipt",
    "stage",
    "requests_until",
    "request",
)


@dataclass(frozen=True, slots=True)
class Row:
    """A competition as it concerns one supplier. ``asking``: requests to participate are taken now; ``request`` is the
    receipt of the supplier's own."""

    number: str
    title: str
    buyer: str
    procedure: str
    stage: str
    invited: bool
    open: bool
    tenders_until: datetime | None
    draft: str
    receipt: str
    received: str
    requests_until: datetime | None
    asking: bool
    request: str

    @property
    def due(self) -> datetime | None:
        """The next deadline that the supplier keeps here."""
        return self.requests_until if self.asking else self.tenders_until


@dataclass(frozen=True, slots=True)
class Result:
    """What a supplier is told of a competition that is decided: a sentence and where it leads."""

    number: str
    text: str
    link: str


@dataclass(frozen=True, slots=True)
class SeeAlso:
    """A page of a room above that suppliers want from here."""

    label: str | Promise
    text: str | Promise
    url_name: str


_results: list[Callable[[Organisation], list[Result]]] = []
_see_also: dict[str, SeeAlso] = {}


def add_results(source: Callable[[Organisation], list[Result]]) -> None:
    """Register what a room that decides competitions tells suppliers."""
    _results.append(source)


def add_see_also(page: SeeAlso) -> None:
    """Register a page that the supplier's home leads to."""
    _see_also[page.url_name] = page


def rows_for(supplier: Organisation, actor: Actor, now: datetime) -> list[Row]:
    """Every competition that is open to the supplier, or in which they have a request, a draft or a tender; the next
    deadline first."""
    drafts = {one.competition_id: one for one in TenderDraft.objects.filter(supplier=supplier).defer("sealed")}
    tenders = Tender.objects.filter(supplier=supplier).defer("quality", "price").select_related("withdrawal")
    newest = {one.competition_id: one for one in tenders.order_by("round", "version")}
    asked = {one.competition_id: one for one in supplier.participation_requests.order_by("version").defer("sealed")}
    found = []
    invitations = set(supplier.competition_invitations.exclude(invited_at=None).values_list("competition", flat=True))
    mine = Q(pk__in={*drafts, *newest, *asked})
    for one in competitions.visible_to(actor).filter(
        Q(tenders_until__isnull=False) | Q(requests_until__isnull=False) | mine
    ):
        open_, asking = may_tender(supplier, one, now).allowed, may_request(one, now).allowed
        if open_ or asking or one.pk in drafts or one.pk in newest or one.pk in asked:
            row = _row(one, open_, one.pk in invitations, drafts.get(one.pk), newest.get(one.pk))
            request = asked.get(one.pk)
            kept = request.receipt if request is not None and not request.withdrawn else ""
            found.append(replace(row, requests_until=one.requests_until, asking=asking, request=kept))
    return sorted(found, key=lambda row: (not row.open and not row.asking, row.due or now))


@require_safe
@for_suppliers
def home(request: HttpRequest) -> HttpResponse:
    """The supplier's home."""
    supplier, actor, now = _supplier(request), actor_of(request), clock.now()
    rows = rows_for(supplier, actor, now)
    token = signing.dumps(request.person.pk, salt=_SALT)  # type: ignore[attr-defined]
    context = {
        "supplier": supplier,
        "open": [row for row in rows if row.open],
        "asking": [row for row in rows if row.asking or row.request],
        "mine": [row for row in rows if row.receipt or (row.draft and not row.open)],
        "results": [result for source in _results for result in source(supplier)],
        "see_also": _see_also.values(),
        "calendar": request.build_absolute_uri(reverse("supplier_calendar", args=[token])),
        "downloads": [
            Download("CSV", reverse("supplier_home_csv"), "csv"),
            Download("JSON", reverse("supplier_home_json"), "json"),
        ],
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Leverandør"))],
    }
    return render(request, "competitions/tenders/home.html", context)


@require_safe
@for_suppliers
def home_csv(request: HttpRequest) -> HttpResponse:
    """The competitions as CSV."""
    rows = rows_for(_supplier(request), actor_of(request), clock.now())
    return csv_answer("leverandor", _LIST, ([getattr(row, name) for name in _LIST] for row in rows))


@require_safe
@for_suppliers
def home_json(request: HttpRequest) -> HttpResponse:
    """The competitions as JSON."""
    rows = rows_for(_supplier(request), actor_of(request), clock.now())
    return json_answer({"competitions": [{name: getattr(row, name) for name in _LIST} for row in rows]})


@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """The deadlines as a calendar to subscribe to: a calendar program cannot sign in, so the address is a secret."""
    try:
        person = Person.objects.get(pk=signing.loads(token, salt=_SALT), active=True)
    except (signing.BadSignature, Person.DoesNotExist):
        raise Http404 from None
    now = clock.now()
    actor = actor_for(person, clock.local_day(now))
    supplier = supplier_of(actor)
    if supplier is None:
        raise Http404
    entries = [
        CalendarEntry(
            f"{row.number}@fellestorg",
            row.due,
            (_("Frist for forespørsel: %s") if row.asking else _("Tilbudsfrist: %s")) % row.title,
            f"{row.number}, {row.buyer}",
            now,
        )
        for row in rows_for(supplier, actor, now)
        if row.due is not None
    ]
    return calendar_answer(_("Tilbudsfrister"), entries, "tilbudsfrister", attachment=False)


@only_in_memory(vault.LARGEST_FILE + 1)
@require_http_methods(["GET", "HEAD", "POST"])
@for_suppliers
def answer_vault(request: HttpRequest) -> HttpResponse:
    """What the supplier keeps to use again."""
    supplier, now = _supplier(request), clock.now()
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":
        if request.POST.get("do") == "forget" and request.POST.get("entry", "").isdecimal():
            vault.forget(supplier, int(request.POST["entry"]))
            return HttpResponseRedirect(reverse("answer_vault"))
        try:
            _keep(request, supplier, now)
        except BadInput as error:
            problems = error.problems
        else:
            messages.success(request, _("Lagret i svararkivet."))
            return HttpResponseRedirect(reverse("answer_vault"))
    today = clock.local_day(now)
    context = {
        "entries": [(one, one.expired(today)) for one in vault.entries(supplier)],
        "problems": problems,
        "posted": request.POST,
        "crumbs": [Crumb(_("Forsiden"), "/"), Crumb(_("Leverandør"), reverse("supplier_home")), Crumb(_("Svararkiv"))],
    }
    return render(request, "competitions/tenders/vault.html", context, status=422 if problems else 200)


@require_safe
@for_suppliers
def vault_file(request: HttpRequest, entry: int) -> HttpResponse:
    """A file of the vault."""
    found = vault.file_of(_supplier(request), entry)
    if found is None:
        raise Http404
    answer = HttpResponse(found[1], content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = _attachment(found[0])
    return answer


def _attachment(name: str) -> str:
    from django.utils.http import content_disposition_header

    return content_disposition_header(True, name) or "attachment"


def _supplier(request: HttpRequest) -> Organisation:
    supplier = supplier_of(actor_of(request))
    if supplier is None:
        raise PermissionDenied
    return supplier


def _keep(request: HttpRequest, supplier: Organisation, now: datetime) -> None:
    posted = request.POST
    try:
        expires = day_in(posted["expires"]) if posted.get("expires") else None
    except RowError as error:
        raise BadInput.of("expires", error.code, error.text) from None
    upload = request.FILES.get("file")
    vault.keep(
        supplier,
        "evidence" if upload else "answer",
        posted.get("title", ""),
        posted.get("text", ""),
        expires,
        (upload.name or "", upload.read()) if upload else None,
        person=request.person,  # type: ignore[attr-defined]
        now=now,
    )


def _row(one: Competition, open_: bool, invited: bool, draft: TenderDraft | None, tender: Tender | None) -> Row:
    standing = tender if tender is not None and not hasattr(tender, "withdrawal") else None
    return Row(
        one.number,
        one.title,
        one.buyer.name,
        procedure_name(one),
        stage_name(one),
        invited,
        open_,
        one.tenders_until,
        to_the_second(draft.saved_at) if draft is not None and not draft.locked else "",
        standing.receipt if standing else "",
        to_the_second(standing.received_at) if standing else "",
        None,
        False,
        "",
    )

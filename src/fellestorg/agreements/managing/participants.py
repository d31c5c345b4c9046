"""Pages for who may call off: dates at once, new agencies by four eyes, many of them from a sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from fellestorg.agreements import proposals
from fellestorg.agreements.changes.participants import KIND, Joining, joining_problems, participants_payload
from fellestorg.agreements.managing import editing
from fellestorg.agreements.managing.attempts import MANAGERS, Failed, agreement_path, attempt, managed_agreement, told
from fellestorg.agreements.managing.editing import Stay
from fellestorg.agreements.managing.editing_forms import JoiningForm, SheetForm, StayForm
from fellestorg.agreements.managing.policy_forms import ReasonForm
from fellestorg.agreements.models import FrameworkAgreement, Participation
from fellestorg.agreements.proposals import Target
from fellestorg.agreements.shown import GROUND_NAMES
from fellestorg.kernel import clock
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.http import actor_of, csv_answer, for_roles
from fellestorg.kernel.sheets import RowError, RowProblem, SheetRow, day_in, read_sheet
from fellestorg.kernel.text import in_language, localised
from fellestorg.kernel.workbooks import workbook_of
from fellestorg.organisations.models import Organisation
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import BadInput

COLUMNS: Mapping[str, Sequence[str]] = {
    "number": ("orgnr", "organisasjonsnummer"),
    "ground": ("grunnlag",),
    "valid_from": ("fra", "med fra"),
    "valid_to": ("til", "med til"),
    "note": ("merknad", "kunngjøringen"),
}
REQUIRED = ("number", "valid_from")


@require_http_methods(["GET", "POST"])
@for_roles(*MANAGERS)
def manage(request: HttpRequest, key: str) -> HttpResponse:
    """Add somebody, or many from a sheet. ``do`` says which form was posted."""
    row, do = managed_agreement(request, key), request.POST.get("do", "")
    actor, target = actor_of(request), Target(row)
    proposed = proposals.needs_second_person(KIND, target)
    joining = JoiningForm(request.POST if do == "add" else None, initial={"valid_from": clock.today()})
    sheet = SheetForm(*((request.POST, request.FILES) if do == "sheet" else ()))
    reason = ReasonForm(request.POST if do else None)
    rejected: list[RowProblem] = []

    def why() -> str:
        return reason.cleaned_data["reason"] if proposed else ""

    def add() -> str:
        given = joining.cleaned_data
        number = given.pop("number").replace(" ", "")
        payload = participants_payload([Joining(number, **given)])
        return told(proposals.change(KIND, target, payload, why(), actor=actor, now=clock.now()))

    def read() -> str:
        found = read_participants(sheet.cleaned_data["sheet"].read(), row)
        rejected.extend(found.problems)
        if found.problems:
            raise BadInput
        return _carry_out(row, found, why(), actor)

    failed = Failed((), 200)
    if do in ("add", "sheet"):
        form, act = (joining, add) if do == "add" else (sheet, read)
        back = reverse("manage_participants", args=[key])
        made = attempt(request, [form, reason] if proposed else [form], act, back)
        if isinstance(made, HttpResponse):
            return made
        failed = made
    context = {
        "agreement": row,
        "title": localised(row, "title"),
        "rows": _listed(row),
        "joining": joining,
        "sheet": sheet,
        "reason": reason,
        "do": do,
        "proposed": proposed,
        "problems": failed.problems,
        "rejected": rejected,
        "downloads": [
            Download(_("Mal (Excel)"), reverse("participants_template_xlsx", args=[key])),
            Download(_("Mal (CSV)"), reverse("participants_template_csv", args=[key]), "csv"),
        ],
        "crumbs": agreement_path(row, _("Forvalt deltakere")),
    }
    return render(request, "agreements/manage_participants.html", context, status=failed.status)


@require_http_methods(["GET", "POST"])
@for_roles(*MANAGERS)
def move(request: HttpRequest, key: str, participation: int) -> HttpResponse:
    """Change when somebody on the list takes part."""
    row = managed_agreement(request, key)
    found = Participation.objects.select_related("agreement__owner", "agreement__manager", "organisation")
    one = found.filter(pk=participation, agreement=row).first()
    if one is None:
        raise Http404
    form = StayForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(one, name) for name in StayForm.base_fields},
    )

    def act() -> str:
        editing.move_participation(one, Stay(**form.cleaned_data), actor=actor_of(request), now=clock.now())
        return _("Endringen er lagret.")

    failed = Failed((), 200)
    if request.method == "POST":
        made = attempt(request, [form], act, reverse("manage_participants", args=[key]))
        if isinstance(made, HttpResponse):
            return made
        failed = made
    name = _name(one.organisation)
    manage_url = reverse("manage_participants", args=[key])
    path = [*agreement_path(row), Crumb(_("Forvalt deltakere"), manage_url), Crumb(name)]
    context = {
        "agreement": row,
        "title": localised(row, "title"),
        "name": name,
        "ground": GROUND_NAMES[one.ground],
        "form": form,
        "problems": failed.problems,
        "crumbs": path,
    }
    return render(request, "agreements/move_participation.html", context, status=failed.status)


@require_safe
@for_roles(*MANAGERS)
def template_csv(request: HttpRequest, key: str) -> HttpResponse:
    """The sheet to fill in, as CSV, with those on the list in it."""
    return csv_answer(f"deltakere-{key}", list(COLUMNS), _sheet_rows(managed_agreement(request, key)))


@require_safe
@for_roles(*MANAGERS)
def template_xlsx(request: HttpRequest, key: str) -> HttpResponse:
    """The sheet to fill in, as a workbook, with those on the list in it."""
    notes = (
        _("Ni sifre."),
        _("obligatory, opt_in eller later. Tomt for dem som alt er med."),
        _("Første dag, som 2024-01-31."),
        _("Siste dag, eller tomt."),
        _("Hvor kunngjøringen nevner virksomheten. Må fylles ut for nye som ikke er obligatoriske."),
    )
    content = workbook_of(_("Deltakere"), list(COLUMNS), _sheet_rows(managed_agreement(request, key)), notes)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="deltakere-{key}.xlsx"'
    return answer


@dataclass(frozen=True, slots=True)
class ReadParticipants:
    """A sheet as far as it could be understood: who is to move, who is to be added, and every problem by row."""

    moves: tuple[tuple[Participation, Stay], ...]
    joining: tuple[Joining, ...]
    problems: tuple[RowProblem, ...]


def read_participants(content: bytes, agreement: FrameworkAgreement) -> ReadParticipants:
    """The participants in a sheet: those on the list get new days, the others are to be added. Raises BadInput where the
    file is no such sheet."""
    rows = read_sheet(content, COLUMNS, REQUIRED)
    numbers = [_number(row) for row in rows]
    organisations = {one.number: one for one in Organisation.objects.filter(number__in=numbers)}
    running = _running(agreement)
    moves: list[tuple[Participation, Stay]] = []
    joining: list[Joining] = []
    problems: list[RowProblem] = []
    for row, number in zip(rows, numbers, strict=True):
        days = {name: _day(row, name, problems) for name in ("valid_from", "valid_to")}
        start, note = days["valid_from"], row.cells.get("note", "")
        if numbers.count(number) > 1:
            problems.append(RowProblem(row.number, "number", "twice", _("virksomheten står flere ganger")))
        if start is None:
            continue
        if number in running:
            one = running[number]
            stay = Stay(start, days["valid_to"], one.own_contract_to, note or one.note)
            found = editing.stay_problems(one, stay)
            moves.append((one, stay))
        else:
            new = Joining(number, row.cells.get("ground", "").lower(), start, days["valid_to"], note)
            found = joining_problems(new, organisations.get(number), agreement.starts)
            joining.append(new)
        problems += [RowProblem(row.number, bad.where, bad.code, bad.text) for bad in found]
    return ReadParticipants(tuple(moves), tuple(joining), tuple(problems))


@transaction.atomic
def _carry_out(agreement: FrameworkAgreement, found: ReadParticipants, why: str, actor: Actor) -> str:
    """New days at once, new participants as one proposal; what was done, in words."""
    now = clock.now()
    changed = 0
    for one, stay in found.moves:
        before = (one.valid_from, one.valid_to, one.note)
        moved = editing.move_participation(one, stay, actor=actor, now=now)
        changed += (moved.valid_from, moved.valid_to, moved.note) != before
    said = [ngettext("%(n)s deltaker er endret.", "%(n)s deltakere er endret.", changed) % {"n": changed}]
    if found.joining:
        payload = participants_payload(found.joining)
        made = proposals.change(KIND, Target(agreement), payload, why, actor=actor, now=now)
        n = len(found.joining)
        said.append(ngettext("%(n)s ny deltaker:", "%(n)s nye deltakere:", n) % {"n": n} + " " + told(made))
    return " ".join(said)


def _listed(row: FrameworkAgreement) -> list[tuple[Participation, str, str]]:
    return [(one, _name(one.organisation), str(GROUND_NAMES[one.ground])) for one in _running(row).values()]


def _running(agreement: FrameworkAgreement) -> dict[str, Participation]:
    """Those on the list, now or later, by number."""
    rows = Participation.objects.filter(agreement=agreement).exclude(valid_to__lt=clock.today())
    rows = rows.select_related("agreement__owner", "agreement__manager", "organisation")
    return {one.organisation.number: one for one in rows.order_by("organisation__sort_name", "-valid_from")}


def _sheet_rows(row: FrameworkAgreement) -> list[list[str | date | None]]:
    return [[number, one.ground, one.valid_from, one.valid_to, one.note] for number, one in _running(row).items()]


def _number(row: SheetRow) -> str:
    return "".join(row.cells["number"].split())


def _day(row: SheetRow, name: str, problems: list[RowProblem]) -> date | None:
    text = row.cells.get(name, "")
    if not text:
        if name in REQUIRED:
            problems.append(RowProblem(row.number, name, "missing", _("må fylles ut")))
        return None
    try:
        return day_in(text)
    except RowError as error:
        problems.append(RowProblem(row.number, name, error.code, error.text))
        return None


def _name(organisation: Organisation) -> str:
    return in_language({"nb": organisation.name, "nn": organisation.name_nn, "en": organisation.name_en})

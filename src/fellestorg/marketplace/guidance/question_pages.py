"""Questions and answers: those published, asking SI, and SI's queue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, for_roles, json_answer
from fellestorg.kernel.text import LANGUAGES
from fellestorg.marketplace.guidance import asking, queries, rendering, shown, words
from fellestorg.marketplace.guidance.forms import AnswerForm, QuestionForm
from fellestorg.marketplace.guidance.models import ExpertQuestion
from fellestorg.marketplace.guidance.pages import language
from fellestorg.marketplace.guidance.policy import ASKERS, EDITORS, may_ask, may_edit, may_publish
from fellestorg.marketplace.guidance.rendering import Explained
from fellestorg.marketplace.listings import questions
from fellestorg.ui.parts import Crumb, Download, Paging
from fellestorg.values import BadInput, Refused

_LIST = ("id", "question", "answer", "language", "category", "related", "published_at")
_QUEUE = ("id", "title", "category", "state", "asked_at", "handler")


@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """The published questions and answers, and the way to ask."""
    actor = actor_of(request)
    found = _found(request)
    paging = Paging.read(request.GET.dict(), len(found), 25)
    suffix = f"?{request.GET.urlencode()}" if request.GET else ""
    context = {
        "rows": [(one, _category(one.category)) for one in found[paging.start : paging.stop]],
        "paging": paging,
        "asked": request.GET.get("q", "")[:100],
        "own": [(one, words.QUESTION_STATES[one.state]) for one in queries.own_questions(actor)],
        "asks": may_ask(actor).allowed,
        "edits": may_edit(actor).allowed or actor.has("auditor"),
        "downloads": [
            Download("CSV", reverse("expert_questions_csv") + suffix, "csv"),
            Download("JSON", reverse("expert_questions_json") + suffix, "json"),
        ],
        "crumbs": shown.crumbs(Crumb(_("Spørsmål og svar"))),
    }
    return render(request, "marketplace/guidance/questions.html", context)


@require_safe
def answers_csv(request: HttpRequest) -> HttpResponse:
    """The published questions and answers as CSV."""
    return csv_answer("sporsmal", _LIST, (list(row.values()) for row in _rows(request, " ".join)))


@require_safe
def answers_json(request: HttpRequest) -> HttpResponse:
    """The published questions and answers as JSON."""
    return json_answer({"questions": _rows(request, list)})


@require_http_methods(["GET", "POST"])
@for_roles(*ASKERS)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask SI."""
    categories = [(one.key, one.label) for one in questions.categories()]
    form = QuestionForm(request.POST or None, categories=categories)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            person = request.person  # type: ignore[attr-defined]
            try:
                made = asking.ask(form.cleaned_data, actor=actor_of(request), person=person, now=clock.now())
            except BadInput as error:
                _at_fields(form, error)
            except Refused as refused:
                form.add_error(None, refused.text)
                status = 429
            else:
                messages.success(request, _("Spørsmålet er sendt. Du får en melding når det er besvart."))
                return HttpResponseRedirect(reverse("expert_question", args=[made.pk]))
    context = {"form": form, "crumbs": _crumbs(Crumb(_("Spør en ekspert")))}
    return render(request, "marketplace/guidance/ask.html", context, status=status)


@require_safe
@for_roles(*EDITORS, "auditor")
def queue(request: HttpRequest) -> HttpResponse:
    """What waits at SI: unanswered first, then answers that wait for a second person."""
    context = {
        "rows": [(one, words.QUESTION_STATES[one.state], _category(one.category)) for one in _waiting()],
        "downloads": [
            Download("CSV", reverse("expert_queue_csv"), "csv"),
            Download("JSON", reverse("expert_queue_json"), "json"),
        ],
        "crumbs": _crumbs(Crumb(_("Køen"))),
    }
    return render(request, "marketplace/guidance/queue.html", context)


@require_safe
@for_roles(*EDITORS, "auditor")
def queue_csv(request: HttpRequest) -> HttpResponse:
    """The queue as CSV."""
    return csv_answer("sporsmalskoen", _QUEUE, (list(row.values()) for row in _queue_rows()))


@require_safe
@for_roles(*EDITORS, "auditor")
def queue_json(request: HttpRequest) -> HttpResponse:
    """The queue as JSON."""
    return json_answer({"questions": _queue_rows()})


@require_safe
def question(request: HttpRequest, key: int) -> HttpResponse:
    """One question: what all may read, to whoever asked also what they wrote, to SI what is left to do."""
    return _question_page(request, key)


@require_POST
@for_roles(*EDITORS)
def take(request: HttpRequest, key: int) -> HttpResponse:
    """Take a question on."""
    row = _own_row(request, key)
    person = request.person  # type: ignore[attr-defined]
    return _do(
        request, key, lambda: asking.take(row, actor=actor_of(request), person=person, now=clock.now()),
        _("Du har tatt spørsmålet."),
    )  # fmt: skip


@require_POST
@for_roles(*EDITORS)
def answer(request: HttpRequest, key: int) -> HttpResponse:
    """Answer a question."""
    row = _own_row(request, key)
    form = AnswerForm(request.POST, related=_related())
    if form.is_valid():
        data = form.cleaned_data
        public = {code: {"question": data[f"question_{code}"], "answer": data[f"answer_{code}"]} for code in LANGUAGES}
        try:
            asking.answer(row, public, data["related"], actor=actor_of(request), now=clock.now())
        except BadInput as error:
            _at_fields(form, error)
        except Refused as refused:
            messages.error(request, refused.text)
            return HttpResponseRedirect(reverse("expert_question", args=[key]))
        else:
            messages.success(request, _("Svaret er sendt. En annen hos SI kan publisere det for alle."))
            return HttpResponseRedirect(reverse("expert_question", args=[key]))
    return _question_page(request, key, form, status=422)


@require_POST
@for_roles(*EDITORS)
def publish(request: HttpRequest, key: int) -> HttpResponse:
    """Let all read the answer."""
    row = _own_row(request, key)
    return _do(
        request, key, lambda: asking.publish(row, actor=actor_of(request), now=clock.now()),
        _("Svaret er publisert for alle."),
    )  # fmt: skip


@require_POST
@for_roles(*EDITORS)
def close(request: HttpRequest, key: int) -> HttpResponse:
    """Close a question with a reason."""
    row, reason = _own_row(request, key), request.POST.get("reason", "")
    return _do(
        request, key, lambda: asking.close(row, reason, actor=actor_of(request), now=clock.now()),
        _("Spørsmålet er lukket."),
    )  # fmt: skip


def _question_page(request: HttpRequest, key: int, form: AnswerForm | None = None, status: int = 200) -> HttpResponse:
    actor, code = actor_of(request), language(request)
    row = queries.question_visible_to(actor, key)
    if row is None:
        raise Http404
    own = f"person:{row.asked_by_id}" == actor.key
    edits = may_edit(actor).allowed
    view = queries.answer_of(row, code) if row.public else None
    explained = Explained(view.language if view is not None else code)
    titles = {one.slug: one for one in queries.published(code)}
    # What whoever asked wrote is for them and for those who answer and check; their name is for those alone.
    sees_asker = edits or actor.has("auditor")
    context = {
        "row": row,
        "view": view,
        "html": rendering.as_html(view.answer, explained) if view is not None else "",
        "words": explained.met,
        "related": [titles[slug] for slug in row.related if slug in titles],
        "category": _category(row.category),
        "state": words.QUESTION_STATES[row.state],
        "sees_original": own or sees_asker,
        "sees_asker": sees_asker,
        "takes": edits and row.state == "received" and row.handler is None,
        "form": form or (_answer_form(row) if edits and row.state in ("received", "answered") else None),
        "publishes": row.state == "answered" and may_publish(actor, [row.answered_by_key]).allowed,
        "waits_for_another": edits and row.state == "answered" and row.answered_by_key == actor.key,
        "closes": edits and row.state != "closed",
        "crumbs": _crumbs(Crumb(view.question if view is not None else row.title)),
    }
    return render(request, "marketplace/guidance/question.html", context, status=status)


def _answer_form(row: ExpertQuestion) -> AnswerForm:
    initial: dict[str, Any] = {"related": row.related}
    for code in LANGUAGES:
        said = row.public.get(code, {})
        initial |= {f"question_{code}": said.get("question", ""), f"answer_{code}": said.get("answer", "")}
    if not row.public:
        initial[f"question_{row.language}"] = row.title
    return AnswerForm(initial=initial, related=_related())


def _found(request: HttpRequest) -> list[queries.AnswerView]:
    asked = " ".join(request.GET.get("q", "").replace("\x00", "").lower().split())[:100]
    category = request.GET.get("kategori", "")
    found = queries.answers(language(request), category=category if questions.category(category) else "")
    return [one for one in found if asked in f"{one.question}\n{one.answer}".lower()]


def _rows(request: HttpRequest, joined: Callable[[tuple[str, ...]], object]) -> list[dict[str, Any]]:
    return [
        {name: joined(one.related) if name == "related" else getattr(one, name) for name in _LIST}
        for one in _found(request)
    ]


def _waiting() -> list[ExpertQuestion]:
    rows = ExpertQuestion.objects.filter(state__in=["received", "answered"]).select_related("handler")
    return list(rows.order_by("-state", "asked_at"))


def _queue_rows() -> list[dict[str, Any]]:
    return [
        {
            "id": one.pk,
            "title": one.title,
            "category": one.category,
            "state": one.state,
            "asked_at": one.asked_at,
            "handler": one.handler.name if one.handler is not None else "",
        }
        for one in _waiting()
    ]


def _own_row(request: HttpRequest, key: int) -> ExpertQuestion:
    row = queries.question_visible_to(actor_of(request), key)
    if row is None:
        raise Http404
    return row


def _do(request: HttpRequest, key: int, act: Callable[[], object], done: str) -> HttpResponse:
    try:
        act()
        messages.success(request, done)
    except Refused as refused:
        messages.error(request, refused.text)
    except BadInput as error:
        messages.error(request, "; ".join(one.text for one in error.problems))
    return HttpResponseRedirect(reverse("expert_question", args=[key]))


def _related() -> list[tuple[str, str]]:
    return [(one.slug, one.title) for one in queries.published("nb")]


def _category(key: str) -> str:
    found = questions.category(key)
    return found.label if found is not None else ""


def _at_fields(form: Any, error: BadInput) -> None:
    for problem in error.problems:
        form.add_error(problem.where if problem.where in form.fields else None, problem.text)


def _crumbs(*more: Crumb) -> list[Crumb]:
    return shown.crumbs(Crumb(_("Spørsmål og svar"), reverse("expert_questions")), *more)

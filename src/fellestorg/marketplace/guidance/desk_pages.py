"""SI's desk: articles being written, published by a second person, and read through again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
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
from fellestorg.marketplace.guidance import actions, content, feedback, queries, rendering, shown, text, words
from fellestorg.marketplace.guidance.feedback import Helped
from fellestorg.marketplace.guidance.forms import ArticleForm, PlaceForm, ReasonForm, ReviewForm
from fellestorg.marketplace.guidance.models import Article, ArticleDraft, ExpertQuestion
from fellestorg.marketplace.guidance.pages import language
from fellestorg.marketplace.guidance.policy import EDITORS, may_edit, may_publish
from fellestorg.marketplace.guidance.rendering import Explained
from fellestorg.marketplace.listings import questions
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import BadInput, Refused

_DESK = ("slug", "title", "version", "review_on", "overdue", "editor", "draft", "yes", "no")


@require_safe
@for_roles(*EDITORS, "auditor")
def desk(request: HttpRequest) -> HttpResponse:
    """Every article with its state, review day and count; what waits for somebody."""
    context = {
        "rows": _rows(request),
        "waiting": ExpertQuestion.objects.filter(state__in=["received", "answered"]).count(),
        "edits": may_edit(actor_of(request)).allowed,
        "downloads": [
            Download("CSV", reverse("guidance_desk_csv"), "csv"),
            Download("JSON", reverse("guidance_desk_json"), "json"),
        ],
        "crumbs": shown.guidance_crumbs(Crumb(_("Redaksjonen"))),
    }
    return render(request, "marketplace/guidance/desk.html", context)


@require_safe
@for_roles(*EDITORS, "auditor")
def desk_csv(request: HttpRequest) -> HttpResponse:
    """The desk as CSV."""
    return csv_answer("redaksjonen", _DESK, ([row[name] for name in _DESK] for row in _rows(request)))


@require_safe
@for_roles(*EDITORS, "auditor")
def desk_json(request: HttpRequest) -> HttpResponse:
    """The desk as JSON."""
    return json_answer({"articles": [{name: row[name] for name in _DESK} for row in _rows(request)]})


@require_http_methods(["GET", "POST"])
@for_roles(*EDITORS)
def new(request: HttpRequest) -> HttpResponse:
    """Begin a new article."""
    place = PlaceForm(request.POST or None)
    form = ArticleForm(request.POST or None, **_choices(None))
    status = 200
    if request.method == "POST":
        status = 422
        if place.is_valid() and form.is_valid():
            given = {**place.cleaned_data, **_given(form)}
            try:
                made = actions.create(given, actor=actor_of(request), now=clock.now())
            except BadInput as error:
                _at_fields((place, form), error)
            else:
                messages.success(request, _("Utkastet er lagret."))
                return HttpResponseRedirect(reverse("guidance_edit", args=[made.slug]))
    context = {"place": place, "form": form, "crumbs": _desk_crumbs(Crumb(_("Ny artikkel")))}
    return render(request, "marketplace/guidance/edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
@for_roles(*EDITORS)
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Write the draft of an article; what waits, and what else can be done, stands beside it."""
    article = _article(slug)
    draft = ArticleDraft.objects.filter(article=article).first()
    form = ArticleForm(request.POST or None, initial=_initial(article, draft), **_choices(article))
    status, conflict = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                seen = request.POST.get("seen", "")
                actions.save_draft(article, _given(form), actor=actor_of(request), now=clock.now(), seen=seen)
            except BadInput as error:
                _at_fields((form,), error)
            except Refused as refused:
                conflict, status = _conflict(refused, article, form), 409
            else:
                messages.success(request, _("Utkastet er lagret."))
                return HttpResponseRedirect(reverse("guidance_edit", args=[slug]))
    title = _title(article, draft)
    context = {
        "article": article,
        "title": title,
        "draft": draft,
        "form": form,
        # What is wrong with a form does not make what somebody wrote meanwhile read.
        "seen": request.POST.get("seen", "") if status == 422 else actions.token(article),
        "conflict": conflict,
        "published": article.versions.order_by("-number").first(),
        "may_publish": draft is not None and may_publish(actor_of(request), draft.authors).allowed,
        "review": ReviewForm(initial={"review_on": clock.today() + timedelta(days=365)}),
        "reason": ReasonForm(),
        "comments": feedback.comments(article),
        "helped": feedback.helped(article),
        "crumbs": _desk_crumbs(Crumb(title)),
    }
    return render(request, "marketplace/guidance/edit.html", context, status=status)


@require_safe
@for_roles(*EDITORS, "auditor")
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The draft as it will be read, in ``?sprak=``."""
    article = _article(slug)
    draft = ArticleDraft.objects.filter(article=article).first()
    if draft is None:
        raise Http404
    code = language(request)
    written = code if draft.texts.get(code) else "nb"
    explained = Explained(written)
    found = text.read(draft.texts[written])
    last = article.versions.order_by("-number").first()
    context = {
        "title": found.title,
        "lead": found.lead,
        "sections": rendering.sections(found.sections, explained),
        "words": explained.met,
        "written": written,
        "missing_reader": written != code,
        "before": last.number if last is not None else None,
        "lines": text.differences(last.texts.get(written, ""), draft.texts[written]) if last is not None else (),
        "languages": [(one, shown.language_names((one,))) for one in LANGUAGES],
        "crumbs": _desk_crumbs(
            Crumb(_title(article, draft), reverse("guidance_edit", args=[slug])), Crumb(_("Slik blir den"))
        ),
    }
    return render(request, "marketplace/guidance/preview.html", context)


@require_POST
@for_roles(*EDITORS)
def submit(request: HttpRequest, slug: str) -> HttpResponse:
    """Send the draft to a second person."""
    article = _article(slug)
    return _do(
        request, slug, lambda: actions.submit(article, actor=actor_of(request), now=clock.now()),
        _("Sendt. En annen hos SI leser og publiserer."),
    )  # fmt: skip


@require_POST
@for_roles(*EDITORS)
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Publish what another has written."""
    article, form = _article(slug), ReviewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Velg en dag da artikkelen skal gjennomgås."))
        return HttpResponseRedirect(reverse("guidance_edit", args=[slug]))
    day = form.cleaned_data["review_on"]
    return _do(
        request, slug,
        lambda: actions.publish(article, review_on=day, actor=actor_of(request), now=clock.now()),
        _("Artikkelen er publisert."),
    )  # fmt: skip


@require_POST
@for_roles(*EDITORS)
def discard(request: HttpRequest, slug: str) -> HttpResponse:
    """Throw the draft away."""
    article = _article(slug)
    answer = _do(
        request, slug, lambda: actions.discard(article, actor=actor_of(request), now=clock.now()),
        _("Utkastet er forkastet."),
    )  # fmt: skip
    return answer if article.versions.exists() else HttpResponseRedirect(reverse("guidance_desk"))


@require_POST
@for_roles(*EDITORS)
def reviewed(request: HttpRequest, slug: str) -> HttpResponse:
    """Say that the article still holds."""
    article, form = _article(slug), ReviewForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Velg en dag da artikkelen skal gjennomgås."))
        return HttpResponseRedirect(reverse("guidance_edit", args=[slug]))
    day = form.cleaned_data["review_on"]
    return _do(
        request, slug,
        lambda: actions.reviewed(article, review_on=day, actor=actor_of(request), now=clock.now()),
        _("Artikkelen er merket som gjennomgått."),
    )  # fmt: skip


@require_POST
@for_roles(*EDITORS)
def look_after(request: HttpRequest, slug: str) -> HttpResponse:
    """Become the article's editor."""
    article = _article(slug)
    return _do(
        request, slug, lambda: actions.look_after(article, actor=actor_of(request), now=clock.now()),
        _("Du er redaktør for artikkelen."),
    )  # fmt: skip


@require_POST
@for_roles(*EDITORS)
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Take the article off the pages."""
    article, reason = _article(slug), request.POST.get("reason", "")
    return _do(
        request, slug, lambda: actions.withdraw(article, reason, actor=actor_of(request), now=clock.now()),
        _("Artikkelen er trukket."),
    )  # fmt: skip


def _conflict(refused: Refused, article: Article, form: ArticleForm) -> dict[str, Any]:
    """What the other wrote beside what stands in the form, which goes on standing there."""
    other = ArticleDraft.objects.filter(article=article).first() or article.versions.order_by("-number").first()
    theirs: dict[str, str] = other.texts if other is not None else {}
    lines = [
        (name, code, text.differences(theirs.get(code, ""), form.cleaned_data[f"text_{code}"]))
        for code, name in ((one, shown.language_names((one,))) for one in LANGUAGES)
    ]
    return {"text": refused.text, "who": getattr(other, "written_by", ""), "lines": [one for one in lines if one[2]]}


def _do(request: HttpRequest, slug: str, act: Callable[[], object], done: str) -> HttpResponse:
    try:
        act()
        messages.success(request, done)
    except Refused as refused:
        messages.error(request, refused.text)
    except BadInput as error:
        messages.error(request, "; ".join(one.text for one in error.problems))
    return HttpResponseRedirect(reverse("guidance_edit", args=[slug]))


def _rows(request: HttpRequest) -> list[dict[str, Any]]:
    day, code = clock.today(), language(request)
    counted = feedback.all_helped()
    found = []
    for article in Article.objects.select_related("editor", "draft").prefetch_related("versions"):
        draft = getattr(article, "draft", None)
        versions = list(article.versions.all())
        last = versions[0] if versions else None
        texts = draft.texts if last is None and draft is not None else last.texts if last is not None else {"nb": ""}
        count = counted.get(article.pk, Helped(0, 0))
        found.append(
            {
                "slug": article.slug,
                "title": text.read(texts.get(code) or texts["nb"]).title or article.slug,
                "kind": words.KINDS[article.kind],
                "version": last.number if last is not None else None,
                "withdrawn": article.withdrawn_at is not None,
                "review_on": article.review_on,
                "overdue": article.review_on < day,
                "editor": article.editor.name if article.editor is not None else "",
                "draft": "" if draft is None else "submitted" if draft.submitted_at else "draft",
                "yes": count.yes,
                "no": count.no,
            }
        )
    return found


def _article(slug: str) -> Article:
    article = Article.objects.select_related("editor").filter(slug=slug).first()
    if article is None:
        raise Http404
    return article


def _title(article: Article, draft: ArticleDraft | None) -> str:
    view = queries.article(article.slug, "nb")
    return view.title if view is not None else text.read(draft.texts["nb"]).title if draft is not None else article.slug


def _initial(article: Article, draft: ArticleDraft | None) -> dict[str, Any]:
    row = draft or article.versions.order_by("-number").first()
    if row is None:
        return {}
    given: dict[str, Any] = {f"text_{code}": row.texts.get(code, "") for code in LANGUAGES}
    if draft is not None:
        given |= {f"change_{code}": draft.change.get(code, "") for code in LANGUAGES}
    return given | {
        "sources": content.source_lines(row.sources),
        "categories": row.links["categories"],
        "related": row.links["related"],
        "agreements": ", ".join(row.links["agreements"]),
        "rules": ", ".join(row.links["rules"]),
    }


def _given(form: ArticleForm) -> dict[str, Any]:
    data = form.cleaned_data
    return {
        "texts": {code: data[f"text_{code}"] for code in LANGUAGES},
        "change": {code: data[f"change_{code}"] for code in LANGUAGES},
        "sources": data["sources"],
        "links": {
            "categories": data["categories"],
            "related": data["related"],
            "agreements": _listed(data["agreements"]),
            "rules": [one.upper() for one in _listed(data["rules"])],
        },
    }


def _listed(line: str) -> list[str]:
    return [one.strip() for one in line.split(",") if one.strip()]


def _choices(article: Article | None) -> dict[str, list[tuple[str, str]]]:
    others = queries.published("nb")
    return {
        "categories": [(one.key, one.label) for one in questions.categories()],
        "related": [(one.slug, one.title) for one in others if article is None or one.slug != article.slug],
    }


def _at_fields(forms: tuple[Any, ...], error: BadInput) -> None:
    for problem in error.problems:
        form = next((one for one in forms if problem.where in one.fields), None)
        (form or forms[-1]).add_error(problem.where if form is not None else None, problem.text)


def _desk_crumbs(*more: Crumb) -> list[Crumb]:
    return shown.guidance_crumbs(Crumb(_("Redaksjonen"), reverse("guidance_desk")), *more)

"""Pages that everybody reads: articles and guides, their change logs, the glossary; and whether they helped."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fellestorg.kernel import clock
from fellestorg.kernel.actors import ANONYMOUS
from fellestorg.kernel.http import actor_of, csv_answer, json_answer
from fellestorg.kernel.text import LANGUAGES
from fellestorg.marketplace.doors import DOORS
from fellestorg.marketplace.guidance import feedback, glossary, queries, shown, words
from fellestorg.marketplace.guidance.models import Feedback
from fellestorg.marketplace.guidance.policy import may_edit
from fellestorg.marketplace.guidance.queries import ArticleView
from fellestorg.marketplace.listings import questions
from fellestorg.ui.parts import Crumb, Download
from fellestorg.values import BadInput, Problem, Refused

_LIST = ("slug", "kind", "door", "title", "lead", "language", "version", "published_at", "review_on")
_FEED = 30


@require_safe
def articles(request: HttpRequest, door: str = "") -> HttpResponse:
    """Every article, by the four doors; perhaps only those of one, or about one category."""
    found, asked = _found(request, door)
    day = clock.today()
    doors = [
        {"name": words.DOORS[door], "cards": [shown.card(one, day) for one in found if one.door == door]}
        for door in DOORS
    ]
    chosen = {name: value for name, value in asked.items() if value}
    suffix = f"?{urlencode(chosen)}" if chosen else ""
    context = {
        "doors": [one for one in doors if one["cards"]],
        "asked": asked,
        "door_names": [(door, words.DOORS[door]) for door in DOORS],
        "categories": questions.categories(),
        "edits": may_edit(actor_of(request)).allowed,
        "downloads": [
            Download("RSS", reverse("guidance_rss")),
            Download("CSV", reverse("guidance_csv") + suffix, "csv"),
            Download("JSON", reverse("guidance_json") + suffix, "json"),
        ],
        "crumbs": shown.crumbs(Crumb(words.DOORS.get(asked["dor"], _("Veiledning")))),
        "title": words.DOORS.get(asked["dor"], _("Veiledning")),
    }
    return render(request, "marketplace/guidance/articles.html", context)


@require_safe
def articles_csv(request: HttpRequest) -> HttpResponse:
    """The articles as CSV."""
    found, _asked = _found(request)
    return csv_answer("veiledning", _LIST, ([getattr(one, name) for name in _LIST] for one in found))


@require_safe
def articles_json(request: HttpRequest) -> HttpResponse:
    """The articles as JSON, with their links and sources."""
    found, _asked = _found(request)
    return json_answer({"articles": [_row(one) for one in found]})


@require_safe
def articles_rss(request: HttpRequest) -> HttpResponse:
    """New and changed articles and answers as RSS, in the reader's language or ``?sprak=``."""
    code = language(request)
    base = settings.BASE_URL
    feed = Rss201rev2Feed(
        title=_("Veiledning om skytjenester"),
        link=f"{base}{reverse('guidance')}",
        description=_("Nye og endrede artikler, og svar fra SI."),
        language=code,
        feed_url=f"{base}{reverse('guidance_rss')}",
    )
    items = [
        (one.published_at, one.title, one.lead, f"{reverse('guidance_article', args=[one.slug])}?versjon={one.version}")
        for one in queries.published(code)
    ]
    items += [
        (one.published_at, one.question, one.answer, reverse("expert_question", args=[one.id]))
        for one in queries.answers(code)
        if one.published_at is not None
    ]
    for at, title, text, link in sorted(items, reverse=True)[:_FEED]:
        feed.add_item(title=title, link=f"{base}{link}", description=text, unique_id=f"{base}{link}", pubdate=at)
    return HttpResponse(feed.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """An article, or a guide's overview; ``?versjon=`` an older version, ``?alt=1`` all steps of a guide on one page."""
    code = language(request)
    view = _article_or_404(slug, code, request.GET.get("versjon", ""))
    newest = _article_or_404(slug, code, "")
    context = shown.article_context(view, code, clock.today(), whole=request.GET.get("alt") == "1")
    context |= {
        "is_old": view.version != newest.version,
        "edits": may_edit(actor_of(request)).allowed,
        "given": _given(request, view),
        "missing": shown.language_names(view.missing),
        "downloads": [Download("JSON", reverse("guidance_article_json", args=[slug]), "json")],
        "crumbs": shown.guidance_crumbs(Crumb(view.title)),
    }
    return render(request, "marketplace/guidance/article.html", context)


@require_safe
def article_json(request: HttpRequest, slug: str) -> HttpResponse:
    """An article as JSON: its texts in all languages, links, sources and change log."""
    code = language(request)
    view = _article_or_404(slug, code, "")
    return json_answer({**_row(view), "texts": view.row.texts, "changes": _changes(view, code)})


@require_safe
def step(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One step of a guide."""
    code = language(request)
    view = _article_or_404(slug, code, "")
    if view.kind != "guide" or not 1 <= number <= len(view.steps):
        raise Http404
    context = shown.step_context(view, number, code)
    context["given"] = _given(request, view)
    context["crumbs"] = shown.guidance_crumbs(
        Crumb(view.title, reverse("guidance_article", args=[slug])), Crumb(view.steps[number - 1].heading)
    )
    return render(request, "marketplace/guidance/step.html", context)


@require_safe
def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """An article's public change log: versions and readings, with each version to read."""
    code = language(request)
    view = _article_or_404(slug, code, "")
    context = {
        "view": view,
        "rows": queries.changes(view.article, code),
        "downloads": [
            Download("CSV", reverse("guidance_changes_csv", args=[slug]), "csv"),
            Download("JSON", reverse("guidance_changes_json", args=[slug]), "json"),
        ],
        "crumbs": shown.guidance_crumbs(
            Crumb(view.title, reverse("guidance_article", args=[slug])), Crumb(_("Endringer"))
        ),
    }
    return render(request, "marketplace/guidance/changes.html", context)


@require_safe
def changes_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The change log as CSV."""
    code = language(request)
    rows = _changes(_article_or_404(slug, code, ""), code)
    return csv_answer(
        f"endringer-{slug}", ("at", "version", "change", "review_on"), (list(row.values()) for row in rows)
    )


@require_safe
def changes_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The change log as JSON."""
    code = language(request)
    return json_answer({"changes": _changes(_article_or_404(slug, code, ""), code)})


@require_POST
def give_feedback(request: HttpRequest, slug: str) -> HttpResponse:
    """Say whether an article helped. A person counts once, and where nobody is signed in, the browser's session does."""
    code = language(request)
    view = _article_or_404(slug, code, "")
    actor = actor_of(request)
    answer, comment = request.POST.get("answer", ""), request.POST.get("comment", "")
    try:
        if answer not in ("ja", "nei"):
            raise BadInput.of("answer", "missing", _("svar ja eller nei"))
        feedback.give(
            view.article, _reader(request, make=True), answer, comment, version=view.version, language=code,
            now=clock.now(),
        )  # fmt: skip
    except (BadInput, Refused) as error:
        problems = error.problems if isinstance(error, BadInput) else (Problem("", error.code, error.text),)
        context = {"view": view, "problems": problems, "comment": comment, "answer": answer}
        context["crumbs"] = shown.guidance_crumbs(Crumb(view.title, reverse("guidance_article", args=[slug])))
        status = 422 if isinstance(error, BadInput) else 429
        return render(request, "marketplace/guidance/feedback.html", context, status=status)
    messages.success(request, _("Takk for svaret."))
    if answer == "nei" and actor.key != ANONYMOUS.key:
        messages.info(request, _("Fant du ikke svaret, kan du spørre en ekspert."))
    return HttpResponseRedirect(f"{reverse('guidance_article', args=[slug])}#hjalp")


@require_safe
def glossary_page(request: HttpRequest) -> HttpResponse:
    """The words, each in three languages with what it means in the reader's."""
    code = language(request)
    asked = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:80]
    found = [
        one
        for one in glossary.words(code)
        if not asked or any(asked.lower() in said.lower() for said in (one.meaning, *one.others.values(), *one.forms))
    ]
    context = {
        "rows": found,
        "asked": asked,
        "downloads": [
            Download("CSV", reverse("glossary_csv"), "csv"),
            Download("JSON", reverse("glossary_json"), "json"),
        ],
        "crumbs": shown.crumbs(Crumb(_("Ordliste"))),
    }
    return render(request, "marketplace/guidance/glossary.html", context)


@require_safe
def glossary_csv(request: HttpRequest) -> HttpResponse:
    """The words as CSV."""
    rows = ([one["key"], *one["terms"].values(), one["meaning"]] for one in _words(language(request)))
    return csv_answer("ordliste", ("key", *LANGUAGES, "meaning"), rows)


@require_safe
def glossary_json(request: HttpRequest) -> HttpResponse:
    """The words as JSON."""
    return json_answer({"words": _words(language(request))})


def language(request: HttpRequest) -> str:
    """The language to show: ``?sprak=``, else the reader's."""
    asked = request.GET.get("sprak", "")
    return asked if asked in LANGUAGES else (get_language() or "nb")[:2]


def _found(request: HttpRequest, door: str = "") -> tuple[list[ArticleView], dict[str, str]]:
    asked = {name: request.GET.get(name, "") for name in ("dor", "kategori")}
    asked["dor"] = asked["dor"] or door
    chosen = questions.category(asked["kategori"])
    # An article about a category is about its parts as well.
    keys = {chosen.key, chosen.parent} if chosen is not None else set()
    found = [
        one
        for one in queries.published(language(request))
        if (asked["dor"] not in DOORS or one.door == asked["dor"]) and (not keys or keys & set(one.links["categories"]))
    ]
    return found, asked


def _article_or_404(slug: str, code: str, number: str) -> ArticleView:
    wanted = int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else None
    view = queries.article(slug, code, wanted)
    if view is None:
        raise Http404
    return view


def _row(view: ArticleView) -> dict[str, Any]:
    row = {name: getattr(view, name) for name in _LIST}
    return row | {"url": reverse("guidance_article", args=[view.slug]), "links": view.links, "sources": view.sources}


def _changes(view: ArticleView, code: str) -> list[dict[str, Any]]:
    return [
        {"at": one.at, "version": one.number, "change": one.text, "review_on": one.review_on}
        for one in queries.changes(view.article, code)
    ]


def _words(code: str) -> list[dict[str, Any]]:
    return [{"key": one.key, "terms": dict(one.others), "meaning": one.meaning} for one in glossary.words(code)]


def _reader(request: HttpRequest, *, make: bool) -> str:
    actor = actor_of(request)
    if actor.key != ANONYMOUS.key:
        return actor.key
    if make and request.session.session_key is None:
        request.session.create()
    return f"session:{request.session.session_key}" if request.session.session_key else ""


def _given(request: HttpRequest, view: ArticleView) -> str:
    """What this reader has answered: ``ja``, ``nei`` or nothing yet."""
    reader = _reader(request, make=False)
    row = (
        Feedback.objects.filter(article=view.article, voter=feedback.digest(view.article, reader)).first()
        if reader
        else None
    )
    return "" if row is None else "ja" if row.helped else "nei"

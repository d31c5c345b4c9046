"""The articles that come with the product, put into an installation: its demo, and every real one when it starts.

They are the house's own until SI publishes a version of its own; from then on the product's text is left out. A text that
changed with the product becomes a new version, so what was read earlier can still be read.
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime, timedelta
from importlib import resources
from typing import Any

from django.db import transaction

from fellestorg.kernel import clock, events
from fellestorg.kernel.actors import SYSTEM
from fellestorg.kernel.events import Happening
from fellestorg.kernel.text import LANGUAGES
from fellestorg.marketplace.guidance.models import Article, ArticleVersion

_FIRST = {"nb": "Første utgave.", "nn": "Første utgåve.", "en": "First edition."}
_CHANGED = {"nb": "Oppdatert med Fellestorg.", "nn": "Oppdatert med Fellestorg.", "en": "Updated with Fellestorg."}


@transaction.atomic
def load(*, now: datetime) -> list[str]:
    """Put in the articles that lack, and new versions of those that changed. Returns the slugs written; run again, none."""
    written = []
    for order, (slug, row) in enumerate(_articles().items()):
        content = {
            "texts": {code: _text(slug, code) for code in LANGUAGES},
            "links": {name: row[name] for name in ("categories", "agreements", "rules", "related")},
            "sources": row["sources"],
        }
        review = clock.local_day(now) + timedelta(days=30 * row["review_months"])
        article, new = Article.objects.get_or_create(
            slug=slug,
            defaults={
                "kind": row["kind"],
                "door": row["door"],
                "order": row.get("order", 100 + order),
                "created_at": now,
                "review_on": review,
            },
        )
        last = article.versions.order_by("-number").first()
        if last is not None and (last.written_by_key != SYSTEM.key or _says(last) == content):
            continue
        version = ArticleVersion.objects.create(
            article=article,
            number=last.number + 1 if last is not None else 1,
            **content,
            change=_FIRST if new else _CHANGED,
            written_by_key=SYSTEM.key,
            written_by=SYSTEM.name,
            published_by_key=SYSTEM.key,
            published_by=SYSTEM.name,
            published_at=now,
        )
        article.review_on = review
        article.save(update_fields=["review_on"])
        subject = f"article:{slug}"
        told = {"version": version.number, "written": row["written"].isoformat(), "review_on": review.isoformat()}
        events.record(Happening(subject, "article_published", subject, SYSTEM, now, told, (version,)))
        written.append(slug)
    return written


def written_on(slug: str) -> date | None:
    """The day the product's text was last gone through."""
    row = _articles().get(slug)
    return row["written"] if row is not None else None


def _articles() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = tomllib.loads(_folder().joinpath("articles.toml").read_text("utf-8"))["articles"]
    return found


def _text(slug: str, language: str) -> str:
    found: str = _folder().joinpath(f"{slug}.{language}.md").read_text("utf-8")
    return found.strip()


def _says(version: ArticleVersion) -> dict[str, Any]:
    return {"texts": version.texts, "links": version.links, "sources": version.sources}


def _folder() -> Any:
    return resources.files(__package__).joinpath("articles")

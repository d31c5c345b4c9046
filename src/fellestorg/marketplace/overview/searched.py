"""Studies as something that can be searched."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fellestorg.marketplace.listings import questions
from fellestorg.marketplace.overview import vocabulary
from fellestorg.marketplace.overview.models import StudyVersion
from fellestorg.marketplace.search.entries import Entry, Kind, register_kind


def register() -> None:
    """Called once, when Django has started."""
    register_kind(Kind("study", _("Undersøkelse"), 80, studies, {"study": lambda key: [key]}))


def studies(keys: list[str] | None) -> Iterator[Entry]:
    """The studies and surveys that are not withdrawn; what agencies answered is not searched."""
    rows = (
        StudyVersion.objects.order_by("study_id", "-number")
        .distinct("study_id")
        .select_related("study")
        .defer("answers")
    )
    if keys is not None:
        rows = rows.filter(study__key__in=keys)
    for row in rows:
        if row.withdrawn_reason:
            continue
        said = {code: one for code, one in row.texts.items() if one.get("title")}
        measured = {name for figure in row.figures for name in _names(figure)}
        yield Entry(
            row.study.key,
            {code: one["title"] for code, one in said.items()},
            reverse("market_study", args=[row.study.key]),
            row.imported_at,
            {code: one.get("method", "")[:300] for code, one in said.items()},
            [row.publisher, *sorted(measured)],
            {"category": sorted({one["category"] for one in row.figures} & questions.catalogue().categories.keys())},
        )


def _names(figure: dict[str, str]) -> Iterator[str]:
    """The names of what is measured, in every language."""
    for field, name in (("measures", "measure"), ("geographies", "geography"), ("categories", "category")):
        known = vocabulary.words(field).get(figure[name])
        yield from known.values() if known is not None else (figure[name],)

"""The page that sets services side by side, for everybody, with its CSV, JSON and XLSX."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fellestorg.kernel import clock
from fellestorg.kernel.http import actor_of, csv_answer, json_answer
from fellestorg.kernel.workbooks import workbook_of_sheets
from fellestorg.marketplace.listings import queries
from fellestorg.marketplace.listings.queries import Published
from fellestorg.marketplace.listings.questions import section_label
from fellestorg.marketplace.listings.shown import category_path
from fellestorg.marketplace.search.queries import Wanted, search
from fellestorg.marketplace.shortlists.comparing import MOST, Table, basis_of, compare, text_of
from fellestorg.marketplace.shortlists.policy import MAKERS
from fellestorg.ui.formats import number
from fellestorg.ui.parts import Crumb, Download

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_READ, _MOST_FOUND = 50, 8
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: listings that are public, keys of those that are not, questions, and the search it came
    from."""

    listings: tuple[Published, ...]
    missing: tuple[str, ...]
    questions: tuple[str, ...]
    only_differences: bool
    search: str

    @property
    def too_many(self) -> bool:
        return len(self.listings) > MOST

    def address(self, *, without: str = "", plus: str = "") -> str:
        """The address' parameters, without a listing or with one more."""
        keys = [one.key for one in self.listings if one.key != without] + ([plus] if plus else [])
        pairs = [("tjeneste", key) for key in keys] + [("sporsmal", key) for key in self.questions]
        pairs += [("forskjeller", "1")] if self.only_differences else []
        return urlencode([*pairs, *([("sok", self.search)] if self.search else [])])


@require_safe
def compare_listings(request: HttpRequest) -> HttpResponse:
    """Up to six services side by side. With more, everything that was chosen is shown to choose from, with 422."""
    asked = _asked(request)
    table = None if asked.too_many else _table(asked)
    language = _language(request)
    find = _clean(request.GET.get("finn", ""))[:200]
    heads = [
        {
            "key": one.key,
            "title": one.text("title", language),
            "link": reverse("listing", args=[one.key]),
            "firm": one.firm.name,
            "number": one.number,
            "category": category_path(one.category),
            "hidden_prices": one.hidden_prices,
            "remove": f"?{asked.address(without=one.key)}",
        }
        for one in asked.listings
    ]
    context = {
        "heads": heads,
        "most": MOST,
        "too_many": asked.too_many,
        "missing": asked.missing,
        "kept": _kept(asked),
        "only_differences": asked.only_differences,
        "table": table,
        "groups": _groups(table, heads) if table else [],
        "prices": _prices(table, heads) if table and asked.listings else [],
        "questions": _questions(table, asked) if table else [],
        "some_questions": bool(asked.questions),
        "find": find,
        "candidates": _candidates(request, find, asked) if find else [],
        "may_shortlist": actor_of(request).has(*MAKERS) and bool(heads) and not asked.too_many,
        "shortlist_link": f"{reverse('new_shortlist')}?{asked.address()}",
        "downloads": [
            Download(label, f"{reverse(name)}?{asked.address()}", kind)
            for label, name, kind in (
                ("CSV", "compare_listings_csv", "csv"),
                ("JSON", "compare_listings_json", "json"),
                ("XLSX", "compare_listings_xlsx", "file"),
            )
        ],
        "crumbs": [
            Crumb(_("Forsiden"), "/"), Crumb(_("Skytjenester"), reverse("marketplace")),
            Crumb(_("Tjenester"), reverse("listings")), Crumb(_("Sammenlign")),
        ],
    }  # fmt: skip
    return render(request, "marketplace/shortlists/compare.html", context, status=422 if asked.too_many else 200)


@require_safe
def compare_listings_csv(request: HttpRequest) -> HttpResponse:
    """The comparison as CSV: answers, then prices."""
    asked = _asked(request)
    if asked.too_many:
        return _refused()
    table = _table(asked)
    return csv_answer("sammenligning", _headings(table, request), [*_answer_rows(table), *_price_rows(table)])


@require_safe
def compare_listings_xlsx(request: HttpRequest) -> HttpResponse:
    """The comparison as a workbook: a sheet of answers and one of prices."""
    asked = _asked(request)
    if asked.too_many:
        return _refused()
    table = _table(asked)
    headings = _headings(table, request)
    content = workbook_of_sheets(
        {_("Svar"): (headings, _answer_rows(table)), _("Priser"): (headings, _price_rows(table))}
    )
    answer = HttpResponse(content, content_type=_WORKBOOK)
    answer["Content-Disposition"] = 'attachment; filename="sammenligning.xlsx"'
    return answer


@require_safe
def compare_listings_json(request: HttpRequest) -> HttpResponse:
    """The comparison as JSON."""
    asked = _asked(request)
    if asked.too_many:
        return _refused()
    table = _table(asked)
    return json_answer(
        {
            "listings": [
                {
                    "key": one.key,
                    "title": one.text("title", _language(request)),
                    "firm": one.firm.name,
                    "organisation": one.firm.organisation.number,
                    "category": one.category,
                    "version": one.number,
                    "sha256": one.sha256,
                    "prices_for_buyers_only": one.hidden_prices,
                }
                for one in table.listings
            ],
            "questions": [
                {
                    "key": row.key,
                    "question": row.label,
                    "section": group.label,
                    "differs": row.differs,
                    "answers": [_plain(seen, row.key) for seen in table.listings],
                }
                for group in table.groups
                for row in group.rows
            ],
            "prices": [
                {
                    "unit": row.unit,
                    "prices": [[{"amount": one.amount, "note": one.note} for one in cell] for cell in row.prices],
                }
                for row in table.prices
            ],
            "not_asked_of_all": [{"question": one.label, "asked_of": one.categories} for one in table.unshared],
            "not_found": asked.missing,
        }
    )


def _asked(request: HttpRequest) -> Asked:
    keys = list(dict.fromkeys(key for one in request.GET.getlist("tjeneste") if (key := _clean(one))))[:_MOST_READ]
    found = queries.published(actor_of(request), clock.today(), keys=keys) if keys else []
    there = {one.key for one in found}
    return Asked(
        tuple(found),
        tuple(key[:80] for key in keys if key not in there),
        tuple(dict.fromkeys(_clean(one)[:60] for one in request.GET.getlist("sporsmal")))[:200],
        request.GET.get("forskjeller") == "1",
        _clean(request.GET.get("sok", ""))[:1000],
    )


def _table(asked: Asked) -> Table:
    return compare(asked.listings, asked.questions, only_differences=asked.only_differences and len(asked.listings) > 1)


def _groups(table: Table, heads: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with each cell beside its listing's title, which is its label on a phone."""
    return [
        {
            "label": group.label,
            "rows": [
                {
                    "label": row.label,
                    "differs": row.differs,
                    "cells": [(head["title"], one) for head, one in zip(heads, row.answers, strict=True)],
                }
                for row in group.rows
            ],
        }
        for group in table.groups
    ]


def _prices(table: Table, heads: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "unit": row.unit,
            "cells": [
                (head["title"], prices, head["hidden_prices"]) for head, prices in zip(heads, row.prices, strict=True)
            ],
        }
        for row in table.prices
    ]


def _questions(table: Table, asked: Asked) -> list[dict[str, Any]]:
    """The questions that may be chosen, by section."""
    sections = dict.fromkeys(one.section for one in table.shared)
    return [
        {
            "label": section_label(section),
            "questions": [
                (one.key, one.text, not asked.questions or one.key in asked.questions)
                for one in table.shared
                if one.section == section
            ],
        }
        for section in sections
    ]


def _kept(asked: Asked) -> Pairs:
    """What the form that finds more services carries along."""
    pairs = [("tjeneste", one.key) for one in asked.listings] + [("sporsmal", key) for key in asked.questions]
    pairs += [("forskjeller", "1")] if asked.only_differences else []
    return [*pairs, *([("sok", asked.search)] if asked.search else [])]


def _candidates(request: HttpRequest, text: str, asked: Asked) -> list[dict[str, str]]:
    """Services that a search finds and that are not in the comparison, each with the address that adds it."""
    wanted = Wanted(text, {"type": ("service",)})
    found = search(wanted, actor_of(request), clock.now(), stop=_MOST_FOUND + MOST, counts=False)
    there = {one.key for one in asked.listings}
    new = [hit for hit in found.hits if hit.key not in there][:_MOST_FOUND]
    return [
        {"title": "".join(piece.text for piece in hit.title), "link": f"?{asked.address(plus=hit.key)}"} for hit in new
    ]


def _headings(table: Table, request: HttpRequest) -> list[str]:
    made = [_("Del"), _("Spørsmål")]
    for one in table.listings:
        title = f"{one.text('title', _language(request))} ({one.firm.name})"
        made += [title, _("{title}: grunnlag").format(title=title)]
    return made


def _answer_rows(table: Table) -> Iterator[list[str]]:
    for group in table.groups:
        for row in group.rows:
            cells = [group.label, row.label]
            for one in row.answers:
                cells += [text_of(one), basis_of(one) if one else ""]
            yield cells


def _price_rows(table: Table) -> Iterator[list[str]]:
    for row in table.prices:
        cells = [_("Priser"), _("Kroner uten mva. {unit}").format(unit=row.unit)]
        for prices in row.prices:
            cells += ["; ".join(f"{number(one.amount)} {one.note}".strip() for one in prices), ""]
        yield cells


def _plain(seen: Published, key: str) -> dict[str, Any] | None:
    kept = seen.answers.get(key)
    if kept is None:
        return None
    names = ("value", "basis", "evidence", "answered_at", "expires_at", "standing", "withheld")
    return {name: kept.get(name) for name in names}


def _refused() -> HttpResponse:
    text = _("Velg høyst {most} tjenester.").format(most=MOST)
    return json_answer({"problems": [{"where": "tjeneste", "code": "too_many", "text": text}]}, 422)


def _language(request: HttpRequest) -> str:
    return str(getattr(request, "LANGUAGE_CODE", "nb"))[:2]


def _clean(text: str) -> str:
    # A zero byte is no text to the database.
    return text.replace("\x00", "").strip()

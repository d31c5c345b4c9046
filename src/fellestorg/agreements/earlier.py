"""Agreements from before the register, as pages and lists show them; and bringing them in by sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db.models import Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from fellestorg.agreements.models import EarlierAgreement, FrameworkAgreement
from fellestorg.agreements.words import category_name
from fellestorg.kernel import events
from fellestorg.kernel.actors import Actor
from fellestorg.kernel.events import Happening
from fellestorg.kernel.http import csv_answer, json_answer
from fellestorg.kernel.setup import Column, Kind, Row, Tally, Text, register
from fellestorg.kernel.text import LANGUAGES, localised
from fellestorg.ui.parts import Crumb, Download

_TEXTS = ("title", "days", "known", "unknown")
_COLUMNS = ("key", "title", "category", "days", "known", "unknown", "source", "verified", "followed_by")


@dataclass(frozen=True, slots=True)
class EarlierView:
    """An agreement from before the register, in the reader's language. ``followed_by`` is the key of the next one."""

    key: str
    title: str
    category: str
    category_name: str
    days: str
    known: str
    unknown: str
    source: str
    verified: bool
    followed_by: str
    followed_by_title: str


def earlier_on(day: date | None = None) -> list[EarlierView]:
    """Those that are shown on a day; all of them without one."""
    rows = EarlierAgreement.objects.select_related("followed_by")
    if day is not None:
        rows = rows.filter(shown_from__lte=day, shown_to__gte=day)
    return [_view(one) for one in rows]


def register_begins() -> date | None:
    """The first day of the first agreement in the register; None where there is none."""
    found: date | None = FrameworkAgreement.objects.aggregate(first=Min("starts"))["first"]
    return found


@require_safe
def earlier(request: HttpRequest) -> HttpResponse:
    """Every agreement from before the register, with its source and what is not known."""
    context = {
        "rows": earlier_on(),
        "begins": register_begins(),
        "downloads": [
            Download("CSV", reverse("earlier_agreements_csv"), "csv"),
            Download("JSON", reverse("earlier_agreements_json"), "json"),
        ],
        "crumbs": [
            Crumb(_("Forsiden"), "/"),
            Crumb(_("Avtaler"), reverse("agreements")),
            Crumb(_("Før registeret")),
        ],
    }
    return render(request, "agreements/earlier.html", context)


@require_safe
def earlier_csv(request: HttpRequest) -> HttpResponse:
    """The same as CSV."""
    return csv_answer(
        "tidligere-avtaler", _COLUMNS, ([getattr(one, name) for name in _COLUMNS] for one in earlier_on())
    )


@require_safe
def earlier_json(request: HttpRequest) -> HttpResponse:
    """The same as JSON."""
    return json_answer({"agreements": [asdict(one) for one in earlier_on()]})


def register_setup() -> None:
    """Register the sheet; no first call-off waits for it."""
    texts: dict[str, tuple[Text, Text]] = {
        "title": (gettext_lazy("Navn"), ""),
        "days": (gettext_lazy("Om dagene"), gettext_lazy("Når den gjaldt, så langt det er kjent.")),
        "known": (gettext_lazy("Det som er kjent"), gettext_lazy("Leverandører, avrop og resultater.")),
        "unknown": (gettext_lazy("Det som ikke er kjent"), ""),
    }
    columns = [
        Column("key", gettext_lazy("Nøkkel"), required=True),
        Column("category", gettext_lazy("Kategori"), required=True),
        Column("shown_from", gettext_lazy("Vises fra"), required=True, shape="day"),
        Column("shown_to", gettext_lazy("Vises til"), required=True, shape="day"),
        *(
            Column(f"{name}_nb", heading, note, required=name != "unknown", shape="long")
            for name, (heading, note) in texts.items()
        ),
        Column("source", gettext_lazy("Kilde"), required=True),
        Column("verified", gettext_lazy("Lest i kilden selv"), shape="truth"),
        Column("followed_by", gettext_lazy("Avløst av"), gettext_lazy("Nøkkelen til avtalen som fulgte. Tomt: ingen.")),
    ]
    kind = Kind(
        "earlier-agreements",
        gettext_lazy("Avtaler fra før registeret"),
        gettext_lazy("Det kildene sier om eldre avtaler. De vises på dager før registeret begynner."),
        gettext_lazy("Ny avtale fra før registeret"),
        tuple(columns),
        write_earlier,
    )
    register([kind], [])


def write_earlier(rows: Sequence[Row], actor: Actor, now: datetime) -> Tally:
    """Add or change what is told of earlier agreements. Texts in bokmål stand for the other languages too."""
    tally = Tally()
    for row in rows:
        values = {name: row.text(name, 300) for name in ("category", "source")}
        for name in _TEXTS:
            text = row.text(f"{name}_nb", 2000 if name in ("known", "unknown") else 300 if name == "days" else 200)
            values |= {f"{name}_{code}": text for code in LANGUAGES}
        key, first, last = row.text("key", 60), row.day("shown_from"), row.day("shown_to")
        verified, next_key = row.truth("verified"), row.text("followed_by", 60)
        following = FrameworkAgreement.objects.filter(key=next_key).first() if next_key else None
        if next_key and following is None:
            row.bad("followed_by", "unknown_agreement", _("det finnes ingen slik avtale"))
        if first and last and first > last:
            row.bad("shown_to", "before_first", _("kan ikke være før den første dagen"))
        if not row.is_good or first is None or last is None:
            continue
        given = {**values, "shown_from": first, "shown_to": last, "verified": verified, "followed_by": following}
        known = EarlierAgreement.objects.filter(key=key).first()
        if known is not None and all(getattr(known, name) == value for name, value in given.items()):
            tally.unchanged += 1
            continue
        EarlierAgreement.objects.update_or_create(key=key, defaults=given)
        if known is None:
            tally.new += 1
        else:
            tally.changed += 1
        told = {"key": key, "source": values["source"], "title": values["title_nb"]}
        events.record(Happening("earlier", "earlier_agreement_told", f"earlier:{key}", actor, now, told))
    return tally


def _view(one: EarlierAgreement) -> EarlierView:
    following = one.followed_by
    return EarlierView(
        one.key,
        localised(one, "title"),
        one.category,
        category_name(one.category),
        localised(one, "days"),
        localised(one, "known"),
        localised(one, "unknown"),
        one.source,
        one.verified,
        following.key if following else "",
        localised(following, "title") if following else "",
    )

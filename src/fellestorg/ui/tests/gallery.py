"""One page with every component, for eyes, axe and tests. Needs no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django import forms
from django.template import engines
from django.test import RequestFactory, override_settings
from django.utils import translation

from fellestorg.ui import charts
from fellestorg.ui.parts import Crumb, Download, Paging, Sorting, TraceLine
from fellestorg.ui.shell import Language, NavLink, Person, Shell

MONTH_NAMES = "jan feb mar apr mai jun jul aug sep okt nov des"
MONTHS = tuple(f"{month} {year}" for year in (2022, 2023) for month in MONTH_NAMES.split())


class NeedForm(forms.Form):
    item = forms.CharField(label="Hva trenger du?", help_text="Skriv med egne ord, for eksempel «10 bærbare PC-er».")
    quantity = forms.DecimalField(label="Antall", min_value=1)
    when = forms.DateField(label="Leveres senest", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    unit = forms.ChoiceField(label="Enhet", choices=[("stk", "Stykk"), ("eske", "Eske")])
    way = forms.ChoiceField(label="Levering", choices=[("a", "Til døra"), ("b", "Til lager")], widget=forms.RadioSelect)
    note = forms.CharField(label="Merknad", required=False, widget=forms.Textarea)
    agreed = forms.BooleanField(label="Jeg har budsjettfullmakt for beløpet")


@dataclass(frozen=True)
class Offer:
    supplier: str
    net: Decimal
    goods: Decimal
    freight: Decimal
    share: Decimal
    months: tuple[Decimal, ...]
    chosen: bool = False


OFFERS = (
    Offer(
        "Atea AS",
        Decimal("98450.5"),
        Decimal("97000"),
        Decimal("1450.5"),
        Decimal("0.43"),
        tuple(map(Decimal, (3, 5, 4, 7, 6, 9))),
        True,
    ),
    Offer(
        "Dustin Norway AS",
        Decimal("101200"),
        Decimal("101200"),
        Decimal(0),
        Decimal("0.78"),
        tuple(map(Decimal, (6, 5, 4, 4, 3, 3))),
    ),
    Offer(
        "Komplett Services AS",
        Decimal("104999.9"),
        Decimal("103500"),
        Decimal("1499.9"),
        Decimal("0.96"),
        tuple(map(Decimal, (1, 2, 2, 3, 8, 9))),
    ),
)


def gallery_charts() -> dict[str, charts.Chart]:
    used = tuple(Decimal(i * i + 3 * i) if i < 17 else None for i in range(24))
    forecast = tuple(Decimal(340 + 35 * (i - 16)) if i >= 16 else None for i in range(24))
    return {
        "bars": charts.BarChart(
            "Avrop per kategori i 2023",
            (
                charts.Point("Bærbar PC", Decimal(1240)),
                charts.Point("Skjerm", Decimal(860)),
                charts.Point("Dokkingstasjon", Decimal(415)),
                charts.Point("Mac (prognose ut året)", Decimal(220), forecast=True),
            ),
            unit="stk",
            label_heading="Kategori",
        ),
        "stacked": charts.StackedBarChart(
            "Nettopris per leverandør, med delene",
            tuple(o.supplier for o in OFFERS),
            (
                charts.Series("Varer", tuple(o.goods for o in OFFERS)),
                charts.Series("Frakt", tuple(o.freight for o in OFFERS)),
                charts.Series("Håndtering", (Decimal(350), Decimal(350), Decimal(350))),
            ),
            unit="kr",
            label_heading="Leverandør",
        ),
        "line": charts.LineChart(
            "Brukt av avtalens høyeste verdi",
            MONTHS,
            (charts.Series("Brukt", used), charts.Series("Prognose", forecast, forecast=True)),
            thresholds=(charts.Threshold("Høyeste verdi", 600), charts.Threshold("75 %", 450, warning=True)),
            unit="mill. kr",
            label_heading="Måned",
        ),
        "dots": charts.DotChart(
            "Enhetspris, PC 14 tommer standard",
            tuple(o.supplier for o in OFFERS),
            (
                charts.Series("2022", tuple(map(Decimal, (9900, 10100, 10900)))),
                charts.Series("2023", tuple(map(Decimal, (9700, 10120, 10350)))),
            ),
            unit="kr",
            label_heading="Leverandør",
        ),
    }


def context() -> dict[str, Any]:
    bad = NeedForm({"quantity": "0", "unit": "stk"}, prefix="feil")
    bad.is_valid()
    return {
        "shell": Shell(
            nav=(
                NavLink("Hjem", "/", False),
                NavLink("Behov", "/avrop/nytt", False),
                NavLink("Avrop", "/avrop", False),
                NavLink("Avtaler", "/avtaler", True),
                NavLink("Prislister", "/prislister", False),
            ),
            person=Person("Kari Nordmann", "Innkjøper, Direktoratet for eksempler"),
            unread=3,
            demo_now=datetime(2023, 11, 1, 8, 30, tzinfo=UTC),
            languages=tuple(
                Language(c, n, c == translation.get_language())
                for c, n in (("nb", "Bokmål"), ("nn", "Nynorsk"), ("en", "English"))
            ),
            version="0.1.0",
        ),
        "crumbs": (Crumb("Hjem", "/"), Crumb("Avtaler", "/avtaler"), Crumb("PC-utstyr")),
        "offers": OFFERS,
        "form": NeedForm(),
        "bad": bad,
        "sorting": Sorting("net"),
        "paging": Paging(3, 25, 6042),
        "terms": (
            ("Gyldig fra", date(2022, 11, 1)),
            ("CPV", "30213100 Bærbare datamaskiner"),
            ("Avtaleeier", "Statens innkjøpssenter"),
        ),
        "trace": (
            TraceLine(
                "Er virksomheten med i avtalen?",
                True,
                "Direktoratet for eksempler er deltaker fra 1. november 2022.",
                "FA-1",
                "FOA § 26-2",
            ),
            TraceLine(
                "Er beløpet under 250 000 kroner?",
                False,
                "Beløpet er 98 450,50 kroner uten mva.",
                "FA-6",
                "Avtalens punkt 4.2",
                verified=False,
            ),
            TraceLine("Leverandør nummer 1 får bestillingen.", None),
        ),
        "downloads": (
            Download("Protokoll", "#p", "pdf", "42 kB"),
            Download("Linjer", "#c", "csv"),
            Download("Beslutning", "#j", "json"),
        ),
        "steps": ("Behov", "Vei og pris", "Bekreft"),
        "charts": gallery_charts(),
        "today": date(2023, 11, 1),
        "moment": datetime(2023, 11, 1, 8, 30, tzinfo=UTC),
        "amount": Decimal("1234567.5"),
        "used": Decimal("0.43"),
        "after": Decimal("0.61"),
        "breach": Decimal("1.04"),
    }


def page(language: str = "nb", template: str = "", **more: Any) -> str:
    """The gallery (or another template, with ``more`` to show) as HTML in a language."""
    source = template or (Path(__file__).parent / "gallery.html").read_text()
    with translation.override(language), override_settings(ROOT_URLCONF="fellestorg.ui.tests.urls"):
        request = RequestFactory().get("/galleri")
        return str(engines["django"].from_string(_compiled(source)).render({**context(), **more}, request))


def _compiled(source: str) -> str:
    from django_cotton.compiler_regex import CottonCompiler

    return str(CottonCompiler().process(source))

"""The panels of the house's own figures: firms and listings, call-offs, and how concentrated the suppliers are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from fellestorg.agreements.words import category_name
from fellestorg.kernel.text import in_language
from fellestorg.marketplace.firms.words import STATES
from fellestorg.marketplace.listings import questions
from fellestorg.marketplace.overview import own
from fellestorg.marketplace.overview.concentration import Concentration, Reading, concentration, reading_on
from fellestorg.marketplace.overview.panels import Asked, Cell, Panel, quarters
from fellestorg.ui.charts import BarChart, LineChart, Point, Series, StackedBarChart
from fellestorg.ui.formats import day as day_text

_SIZES = ((0, 9), (10, 49), (50, 249), (250, None))
_MOST_BARS = 20


def firm_panels(asked: Asked) -> Iterator[Panel]:
    """Firms over time, by state, by country and by size where that is known."""
    stretches = quarters(asked)
    states = own.firms_by_state([over for _name, over in stretches])
    now = states[stretches[-1][1]]
    if not now:
        return
    labels = tuple(name for name, _over in stretches)
    values = tuple(states[over].get("verified", 0) for _name, over in stretches)
    title, source = _("Firmaer som SI har kontrollert"), _own_source(asked, _("registrerte firmaer"))
    yield Panel(
        "firmaer-over-tid", title, (_("Kvartal"), _("Firmaer")), tuple(zip(labels, values, strict=True)), source,
        chart=LineChart(title, labels, (Series(_("Kontrollert"), values),), label_heading=_("Kvartal")),
    )  # fmt: skip
    rows = tuple((str(name).capitalize(), now.get(state.value, 0)) for state, (name, _tone) in STATES.items())
    title = _("Firmaer etter tilstand")
    yield _bars("firmaer-etter-tilstand", title, _("Tilstand"), _("Firmaer"), rows, source)
    verified = own.verified_firms(asked.until)
    countries = Counter(_country(country) for country, _employees in verified)
    title = _("Kontrollerte firmaer etter land")
    yield _bars("firmaer-etter-land", title, _("Land"), _("Firmaer"), _most_first(countries), source)
    known = [employees for _country, employees in verified if employees is not None]
    if known:
        sizes = tuple((_size(low, high), sum(1 for one in known if _within(one, low, high))) for low, high in _SIZES)
        sizes += ((_("Ikke kjent"), len(verified) - len(known)),)
        title = _("Kontrollerte firmaer etter ansatte")
        yield _bars("firmaer-etter-ansatte", title, _("Ansatte"), _("Firmaer"), sizes, source)


def listing_panels(asked: Asked) -> Iterator[Panel]:
    """Published listings by category and over time, and how concentrated they are."""
    stretches = quarters(asked)
    found = own.presented([over for _name, over in stretches])
    if not found:
        return
    now = [one for one in found if one.at == stretches[-1][1]]
    source = _own_source(asked, _("publiserte tjenester fra kontrollerte firmaer"))
    listings, firms = Counter[str](), Counter[str]()
    for one in now:
        listings[one.category] += one.listings
        firms[one.category] += 1
    whole = sum(listings.values())
    rows = tuple(
        (_name(key), _parent(key), count, _percent(Fraction(count, whole)), firms[key])
        for key, count in sorted(listings.items(), key=lambda item: (-item[1], _name(item[0])))
    )
    title = _("Publiserte tjenester etter kategori")
    points = tuple(Point(row[0], row[2]) for row in rows)
    headings = (_("Kategori"), _("Hører til"), _("Tjenester"), _("Andel i prosent"), _("Firmaer"))
    yield Panel(
        "tjenester-etter-kategori", title, headings, rows, source,
        chart=BarChart(title, points, label_heading=_("Kategori")),
    )  # fmt: skip
    yield _over_time(stretches, found, source)
    measured = []
    for key in sorted(listings, key=_name):
        amounts = [one.listings for one in now if one.category == key]
        measured.append(_Measured(_name(key), concentration(amounts), None))
    title = _("Konsentrasjon: tjenester etter kategori")
    yield _concentration(asked, "tjenester-konsentrasjon", title, measured, source)


def calloff_panels(asked: Asked) -> Iterator[Panel]:
    """What is drawn on the agreements by year and category, and how it is spread on suppliers."""
    drawn = own.drawn(asked.start, asked.until)
    source = _own_source(asked, _("takregnskapet, kroner uten mva."))
    if drawn:
        yield _drawn_by_year(drawn, source)
        yield _drawn_by_agreement(drawn, source)
    sold, buyers = own.sold(asked.since, asked.until)
    if sold:
        yield _sold_concentration(asked, sold, buyers)


@dataclass(frozen=True, slots=True)
class _Measured:
    """What one row of a table of concentration is about; ``buyers`` where a small number of them hides the row."""

    name: str
    found: Concentration | None
    buyers: int | None


def _over_time(stretches: Sequence[tuple[str, object]], found: Sequence[own.Presented], source: str) -> Panel:
    tops: dict[tuple[object, str], int] = defaultdict(int)
    for one in found:
        tops[one.at, _top(one.category)] += one.listings
    categories = [one for one in questions.categories() if any(key == one.key for _at, key in tops)]
    labels = tuple(name for name, _over in stretches)
    series = tuple(
        Series(one.label, tuple(tops.get((over, one.key), 0) for _name, over in stretches)) for one in categories
    )
    title = _("Publiserte tjenester ved utgangen av kvartalet")
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (name, *(tops.get((over, one.key), 0) for one in categories)) for name, over in stretches
    )
    headings = (_("Kvartal"), *(one.label for one in categories))
    chart = LineChart(title, labels, series, label_heading=_("Kvartal"))
    return Panel("tjenester-over-tid", title, headings, rows, source, chart=chart)


def _drawn_by_year(drawn: Sequence[own.Drawn], source: str) -> Panel:
    sums: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for one in drawn:
        sums[one.year, one.category] += one.amount
    years = sorted({year for year, _category in sums})
    categories = sorted({category for _year, category in sums}, key=category_name)
    rows = tuple(
        (str(year), category_name(key), sums[year, key]) for year in years for key in categories if sums[year, key]
    )
    title = _("Avrop etter kategori og år")
    series = tuple(
        Series(category_name(key), tuple(_millions(max(sums[year, key], Decimal(0))) for year in years))
        for key in categories
    )
    chart = StackedBarChart(title, tuple(map(str, years)), series, unit=_("mill. kr"), places=1, label_heading=_("År"))
    headings = (_("År"), _("Kategori"), _("Kroner"))
    return Panel("avrop-etter-ar", title, headings, rows, source, chart=chart, notes=(_running_year(),))


def _drawn_by_agreement(drawn: Sequence[own.Drawn], source: str) -> Panel:
    years = sorted({one.year for one in drawn})
    sums: dict[str, Decimal] = defaultdict(Decimal)
    titles = {}
    for one in drawn:
        sums[one.agreement] += one.amount
        titles[one.agreement] = one.title
    order = sorted(sums, key=lambda key: (-sums[key], titles[key]))
    by_year = {(one.agreement, one.year): one.amount for one in drawn}
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (titles[key], *(by_year.get((key, year), Decimal(0)) for year in years), sums[key]) for key in order
    )
    title = _("Avrop etter avtale")
    points = tuple(Point(titles[key], _millions(max(sums[key], Decimal(0)))) for key in order[:_MOST_BARS])
    chart = BarChart(title, points, unit=_("mill. kr"), places=1, label_heading=_("Avtale"))
    headings = (_("Avtale"), *(_("Kroner i %(year)s") % {"year": year} for year in years), _("Kroner i alt"))
    return Panel("avrop-etter-avtale", title, headings, rows, source, chart=chart)


def _sold_concentration(asked: Asked, sold: Iterable[own.Sold], buyers: Mapping[str, int]) -> Panel:
    agreements: dict[tuple[str, str], list[Decimal]] = defaultdict(list)
    categories: dict[str, dict[int, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for one in sold:
        agreements[one.title, one.agreement].append(one.amount)
        categories[one.category][one.supplier] += one.amount
    measured = [
        _Measured(
            _("%(category)s, alle avtaler") % {"category": category_name(key)},
            concentration(categories[key].values()), buyers[f"category:{key}"],
        )
        for key in sorted(categories, key=category_name)
    ]  # fmt: skip
    measured += [
        _Measured(title, concentration(amounts), buyers[key]) for (title, key), amounts in sorted(agreements.items())
    ]
    source = _own_source(asked, _("bestillinger i avrop som står, kroner uten mva."))
    title = _("Konsentrasjon: bestillinger etter avtale")
    return _concentration(asked, "avrop-konsentrasjon", title, measured, source)


def _concentration(asked: Asked, key: str, title: str, measured: Iterable[_Measured], source: str) -> Panel:
    reading = reading_on(asked.day)
    levels = {"low": _("Lav"), "moderate": _("Moderat"), "high": _("Høy")}
    rows: list[tuple[Cell, ...]] = []
    few = 0
    hidden = []
    for one in measured:
        if one.buyers is not None and one.buyers < reading.fewest_buyers:
            hidden.append(one.name)
        elif one.found is not None:
            found = one.found
            shares = (_percent(share) for share in (found.cr1, found.cr3, found.cr5))
            level = levels[reading.level(found)]
            if reading.too_few(found):
                level, few = _("%(level)s, få leverandører") % {"level": level}, few + 1
            rows.append((one.name, found.suppliers, *shares, found.points, level))
    warnings = []
    if few:
        text = _("%(few)s av %(all)s har færre enn %(count)s leverandører. Vurder om konkurransen er god nok.")
        warnings.append(text % {"few": few, "all": len(rows), "count": reading.few_suppliers})
    notes = [_how_to_read(reading)]
    if hidden:
        text = _("Vises ikke, fordi færre enn %(count)s virksomheter har kjøpt: %(names)s.")
        notes.append(text % {"count": reading.fewest_buyers, "names": ", ".join(hidden)})
    headings = (_("Gjelder"), _("Leverandører"), "CR1 %", "CR3 %", "CR5 %", "HHI", _("Konsentrasjon"))
    return Panel(key, title, headings, tuple(rows), source, notes=tuple(notes), warnings=tuple(warnings))


def _how_to_read(reading: Reading) -> str:
    text = _(
        "CR1, CR3 og CR5 er andelen til den største, de tre og de fem største. HHI er summen av kvadratene av andelene i "
        "prosent: 10 000 når én har alt. Til og med %(moderate)s leses som lav, til og med %(high)s som moderat. Kilde: "
        "%(source)s (%(verified)s)."
    )
    verified = _("verifisert") if reading.verified else _("ikke verifisert")
    return text % {
        "moderate": reading.moderate_from, "high": reading.high_from, "source": in_language(reading.source),
        "verified": verified,
    }  # fmt: skip


def _running_year() -> str:
    return _("Det første året er med i sin helhet, det siste til og med dagen som vises.")


def _bars(key: str, title: str, label: str, counted: str, rows: tuple[tuple[str, int], ...], source: str) -> Panel:
    chart = BarChart(title, tuple(Point(name, count) for name, count in rows), label_heading=label)
    return Panel(key, title, (label, counted), rows, source, chart=chart)


def _own_source(asked: Asked, what: str) -> str:
    return _("Egne tall: %(what)s, %(start)s–%(day)s.") % {
        "what": what, "start": day_text(asked.start, "short"), "day": day_text(asked.day, "short"),
    }  # fmt: skip


def _most_first(counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _name(key: str) -> str:
    category = questions.category(key)
    return category.label if category is not None else key


def _parent(key: str) -> str:
    category = questions.category(key)
    parent = questions.category(category.parent) if category is not None else None
    return parent.label if parent is not None else ""


def _top(key: str) -> str:
    category = questions.category(key)
    return category.parent or key if category is not None else key


def _country(code: str) -> str:
    words = questions.catalogue().countries.get(code)
    return in_language(words) if words else code


def _size(low: int, high: int | None) -> str:
    return f"{low}–{high}" if high is not None else _("%(low)s eller flere") % {"low": low}


def _within(count: int, low: int, high: int | None) -> bool:
    return count >= low and (high is None or count <= high)


def _percent(share: Fraction) -> Decimal:
    """A share as per cent with one decimal, rounded half up."""
    exact = Decimal(share.numerator) * 100 / Decimal(share.denominator)
    return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _millions(amount: Decimal) -> Decimal:
    return (amount / 1_000_000).quantize(Decimal("0.001"), ROUND_HALF_UP)

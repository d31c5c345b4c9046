"""Panels of the surveys of how agencies run their IT: shares with the number they are shares of, small counts hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from fellestorg.kernel.text import in_language
from fellestorg.marketplace.overview import queries, suppression
from fellestorg.marketplace.overview.panels import Asked, Cell, Panel
from fellestorg.marketplace.overview.queries import SurveyView
from fellestorg.marketplace.overview.study_panels import source_of
from fellestorg.marketplace.overview.survey import Answered, Question, questions
from fellestorg.ui.charts import BarChart, DotChart, Point, Series

KEY = "it-drift"


def survey_panels(asked: Asked) -> Iterator[Panel]:
    """One panel for each question that is answered in any year's survey, and one for how many answered."""
    years = queries.surveys(asked.language, asked.day)
    if not years:
        return
    yield _response(years)
    for question in questions().values():
        found = [(year, answered) for year in years if (answered := year.question(question.key)) is not None]
        if found:
            yield _question(question, found)


def first_panel(asked: Asked) -> Panel | None:
    """The first question's panel: what the market's own page shows of the surveys."""
    return next((one for one in survey_panels(asked) if one.key != f"{KEY}-svar"), None)


def hiding_note() -> str:
    """What is hidden, and why."""
    text = _(
        "Færre enn %(smallest)s virksomheter med samme svar vises ikke, og heller ikke tall som de kunne regnes ut av. Da "
        "kan ingen virksomhet kjennes igjen. Slike tall står som «–»."
    )
    return text % {"smallest": suppression.SMALLEST}


def _response(years: Sequence[SurveyView]) -> Panel:
    title = _("Svar på kartleggingen")
    rows = tuple((str(year.year), year.asked, year.answered, _percent(year.answered, year.asked)) for year in years)
    headings = (_("År"), _("Spurt"), _("Svarte"), _("Svarprosent"))
    return Panel(f"{KEY}-svar", title, headings, rows, _sources(years))


def _question(question: Question, found: Sequence[tuple[SurveyView, Answered]]) -> Panel:
    rows: list[tuple[Cell, ...]] = []
    shares: dict[str, list[Decimal | None]] = {key: [] for key in question.options}
    for year, answered in found:
        for key, words in question.options.items():
            count = answered.counts.get(key)
            part = None if count is None or not answered.answered else _percent(count, answered.answered)
            shares[key].append(part)
            rows.append((str(year.year), in_language(words), count, answered.answered, part))
    notes = [_("Virksomhetene kunne velge flere svar, så andelene blir mer enn 100 %.")] if question.several else []
    if any(answered.hidden for _year, answered in found):
        notes.append(hiding_note())
    headings = (_("År"), _("Svar"), _("Virksomheter"), _("Svarte på spørsmålet"), _("Andel i prosent"))
    counted = ", ".join(
        _("%(year)s: %(count)s svarte") % {"year": year.year, "count": answered.answered}
        for year, answered in found
        if answered.answered is not None
    )
    return Panel(
        f"{KEY}-{question.key}", question.text, headings, tuple(rows), _sources([year for year, _a in found]),
        lead=counted, chart=_chart(question, [str(year.year) for year, _a in found], shares), notes=tuple(notes),
    )  # fmt: skip


def _chart(question: Question, years: Sequence[str], shares: dict[str, list[Decimal | None]]) -> BarChart | DotChart:
    """Bars for one year's survey; a dot for each year where there are several."""
    names = {key: in_language(words) for key, words in question.options.items()}
    if len(years) == 1:
        points = tuple(Point(names[key], values[0]) for key, values in shares.items())
        return BarChart(question.text, points, unit="%", places=1, label_heading=_("Svar"))
    series = tuple(Series(year, tuple(values[place] for values in shares.values())) for place, year in enumerate(years))
    return DotChart(question.text, tuple(names.values()), series, unit="%", places=1, label_heading=_("Svar"))


def _sources(years: Iterable[SurveyView]) -> str:
    return "; ".join(source_of(year.about) for year in years)


def _percent(part: int, whole: int) -> Decimal:
    if not whole:
        return Decimal(0)
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)

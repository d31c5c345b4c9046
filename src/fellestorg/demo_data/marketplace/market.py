"""The demo's studies and surveys of the market: the product's own, and invented ones that say so."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from fellestorg.demo_data.ground import Ground, at
from fellestorg.kernel.text import LANGUAGES
from fellestorg.marketplace.overview import actions, product
from fellestorg.marketplace.overview.actions import About
from fellestorg.marketplace.overview.survey import Question, questions
from fellestorg.organisations.models import Organisation, Person
from fellestorg.organisations.queries import actor_for

_TITLES = {"nb": "Skymarkedet i tall", "nn": "Skymarknaden i tal", "en": "The cloud market in figures"}
_METHOD = {
    "nb": "Oppdiktede tall for å vise hvordan oversikten virker (demodata). Ikke bruk dem til noe.",
    "nn": "Oppdikta tal for å vise korleis oversikta verkar (demodata). Ikkje bruk dei til noko.",
    "en": "Invented figures to show how the overview works (demodata). Do not use them for anything.",
}
_SURVEYED = {
    "nb": "Oppdiktede svar fra oppdiktede virksomheter (demodata).",
    "nn": "Oppdikta svar frå oppdikta verksemder (demodata).",
    "en": "Invented answers of invented agencies (demodata).",
}
# Category, measure, and for the world and Norway the value of the first year and what is added each year.
_FIGURES = (
    ("cloud", "growth", ("18", "1"), ("21", "-1.5")),
    ("cloud", "adoption", ("52", "4"), ("58", "5")),
    ("cips", "supplier_share", ("63", "1.5"), ("71", "2")),
    ("saas", "supplier_share", ("38", "-0.5"), ("44", "0.5")),
)
# For each question, how many of a hundred chose each option in the first year's survey, and how many more in the last.
_ANSWERS = {
    "drift": {"own": (38, -12), "state": (14, 3), "outsourced": (24, -2), "public_cloud": (9, 9), "mixed": (15, 2)},
    "skyandel": {"none": (12, -8), "under_25": (48, -9), "25_50": (30, 10), "over_50": (10, 7)},
    "strategi": {"approved": (31, 22), "under_way": (33, -2), "no": (36, -20)},
    "anskaffelse": {"joint": (20, 25), "own_competition": (58, -10), "broker": (34, 6), "part_of_delivery": (41, 0)},
    "hindre": {
        "lock_in": (44, 3), "transfer": (51, 5), "competence": (39, -6), "cost": (35, 8), "security": (47, 0),
        "nothing": (3, 1),
    },
    "exitplan": {"tested": (2, 3), "written": (24, 12), "no": (62, -12), "no_cloud": (12, -3)},
}  # fmt: skip


def lay(ground: Ground, day: date) -> None:
    """Save the studies and surveys as they stand on ``day``, with their events."""
    product.load(now=at(day - timedelta(days=200), 9))
    actor = actor_for(Person.objects.get(username="si-admin"), day)
    figures = [
        {
            "geography": geography, "category": category, "measure": measure, "period": str(day.year - 2 + turn),
            "value": str(Decimal(first) + turn * Decimal(step)), "unit": "percent", "note": "demodata",
        }
        for category, measure, *places in _FIGURES
        for geography, (first, step) in zip(("global", "norway"), places, strict=True)
        for turn in range(3)
    ]  # fmt: skip
    texts = {code: {"title": f"{_TITLES[code]} (demodata)", "method": _METHOD[code]} for code in LANGUAGES}
    about = About("demodata-skymarkedet", texts, "Demodata", day - timedelta(days=100), "Demodata")
    actions.import_study(about, figures, actor=actor, now=at(day - timedelta(days=60), 10))
    numbers = Organisation.objects.filter(kind="agency", fictional=True).order_by("number")
    agencies = list(numbers.values_list("number", flat=True))
    for year in (day.year - 2, day.year):
        answers = [
            {"agency": number, "answers": _answers(place, year - day.year + 2)} for place, number in enumerate(agencies)
        ]
        held = day - timedelta(days=40) if year == day.year else date(year, 11, 15)
        titles = {"nb": "IKT-drift i staten", "nn": "IKT-drift i staten", "en": "IT operations in the state"}
        texts = {code: {"title": f"{titles[code]} {year} (demodata)", "method": _SURVEYED[code]} for code in LANGUAGES}
        about = About(f"it-drift-{year}", texts, "Demodata", held, "Demodata")
        actions.import_survey(year, about, answers, actor=actor, now=at(held + timedelta(days=10), 10))


def _answers(place: int, years: int) -> dict[str, list[str]]:
    """What an agency answered; every seventh did not."""
    if (place + years) % 7 == 3:
        return {}
    return {key: _chosen(one, place, years) for key, one in questions().items()}


def _chosen(question: Question, place: int, years: int) -> list[str]:
    """The options of a question by the agency's place: spread evenly, so that the shares come near the table's."""
    options = {key: first + change * years // 2 for key, (first, change) in _ANSWERS[question.key].items()}
    if question.several:
        found = [
            key for turn, (key, share) in enumerate(options.items()) if (place * 37 + turn * 29 + years) % 100 < share
        ]
        return found or [next(iter(options))]
    mark = (place * 61 + len(question.key) * 17) % 100
    for key, share in options.items():
        if mark < share:
            return [key]
        mark -= share
    return [next(iter(options))]

"""What the pages that find something share: what was asked and what came of it, and how a file says no."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from django.forms import Form
from django.http import HttpResponse

from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.kernel.http import json_answer
from fellestorg.values import BadInput, Problem, Refused

Asking = TypeVar("Asking", bound=Form)
About = TypeVar("About")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Asked(Generic[Asking, About, Found]):
    """A form, the place or region it is about, and the answer; or what was wrong, with the page's status."""

    form: Asking
    about: About | None = None
    found: Found | None = None
    problems: tuple[Problem, ...] = ()
    status: int = 200


def answered(form: Asking, about: About, find: Callable[[], Found]) -> Asked[Asking, About, Found]:
    """The answer to a valid form: what could not be read is 422, what the rules refuse 409."""
    try:
        return Asked(form, about, find())
    except BadInput as error:
        return Asked(form, about, problems=error.problems, status=422)
    except Refused as refused:
        return Asked(form, about, problems=(Problem("", refused.code, refused.text),), status=409)


def require_in_force(agreement: FrameworkAgreement, day: date, text: str) -> None:
    """Raises Refused, with the text, where the agreement does not hold on the day."""
    if not agreement.starts <= day <= agreement.ends:
        raise Refused("outside_period", text)


def refused(asked: Asked[Asking, About, Found]) -> HttpResponse:
    """Why there is no file, as JSON."""
    problems = [{"where": one.where, "code": one.code, "text": one.text} for one in asked.problems]
    problems += [
        {"where": name, "code": "bad_field", "text": str(text)}
        for name, said in asked.form.errors.items()
        for text in said
    ]
    return json_answer({"problems": problems}, asked.status if asked.status != 200 else 422)

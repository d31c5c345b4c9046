"""Looking at agreements as they stood, or will stand, on another day: ``?dag=2019-05-02``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from fellestorg.kernel import clock

_FIRST, _LAST = date(2000, 1, 1), date(2099, 12, 31)


@dataclass(frozen=True, slots=True)
class Travel:
    """The day a page is about. ``then``: it is not today. ``query`` keeps the day in links, ``back`` leads to today."""

    day: date
    then: bool
    back: str

    @property
    def query(self) -> str:
        return f"?dag={self.day.isoformat()}" if self.then else ""


def travelled(request: HttpRequest) -> Travel:
    """The day asked about; today where none is asked or it cannot be read."""
    today = clock.today()
    try:
        day = date.fromisoformat(request.GET.get("dag", ""))
    except ValueError:
        day = today
    if not _FIRST <= day <= _LAST:
        day = today
    others = request.GET.copy()
    others.pop("dag", None)
    return Travel(day, day != today, f"{request.path}?{others.urlencode()}" if others else request.path)

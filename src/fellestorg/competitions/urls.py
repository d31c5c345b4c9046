"""Addresses of competitions. The rooms inside have files of their own, joined here."""

from __future__ import annotations

from django.urls import URLPattern, path

from fellestorg.competitions import pages
from fellestorg.competitions.award.urls import urlpatterns as award
from fellestorg.competitions.dialogue.urls import urlpatterns as dialogue
from fellestorg.competitions.evaluation.urls import urlpatterns as evaluation
from fellestorg.competitions.interchange.urls import urlpatterns as interchange
from fellestorg.competitions.preparing import urls as preparing
from fellestorg.competitions.rounds.urls import urlpatterns as rounds
from fellestorg.competitions.selecting.urls import urlpatterns as selecting
from fellestorg.competitions.systems.urls import urlpatterns as systems
from fellestorg.competitions.tenders.urls import urlpatterns as tenders

urlpatterns: list[URLPattern] = [
    *preparing.first,
    path("konkurranser", pages.competitions, name="competitions"),
    path("konkurranser.csv", pages.competitions_csv, name="competitions_csv"),
    path("konkurranser.json", pages.competitions_json, name="competitions_json"),
    path("konkurranser/<str:number>", pages.competition, name="competition"),
    *award,
    *dialogue,
    *evaluation,
    *preparing.urlpatterns,
    *interchange,
    *systems,
    *rounds,
    *selecting,
    *tenders,
]

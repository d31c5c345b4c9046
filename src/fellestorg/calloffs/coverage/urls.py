"""Addresses of coverage. They stand before the call-offs' own, whose numbers would catch them."""

from django.urls import path

from fellestorg.calloffs.coverage import pages

urlpatterns = [
    path("avrop/dekning", pages.cases, name="coverage_cases"),
    path("avrop/dekning.csv", pages.cases_csv, name="coverage_cases_csv"),
    path("avrop/dekning.json", pages.cases_json, name="coverage_cases_json"),
    path("avrop/dekning/ny", pages.new, name="new_coverage_case"),
    path("avrop/dekning/<int:coverage_case>", pages.case, name="coverage_case"),
    path("avrop/dekning/<int:coverage_case>/<str:name>", pages.document, name="coverage_document"),
]

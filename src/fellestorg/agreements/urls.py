"""Addresses of agreements."""

from django.urls import path

from fellestorg.agreements import earlier, option_pages, pages
from fellestorg.agreements.admissions import urls as admission_urls
from fellestorg.agreements.getting_started import urls as getting_started_urls
from fellestorg.agreements.managing import pages as manage
from fellestorg.agreements.managing import urls as manage_urls
from fellestorg.agreements.office import urls as office_urls
from fellestorg.agreements.quotas import urls as quota_urls
from fellestorg.agreements.registering import urls as registering_urls

urlpatterns = [
    *manage_urls.urlpatterns,
    *office_urls.urlpatterns,
    *registering_urls.urlpatterns,
    *quota_urls.urlpatterns,
    *getting_started_urls.urlpatterns,
    *admission_urls.urlpatterns,
    path("avtaler", pages.agreements, name="agreements"),
    path("avtaler.csv", pages.agreements_csv, name="agreements_csv"),
    path("avtaler.json", pages.agreements_json, name="agreements_json"),
    path("avtaler/tidligere", earlier.earlier, name="earlier_agreements"),
    path("avtaler/tidligere.csv", earlier.earlier_csv, name="earlier_agreements_csv"),
    path("avtaler/tidligere.json", earlier.earlier_json, name="earlier_agreements_json"),
    path("avtaler/<slug:key>", pages.agreement, name="agreement"),
    path("avtaler/<slug:key>/deltakere", pages.participants, name="participants"),
    path("avtaler/<slug:key>/deltakere.csv", pages.participants_csv, name="participants_csv"),
    path("avtaler/<slug:key>/deltakere.json", pages.participants_json, name="participants_json"),
    path("avtaler/<slug:key>/opsjoner", option_pages.answers, name="option_answers"),
    path("avtaler/<slug:key>/opsjoner.csv", option_pages.answers_csv, name="option_answers_csv"),
    path("avtaler/<slug:key>/opsjoner.json", option_pages.answers_json, name="option_answers_json"),
    path("avtaler/<slug:key>/<slug:lot>/opsjoner", option_pages.lot_options, name="lot_options"),
    path("avtaler/<slug:key>/<slug:lot>", pages.lot, name="lot"),
    path("avtaler/<slug:key>/<slug:lot>/tak", pages.ledger, name="ledger"),
    path("avtaler/<slug:key>/<slug:lot>/tak.csv", pages.ledger_csv, name="ledger_csv"),
    path("avtaler/<slug:key>/<slug:lot>/tak.json", pages.ledger_json, name="ledger_json"),
    path("avtaler/<slug:key>/<slug:lot>/forvalt", manage.manage, name="manage_lot"),
    path("avtaler/<slug:key>/<slug:lot>/forvalt/suspender/<int:position>", manage.suspend, name="suspend_supplier"),
    path("avtaler/<slug:key>/<slug:lot>/forvalt/opphev/<int:position>", manage.lift, name="lift_suspension"),
]

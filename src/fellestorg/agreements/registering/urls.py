"""Addresses of purchases made elsewhere."""

from django.urls import path

from fellestorg.agreements.registering import pages

urlpatterns = [
    path("kjop-andre-steder", pages.facts, name="facts"),
    path("kjop-andre-steder.csv", pages.facts_csv, name="facts_csv"),
    path("kjop-andre-steder.json", pages.facts_json, name="facts_json"),
    path("kjop-andre-steder/nytt", pages.register_facts, name="register_facts"),
    path("kjop-andre-steder/nytt/bekreft", pages.confirm_facts, name="confirm_facts"),
    path("kjop-andre-steder/nytt/mal.xlsx", pages.template_xlsx, name="facts_template_xlsx"),
    path("kjop-andre-steder/nytt/mal.csv", pages.template_csv, name="facts_template_csv"),
    path("kjop-andre-steder/nytt/rett/<int:draw>", pages.correct_fact, name="correct_fact"),
]

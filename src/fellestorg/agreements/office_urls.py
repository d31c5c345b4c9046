"""Addresses of what an agreement manager keeps: facts registered, the framework document, news and contacts."""

from django.urls import path

from fellestorg.agreements import registering_pages

urlpatterns = [
    path("kjop-andre-steder", registering_pages.facts, name="facts"),
    path("kjop-andre-steder.csv", registering_pages.facts_csv, name="facts_csv"),
    path("kjop-andre-steder.json", registering_pages.facts_json, name="facts_json"),
    path("kjop-andre-steder/registrer", registering_pages.register_facts, name="register_facts"),
    path("kjop-andre-steder/bekreft", registering_pages.confirm_facts, name="confirm_facts"),
    path("kjop-andre-steder/mal.xlsx", registering_pages.template_xlsx, name="facts_template_xlsx"),
    path("kjop-andre-steder/mal.csv", registering_pages.template_csv, name="facts_template_csv"),
    path("kjop-andre-steder/<int:draw>/rett", registering_pages.correct_fact, name="correct_fact"),
]

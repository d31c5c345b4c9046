"""Addresses of what an agreement manager keeps: the framework document, news and contacts."""

from django.urls import path

from fellestorg.agreements.office import document_pages
from fellestorg.agreements.office import pages as office_pages

urlpatterns = [
    path("avtaler/<slug:key>/rammedokument", document_pages.document, name="document"),
    path("avtaler/<slug:key>/rammedokument.pdf", document_pages.document_as_pdf, name="document_pdf"),
    path("avtaler/<slug:key>/rammedokument.json", document_pages.document_as_json, name="document_json"),
    path("avtaler/<slug:key>/rammedokument.csv", document_pages.versions_csv, name="document_csv"),
    path("avtaler/<slug:key>/rammedokument/sammenlign", document_pages.compare_versions, name="compare_documents"),
    path("avtaler/<slug:key>/rammedokument/forvalt", document_pages.edit, name="edit_document"),
    path("avtaler/<slug:key>/rammedokument/forvalt/publiser", document_pages.publish, name="publish_document"),
    path("avtaler/<slug:key>/rammedokument/forvalt/forkast", document_pages.discard, name="discard_document"),
    path("avtaler/<slug:key>/rammedokument/forvalt/del/<slug:slug>", document_pages.edit_section, name="edit_section"),
    path("avtaler/<slug:key>/nyheter", office_pages.news_list, name="news"),
    path("avtaler/<slug:key>/nyheter.atom", office_pages.news_atom, name="news_atom"),
    path("avtaler/<slug:key>/nyheter.json", office_pages.news_json, name="news_json"),
    path("avtaler/<slug:key>/nyheter.csv", office_pages.news_csv, name="news_csv"),
    path("avtaler/<slug:key>/nyheter/forvalt", office_pages.publish_news, name="publish_news"),
    path("avtaler/<slug:key>/nyheter/forvalt/<int:news_id>/trekk", office_pages.withdraw_news, name="withdraw_news"),
    path("avtaler/<slug:key>/kontakter", office_pages.contact_list, name="contacts"),
    path("avtaler/<slug:key>/kontakter.csv", office_pages.contacts_csv, name="contacts_csv"),
    path("avtaler/<slug:key>/kontakter.json", office_pages.contacts_json, name="contacts_json"),
    path("avtaler/<slug:key>/kontakter/forvalt", office_pages.add_contact, name="add_contact"),
    path("avtaler/<slug:key>/kontakter/forvalt/<int:contact>", office_pages.change_contact, name="change_contact"),
    path(
        "avtaler/<slug:key>/kontakter/forvalt/<int:contact>/fjern", office_pages.remove_contact, name="remove_contact"
    ),
]

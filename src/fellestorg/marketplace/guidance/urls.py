"""Addresses of the guidance."""

from __future__ import annotations

from django.urls import URLPattern, path

from fellestorg.marketplace.guidance import desk_pages, pages, question_pages, wish_pages

_HERE = "skytjenester/veiledning"

urlpatterns: list[URLPattern] = [
    path(_HERE, pages.articles, name="guidance"),
    path(f"{_HERE}.csv", pages.articles_csv, name="guidance_csv"),
    path(f"{_HERE}.json", pages.articles_json, name="guidance_json"),
    path(f"{_HERE}.rss", pages.articles_rss, name="guidance_rss"),
    path(f"{_HERE}/redaksjon", desk_pages.desk, name="guidance_desk"),
    path(f"{_HERE}/redaksjon.csv", desk_pages.desk_csv, name="guidance_desk_csv"),
    path(f"{_HERE}/redaksjon.json", desk_pages.desk_json, name="guidance_desk_json"),
    path(f"{_HERE}/ny", desk_pages.new, name="guidance_new"),
    path(f"{_HERE}/<slug:slug>", pages.article, name="guidance_article"),
    path(f"{_HERE}/<slug:slug>.json", pages.article_json, name="guidance_article_json"),
    path(f"{_HERE}/<slug:slug>/steg/<int:number>", pages.step, name="guidance_step"),
    path(f"{_HERE}/<slug:slug>/endringer", pages.changes, name="guidance_changes"),
    path(f"{_HERE}/<slug:slug>/endringer.csv", pages.changes_csv, name="guidance_changes_csv"),
    path(f"{_HERE}/<slug:slug>/endringer.json", pages.changes_json, name="guidance_changes_json"),
    path(f"{_HERE}/<slug:slug>/hjalp", pages.give_feedback, name="guidance_feedback"),
    path(f"{_HERE}/<slug:slug>/rediger", desk_pages.edit, name="guidance_edit"),
    path(f"{_HERE}/<slug:slug>/forhandsvis", desk_pages.preview, name="guidance_preview"),
    path(f"{_HERE}/<slug:slug>/send", desk_pages.submit, name="guidance_submit"),
    path(f"{_HERE}/<slug:slug>/publiser", desk_pages.publish, name="guidance_publish"),
    path(f"{_HERE}/<slug:slug>/forkast", desk_pages.discard, name="guidance_discard"),
    path(f"{_HERE}/<slug:slug>/gjennomgatt", desk_pages.reviewed, name="guidance_reviewed"),
    path(f"{_HERE}/<slug:slug>/redaktor", desk_pages.look_after, name="guidance_look_after"),
    path(f"{_HERE}/<slug:slug>/trekk", desk_pages.withdraw, name="guidance_withdraw"),
    path("skytjenester/informasjonssikkerhet", pages.articles, {"door": "security"}, name="guidance_security"),
    path("skytjenester/anskaffelse", pages.articles, {"door": "procurement"}, name="guidance_procurement"),
    path("skytjenester/ordliste", pages.glossary_page, name="glossary"),
    path("skytjenester/ordliste.csv", pages.glossary_csv, name="glossary_csv"),
    path("skytjenester/ordliste.json", pages.glossary_json, name="glossary_json"),
    path("skytjenester/sporsmal", question_pages.answers, name="expert_questions"),
    path("skytjenester/sporsmal.csv", question_pages.answers_csv, name="expert_questions_csv"),
    path("skytjenester/sporsmal.json", question_pages.answers_json, name="expert_questions_json"),
    path("skytjenester/sporsmal/still", question_pages.ask, name="ask_expert"),
    path("skytjenester/sporsmal/ko", question_pages.queue, name="expert_queue"),
    path("skytjenester/sporsmal/ko.csv", question_pages.queue_csv, name="expert_queue_csv"),
    path("skytjenester/sporsmal/ko.json", question_pages.queue_json, name="expert_queue_json"),
    path("skytjenester/sporsmal/<int:key>", question_pages.question, name="expert_question"),
    path("skytjenester/sporsmal/<int:key>/ta", question_pages.take, name="take_question"),
    path("skytjenester/sporsmal/<int:key>/svar", question_pages.answer, name="answer_expert_question"),
    path("skytjenester/sporsmal/<int:key>/publiser", question_pages.publish, name="publish_expert_answer"),
    path("skytjenester/sporsmal/<int:key>/lukk", question_pages.close, name="close_expert_question"),
    path("skytjenester/onsker", wish_pages.wish_list, name="wishes"),
    path("skytjenester/onsker.csv", wish_pages.wishes_csv, name="wishes_csv"),
    path("skytjenester/onsker.json", wish_pages.wishes_json, name="wishes_json"),
    path("skytjenester/onsker/nytt", wish_pages.new_wish, name="new_wish"),
    path("skytjenester/onsker/<int:key>", wish_pages.wish, name="wish"),
    path("skytjenester/onsker/<int:key>/stem", wish_pages.vote, name="vote_wish"),
    path("skytjenester/onsker/<int:key>/status", wish_pages.decide, name="decide_wish"),
    path("skytjenester/onsker/<int:key>/ta-bort", wish_pages.hide, name="hide_wish"),
]

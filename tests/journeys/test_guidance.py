"""Guidance by HTTP: written by one at SI, published by another, read by all; asked, answered and wished for."""

from __future__ import annotations

import pytest

from tests.journeys.visiting import Visitor

pytestmark = pytest.mark.usefixtures("demo")
HERE = "/skytjenester/veiledning"
TEXT = "# Ny artikkel\nKort sagt.\n\n## Del\n<script>alert(1)</script> og **fet** om SaaS."


def test_an_article_goes_from_one_editor_to_another_to_everybody() -> None:
    writer, publisher, reader = Visitor("avtaleforvalter-ikt"), Visitor("si-admin"), Visitor()
    fields = {"slug": "ny-artikkel", "kind": "article", "door": "guidance", "text_nb": TEXT, "rules": "fa-3"}
    writer.send(f"{HERE}/ny", fields)
    page = writer.read(f"{HERE}/ny-artikkel/forhandsvis?sprak=en")
    assert "Utkastet er ikke skrevet på dette språket" in page.words
    reader.read(f"{HERE}/ny-artikkel", 404)
    page = writer.press(writer.read(f"{HERE}/ny-artikkel/rediger"), "Send til en annen")
    assert "en annen må publisere det" in page.words
    writer.send(f"{HERE}/ny-artikkel/publiser", {"review_on": "2024-05-01"})
    reader.read(f"{HERE}/ny-artikkel", 404)
    publisher.press(publisher.read(f"{HERE}/ny-artikkel/rediger"), "Publiser", review_on="2024-05-01")
    page = reader.read(f"{HERE}/ny-artikkel")
    assert "<script>alert" not in page.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.html
    assert 'popovertarget="ord-saas"' in page.html and 'id="ord-saas"' in page.html
    assert "FA-3" in page.words
    assert "Ny artikkel" in reader.read(f"{HERE}.rss").html
    assert reader.json(f"{HERE}/ny-artikkel.json")["version"] == 1


def test_a_guide_is_walked_step_by_step_in_the_readers_language() -> None:
    reader = Visitor(language="nn")
    page = reader.read(f"{HERE}/skyreisen")
    assert page.html.count('role="img"') == 3 and "Klassifisering" in page.words
    page = reader.read(page.links["Klassifisering"])
    assert "Steg 2 av 10" in page.words
    assert page.links["Neste: Marknaden"] == f"{HERE}/skyreisen/steg/3"
    reader.read(f"{HERE}/skyreisen/steg/11", 404)
    reader.read(f"{HERE}/informasjonssikkerhet/steg/1", 404)


def test_a_reader_without_an_account_answers_once_a_session() -> None:
    reader = Visitor()
    before = reader.read(f"{HERE}/skyreisen").words
    assert "41 av 46" in before
    for answer in ("ja", "nei", "ja"):
        reader.send(f"{HERE}/skyreisen/hjalp", {"answer": answer})
    page = reader.read(f"{HERE}/skyreisen")
    assert "42 av 47" in page.words and "Du har svart ja" in page.words
    page = reader.send(f"{HERE}/skyreisen/hjalp", {"answer": "ja", "comment": "Ring 22334455"}, 422)
    assert "telefonnummeret" in page.words


def test_a_question_is_asked_answered_and_published_without_a_name() -> None:
    asker, expert, second, public = (
        Visitor("innkjoper"), Visitor("avtaleforvalter-ikt"), Visitor("si-admin"), Visitor(),
    )  # fmt: skip
    page = asker.press(
        asker.read("/skytjenester/sporsmal/still"), "Send spørsmålet", title="Hva er en exit?", body="<b>Forklar</b>"
    )
    where = page.path
    public.read(where, 404)
    assert "Hva er en exit?" in expert.read("/skytjenester/sporsmal/ko").words
    page = expert.read(where)
    assert "&lt;b&gt;Forklar" in page.html and "Ragna Skarvøy" in page.words
    form = {"question_nb": "Hva er en exit?", "answer_nb": "Å komme ut igjen.", "related": ["skyreisen"]}
    assert "ta bort «Ragna Skarvøy»" in expert.send(f"{where}/svar", form | {"answer_nb": "Ragna Skarvøy"}, 422).words
    expert.send(f"{where}/svar", form)
    expert.send(f"{where}/publiser")
    public.read(where, 404)
    second.press(second.read(where), "Publiser for alle")
    page = public.read(where)
    assert "Å komme ut igjen." in page.words
    assert "Ragna" not in page.html and "Forklar" not in page.html
    assert "Hva er en exit?" in public.read(f"{HERE}/skyreisen").words
    found = public.json("/skytjenester/sporsmal.json?q=komme ut")["questions"]
    assert [one["question"] for one in found] == ["Hva er en exit?"]


def test_a_wish_is_stated_voted_for_and_decided() -> None:
    one, other, si = Visitor("innkjoper"), Visitor("innkjopar", "nb"), Visitor("si-admin")
    page = one.press(one.read("/skytjenester/onsker/nytt"), "Meld ønsket", title="Flere maler")
    assert "1 stemme fra 1 virksomhet" in page.words
    other.send(f"{page.path}/stem", {"stem": "ja"})
    other.send(f"{page.path}/stem", {"stem": "ja"})
    assert "2 stemmer fra 2 virksomheter" in other.read(page.path).words
    si.send(f"{page.path}/status", {"state": "declined"}, 422)
    si.send(f"{page.path}/status", {"state": "planned", "reason_nb": "Til våren."})
    assert "Til våren." in Visitor().read(page.path).words
    one.send(f"{page.path}/status", {"state": "done"}, 403)


def test_the_doors_lead_to_guidance_and_lists_have_twins() -> None:
    reader = Visitor()
    page = reader.read("/skytjenester")
    for name in ("Artikler og veivisere", "Ordliste", "Ønsker", "Ansvar, trusler og personvern"):
        assert reader.read(page.links[name]).status == 200
    found = reader.json(f"{HERE}.json?kategori=brokers")["articles"]
    assert {one["slug"] for one in found} == {"skyreisen", "anskaffelse-og-bruk", "personopplysninger-og-overforing"}
    assert len(reader.read("/skytjenester/ordliste.csv").html.splitlines()) > 30
    assert "uten" in reader.read("/skytjenester/ordliste?q=uten").words
    assert "Veiledning" in reader.read("/avtaler/ombruk-ikt").words

"""Every address of the house, for every role and in every language: found by the URL table, so that none is forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from babel.messages.mofile import read_mo
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver, reverse

import fellestorg
from fellestorg.agreements.models import (
    Contact,
    DrawBalance,
    ExtensionOption,
    NewsItem,
    Participation,
    SupplierAssignment,
    SupplierPosition,
    SupplierSetup,
)
from fellestorg.calloffs.cascade.models import RankedOffer
from fellestorg.calloffs.models import CallOff, CoverageCase, CustodyStep
from fellestorg.competitions.models import Competition
from fellestorg.demo_data import awarded_competition, two_stages
from fellestorg.demo_data.marketplace import cases
from fellestorg.demo_data.marketplace.firms import FIRMS
from fellestorg.demo_data.people import DEMO_PEOPLE
from fellestorg.kernel.models import Event
from fellestorg.kernel.verbs import verb_name
from fellestorg.marketplace.models import ModerationCase
from fellestorg.organisations.models import RoleGrant
from fellestorg.travel.models import RouteArea
from tests.journeys.visiting import Page, Visitor

pytestmark = pytest.mark.usefixtures("demo")
# One for each role, and the public; the supplier who is asked in turn has pages that others of its role do not. Each
# reads in one language other than the code's, so that every page is read in both by somebody who sees all of it.
EVERYBODY = ("", *{person.role: person.username for person in reversed(DEMO_PEOPLE)}.values(), "stolmakeren")
IN_ENGLISH = ("godkjenner", "avtaleforvalter-ikt", "revisor", "stolmakeren")
# What one reads only to do something that an auditor never does.
_NOT_FOR_AUDITORS = (
    "/nytt", "/gjor", "/kurv", "/forvalt", "/les-inn", "/klokke", "/veiledning", "/over-tid", "/over-levetiden",
    "/handlelister", "/oppsett",
    "/rediger", "/ny", "/inviter", "/deltakere/", "/forslag", "/prislister", "/endringer", "/opsjoner", "/mal.", "/konto",
    "/kvoter", "/konkurs",
    "/kundeoppsett", "/forleng", "/stans", "/sok-opptak", "/minikonkurranse", "/ordning",
    "/om", "/forbered/", "/klausuler", "/miljo", "/grenser", "/laget", "/frister", "/prove-evalueringen", "/svar",
    "/opplysning", "/flytt-frist",
    "/varsle", "/endre", "/lagrede", "/mine-tjenester", "/leverandor",
    "/tilbud", "/apning", "/still", "/delkontrakt-1/poeng", "/minikonkurranse",
    "/foresporsel", "/utvelgelse/regler",
)  # fmt: skip
HARMLESS = ("sign_in", "account_sign_in", "sign_out", "set_language", "welcome", "welcome_code", "forgotten")
# Anybody may ask for access to a case in the public journal, also without saying who they are (offentleglova § 3).
FOR_ANYBODY = ("moderation_journal_case",)


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for one in (resolver or get_resolver()).url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one)
        else:
            yield one


@pytest.fixture(autouse=True)
def _refusals_are_no_news(caplog: pytest.LogCaptureFixture) -> None:
    """Thousands are refused here, as they should be, and writing each down with its traceback takes longer than refusing."""
    caplog.set_level("ERROR", "django.request")


@cache
def call_off_with_orders() -> CallOff:
    call_off = CallOff.objects.filter(orders__isnull=False, state="committed", lot__key="pc").order_by("number").first()
    assert call_off is not None
    return call_off


@cache
def usual_values() -> dict[str, Any]:
    """What stands in most addresses. The demo is the same in every test, so they are found once."""
    call_off = call_off_with_orders()
    return {
        "key": "pc-utstyr",
        "lot": "pc",
        "number": call_off.number,
        "order": call_off.orders.all()[0].number,
        "option": ExtensionOption.objects.filter(agreement__key="pc-utstyr").order_by("pk")[0].pk,
        "position": SupplierPosition.objects.filter(lot__key="pc").order_by("pk")[0].pk,
        "slug": "gjore-avrop",
        "shopping_list": 1,
        "draw": DrawBalance.objects.filter(reference__startswith="elsewhere:").order_by("pk")[0].pk,
        "news_id": NewsItem.objects.filter(agreement__key="pc-utstyr")[0].pk,
        "contact": Contact.objects.filter(agreement__key="pc-utstyr")[0].pk,
        "participation": Participation.objects.filter(agreement__key="pc-utstyr").order_by("pk")[0].pk,
        "setup": SupplierSetup.objects.filter(state="confirmed").order_by("pk")[0].pk,
        "token": "ingen-slik-lenke",
        "kind": "participants",
        "form": "xlsx",
        "username": "innkjoper",
        "code": "OSL-TOS",
        "series": "KPI",
        "assignment": SupplierAssignment.objects.order_by("pk")[0].pk,
        "coverage_case": CoverageCase.objects.order_by("pk")[0].pk,
        "name": f"dekning-{CoverageCase.objects.order_by('pk')[0].pk}-1.pdf",
        "area": RouteArea.objects.filter(route__origin="OSL", route__destination="TOS")[0].pk,
    }


def example(pattern: URLPattern) -> str:
    """A real address for a pattern of the URL table."""
    call_off, values = call_off_with_orders(), dict(usual_values())
    if pattern.name and pattern.name.startswith("reuse"):
        step = CustodyStep.objects.filter(lot__agreement__key="ombruk-ikt").order_by("lot__number", "pk")[0]
        values |= {
            "key": "ombruk-ikt",
            "lot": step.lot.key,
            "number": step.agency.number,
            "reference": step.reference,
        }
    if pattern.name and pattern.name.startswith(("distribution", "edit_quotas", "call_off_agreement")):
        values |= {"key": "reisebyra", "lot": "reisebyra"}
    if pattern.callback.__module__.startswith("fellestorg.marketplace.firms"):
        values |= {"number": FIRMS[0].number, "token": "ingen-slik", "key": UUID(int=0)}
    if pattern.name and pattern.name.startswith(("admissions", "apply_for_admission")):
        values |= {"key": "kurs-og-konferanse", "lot": "kurs"}
    if pattern.name and pattern.name.startswith("system_awards"):
        values |= {"key": "kurs-og-konferanse", "quarter": "2023-k3"}
    if pattern.name and pattern.name.startswith("application"):
        values |= {"key": 1, "name": "avgjor"}
    if pattern.name == "revoke_api_token":
        values["name"] = "ingen-slik"
    if str(pattern.pattern).startswith("konkurranser/"):
        values |= {"number": "K-2023-00001", "key": "kravspesifikasjon", "version": 1, "part": "kriterier", "asked": 1}
        values |= {"kind": "negotiated", "supplier": "976239997"}
    if pattern.name == "end_competition_system":
        values["number"] = Competition.objects.get(result__key="kurs-og-konferanse").number
    if pattern.callback.__module__.startswith(("fellestorg.competitions.evaluation", "fellestorg.competitions.award")):
        awarded = Competition.objects.get(title=awarded_competition.TITLE)
        letter = awarded.letters.select_related("supplier")[0]
        values |= {
            "number": awarded.number,
            "lot": "delkontrakt-1",
            "supplier": letter.supplier.number,
            "name": "award",
        }
        values["key"] = awarded.complaints.get().pk if pattern.name == "answer_complaint" else letter.pk
    if pattern.callback.__module__.startswith(("fellestorg.competitions.selecting", "fellestorg.competitions.rounds")):
        selecting = Competition.objects.get(title=two_stages.TITLE)
        values |= {"number": selecting.number, "key": 1, "supplier": selecting.requests.all()[0].supplier.number}
    if pattern.callback.__module__.startswith("fellestorg.marketplace.listings"):
        values |= {"key": "viddelager-objekt", "number": 1, "section": "data"}
    if pattern.callback.__module__.startswith("fellestorg.marketplace.moderation"):
        values |= {"key": "viddelager-objekt" if pattern.name == "report_listing" else "ingen-slik", "number": 1}
        values |= {"token": cases.FOLLOWED}
        if "<int:key>" in str(pattern.pattern):
            values["key"] = ModerationCase.objects.get(outcome="refuse").pk  # a complaint waits in it
    if pattern.callback.__module__.startswith("fellestorg.marketplace.shortlists"):
        values |= {"number": 1}
    if pattern.callback.__module__.startswith("fellestorg.marketplace.opportunities"):
        values |= {"key": UUID(int=0) if pattern.name == "stop_my_opportunities" else 1, "form": "atom"}
    if pattern.callback.__module__.startswith("fellestorg.marketplace.guidance"):
        values |= {"slug": "skyreisen", "number": 1, "key": 1}
    if pattern.callback.__module__.startswith("fellestorg.marketplace.overview"):
        values |= {"slug": "demodata-skymarkedet", "key": "tjenester-etter-kategori", "kind": "undersokelse"}
    values |= {"receipt": "T-0000-0000-0000", "file": UUID(int=0), "place": 0, "entry": 1, "round": 1}
    if pattern.name == "insolvent":
        values["number"] = call_off.orders.all()[0].supplier.number
    if pattern.name and pattern.name.startswith("regulation"):
        values |= {"key": "forbruksmateriell", "lot": "forbruk", "year": 2023}
    if pattern.name and pattern.name.startswith("price_list_") and "number" in pattern.pattern.converters:
        values["number"] = 1  # the demo begins without price lists sent in
    if pattern.name and pattern.name.endswith("proposal") and "key" in pattern.pattern.converters:
        values |= {"key": 1} if "<int:key>" in str(pattern.pattern) else {}
    if pattern.name and pattern.name.startswith("booking_file"):
        values["number"] = 1
    if pattern.name and pattern.name.startswith("travel_sheet"):
        values |= {"key": "hotell", "lot": "hotell", "kind": "hotellpriser"}
    if pattern.name in ("offer", "accept_offer", "decline_offer"):
        values["number"] = RankedOffer.objects.get(state="open").call_off.number
    if pattern.name == "rate_breach":
        values["number"] = 1
    if pattern.name == "invite":
        values["number"] = call_off.buyer.number
    if pattern.name == "edit_section":
        values["slug"] = "purpose"
    if pattern.name == "event":
        values["key"] = Event.objects.order_by("pk")[0].pk
    if pattern.name in ("organisation", "grant_role", "revoke_role"):
        values["number"] = call_off.buyer.number
        if pattern.name == "revoke_role":
            values["key"] = RoleGrant.objects.filter(organisation=call_off.buyer).order_by("pk")[0].pk
    if "<int:key>" in str(pattern.pattern) and not isinstance(values["key"], int):
        values["key"] = 1
    assert pattern.name, f"{pattern} has no name"
    return reverse(pattern.name, kwargs={name: values[name] for name in pattern.pattern.converters})


@cache
def pages() -> tuple[str, ...]:
    """An address for each pattern. The demo is the same in every test, so they are found once."""
    return tuple(example(pattern) for pattern in patterns())


def written() -> dict[str, str]:
    """A digest of every table but the sessions."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_session'")
        found = {}
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT count(*), sum(hashtextextended(t::text, 0)::numeric)::text FROM {table} t")
            found[table] = str(cursor.fetchone())
    return found


def test_the_auditor_writes_nothing_whatever_is_posted() -> None:
    auditor = Visitor("revisor")
    before = written()
    for pattern, path in zip(patterns(), pages(), strict=True):
        if pattern.name in HARMLESS:
            continue
        for method in ("post", "put", "patch", "delete"):
            status = getattr(auditor.client, method)(
                path, {"reason": "fordi"} if method == "post" else "{}"
            ).status_code
            assert status in (403, 404, 405), f"{method} {path}: {status}"
    assert written() == before


def test_nobody_writes_without_signing_in() -> None:
    public = Visitor()
    before = written()
    for pattern, path in zip(patterns(), pages(), strict=True):
        if pattern.name not in (*HARMLESS, *FOR_ANYBODY, "move_clock", "health"):
            status = public.client.post(path, {"reason": "fordi"}).status_code
            assert status in (302, 401, 403, 404, 405, 422), f"{pattern.name}: {status}"
    assert written() == before


@pytest.mark.parametrize("who", ["", "innkjoper", "si-admin"])
def test_addresses_that_are_nearly_right_are_not_found(who: str) -> None:
    visitor = Visitor(who)
    for path in (
        "/avtaler/finnes-ikke", "/avtaler/pc-utstyr/finnes-ikke", "/avtaler/finnes-ikke/pc/priser", "/avrop/SI-2023-999999",
        "/avrop/SI-2023-000001/bestilling/x.pdf", "/virksomheter/123456789", "/hjelp/finnes-ikke", "/finnes-ikke",
        "/hendelser/99999999999999999999", "/avtaler/pc-utstyr/finnes-ikke/tak.csv",
    ):  # fmt: skip
        assert visitor.client.get(path).status_code in (302, 403, 404), path


@pytest.mark.parametrize(
    "query",
    ["side=0", "side=-1", "side=999999", "side=x", "side=99999999999999999999", "q=%00", "q=%25", "fra=x&til=9999-12-31",
     "fra=0001-01-01", "tilstand=x", "avtale=%27", "dag=0001-01-01", "dag=9999-12-31", "dag=x", "for=-1", "for=1e9",
     "for=99999999999999999999", "standard=2&kategori=x", "q=" + "a" * 5000, "hvem=%00&emne=%ff"],
)  # fmt: skip
def test_odd_filters_are_no_server_error(query: str) -> None:
    visitor = Visitor("si-admin")
    for path in ("/avrop", "/avrop.csv", "/avtaler", "/avtaler/pc-utstyr/deltakere", "/avtaler/pc-utstyr/pc/tak",
                 "/avtaler/pc-utstyr/pc/priser", "/avtaler/pc-utstyr/pc/priser.json", "/virksomheter", "/hendelser",
                 "/hendelser.json", "/meldinger"):  # fmt: skip
        assert visitor.client.get(f"{path}?{query}").status_code in (200, 302, 400, 404), path


def test_everything_that_happens_has_a_name_in_the_log() -> None:
    buyer = Visitor("innkjoper")
    buyer.pdf(f"/avrop/{buyer.call_off(lines='PC-14-STD;1')}/protokoll.pdf")
    verbs = set(Event.objects.values_list("verb", flat=True).distinct())
    assert {"call_off_made", "file_stored", "policy_published"} <= verbs
    assert not {verb for verb in verbs if verb_name(verb) == verb.replace("_", " ").capitalize()}


@cache
def translated(language: str) -> dict[str, str]:
    """The bokmål texts that are otherwise in a language, where they are long enough to be known again."""
    found = {}
    for path in Path(fellestorg.__file__).parent.glob(f"*/locale/{language}/LC_MESSAGES/django.mo"):
        with path.open("rb") as file:
            for message in read_mo(file):
                if isinstance(message.id, str) and len(message.id) > 12 and " " in message.id:
                    found[re.sub(r"\s+", " ", message.id)] = str(message.string)
    return {text: other for text, other in found.items() if text not in other and "%(" not in text and "{" not in text}


def said_on(html: str) -> str:
    """The words of a page's main part, as ``Page.words`` reads them but by the eye: there are thousands of pages."""
    main = html.partition("<main")[2].rpartition("</main>")[0].partition(">")[2]
    kept = re.sub(r"(?s)<(script|style|template|svg|option)\b.*?</\1>", " ", main)
    return re.sub(r"[\s\u00a0\u202f]+", " ", unescape(re.sub(r"<[^>]*>", " ", kept))).strip()


def left_in_bokmal(page: Page, language: str, texts: dict[str, set[str]]) -> list[str]:
    """The texts of the house that a page shows in bokmål."""
    words = said_on(page.html)
    said = set(words.split())
    near = [text for text, parts in texts.items() if parts <= said and text in words]
    # What a file may say in Norwegian, whoever reads the page, is marked so.
    norwegian = " ".join(re.findall(r'<span lang="nb">([^<]*)<', page.html))
    return [
        f"{page.path}: {text}"
        for text in near
        if text not in norwegian and re.search(rf"(?<!\w){re.escape(text)}(?!\w)", words)
    ]


@pytest.mark.parametrize("who", EVERYBODY)
def test_reading_any_address_is_no_server_error_and_leaves_no_bokmal_behind(who: str) -> None:
    language = "en" if who in IN_ENGLISH else "nn"
    # Looked for only where each of its inner words stands: the first and the last may have signs beside them.
    texts = {text: set(text.split()[1:-1]) for text in translated(language)}
    visitor = Visitor(who)
    visitor.send("/sprak", {"language": language, "next": "/"})
    left: list[str] = []
    # The editor of call-off rules shows how they will read in all three languages.
    # A letter is in the language of its competition.
    others = (".pdf", ".csv", ".json", ".atom", ".xlsx", "/forvalt/avropsregler")
    for path in [*pages(), "/avrop/nytt?lines=PC-14-STD%3B2", "/avrop/nytt?lines=PC-16-GRAF-64%3B2"]:
        response = visitor.client.get(path)
        assert response.status_code in (200, 302, 401, 403, 404, 405, 422), f"{path}: {response.status_code}"
        if who == "revisor" and response.status_code == 403:
            assert any(part in path for part in _NOT_FOR_AUDITORS), path
        if (
            response.status_code != 200
            or path.endswith(others)
            or "/brev/" in path
            or "text/html" not in response["Content-Type"]
        ):
            continue
        page = Page(response, path)
        assert f'<html lang="{language}"' in page.html, path
        left += left_in_bokmal(page, language, texts)
    assert not left

"""120 generated services: words, phrases, AND, OR, NOT and facets give what reading every service gives."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fellestorg.kernel.actors import ANONYMOUS, Actor, Grant
from fellestorg.marketplace.models import SearchEntry
from fellestorg.marketplace.search.commands import search_command
from fellestorg.marketplace.search.entries import BOUNDARY, Entry, Kind, kinds, register_kind
from fellestorg.marketplace.search.indexing import write
from fellestorg.marketplace.search.language import And, Begins, Filter, Node, Not, Or, Phrase, Word, read
from fellestorg.marketplace.search.queries import Wanted, search
from fellestorg.values import BadInput

pytestmark = pytest.mark.django_db
NOW = datetime(2023, 11, 1, 9, tzinfo=UTC)
# Words that no other of them is a form or a part of.
WORDS = ("rubin", "safir", "topas", "opal", "granitt", "marmor", "skifer", "kvarts", "basalt", "leire", "sand", "torv")
COUNTRIES, KEYS = ("NO", "SE", "DE", "IE"), ("customer", "provider", "shared")
BUYER = Actor("person:1", "", (Grant("buyer", "986252932"),))
SERVICE = next(kind for kind in kinds() if kind.key == "service")
Service = tuple[str, str, Mapping[str, tuple[str, ...]]]


def made(seed: int = 7) -> dict[str, Service]:
    chance = random.Random(seed)
    found: dict[str, Service] = {}
    for number in range(120):
        title = " ".join(chance.sample(WORDS, 2))
        text = " ".join(chance.choices(WORDS, k=8))
        facets = {
            "data_location": tuple(sorted(chance.sample(COUNTRIES, chance.randint(1, 3)))),
            "key_control": (chance.choice(KEYS),),
            "category": (chance.choice(("cips-storage", "cips-compute", "saas-hr")),),
        }
        found[f"s{number:03}"] = (title, text, facets)
    return found


SERVICES = made()


@pytest.fixture
def indexed() -> None:
    index(SERVICES)


def index(services: Mapping[str, Service], **more: object) -> None:
    entries = [
        Entry(key, {"nb": title}, f"/{key}", NOW, texts=[text], facets=facets, **more)  # type: ignore[arg-type]
        for key, (title, text, facets) in services.items()
    ]
    write(Kind("service", "", 10, lambda _keys: entries, {}), None, NOW)


def holds(node: Node | None, service: Service) -> bool:
    """The same by reading the service itself."""
    title, text, facets = service
    said = f"{title} {text}".split()
    match node:
        case None:
            return True
        case Word(word):
            return word.casefold() in said
        case Phrase(words):
            return any(f" {words} " in f" {one} " for one in (title, text))
        case Begins(beginning):
            return any(word.startswith(beginning) for word in said)
        case Filter(facet, value):
            return value in facets[{"sted": "data_location"}.get(facet, facet)]
        case Not(of):
            return not holds(of, service)
        case And(parts):
            return all(holds(part, service) for part in parts)
        case Or(parts):
            return any(holds(part, service) for part in parts)


QUERIES = [
    "rubin", "Rubin safir", "rubin OR safir", "rubin -safir", "rubin NOT (safir OR topas)", '"rubin safir"',
    '"safir rubin" OR "opal topas"', '-"granitt marmor" granitt', "(rubin OR safir) (topas OR opal) -sand",
    "data_location:NO", "-data_location:NO rubin", "data_location:NO -data_location:SE", "key_control:customer OR sand",
    "(data_location:DE OR data_location:IE) key_control:provider", "-rubin", "-rubin -safir -topas", "leire leire",
    "category:cips-storage torv", "skifer AND kvarts AND basalt", "rubin OR safir OR topas OR opal -sand",
]  # fmt: skip


@pytest.mark.parametrize("text", QUERIES)
def test_a_question_gives_what_reading_everything_gives(indexed: None, text: str) -> None:
    tree = read(text, frozenset({"data_location", "key_control", "category"}))
    wanted = {key for key, service in SERVICES.items() if holds(tree, service)}
    assert 0 < len(wanted) < len(SERVICES)
    found = search(Wanted(text), ANONYMOUS, NOW, stop=200)
    assert {hit.key for hit in found.hits} == wanted and found.total == len(wanted)


@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {"data_location": ("NO",)},
        {"data_location": ("NO", "SE"), "key_control": ("customer",)},
        {"data_location": ("IE",), "key_control": ("shared", "provider"), "category": ("saas-hr",)},
    ],
)
@pytest.mark.parametrize("text", ["", "rubin", "rubin -sand"])
def test_facets_narrow_and_their_counts_are_what_choosing_them_gives(
    indexed: None, text: str, chosen: Mapping[str, tuple[str, ...]]
) -> None:
    tree = read(text)
    found = search(Wanted(text, chosen), ANONYMOUS, NOW, stop=200)
    assert {hit.key for hit in found.hits} == {
        key for key, one in SERVICES.items() if holds(tree, one) and passes(one, chosen)
    }
    for facet, codes in (("data_location", COUNTRIES), ("key_control", KEYS)):
        others = {name: picked for name, picked in chosen.items() if name != facet}
        wanted = {
            code: sum(holds(tree, one) and passes(one, others) and code in one[2][facet] for one in SERVICES.values())
            for code in codes
        }
        assert {code: found.counts.get(facet, {}).get(code, 0) for code in codes} == wanted


def passes(service: Service, chosen: Mapping[str, tuple[str, ...]]) -> bool:
    return all(set(codes) & set(service[2][facet]) for facet, codes in chosen.items())


def test_pages_hold_every_hit_once_and_those_with_the_words_in_their_title_come_first(indexed: None) -> None:
    whole = [hit.key for hit in search(Wanted("rubin OR safir"), ANONYMOUS, NOW, stop=200).hits]
    pages = [
        hit.key
        for start in range(0, len(whole), 7)
        for hit in search(Wanted("rubin OR safir"), ANONYMOUS, NOW, start=start, stop=start + 7, counts=False).hits
    ]
    assert pages == whole and len(set(whole)) == len(whole)
    in_title = [sum(word in SERVICES[key][0] for word in ("rubin", "safir")) for key in whole]
    assert in_title == sorted(in_title, reverse=True)
    assert search(Wanted("rubin"), ANONYMOUS, NOW, start=900, stop=920).total > 0


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("skytjenester", True),  # bent
        ("skyteneste", True),  # nynorsk
        ("cloud", True),  # English
        ("tjeneste", True),  # inside a compound
        ("skytjenste", True),  # a typing error
        ("lagringsplass", True),
        ('"skytjenester"', False),  # as it is written
        ("hytte", False),
    ],
)
def test_forms_compounds_synonyms_and_typing_errors(written: str, found: bool) -> None:
    index({"s1": ("Norsk skytjeneste", "med god lagringsplass", {})})
    assert bool(search(Wanted(written), ANONYMOUS, NOW).total) is found


def test_no_phrase_reaches_from_one_text_into_the_next() -> None:
    write_one = Entry("s1", {"nb": "rubin safir", "nn": "topas"}, "/s1", NOW, {"nb": "opal"}, ["granitt", "marmor"])
    write(Kind("service", "", 10, lambda _keys: [write_one], {}), None, NOW)
    one_text = ('"rubin safir"', '"topas"', '"marmor"')
    across = ('"safir topas"', '"topas opal"', '"opal granitt"', '"granitt marmor"')
    assert [search(Wanted(text), ANONYMOUS, NOW).total for text in (*one_text, *across)] == [1, 1, 1, 0, 0, 0, 0]
    (hit,) = search(Wanted("marmor"), ANONYMOUS, NOW).hits
    assert BOUNDARY not in "".join(piece.text for piece in hit.excerpt)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("rubin pris:100", ["unknown_field"]),
        ("data_location:Atlantis", ["unknown_value"]),
        ("-data_location:", ["empty_field"]),
        ("rubin eller safir", ["small_operator"]),
        ("rubin", []),
    ],
)
def test_a_reader_is_told_how_the_question_was_read(indexed: None, text: str, codes: list[str]) -> None:
    assert [note.code for note in search(Wanted(text), ANONYMOUS, NOW).notes] == codes


def test_questions_are_tried_on_the_services_of_a_file_and_nothing_is_kept(
    indexed: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    services = [
        {"key": "a", "title": "Safir", "text": ["rubin topas", "opal"], "facets": {"data_location": ["NO"]}},
        {"key": "b", "title": {"nb": "Rubin", "en": "Ruby"}, "summary": "safir", "facets": {"data_location": ["SE"]}},
    ]
    queries = [{"text": "rubin -topas"}, {"text": "safir", "chosen": {"data_location": ["NO"]}}]
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({"services": services, "queries": queries}))
    assert search_command(["--cases", str(path)]) == 0
    first, second = json.loads(capsys.readouterr().out)["answers"]
    assert ([hit["key"] for hit in first["hits"]], first["total"]) == (["b"], 1)
    assert [hit["key"] for hit in second["hits"]] == ["a"] and second["facets"]["data_location"] == {"NO": 1, "SE": 1}
    assert SearchEntry.objects.count() == len(SERVICES)
    assert search_command(["rubin", "--choose", "data_location=NO", "--first", "1", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["hits"]) == 1


@pytest.mark.parametrize(
    ("cases", "places"),
    [
        ([], ["services", "queries"]),
        ({"services": [{"key": "a"}], "queries": [{}]}, ["services[0].title", "queries[0].text"]),
        (
            {"services": [{"key": "a", "title": "b", "facets": {"x": ["y"]}}], "queries": [{"text": "", "chosen": 1}]},
            ["services[0].facets.x", "queries[0].chosen"],
        ),
        ({"services": [{"key": "a", "title": "b"}] * 2, "queries": []}, ["services"]),
    ],
)
def test_a_file_of_cases_is_refused_with_every_fault(tmp_path: Path, cases: object, places: list[str]) -> None:
    path = tmp_path / "cases.json"
    path.write_text(json.dumps(cases))
    with pytest.raises(BadInput) as refused:
        search_command(["--cases", str(path)])
    assert [problem.where for problem in refused.value.problems] == places


def test_what_was_looked_for_is_marked_and_nothing_else() -> None:
    index({"s1": ("Safir <b>", "rubin & skytjenester i <script>", {})})
    (hit,) = search(Wanted("skytjeneste safir"), ANONYMOUS, NOW).hits
    assert [(piece.text, piece.marked) for piece in hit.title] == [("Safir", True), (" <b>", False)]
    assert [piece.text for piece in hit.excerpt if piece.marked] == ["skytjenester"]


def test_what_buyers_see_is_found_by_buyers_alone() -> None:
    entries = [
        Entry("s1", {"nb": "Safir"}, "/s1", NOW, texts=["rubin"], audience="public"),
        Entry("s1", {"nb": "Safir"}, "/s1", NOW, texts=["rubin hemmelig"], audience="buyers"),
    ]
    write(Kind("service", "", 10, lambda _keys: entries, {}), None, NOW)
    assert [search(Wanted("hemmelig"), who, NOW).total for who in (ANONYMOUS, BUYER)] == [0, 1]
    assert [search(Wanted("rubin"), who, NOW).total for who in (ANONYMOUS, BUYER)] == [1, 1]


def test_what_is_no_longer_of_use_is_not_found_and_what_is_gone_is_gone() -> None:
    index({"s1": SERVICES["s001"]}, shown_until=NOW + timedelta(hours=1))
    assert search(Wanted(), ANONYMOUS, NOW).total == 1
    assert search(Wanted(), ANONYMOUS, NOW + timedelta(hours=1)).total == 0
    index({})
    assert not SearchEntry.objects.filter(kind="service").exists()


def test_a_kind_is_registered_once() -> None:
    before = kinds()
    register_kind(SERVICE)
    assert kinds() == before

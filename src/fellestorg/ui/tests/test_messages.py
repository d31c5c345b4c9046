"""Translations: faults are found, nothing is lost, and the room's own are complete."""

from __future__ import annotations

from pathlib import Path

import pytest

from fellestorg.ui import messages
from fellestorg.ui.nynorsk import bokmal_words

CODE = """
from django.utils.translation import gettext as _, ngettext, pgettext

def f(n):
    return _("Hei %(name)s"), ngettext("%(n)s sak", "%(n)s saker", n), pgettext("verb", "Vis"), f"<{_('inni')}>"
"""
TEMPLATE = """
    <c-tag label="{% translate 'Utkast' %}" />
        {% blocktranslate count n=n trimmed %}
            {{ n }} linje
        {% plural %}
            {{ n }} linjer
        {% endblocktranslate %}
  {% translate "100 % ferdig" as done %}
"""
NN = """
msgid "Hei %(name)s"
msgstr "Hei, %(name)s"

msgid "%(n)s sak"
msgid_plural "%(n)s saker"
msgstr[0] "éi sak"
msgstr[1] "%(n)s saker"

msgctxt "verb"
msgid "Vis"
msgstr "Vis"

msgid "inni"
msgstr "inni"

msgid "Utkast"
msgstr "Utkast"

msgid "%(n)s linje"
msgid_plural "%(n)s linjer"
msgstr[0] "%(n)s linje"
msgstr[1] "%(n)s linjer"

msgid "100 %% ferdig"
msgstr "100 %% ferdig"
"""
HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'


@pytest.fixture
def house(tmp_path: Path) -> Path:
    room = tmp_path / "rom"
    (room / "templates").mkdir(parents=True)
    (room / "tests").mkdir()
    (room / "pages.py").write_text(CODE)
    (room / "tests" / "test_x.py").write_text('_("bare en prøve")')
    (room / "templates" / "x.html").write_text(TEMPLATE)
    for language in ("nn", "en"):
        write(tmp_path, language, NN)
    return tmp_path


def write(house: Path, language: str, entries: str, room: str = "rom") -> Path:
    path = house / room / "locale" / language / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + entries)
    return path


def test_texts_are_found_in_code_templates_and_f_strings_but_not_in_tests(house: Path) -> None:
    found = [(text.context, text.id) for text in messages.texts(house / "rom")]
    assert found == [
        (None, "Hei %(name)s"),
        (None, ("%(n)s sak", "%(n)s saker")),
        ("verb", "Vis"),
        (None, "inni"),
        (None, "Utkast"),
        (None, ("%(n)s linje", "%(n)s linjer")),
        (None, "100 %% ferdig"),
    ]


def test_complete_translations_have_no_problems(house: Path) -> None:
    assert messages.check(house) == []


PLANTED = [
    ('msgstr "Utkast"', 'msgstr ""', "'Utkast' is not translated"),
    ('msgid "Utkast"', 'msgid "Utkastet"', "is missing 'Utkast'"),
    ('msgid "Utkast"', 'msgid "Utkastet"', "'Utkastet' is used nowhere"),
    ("Hei, %(name)s", "Hei, %(navn)s", "has other placeholders"),
    ("Hei, %(name)s", "Hei, du", "has other placeholders"),
    ('msgstr[1] "%(n)s saker"', 'msgstr[1] "saker"', "has other placeholders"),
    ('msgstr[1] "%(n)s saker"', 'msgstr[1] ""', "is not translated"),
    ('msgstr "inni"', 'msgstr "inni "', "begins or ends with other space"),
    ('msgstr "inni"', 'msgstr "ikke inni"', "has bokmål in its nynorsk (ikke)"),
    ('msgid "Utkast"', '#, fuzzy\nmsgid "Utkast"', "is marked fuzzy"),
]


@pytest.mark.parametrize(("good", "bad", "problem"), PLANTED)
def test_a_planted_fault_is_found(house: Path, good: str, bad: str, problem: str) -> None:
    assert good in NN
    write(house, "nn", NN.replace(good, bad))
    found = messages.check(house)
    assert any(problem in one and one.startswith("rom/locale/nn/") for one in found), found


def test_a_missing_file_and_a_second_opinion_are_found(house: Path) -> None:
    other = house / "annet"
    other.mkdir()
    (other / "x.py").write_text('_("Utkast")')
    write(house, "nn", 'msgid "Utkast"\nmsgstr "Kladd"\n', room="annet")
    found = messages.check(house)
    assert "annet/locale/en/LC_MESSAGES/django.po: is missing, with 1 texts to translate" in found
    assert any("'Utkast' is translated otherwise in annet/" in one for one in found)


def test_collecting_keeps_translations_takes_in_new_texts_and_loses_none(house: Path) -> None:
    path = write(house, "nn", NN)
    (house / "rom" / "pages.py").write_text(CODE.replace("inni", "ny tekst"))
    messages.collect(house)
    written = path.read_text()
    assert 'msgid "ny tekst"\nmsgstr ""' in written
    assert '#~ msgid "inni"\n#~ msgstr "inni"' in written
    assert 'msgstr[0] "éi sak"' in written
    assert messages.collect(house) == []
    (house / "rom" / "pages.py").write_text(CODE)
    messages.collect(house)
    assert messages.check(house) == []


def test_compiling_does_only_what_is_needed(house: Path) -> None:
    assert messages.compile_all(house) == 2
    assert messages.compile_all(house) == 0
    mo = house / "rom" / "locale" / "nn" / "LC_MESSAGES" / "django.mo"
    mo.unlink()
    assert messages.compile_all(house) == 1
    assert [path.name for path in mo.parent.iterdir() if path.suffix != ".po"] == ["django.mo"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Avropet vart ikkje gjort", []),
        ("Avropet ble ikke gjort", ["ble", "ikke"]),
        ("Virksomheten kan kjøpe fra avtalen", ["Virksomheten", "fra"]),
        ("Verksemda kan kjøpe frå avtalen, sjå «Tilbud fra leverandør» hos %(fra)s", []),
        ("Det er mulig, men vanskelig", ["mulig", "vanskelig"]),
        ("Helse og billige varer", []),
    ],
)
def test_bokmal_is_told_from_nynorsk(text: str, words: list[str]) -> None:
    assert bokmal_words(text) == words


def test_this_room_is_completely_translated() -> None:
    own = [problem for problem in messages.check() if problem.startswith("ui/")]
    assert own == []

"""The rule book: what is known on which day, in three languages, and what a faulty file is told."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fellestorg.law import LANGUAGES, rule_book
from fellestorg.law.load import read_rules, rule_files
from fellestorg.values import BadInput, RuleRef

DEMO_DAY = date(2023, 11, 1)
REVISION = date(2026, 7, 1)
DAY = timedelta(days=1)

AMOUNTS = [
    # rule            on            amount         verified
    ("T-LAW", "2017-01-01", "100000", True),
    ("T-LAW", "2026-06-30", "100000", True),
    ("T-LAW", "2026-07-01", "500000", False),
    ("T-NAT", "2018-01-01", "1300000", True),
    ("T-NAT", "2026-08-18", "1300000", False),
    ("T-EEA-STATE", "2022-03-23", "1400000", True),
    ("T-EEA-STATE", "2023-11-01", "1400000", True),
    ("T-EEA-STATE", "2024-06-01", "1490000", True),
    ("T-EEA-STATE", "2026-04-21", "1490000", False),
    ("T-EEA-OTHER", "2023-11-01", "2200000", False),
    ("T-EEA-OTHER", "2025-01-01", "2300000", True),
    ("T-EEA-OTHER", "2026-11-01", "2300000", False),
    ("T-EEA-WORKS", "2023-11-01", "56000000", True),
    ("T-EEA-WORKS", "2025-01-01", "57800000", True),
    ("T-EEA-UTIL", "2023-11-01", "4500000", True),
    ("T-EEA-UTIL", "2025-01-01", "4600000", True),
    ("T-EEA-SOCIAL", "2023-11-01", "7200000", False),
    ("T-TAX", "2023-11-01", "500000", False),
]


@pytest.mark.parametrize(("rule", "on", "amount", "verified"), AMOUNTS)
def test_the_day_chooses_the_amount(rule: str, on: str, amount: str, verified: bool) -> None:
    found = rule_book().rule(rule, on=date.fromisoformat(on))
    assert (found.amount("amount"), found.verified) == (Decimal(amount), verified)


VALUES = [
    ("FA-1", "max_months", 48),
    ("FA-3", "warn_first", Decimal("0.50")),
    ("FA-3", "warn_second", Decimal("0.75")),
    ("FA-3", "warn_third", Decimal("0.90")),
    ("FA-3", "stop", Decimal("1.00")),
    ("FA-13", "window_days", 30),
    ("BDM", "hold_working_days", 10),
    ("D-1", "days", 30),
    ("D-4", "days", 10),
    ("D-8", "fine_max_share", Decimal("0.15")),
    ("DPS-4", "days", 30),
    ("DPS-5", "working_days", 10),
    ("DPS-6", "days", 10),
    ("RULESET", "name", "LOA 2016/FOA 2016"),
    ("ENV", "regime", "before-2024"),
]


@pytest.mark.parametrize(("rule", "name", "value"), VALUES)
def test_the_values_in_force_on_the_demo_day(rule: str, name: str, value: object) -> None:
    assert rule_book().rule(rule, on=DEMO_DAY).values[name] == value


@pytest.mark.parametrize(
    ("on", "rule_set", "regime"),
    [
        ("2023-12-31", "LOA 2016/FOA 2016", "before-2024"),
        ("2024-01-01", "LOA 2016/FOA 2016", "A"),
        ("2026-06-30", "LOA 2016/FOA 2016", "A"),
        ("2026-07-01", "revisjon 1.7.2026", "B"),
    ],
)
def test_a_notice_of_30_june_and_one_of_1_july_2026_follow_different_law(on: str, rule_set: str, regime: str) -> None:
    book, day = rule_book(), date.fromisoformat(on)
    assert (book.rule("RULESET", on=day).values["name"], book.rule("ENV", on=day).values["regime"]) == (
        rule_set,
        regime,
    )


def test_all_framework_and_deadline_rules_are_known_on_every_day_since_2017() -> None:
    wanted = [f"FA-{n}" for n in range(1, 15)] + [f"D-{n}" for n in range(1, 10)] + [f"DPS-{n}" for n in (4, 5, 6)]
    wanted += ["BDM", "LEDGER", "TIE", "NP-1", "POL", "COUNT", "COUNT-BACK", "HOLIDAYS", "RULESET"]
    for day in (date(2017, 1, 1), DEMO_DAY, REVISION - DAY, REVISION, date(2099, 1, 1)):
        assert set(wanted) <= {rule.id for rule in rule_book().all(on=day)}


def test_a_regulation_whose_revised_text_nobody_has_read_is_not_verified() -> None:
    for rule in rule_book().all(on=REVISION):
        if rule.source.startswith("Anskaffelsesforskriften"):
            assert not rule.verified, rule.id


def test_the_court_s_rules_on_parties_and_ceiling_outlive_the_revision() -> None:
    for rule_id in ("FA-2", "FA-3"):
        assert [rule.verified for rule in rule_book().versions(rule_id)] == [True]


def test_every_rule_speaks_three_languages_and_names_its_source() -> None:
    for rule_id in rule_book().ids():
        for rule in rule_book().versions(rule_id):
            assert tuple(rule.title) == tuple(rule.text) == LANGUAGES
            assert all([*rule.title.values(), *rule.text.values(), rule.source])
            assert all(text.endswith(".") for text in rule.text.values()), rule.id


@given(st.sampled_from(rule_book().ids()), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_at_most_one_version_is_in_force_and_the_book_answers_it(rule_id: str, on: date) -> None:
    book = rule_book()
    valid = [version for version in book.versions(rule_id) if version.in_force(on)]
    assert len(valid) <= 1
    if valid:
        assert book.rule(rule_id, on) is valid[0]
        assert valid[0] in book.all(on)
    else:
        with pytest.raises(BadInput, match=f"rule {rule_id} is not known on {on}; it is known"):
            book.rule(rule_id, on)


def test_a_reference_says_which_version_was_relied_on() -> None:
    rule = rule_book().rule("T-LAW", on=REVISION)
    assert rule.ref == RuleRef("T-LAW", "2026-07-01", rule.source, verified=False)


def test_an_unknown_rule_is_a_lookup_error_that_names_the_known_ones() -> None:
    with pytest.raises(LookupError, match=r"no rule 'T-LOV'.*T-LAW"):
        rule_book().rule("T-LOV", on=DEMO_DAY)


def test_a_value_of_the_wrong_kind_is_a_lookup_error() -> None:
    rule = rule_book().rule("FA-1", on=DEMO_DAY)
    assert rule.count("max_months") == 48
    with pytest.raises(LookupError, match="no amount named 'max_months'"):
        rule.amount("max_months")
    with pytest.raises(LookupError, match="no count named 'max_years'"):
        rule.count("max_years")


def test_nobody_changes_the_law_while_it_runs() -> None:
    rule = rule_book().rule("T-LAW", on=DEMO_DAY)
    with pytest.raises(FrozenInstanceError):
        rule.verified = False  # type: ignore[misc]
    for mapping in (rule.values, rule.title, rule.text):
        with pytest.raises(TypeError):
            mapping["amount"] = Decimal(1)  # type: ignore[index]
    assert rule_book() is rule_book()


GOOD = """
[rules.X-1]
title = { nb = "a", nn = "b", en = "c" }
text = { nb = "a.", nn = "b.", en = "c." }
[[rules.X-1.versions]]
valid_from = 2020-01-01
valid_to = 2020-12-31
source = "s"
verified = true
values = { share = "0.20", days = 3, name = "x", minus = "-1" }
[[rules.X-1.versions]]
valid_from = 2021-01-01
source = "s"
verified = false
text = { nb = "ny.", nn = "ny.", en = "new." }
"""

FAULTS = [
    ("overlapping versions", "2020-12-31", "2021-01-01", "versions[1].valid_from", "overlap"),
    ("versions out of order", "2021-01-01", "2019-01-01", "versions[1].valid_from", "overlap"),
    ("an open version before another", "valid_to = 2020-12-31\n", "", "versions[1].valid_from", "overlap"),
    ("an end before the start", "2020-12-31", "2019-12-31", "versions[0].valid_to", "ends_before_start"),
    ("no start", "valid_from = 2021-01-01\n", "", "versions[1].valid_from", "missing"),
    ("a time for a day", "= 2021-01-01", "= 2021-01-01T00:00:00", "versions[1].valid_from", "not_a_day"),
    ("a text for a day", "= 2021-01-01", '= "2021-01-01"', "versions[1].valid_from", "not_a_day"),
    ("no source", 'source = "s"\nverified = false', "verified = false", "versions[1].source", "missing"),
    ("verified in words", "verified = false", 'verified = "no"', "versions[1].verified", "missing"),
    ("an unknown field", "verified = true", "verified = true\nvalid_until = 1", "valid_until", "unknown_field"),
    ("an unknown field of a rule", "title =", "name = 1\ntitle =", "X-1.name", "unknown_field"),
    ("an unknown table", "[rules.X-1]", "[rule]\n[rules.X-1]", "x.toml: rule", "unknown_field"),
    ("a missing language", ', en = "c" }', " }", "title.en", "missing_language"),
    ("an empty language", 'nn = "b."', 'nn = " "', "text.nn", "missing_language"),
    ("a fourth language", 'nn = "b."', 'nn = "b.", se = "d."', "text.se", "unknown_field"),
    ("a missing language in a version's own text", ', en = "new."', "", "versions[1].text.en", "missing_language"),
    ("no title", 'title = { nb = "a", nn = "b", en = "c" }\n', "", "X-1.title", "missing"),
    ("a float", '"0.20"', "0.20", "values.share", "not_a_value"),
    ("a truth for a value", "days = 3", "days = true", "values.days", "not_a_value"),
    ("values that are no table", "values = {", "values = [1] #", "versions[0].values", "not_a_table"),
    ("a version that is no table", GOOD[GOOD.index("[[rules") :], "versions = [1]", "versions[0]", "not_a_table"),
    ("no versions", GOOD[GOOD.index("[[rules") :], "versions = []", "versions", "missing"),
    ("a rule that is no table", GOOD, "[rules]\nX-1 = 3", "X-1", "not_a_table"),
    ("rules that are no table", GOOD, "rules = 3", "rules", "not_a_table"),
    ("no TOML", "verified = true", "verified = ", "x.toml", "not_toml"),
]


def test_a_good_file_is_read() -> None:
    first, second = read_rules([("x.toml", GOOD)])
    assert first.values == {"share": Decimal("0.20"), "days": 3, "name": "x", "minus": Decimal(-1)}
    assert (first.text["en"], second.text["en"], second.title["en"]) == ("c.", "new.", "c")
    assert (first.valid_to, second.valid_to) == (date(2020, 12, 31), None)


@pytest.mark.parametrize(("_name", "old", "new", "where", "code"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_a_faulty_file_is_refused_by_place(_name: str, old: str, new: str, where: str, code: str) -> None:
    assert old in GOOD
    with pytest.raises(BadInput) as caught:
        read_rules([("x.toml", GOOD.replace(old, new, 1))])
    assert [(p.code, where in p.where) for p in caught.value.problems] == [(code, True)]


def test_all_faults_are_told_at_once_and_each_once() -> None:
    bad = GOOD.replace('"0.20"', "0.20").replace(', en = "c" }', " }").replace("verified = true", "")
    with pytest.raises(BadInput) as caught:
        read_rules([("x.toml", bad)])
    assert [p.code for p in caught.value.problems] == ["missing", "not_a_value", "missing_language"]


def test_the_same_rule_in_two_files_is_refused() -> None:
    with pytest.raises(BadInput, match=r"b\.toml: X-1: is already in a\.toml"):
        read_rules([("a.toml", GOOD), ("b.toml", GOOD)])


def test_the_product_s_own_files_are_found() -> None:
    names = [name for name, _ in rule_files()]
    assert {"thresholds.toml", "frameworks.toml", "deadlines.toml", "house.toml"} <= set(names)

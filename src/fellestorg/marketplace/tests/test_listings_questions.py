"""The questions as data: whole in three languages, and a file that lacks something is refused with every fault."""

from __future__ import annotations

from importlib import resources

import pytest
from django.utils.translation import override

from fellestorg.marketplace.listings import questions
from fellestorg.values import BadInput

_FILE = resources.files("fellestorg.marketplace.listings").joinpath("questions.toml").read_text("utf-8")


def test_every_category_asks_what_a_public_buyer_must_know() -> None:
    leaves = {one.key for one in questions.leaves()}
    assert len([one for one in leaves if one.startswith("cips-")]) == 7
    assert len([one for one in leaves if one.startswith("saas-")]) == 5
    assert leaves >= {"advisory", "training", "brokers", "implementation"}
    must = {"data_location", "transfer_basis", "exit_formats", "key_control", "dpa_document", "incident_hours"}
    for key in leaves:
        asked = {one.key: one for one in questions.questions_of(key)}
        assert questions.units_of(key), key
        assert asked["iso_27001"].may_be_declared is False
        if key.startswith(("cips", "saas")):
            assert must <= {one.key for one in asked.values() if one.required}, key
            assert {"sub_processors", "iso_27017", "iso_27018", "soc2", "c5", "pue", "open_standards"} <= asked.keys()


def test_a_question_speaks_the_readers_language() -> None:
    asked = questions.question("exit_days")
    assert asked is not None
    said = []
    for language in ("nb", "nn", "en"):
        with override(language):
            said.append(asked.text)
    assert len(set(said)) == 3


@pytest.mark.parametrize(
    ("old", "new", "where", "code"),
    [
        ('en = "Web page about the service"', 'en = ""', "questions.service_page.label", "missing_language"),
        ('kind = "link"', 'kind = "essay"', "questions.service_page.kind", "unknown_kind"),
        ('for = ["all"]', 'for = ["clouds"]', "questions.service_page.for", "unknown_category"),
        ("life_months = 12", "life_months = 0", "questions.service_page.life_months", "missing"),
        ('proof = ["self"]', 'proof = ["promise"]', "questions.service_page.proof", "unknown_proof"),
        ('section = "service"', 'section = "other"', "questions.service_page.section", "unknown_section"),
        ('columns = "certificate"', 'columns = "x"', "questions.iso_27001.columns", "missing"),
        ('units = ["vcpu_hour"', 'units = ["horse"', "categories.cips.cips-compute.units", "unknown_unit"),
        (
            'base = "vcpu_hour", factor = "730"',
            'base = "tb_month", factor = "730"',
            "units.vcpu_month.base",
            "unknown_unit",
        ),
        ('maximum = "100"', 'maximum = "much"', "questions.availability.maximum", "not_a_number"),
        ("facet = true", "faset = true", "questions.delivery_model.faset", "unknown_field"),
        ("due_days = 30", "", "freshness.due_days", "missing"),
    ],
)
def test_a_file_that_lacks_something_is_refused(old: str, new: str, where: str, code: str) -> None:
    assert old in _FILE
    with pytest.raises(BadInput) as bad:
        questions.read(_FILE.replace(old, new, 1))
    assert (where, code) in {(one.where, one.code) for one in bad.value.problems}


def test_all_faults_are_told_at_once() -> None:
    broken = _FILE.replace('kind = "link"', 'kind = "essay"', 1).replace("due_days = 30", "", 1)
    with pytest.raises(BadInput) as bad:
        questions.read(broken)
    assert len(bad.value.problems) == 2

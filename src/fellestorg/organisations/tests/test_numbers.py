"""Organisation numbers, Norwegian and from other countries' registers."""

import pytest
from django.db import IntegrityError, transaction

from fellestorg.organisations.models import Organisation
from fellestorg.organisations.rules import any_number, country_of, spaced
from fellestorg.values import BadInput


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("986252932", "986252932"),
        ("NO 986 252 932 MVA", "986252932"),
        ("DE HRB 12345/B", "DE-HRB-12345-B"),
        ("se-556000-0000", "SE-556000-0000"),
        ("DE-HRB12345", "DE-HRB12345"),
    ],
)
def test_a_number_is_kept_in_one_way_however_it_is_typed(typed: str, kept: str) -> None:
    assert any_number(typed) == kept
    assert any_number(kept) == kept


@pytest.mark.parametrize(
    "typed",
    ["986252933", "999999990", "12345", "", "DE", "DE-", "NO-HRB12345", "Tyskland 5", "DE-<script>", f"DE-{'1' * 40}"],
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        any_number(typed)


def test_a_number_tells_its_country_and_only_norwegian_ones_are_spaced() -> None:
    assert (country_of("986252932"), country_of("DE-HRB12345")) == ("NO", "DE")
    assert (spaced("986252932"), spaced("DE-HRB12345")) == ("986 252 932", "DE-HRB12345")


@pytest.mark.parametrize(
    ("number", "country", "kind", "kept"),
    [
        ("986252932", "NO", "agency", True),
        ("DE-HRB12345", "DE", "supplier", True),
        ("DE-HRB12345", "NO", "supplier", False),
        ("DE-HRB12345", "SE", "supplier", False),
        ("DE-HRB12345", "DE", "agency", False),
        ("986252932", "DE", "supplier", False),
        ("DE-hrb 1", "DE", "supplier", False),
    ],
)
def test_the_database_holds_number_country_and_kind_together(
    db: None, number: str, country: str, kind: str, kept: bool
) -> None:
    row = Organisation(number=number, country=country, kind=kind, name="Skyverket")
    if kept:
        row.save()
        return
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()

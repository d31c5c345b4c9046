"""JSON answers read as Python's own writer would have written them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import TextChoices
from django.utils.functional import lazystr
from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.kernel.http import json_answer, plain


class Kind(TextChoices):
    USED = "used"


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=5),
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-9999, max_value=9999),
    st.dates(),
    st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from([Kind.USED, UUID(int=7), lazystr("så «lat»")]),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5) | st.integers(10, 99), inner, max_size=3)
    ),
)


@settings(max_examples=40, deadline=None)
@given(TREES)
def test_an_answer_is_what_the_ordinary_writer_would_write(tree: object) -> None:
    data = {"data": tree, "pair": (tree, "x"), "none": [], "empty": {}}
    usual = json.dumps(plain(data), cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
    assert json_answer(data).content.decode() == usual


def test_amounts_days_and_instants_are_strings() -> None:
    data = {"amount": Decimal("1.50"), "day": date(2023, 11, 1), "at": datetime(2023, 11, 1, 8, tzinfo=UTC)}
    assert json.loads(json_answer(data).content) == {
        "amount": "1.5",
        "day": "2023-11-01",
        "at": "2023-11-01T09:00:00+01:00",
    }

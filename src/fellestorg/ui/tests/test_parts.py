"""Lists have stable addresses for every order and page."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st

from fellestorg.ui.parts import Paging, Sorting
from fellestorg.ui.templatetags.ui import query


@pytest.mark.parametrize(
    ("asked", "key", "descending"),
    [
        ("name", "name", False),
        ("-name", "name", True),
        ("", "price", True),
        ("--name", "price", True),
        ("id", "price", True),
    ],
)
def test_only_allowed_orders_are_taken(asked: str, key: str, descending: bool) -> None:
    sorting = Sorting.read({"sorter": asked}, ("name", "price"), "-price")
    assert (sorting.key, sorting.descending) == (key, descending)


def test_a_second_press_on_a_heading_turns_the_order() -> None:
    assert Sorting("name").next("name") == "-name"
    assert Sorting("name", True).next("name") == "name"
    assert Sorting("name", True).next("price") == "price"
    assert [Sorting("name", True).state(key) for key in ("name", "price")] == ["descending", "none"]


@given(st.text(max_size=12), st.integers(0, 10_000), st.integers(1, 100))
@settings(deadline=None)
def test_any_page_asked_for_lies_within_the_list(asked: str, total: int, size: int) -> None:
    paging = Paging.read({"side": asked}, total, size)
    assert 1 <= paging.number <= paging.last
    assert 0 <= paging.start <= paging.stop <= total
    assert paging.stop - paging.start <= size
    numbers = [number for number, _ in paging.links if number]
    assert numbers == sorted(set(numbers))
    assert {1, paging.number, paging.last} <= set(numbers)


def test_pages_together_show_every_row_once() -> None:
    rows = list(range(103))
    pages = [Paging.read({"side": str(n)}, len(rows), 25) for n in range(1, 6)]
    assert [row for page in pages for row in rows[page.start : page.stop]] == rows


def test_equal_pages_have_equal_addresses() -> None:
    one = Paging.read({"q": "a b", "sorter": "name", "side": "3"}, 100, 10)
    other = Paging.read({"side": "7", "sorter": "name", "q": "a b", "tom": ""}, 100, 10)
    assert one.link(4) == other.link(4) == "?q=a+b&side=4&sorter=name"
    assert one.link(1) == "?q=a+b&sorter=name"


def test_the_query_tag_changes_and_removes_parameters() -> None:
    context = {"request": RequestFactory().get("/", {"side": "3", "q": "æ", "a": ["1", "2"]})}
    assert query(context, side="", sorter="-name") == "?a=1&a=2&q=%C3%A6&sorter=-name"  # type: ignore[arg-type]
    assert query({}, side="") == "?"  # type: ignore[arg-type]

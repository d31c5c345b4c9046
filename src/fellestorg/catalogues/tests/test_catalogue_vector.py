"""The words of an item's names: what stands between two words divides them, whichever sign it is."""

from __future__ import annotations

import pytest

from fellestorg.catalogues.models import Item
from fellestorg.catalogues.models.vectors import BETWEEN_WORDS


@pytest.mark.usefixtures("demo")
def test_every_sign_divides_and_a_name_without_signs_says_the_same() -> None:
    item = Item.objects.filter(number="PC-14-STD")[0]
    said = {}
    for sign in (" ", *BETWEEN_WORDS):
        item.name_nb = item.name_nn = f"Bærbar{sign}PC"
        item.name_en = f"Laptop{sign}14"
        item.save()
        item.refresh_from_db(fields=["search"])
        said[sign] = item.search
    assert len(set(said.values())) == 1
    assert all(f"'{word}'" in said[" "] for word in ("bærbar", "pc", "laptop", "14"))

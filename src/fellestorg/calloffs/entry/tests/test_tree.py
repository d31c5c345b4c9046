"""What people's words are read as."""

import pytest

from fellestorg.agreements.words import category_name
from fellestorg.calloffs.entry.tree import categories_in, group_of, groups
from fellestorg.kernel.text import LANGUAGES


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("to hotellrom i Bodø", "hotel_night"),
        ("flybillettar til Tromsø", "flight"),
        ("a flight to Bergen", "flight"),
        ("rental car for a week", "car_rental"),
        ("leigebil i Førde", "car_rental"),
        ("kurs med overnatting for 30", "course_day"),
        ("stasjonære PC-er", "desktop"),
        ("a desktop computer", "desktop"),
        ("kontorstolar", "office_chair"),
        ("four office chairs", "office_chair"),
        ("firmakort", "corporate_card"),
        ("MOBILABONNEMENT", "subscription"),
    ],
)
def test_words_in_three_languages_point_at_a_category(text: str, first: str) -> None:
    assert categories_in(text)[0] == first


@pytest.mark.parametrize("text", ["", "12", "drone", "flyttebil", "macchiato", "simulator", "inkasso", "…"])
def test_short_words_count_only_as_they_stand_and_unknown_ones_not_at_all(text: str) -> None:
    assert not {"flight", "mac", "subscription", "ink"} & set(categories_in(text))


def test_the_tree_has_each_category_once_with_a_name_and_words_in_small_letters() -> None:
    every = [category for group in groups() for category in group.words]
    assert len(every) == len(set(every))
    for group in groups():
        assert set(group.titles) == set(LANGUAGES)
        for category, words in group.words.items():
            assert group_of(category) is group
            assert "_" not in category_name(category)
            assert words
            assert all(word == word.lower() for word in words)


@pytest.mark.usefixtures("demo")
def test_every_category_of_every_lot_can_be_chosen_in_the_tree() -> None:
    from fellestorg.agreements.models import Lot

    held = {category for lot in Lot.objects.all() for category in lot.categories}
    assert held <= {category for group in groups() for category in group.words}

"""The same file from several at once: each booking once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from django.db import connection

from fellestorg.travel.bookings.actions import TakenIn
from fellestorg.travel.bookings.tests.rows import as_csv, flight, sent
from fellestorg.travel.models import Booking


def test_the_same_file_from_four_at_once_makes_each_booking_once(
    own_database: Callable[..., str], tmp_path: Path
) -> None:
    own_database(demo=True)
    content = as_csv([flight(f"R{number}") for number in range(6)])

    def send(number: int) -> TakenIn:
        folder = tmp_path / str(number)
        folder.mkdir()
        try:
            return sent(folder, content)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))
    assert sorted((one.new, one.unchanged) for one in answers) == [(0, 6), (0, 6), (0, 6), (6, 0)]
    assert Booking.objects.filter(reference__startswith="R").count() == 6

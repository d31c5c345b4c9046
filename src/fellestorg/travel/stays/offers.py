"""What somebody pasted: the prices that hotels offered, one a line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from fellestorg.engines.travel.stays import STANDARD, SUPERIOR, Hotel, Offer
from fellestorg.kernel.sheets import RowError, decimal_in
from fellestorg.values import BadInput, Problem

_ROOMS = {
    "standard": STANDARD, "standardrom": STANDARD, "standard room": STANDARD,
    "superior": SUPERIOR, "superiorrom": SUPERIOR, "superior room": SUPERIOR, "better": SUPERIOR,
}  # fmt: skip
_REFUSED = ("-", "–", "nei", "fullt", "utsolgt", "utseld", "full", "no", "sold out", "refused")
MOST_LINES = 60


def read_offers(text: str, hotels: Sequence[Hotel]) -> list[Offer]:
    """Lines as ``Fjordhotell Bodø; standard; 1480`` or ``...; superior; 1890; 2100`` (offered, and the price of the day).

    Kroner a night with VAT. «fullt» or «-» for a room that was not to be had. Raises BadInput naming every line.
    """
    by_name = {name.casefold(): one.key for one in hotels for name in (one.name, one.key)}
    offers: list[Offer] = []
    problems: list[Problem] = []
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > MOST_LINES:
        raise BadInput.of("", "too_many", _("høyst %(most)s linjer om gangen") % {"most": MOST_LINES})
    for number, line in lines:
        where = f"{_('linje')} {number}"
        cells = [cell.strip() for cell in re.split(r"[;\t]", line)]
        if len(cells) not in (3, 4):
            problems.append(Problem(where, "not_an_offer", _("ventet hotell; rom; pris, og for bedre rom dagens pris")))
            continue
        hotel, room = by_name.get(cells[0].casefold()), _ROOMS.get(cells[1].casefold())
        if hotel is None:
            text_ = _("«%(name)s» er ikke et av hotellene på stedet") % {"name": cells[0][:60]}
            problems.append(Problem(where, "unknown_hotel", text_))
        if room is None:
            problems.append(Problem(where, "unknown_room", _("ventet standard eller superior som rom")))
        try:
            nightly = None if cells[2].casefold() in _REFUSED else _price(cells[2])
            published = _price(cells[3]) if len(cells) == 4 and cells[3] else None
        except RowError as error:
            problems.append(Problem(where, error.code, error.text))
            continue
        if hotel is None or room is None:
            continue
        if any((one.hotel, one.room) == (hotel, room) for one in offers):
            problems.append(Problem(where, "offer_twice", _("hotellet og rommet står på en linje til")))
            continue
        offers.append(Offer(hotel, room, nightly, published))
    BadInput.raise_if(problems)
    return offers


def _price(text: str) -> Decimal:
    cleaned = re.sub(r"(?i)\s*(kr|nok|,-)\.?\s*", "", text)
    return decimal_in(cleaned, places=2, minimum=Decimal(1), whole_digits=7)

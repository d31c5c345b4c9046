"""What the PC agreement says of the dollar, and weekly rates to go by. Invented for the demo, near what they were."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from fellestorg.catalogues.models import CurrencyClause, ExchangeRate
from fellestorg.demo_data.ground import Ground, at

_LOT = "pc"
_SOURCE = "Oppdiktede kurser (demodata), ikke fra Norges Bank"
_FIRST = date(2023, 3, 27)
# Øre for one unit each week from the first Monday on.
_WEEKS = {
    "USD": (
        1045, 1044, 1050, 1036, 1056, 1066, 1061, 1056, 1081, 1092, 1110, 1085, 1062, 1078, 1073, 1065, 1012, 1003, 1009,
        1024, 1035, 1060, 1063, 1068, 1070, 1076, 1081, 1071, 1091, 1087, 1097, 1112, 1119, 1118, 1087, 1072, 1065, 1073,
        1049, 1020,
    ),
    "EUR": (
        1136, 1139, 1145, 1137, 1161, 1176, 1165, 1147, 1169, 1178, 1185, 1165, 1163, 1177, 1170, 1162, 1138, 1117, 1124,
        1127, 1138, 1157, 1153, 1154, 1147, 1147, 1148, 1133, 1145, 1153, 1156, 1178, 1181, 1193, 1188, 1172, 1167, 1158,
        1149, 1126,
    ),
}  # fmt: skip


def lay(ground: Ground, day: date) -> None:
    """Save the clause and the rates that are known on ``day``."""
    CurrencyClause.objects.create(
        lot=ground.lots[_LOT],
        currency="USD",
        base_day=_FIRST,
        share=Decimal("0.6"),
        threshold=Decimal("0.05"),
        first_on=date(2023, 9, 27),
        months_between=6,
        notice_days=30,
        source="Rammeavtalen for PC-utstyr: 60 % av prisene følger dollaren fra 5 % endring (demodata)",
    )
    weeks = [
        (code, _FIRST + timedelta(weeks=index), rate)
        for code, rates in _WEEKS.items()
        for index, rate in enumerate(rates)
    ]
    ExchangeRate.objects.bulk_create(
        ExchangeRate(
            currency=code,
            day=monday,
            rate=Decimal(rate) / 100,
            source=_SOURCE,
            imported_by="demodata",
            imported_at=at(monday, 16),
        )
        for code, monday, rate in weeks
        if monday <= day
    )

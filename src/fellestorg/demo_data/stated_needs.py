"""What agencies have asked for through "Hva skal du kjøpe?", made up: a dozen a month at invented agencies."""

from __future__ import annotations

from datetime import date, timedelta

from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.calloffs.entry.models import StatedNeed
from fellestorg.demo_data.copying import copy_rows
from fellestorg.demo_data.ground import Ground, at
from fellestorg.demo_data.seeded import chance
from fellestorg.law.calendar import is_working_day
from fellestorg.organisations.models import Organisation

_BEGAN = date(2022, 11, 1)
# What is asked for, how often, the agreement it is pointed to and why that does not cover it.
_ASKED: tuple[tuple[str, int, str, str], ...] = (
    ("bærbare PC-er", 8, "pc-utstyr", ""),
    ("kopipapir og toner", 7, "forbruksmateriell", ""),
    ("mobiltelefoner", 6, "mobil-2022", ""),
    ("hotell i Tromsø", 6, "hotell", ""),
    ("flybillett til Brussel", 6, "flyreiser", ""),
    ("mobilabonnement", 3, "telefoni", ""),
    ("leiebil i Bodø", 3, "leiebil", ""),
    ("kontorstoler", 4, "kontormobler-demo", ""),
    ("henting av gamle PC-er", 2, "ombruk-ikt", ""),
    ("firmakort", 3, "betalingslosninger", "halted"),
    ("skytjenester til nytt saksbehandlingssystem", 2, "skytjenester", "no_terms"),
    ("konferanse for 80", 2, "kurs-og-konferanse", "not_participant"),
    ("lyspærer til møterom", 1, "forbruksmateriell", "option_not_chosen"),
    ("advokatbistand", 3, "", "no_agreement"),
    ("kaffemaskin", 2, "", "no_agreement"),
    ("trykking av årsrapport", 2, "", "no_agreement"),
    ("elbiler til tjenestebruk", 2, "", "no_agreement"),
    ("oversettelse til samisk", 1, "", "no_agreement"),
)
# Before the agreement began: furniture was pointed to the competition that was cancelled, the rest to what was coming.
_BEFORE = {"kontormobler-demo": ("kontormobler", "halted")}


def lay(ground: Ground, day: date) -> None:
    """Save what had been asked for by ``day``."""
    agreements = FrameworkAgreement.objects.in_bulk(field_name="key")
    bodies = [one for one in ground.organisations.values() if one.fictional and one.kind == Organisation.Kind.AGENCY]
    pool = [index for index, (_text, often, _key, _reason) in enumerate(_ASKED) for _n in range(often)]
    rows: dict[tuple[str, date, str], StatedNeed] = {}
    for offset in range(max((day - _BEGAN).days, 0)):
        on = _BEGAN + timedelta(days=offset)
        draw = chance("stated", on)
        if not is_working_day(on) or draw.random() > 0.55:
            continue
        text, _often, key, reason = _ASKED[draw.choice(pool)]
        agency, agreement = draw.choice(bodies), agreements.get(key)
        if agreement is not None and agreement.starts > on:
            earlier, reason = _BEFORE.get(key, (key, "coming"))
            agreement = agreements[earlier]
        rows[agency.number, on, text] = StatedNeed(
            agency=agency,
            day=on,
            text=text,
            coverage="not_covered" if reason else "covered",
            reason=reason,
            agreement=agreement,
            stated_at=at(on, draw.randint(8, 15), draw.randrange(60)),
        )
    for index, (number, on, text) in enumerate(list(rows)):
        # Every twelfth asked for something more, which nobody had.
        if index % 12 == 0 and not rows[number, on, text].reason:
            row = rows[number, on, text]
            row.text, row.coverage, row.reason = f"{text} og en drone", "partly", "no_agreement"
            row.agreement = None
    copy_rows(list(rows.values()))

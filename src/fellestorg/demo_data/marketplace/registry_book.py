"""What the demo's own register of legal entities holds: every Norwegian organisation of the demo, and some that nobody has
registered yet, to try with. The server of ``organisations/registry/local.py`` answers from it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fellestorg.demo_data.seeded import invented_number
from fellestorg.organisations.models import Organisation

TO_TRY = {
    invented_number(9201): "FJELLSKY DRIFT AS",
    invented_number(9202): "HAVGAP DATALAGER AS",
    invented_number(9203): "KONKURSBOET SKYBRUDD AS",
}
"""Numbers to register a firm by in the demo; the last one is bankrupt."""
REMOVED = invented_number(9204)


def write(path: Path, now: datetime) -> None:
    """Write the register's book as a file, with a change of name and a bankruptcy to be heard of."""
    known = Organisation.objects.filter(country="NO").values_list("number", "name", "kind", "language_form")
    units = [_unit(number, name.upper(), kind, form) for number, name, kind, form in known]
    units += [_unit(number, name, "supplier", "nb") for number, name in TO_TRY.items()]
    units[-1] |= {"konkurs": True, "konkursdato": "2023-09-18"}
    book: dict[str, Any] = {"units": units, "removed": [REMOVED], "updates": [], "roles": {}}
    heard = (
        Organisation.objects.filter(firm__state="verified", country="NO", fictional=True).order_by("-firm__pk").first()
    )
    if heard is not None:
        at = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        unit = next(one for one in units if one["organisasjonsnummer"] == heard.number)
        unit |= {"konkurs": True, "konkursdato": now.date().isoformat()}
        book["updates"] = [
            {"oppdateringsid": 1, "dato": at, "organisasjonsnummer": heard.number, "endringstype": "Endring"}
        ]
    path.write_text(json.dumps(book, ensure_ascii=False), encoding="utf-8")


def _unit(number: str, name: str, kind: str, form: str) -> dict[str, Any]:
    code = "AS" if kind == "supplier" else "KOMM" if kind == "municipality" else "ORGL"
    return {
        "organisasjonsnummer": number,
        "navn": name,
        "organisasjonsform": {"kode": code},
        "forretningsadresse": {"adresse": ["Demoveien 1"], "postnummer": "0150", "poststed": "OSLO", "landkode": "NO"},
        "maalform": "Nynorsk" if form == "nn" else "Bokmål",
        "konkurs": False,
        "underAvvikling": False,
        "underTvangsavviklingEllerTvangsopplosning": False,
    }

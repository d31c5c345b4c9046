"""Grade and proof of the used units in the demo. All of it is invented."""

from __future__ import annotations

from datetime import date
from typing import Any

from fellestorg.demo_data.office_goods import Goods

_ERASED = "Slettet etter NIST SP 800-88 (Purge), sertifikat per enhet (demodata)"
_UPDATES = {"A": date(2027, 12, 31), "B": date(2027, 6, 30)}
# The one planted fault: an invented body offers a used tablet without proof that its data has been erased.
_WITHOUT_ERASURE = ("techstep", "NB-10-BRUKT-B")


def proof_of(goods: Goods, supplier: str) -> dict[str, Any]:
    """The fields of a supplier's price line that tell of a used unit; none for a new one."""
    if ", brukt" not in goods.name[0]:
        return {}
    grade = "B" if "klasse B" in goods.name[0] else "A"
    erasure = "" if (supplier, goods.number) == _WITHOUT_ERASURE else _ERASED
    return {"visual_grade": grade, "erasure_proof": erasure, "updates_until": _UPDATES[grade]}

"""A quarter's awards as OCDS 1.1 releases: one process for each call, tied to the system's own by ``relatedProcesses``.

Only fields of the core schema, so that it validates without extensions. The prefix of an ocid is registered with the Open
Contracting Partnership; the setting says so where an installation has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings

from fellestorg.agreements.models import FrameworkAgreement
from fellestorg.calloffs.system_awards.queries import SystemAward


def package(agreement: FrameworkAgreement, rows: Sequence[SystemAward], *, uri: str, at: datetime) -> dict[str, Any]:
    """The release package."""
    return {
        "uri": uri,
        "version": "1.1",
        "publishedDate": at.isoformat(),
        "publisher": {"name": agreement.owner.name, "scheme": "NO-BRC", "uid": agreement.owner.number},
        "releases": [_release(agreement, one) for one in rows],
    }


def _release(agreement: FrameworkAgreement, one: SystemAward) -> dict[str, Any]:
    key, value = one.competition, _value(one.value)
    winner = {"id": f"NO-BRC-{one.winner}", "name": one.winner_name}
    return {
        "ocid": f"{settings.OCDS_PREFIX}-{key}",
        "id": f"{key}-award",
        "date": one.signed_at.isoformat(),
        "tag": ["award", "contract"],
        "initiationType": "tender",
        "parties": [
            _party(one.buyer, one.buyer_name, "buyer"),
            _party(one.winner, one.winner_name, "supplier"),
        ],
        "buyer": {"id": f"NO-BRC-{one.buyer}", "name": one.buyer_name},
        "tender": {
            "id": key,
            "title": one.title,
            "status": "complete",
            "procurementMethod": "selective",
            "procurementMethodDetails": "Dynamic purchasing system",
            "numberOfTenderers": one.tenders,
        },
        "awards": [
            {
                "id": f"{key}-1",
                "title": one.title,
                "status": "active",
                "date": one.awarded_at.isoformat(),
                "value": value,
                "suppliers": [winner],
            }
        ],
        "contracts": [
            {
                "id": one.call_off or f"{key}-1",
                "awardID": f"{key}-1",
                "title": one.title,
                "status": "active",
                "value": value,
                "dateSigned": one.signed_at.isoformat(),
            }
        ],
        "relatedProcesses": [
            {
                "id": "1",
                "relationship": ["framework"],
                "title": agreement.title_en,
                "scheme": "ocid",
                "identifier": f"{settings.OCDS_PREFIX}-{agreement.key}",
            }
        ],
    }


def _party(number: str, name: str, role: str) -> dict[str, Any]:
    identifier = {"scheme": "NO-BRC", "id": number, "legalName": name}
    return {"id": f"NO-BRC-{number}", "name": name, "identifier": identifier, "roles": [role]}


def _value(amount: Decimal) -> dict[str, Any]:
    # The schema wants JSON numbers; two decimals of a contract's value survive a double unchanged.
    return {"amount": float(amount), "currency": "NOK"}

"""The studies that come with the product, put into an installation: its demo, and others by ``fellestorg market load``."""

from __future__ import annotations

import tomllib
from datetime import datetime
from importlib import resources
from typing import Any

from fellestorg.kernel import clock
from fellestorg.kernel.actors import SYSTEM
from fellestorg.marketplace.overview import actions
from fellestorg.marketplace.overview.actions import About
from fellestorg.marketplace.overview.models import StudyVersion
from fellestorg.values import Refused


def load(*, now: datetime) -> list[str]:
    """Put in the studies that lack or have changed, and give their keys; run again, none.

    One that SI has imported or withdrawn itself is left as SI wants it.
    """
    written = []
    for row in _studies():
        last = StudyVersion.objects.filter(study__key=row["key"]).order_by("-number").first()
        if last is not None and last.imported_by_key != SYSTEM.key:
            continue
        if row["published_on"] > clock.local_day(now):
            continue
        about = About(
            row["key"], row["texts"], row["publisher"], row["published_on"], row.get("licence", ""), row.get("url", ""),
            row["verified"],
        )  # fmt: skip
        try:
            actions.import_study(about, [{"note": "", **one} for one in row["figures"]], actor=SYSTEM, now=now)
        except Refused:
            continue
        written.append(row["key"])
    return written


def _studies() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(
        resources.files(__package__).joinpath("studies.toml").read_text("utf-8")
    )["studies"]
    return found

"""``fellestorg travel GROUP VERB``: what travel does without a browser. Each sub-package has groups of its own."""

from __future__ import annotations

import importlib
import sys

GROUPS = {
    "airlines": ("fellestorg.travel.flights.commands:airlines", "whose an airline's code is"),
    "cars": ("fellestorg.travel.rentals.commands:cars", "rank rental cars"),
    "import": (
        "fellestorg.travel.bookings.commands:import_bookings",
        "take in bookings that travel agencies and cards report",
    ),
    "fares": ("fellestorg.travel.flights.commands:fares", "take in fares as airlines published them"),
    "flights": ("fellestorg.travel.flights.commands:flights", "rank offers of flights by net price"),
    "hotels": ("fellestorg.travel.stays.commands:hotels", "rank hotels at a place"),
    "routes": (
        "fellestorg.travel.flights.commands:routes",
        "import routes and discounts; show routes and their suppliers",
    ),
}


def travel(argv: list[str]) -> int:
    """``travel GROUP VERB …``. Exit 0 done, 1 refused, 2 for what cannot be read."""
    if not argv or argv[0] in ("-h", "--help"):
        print(_usage())
        return 0 if argv else 2
    if argv[0] not in GROUPS:
        print(f"fellestorg travel: there is no {argv[0]!r}\n\n{_usage()}", file=sys.stderr)
        return 2
    module, _, function = GROUPS[argv[0]][0].partition(":")
    code: int = getattr(importlib.import_module(module), function)(argv[1:])
    return code


def _usage() -> str:
    width = max(map(len, GROUPS))
    lines = [f"  {name:<{width}}  {what}" for name, (_target, what) in GROUPS.items()]
    return "\n".join(["usage: fellestorg travel GROUP VERB [OPTIONS]", "", *lines])

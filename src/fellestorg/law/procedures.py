"""Procedures of a competition as data: stages, moves, guards and dates, read from ``procedures.toml`` and checked.

Pure: whether a guard holds is asked of the room that registered it (``competitions.guards``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from fellestorg.law.load import read_table

STANDSTILL = ("required", "voluntary", "none")


@dataclass(frozen=True, slots=True)
class Move:
    """A step from a stage to another. ``after`` names a date of the competition that must have passed; ``guards`` are
    the checks that must all hold."""

    key: str
    title: Mapping[str, str]
    sources: tuple[str, ...]
    target: str
    after: str
    guards: tuple[str, ...]
    law: str


@dataclass(frozen=True, slots=True)
class DateRow:
    """A date of the procedure. ``rule`` names the deadline (law/deadlines.toml) that gives the earliest lawful day,
    counted from the competition's ``counted_from``; both empty where the law gives no number."""

    key: str
    title: Mapping[str, str]
    field: str
    rule: str
    counted_from: str


@dataclass(frozen=True, slots=True)
class Procedure:
    """One procedure. ``code`` is the eForms or BT-765 code; ``standstill`` is required, voluntary or none."""

    key: str
    title: Mapping[str, str]
    code: str
    law: str
    moves: tuple[Move, ...]
    dates: tuple[DateRow, ...]
    standstill: str

    def moves_from(self, stage: str) -> tuple[Move, ...]:
        """The moves that start in a stage, in the table's order."""
        return tuple(move for move in self.moves if stage in move.sources)

    def move(self, key: str) -> Move | None:
        """The move of that name, or None where this procedure has none."""
        return next((move for move in self.moves if move.key == key), None)

    def entrances(self) -> Mapping[str, str]:
        """The stages in which any supplier may still come in, each with the competition's field that holds the last time
        for it; empty where the table gives none. A procedure that is not published has no such stage."""
        stages = [move.target for move in self.moves if move.key.startswith(("publish", "run"))]
        return {
            stage: next((move.after for move in self.moves_from(stage) if move.after), "")
            for stage in dict.fromkeys(stages)
        }

    def reachable(self) -> tuple[str, ...]:
        """The stages that the procedure can reach from ``preparing``, in the order of the table of stages."""
        found, grew = {"preparing"}, True
        while grew:
            more = {move.target for move in self.moves if found & set(move.sources)} - found
            found, grew = found | more, bool(more)
        return tuple(stage for stage in stages() if stage in found)


@cache
def procedures() -> Mapping[str, Procedure]:
    """Every procedure by key. ``ValueError`` names a move, date or stage that the table does not have."""
    table = read_table("procedures")
    moves = {key: _move(key, row, table["stages"]) for key, row in table["moves"].items()}
    dates = {key: _date(key, row) for key, row in table["dates"].items()}
    found: dict[str, Procedure] = {}
    for key, row in table["kinds"].items():
        unknown = [name for name in row["moves"] if name not in moves] + [n for n in row["dates"] if n not in dates]
        if unknown or row["standstill"] not in STANDSTILL:
            raise ValueError(f"procedures.toml: {key}: unknown {', '.join(unknown) or row['standstill']}")
        found[key] = Procedure(
            key,
            row["title"],
            row["code"],
            row["law"],
            tuple(moves[name] for name in row["moves"]),
            tuple(dates[name] for name in row["dates"]),
            row["standstill"],
        )
    return found


def procedure(key: str) -> Procedure:
    """The procedure of a key. ``KeyError`` where there is none."""
    return procedures()[key]


@cache
def _titles() -> Mapping[str, Mapping[str, str]]:
    return MappingProxyType(read_table("procedures")["stages"])


def stages() -> tuple[str, ...]:
    """Every stage a competition can be in, in the table's order."""
    return tuple(_titles())


def stage_title(stage: str) -> Mapping[str, str]:
    """What a stage is called, in three languages."""
    return _titles()[stage]


def _move(key: str, row: Mapping[str, Any], known: Mapping[str, Any]) -> Move:
    unknown = [stage for stage in (*row["from"], row["to"]) if stage not in known]
    if unknown:
        raise ValueError(f"procedures.toml: {key}: unknown stage {', '.join(unknown)}")
    return Move(
        key, row["title"], tuple(row["from"]), row["to"], row.get("after", ""), tuple(row["guards"]), row["law"]
    )


def _date(key: str, row: Mapping[str, Any]) -> DateRow:
    return DateRow(key, row["title"], row["field"], row.get("rule", ""), row.get("counted_from", ""))

"""The award on the wire: reads a problem, naming everything wrong with it, and writes an answer."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any

from fellestorg.engines.award.problem import LIMITS, ZERO, AwardAnswer, AwardProblem, Limits, Lot, Tender, WinnersIn
from fellestorg.values import BadInput, Problem, exact, kroner

_REASONS = {
    "no_tender": "some lots have neither a tender nor a reserve",
    "limits": "no combination of tenders keeps the limits",
    "not_found": "no award that keeps the limits was found in the time given",
}


def read_problem(raw: object) -> AwardProblem:
    """Read the wire shape of an award problem. Raises ``BadInput`` with every problem found, each with its path.

    Unknown fields are refused by name; ``null`` in an optional field is the same as leaving it out. Amounts are whole
    øre.
    """
    reader = _Reader()
    problem = reader.problem(raw)
    BadInput.raise_if(reader.problems)
    return problem


def answer_json(answer: AwardAnswer) -> dict[str, Any]:
    """The wire shape of an answer: amounts as decimal strings to the øre."""
    written: dict[str, Any] = {
        "awards": [
            {"tender": tender.id, "bidder": tender.bidder, "lots": list(tender.lots), "price": kroner(tender.price)}
            for tender in answer.awarded or ()
        ],
        "uncovered": list(answer.uncovered),
        "total": _amount(answer.total),
        "proved": answer.proved,
        "bound": _amount(answer.bound),
        "gap": None if answer.gap is None else _gap(answer.gap),
        "agreed": answer.agreed,
        "ties": [list(tie) for tie in answer.ties],
        "ties_complete": answer.ties_complete,
        "lot_by_lot_total": _amount(answer.lot_by_lot_total),
        "set_aside": [{"tender": one.tender, "reason": one.reason, "by": list(one.by)} for one in answer.set_aside],
        "solvers": [
            {
                "solver": one.solver,
                "version": one.version,
                "part": one.part,
                "total": _amount(one.total),
                "bound": _amount(one.bound),
                "claims_proof": one.claims_proof,
                "seconds": f"{one.seconds:.3f}",
            }
            for one in answer.solvers
        ],
        "rules": [rule.as_json() for rule in answer.rules],
    }
    if answer.reason is not None:
        written["refused"] = {
            "code": answer.reason,
            "text": _REASONS[answer.reason],
            "lots": list(answer.lots),
            "loosen": list(answer.loosen),
        }
    return written


def _amount(amount: Decimal | None) -> str | None:
    return None if amount is None else kroner(amount)


def _gap(gap: Decimal) -> str:
    return "0" if not gap else format(gap.quantize(Decimal("0.00000001"), rounding=ROUND_CEILING), "f")


class _Reader:
    """Reads on after a problem, so that all of them are named at once; what it returns then is never used."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def problem(self, raw: object) -> AwardProblem:
        record = self.record(raw, "", ("lots", "tenders"), ("limits",))
        lots = tuple(self.lot(item, f"lots[{at}]") for at, item in enumerate(self.items(record, "lots", "", least=1)))
        self.unique([lot.id for lot in lots], "lots")
        known = {lot.id for lot in lots}
        tenders = tuple(
            self.tender(item, f"tenders[{at}]", known) for at, item in enumerate(self.items(record, "tenders", ""))
        )
        self.unique([tender.id for tender in tenders], "tenders")
        limits = self.limits({} if record.get("limits") is None else record["limits"], known)
        return AwardProblem(lots, tenders, limits)

    def lot(self, item: object, where: str) -> Lot:
        record = self.record(item, where, ("id",), ("reserve",))
        reserve = None if record.get("reserve") is None else self.amount(record, "reserve", where)
        return Lot(self.name(record, "id", where), reserve)

    def tender(self, item: object, where: str, known: set[str]) -> Tender:
        record = self.record(item, where, ("id", "bidder", "lots", "price"), ("exclusive",))
        lots = self.lots(record, where, known)
        return Tender(
            self.name(record, "id", where),
            self.name(record, "bidder", where),
            lots,
            self.amount(record, "price", where),
            self.exclusive(record, where),
        )

    def lots(self, record: Mapping[str, Any], where: str, known: set[str]) -> tuple[str, ...]:
        lots: list[str] = []
        for at, lot in enumerate(self.items(record, "lots", where, least=1)):
            path = f"{where}.lots[{at}]"
            if not isinstance(lot, str) or lot not in known:
                self.found(path, "unknown_lot", f"expected the id of a lot in lots, found {lot!r:.60}")
            elif lot in lots:
                self.found(path, "duplicate", f"{lot} stands more than once")
            else:
                lots.append(lot)
        return tuple(lots)

    def exclusive(self, record: Mapping[str, Any], where: str) -> tuple[str, ...]:
        """The name of a group, or a list of names."""
        value = record.get("exclusive")
        if value is None:
            return ()
        names = value if isinstance(value, list) else [value]
        for at, name in enumerate(names):
            if not isinstance(name, str) or not name.strip():
                path = f"{where}.exclusive[{at}]" if isinstance(value, list) else f"{where}.exclusive"
                self.found(path, "not_a_name", f"expected the name of a group, found {name!r:.60}")
                return ()
        return tuple(dict.fromkeys(names))

    def limits(self, item: object, known: set[str]) -> Limits:
        record = self.record(item, "limits", (), LIMITS)
        cost = ZERO if record.get("cost_per_winner") is None else self.amount(record, "cost_per_winner", "limits")
        groups = [] if record.get("winners_in") is None else self.items(record, "winners_in", "limits")
        return Limits(
            self.count(record, "max_lots_per_bidder", "limits", least=1),
            self.count(record, "min_winners", "limits", least=0) or 0,
            self.share(record, "max_value_share"),
            cost,
            self.share(record, "min_value_share"),
            tuple(self.winners_in(one, f"limits.winners_in[{at}]", known) for at, one in enumerate(groups)),
        )

    def winners_in(self, item: object, where: str, known: set[str]) -> WinnersIn:
        record = self.record(item, where, ("lots", "min_winners"), ())
        return WinnersIn(self.lots(record, where, known), self.count(record, "min_winners", where, least=1) or 1)

    def share(self, record: Mapping[str, Any], name: str) -> Decimal | None:
        if record.get(name) is None:
            return None
        share = self.decimal(record, name, "limits")
        if not 0 < share <= 1 and not self.said(f"limits.{name}"):
            self.found(f"limits.{name}", "not_a_share", f"expected a share above 0 and at most 1, found {record[name]}")
        return share

    def count(self, record: Mapping[str, Any], name: str, where: str, *, least: int) -> int | None:
        value = record.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            self.found(f"{where}.{name}", "not_a_count", f"expected a whole number from {least}, found {value!r:.60}")
            return None
        return value

    # -- what every field is read by --------------------------------------------------------------------------

    def record(
        self, value: object, where: str, required: tuple[str, ...], optional: tuple[str, ...]
    ) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            self.found(where, "not_an_object", f"expected an object, found {value!r:.60}")
            return {}
        prefix = f"{where}." if where else ""
        for name in value:
            if name not in required and name not in optional:
                known = ", ".join((*required, *optional))
                self.found(f"{prefix}{name}", "unknown_field", f"unknown field {name!r}; expected {known}")
        for name in required:
            if name not in value:
                self.found(f"{prefix}{name}", "missing_field", f"the field {name!r} is missing")
        return value

    def items(self, record: Mapping[str, Any], name: str, where: str, *, least: int = 0) -> list[object]:
        if name not in record:
            return []
        path = f"{where}.{name}" if where else name
        value = record[name]
        if not isinstance(value, list):
            self.found(path, "not_a_list", f"expected a list, found {value!r:.60}")
            return []
        if len(value) < least:
            self.found(path, "empty", f"expected at least {least} entry, found none")
        return value

    def name(self, record: Mapping[str, Any], field: str, where: str) -> str:
        value = record.get(field)
        if field not in record:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.found(f"{where}.{field}", "not_a_name", f"expected a text that is not empty, found {value!r:.60}")
            return ""
        return value

    def decimal(self, record: Mapping[str, Any], field: str, where: str) -> Decimal:
        if field not in record:
            return ZERO
        try:
            return exact(record[field], f"{where}.{field}", minimum=ZERO)
        except BadInput as error:
            self.problems += error.problems
            return ZERO

    def amount(self, record: Mapping[str, Any], field: str, where: str) -> Decimal:
        value = self.decimal(record, field, where)
        if value != value.quantize(Decimal("0.01")):
            self.found(f"{where}.{field}", "below_ore", f"expected whole øre, found {record[field]}")
        return value

    def unique(self, names: list[str], where: str) -> None:
        seen: set[str] = set()
        for at, name in enumerate(names):
            if name and name in seen:
                self.found(f"{where}[{at}].id", "duplicate", f"{name} stands more than once")
            seen.add(name)

    def said(self, where: str) -> bool:
        return any(problem.where == where for problem in self.problems)

    def found(self, where: str, code: str, text: str) -> None:
        self.problems.append(Problem(where, code, text))

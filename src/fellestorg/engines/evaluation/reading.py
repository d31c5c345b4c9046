"""Reads the wire shape of an evaluation, naming everything wrong with it at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from fellestorg.engines.evaluation.models import MODELS, PRICED_QUALITY
from fellestorg.engines.evaluation.request import (
    ONE,
    POINTS,
    PRICE,
    ZERO,
    Criterion,
    EvaluationRequest,
    Parameters,
    Tender,
)
from fellestorg.law import rule_book
from fellestorg.values import BadInput, Problem, exact

MOST_TENDERS, MOST_CRITERIA = 500, 50
_KAPPA = Fraction(3, 2)


def read_request(raw: object) -> EvaluationRequest:
    """The request as the engine takes it. Raises ``BadInput`` with every problem found, each with its path.

    Unknown fields are refused by name; ``null`` in an optional field is the same as leaving it out.
    """
    reader = _Reader()
    request = reader.request(raw)
    BadInput.raise_if(reader.problems)
    return request


class _Reader:
    """Reads on after a problem, so that all of them are named; what it returns then is never used."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def request(self, raw: object) -> EvaluationRequest:
        record = self.record(
            raw,
            "",
            ("model", "rule_date", "criteria", "tenders"),
            ("scale", "parameters", "tie_break", "environment_met_by"),
        )
        model = record.get("model", "")
        if "model" in record and model not in list(MODELS):
            self.problem("model", "unknown_model", f"expected one of {', '.join(MODELS)}, found {model!r:.60}")
            model = ""
        scale = self.number(record, "scale", "", Fraction(10))
        if scale == 0 and not self.said("scale"):
            self.problem("scale", "too_small", "expected more than 0, found 0")
        criteria = tuple(
            self.criterion(one, f"criteria[{at}]")
            for at, one in enumerate(self.items(record, "criteria", least=1, most=MOST_CRITERIA))
        )
        self.unique([one.id for one in criteria], "criteria")
        parameters = self.parameters(record.get("parameters"), scale)
        named = [one.id for one in criteria if one.kind == POINTS and one.id]
        tenders = tuple(
            self.tender(one, f"tenders[{at}]", named, scale)
            for at, one in enumerate(self.items(record, "tenders", least=1, most=MOST_TENDERS))
        )
        self.unique([one.id for one in tenders], "tenders")
        tie_break = self.tie_break(record.get("tie_break"), [one.id for one in criteria])
        rule_date = self.day(record)
        met_by = self.met_by(record.get("environment_met_by"), rule_date)
        self.weights(criteria)
        if model:
            self.model_needs(str(model), criteria, parameters, tenders)
        return EvaluationRequest(str(model), rule_date, criteria, tenders, scale, parameters, tie_break, met_by)

    def criterion(self, raw: object, where: str) -> Criterion:
        optional = ("max_value", "environment", "weight_from", "weight_to")
        record = self.record(raw, where, ("id", "kind", "weight"), optional)
        kind = record.get("kind", "")
        if "kind" in record and kind not in (PRICE, POINTS):
            self.problem(f"{where}.kind", "unknown_kind", f"expected price or points, found {kind!r:.60}")
        environment = record.get("environment", False)
        if not isinstance(environment, bool):
            found = f"expected true or false, found {environment!r:.60}"
            self.problem(f"{where}.environment", "not_a_truth", found)
        weight = self.number(record, "weight", where, ZERO, most=ONE)
        lowest = self.maybe(record, "weight_from", where)
        highest = self.maybe(record, "weight_to", where)
        if (lowest is None) != (highest is None):
            absent = "weight_from" if lowest is None else "weight_to"
            self.problem(f"{where}.{absent}", "missing_field", "an announced range needs both its ends")
        elif lowest is not None and highest is not None and not lowest <= weight <= highest:
            text = f"expected the weight within its announced range, found {record.get('weight')}"
            self.problem(f"{where}.weight", "outside_range", text)
        return Criterion(
            self.name(record, where),
            str(kind),
            weight,
            self.maybe(record, "max_value", where),
            environment is True,
            lowest,
            highest,
        )

    def parameters(self, raw: object, scale: Fraction) -> Parameters:
        names = ("kappa", "reference_price", "floor", "normalise_points")
        record = self.record({} if raw is None else raw, "parameters", (), names)
        kappa = self.number(record, "kappa", "parameters", _KAPPA)
        if not self.said("parameters.kappa") and not 1 <= kappa < 2:
            text = f"expected from 1 to below 2, found {record['kappa']}"
            self.problem("parameters.kappa", "out_of_range", text)
        reference = self.maybe(record, "reference_price", "parameters")
        if reference == 0 and not self.said("parameters.reference_price"):
            self.problem("parameters.reference_price", "too_small", "expected more than 0, found 0")
        floor = self.maybe(record, "floor", "parameters", least=None)
        if floor is not None and floor >= scale and not self.said("scale"):
            text = f"expected less than the scale, found {record['floor']}"
            self.problem("parameters.floor", "too_large", text)
        normalise = record.get("normalise_points", False)
        if not isinstance(normalise, bool):
            text = f"expected true or false, found {normalise!r:.60}"
            self.problem("parameters.normalise_points", "not_a_truth", text)
        return Parameters(kappa, reference, floor, normalise is True)

    def tender(self, raw: object, where: str, named: Sequence[str], scale: Fraction) -> Tender:
        record = self.record(raw, where, ("id", "price"), ("points",))
        name = self.name(record, where)
        points = self.points(record.get("points"), f"{where}.points", name, named, scale)
        return Tender(name, self.number(record, "price", where, ZERO), MappingProxyType(points))

    def points(
        self, raw: object, where: str, tender: str, named: Sequence[str], scale: Fraction
    ) -> dict[str, Fraction]:
        given = {} if raw is None else raw
        if not isinstance(given, Mapping):
            self.problem(where, "not_an_object", f"expected points per criterion, found {raw!r:.60}")
            return {}
        for name in given:
            if name not in named:
                known = ", ".join(named) or "none"
                self.problem(f"{where}.{name}", "unknown_field", f"there are no points for {name!r}; expected {known}")
        for name in named:
            if given.get(name) is None:
                self.problem(f"{where}.{name}", "missing_points", f"tender {tender!r} has no points for {name!r}")
        return {
            name: self.number(given, name, where, ZERO, most=scale) for name in named if given.get(name) is not None
        }

    def tie_break(self, raw: object, known: Sequence[str]) -> tuple[str, ...]:
        if raw is None:
            return ()
        if not isinstance(raw, list):
            self.problem("tie_break", "not_a_list", f"expected a list of criteria, found {raw!r:.60}")
            return ()
        for at, name in enumerate(raw):
            if name not in known:
                text = f"expected one of {', '.join(known)}, found {name!r:.60}"
                self.problem(f"tie_break[{at}]", "unknown_criterion", text)
            elif name in raw[:at]:
                self.problem(f"tie_break[{at}]", "duplicate", f"{name!r} stands more than once")
        return tuple(str(name) for name in raw)

    def day(self, record: Mapping[str, Any]) -> date:
        raw = record.get("rule_date")
        if "rule_date" not in record:
            return date.min
        try:
            day = date.fromisoformat(raw if isinstance(raw, str) else "")
            if day.isoformat() != raw:
                raise ValueError
        except ValueError:
            self.problem("rule_date", "not_a_date", f"expected a date such as 2026-11-01, found {raw!r:.60}")
            return date.min
        try:
            rule_book().rule("ENV", on=day)
        except BadInput as error:
            self.problems += [Problem("rule_date", one.code, one.text) for one in error.problems]
            return date.min
        return day

    def met_by(self, raw: object, day: date) -> str:
        """What may stand in for the environment's weight is dated law (rule ENV-ALT)."""
        if raw is None or day == date.min:
            return ""
        known = str(rule_book().rule("ENV-ALT", on=day).values["instead"]).split()
        if raw not in known:
            text = f"expected one of {', '.join(known)} on {day}, found {raw!r:.60}"
            self.problem("environment_met_by", "unknown_value", text)
        return str(raw)

    def weights(self, criteria: Sequence[Criterion]) -> None:
        prices = [at for at, one in enumerate(criteria) if one.kind == PRICE]
        if criteria and not prices and not any(self.said(f"criteria[{at}].kind") for at in range(len(criteria))):
            self.problem("criteria", "no_price", "expected one criterion of kind price, found none")
        for at in prices[1:]:
            self.problem(f"criteria[{at}].kind", "second_price", "expected one criterion of kind price, found another")
        if any(self.said(f"criteria[{at}]{of}") for at in range(len(criteria)) for of in ("", ".weight")):
            return
        together = sum((one.weight for one in criteria), ZERO)
        if criteria and together != 1:
            shown = f"{float(together):.12g}"
            self.problem("criteria", "weights_do_not_sum", f"expected weights that sum to 1, found {shown}")

    def model_needs(
        self, model: str, criteria: Sequence[Criterion], parameters: Parameters, tenders: Sequence[Tender]
    ) -> None:
        """What this model cannot do without."""
        if model in PRICED_QUALITY:
            for at, one in enumerate(criteria):
                if one.kind == POINTS and one.max_value is None and not self.said(f"criteria[{at}].max_value"):
                    text = f"{model} needs what the whole scale of {one.id!r} is worth in kroner"
                    self.problem(f"criteria[{at}].max_value", "missing_field", text)
        where = "parameters.reference_price"
        if model == "linear_to_reference" and parameters.reference_price is None and not self.said(where):
            self.problem(where, "missing_field", f"{model} needs the published reference price")
        if model == "conversion_factor":
            for at, one in enumerate(criteria):
                if one.kind == PRICE and one.weight == 0 and not self.said(f"criteria[{at}].weight"):
                    text = f"{model} divides by the price's weight, which must be more than 0"
                    self.problem(f"criteria[{at}].weight", "too_small", text)
        if MODELS[model].divides:
            for at, tender in enumerate(tenders):
                where = f"tenders[{at}].price"
                if tender.price == 0 and not self.said(where) and not self.said(f"tenders[{at}]"):
                    self.problem(where, "too_small", f"{model} needs prices of more than 0, found 0")

    # -- what every field is read by --------------------------------------------------------------------------

    def record(self, value: object, where: str, required: Sequence[str], optional: Sequence[str]) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            self.problem(where, "not_an_object", f"expected an object, found {value!r:.60}")
            return {}
        prefix = f"{where}." if where else ""
        for name in value:
            if name not in required and name not in optional:
                known = ", ".join((*required, *optional))
                self.problem(f"{prefix}{name}", "unknown_field", f"unknown field {name!r}; expected {known}")
        for name in required:
            if value.get(name) is None:
                self.problem(f"{prefix}{name}", "missing_field", f"the field {name!r} is missing")
        return {name: one for name, one in value.items() if one is not None}

    def items(self, record: Mapping[str, Any], name: str, *, least: int, most: int) -> Sequence[object]:
        value = record.get(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.problem(name, "not_a_list", f"expected a list, found {value!r:.60}")
            return ()
        if not least <= len(value) <= most:
            self.problem(name, "wrong_number", f"expected {least} to {most} entries, found {len(value)}")
            return value[:most]
        return value

    def name(self, record: Mapping[str, Any], where: str) -> str:
        value = record.get("id", "")
        if "id" in record and (not isinstance(value, str) or not value.strip() or len(value) > 300):
            self.problem(f"{where}.id", "not_a_name", f"expected a text that is not empty, found {value!r:.60}")
            return ""
        return str(value)

    def number(
        self,
        record: Mapping[str, Any],
        name: str,
        where: str,
        empty: Fraction,
        *,
        least: Fraction | None = ZERO,
        most: Fraction | None = None,
    ) -> Fraction:
        if name not in record:
            return empty
        place = f"{where}.{name}" if where else name
        try:
            value = Fraction(exact(record[name], place))
        except BadInput as error:
            self.problems += error.problems
            return empty
        if least is not None and value < least:
            self.problem(place, "too_small", f"expected {least} or more, found {record[name]}")
        elif most is not None and value > most:
            self.problem(place, "too_large", f"expected at most {float(most):.12g}, found {record[name]}")
        return value

    def maybe(
        self, record: Mapping[str, Any], name: str, where: str, *, least: Fraction | None = ZERO
    ) -> Fraction | None:
        return self.number(record, name, where, ZERO, least=least) if name in record else None

    def unique(self, names: Sequence[str], where: str) -> None:
        for at, name in enumerate(names):
            if name and name in names[:at]:
                self.problem(f"{where}[{at}].id", "duplicate", f"{name!r} stands more than once")

    def said(self, where: str) -> bool:
        return any(problem.where == where for problem in self.problems)

    def problem(self, where: str, code: str, text: str) -> None:
        self.problems.append(Problem(where, code, text))

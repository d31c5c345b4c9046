"""What is exchanged, section by section: the one definition that export, import, workbook and faults are made from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from fellestorg.competitions.models import AwardCriterion, QualificationRequirement, Question
from fellestorg.kernel.sheets import RowError, decimal_in
from fellestorg.values import decimal_text

KEY = re.compile(r"[-a-zA-Z0-9_]{1,60}\Z")
_TRUE, _FALSE = {"true", "1", "ja", "yes"}, {"false", "0", "nei", "no", ""}
_LIST_SEPARATOR = "\n"


@dataclass(frozen=True, slots=True)
class Field:
    """A column. ``kind`` is key, text, decimal, whole, flag, list, choice, or a section whose key is meant (``ref``)."""

    name: str
    kind: str = "text"
    required: bool = False
    most: int = 20_000
    choices: tuple[str, ...] = ()
    section: str = ""

    def read(self, given: object) -> Any:
        """The value in its exchanged form: text, whole number, true or false, list of texts, or None for nothing. Raises
        RowError."""
        if self.kind == "flag":
            return _flag(given)
        if self.kind == "list":
            return _list(given)
        text = _text(given)
        if len(text) > self.most:
            raise RowError("too_long", _("høyst %(longest)s tegn") % {"longest": self.most})
        if not text:
            if self.required:
                raise RowError("required", _("Cellen er tom."))
            return "" if self.kind in ("text", "choice") else None
        if self.kind in ("key", "ref") and not KEY.match(text):
            raise RowError("not_a_key", _("en nøkkel har bare bokstaver, tall, bindestrek og understrek"))
        if self.kind == "decimal":
            return decimal_text(decimal_in(text, minimum=Decimal(-(10**12))))
        if self.kind == "whole":
            if not text.isdecimal() or len(text) > 4:
                raise RowError("not_a_number", _("oppgi et helt tall"))
            return int(text)
        if self.kind == "choice" and text not in self.choices:
            raise RowError("unknown", _("oppgi en av disse: %(choices)s") % {"choices": ", ".join(self.choices)})
        return text

    def cell(self, value: Any) -> str:
        """The exchanged value as a workbook's cell."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, list):
            return _LIST_SEPARATOR.join(value)
        return str(value)


def _key(name: str = "key") -> Field:
    return Field(name, "key", required=True, most=60)


def _number(name: str, *, required: bool = False) -> Field:
    return Field(name, "decimal", required, most=40)


SECTIONS: Mapping[str, tuple[Field, ...]] = {
    "lots": (
        _key(),
        Field("title", required=True, most=200),
        Field("description"),
        _number("estimated_value"),
        _number("maximum_value"),
        Field("winners", "whole", required=True),
    ),
    "requirements": (
        _key(),
        Field("kind", "choice", True, choices=tuple(QualificationRequirement.Kind.values)),
        Field("title", required=True, most=200),
        Field("text"),
        Field("evidence"),
        Field("ground", most=60),
    ),
    "criteria": (
        _key(),
        Field("kind", "choice", True, choices=tuple(AwardCriterion.Kind.values)),
        Field("title", required=True, most=200),
        Field("text"),
        _number("weight", required=True),
        _number("weight_from"),
        _number("weight_to"),
        _number("max_value"),
        Field("environment", "flag"),
        _number("minimum_points"),
        Field("innovation", "flag"),
        Field("minimum"),
        Field("measured_by"),
    ),
    "questions": (
        _key(),
        Field("kind", "choice", True, choices=tuple(Question.Kind.values)),
        Field("text", required=True),
        Field("help"),
        Field("required", "flag"),
        Field("must", "flag"),
        Field("lot", "ref", most=60, section="lots"),
        Field("criterion", "ref", most=60, section="criteria"),
        Field("requirement", "ref", most=60, section="requirements"),
        Field("options", "list"),
        _number("minimum"),
        _number("maximum"),
        Field("unit", most=20),
    ),
    "price_lines": (
        Field("lot", "ref", True, most=60, section="lots"),
        _key(),
        Field("title", required=True, most=300),
        Field("unit", required=True, most=40),
        _number("quantity", required=True),
        _number("max_unit_price"),
    ),
}


def _text(given: object) -> str:
    if given is None:
        return ""
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise RowError("not_text", _("oppgi verdien som tekst"))
    text = str(given).strip()
    if any(ord(one) < 32 and one not in "\n\t\r" for one in text):
        raise RowError("control_character", _("verdien har tegn som ikke kan vises"))
    return text.replace("\r\n", "\n")


def _flag(given: object) -> bool:
    if isinstance(given, bool):
        return given
    text = _text(given).lower()
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise RowError("not_a_flag", _("oppgi true eller false"))


def _list(given: object) -> list[str]:
    if given is None:
        return []
    parts = given if isinstance(given, list) else str(given).split(_LIST_SEPARATOR)
    found = [_text(one) for one in parts]
    if any(len(one) > 200 for one in found):
        raise RowError("too_long", _("høyst %(longest)s tegn") % {"longest": 200})
    return [one for one in found if one]

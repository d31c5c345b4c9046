"""The plain ways of doing what catalogue intake does, for ``bench catalogue``: a tree, a stream, a save for each line."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

_NAMES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
_LINE = f"{{{_NAMES['cac']}}}CatalogueLine"
_ONCE = {
    "id": "cbc:ID", "action": "cbc:ActionCode", "unit": "cbc:OrderableUnit",
    "line_from": "cac:LineValidityPeriod/cbc:StartDate", "line_to": "cac:LineValidityPeriod/cbc:EndDate",
    "name": "cac:Item/cbc:Name", "description": "cac:Item/cbc:Description",
    "buyers": "cac:Item/cac:BuyersItemIdentification/cbc:ID", "sellers": "cac:Item/cac:SellersItemIdentification/cbc:ID",
    "gtin": "cac:Item/cac:StandardItemIdentification/cbc:ID", "vat": "cac:Item/cac:ClassifiedTaxCategory/cbc:Percent",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlainLine:
    """A catalogue line as an object: what stands once in it, and what may be repeated."""

    once: dict[str, str | None]
    prices: list[tuple[str | None, str | None, str | None, str | None]]
    properties: list[tuple[str | None, str | None]]
    classes: list[tuple[str | None, str | None]]
    labels: list[str | None]


def by_tree(path: Path) -> list[PlainLine]:
    """The whole file as a tree, then an XPath for each field of each line."""
    from lxml import etree

    tree = etree.parse(path, etree.XMLParser(huge_tree=True, resolve_entities=False))
    return [_plain(line, _xpath) for line in tree.getroot().iterfind(_LINE)]


def by_iterparse(path: Path) -> list[PlainLine]:
    """A line's tree at a time, let go of when it has been read."""
    from lxml import etree

    lines = []
    for _event, line in etree.iterparse(path, tag=_LINE, resolve_entities=False, huge_tree=True):
        lines.append(_plain(line, _find))
        line.clear()
        while line.getprevious() is not None:
            del line.getparent()[0]
    return lines


def _xpath(element: Any, path: str) -> list[Any]:
    found: list[Any] = element.xpath(path, namespaces=_NAMES)
    return found


def _find(element: Any, path: str) -> list[Any]:
    found: list[Any] = element.findall(path, _NAMES)
    return found


def _plain(line: Any, find: Any) -> PlainLine:
    def text(element: Any, path: str) -> str | None:
        found = find(element, path)
        return (found[0].text or "").strip() if found else None

    prices = []
    for at in find(line, "cac:RequiredItemLocationQuantity"):
        for amount in find(at, "cac:Price/cbc:PriceAmount"):
            price = ((amount.text or "").strip(), amount.get("currencyID"))
            prices.append((*price, text(at, "cac:Price/cbc:BaseQuantity"), text(at, "cbc:MinimumQuantity")))
    codes = find(line, "cac:Item/cac:CommodityClassification/cbc:ItemClassificationCode")
    return PlainLine(
        {name: text(line, path) for name, path in _ONCE.items()},
        prices,
        [(text(at, "cbc:Name"), text(at, "cbc:Value")) for at in find(line, "cac:Item/cac:AdditionalItemProperty")],
        [((code.text or "").strip(), code.get("listID")) for code in codes],
        [text(at, "cbc:CertificateTypeCode") for at in find(line, "cac:Item/cac:Certificate")],
    )


class Sums:
    """Rows, nulls and a checksum for each column, whatever the order of the rows."""

    def __init__(self) -> None:
        self.columns: dict[str, list[int]] = {}

    def add(self, column: str, values: Iterable[str | None]) -> None:
        """Count some values of a column."""
        rows, nulls, total = self.columns.setdefault(column, [0, 0, 0])
        for value in values:
            rows += 1
            if value is None:
                nulls += 1
            else:
                total += zlib.crc32(value.encode())
        self.columns[column] = [rows, nulls, total]


def sums_of(lines: Iterable[PlainLine]) -> dict[str, list[int]]:
    """The sums of plain lines."""
    sums, kept = Sums(), list(lines)
    for name in _ONCE:
        sums.add(name, (line.once[name] for line in kept))
    several = {
        "prices": ("amount", "currency", "base", "least"),
        "properties": ("property", "value"),
        "classes": ("code", "list"),
    }
    for kind, names in several.items():
        for at, name in enumerate(names):
            sums.add(name, (one[at] for line in kept for one in getattr(line, kind)))
    sums.add("label", (label for line in kept for label in line.labels))
    return sums.columns


def save_each(lines: Iterable[PlainLine], lot: Any, supplier: Any, category: str, day: Any) -> int:
    """Each line by ``update_or_create``, its item and then its price. Returns how many."""
    from fellestorg.catalogues.models import Item, PriceLine

    count = 0
    for line in lines:
        values = dict(_values(line))
        item, _made = Item.objects.update_or_create(
            lot=lot,
            number=line.once["sellers"],
            defaults={
                **dict.fromkeys(("name_nb", "name_nn", "name_en"), line.once["name"]),
                "description": line.once["description"] or "",
                "category": category,
                "unit": line.once["unit"] or "",
                "cpv": next(code for code, kind in line.classes if kind == "STI") or "",
                "standard_assortment": False,
                "used": values.pop("used"),
            },
        )
        PriceLine.objects.update_or_create(item=item, supplier=supplier, valid_from=day, defaults=values)
        count += 1
    return count


def _values(line: PlainLine) -> Iterator[tuple[str, Any]]:
    properties = dict(line.properties)
    first, *tiers = sorted((Decimal(least or 0), amount or "") for amount, _currency, _base, least in line.prices)
    co2e, until = properties.pop("EmissionFactor", None), properties.pop("SecurityUpdatesUntil", None)
    yield "used", properties.pop("Used", "") == "true"
    yield "supplier_number", line.once["sellers"]
    yield "product_name", line.once["name"]
    yield "model", "fixed"
    yield "unit_price", Decimal(first[1])
    yield "tiers", [{"from": str(start), "unit_price": _short(price)} for start, price in tiers]
    yield "vat_rate", Decimal(line.once["vat"] or "25") / 100
    yield "co2e_kg", None if co2e is None else Decimal(co2e)
    yield "ecolabel", "Svanemerket" if "NEO" in line.labels else ""
    yield "gtin", line.once["gtin"]
    yield "energy_class", properties.pop("EnergyClass", "") or ""
    yield "visual_grade", properties.pop("VisualGrade", "") or ""
    yield "erasure_proof", properties.pop("ErasureProof", "") or ""
    yield "updates_until", until
    (unspsc,) = (code for code, kind in line.classes if kind == "TST")
    yield "properties", {**properties, "UNSPSC": unspsc}


def _short(price: str) -> str:
    return price.rstrip("0").rstrip(".") if "." in price else price

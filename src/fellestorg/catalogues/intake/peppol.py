"""Peppol Catalogue 3 (UBL Catalogue, transaction T19) as columns of text.

The file is scanned once for what must not be in it, then read once by xml2arrow in batches, so that neither the file
nor a tree of it is ever held. Each child of a line comes as a sparse row; a column is the values of one path, and a
value given twice in a line is found by counting, never lost (what a wrong table shape would do silently).
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from fellestorg.values import BadInput, Problem

if TYPE_CHECKING:
    import polars as pl

CUSTOMIZATION = "urn:fdc:peppol.eu:poacc:trns:catalogue:3"
_ROOT = "urn:oasis:names:specification:ubl:schema:xsd:Catalogue-2"
_PARTS = (
    "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
)
_HEADER = {
    "customization": "CustomizationID",
    "action": "ActionCode",
    "contract": "ReferencedContract/ID",
    "start": "ValidityPeriod/StartDate",
}
_ACTIONS = ("Add", "Update", "Delete", "Replace")
_LINE = {
    "id": "ID",
    "action": "ActionCode",
    "unit": "OrderableUnit",
    "line_from": "LineValidityPeriod/StartDate",
    "line_to": "LineValidityPeriod/EndDate",
}
_PRICE = {
    "amount": "RequiredItemLocationQuantity/Price/PriceAmount",
    "currency": "RequiredItemLocationQuantity/Price/PriceAmount/@currencyID",
    "base": "RequiredItemLocationQuantity/Price/BaseQuantity",
    "least": "RequiredItemLocationQuantity/MinimumQuantity",
}
_ITEM = {
    "name": "Name",
    "description": "Description",
    "buyers": "BuyersItemIdentification/ID",
    "sellers": "SellersItemIdentification/ID",
    "gtin": "StandardItemIdentification/ID",
    "vat": "ClassifiedTaxCategory/Percent",
}
_PROPERTY = {"property": "AdditionalItemProperty/Name", "value": "AdditionalItemProperty/Value"}
_CLASS = {
    "code": "CommodityClassification/ItemClassificationCode",
    "list": "CommodityClassification/ItemClassificationCode/@listID",
}
_LABEL = {"label": "Certificate/CertificateTypeCode"}
_TOGETHER = {"amount": tuple(_PRICE), "property": tuple(_PROPERTY), "code": tuple(_CLASS)}
_DECLARED = re.compile(rb"""xmlns(?::([\w.\-]+))?\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._\-]+)["']""")
_ROOT_TAG = re.compile(rb"<(?:([\w.\-]+):)?([\w.\-]+)[\s>/]")
# What may stand between elements, and what ends it.
_PASSED = ((b"<![CDATA[", b"]]>"), (b"<!--", b"-->"), (b"<?", b"?>"))
_AFTER = re.compile(rb"(?:\s|<!--(?:(?!-->).)*-->)+\Z", re.DOTALL)
_ROWS_A_BATCH = 1 << 14
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some consecutive lines of a catalogue as columns of text. ``line`` in every frame counts the file's from 1.

    ``lines`` has a row a line: what stands once in it; ``prices``, ``properties``, ``classes`` and ``labels`` have as
    many as the line has.
    """

    lines: pl.DataFrame
    prices: pl.DataFrame
    properties: pl.DataFrame
    classes: pl.DataFrame
    labels: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Header:
    """What a catalogue says of itself: its action (``Replace`` where it says none), contract and first day, as written."""

    action: str
    contract: str
    start: str


@contextmanager
def open_catalogue(path: Path, *, lines_a_stretch: int = 6_000) -> Iterator[tuple[Header, Iterator[Stretch]]]:
    """A catalogue file: its header, and its lines in stretches, read as they are asked for.

    Raises BadInput where it is no well-formed Peppol Catalogue 3 or holds what it must not: a document type, entities,
    other namespaces, elements given twice in a line, other text than UTF-8 or Latin-1. Only what is not well-formed
    further in comes while stretches are asked for; the rest is found before the first.
    """
    with _as_utf8(path) as clean:
        _scan(clean)
        yield _header(clean), _stretches(clean, lines_a_stretch)


class _Gathering:
    """Columns of text that grow batch by batch, and are handed out up to a line."""

    def __init__(self) -> None:
        # What may stand once in a line is a column of its own; what may be repeated comes together with its like.
        self.groups = {**{name: (name,) for name in (*_LINE, *_ITEM, *_LABEL)}, **_TOGETHER}
        self.parts: dict[str, list[Any]] = {name: [] for name in self.groups}
        self.rest: dict[str, pl.DataFrame] = {}
        self.seen: list[pl.Series] = []

    def add(self, batch: Any) -> None:
        import polars as pl

        names = set(batch.schema.names)
        self.seen.append(pl.Series("line", batch.column("<line>").unique()))
        for first, group in self.groups.items():
            # Filtering in Arrow copies what is kept; a view of it would hold the whole batch in memory.
            if first in names and batch.column(first).null_count < batch.num_rows:
                self.parts[first].append(batch.select(["<line>", *group]).filter(batch.column(first).is_valid()))

    def take(self, below: int | None, first_line: int) -> Stretch:
        """Everything of lines ``below`` one (all there is, without), which is then let go of."""
        import polars as pl

        numbers = pl.concat(self.seen).unique().sort()
        self.seen = [numbers.filter(numbers >= below)] if below is not None else []
        numbers = numbers if below is None else numbers.filter(numbers < below)
        lines = pl.DataFrame({"line": numbers})
        problems: list[Problem] = []
        taken = {name: self._taken(name, below) for name in self.groups}
        for name, where in {**_LINE, **_ITEM}.items():
            column = taken[name]
            at = column.get_column("line")
            if at.n_unique() < column.height:
                problems.append(_twice(at.filter(at.is_duplicated())[0] - first_line + 1, where))
            elif column.height == lines.height:
                lines = lines.with_columns(column.get_column(name))
            else:
                lines = lines.join(column, on="line", how="left", maintain_order="left")
        BadInput.raise_if(problems)
        counted = pl.col("line") - first_line + 1
        several = (taken[first].with_columns(counted) for first in (*_TOGETHER, *_LABEL))
        return Stretch(lines.with_columns(counted), *several)

    def _taken(self, name: str, below: int | None) -> pl.DataFrame:
        import polars as pl
        import pyarrow as pa

        group, parts, before = self.groups[name], self.parts[name], self.rest.get(name)
        whole = (
            pl.DataFrame(schema={"line": pl.UInt32, **dict.fromkeys(group, pl.String)}) if before is None else before
        )
        if parts:
            read: Any = pl.from_arrow(pa.Table.from_batches(parts).rename_columns(["line", *group]))
            whole = pl.concat([whole, read.with_columns(pl.col(pl.String).str.strip_chars())])
            self.parts[name] = []
        if below is None:
            return whole
        self.rest[name] = whole.filter(pl.col("line") >= below)
        return whole.filter(pl.col("line") < below)


def _stretches(path: Path, lines_a_stretch: int) -> Iterator[Stretch]:
    gathering = _Gathering()
    reached: dict[str, int] = {}
    begun = first_line = -1
    for table, batch in _batches(path):
        if first_line < 0:
            begun = first_line = batch.column("<line>")[0].as_py()
        gathering.add(batch)
        reached[table] = batch.column("<line>")[batch.num_rows - 1].as_py()
        # A line is whole once both tables are past it.
        whole = min(reached.values()) if len(reached) > 1 else begun
        if whole - begun >= lines_a_stretch:
            yield gathering.take(whole, first_line)
            begun = whole
    if first_line < 0:
        raise BadInput.of("", "no_lines", _("katalogen har ingen linjer"))
    yield gathering.take(None, first_line)


def _twice(line: int, path: str) -> Problem:
    text = _("linje %(line)s i katalogen har %(path)s mer enn én gang") % {"line": line, "path": path}
    return Problem(f"CatalogueLine[{line}]", "element_twice", text)


def _batches(path: Path) -> Iterator[tuple[str, Any]]:
    import xml2arrow

    try:
        yield from _parser().parse_batches(str(path), max_rows_per_batch=_ROWS_A_BATCH)
    except xml2arrow.Xml2ArrowError as error:
        raise _broken(error) from None


def _header(path: Path) -> Header:
    """What the document says of itself; reading stops at the first line."""
    from lxml import etree

    cac, cbc = ("{" + name + "}" for name in _PARTS)
    header: dict[str, str] = {}
    try:
        with path.open("rb") as file:
            parser = etree.iterparse(file, events=("start",), resolve_entities=False, no_network=True, load_dtd=False)
            _event, root = next(parser)
            for _event, element in parser:
                if element.tag == f"{cac}CatalogueLine":
                    break
            for name, where in _HEADER.items():
                above, _slash, last = where.rpartition("/")
                found = root.findtext((f"{cac}{above}/" if above else "") + cbc + last)
                header[name] = (found or "").strip()
    except etree.XMLSyntaxError as error:
        raise _broken(error) from None
    if header["customization"] != CUSTOMIZATION:
        found = header["customization"][:120]
        text = _("ventet CustomizationID %(wanted)s – fant «%(found)s»") % {"wanted": CUSTOMIZATION, "found": found}
        raise BadInput.of("CustomizationID", "other_document", text)
    if header["action"] not in ("", *_ACTIONS):
        text = _("ukjent ActionCode «%(found)s»") % {"found": header["action"][:40]}
        raise BadInput.of("ActionCode", "unknown_action", text)
    return Header(header["action"] or "Replace", header["contract"][:200], header["start"])


_PARSERS: list[Any] = []


def _parser() -> Any:
    """The reader of lines, made once: its description is compiled when it is made."""
    import xml2arrow

    if not _PARSERS:
        line, item = "/Catalogue/CatalogueLine", "/Catalogue/CatalogueLine/Item"
        text = (
            "parser_options: {trim_text: false}\ntables:\n"
            + _table("lines", "/Catalogue", ["line"], {})
            + _table("children", line, ["line", "child"], {**_LINE, **_PRICE})
            + _table("items", item, ["line", "item", "child"], {**_ITEM, **_PROPERTY, **_CLASS, **_LABEL})
        )
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(text)
            file.flush()
            _PARSERS.append(xml2arrow.XmlToArrowParser(file.name))
    return _PARSERS[0]


def _table(name: str, path: str, levels: list[str], fields: dict[str, str]) -> str:
    columns = "".join(
        f"      - {{name: {field}, xml_path: {path}/{where}, data_type: Utf8, nullable: true}}\n"
        for field, where in fields.items()
    )
    listed = f"    fields:\n{columns}" if fields else "    fields: []\n"
    return f"  - name: {name}\n    xml_path: {path}\n    levels: [{', '.join(levels)}]\n{listed}"


@contextmanager
def _as_utf8(path: Path) -> Iterator[Path]:
    """The file itself where it is UTF-8, else a copy of it in UTF-8 that is gone afterwards."""
    with path.open("rb") as file:
        start = file.read(400)
    if start.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00", b"\x3c\x00", b"\x00\x3c")):
        raise _encoding("UTF-16")
    named = _ENCODING.search(start)
    encoding = named[1].decode().lower() if named else "utf-8"
    if encoding in ("utf-8", "utf8", "us-ascii", "ascii"):
        yield path
        return
    if encoding not in ("iso-8859-1", "latin-1", "windows-1252", "cp1252"):
        raise _encoding(encoding)
    codec = "cp1252" if "125" in encoding else "latin-1"
    with tempfile.NamedTemporaryFile(suffix=".xml") as copy:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                copy.write(block.decode(codec, "replace").encode())
        copy.flush()
        yield Path(copy.name)


def _scan(path: Path) -> None:
    """Refuse what no catalogue holds, before anything is read from it.

    Every element must carry a prefix that means one of UBL's namespaces in this file, whatever it is called; so a
    document type, a foreign element and an undeclared prefix are all found in one sweep over the bytes.
    """
    meaning: dict[bytes, str] = {}
    pattern: re.Pattern[bytes] | None = None
    begins: list[int] | None = None
    rest, ending, root, last = b"", b"", b"", b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            # A tag is looked at whole: what follows the last "<" waits for the next block.
            block = rest + block if rest else block
            whole = max(block.rfind(b"<"), 0)
            if not root:
                root = _root(block)
            if _learn(block, meaning) or pattern is None:
                pattern, begins = _odd(meaning, root), _begins(meaning)
            if ending or begins is None or not _all_begin(block, whole, begins):
                ending = _sweep(block, whole or len(block), pattern, ending)
            rest = block[whole:] if whole else b""
            last = (last + block[max(whole - 4096, 0) : whole or None])[-4096:]
            if len(rest) > _BLOCK:
                raise BadInput.of("", "not_xml", _("fila er ikke gyldig XML: %(why)s") % {"why": "<"})
    closing = root.replace(b"<", b"</") + b">"
    if not _AFTER.sub(b"", last + rest).endswith(closing):
        raise BadInput.of("", "truncated", _("fila slutter før katalogen er ferdig"))


def _root(start: bytes) -> bytes:
    """The opening of the root element, ``<Catalogue`` or ``<p:Catalogue``."""
    found = _ROOT_TAG.search(start)
    if found is None or found[2] != b"Catalogue":
        _refuse_doctype(start[:20_000])
        raise BadInput.of("", "other_document", _("fila er ikke en UBL-katalog (Catalogue)"))
    meaning: dict[bytes, str] = {}
    _learn(start[: start.find(b">", found.end())], meaning)
    if meaning.get(found[1] or b"") != _ROOT:
        raise BadInput.of("", "other_document", _("fila er ikke en UBL-katalog (Catalogue)"))
    return b"<" + (found[1] + b":" if found[1] else b"") + found[2]


def _learn(block: bytes, meaning: dict[bytes, str]) -> bool:
    """Add the namespace prefixes that a block declares; whether there were new ones."""
    before = len(meaning)
    at = block.find(b"xmlns")
    while at >= 0:
        if one := _DECLARED.match(block, at):
            prefix, name = one[1] or b"", (one[2] or one[3] or b"").decode("utf-8", "replace")
            # The name without a prefix may change on the way, between UBL's own.
            known = meaning.setdefault(prefix, name)
            if known != name and (prefix or name not in (_ROOT, *_PARTS)):
                raise _foreign(f"xmlns:{prefix.decode('ascii', 'replace')}={name[:60]}")
            if not prefix and name in _PARTS:
                meaning[b""] = name
        at = block.find(b"xmlns", at + 5)
    return len(meaning) > before


def _begins(meaning: dict[bytes, str]) -> list[int] | None:
    """What elements begin with, as numbers of four bytes; None where not all have a prefix of three letters."""
    prefixes = [prefix for prefix, name in meaning.items() if name in _PARTS]
    usual = prefixes and all(len(prefix) == 3 for prefix in prefixes)
    return [int.from_bytes(prefix + b":", "little") for prefix in prefixes] if usual else None


def _all_begin(block: bytes, end: int, begins: list[int]) -> bool:
    """Whether every tag before ``end`` closes an element or opens one that begins so: a quick look at all tags at once.
    Where it says no, :func:`_sweep` looks at each."""
    import numpy as np

    letters = np.frombuffer(block, dtype=np.uint8)
    at = np.flatnonzero(letters[:end] == ord("<"))
    if not len(at) or at[-1] + 6 > len(block):
        return False
    at = at[letters[at + 1] != ord("/")]
    first = letters[at + 5] & 0xDF  # the bit that tells capitals from small letters put out
    prefix = np.ndarray((len(block) - 4,), dtype="<u4", buffer=block, offset=1, strides=(1,))[at]
    known = np.zeros(len(at), dtype=np.bool_)
    for begin in begins:
        known |= prefix == begin
    return bool((known & (first >= ord("A")) & (first <= ord("Z"))).all())


def _odd(meaning: dict[bytes, str], root: bytes) -> re.Pattern[bytes]:
    """What finds everything that begins as an element of the catalogue does not."""
    begins = [
        re.escape(prefix) + b":[A-Za-z]" for prefix, name in meaning.items() if prefix and name in (_ROOT, *_PARTS)
    ]
    if meaning.get(b"") in _PARTS:
        begins.append(rb"[A-Za-z]\w*[\s>/]")
    begins.append(re.escape(root[1:]) + rb"[\s>]")
    return re.compile(rb"<(?!/|" + b"|".join(begins) + rb")[^<>]{0,60}")


def _sweep(block: bytes, end: int, pattern: re.Pattern[bytes], ending: bytes) -> bytes:
    """Look through a block up to ``end``. ``ending`` is what closes a comment or the like that the block before left open,
    or empty; the same is returned for the next."""
    at = 0
    while True:
        if ending:
            at = block.find(ending, at, end)
            if at < 0:
                return ending
            ending = b""
        odd = pattern.search(block, at, end)
        if odd is None:
            return b""
        at = odd.start()
        ending = next((end for start, end in _PASSED if block.startswith(start, at)), b"")
        if not ending:
            _refuse_doctype(odd.group().upper())
            raise _foreign(odd.group()[:40].decode("utf-8", "replace"))


def _refuse_doctype(start: bytes) -> None:
    if b"<!DOCTYPE" in start.upper() or b"<!ENTITY" in start.upper():
        raise BadInput.of("", "doctype", _("fila har DOCTYPE eller entiteter; det tar vi ikke imot"))


def _foreign(what: str) -> BadInput:
    text = _("fila har noe fra et annet navnerom enn UBL-katalogens: %(what)s") % {"what": what}
    return BadInput.of("", "namespace", text)


def _encoding(name: str) -> BadInput:
    return BadInput.of("", "encoding", _("lagre fila som UTF-8, ikke %(name)s") % {"name": name})


def _broken(error: Exception) -> BadInput:
    return BadInput.of("", "not_xml", _("fila er ikke gyldig XML: %(why)s") % {"why": str(error)[:200]})

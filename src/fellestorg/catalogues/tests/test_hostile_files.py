"""Files that mean harm, or are merely broken: refused whole, with words; other spellings of the same catalogue are read."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fellestorg.bench.catalogue_file import write_catalogue
from fellestorg.catalogues.intake import peppol
from fellestorg.catalogues.intake.faults import Faults
from fellestorg.catalogues.intake.taking import open_price_file, read
from fellestorg.catalogues.intake.words import alike
from fellestorg.kernel.workbooks import workbook_of
from fellestorg.values import BadInput

CBC = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("catalogue") / "small.xml"
    write_catalogue(path, 20, 3)
    return path.read_text(encoding="utf-8")


def taken(content: str | bytes, folder: Path) -> tuple[list[dict[str, object]], Faults]:
    """The lines of a file as intake reads them, and what is wrong with them."""
    path = folder / "file"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    faults, lines = Faults(), []
    with open_price_file(path) as file:
        for stretch in read(file, faults):
            lines += stretch.lines.to_dicts()
    return lines, faults


def renamed(text: str, *pairs: tuple[str, str]) -> str:
    for old, new in pairs:
        text = text.replace(old, new)
    return text


def test_a_catalogue_says_what_the_generator_wrote(catalogue: str, tmp_path: Path) -> None:
    lines, faults = taken(catalogue, tmp_path)
    assert (len(lines), faults.count) == (20, 0)
    assert [line["row"] for line in lines] == list(range(1, 21))
    assert "&" in str(lines[0]["description"]) and "<2023>" in str(lines[0]["description"])
    tiered = [line for line in lines if line["tiers"] != "[]"]
    assert tiered and all('"from": "20"' in str(line["tiers"]) for line in tiered)
    used = [line for line in lines if line["used"]]
    assert all(line["updates_until"] == date(2027, 6, 30) for line in used)
    assert {line["ecolabel"] for line in lines} == {"", "Svanemerket"}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: renamed(text, ("cac:", "a:"), ("xmlns:cac", "xmlns:a"), ("cbc:", "x-1:"), ("xmlns:cbc", "xmlns:x-1")),
        lambda text: renamed(text, ("<Catalogue ", "<u:Catalogue "), ("</Cat", "</u:Cat"), ("xmlns=", "xmlns:u=")),
        lambda text: text.replace(' encoding="UTF-8"', ' encoding="ISO-8859-1"').encode("latin-1"),
        lambda text: text.replace("<cac:CatalogueLine>", "<!-- <evil:x> --><cac:CatalogueLine>", 3) + "<!-- the end -->\n",
        lambda text: re.sub(r"<cbc:Name>(B[^<]*)</cbc:Name>", r"<cbc:Name><![CDATA[\1]]></cbc:Name>", text),
        lambda text: "\ufeff" + text,
    ],
)  # fmt: skip
def test_other_spellings_of_the_same_catalogue_are_the_same(change, catalogue: str, tmp_path: Path) -> None:
    assert taken(change(catalogue), tmp_path)[0] == taken(catalogue, tmp_path)[0]


BOMB = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda text: text.replace("<Catalogue", BOMB + "<Catalogue", 1), "doctype"),
        (lambda text: text.replace("<Catalogue", OUTSIDE + "<Catalogue", 1), "doctype"),
        (lambda text: text.replace("<Catalogue", "<!doctype x><Catalogue", 1), "doctype"),
        (lambda text: text.replace("Bærbar", "&unknown;", 1).replace("Skjerm", "&unknown;", 1), "not_xml"),
        (lambda text: text[: len(text) // 2], "truncated"),
        (lambda text: text[: len(text) // 2] + "</Catalogue>", "not_xml"),
        (lambda text: text.replace("Catalogue ", "Order ", 1).replace("</Catalogue>", "</Order>"), "other_document"),
        (lambda text: text.replace("trns:catalogue:3", "trns:punch_out:3"), "other_document"),
        (lambda text: text.replace("<cbc:ActionCode>Add", "<cbc:ActionCode>Burn", 1), "unknown_action"),
        (lambda text: text.replace(CBC, "urn:other"), "namespace"),
        (lambda text: text.replace("xsd:Catalogue-2", "xsd:Catalogue-9"), "other_document"),
        (lambda text: text.replace("<cac:Item>", '<evil:x xmlns:evil="urn:evil"/><cac:Item>', 1), "namespace"),
        (lambda text: text.replace("<cac:Item>", '<cac:Item xmlns:cac="urn:evil">', 1), "namespace"),
        (lambda text: text.replace("cbc:Percent>", "nope:Percent>"), "namespace"),
        (lambda text: text.replace("<cbc:Name>", "<cbc:Name>x</cbc:Name><cbc:Name>", 2), "element_twice"),
        (lambda text: text.replace("UTF-8", "UTF-16", 1), "encoding"),
        (lambda text: text.encode("utf-16"), "encoding"),
        (lambda text: text[: text.index("<cac:CatalogueLine>")] + "</Catalogue>", "no_lines"),
        (lambda _text: "<a>" * 100_000, "other_document"),
        (lambda _text: "", "empty_file"),
    ],
)  # fmt: skip
def test_what_is_no_catalogue_is_refused(change, code: str, catalogue: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        taken(change(catalogue), tmp_path)
    assert refused.value.problems[0].code == code


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        (lambda text: re.sub(r"\"NOK\">[\d.]+", '"NOK">1e999', text, count=1), "unit_price", "not_a_decimal"),
        (lambda text: re.sub(r"\"NOK\">[\d.]+", '"NOK">NaN', text, count=1), "unit_price", "not_a_decimal"),
        (lambda text: re.sub(r"\"NOK\">[\d.]+", '"NOK">-5', text, count=1), "unit_price", "too_small"),
        (lambda text: text.replace('"NOK"', '"EUR"', 1), "unit_price", "not_nok"),
        (lambda text: re.sub(r"<cbc:ID>S-\d+", "<cbc:ID>" + "9" * 5000, text, count=1), "item", "too_long"),
        (lambda text: re.sub(r"<cbc:Percent>25", "<cbc:Percent>2500", text, count=1), "vat_rate", "not_a_rate"),
    ],
)  # fmt: skip
def test_values_that_cannot_be_are_told_by_line_and_column(
    change, field: str, code: str, catalogue: str, tmp_path: Path
) -> None:
    _lines, faults = taken(change(catalogue), tmp_path)
    assert (field, code) in {(one.field, one.code) for one in faults.told} and {one.row for one in faults.told} == {1}


def test_deep_nesting_is_read_past_or_refused(catalogue: str, tmp_path: Path) -> None:
    deep = "<cac:Dimension>" * 20_000 + "</cac:Dimension>" * 20_000
    try:
        lines, _faults = taken(catalogue.replace("<cac:Item>", "<cac:Item>" + deep, 1), tmp_path)
    except BadInput:
        return
    assert len(lines) == 20


def lying(content: bytes) -> bytes:
    """A workbook with a sheet that unpacks to a hundred times what the directory says."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.infolist():
            data = old.read(one)
            new.writestr(one.filename, data + b" " * 5_000_000 if "sheet1" in one.filename else data)
    whole = bytearray(made.getvalue())
    name = b"xl/worksheets/sheet1.xml"
    at = whole.rindex(name) - 46  # its entry in the directory
    whole[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    return bytes(whole)


def test_a_workbook_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    honest = workbook_of("priser", ["varenummer", "pris"], [["A", "12,50"]])
    assert taken(honest, tmp_path)[0][0]["unit_price"] == 125_000
    for content, code in ((lying(honest), "zip_bomb"), (honest[: len(honest) // 2], "not_a_workbook")):
        with pytest.raises(BadInput) as refused:
            taken(content, tmp_path)
        assert refused.value.problems[0].code == code


@pytest.mark.parametrize("mark", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_csv_as_people_save_it(mark: str, encoding: str, tmp_path: Path) -> None:
    text = (
        mark.join(("varenummer", "produktnavn", "pris"))
        + "\r\n"
        + mark.join(("A-1", "Blå penn", '"1 234,50"'))
        + "\r\n"
    )
    (line,), faults = taken(text.encode(encoding), tmp_path)
    assert (line["product_name"], line["unit_price"], faults.count) == ("Blå penn", 12_345_000, 0)


def test_faults_are_all_counted_and_the_first_thousand_told(tmp_path: Path) -> None:
    rows = "".join(f"V-{number};x\n" for number in range(2500))
    _lines, faults = taken("item;unit_price\n" + rows, tmp_path)
    assert (faults.count, len(faults.told)) == (2500, 1000)


def test_a_single_fault_is_told_among_thousands_of_another_kind(tmp_path: Path) -> None:
    rows = "".join(f"V-{number};1;{'kanskje' if number == 1999 else '25,0'}\n" for number in range(2000))
    _lines, faults = taken("item;unit_price;mva\n" + rows + 'V-1;1;25 %;for mye\nV-2;1;"25 %\x01"\n', tmp_path)
    assert faults.count >= 2002
    assert {"too_many_cells", "not_text"} <= {one.code for one in faults.told}
    first, *others = alike(faults.told, all_told=False)
    assert (first.column, first.lines) == ("mva", "2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 og flere")
    assert len(others) < 5


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_mutated_file_is_read_or_refused_and_nothing_else(
    data: st.DataObject, catalogue: str, tmp_path: Path
) -> None:
    content = bytearray(catalogue[:6000].encode() + b"</Catalogue>" if data.draw(st.booleans()) else catalogue.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        some = data.draw(
            st.sampled_from([b"<", b">", b"&", b"\x00", b"</", b"<!--", b"]]>", b"\xff", b'"', b"cac:", b"1e999", b""])
        )
        content[at : at + data.draw(st.integers(0, 30))] = some
    try:
        taken(bytes(content), tmp_path)
    except BadInput as refused:
        assert refused.problems[0].text


PIECES = (
    b"<cac:Item>",
    b"</cac:Item>",
    b"<cbc:",
    b"<cbc:1>",
    b"<cac:>",
    b"<cat:",
    b"<",
    b"<!--",
    b"<?x",
    b"</",
    b"a > b ",
    b"Z",
)


@given(pieces=st.lists(st.sampled_from(PIECES), max_size=9))
def test_the_quick_look_at_tags_lets_nothing_by_that_the_slow_one_stops(pieces: list[bytes]) -> None:
    block = b"".join(pieces)
    meaning = dict.fromkeys((b"cac", b"cbc"), CBC)
    begins, end = peppol._begins(meaning), max(block.rfind(b"<"), 0)
    assert begins is not None
    odd = peppol._odd(meaning, b"<Catalogue").search(block, 0, end)
    assert odd is None or not peppol._all_begin(block, end, begins)
    whole = b"<cac:Item>text</cac:Item><cbc:ID>" + b"</cbc:ID> "
    assert peppol._all_begin(whole, len(whole), begins), "the usual file takes the quick way"


def test_prefixes_of_another_length_are_looked_at_slowly() -> None:
    assert peppol._begins({b"a": CBC, b"cbc": CBC}) is None
    assert peppol._begins({b"": CBC}) is None

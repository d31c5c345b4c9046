"""The pages about price indexes: what would change is shown before anything is written, and where it is from after."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fellestorg.agreements.tests.test_manage_pages import client
from fellestorg.catalogues.models import IndexValue
from fellestorg.catalogues.tests.test_index_import import SSB
from fellestorg.kernel.models import Event
from fellestorg.kernel.workbooks import workbook_of

pytestmark = pytest.mark.usefixtures("demo")
PAGE = "/indekser/les-inn"


def send(visitor: Client, content: bytes | str, **more: Any) -> Any:
    data = content.encode() if isinstance(content, str) else content
    form = {
        "file": SimpleUploadedFile("kpi.csv", data),
        "series": "",
        "source": "SSB 03013, hentet 1. november",
        **more,
    }
    return visitor.post(PAGE, form)


def confirm(visitor: Client, shown: Any) -> Any:
    carried = shown.context["carried"]
    return visitor.post(PAGE, {name: carried[name].value() for name in ("content", "series", "source")})


def test_a_file_is_previewed_and_then_brought_in_with_who_when_and_from_where() -> None:
    admin = client("si-admin")
    shown = send(admin, SSB)
    assert shown.status_code == 200 and not IndexValue.objects.exists()
    assert [(one.month, one.before, one.after) for one, _name in shown.context["months"]] == [
        (date(2022, 12, 1), None, Decimal("125.0")),
        (date(2023, 9, 1), None, Decimal("130.0")),
    ]
    assert shown.context["replaces"], "the values that come with the product are used no more"
    answer = confirm(admin, shown)
    assert (answer.status_code, answer["Location"]) == (302, "/indekser/KPI")
    assert IndexValue.objects.count() == 2

    again = send(admin, SSB.replace("130,0", "130,4"))
    assert [(one.before, one.after) for one, _name in again.context["months"]] == [(Decimal("130"), Decimal("130.4"))]
    assert not again.context["replaces"]
    assert confirm(admin, again).status_code == 302
    text = admin.get("/indekser/KPI").content.decode()
    assert "130,0 → 130,4" in text and "SSB 03013, hentet 1. november" in text
    who = Event.objects.filter(verb="index_imported").latest("id").actor_name
    assert who in text
    assert not send(admin, SSB.replace("130,0", "130,4")).context["months"], "nothing is new"


def test_the_series_is_there_as_csv_and_json_and_names_its_importer_only_to_those_who_may_see() -> None:
    admin = client("si-admin")
    confirm(admin, send(admin, SSB))
    found = admin.get("/indekser/KPI.json").json()
    assert (found["verified"], found["imported"]) == (True, True)
    assert [one["month"] for one in found["values"]] == ["2023-09-01", "2022-12-01"]
    assert (
        found["values"][0]["imported_by"]
        and not client("innkjoper").get("/indekser/KPI.json").json()["values"][0]["imported_by"]
    )
    rows = client("innkjoper").get("/indekser/KPI.csv").content.decode("utf-8-sig").splitlines()
    assert rows[0] == "month;value;published;source;imported_at;imported_by"
    assert rows[1].startswith("2023-09-01;130;1;SSB 03013")


def test_what_comes_with_the_product_is_shown_as_not_verified_and_no_month_lies_ahead() -> None:
    visitor = client("innkjoper")
    assert "ikke verifisert" in visitor.get("/indekser").content.decode()
    assert "ikke verifisert" in visitor.get("/indekser/KPI").content.decode()
    values = visitor.get("/indekser/KPI.json").json()["values"]
    assert [one["month"] for one in values[:3]] == ["2023-11-01", "2023-10-01", "2023-09-01"]
    assert [one["published"] for one in values[:3]] == [False, False, True]
    assert visitor.get("/indekser/finnes-ikke").status_code == 404


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (SSB.replace("125,0", "mye"), "Linje"),
        (SSB.replace("2022M12", "2024M12"), "fram i tid"),
        ("navn;tall\r\nKPI;1\r\n", "måned"),
        (b"\x00\x01\x02", "Fil"),
    ],
    ids=["value", "future", "columns", "bytes"],
)
def test_a_file_with_something_wrong_is_answered_by_row_and_nothing_is_written(content: str | bytes, told: str) -> None:
    answer = send(client("si-admin"), content)
    assert answer.status_code == 422 and told in answer.content.decode()
    assert not IndexValue.objects.exists()


def test_what_is_carried_is_read_anew() -> None:
    admin, given = client("si-admin"), {"series": "", "source": "SSB"}
    for content in ("ikke base64!", "AAEC", ""):
        assert admin.post(PAGE, {"content": content, **given}).status_code == 422, content
    assert not IndexValue.objects.exists()


def test_only_administrators_bring_in_and_the_template_can_be_read_back() -> None:
    for username in ("avtaleforvalter-kontor", "innkjoper", "revisor"):
        assert client(username).get(PAGE).status_code == 403, username
    admin = client("si-admin")
    headings = admin.get(f"{PAGE}/mal.csv").content.decode("utf-8-sig").strip()
    assert admin.get(f"{PAGE}/mal.xlsx").content[:2] == b"PK"
    filled = workbook_of("Indeks", headings.split(";"), [["KPI", "2023-09", "109,4"]])
    assert len(send(admin, filled).context["months"]) == 1

"""Enhetsregisteret: what is asked, what is believed, and what follows from a change."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from fellestorg.kernel.models import Event, Mail
from fellestorg.organisations.models import Insolvency, Organisation, RegisteredUnit, RegistryChange, RegistryFeed
from fellestorg.organisations.registry import client, watching
from fellestorg.organisations.registry.client import Registry, RegistryDownError
from fellestorg.organisations.registry.commands import registry as command
from fellestorg.organisations.registry.files import read_units
from fellestorg.organisations.registry.local import Book, serving
from fellestorg.organisations.registry.looking import look_up
from fellestorg.organisations.registry.units import Unit, differences
from fellestorg.values import BadInput, Refused

NOW = datetime(2023, 11, 1, 8, tzinfo=UTC)
ATEA = "976239997"


def unit(number: str = ATEA, name: str = "ATEA AS", **more: Any) -> dict[str, Any]:
    return {
        "organisasjonsnummer": number,
        "navn": name,
        "organisasjonsform": {"kode": "AS", "beskrivelse": "Aksjeselskap"},
        "forretningsadresse": {"adresse": ["Demoveien 1"], "postnummer": "0150", "poststed": "OSLO"},
        "maalform": "Nynorsk",
        "konkurs": False,
        **more,
    }


@pytest.fixture
def book() -> Book:
    return Book({ATEA: unit()}, {"986252932"}, [], {ATEA: [("DAGL", "Kari", "Demo")]})


@pytest.fixture
def asked(book: Book, settings: Any) -> Iterator[Registry]:
    with serving(book) as address:
        settings.BRREG_URL = address
        yield Registry(address, wait=lambda _seconds: None)


class TestAsking:
    def test_a_unit_is_read(self, asked: Registry) -> None:
        found = asked.unit(ATEA)
        assert found is not None
        assert (found.name, found.form, found.address, found.language, found.trades) == (
            "ATEA AS", "AS", "Demoveien 1, 0150 OSLO", "nn", True,
        )  # fmt: skip

    def test_one_that_never_was_is_nobody_and_one_removed_is_deleted(self, asked: Registry) -> None:
        assert asked.unit("974760673") is None
        gone = asked.unit("986252932")
        assert gone is not None and gone.deleted and not gone.trades

    def test_it_is_asked_again_when_it_is_busy_and_waits_as_it_is_told(self, book: Book, asked: Registry) -> None:
        waited: list[float] = []
        book.faults[:] = [(503, ""), (429, "7")]
        assert Registry(asked.base, wait=waited.append).unit(ATEA) is not None
        assert waited == [0.5, 7.0]

    def test_it_is_given_up_after_three_tries(self, book: Book, asked: Registry) -> None:
        book.faults[:] = [(500, "")] * 3
        with pytest.raises(RegistryDownError, match="500"):
            asked.unit(ATEA)
        assert len(book.asked) == 3

    def test_somebody_elses_unit_is_not_believed(self, book: Book, asked: Registry) -> None:
        book.units[ATEA] = unit("939483969")
        with pytest.raises(RegistryDownError, match="was told of"):
            asked.unit(ATEA)

    @pytest.mark.parametrize("answer", [unit(name=""), {"navn": "Uten nummer"}, unit("123456789")])
    def test_an_answer_that_cannot_be_is_not_believed(
        self, book: Book, asked: Registry, answer: dict[str, Any]
    ) -> None:
        book.units[ATEA] = answer
        with pytest.raises(RegistryDownError):
            asked.unit(ATEA)

    def test_an_answer_that_is_too_large_is_not_read(self, asked: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(client, "MOST_BYTES", 50)
        with pytest.raises(RegistryDownError, match="50 bytes"):
            asked.unit(ATEA)

    @pytest.mark.parametrize("base", ["file:///etc", "ftp://127.0.0.1", "nowhere"])
    def test_only_web_addresses_are_asked(self, base: str) -> None:
        with pytest.raises(RegistryDownError, match="no web address"):
            Registry(base).unit(ATEA)

    def test_nobody_there_is_told_as_down(self) -> None:
        with pytest.raises(RegistryDownError):
            Registry("http://127.0.0.1:9/api", wait=lambda _seconds: None).unit(ATEA)

    def test_a_name_is_searched_for_page_after_page(self, book: Book, asked: Registry) -> None:
        book.units |= {str(200_000_000 + n): unit(ATEA, f"SKY {n} AS") for n in range(150)}
        assert len(asked.search("sky", most=120)) == 120
        assert asked.search("finnes ikke") == []

    def test_roles_are_told(self, asked: Registry) -> None:
        assert [(one.code, one.person) for one in asked.roles(ATEA)] == [("DAGL", "Kari Demo")]
        assert asked.roles("974760673") == []

    def test_the_feed_is_read_in_steps_to_its_end(
        self, book: Book, asked: Registry, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(client, "_PAGE", 3)
        for number in range(8):
            book.put(unit(), f"2023-11-01T0{number}:00:00.000Z")
        assert [one.id for one in asked.updates(0, datetime(2023, 11, 1, 2, tzinfo=UTC))] == [3, 4, 5, 6, 7, 8]
        assert [one.id for one in asked.updates(6, NOW)] == [7, 8]
        assert list(asked.updates(8, NOW)) == []


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        (None, {}, []),
        (None, {"bankrupt": True}, ["bankruptcy"]),
        ({}, {"bankrupt": True, "bankrupt_on": date(2023, 10, 30)}, ["bankruptcy"]),
        ({"bankrupt": True}, {"bankrupt": True}, []),
        ({}, {"dissolving": True, "compulsory": True}, ["compulsory", "dissolution"]),
        ({}, {"deleted": True}, ["deletion"]),
        ({}, {"name": "Nytt AS"}, ["name"]),
        ({}, {"name": "gammelt as"}, []),
    ],
    ids=str,
)
def test_what_differs_is_named(before: dict[str, Any] | None, after: dict[str, Any], kinds: list[str]) -> None:
    old = None if before is None else Unit(**{"number": ATEA, "name": "Gammelt AS", **before})
    found = differences(old, Unit(**{"number": ATEA, "name": "Gammelt AS", **after}), date(2023, 11, 1))
    assert [one.kind for one in found] == kinds


class TestTheFileOfAllUnits:
    @pytest.mark.parametrize("zipped", [True, False])
    def test_json_is_read_one_unit_at_a_time(self, tmp_path: Path, zipped: bool) -> None:
        content = json.dumps([unit(name=f"Sky {'å' * 900} {n}") for n in range(200)], ensure_ascii=False).encode()
        path = tmp_path / "enheter.json"
        path.write_bytes(gzip.compress(content) if zipped else content)
        names = [one.name for one in read_units(path)]
        assert len(names) == 200

    def test_csv_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "enheter.csv"
        path.write_text(
            "organisasjonsnummer,navn,organisasjonsform.kode,konkurs,antallAnsatte,forretningsadresse.poststed\n"
            f'{ATEA},"ATEA, AS",AS,true,12,OSLO\n'
        )
        [found] = read_units(path)
        assert (found.name, found.form, found.bankrupt, found.employees, found.address) == (
            "ATEA, AS", "AS", True, 12, "OSLO",
        )  # fmt: skip

    @pytest.mark.parametrize(
        "content",
        [b"", b"[{", b'{"a": 1}', b"[1, 2]", b"\x1f\x8bnot gzip", b"navn\nSky AS\n", b'[{"navn": "x"', b"[" + b"9" * 300_000],
        ids=range(8),
    )  # fmt: skip
    def test_what_is_no_such_file_is_refused(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "enheter"
        path.write_bytes(content)
        with pytest.raises(BadInput):
            list(read_units(path))

    def test_a_bomb_does_not_fill_the_memory(self, tmp_path: Path) -> None:
        path = tmp_path / "bombe.json.gz"
        path.write_bytes(gzip.compress(b"[" + b" " * 100 + b'"' + b"a" * 20_000_000 + b'"]'))
        with pytest.raises(BadInput, match="not an array of units"):
            list(read_units(path))


class TestLookingUp:
    def test_the_interface_is_asked_first_and_a_stranger_is_kept(self, db: None, asked: Registry) -> None:
        answer = look_up(ATEA, NOW)
        assert (answer.unit and answer.unit.name, answer.source) == ("ATEA AS", "api")
        assert RegisteredUnit.objects.get().name == "ATEA AS"

    def test_without_it_the_file_answers(self, db: None, tmp_path: Path) -> None:
        assert not look_up(ATEA, NOW).asked
        path = tmp_path / "enheter.json"
        path.write_text(json.dumps([unit()]))
        assert watching.import_file(path, NOW) == (1, [])
        assert look_up(ATEA, NOW).unit is not None
        assert look_up("974760673", NOW) == look_up("974760673", NOW)
        assert look_up("974760673", NOW).asked and look_up("974760673", NOW).unit is None


class TestChanges:
    def test_a_bankruptcy_is_noted_once_told_and_not_recorded(self, demo: None, book: Book, asked: Registry) -> None:
        watching.read_changes(NOW)
        assert not RegistryChange.objects.filter(organisation__number=ATEA).exists()
        mails = Mail.objects.count()
        book.put(unit(konkurs=True, konkursdato="2023-10-31"), "2023-11-01T07:00:00.000Z")
        [noted] = watching.read_changes(NOW)
        assert (noted.organisation.number, noted.kind, noted.on) == (ATEA, "bankruptcy", date(2023, 10, 31))
        assert watching.read_changes(NOW) == []
        assert RegistryFeed.objects.get().last_id == 1
        assert Event.objects.filter(verb="registry_change_noted", subject=f"organisation:{ATEA}").count() == 1
        told = Mail.objects.order_by("created_at")[mails:]
        assert {one.recipient for one in told} == {"avtaleforvalter-ikt@demo.example"}
        assert not Insolvency.objects.filter(organisation__number=ATEA).exists()

    def test_the_page_warns_si_and_proposes_the_step(self, demo: None, book: Book, asked: Registry) -> None:
        book.put(unit(konkurs=True, konkursdato="2023-10-31"), "2023-11-01T07:00:00.000Z")
        watching.read_changes(NOW)
        public, si = Client(), Client()
        si.post("/logg-inn", {"person": "avtaleforvalter-ikt"})
        assert "Enhetsregisteret" not in public.get(f"/virksomheter/{ATEA}").content.decode()
        assert "Det registeret har meldt" in si.get(f"/virksomheter/{ATEA}").content.decode()
        assert 'value="2023-10-31"' in si.get(f"/virksomheter/{ATEA}/konkurs").content.decode()

    def test_a_register_that_fails_is_written_down_and_gone_on_with(
        self, db: None, book: Book, asked: Registry, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(watching, "registry", lambda: asked)
        Organisation.objects.create(number=ATEA, name="Atea AS", kind="supplier")
        book.faults[:] = [(500, "")] * 3
        with pytest.raises(RegistryDownError):
            watching.read_changes(NOW)
        assert "500" in RegistryFeed.objects.get().trouble
        watching.read_changes(NOW)
        assert RegistryFeed.objects.get().trouble == ""

    def test_the_file_tells_of_changes_too(self, db: None, tmp_path: Path) -> None:
        Organisation.objects.create(number=ATEA, name="Atea AS", kind="supplier")
        path = tmp_path / "enheter.json"
        path.write_text(json.dumps([unit(name="ATEA AS")]))
        assert watching.import_file(path, NOW) == (1, [])
        path.write_text(json.dumps([unit(name="ATEA NORGE AS"), unit("986252932", "DFØ")]))
        count, [noted] = watching.import_file(path, NOW)
        assert (count, noted.kind, noted.before, noted.after) == (2, "name", "ATEA AS", "ATEA NORGE AS")


class TestTheCommand:
    def test_a_number_is_looked_up(self, db: None, asked: Registry, capsys: pytest.CaptureFixture[str]) -> None:
        assert command(["lookup", ATEA, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["unit"]["name"] == "ATEA AS"
        assert command(["lookup", "974760673"]) == 1
        with pytest.raises(BadInput):
            command(["lookup", "986252933"])

    def test_changes_without_an_address_are_refused(self, db: None) -> None:
        with pytest.raises(Refused):
            command(["changes"])

"""The commands that do the work without a browser: their shapes, their exit codes, and what they say about bad input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from fellestorg import cli, starting
from fellestorg.agreements.models import CeilingBalance, CeilingEntry, Lot
from fellestorg.calloffs.models import CallOff
from fellestorg.calloffs.tests.world import agency_of
from fellestorg.kernel.models import DecisionRecord, Event, StoredFile

ANSWER = {
    "outcome",
    "reason",
    "reason_code",
    "agreement",
    "lot",
    "amount",
    "contract_value",
    "orders",
    "invitees",
    "offers",
    "decides",
    "trace",
    "warnings",
    "choices",
    "ceiling",
    "rules",
}
CEILING = {"limit", "used", "after", "share_after", "exhausted_on"}
RULE = {"id", "version", "source", "verified"}


class Shell:
    """Runs a command as a user types it."""

    def __init__(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self.capsys, self.folder = capsys, folder

    def run(self, *words: str) -> tuple[int, str, str]:
        self.capsys.readouterr()
        try:
            code = cli.main(list(words))
        except SystemExit as stopped:  # argparse
            code = int(stopped.code or 0)
        out, err = self.capsys.readouterr()
        return code, out, err

    def json(self, *words: str, code: int = 0) -> Any:
        found, out, err = self.run(*words, "--json")
        assert found == code, (found, err, out[:500])
        return json.loads(out)

    def bad(self, *words: str) -> str:
        code, out, err = self.run(*words)
        assert (code, out) == (2, ""), (code, out[:300], err)
        return err

    def file(self, content: Any, name: str = "need.json") -> str:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode())
        return str(path)


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    # The test's database is ready, and the command is not to go looking for another.
    monkeypatch.setattr(starting, "prepare_database", lambda **_: None)
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path / "var")  # root heads of this database alone
    return Shell(capsys, tmp_path)


def need(**more: Any) -> dict[str, Any]:
    wanted = {"request_id": "k-1", "buyer": agency_of("innkjoper"), "lines": [{"item": "PC-14-STD", "quantity": "10"}]}
    return {name: value for name, value in {**wanted, **more}.items() if value is not None}


@pytest.mark.usefixtures("demo")
class TestPlan:
    def test_the_answer_has_the_shape_that_others_script_against(self, shell: Shell) -> None:
        answer = shell.json("calloff", "plan", shell.file(need()))
        assert answer.keys() >= ANSWER
        assert (answer["outcome"], answer["agreement"], answer["lot"]) == ("direct", "pc-utstyr", "pc")
        assert {"supplier", "lines", "net"} <= answer["orders"][0].keys()
        assert answer["orders"][0]["lines"] == ["PC-14-STD"]
        assert {"supplier", "rank", "net", "parts", "excluded_because"} <= answer["offers"][0].keys()
        assert all({"step", "condition", "holds", "because"} <= step.keys() for step in answer["trace"])
        assert answer["ceiling"].keys() >= CEILING and isinstance(answer["ceiling"]["share_after"], str)
        assert answer["rules"] and all(rule.keys() >= RULE for rule in answer["rules"])

    def test_nothing_is_written(self, shell: Shell) -> None:
        before = (DecisionRecord.objects.count(), Event.objects.count(), CallOff.objects.count())
        shell.json("calloff", "plan", shell.file(need()))
        assert (DecisionRecord.objects.count(), Event.objects.count(), CallOff.objects.count()) == before

    @pytest.mark.parametrize(("quantity", "outcome", "invited"), [("40", "direct", 0), ("56", "mini_competition", 2)])
    def test_phones_in_october_2022(self, shell: Shell, quantity: str, outcome: str, invited: int) -> None:
        wanted = need(date="2022-10-15", lines=[{"item": "TLF-STD", "quantity": quantity}])
        answer = shell.json("calloff", "plan", shell.file(wanted))
        assert (answer["outcome"], len(answer["invitees"])) == (outcome, invited)
        assert len(answer["orders"]) == (0 if invited else 1)

    @pytest.mark.parametrize(("amount", "outcome"), [("180000", "direct"), ("250000.00", "mini_competition")])
    def test_an_amount_in_a_category(self, shell: Shell, amount: str, outcome: str) -> None:
        wanted = need(lines=None, amount=amount, category="phone", date="2022-10-15")
        assert shell.json("calloff", "plan", shell.file(wanted))["outcome"] == outcome

    def test_words_find_the_agreement_and_other_answers_come_ranked(self, shell: Shell) -> None:
        answer = shell.json("calloff", "plan", shell.file(need(lines=None, text="10 bærbare PC-er")))
        assert (answer["agreement"], answer["outcome"]) == ("pc-utstyr", "direct")
        assert isinstance(answer["alternatives"], list)

    def test_a_refusal_exits_1_and_says_why(self, shell: Shell) -> None:
        wanted = need(facts={"changed_terms": ["90 dagers kreditt"]})
        answer = shell.json("calloff", "plan", shell.file(wanted), code=1)
        assert answer["outcome"] == "refused" and "90 dagers kreditt" in answer["reason"]

    def test_before_the_agreement_began_is_a_refusal(self, shell: Shell) -> None:
        answer = shell.json("calloff", "plan", shell.file(need(date="2017-01-01")), code=1)
        assert answer["outcome"] == "refused"

    def test_above_the_named_buyers_authority_needs_approval(self, shell: Shell) -> None:
        wanted = need(lines=[{"item": "PC-14-STD", "quantity": "40"}])
        assert shell.json("calloff", "plan", shell.file(wanted), "--as", "innkjoper")["outcome"] == "needs_approval"

    def test_a_readable_answer_without_json(self, shell: Shell) -> None:
        code, out, _ = shell.run("calloff", "plan", shell.file(need()))
        assert code == 0 and "pc-utstyr / pc: direct" in out

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"price": "5"}, ["price", "no such field"]),
            ({"lines": [{"item": "PC-14-STD", "quantity": "1", "colour": "red"}]}, ["lines[0].colour"]),
            ({"lines": [{"item": "PC-14-STD", "quantity": 1.5}]}, ["lines[0].quantity", "decimal string"]),
            ({"lines": [{"item": "PC-14-STD", "quantity": "1,5"}]}, ["lines[0].quantity"]),
            ({"lines": [{"item": "PC-14-STD", "quantity": "-1"}]}, ["lines[0].quantity", "above 0"]),
            ({"lines": [{"item": "PC-14-STD", "quantity": True}]}, ["lines[0].quantity"]),
            ({"lines": [{"item": "FINNES-IKKE", "quantity": "1"}]}, ["lines[0].item", "FINNES-IKKE"]),
            ({"lines": [{"quantity": "1"}]}, ["lines[0].item"]),
            ({"lines": []}, ["lines"]),
            ({"lines": None}, ["lines"]),
            ({"lines": None, "amount": 180000.0, "category": "phone"}, ["amount", "decimal string"]),
            ({"lines": None, "amount": "180000"}, ["category"]),
            ({"buyer": None}, ["buyer", "organisation number"]),
            ({"buyer": "123456789"}, ["buyer"]),
            ({"buyer": 986252932}, ["buyer"]),
            ({"date": "15.10.2022"}, ["date", "2023-06-01"]),
            ({"agreement": "finnes-ikke"}, ["agreement", "finnes-ikke"]),
            ({"agreement": "pc-utstyr", "lot": "finnes-ikke"}, ["lot", "finnes-ikke"]),
            ({"lot": "pc"}, ["agreement"]),
            ({"facts": {"coverage": "x"}}, ["facts.coverage"]),
            ({"deliver_by": "snart"}, ["deliver_by"]),
        ],
    )
    def test_bad_input_names_the_file_the_field_and_what_was_expected(
        self, shell: Shell, changed: dict[str, Any], said: list[str]
    ) -> None:
        err = shell.bad("calloff", "plan", shell.file(need(**changed)), "--json")
        for words in ["need.json", *said]:
            assert words in err, err

    @pytest.mark.parametrize(
        ("content", "said"),
        [(b"{\n  oops", "need.json:2"), (b"\xff\xfe", "need.json"), (b"[]", "object"), (b"", "need.json"),
         (b'{"buyer": "1", "buyer": "2"}', "twice"), (b"[" * 50_000, "need.json")],
    )  # fmt: skip
    def test_a_file_that_is_no_need_is_named(self, shell: Shell, content: bytes, said: str) -> None:
        assert said in shell.bad("calloff", "plan", shell.file(content))

    def test_a_file_that_is_not_there_is_named(self, shell: Shell) -> None:
        assert "borte.json" in shell.bad("calloff", "plan", "borte.json")

    def test_a_person_who_is_not_there_is_named(self, shell: Shell) -> None:
        assert "ingen-slik" in shell.bad("calloff", "plan", shell.file(need()), "--as", "ingen-slik")


@pytest.mark.usefixtures("demo")
class TestCommit:
    def test_a_commitment_returns_the_ids_of_everything_it_wrote(self, shell: Shell) -> None:
        made = shell.json("calloff", "commit", shell.file(need()))
        assert made.keys() >= ANSWER
        call_off = CallOff.objects.get(number=made["call_off"])
        assert str(call_off.decision_id) == made["decision"]
        assert CeilingEntry.objects.get(pk=made["ledger_entries"][0]).kind == "commit"
        assert StoredFile.objects.get(pk=made["protocol"]).content[:5] == b"%PDF-"
        assert made["order_ids"] == [str(one.pk) for one in call_off.orders.all()]

    def test_the_same_request_twice_gives_the_same_call_off_once(self, shell: Shell) -> None:
        path = shell.file(need())
        first, again = shell.json("calloff", "commit", path), shell.json("calloff", "commit", path)
        for name in ("call_off", "decision", "ledger_entries", "protocol", "order_ids", "state"):
            assert first[name] == again[name], name
        assert CallOff.objects.filter(request_id="k-1").count() == 1

    def test_the_same_request_in_words_twice_gives_the_same_call_off_once(self, shell: Shell) -> None:
        path = shell.file(need(lines=None, text="10 bærbare PC-er"))
        first, again = shell.json("calloff", "commit", path), shell.json("calloff", "commit", path)
        assert first["call_off"] == again["call_off"]

    def test_a_date_is_refused_because_a_commitment_uses_the_clock(self, shell: Shell) -> None:
        before = CallOff.objects.count()
        err = shell.bad("calloff", "commit", shell.file(need(date="2022-10-15")))
        assert "date" in err and "plan" in err
        assert CallOff.objects.count() == before

    def test_a_mini_competition_orders_nothing_and_exits_0(self, shell: Shell) -> None:
        made = shell.json("calloff", "commit", shell.file(need(lines=[{"item": "PC-16-GRAF-64", "quantity": "10"}])))
        assert made["outcome"] == "mini_competition" and len(made["invitees"]) == 3
        assert made["order_ids"] == made["ledger_entries"] == [] and made["protocol"]

    def test_a_refusal_exits_1_and_writes_the_decision_alone(self, shell: Shell) -> None:
        before = CallOff.objects.count()
        answer = shell.json("calloff", "commit", shell.file(need(facts={"changed_terms": ["x"]})), code=1)
        assert answer["outcome"] == "refused" and DecisionRecord.objects.filter(pk=answer["decision"]).exists()
        assert CallOff.objects.count() == before

    def test_for_an_agency_one_does_not_buy_for_is_refused(self, shell: Shell) -> None:
        code, _out, err = shell.run("calloff", "commit", shell.file(need()), "--as", "innkjopar", "--json")
        assert code == 1 and "ikke innkjøper" in err

    def test_show_gives_what_commit_gave(self, shell: Shell) -> None:
        made = shell.json("calloff", "commit", shell.file(need()))
        assert shell.json("calloff", "show", made["call_off"]) == made

    def test_approve_and_cancel(self, shell: Shell) -> None:
        path = shell.file(need(lines=[{"item": "PC-14-STD", "quantity": "40"}]))
        made = shell.json("calloff", "commit", path, "--as", "innkjoper")
        assert (made["outcome"], made["state"]) == ("needs_approval", "awaiting_approval")
        code, _, err = shell.run("calloff", "approve", made["call_off"], "--as", "innkjoper")
        assert code == 1 and err
        assert "--as" in shell.bad("calloff", "approve", made["call_off"])
        approved = shell.json("calloff", "approve", made["call_off"], "--as", "godkjenner")
        assert approved["state"] == "committed"
        cancelled = shell.json("calloff", "cancel", made["call_off"], "--reason", "Feil vare", "--as", "godkjenner")
        assert cancelled["state"] == "cancelled" and len(cancelled["ledger_entries"]) >= 3
        code, _, err = shell.run("calloff", "cancel", made["call_off"], "--reason", "Feil vare")
        assert code == 1 and "avsluttet" in err
        assert "reason" in shell.bad("calloff", "cancel", made["call_off"], "--reason", " ")

    @pytest.mark.parametrize("verb", [("show",), ("approve", "--as", "godkjenner"), ("cancel", "--reason", "fordi")])
    def test_a_number_that_is_not_there_is_named(self, shell: Shell, verb: tuple[str, ...]) -> None:
        assert "SI-1900-1" in shell.bad("calloff", verb[0], "SI-1900-1", *verb[1:])

    def test_replay_gives_the_same_answer_by_decision_or_call_off(self, shell: Shell) -> None:
        made = shell.json("calloff", "commit", shell.file(need()))
        for key in (made["decision"], made["call_off"]):
            answer = shell.json("decision", "replay", key)
            assert answer["same"] is True and answer["rules"]
        assert "SI-1900-1" in shell.bad("decision", "replay", "SI-1900-1")

    def test_the_whole_history_replays(self, shell: Shell) -> None:
        for record in DecisionRecord.objects.order_by("made_at")[::15]:
            assert shell.json("decision", "replay", str(record.pk))["same"]

    def test_the_log_is_whole_afterwards(self, shell: Shell) -> None:
        shell.json("calloff", "commit", shell.file(need()))
        found = shell.json("audit", "verify")
        assert found["intact"] is True and found["faults"] == []
        assert "--head" in shell.bad("audit", "verify", "--head", "not-a-head")


@pytest.mark.usefixtures("demo")
class TestCeiling:
    def test_shows_every_lot(self, shell: Shell) -> None:
        answer = shell.json("ceiling", "show")
        shown = [(one["agreement"], one["lot"]) for one in answer["lots"]]
        assert sorted(shown) == sorted(Lot.objects.values_list("agreement__key", "key"))
        assert {("pc-utstyr", "pc"), ("pc-utstyr", "mac"), ("mobil-2022", "mobil"), ("mobil-2018", "telefoner")} <= set(
            shown
        )
        assert answer["rules"] and answer["rules"][0].keys() >= RULE

    def test_registers_a_file_or_names_every_bad_row_and_writes_nothing(self, shell: Shell) -> None:
        used = CeilingBalance.objects.get(lot__key="pc").used
        heading = "avtale;delkontrakt;type;referanse;kjøper;beløp;dato\r\n"
        buyer = agency_of("innkjoper")
        good = f"pc-utstyr;pc;annet sted;A-1;{buyer};1 000,50;30.10.2023\r\n"
        bad = f"pc-utstyr;finnes-ikke;annet sted;A-2;{buyer};100;30.10.2023\r\n"
        bad += f"pc-utstyr;pc;annet sted;A-3;{buyer};mye;30.10.2023\r\n"
        answer = shell.json("ceiling", "register", shell.file((heading + good + bad).encode("cp1252"), "f.csv"), code=2)
        assert (answer["read"], answer["accepted"]) == (3, 0)
        assert {(one["row"], one["field"]) for one in answer["rejected"]} == {(3, "lot"), (4, "amount")}
        assert all(one.keys() >= {"row", "field", "code", "text"} for one in answer["rejected"])
        assert CeilingBalance.objects.get(lot__key="pc").used == used
        answer = shell.json("ceiling", "register", shell.file(("\ufeff" + heading + good).encode(), "f.csv"))
        assert (answer["read"], answer["accepted"], answer["rejected"]) == (1, 1, [])
        assert str(CeilingBalance.objects.get(lot__key="pc").used - used) == "1000.50"

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("show", "finnes-ikke"), "finnes-ikke"),
            (("show", "pc-utstyr", "finnes-ikke"), "finnes-ikke"),
            (("register", "borte.csv"), "borte.csv"),
            (("register", "--agreement", "pc-utstyr"), "--lot"),
            (("noe-annet",), "noe-annet"),
        ],
    )
    def test_what_is_not_there_is_named(self, shell: Shell, words: tuple[str, ...], said: str) -> None:
        assert said in shell.bad("ceiling", *words)


@pytest.mark.usefixtures("demo")
class TestCatalogue:
    HEADING = "varenummer;pris;co2e_kg\n"

    def imported(self, shell: Shell, rows: str, *words: str, code: int = 0) -> Any:
        path = shell.file((self.HEADING + rows).encode("utf-8-sig"), "priser.csv")
        supplier = CallOff.objects.filter(lot__key="pc", orders__isnull=False).first()
        assert supplier is not None
        number = supplier.orders.all()[0].supplier.number
        return shell.json("catalogue", "import", path, "--agreement", "pc-utstyr", "--supplier", number,
                          "--lot", "pc", *words, code=code)  # fmt: skip

    def test_a_price_list_is_read_or_every_bad_row_is_named(self, shell: Shell) -> None:
        answer = self.imported(shell, "PC-14-STD;mye;1\nFINNES-IKKE;1;1\nPC-14-STD;8 999,50;180\n", code=2)
        assert answer["accepted"] == 0 and {one["row"] for one in answer["rejected"]} >= {2, 3}
        answer = self.imported(shell, "PC-14-STD;8 999,50;180\n", "--preview")
        assert answer.keys() == {"read", "accepted", "rejected", "changes"}
        assert answer["changes"]["changed"] + answer["changes"]["new"] == 1

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("--agreement", "finnes-ikke", "--supplier", "939483969"), "finnes-ikke"),
            (("--agreement", "pc-utstyr", "--supplier", "123"), "--supplier"),
            (("--agreement", "pc-utstyr", "--supplier", "939483969", "--lot", "x"), "--lot"),
            (("--agreement", "pc-utstyr", "--supplier", "939483969", "--from", "snart"), "--from"),
            (("--agreement", "pc-utstyr"), "--supplier"),
        ],
    )
    def test_what_is_not_there_is_named(self, shell: Shell, words: tuple[str, ...], said: str) -> None:
        assert said in shell.bad("catalogue", "import", shell.file(b"varenummer;pris\n", "p.csv"), *words)


class TestWithoutADatabase:
    BASKET = {
        "need": [{"id": "paper", "quantity": "120"}],
        "suppliers": [{"id": "S1", "min_order": "500", "small_order_fee": "150", "freight": "99",
                       "offers": [{"line": "paper", "unit_price": "12.50"}]}],
    }  # fmt: skip

    def test_netprice_answers_in_its_shape(self, shell: Shell) -> None:
        answer = shell.json("netprice", shell.file(self.BASKET))
        assert answer.keys() >= {"single", "best", "uncovered", "rules"}
        assert answer["single"][0].keys() >= {"supplier", "rank", "net", "parts", "missing"}
        assert answer["best"]["net"] == "1599.00" and answer["best"]["proved"] is True

    def test_netprice_refuses_floats_and_unknown_fields_by_path(self, shell: Shell) -> None:
        wrong = json.loads(json.dumps(self.BASKET))
        wrong["suppliers"][0]["offers"][0]["unit_price"] = 12.5
        wrong["suppliers"][0]["colour"] = "red"
        err = shell.bad("netprice", shell.file(wrong, "basket.json"))
        assert "basket.json" in err and "suppliers[0].offers[0].unit_price" in err and "colour" in err

    def test_deadline_answers_in_its_shape(self, shell: Shell) -> None:
        answer = shell.json("deadline", "standstill", "--from", "2026-03-23")
        assert answer.keys() >= {"rule", "from", "due", "first_day_after", "counted", "rules"}
        assert answer["first_day_after"] == "2026-04-08"

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("deadline", "ingen-slik", "--from", "2026-03-23"), "ingen-slik"),
            (("deadline", "standstill", "--from", "23.03.2026"), "--from"),
            (("deadline", "standstill"), "--from"),
            (("finnes-ikke",), "finnes-ikke"),
            (("netprice", "borte.json"), "borte.json"),
            (("calloff", "plan"), "file"),
            (("calloff", "plan", "x.json", "--ukjent"), "--ukjent"),
        ],
    )
    def test_what_is_typed_wrong_is_named_with_exit_2(self, shell: Shell, words: tuple[str, ...], said: str) -> None:
        assert said in shell.bad(*words)

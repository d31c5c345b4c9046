"""From the desk to the certificate: steps in order, never more units than before, each by its own side, nothing changed."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from fellestorg.agreements.models import Lot
from fellestorg.calloffs.reuse.actions import Brought
from fellestorg.calloffs.reuse.custody.actions import bring_in
from fellestorg.calloffs.reuse.custody.models import CustodyStep
from fellestorg.calloffs.reuse.custody.queries import chains, steps
from fellestorg.calloffs.reuse.custody.rules import COLUMNS
from fellestorg.calloffs.tests.world import agency_of, somebody
from fellestorg.kernel import audit, clock
from fellestorg.kernel.actors import OPERATOR, Actor, Grant
from fellestorg.values import Refused

pytestmark = pytest.mark.usefixtures("demo")
HEADINGS = ";".join(others[0] for others in COLUMNS.values())
WAY = [
    "{a};H-1;pult;2023-10-02 09:00;ansatt;Kontoret;10;",
    "{a};H-1;skap;2023-10-02 10:00;IKT-støtte;Kjelleren;10;",
    "{a};H-1;overlevert;03.10.2023 08:00;drift;Varemottaket;10;",
]
REST = [
    "{a};H-1;mottatt;2023-10-03 12:00;mottak;Lageret;9;",
    "{a};H-1;slettet;2023-10-10 12:00;sletting;Lageret;6;S-77",
    "{a};H-1;solgt;2023-10-11 12:00;videresalg;Lageret;8;",
    "{a};H-1;gjenvunnet;2023-10-11 13:00;videresalg;Lageret;1;",
]


def lot() -> Lot:
    return Lot.objects.select_related("agreement__owner", "agreement__manager").filter(
        agreement__key="ombruk-ikt"
    ).order_by("number")[0]  # fmt: skip


def supplier() -> Actor:
    position = lot().positions.order_by("rank")[0]
    return Actor("person:0", "Mottaket", (Grant("supplier", position.supplier.number),))


def bring(rows: list[str], actor: Actor | None = None) -> Brought:
    sheet = "\n".join([HEADINGS, *(one.format(a=agency_of("innkjoper")) for one in rows)])
    return bring_in(sheet.encode(), lot(), actor=actor or somebody("innkjoper")[0], now=clock.now())


def test_a_chain_goes_from_the_desk_to_the_certificate_and_on() -> None:
    assert (bring(WAY).new, bring(REST, supplier()).new) == (3, 4)
    chain = next(one for one in chains(steps(lot(), OPERATOR)) if one.reference == "H-1")
    assert (chain.gaps, chain.to_come, chain.certificate) == ((), (), "S-77")
    assert bring(WAY).unchanged == 3
    assert bring([WAY[0].replace("Kontoret", "Resepsjonen")]).corrected == 1
    assert CustodyStep.objects.filter(reference="H-1", step="collected").count() == 2
    assert audit.verify().faults == ()


def test_a_step_that_was_passed_over_is_a_gap_until_it_is_filled_in() -> None:
    bring(WAY[:1])
    bring(REST[:1], supplier())

    def chain():  # type: ignore[no-untyped-def]
        return next(one for one in chains(steps(lot(), OPERATOR)) if one.reference == "H-1")

    assert (chain().gaps, chain().to_come) == (("secured", "handed_over"), ("erased", "resold"))
    bring(WAY[1:])
    assert chain().gaps == ()


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ("{a};H-1;skap;2023-10-02 08:00;ansatt;K;10;", "happened_at", "out_of_order"),
        ("{a};H-1;overlevert;2023-10-02 09:30;ansatt;K;;", "happened_at", "out_of_order"),
        ("{a};H-1;overlevert;2023-10-03 08:00;ansatt;K;11;", "units", "too_many"),
        ("{a};H-1;pult;2023-10-02 09:00;ansatt;K;9;", "units", "too_many"),
        ("{a};H-1;mottatt;2023-10-03 12:00;mottak;K;9;", "step", "not_supplier"),
        ("{a};H-1;overlevert;2023-10-03 08:00;sjåfør;K;;", "role", "wrong_role"),
        ("{a};H-1;slettet;2023-10-03 08:00;sletting;K;;", "certificate", "no_certificate"),
        ("{a};H-1;overlevert;2023-10-03 08:00;ansatt;K;;S-1", "certificate", "not_here"),
        ("{a};H-1;overlevert;2023-10-03;ansatt;K;;", "happened_at", "not_an_instant"),
        ("{a};H-1;overlevert;2030-10-03 08:00;ansatt;K;;", "happened_at", "in_the_future"),
        ("{a};H-1;sendt;2023-10-03 08:00;ansatt;K;;", "step", "unknown_step"),
        ("{a};H/1;pult;2023-10-03 08:00;ansatt;K;;", "reference", "slash"),
        ("{a};H-1;overlevert;2023-10-03 08:00;ansatt;;;", "place", "missing"),
        ("999999999;H-1;pult;2023-10-03 08:00;ansatt;K;;", "agency", "unknown_agency"),
        ("{a};H-1;overlevert;2023-10-03 08:00;ansatt;K;mange;", "units", "not_a_decimal"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_written(row: str, field: str, code: str) -> None:
    bring(WAY[:2])
    before = CustodyStep.objects.count()
    done = bring([row])
    assert [(one.row, one.field, one.code) for one in done.rejected] == [(2, field, code)]
    assert CustodyStep.objects.count() == before


def test_what_is_resold_and_recycled_is_never_more_than_was_received() -> None:
    bring(WAY)
    done = bring([*REST[:3], REST[3].replace(";1;", ";2;")], supplier())
    assert [(one.row, one.code) for one in done.rejected] == [(5, "too_many")]
    assert not CustodyStep.objects.filter(reference="H-1", step="received").exists()


def test_each_side_registers_its_own_and_others_nothing() -> None:
    assert [one.code for one in bring(WAY[:1], supplier()).rejected] == ["not_own_agency"]
    assert [one.code for one in bring(WAY[:1], somebody("innkjopar")[0]).rejected] == ["not_own_agency"]
    for name in ("avtaleforvalter-ikt", "atea"):
        with pytest.raises(Refused):
            bring(WAY[:1], somebody(name)[0])
    assert [one.code for one in bring([WAY[0], WAY[0]]).rejected] == ["twice"]


def test_a_buyer_registers_a_step_and_sees_the_chain_with_what_is_missing(client: Client) -> None:
    client.post("/logg-inn", {"person": "innkjoper"})
    base = f"/avtaler/ombruk-ikt/{lot().key}/ombruk"
    assert f"{base}/sporing" in client.get(base).content.decode()
    step = {"agency": agency_of("innkjoper"), "reference": "H-2", "step": "secured", "happened_at": "2023-10-02T09:15",
            "role": "ict_support", "place": "Skap B", "units": "4", "certificate": ""}  # fmt: skip
    made = client.post(f"{base}/sporing", step)
    assert made.status_code == 302 and made["Location"] == f"{base}/sporing/{step['agency']}/H-2"
    page = client.get(made["Location"]).content.decode()
    assert "Kjeden har hull" in page and "Hentet ved pulten" in page and "Skap B" in page
    wrong = client.post(f"{base}/sporing", {**step, "step": "handed_over", "units": "5"})
    assert wrong.status_code == 422 and "flere enheter" in wrong.content.decode()
    file = SimpleUploadedFile("steg.csv", f"{HEADINGS}\n{step['agency']};H-2;skap;i går;ansatt;K;;\n".encode())
    answer = client.post(f"{base}/sporing", {"what": "file", "file": file})
    assert answer.status_code == 422 and "Linje 2, dag og klokkeslett" in answer.content.decode()
    told = client.get(f"{base}/sporing.json").json()["chains"]
    assert next(one for one in told if one["reference"] == "H-2")["gaps"] == ["collected"]
    assert "H-2" in client.get(f"{base}/sporing.csv").content.decode()
    client.post("/logg-inn", {"person": "innkjopar"})
    assert client.get(made["Location"]).status_code == 404


def test_the_demo_has_a_chain_with_a_gap() -> None:
    assert {one.gaps for one in chains(steps(lot(), OPERATOR))} == {(), ("handed_over",)}

"""The verbs of agreements: what is written and recorded, who is told, and what is refused."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from fellestorg.agreements import actions, policies
from fellestorg.agreements.models import CeilingBalance, CeilingEntry, Lot, PolicyVersion
from fellestorg.agreements.registering import actions as registering
from fellestorg.agreements.registering.facts import Fact
from fellestorg.kernel import audit, clock
from fellestorg.kernel.actors import OPERATOR, Actor
from fellestorg.kernel.messages import text_of
from fellestorg.kernel.models import Event, Mail, Message
from fellestorg.organisations.models import Organisation, Person, RoleGrant
from fellestorg.organisations.queries import actor_for
from fellestorg.values import BadInput, Refused

pytestmark = pytest.mark.usefixtures("demo")
COMPETE = {"steps": [{"mechanism": "mini_competition"}], "tie_rule": "rank"}


def lot(agreement: str = "pc-utstyr", key: str = "mac") -> Lot:
    return Lot.objects.select_related("agreement__owner", "agreement__manager").get(agreement__key=agreement, key=key)


def actor(username: str) -> Actor:
    return actor_for(Person.objects.get(username=username), clock.today())


def agency() -> Organisation:
    return Organisation.objects.filter(kind="agency").order_by("id")[0]


def balance(of: Lot) -> CeilingBalance:
    return CeilingBalance.objects.get(lot=of)


def left(of: Lot) -> Decimal:
    row = balance(of)
    return of.max_value - row.used - row.reserved


def elsewhere(amount: Decimal | str, reference: str = "ref-1", *, of: Lot | None = None, who: Actor = OPERATOR) -> None:
    day = clock.today() - timedelta(days=3)
    registering.register_elsewhere(of or lot(), reference, agency(), Decimal(amount), day, actor=who, now=clock.now())


def test_a_purchase_made_elsewhere_draws_the_ceiling_and_is_vouched_for() -> None:
    before = balance(lot()).used
    elsewhere("1000.50")
    assert balance(lot()).used == before + Decimal("1000.50")
    entry = CeilingEntry.objects.order_by("-id")[0]
    assert (entry.kind, entry.amount, entry.breach, entry.buyer) == ("actual", Decimal("1000.50"), False, agency())
    event = Event.objects.order_by("-id")[0]
    assert (event.verb, event.subject) == ("draw_registered", "lot:pc-utstyr/mac")
    assert [row[:2] for row in event.covers] == [["agreements_ceilingentry", str(entry.pk)]]
    assert audit.verify().faults == ()


def test_facts_are_recorded_past_the_ceiling_and_shown_as_a_breach() -> None:
    elsewhere(left(lot()) + 1)
    assert CeilingEntry.objects.order_by("-id")[0].breach
    assert left(lot()) == -1


def test_an_opening_balance_counts_like_any_other_draw() -> None:
    before = balance(lot()).used
    registering.register_opening(lot(), Decimal(500), "fra forrige system", actor=OPERATOR, now=clock.now())
    assert balance(lot()).used == before + 500


def test_the_same_reference_is_not_registered_twice() -> None:
    elsewhere(10)
    with pytest.raises(BadInput) as told:
        elsewhere(20)
    assert told.value.problems[0].code == "already_registered"


def test_all_faults_of_a_batch_are_named_and_nothing_is_written() -> None:
    before = balance(lot()).used
    tomorrow = clock.today() + timedelta(days=1)
    facts = [
        Fact(lot(), "elsewhere", "good", Decimal(10), agency(), clock.today()),
        Fact(lot(), "gift", "", Decimal(0), None, None),
        Fact(lot(), "elsewhere", "r", Decimal(1), None, tomorrow),
    ]
    with pytest.raises(BadInput) as told:
        registering.register(facts, actor=OPERATOR, now=clock.now())
    assert [(one.where, one.code) for one in told.value.problems] == [
        ("registrations[1].kind", "unknown_kind"),
        ("registrations[1].amount", "too_small"),
        ("registrations[1].reference", "missing"),
        ("registrations[2].buyer", "missing"),
        ("registrations[2].on", "in_the_future"),
    ]
    assert balance(lot()).used == before


@pytest.mark.parametrize(
    "username", ["innkjoper", "lokal-avtaleforvalter", "avtaleforvalter-kontor", "revisor", "atea"]
)
def test_only_the_agreements_own_manager_registers(username: str) -> None:
    with pytest.raises(Refused) as told:
        elsewhere(10, who=actor(username))
    expected = "another_agency" if username in ("innkjoper", "lokal-avtaleforvalter") else "not_agreement_manager"
    assert told.value.code == expected


@pytest.mark.parametrize("username", ["avtaleforvalter-ikt", "si-admin"])
def test_the_agreements_manager_and_the_administrator_register(username: str) -> None:
    elsewhere(10, who=actor(username))


def test_crossing_a_level_tells_the_manager_and_every_participants_local_manager_in_their_language() -> None:
    found = lot("pc-utstyr", "pc")
    Message.objects.all().delete()
    mails = Mail.objects.count()
    elsewhere(found.max_value * 76 / 100 - balance(found).used, of=found)
    told = Message.objects.filter(code="ceiling_crossed")
    recipients = set(told.values_list("recipient", flat=True))
    assert Person.objects.get(username="avtaleforvalter-ikt").key in recipients
    assert Person.objects.get(username="lokal-avtaleforvalter").key in recipients
    assert Person.objects.get(username="avtaleforvalter-kontor").key not in recipients
    local = RoleGrant.objects.filter(
        role="local_agreement_manager",
        organisation__participations__agreement=found.agreement,
        organisation__participations__valid_from__lte=clock.today(),
    )
    assert len(recipients) == local.values("person").distinct().count() + 1
    assert Mail.objects.count() - mails == len(recipients)
    message = told[0]
    assert message.params["percent"] == 75
    assert text_of(message.code, message.params, "en")[0].startswith("75% of the ceiling is used")
    assert "Delkontrakten" in text_of(message.code, message.params, "nb")[1]


def test_a_level_is_told_of_once() -> None:
    found = lot("pc-utstyr", "pc")
    elsewhere(found.max_value * 76 / 100 - balance(found).used, of=found)
    count = Message.objects.filter(code="ceiling_crossed").count()
    elsewhere(10, "another", of=found)
    assert Message.objects.filter(code="ceiling_crossed").count() == count


def test_a_new_policy_is_a_new_version_and_the_old_one_stands() -> None:
    today = clock.today()
    saved = policies.set_policy(lot(), COMPETE, today, "punkt 4", actor=OPERATOR, now=clock.now())
    assert saved.version.version == 2 and saved.unreachable == ()
    assert PolicyVersion.objects.filter(lot=lot()).count() == 2
    assert audit.verify().faults == ()


def test_a_person_does_not_change_a_policy_alone() -> None:
    with pytest.raises(Refused) as told:
        policies.set_policy(lot(), COMPETE, clock.today(), "punkt 4", actor=actor("si-admin"), now=clock.now())
    assert told.value.code == "needs_second_person"


def test_steps_that_can_never_decide_are_pointed_out() -> None:
    document = {
        "steps": [
            {"when": {"amount_below": "500"}, "mechanism": "rank"},
            {"when": {"amount_below": "100"}, "mechanism": "mini_competition"},
            {"mechanism": "mini_competition"},
        ],
        "tie_rule": "rank",
    }
    saved = policies.set_policy(lot(), document, clock.today(), "punkt 4", actor=OPERATOR, now=clock.now())
    assert saved.unreachable == (2,)


def test_a_policy_is_not_backdated_and_has_one_version_a_day() -> None:
    now, today = clock.now(), clock.today()
    with pytest.raises(Refused) as told:
        policies.set_policy(lot(), COMPETE, today - timedelta(days=1), "punkt 4", actor=OPERATOR, now=now)
    assert told.value.code == "policy_backdated"
    policies.set_policy(lot(), COMPETE, today, "punkt 4", actor=OPERATOR, now=now)
    with pytest.raises(Refused) as told:
        policies.set_policy(lot(), COMPETE, today, "punkt 4", actor=OPERATOR, now=now)
    assert told.value.code == "policy_same_day"


@pytest.mark.parametrize(("document", "source"), [({"steps": []}, "punkt 4"), (COMPETE, " ")])
def test_a_policy_must_be_readable_and_name_its_source(document: dict[str, object], source: str) -> None:
    with pytest.raises(BadInput):
        policies.set_policy(lot(), document, clock.today(), source, actor=OPERATOR, now=clock.now())


def test_a_suspension_needs_a_reason_and_a_period_to_come() -> None:
    position = lot().positions.get(rank=1)
    with pytest.raises(BadInput) as told:
        actions.suspend(position, date(2023, 1, 1), date(2022, 1, 1), "kort", actor=OPERATOR, now=clock.now())
    assert {one.code for one in told.value.problems} == {"missing", "before_start", "passed"}


def test_a_suspension_is_recorded_and_can_be_lifted() -> None:
    position = lot().positions.get(rank=1)
    with pytest.raises(Refused):
        actions.lift_suspension(position, actor=OPERATOR, now=clock.now())
    actions.suspend(position, clock.today(), None, "gjentatte forsinkelser", actor=OPERATOR, now=clock.now())
    position.refresh_from_db()
    assert position.suspended_from == clock.today()
    actions.lift_suspension(position, actor=OPERATOR, now=clock.now())
    position.refresh_from_db()
    assert position.suspended_from is None
    verbs = list(Event.objects.order_by("-id").values_list("verb", flat=True)[:2])
    assert verbs == ["suspension_lifted", "supplier_suspended"]

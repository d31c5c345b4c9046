"""Openers who come after the lock was made, or who have lost a key, get in by two who can open already."""

from __future__ import annotations

import pytest

from fellestorg.competitions.models import TeamMember
from fellestorg.competitions.preparing import team
from fellestorg.competitions.tenders import halves, keys, queries, renewing, sealing
from fellestorg.competitions.tenders.models import KeyEnvelope, OpenedQuality, OpeningHalf, OpeningKey
from fellestorg.competitions.tenders.tests import world as worlds
from fellestorg.competitions.tenders.tests.test_pages import ADDRESS, signed_in
from fellestorg.competitions.tenders.tests.world import World
from fellestorg.kernel import audit, clock, events
from fellestorg.kernel.models import Message
from fellestorg.organisations.models import Person, RoleGrant
from fellestorg.organisations.queries import actor_for
from fellestorg.values import Refused


@pytest.fixture
def world(db: None) -> World:
    return worlds.make()


def newcomer(world: World) -> str:
    """Somebody is named to open, with a key of her own; her private key."""
    person = Person.objects.create(username="ny-apner", name="Ny Åpner", email="ny@demo.example")
    TeamMember.objects.create(
        competition=world.competition, person=person, task="opener", added_at=clock.now(), declared_at=clock.now()
    )
    world.openers.append(person)
    world.secrets.append(key_for(person))
    return world.secrets[-1]


def key_for(person: Person) -> str:
    made = sealing.new_key()
    OpeningKey.objects.filter(person=person).update(retired_at=clock.now())
    OpeningKey.objects.create(person=person, recipient=made.recipient, made_at=clock.now(), confirmed_at=clock.now())
    return made.secret


def renew(world: World, opener: int, secret: str) -> int:
    person, now = world.openers[opener], clock.now()
    actor = actor_for(person, clock.local_day(now))
    return renewing.give_key(world.competition, secret.encode(), "", person=person, actor=actor, now=now)


def refusal(world: World, opener: int, secret: str) -> str:
    with pytest.raises(Refused) as error:
        renew(world, opener, secret)
    return error.value.code


def test_somebody_named_late_opens_with_her_own_key_once_two_have_let_her_in(world: World) -> None:
    world.deliver()
    assert refusal(world, 0, world.secrets[0]) == "every_opener_has_an_envelope"
    late = newcomer(world)
    assert renewing.without_envelope(world.competition) == [world.openers[2]]
    assert refusal(world, 2, late) == "wrong_key"
    assert renew(world, 0, world.secrets[0]) == 0
    assert refusal(world, 0, world.escrow) == "same_opener"
    # Three keys that were there, one new: with each of them, in both orders.
    assert renew(world, 1, world.secrets[1]) == 6
    assert not OpeningHalf.objects.exists() and not OpenedQuality.objects.exists()
    assert world.competition.stage == "published" and renewing.lacking(world.competition) == []
    world.close()
    world.give(2)
    world.give(0)
    (opened,) = queries.opened(world.competition)
    assert opened.answers["maate"] == worlds.SECRET_ANSWER
    assert audit.verify(events.seal()).faults == ()


def test_a_lost_key_is_replaced_by_the_escrow_key_and_the_other_opener(world: World) -> None:
    world.deliver()
    lost, world.secrets[0] = world.secrets[0], key_for(world.openers[0])
    world.close()
    with pytest.raises(Refused):
        world.give(0)
    assert renew(world, 0, world.escrow) == 0
    assert renew(world, 1, world.secrets[1]) == 4
    world.give(0)
    world.give(1)
    assert len(queries.opened(world.competition)) == 1
    assert sealing.recipient_of(lost) != sealing.recipient_of(world.secrets[0])


def test_a_key_given_to_let_somebody_in_opens_nothing(world: World) -> None:
    world.deliver()
    newcomer(world)
    renew(world, 0, world.secrets[0])
    world.close()
    assert [one.name for one in halves.waiting(world.competition, "renew")] == [world.openers[0].name]
    assert halves.waiting(world.competition) == []
    assert world.give(1).opening is None and not OpenedQuality.objects.exists()
    half = OpeningHalf.objects.filter(purpose="renew", inner__person=world.openers[1]).get()
    with pytest.raises(sealing.SealError):
        sealing.unseal(bytes(half.sealed), world.secrets[0])


def test_an_envelope_that_was_exchanged_lets_nobody_in(world: World) -> None:
    newcomer(world)
    renew(world, 0, world.secrets[0])
    half = OpeningHalf.objects.get(inner__person=world.openers[1])
    other = sealing.new_key()
    half.sealed = sealing.seal(other.secret.encode(), half.inner.recipient)
    half.save(update_fields=["sealed"])
    assert refusal(world, 1, world.secrets[1]) == "envelope_changed"
    assert KeyEnvelope.objects.count() == 6


def test_two_let_a_third_in_in_the_browser(world: World) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = signed_in(world.openers[0])
    assert "Slipp til nye åpnere" not in client.get(f"{ADDRESS}/apning").content.decode()
    newcomer(world)
    page = client.get(f"{ADDRESS}/apning").content.decode()
    assert page.index('id="slipp-til"') < page.index("Kan ikke åpnes nå"), "what one is asked for comes first"
    assert "Slipp til nye åpnere" in page and "Nøkkelen er ny og må slippes til" in page
    for opener, status in ((0, 302), (0, 409), (1, 302)):
        given = SimpleUploadedFile("nokkel.txt", world.secrets[opener].encode())
        sent = signed_in(world.openers[opener]).post(f"{ADDRESS}/apning", {"do": "renew", "key": given})
        assert sent.status_code == status
    assert "Slipp til nye åpnere" not in client.get(f"{ADDRESS}/apning").content.decode()


def test_those_who_can_are_asked_to_let_somebody_in_when_she_is_named_and_when_her_key_is_new(world: World) -> None:
    lead, now = world.competition.lead, clock.now()
    person = Person.objects.create(username="ny-apner", name="Ny Åpner", email="ny@demo.example")
    for one, role in ((person, "buyer"), (lead, "project_lead")):
        RoleGrant.objects.create(person=one, organisation=world.competition.buyer, role=role, valid_from="2020-01-01")
    actor = actor_for(lead, clock.local_day(now))
    team.name_member(world.competition, person, "opener", actor=actor, now=now)
    assert not Message.objects.filter(code="opener_to_be_let_in").exists()  # she has no key to be let in with
    made = sealing.new_key()
    keys.remember(person, made.recipient, actor=actor, now=now)
    keys.confirm_key(person, made.secret.encode(), "", actor=actor, now=now)
    asked = Message.objects.filter(code="opener_to_be_let_in")
    assert {one.recipient for one in asked} == {one.key for one in world.openers[:2]}
    assert {one.link for one in asked} == {f"{ADDRESS}/apning#slipp-til"}
    team.let_member_go(world.competition, person.competition_tasks.get().pk, actor=actor, now=now)
    assert asked.count() == 2

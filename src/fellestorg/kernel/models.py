"""What every room stands on: the installation, the event log, decisions, files, messages and mail."""

from __future__ import annotations

import uuid

import pgtrigger
from django.db import models


def append_only() -> list[pgtrigger.Trigger]:
    """Triggers that refuse update, delete and truncate, from the ORM and from raw SQL alike."""
    return [
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name="no_truncate",
            operation=pgtrigger.Truncate,
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
        ),
    ]


class Installation(models.Model):
    """The one row that says what this installation is and how far its clock is from the machine's."""

    class Kind(models.TextChoices):
        DEMO = "demo"
        REAL = "real"

    id = models.SmallIntegerField(primary_key=True, default=1)
    kind = models.CharField(max_length=8, choices=Kind)
    clock_offset = models.DurationField()
    clock_started = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="installation_is_one_row"),
            models.CheckConstraint(
                condition=models.Q(kind="demo") | models.Q(clock_offset="0"), name="only_the_demo_moves_the_clock"
            ),
        ]


class EventStream(models.Model):
    """The head of one chain of events. Its row lock decides the order of events in the stream."""

    key = models.CharField(max_length=120, primary_key=True)
    head_seq = models.BigIntegerField(default=0)
    head_hash = models.CharField(max_length=64, default="")
    sealed_seq = models.BigIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["key"], name="stream_unsealed", condition=~models.Q(head_seq=models.F("sealed_seq")))
        ]


class Event(models.Model):
    """What happened: who, what, to which subject, with which facts, when. Append-only and chained within its stream."""

    id = models.BigAutoField(primary_key=True)
    stream = models.CharField(max_length=120)
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)
    verb = models.CharField(max_length=80)
    subject = models.CharField(max_length=120)
    payload = models.JSONField()
    covers = models.JSONField(help_text="[table, primary key, digest] of each protected row written with this event")
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="event_once_in_stream")]
        indexes = [
            models.Index(fields=["subject", "id"], name="event_by_subject"),
            models.Index(fields=["-at", "-id"], name="event_by_time"),
        ]
        triggers = append_only()


class RootSeal(models.Model):
    """One link of the root chain: the heads of the streams that moved since the link before."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    heads = models.JSONField(help_text="{stream: [seq, hash]}")
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        triggers = append_only()


class DecisionRecord(models.Model):
    """An automated decision, frozen with every fact it used, so that it replays to the same answer after any change."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    kind = models.CharField(max_length=40)
    engine = models.CharField(max_length=40, help_text="name and version of the engine that decided")
    made_at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    outcome = models.CharField(max_length=40)
    reason = models.CharField(max_length=80)
    facts = models.JSONField()
    answer = models.JSONField()

    class Meta:
        triggers = append_only()


class StoredFile(models.Model):
    """A document the house made or was given, by its content. Never changed; a new version is a new row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    subject = models.CharField(max_length=120, db_index=True)
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "kind", "name"], name="file_once_per_subject")]
        triggers = append_only()


class Message(models.Model):
    """Something somebody should know, shown in the house. ``code`` and ``params`` give the text in three languages."""

    id = models.BigAutoField(primary_key=True)
    recipient = models.CharField(max_length=80, help_text="the key of the person it is for")
    code = models.CharField(max_length=80)
    params = models.JSONField()
    link = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["recipient", "-created_at"], name="message_by_recipient")]


class Mail(models.Model):
    """An e-mail in the outbox, written in the transaction that caused it and sent by the worker afterwards."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    recipient = models.CharField(max_length=254)
    language = models.CharField(max_length=2)
    subject = models.CharField(max_length=300)
    body = models.TextField()
    sealed_link = models.TextField(
        blank=True, default="", db_default="", help_text="a link that only the reader may see, encrypted until sent"
    )
    stop_link = models.CharField(
        max_length=300, blank=True, default="", db_default="", help_text="where one click stops such mails"
    )
    kept = models.BooleanField(
        default=True, db_default=True, help_text="false: deleted when sent, for its address is nobody's that we know"
    )
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0, help_text="how often its address was refused")
    trouble = models.CharField(max_length=300, blank=True, default="", db_default="", help_text="why it is not sent")
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="mail_unsent", condition=models.Q(sent_at=None))]

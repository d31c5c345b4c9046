"""Sealed tenders: the openers' keys, a competition's lock, drafts and files on the way in, what was received, and what
an opening found. What is received is only added to; its content is readable to nobody before two openers open."""

from __future__ import annotations

import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from fellestorg.competitions.models.competition import Competition
from fellestorg.kernel.models import append_only
from fellestorg.organisations.models import Organisation, Person

# The database's own clock decides, in the statement that writes; whoever extends a deadline waits for the share lock.
_BY_THE_CLOCK = """
SELECT {date}, stage INTO closes, standing FROM competitions_competition WHERE id = NEW.competition_id FOR SHARE;
NEW.received_at := fellestorg_now();
IF standing NOT IN ({stages}) OR closes IS NULL OR NEW.received_at >= closes THEN
    RAISE EXCEPTION 'tender_too_late' USING ERRCODE = 'check_violation', CONSTRAINT = '{constraint}';
END IF;
RETURN NEW;
"""


def before_the_deadline(
    date: str = "tenders_until",
    stages: tuple[str, ...] = ("published", "invited"),
    constraint: str = "tender_before_the_deadline",
) -> pgtrigger.Trigger:
    """Stamps a row with the database's clock and refuses it, as a breach of ``constraint``, once that date of its
    competition has passed or the competition stands in another stage, whoever writes it."""
    named = ", ".join(f"'{stage}'" for stage in stages)
    return pgtrigger.Trigger(
        name="before_the_deadline",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("closes", "timestamptz"), ("standing", "text")],
        func=_BY_THE_CLOCK.format(date=date, stages=named, constraint=constraint),
    )


class OpeningKey(models.Model):
    """The public half of an age key. An opener's own, or an organisation's escrow key; the private half is never kept.

    It counts once its holder has shown that they can unlock it (``confirmed_at``)."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="opening_keys")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="escrow_keys")
    recipient = models.CharField(max_length=80, unique=True, help_text="age1…")
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True, help_text="a newer one has taken its place; older locks still know it")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None) ^ Q(organisation=None), name="opening_key_is_an_openers_or_in_escrow"
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(confirmed_at__isnull=False, retired_at=None),
                name="one_opening_key_a_person",
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(confirmed_at__isnull=False, retired_at=None),
                name="one_escrow_key_an_organisation",
            ),
        ]


class CompetitionKey(models.Model):
    """What tenders of a competition are encrypted to. The private half exists only inside its envelopes."""

    competition = models.OneToOneField(Competition, models.PROTECT, primary_key=True, related_name="lock")
    recipient = models.CharField(max_length=80, help_text="age1…")
    made_at = models.DateTimeField()

    class Meta:
        triggers = append_only()


class KeyEnvelope(models.Model):
    """The competition's private key encrypted to ``inner`` and then to ``outer``: both are needed, outer first."""

    id = models.BigAutoField(primary_key=True)
    lock = models.ForeignKey(CompetitionKey, models.PROTECT, related_name="envelopes")
    outer = models.ForeignKey(OpeningKey, models.PROTECT, related_name="+")
    inner = models.ForeignKey(OpeningKey, models.PROTECT, related_name="+")
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lock", "outer", "inner"], name="one_envelope_a_pair"),
            models.CheckConstraint(condition=~Q(outer=models.F("inner")), name="an_envelope_has_two_openers"),
        ]
        triggers = append_only()


class TenderDraft(models.Model):
    """A supplier's unfinished tender. ``wrapped`` is its key, under the installation's tender key while it is worked
    on and, once the tender is delivered (``locked``), under a code that only the supplier was shown."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="drafts")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="tender_drafts")
    wrapped = models.BinaryField()
    sealed = models.BinaryField()
    locked = models.BooleanField(default=False)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["competition", "supplier"], name="one_draft_a_supplier")]


class TenderFile(models.Model):
    """A file of a tender. Its chunks are encrypted with a key of its own that stands in ``sealed`` with its name and
    hash, under the draft's key; on delivery the key goes into the sealed tender."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    draft = models.ForeignKey(TenderDraft, models.PROTECT, related_name="files")
    sealed = models.BinaryField()
    begun_at = models.DateTimeField()
    complete = models.BooleanField(default=False)
    dropped = models.BooleanField(default=False, help_text="taken out of the draft; an older tender may hold it")

    class Meta:
        ordering = ["begun_at"]


class TenderFileChunk(models.Model):
    """A stretch of a file, encrypted."""

    id = models.BigAutoField(primary_key=True)
    file = models.ForeignKey(TenderFile, models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="tender_file_chunk_once")]


class Tender(models.Model):
    """A tender as received: quality and price encrypted apart to the competition's key, and the hash of both.

    ``received_at`` is the database's own clock. The newest of a supplier in a round stands, unless withdrawn."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="tenders")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="tenders")
    round = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveSmallIntegerField()
    receipt = models.CharField(max_length=20, unique=True, help_text="drawn, so that it tells nothing of the others")
    sha256 = models.CharField(max_length=64, help_text="of the content before encryption, with its random salt")
    quality = models.BinaryField()
    price = models.BinaryField()
    files = ArrayField(models.UUIDField(), default=list)
    received_at = models.DateTimeField()
    submitted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["received_at"]
        constraints = [
            models.UniqueConstraint(fields=["competition", "supplier", "round", "version"], name="tender_version_once")
        ]
        triggers = [*append_only(), before_the_deadline()]


class TenderWithdrawal(models.Model):
    """A tender taken back before the deadline."""

    tender = models.OneToOneField(Tender, models.PROTECT, primary_key=True, related_name="withdrawal")
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        triggers = [*append_only(), before_the_deadline()]


class TenderStamp(models.Model):
    """A time stamp (RFC 3161) over a tender's hash, from the authority named."""

    tender = models.OneToOneField(Tender, models.PROTECT, primary_key=True, related_name="stamp")
    authority = models.CharField(max_length=300)
    token = models.BinaryField(help_text="the whole answer, DER")
    stamped_at = models.DateTimeField(help_text="as the authority says")

    class Meta:
        triggers = append_only()


class OpeningHalf(models.Model):
    """What the first opener's key left: the private key still encrypted to the second. Gone when the second has come,
    to open the tenders or to put the private key in envelopes for openers that have come since."""

    class Purpose(models.TextChoices):
        OPEN = "open"
        RENEW = "renew"

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.CASCADE, related_name="opening_halves")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    key = models.ForeignKey(OpeningKey, models.PROTECT, related_name="+", help_text="the key that was given")
    inner = models.ForeignKey(OpeningKey, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=5, choices=Purpose, default=Purpose.OPEN)
    sealed = models.BinaryField()
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["competition", "purpose", "person", "key", "inner"], name="opening_half_once"
            )
        ]


class Opening(models.Model):
    """An opening: which two people gave which two keys, and when."""

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="openings")
    round = models.PositiveSmallIntegerField(default=1)
    opened_at = models.DateTimeField()
    first = models.ForeignKey(Person, models.PROTECT, related_name="+")
    first_key = models.ForeignKey(OpeningKey, models.PROTECT, related_name="+")
    first_at = models.DateTimeField()
    second = models.ForeignKey(Person, models.PROTECT, related_name="+")
    second_key = models.ForeignKey(OpeningKey, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["competition", "round"]
        constraints = [
            models.UniqueConstraint(fields=["competition", "round"], name="opened_once_a_round"),
            models.CheckConstraint(condition=~Q(first=models.F("second")), name="two_people_open"),
            models.CheckConstraint(condition=~Q(first_key=models.F("second_key")), name="two_keys_open"),
        ]
        triggers = append_only()


class OpenedQuality(models.Model):
    """The quality part of an opened tender, for those who evaluate; with ``fault`` where it is not what was received."""

    tender = models.OneToOneField(Tender, models.PROTECT, primary_key=True, related_name="opened")
    opening = models.ForeignKey(Opening, models.PROTECT, related_name="tenders")
    content = models.JSONField(default=dict)
    file_keys = models.JSONField(default=dict, help_text="file id -> the key of its chunks")
    fault = models.CharField(max_length=40, blank=True)
    bad_files = ArrayField(models.CharField(max_length=300), default=list)

    class Meta:
        triggers = append_only()


class OpenedPrice(models.Model):
    """The price part of an opened tender, apart: evaluators of quality are not shown it."""

    tender = models.OneToOneField(Tender, models.PROTECT, primary_key=True, related_name="opened_price")
    content = models.JSONField(default=dict)

    class Meta:
        triggers = append_only()


class VaultEntry(models.Model):
    """An answer or a piece of evidence that a supplier keeps to use again, under the installation's tender key."""

    class Kind(models.TextChoices):
        ANSWER = "answer"
        EVIDENCE = "evidence"

    id = models.BigAutoField(primary_key=True)
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="vault")
    kind = models.CharField(max_length=8, choices=Kind)
    sealed = models.BinaryField()
    sealed_file = models.BinaryField(null=True)
    expires = models.DateField(null=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["supplier", "-saved_at"]

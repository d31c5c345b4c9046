"""A firm in the marketplace, the people who act for it there, and what was shown and decided on the way in."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from fellestorg.organisations.models import Organisation, Person, RoleGrant


class Firm(models.Model):
    """A firm that has registered. Nothing of it is public before SI has verified it."""

    class State(models.TextChoices):
        PENDING = "pending"
        VERIFIED = "verified"
        REFUSED = "refused"
        TAKEN_DOWN = "taken_down"
        WITHDRAWN = "withdrawn"

    id = models.BigAutoField(primary_key=True)
    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="firm")
    name = models.CharField(max_length=200, help_text="as the firm wants to be shown")
    website = models.URLField(max_length=300, blank=True)
    email = models.EmailField(blank=True, help_text="the firm's address for enquiries, not a person's")
    state = models.CharField(max_length=12, choices=State, default=State.PENDING)
    registered_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="verified") | Q(verified_at__isnull=False), name="firm_verified_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FirmMember(models.Model):
    """Somebody who acts for a firm in the marketplace, as long as ``ended_at`` is empty."""

    class Role(models.TextChoices):
        ADMINISTRATOR = "administrator"
        EDITOR = "editor"
        READER = "reader"

    id = models.BigAutoField(primary_key=True)
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="firm_memberships")
    role = models.CharField(max_length=14, choices=Role)
    grant = models.ForeignKey(
        RoleGrant, models.SET_NULL, null=True, related_name="+", help_text="the supplier's role that came with the firm"
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["firm", "person"], condition=Q(ended_at=None), name="member_of_a_firm_once_at_a_time"
            )
        ]


class FirmFile(models.Model):
    """What a firm showed SI. The content is erased when it is no longer needed; the digest stays."""

    class Kind(models.TextChoices):
        POWER_OF_ATTORNEY = "power_of_attorney"
        REGISTER_EXTRACT = "register_extract"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="files")
    kind = models.CharField(max_length=20, choices=Kind)
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=60)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    added_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(content__isnull=True, erased_at__isnull=False)
                | Q(content__isnull=False, erased_at__isnull=True),
                name="firm_file_is_there_until_erased",
            )
        ]


class Registration(models.Model):
    """One registration of a firm: by whom, with which right, and what the register said then."""

    class Right(models.TextChoices):
        ROLE = "role"
        SIGNATURE = "signature"
        POWER_OF_ATTORNEY = "power_of_attorney"

    id = models.BigAutoField(primary_key=True)
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="registrations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="registrations")
    right = models.CharField(max_length=20, choices=Right)
    registry_address = models.URLField(max_length=300, blank=True, help_text="where a foreign register shows the firm")
    registry = models.JSONField(default=dict, help_text="what the register said: unit, source, as_of; empty: not asked")
    warnings = models.JSONField(default=list, help_text="codes; their words are in firms/words.py")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at", "-id"]


class TermsAcceptance(models.Model):
    """That somebody accepted a version of the terms for a firm."""

    id = models.BigAutoField(primary_key=True)
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="terms")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    version = models.CharField(max_length=20)
    language = models.CharField(max_length=2, help_text="the language it was read in")
    sha256 = models.CharField(max_length=64, help_text="of the text that was shown")
    accepted_at = models.DateTimeField()

    class Meta:
        ordering = ["-accepted_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["firm", "person", "version"], name="terms_accepted_once")]


class FirmStep(models.Model):
    """A step of a firm's way: registered, verified, refused, taken down, let back, withdrawn; and why."""

    id = models.BigAutoField(primary_key=True)
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=20)
    reason = models.CharField(max_length=40, blank=True, help_text="a code of firms/reasons.toml")
    text = models.TextField(blank=True)
    by = models.CharField(max_length=200, help_text="the office that decided, or the firm's own person")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]


class JoinRequest(models.Model):
    """Somebody who says she belongs to an organisation that others act for already."""

    class State(models.TextChoices):
        WAITING = "waiting"
        ACCEPTED = "accepted"
        REFUSED = "refused"

    id = models.BigAutoField(primary_key=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="join_requests")
    person = models.ForeignKey(Person, models.PROTECT, related_name="join_requests")
    text = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    made_at = models.DateTimeField()
    decided_by = models.CharField(max_length=200, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person"], condition=Q(state="waiting"), name="join_request_once_at_a_time"
            )
        ]


class FirmInvitation(models.Model):
    """A colleague invited by a firm's administrator. The link opens once and for a time; only its digest is kept."""

    id = models.BigAutoField(primary_key=True)
    firm = models.ForeignKey(Firm, models.PROTECT, related_name="invitations")
    email = models.EmailField(blank=True, help_text="empty once it is no longer needed")
    role = models.CharField(max_length=14, choices=FirmMember.Role)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, help_text="accepted or taken back")
    accepted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-made_at", "-id"]

"""How people prove who they are in a real installation. No secret stands here as it is: passwords, recovery codes and
links as hashes, the key of the code app encrypted (``kernel/secrets.py``)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fellestorg.organisations.models.people import Person


class Account(models.Model):
    """A person's password and code app. ``epoch`` counts up when every session is to end; a session holds its own."""

    person = models.OneToOneField(Person, models.PROTECT, primary_key=True, related_name="account")
    password = models.CharField(max_length=200, help_text="argon2")
    code_key = models.TextField(help_text="the code app's key (TOTP), encrypted")
    code_step = models.BigIntegerField(default=0, help_text="the last 30 seconds whose code was used: each counts once")
    epoch = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    password_at = models.DateTimeField(help_text="when the password was chosen")


class RecoveryCode(models.Model):
    """A code that stands in for the code app once."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="recovery_code_once")]


class OneTimeLink(models.Model):
    """A link that opens once, for a time: the first administrator's, an invitation, or a forgotten password."""

    class Purpose(models.TextChoices):
        FIRST_ADMINISTRATOR = "first"
        INVITATION = "invitation"
        PASSWORD = "password"  # noqa: S105 the name of a purpose

    id = models.BigAutoField(primary_key=True)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of what stands in the link")
    purpose = models.CharField(max_length=12, choices=Purpose)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="links")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(purpose="first") & Q(person=None)) | (~Q(purpose="first") & ~Q(person=None)),
                name="only_the_first_link_is_nobodys",
            )
        ]


class AccountRequest(models.Model):
    """Somebody who has asked for an account of her own, and a link that was sent to the address she gave. Opens once."""

    id = models.BigAutoField(primary_key=True)
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of what stands in the link")
    email = models.EmailField()
    language = models.CharField(max_length=2)
    onward = models.CharField(max_length=300, help_text="the page she came from")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class SignInTries(models.Model):
    """How often a user name has been tried in a row, whether anybody has it or not. Named by a digest only."""

    digest = models.CharField(max_length=64, primary_key=True)
    tries = models.PositiveSmallIntegerField()
    since = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

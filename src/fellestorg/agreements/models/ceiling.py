"""The ceiling ledger: append-only entries over all buyers, and the sums that are kept with them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fellestorg.agreements.models.agreement import Lot
from fellestorg.kernel.models import DecisionRecord, append_only
from fellestorg.organisations.models import Organisation


class CeilingBalance(models.Model):
    """The running sums of a lot's ledger. Its row lock decides the order of everything that draws on the ceiling.

    ``used`` is the sum over call-offs of the larger of (committed - released) and actual, opening balances included;
    ``reserved`` is what open approvals hold.
    """

    lot = models.OneToOneField(Lot, models.PROTECT, primary_key=True, related_name="balance")
    used = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    reserved = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    quantity_used = models.DecimalField(max_digits=18, decimal_places=4, default=0)
    warned_at_percent = models.PositiveSmallIntegerField(default=0)


class DrawBalance(models.Model):
    """The running sums of one call-off (or one opening balance, or one purchase made elsewhere) under a lot."""

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="draws")
    reference = models.CharField(max_length=80)
    committed = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    released = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    reserved = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    actual = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    quantity = models.DecimalField(max_digits=18, decimal_places=4, default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lot", "reference"], name="draw_once_a_lot")]


class CeilingEntry(models.Model):
    """One line of the ledger: append-only, over all buyers. Amounts are kroner without VAT and never negative.

    ``reserve`` opens a hold, ``release`` with ``of_reserve`` closes it; ``commit`` draws, ``release`` gives back;
    ``actual`` is what it became; ``opening`` is what was drawn before Fellestorg; ``correct`` takes back part of an
    ``actual`` or ``opening`` that was recorded wrongly.
    """

    class Kind(models.TextChoices):
        OPENING = "opening"
        RESERVE = "reserve"
        COMMIT = "commit"
        RELEASE = "release"
        ACTUAL = "actual"
        CORRECT = "correct"

    id = models.BigAutoField(primary_key=True)
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=8, choices=Kind)
    of_reserve = models.BooleanField(default=False)
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    reference = models.CharField(max_length=80, help_text="the call-off, or what it is called elsewhere")
    buyer = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    decision = models.ForeignKey(DecisionRecord, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(help_text="the instant of registration; it never goes back")
    made_on = models.DateField(null=True, help_text="the day a purchase was made elsewhere; empty: the day of at")
    quantity = models.DecimalField(
        max_digits=18, decimal_places=4, default=0, help_text="units, where the lot counts them"
    )
    used_after = models.DecimalField(max_digits=18, decimal_places=2)
    reserved_after = models.DecimalField(max_digits=18, decimal_places=2)
    breach = models.BooleanField(default=False, help_text="a recorded fact that took the lot past 100 %")
    flags = models.CharField(max_length=40, null=True, help_text="rules a recorded fact did not keep, e.g. FA-2 FA-4")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["lot", "at", "id"], name="entry_by_time"),
            models.Index(fields=["reference"], name="entry_by_reference"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="entry_is_not_negative"),
            models.CheckConstraint(condition=Q(of_reserve=False) | Q(kind="release"), name="only_a_release_closes"),
            models.CheckConstraint(
                condition=~Q(kind="correct")
                | Q(reference__startswith="elsewhere:")
                | Q(reference__startswith="opening:"),
                name="only_facts_are_corrected",
            ),
        ]
        triggers = append_only()

"""What tenderers read: the documents in every version, the clauses chosen for the contract, and how the environment rule
is met."""

from __future__ import annotations

from django.db import models

from fellestorg.competitions.models.competition import Competition
from fellestorg.kernel.models import StoredFile, append_only
from fellestorg.organisations.models import Person


class CompetitionDocument(models.Model):
    """One version of a document. A change is the next version with its reason; ``withdrawn`` takes the document out."""

    class Kind(models.TextChoices):
        INVITATION = "invitation"
        SPECIFICATION = "specification"
        CONTRACT = "contract"
        ANNEX = "annex"

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.PROTECT, related_name="documents")
    key = models.SlugField(max_length=60)
    version = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=14, choices=Kind)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True, help_text="what is new in this version")
    withdrawn = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["competition", "key", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["competition", "key", "version"], name="competition_document_version_once")
        ]
        triggers = append_only()


class ClauseChoice(models.Model):
    """Whether a proposed contract clause (law/contract_clauses.toml) is part of the contract, and why not."""

    id = models.BigAutoField(primary_key=True)
    competition = models.ForeignKey(Competition, models.CASCADE, related_name="clauses")
    clause = models.CharField(max_length=20, help_text="the rule that proposes it")
    included = models.BooleanField()
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["competition", "clause"]
        constraints = [models.UniqueConstraint(fields=["competition", "clause"], name="clause_chosen_once")]


class EnvironmentAnswer(models.Model):
    """How the competition meets the rule on climate and environment (ENV): by weight, or by what may stand instead."""

    competition = models.OneToOneField(Competition, models.CASCADE, primary_key=True, related_name="environment")
    how = models.CharField(max_length=24, help_text="weight, or a way that rule ENV-ALT names")
    reason = models.TextField(blank=True)

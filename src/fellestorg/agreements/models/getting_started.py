"""What an agency and its suppliers must know of each other before the first order under an agreement."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from fellestorg.agreements.models.agreement import FrameworkAgreement
from fellestorg.organisations.models import Organisation, Person


class AgencySetup(models.Model):
    """An agency's own part, the same for all its suppliers under an agreement: where goods and invoices go, whom to ask.

    ``delivery_address`` and ``buyer_reference`` are what its call-offs say unless they say something else.
    """

    id = models.BigAutoField(primary_key=True)
    agreement = models.ForeignKey(FrameworkAgreement, models.PROTECT, related_name="agency_setups")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="agency_setups")
    delivery_address = models.CharField(max_length=300)
    invoice_address = models.CharField(max_length=300, blank=True, help_text="for what cannot be sent electronically")
    invoice_endpoint = models.CharField(max_length=60, help_text="Peppol participant, e.g. 0192:986252932")
    buyer_reference = models.CharField(max_length=100, blank=True)
    contact_name = models.CharField(max_length=200)
    contact_email = models.EmailField()
    contact_phone = models.CharField(max_length=30, blank=True)
    saved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["organisation__sort_name"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "organisation"], name="one_setup_of_an_agency"),
            models.CheckConstraint(
                condition=Q(invoice_endpoint__regex=r"^[0-9]{4}:[A-Za-z0-9._-]+$"), name="endpoint_has_a_scheme"
            ),
        ]

    @property
    def subject(self) -> str:
        """The key under which the event log tells of this setup."""
        return f"agency_setup:{self.pk}"


class SupplierSetup(models.Model):
    """One supplier's part of an agency's setup: the customer number, who may use its shop, and whether it is in place.

    ``sent`` is a snapshot's number: a supplier answers what it was sent, not what was changed since.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        SENT = "sent"
        ASKED_BACK = "asked_back"
        CONFIRMED = "confirmed"

    id = models.BigAutoField(primary_key=True)
    setup = models.ForeignKey(AgencySetup, models.PROTECT, related_name="suppliers")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    customer_number = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True, help_text="the agency's words to the supplier")
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    revision = models.PositiveIntegerField(default=0, help_text="how often it has been sent")
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    question = models.TextField(blank=True, help_text="what the supplier asked back")

    class Meta:
        ordering = ["supplier__sort_name"]
        constraints = [
            models.UniqueConstraint(fields=["setup", "supplier"], name="one_setup_with_a_supplier"),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(answered_by__isnull=False) & ~Q(customer_number=""),
                name="confirmed_with_a_customer_number",
            ),
            models.CheckConstraint(
                condition=~Q(state="asked_back") | Q(answered_by__isnull=False) & ~Q(question=""),
                name="asked_back_with_a_question",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(sent_at__isnull=False, revision__gt=0), name="answered_after_being_sent"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(answered_at__gte=F("sent_at")), name="setup_answer_after_it_was_sent"
            ),
        ]


class ShopAccess(models.Model):
    """A person at the agency who is to use the supplier's shop; ``granted_at`` when the supplier has let them in."""

    id = models.BigAutoField(primary_key=True)
    supplier_setup = models.ForeignKey(SupplierSetup, models.CASCADE, related_name="access")
    name = models.CharField(max_length=200)
    email = models.EmailField()
    granted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "email"]
        constraints = [models.UniqueConstraint(fields=["supplier_setup", "email"], name="shop_access_once")]

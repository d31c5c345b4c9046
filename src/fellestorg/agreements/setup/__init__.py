"""Setting up agreements by sheet: agreements, lots with their suppliers, participants, call-off policies and what was
drawn before Fellestorg. Sheets add; what stands already is changed on its own page."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fellestorg.agreements.halts import halted_on
from fellestorg.agreements.models import CeilingEntry, FrameworkAgreement, Lot, Participation, PolicyVersion
from fellestorg.agreements.setup.agreements import COLUMNS as AGREEMENT_COLUMNS
from fellestorg.agreements.setup.agreements import write_agreements
from fellestorg.agreements.setup.clauses import kinds as clause_kinds
from fellestorg.agreements.setup.clauses import steps as clause_steps
from fellestorg.agreements.setup.lots import COLUMNS as LOT_COLUMNS
from fellestorg.agreements.setup.lots import write_lots
from fellestorg.agreements.setup.openings import COLUMNS as OPENING_COLUMNS
from fellestorg.agreements.setup.openings import write_openings
from fellestorg.agreements.setup.participants import COLUMNS as PARTICIPANT_COLUMNS
from fellestorg.agreements.setup.participants import write_participants
from fellestorg.agreements.setup.policies import COLUMNS as POLICY_COLUMNS
from fellestorg.agreements.setup.policies import write_policies
from fellestorg.kernel.setup import Kind, State, Step, register


def register_setup() -> None:
    """Register this room's kinds and steps."""
    register(
        [
            Kind(
                "agreements",
                _("Avtaler"),
                _("Én rad for hver fellesavtale. En avtale som finnes, endres på sin egen side."),
                _("Ny avtale"),
                AGREEMENT_COLUMNS,
                write_agreements,
            ),
            Kind(
                "lots",
                _("Delkontrakter med leverandører"),
                _("Én rad for hver delkontrakt, med leverandørene i rekkefølge og den høyeste verdien."),
                _("Ny delkontrakt"),
                LOT_COLUMNS,
                write_lots,
            ),
            Kind(
                "participants",
                _("Deltakere"),
                _("Én rad for hver virksomhet som kan gjøre avrop på en avtale."),
                _("Ny deltaker"),
                PARTICIPANT_COLUMNS,
                write_participants,
            ),
            Kind(
                "policies",
                _("Avropsregler"),
                _(
                    "Én rad for hvert steg, i rekkefølge. Det siste steget har ingen vilkår. "
                    "Ta med alle delkontraktene i avtalen."
                ),
                _("Ny avropsregel"),
                POLICY_COLUMNS,
                write_policies,
            ),
            Kind(
                "openings",
                _("Åpningssaldoer"),
                _("Det som var kjøpt på en delkontrakt før Fellestorg, så taket er sant fra første dag."),
                _("Ny åpningssaldo"),
                OPENING_COLUMNS,
                write_openings,
            ),
            *clause_kinds(),
        ],
        [
            Step("agreements", 50, _("Avtaler"), _("Fellesavtalene dere forvalter."), _agreements, "agreements"),
            Step("lots", 60, _("Delkontrakter"), _("Med leverandører i rekkefølge og et tak."), _lots, "lots"),
            Step("participants", 70, _("Deltakere"), _("Hvem som kan gjøre avrop."), _participants, "participants"),
            Step(
                "policies",
                80,
                _("Avropsregler"),
                _("Det siste før avtalen er i bruk. Senere endringer må en annen godkjenne."),
                _policies,
                "policies",
            ),
            Step(
                "openings",
                110,
                _("Åpningssaldoer"),
                _("Bare for avtaler som var i bruk før Fellestorg."),
                _openings,
                "openings",
                optional=True,
            ),
            *clause_steps(),
        ],
    )


def _usable(day: date) -> QuerySet[FrameworkAgreement]:
    """Agreements that run or will: one that is cancelled or delayed needs nothing yet."""
    return FrameworkAgreement.objects.filter(ends__gte=day).exclude(pk__in=halted_on(day))


def _agreements(day: date) -> State:
    running = FrameworkAgreement.objects.filter(ends__gte=day).count()
    missing = () if running else (gettext("Ingen avtale løper nå eller senere."),)
    return State(FrameworkAgreement.objects.count(), missing, reverse("agreements"))


def _lots(day: date) -> State:
    running = _usable(day)
    without = running.filter(lots=None)
    missing = [gettext("%(key)s har ingen delkontrakt.") % {"key": one.key} for one in without]
    # Suppliers of a dynamic purchasing system are admitted, and may be so at any time.
    alone = Lot.objects.filter(agreement__in=running, positions=None, admissions=None).select_related("agreement")
    missing += [gettext("%(lot)s har ingen leverandør.") % {"lot": str(one)} for one in alone]
    if not running:
        missing.append(gettext("Det finnes ingen avtale å legge dem under."))
    return State(Lot.objects.count(), tuple(missing), reverse("agreements"))


def _participants(day: date) -> State:
    without = _usable(day).exclude(participations__isnull=False)
    missing = [gettext("%(key)s har ingen deltakere.") % {"key": one.key} for one in without]
    count = Participation.objects.count()
    return State(count, tuple(missing) if count or missing else (gettext("Ingen virksomhet deltar i noen avtale."),))


def _policies(day: date) -> State:
    without = Lot.objects.filter(agreement__ends__gte=day, policies=None).select_related("agreement")
    missing = [gettext("%(lot)s har ingen avropsregler.") % {"lot": str(one)} for one in without]
    count = PolicyVersion.objects.count()
    return State(count, tuple(missing) if count or missing else (gettext("Ingen delkontrakt har avropsregler."),))


def _openings(day: date) -> State:
    count = CeilingEntry.objects.filter(kind=CeilingEntry.Kind.OPENING).count()
    return State(count, () if count else (gettext("Ingen er registrert."),))

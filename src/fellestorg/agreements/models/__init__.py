"""The data of agreements, by subject: agreement, halt, ceiling, options, office."""

from fellestorg.agreements.models.admissions import Admission
from fellestorg.agreements.models.agreement import (
    FORTY_EIGHT_MONTHS,
    ExtensionOption,
    FrameworkAgreement,
    Lot,
    Participation,
    PolicyVersion,
    SupplierPosition,
)
from fellestorg.agreements.models.applications import AdmissionApplication
from fellestorg.agreements.models.ceiling import (
    CeilingBalance,
    CeilingEntry,
    DrawBalance,
)
from fellestorg.agreements.models.earlier import EarlierAgreement
from fellestorg.agreements.models.getting_started import AgencySetup, ShopAccess, SupplierSetup
from fellestorg.agreements.models.halt import AgreementHalt
from fellestorg.agreements.models.office import (
    ChangeProposal,
    Contact,
    FrameworkDocument,
    NewsItem,
)
from fellestorg.agreements.models.options import (
    AssortmentOption,
    OptionChoice,
    RegulationClause,
)
from fellestorg.agreements.models.quotas import QuotaShare, SupplierAssignment
from fellestorg.agreements.models.upkeep import AdmissionSuspension, DeclarationRequest

__all__ = [
    "FORTY_EIGHT_MONTHS",
    "Admission",
    "AdmissionApplication",
    "AdmissionSuspension",
    "AgencySetup",
    "AgreementHalt",
    "AssortmentOption",
    "CeilingBalance",
    "CeilingEntry",
    "ChangeProposal",
    "Contact",
    "DeclarationRequest",
    "DrawBalance",
    "EarlierAgreement",
    "ExtensionOption",
    "FrameworkAgreement",
    "FrameworkDocument",
    "Lot",
    "NewsItem",
    "OptionChoice",
    "Participation",
    "PolicyVersion",
    "QuotaShare",
    "RegulationClause",
    "ShopAccess",
    "SupplierAssignment",
    "SupplierPosition",
    "SupplierSetup",
]

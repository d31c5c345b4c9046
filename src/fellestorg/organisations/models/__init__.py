"""Organisations, people and roles; and the accounts by which people sign in to a real installation."""

from fellestorg.organisations.models.accounts import Account, OneTimeLink, RecoveryCode, SignInTries
from fellestorg.organisations.models.insolvency import Insolvency
from fellestorg.organisations.models.people import Organisation, Person, RoleGrant
from fellestorg.organisations.models.tokens import ApiToken

__all__ = [
    "Account",
    "ApiToken",
    "Insolvency",
    "OneTimeLink",
    "Organisation",
    "Person",
    "RecoveryCode",
    "RoleGrant",
    "SignInTries",
]

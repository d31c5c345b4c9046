"""Organisations, people and roles; and the accounts by which people sign in to a real installation."""

from fellestorg.organisations.models.accounts import Account, AccountRequest, OneTimeLink, RecoveryCode, SignInTries
from fellestorg.organisations.models.insolvency import Insolvency
from fellestorg.organisations.models.people import Organisation, Person, RoleGrant
from fellestorg.organisations.models.registry import RegisteredUnit, RegistryChange, RegistryFeed
from fellestorg.organisations.models.tokens import ApiToken

__all__ = [
    "Account",
    "AccountRequest",
    "ApiToken",
    "Insolvency",
    "OneTimeLink",
    "Organisation",
    "Person",
    "RecoveryCode",
    "RegisteredUnit",
    "RegistryChange",
    "RegistryFeed",
    "RoleGrant",
    "SignInTries",
]

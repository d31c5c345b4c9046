from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "fellestorg.organisations"
    label = "organisations"

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    name = "fellestorg.agreements"
    label = "agreements"

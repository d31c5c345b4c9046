from django.apps import AppConfig


class CataloguesConfig(AppConfig):
    name = "fellestorg.catalogues"
    label = "catalogues"

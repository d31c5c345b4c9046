from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "fellestorg.kernel"
    label = "kernel"

from django.apps import AppConfig


class CalloffsConfig(AppConfig):
    name = "fellestorg.calloffs"
    label = "calloffs"

from django.apps import AppConfig


class CalloffsConfig(AppConfig):
    name = "fellestorg.calloffs"
    label = "calloffs"

    def ready(self) -> None:
        from fellestorg.calloffs import notices
        from fellestorg.kernel import messages

        messages.register(notices.TEXTS)

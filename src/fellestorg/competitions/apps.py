from __future__ import annotations

from django.apps import AppConfig


class CompetitionsConfig(AppConfig):
    name = "fellestorg.competitions"
    label = "competitions"

    def ready(self) -> None:
        from fellestorg.competitions import verbs
        from fellestorg.competitions.award.register import register as award
        from fellestorg.competitions.dialogue.register import register as dialogue
        from fellestorg.competitions.evaluation.register import register as evaluation
        from fellestorg.competitions.interchange.panel import register as interchange
        from fellestorg.competitions.preparing.register import register as register_preparing
        from fellestorg.competitions.rounds.register import register as rounds
        from fellestorg.competitions.selecting.register import register as selecting
        from fellestorg.competitions.systems.register import register as systems
        from fellestorg.competitions.tenders.register import register as tenders
        from fellestorg.kernel.verbs import register_subject, register_verbs

        register_verbs(verbs.VERBS)
        register_subject("competition", verbs.competition_link)
        award()
        dialogue()
        evaluation()
        interchange()
        systems()
        rounds()
        selecting()
        tenders()
        register_preparing()

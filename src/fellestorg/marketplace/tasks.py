"""The marketplace's own jobs."""

from __future__ import annotations

from fellestorg.kernel.jobs import task


@task("tell_of_article_reviews", cron="35 6 * * *")
def tell_of_article_reviews() -> None:
    """Tell of articles that are to be read through soon, each once."""
    from fellestorg.kernel import clock
    from fellestorg.marketplace.guidance import actions

    actions.tell_of_reviews(now=clock.now())


@task("follow_saved_searches", cron="20 6 * * *")
def follow_saved_searches() -> None:
    """Write the index anew, for what time alone has changed, and tell people what is new in their searches."""
    from fellestorg.kernel import clock
    from fellestorg.marketplace.search import indexing, saving

    indexing.reindex()
    saving.tell(clock.now())


@task("remind_of_ageing_answers", cron="45 6 * * *")
def remind_of_ageing_answers() -> None:
    """Tell firms of answers that grow old, each step once."""
    from fellestorg.kernel import clock
    from fellestorg.marketplace.moderation import ageing

    ageing.remind(clock.now())


@task("tell_of_opportunities", cron="50 6 * * *")
def tell_of_opportunities() -> None:
    """Tell subscribers what firms can compete for since last, each whose turn it is."""
    from fellestorg.kernel import clock
    from fellestorg.marketplace.opportunities import digest

    digest.tell(clock.now())

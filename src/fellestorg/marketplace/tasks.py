"""The marketplace's own jobs."""

from __future__ import annotations

from fellestorg.kernel.jobs import task


@task("tell_of_article_reviews", cron="35 6 * * *")
def tell_of_article_reviews() -> None:
    """Tell of articles that are to be read through soon, each once."""
    from fellestorg.kernel import clock
    from fellestorg.marketplace.guidance import actions

    actions.tell_of_reviews(now=clock.now())

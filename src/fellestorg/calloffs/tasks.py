"""The call-offs' own jobs."""

from __future__ import annotations

from fellestorg.kernel.jobs import task


@task("make_documents")
def make_documents(call_off_id: str) -> None:
    """Make the protocol and the orders of a call-off where they are missing."""
    from fellestorg.calloffs.models import CallOff
    from fellestorg.calloffs.papers import documents

    found = CallOff.objects.select_related("lot__agreement__owner", "buyer", "decision", "requested_by", "approved_by")
    documents.make(found.get(pk=call_off_id))


@task("lapse_reserves", cron="*/5 * * * *")
def lapse_reserves() -> None:
    """Release the reserves that nobody approved in time."""
    from fellestorg.calloffs import actions

    actions.lapse_reserves()


@task("move_offers_on", cron="* * * * *")
def move_offers_on() -> None:
    """End the offers whose time is over, ask the next suppliers, and remind those that have not answered."""
    from fellestorg.calloffs.cascade import actions

    actions.time_out_due()
    actions.remind_due()


@task("remind_of_award_notices", cron="55 6 * * *")
def remind_of_award_notices() -> None:
    """Remind of the quarter's awards in purchasing systems that are to be announced, once a quarter."""
    from fellestorg.calloffs.system_awards.reminding import remind
    from fellestorg.kernel import clock

    remind(now=clock.now())


@task("remind_of_reuse_routines", cron="40 6 * * *")
def remind_of_reuse_routines() -> None:
    """Remind, once for each day it was due, of routines for reuse that were not confirmed in time."""
    from fellestorg.calloffs.reuse.routines.actions import remind
    from fellestorg.kernel import clock

    remind(clock.now())

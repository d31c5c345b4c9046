"""Jobs exist exactly when what they belong to does, and outlive the worker that took them."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app

from fellestorg.kernel import jobs


def _jobs() -> list[tuple[str, dict[str, object], str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args, status::text FROM procrastinate_jobs ORDER BY id")
        return cursor.fetchall()


def _stranded(heartbeat: str, *, attempts: int = 0) -> None:
    """A job that a worker with such a heartbeat has taken; an empty heartbeat is a worker that is gone altogether."""
    with connection.cursor() as cursor:
        worker = None
        if heartbeat:
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id",
                [heartbeat],
            )
            worker = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id, attempts) "
            "VALUES ('default', 'send_mail', 'doing', %s, %s)",
            [worker, attempts],
        )


def test_the_rooms_tasks_are_found() -> None:
    app.perform_import_paths()
    assert {"send_mail", "make_documents", "lapse_reserves"} <= set(app.tasks)


@pytest.mark.django_db
def test_a_job_is_deferred_in_the_callers_transaction() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        jobs.defer("send_mail")
        assert len(_jobs()) == 1
        raise ZeroDivisionError
    assert _jobs() == []
    with transaction.atomic():
        jobs.defer("make_documents", call_off_id="x")
    assert [(name, status) for name, _, status in _jobs()] == [("make_documents", "todo")]


@pytest.mark.django_db
def test_a_commit_that_defers_a_job_notifies_nobody() -> None:
    """A notification would make all such commits wait for one another (migration 0002)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = 'procrastinate_jobs'::regclass AND tgenabled <> 'D' "
            "AND tgname LIKE '%%queue_job_inserted%%'"
        )
        assert cursor.fetchall() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("heartbeat", "attempts", "taken", "status"),
    [
        ("1 hour", 0, 1, "todo"),
        ("", 0, 1, "todo"),
        ("1 second", 0, 0, "doing"),
        ("1 hour", 5, 1, "failed"),
    ],
    ids=["worker silent", "worker gone", "worker alive", "took its worker down every time"],
)
def test_a_job_is_taken_up_again_when_its_worker_is_dead(
    heartbeat: str, attempts: int, taken: int, status: str
) -> None:
    _stranded(heartbeat, attempts=attempts)
    assert jobs.rescue() == taken
    assert [one[2] for one in _jobs()] == [status]
    assert jobs.rescue() == 0


@pytest.mark.django_db
def test_a_job_is_asked_for_as_procrastinate_asks() -> None:
    jobs.defer("make_documents", call_off_id="x")
    app.configure_task("make_documents").defer(call_off_id="x")
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(j) - 'id' FROM procrastinate_jobs j ORDER BY id")
        ours, theirs = cursor.fetchall()
    assert ours == theirs


@pytest.mark.django_db
def test_a_task_that_does_everything_takes_over_what_waits_and_nothing_else() -> None:
    for _time in range(3):
        jobs.defer("send_mail")
    jobs.defer("make_documents", call_off_id="x")
    _stranded("1 second")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, attempts, scheduled_at) "
            "VALUES ('default', 'send_mail', 1, now() + interval '25 seconds')"
        )
    assert jobs.take_over("send_mail") == 3
    assert [(name, status) for name, _, status in _jobs()] == [
        ("make_documents", "todo"), ("send_mail", "doing"), ("send_mail", "todo"),
    ]  # fmt: skip

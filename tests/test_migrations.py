"""The squashed migrations say what the files they replace say, and databases made by either are one and the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.db.migrations.writer import MigrationWriter

SQUASHED = {key: one.replaces for key, one in MigrationLoader(None).disk_migrations.items() if one.replaces}
OLD = sorted({app for app, _ in SQUASHED})


def _plan(*wanted: tuple[str, str]) -> list[tuple[str, str]]:
    """What is still to be done to have these migrations, or every one."""
    executor = MigrationExecutor(connection)
    return [
        (one.app_label, one.name) for one, _ in executor.migration_plan(wanted or executor.loader.graph.leaf_nodes())
    ]


def _forget(*names: tuple[str, str]) -> None:
    with connection.cursor() as cursor:
        for app, name in names:
            cursor.execute("DELETE FROM django_migrations WHERE app = %s AND name = %s", [app, name])
            assert cursor.rowcount == 1


def _written(state: ProjectState) -> dict[tuple[str, str], list[str]]:
    """Every model as a migration would write it: fields in the order of the columns, constraints, indexes, triggers."""
    return {
        key: [
            *(f"{name} {MigrationWriter.serialize(field)[0]}" for name, field in model.fields.items()),
            *(f"{name} {MigrationWriter.serialize(value)[0]}" for name, value in sorted(model.options.items())),
            str(model.bases),
        ]
        for key, model in state.models.items()
    }


def test_the_squashed_files_give_the_models_that_the_old_files_give() -> None:
    last = [replaces[-1] for replaces in SQUASHED.values()]
    by_squashed = MigrationLoader(None).project_state(list(SQUASHED))
    by_old = MigrationLoader(None, replace_migrations=False).project_state(last)
    assert _written(by_squashed) == _written(by_old)


@pytest.mark.parametrize("app", OLD)
def test_a_squashed_file_replaces_every_file_it_was_made_of(app: str) -> None:
    loader = MigrationLoader(None)
    ((name, replaces),) = [(name, replaces) for (one, name), replaces in SQUASHED.items() if one == app]
    others = {key for key in loader.disk_migrations if key[0] == app and key[1] <= name.removeprefix("0001_squashed_")}
    assert set(replaces) == others - {(app, name)}


def test_a_database_made_by_the_old_files_needs_nothing(own_database: Callable[..., str]) -> None:
    own_database()
    _forget(*SQUASHED)
    assert _plan() == []
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    assert set(SQUASHED) <= set(MigrationExecutor(connection).loader.applied_migrations)


def test_a_database_that_has_only_some_of_the_old_files_gets_the_rest(own_database: Callable[..., str]) -> None:
    own_database()
    last = max(replaces[-1] for (app, _), replaces in SQUASHED.items() if app == "agreements")
    _forget(*SQUASHED, last)
    assert _plan(last) == [last]


@pytest.mark.parametrize("key", sorted(SQUASHED))
def test_a_squashed_file_stands_on_the_first_files_of_other_rooms(key: tuple[str, str]) -> None:
    """Whatever a room has had since, a database made before that holds this file and what it stands on."""
    firsts = {app: replaces[0] for (app, _), replaces in SQUASHED.items()}
    wanted = MigrationLoader(None).disk_migrations[key].dependencies
    assert all(one == firsts.get(one[0], one) for one in wanted)


def test_a_database_made_before_the_kernels_newest_file_is_taken_on(own_database: Callable[..., str]) -> None:
    own_database()
    squashed, last = next((key, replaces[-1]) for key, replaces in SQUASHED.items() if key[0] == "kernel")
    _forget(squashed, last)
    MigrationLoader(connection).check_consistent_history(connection)
    assert _plan() == [last]


def test_what_a_squashed_file_makes_can_be_unmade(own_database: Callable[..., str]) -> None:
    own_database()
    call_command("migrate", "travel", "zero", verbosity=0, interactive=False, skip_checks=True)
    tables = connection.introspection.table_names()
    assert not [table for table in tables if table.startswith("travel_")]
    assert "calloffs_calloff" in tables

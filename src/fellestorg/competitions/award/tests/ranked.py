"""A competition whose tenders are ranked and whose award is next: what tests of the award start from."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import pytest

from fellestorg.competitions.evaluation import actions as evaluating
from fellestorg.competitions.evaluation.tests.test_evaluating import quality_done
from fellestorg.competitions.tests.case import Case, actor, opened_case


def ranked_case() -> Case:
    made = opened_case()
    quality_done(made)
    evaluating.rank(made.lot, actor=actor(made.lead), person=made.lead)
    return made


@pytest.fixture(scope="module")
def ready(shared: Callable[..., Case]) -> Case:
    return shared(ranked_case)


@pytest.fixture
def case(ready: Case, db: None) -> Case:
    return deepcopy(ready)

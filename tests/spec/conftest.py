"""The engines under test: the compiled core by its methods and by `apply`, and the plain reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from spec_driver import Play

import huntgroup as hg
from huntgroup.testing.reference import ReferenceEngine

EngineMaker = Callable[..., Play]


@pytest.fixture(params=["reference", "core", "core-apply"])
def make_engine(request: pytest.FixtureRequest) -> EngineMaker:
    """`make_engine("queue_login")`: an engine in memory with manual time, wrapped in its driver."""
    engine_class: Any = ReferenceEngine if request.param == "reference" else hg.Engine

    def make(model: Any, **kwargs: Any) -> Play:
        return Play(engine_class(model=model, **kwargs), as_rows=request.param == "core-apply")

    return make

"""The engines under test: the plain reference and the compiled core."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from driven import Driven

import huntgroup as hg
from huntgroup.testing.reference import ReferenceEngine

EngineMaker = Callable[..., Driven]


@pytest.fixture(params=["reference", "core"])
def make_engine(request: pytest.FixtureRequest) -> EngineMaker:
    """`make_engine("queue_login")`: an engine in memory with manual time, wrapped in its driver."""
    engine_class: Any = ReferenceEngine if request.param == "reference" else hg.Engine

    def make(model: Any = "agent_modes", **settings: Any) -> Driven:
        return Driven(engine_class(model=model, **settings))

    return make

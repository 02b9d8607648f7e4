"""The engines under test: the compiled core by its methods and by `apply`, and the plain reference."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from spec_driver import Play

EngineMaker = Callable[..., Play]


def _engine_class(which: str) -> Any:
    if which == "reference":
        from huntgroup.testing.reference import ReferenceEngine

        return ReferenceEngine
    hg = pytest.importorskip("huntgroup")
    if not hasattr(hg, "Engine"):
        pytest.skip("the compiled core is not built")
    if which == "core-apply" and not hasattr(hg, "COMMAND_DTYPE"):
        pytest.skip("the compiled core takes no rows yet")
    return hg.Engine


@pytest.fixture(params=["reference", "core", "core-apply"])
def make_engine(request: pytest.FixtureRequest) -> EngineMaker:
    """`make_engine("queue_login")`: an engine in memory with manual time, wrapped in its driver."""
    engine_class = _engine_class(request.param)

    def make(model: Any, **kwargs: Any) -> Play:
        return Play(engine_class(model=model, **kwargs), as_rows=request.param == "core-apply")

    return make

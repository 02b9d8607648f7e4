"""An engine whose `__init__` has not run says so, whatever it is asked."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import huntgroup as hg


class Forgetful(hg.Engine):
    def __init__(self) -> None:
        pass


GIVEN: dict[str, Any] = {"apply": np.zeros(1, hg.COMMAND_DTYPE)}
SAYS_NOTHING = {"close", "from_config", "model", "open", "restore", "wanted"}
PUBLIC = [name for name in dir(hg.Engine) if not name.startswith("_") and name not in SAYS_NOTHING]


@pytest.mark.parametrize("name", PUBLIC)
def test_an_engine_that_was_not_made_says_so(name: str) -> None:
    with pytest.raises(hg.HuntgroupError, match="is not made yet: its __init__ must call super"):
        asked(Forgetful(), name, GIVEN.get(name, "x"))


def asked(engine: hg.Engine, name: str, value: Any) -> None:
    """Reads a property, or calls a method with as many values as it needs."""
    method = getattr(engine, name)
    if not callable(method):
        return
    for count in range(5):
        try:
            method(*[value] * count)
        except TypeError as error:
            if "argument" not in str(error):
                raise


def test_so_does_one_that_was_never_initialised() -> None:
    with pytest.raises(hg.HuntgroupError, match="not made"):
        hg.Engine.__new__(hg.Engine).advance(5)

"""Options of the published results."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--validation-seeds", default="", help="Seeds of the published results, with commas.")

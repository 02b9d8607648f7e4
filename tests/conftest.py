"""Puts the ids of `@pytest.mark.spec(...)` into the report, where `make coverage-of-spec` reads them."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for marker in item.iter_markers("spec"):
            # A user property travels from the worker processes and into the JUnit file by itself.
            item.user_properties.extend(("spec", str(name)) for name in marker.args)

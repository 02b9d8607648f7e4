"""Services for the tests of a file: one without tokens, open to everybody, and one with tokens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from service.served import CENTRE, Served, token_file


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    path = tmp_path_factory.mktemp("centre") / "centre.toml"
    path.write_text(CENTRE, encoding="utf-8")
    with Served(str(path)) as made:
        yield made


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("guarded")
    (folder / "centre.toml").write_text(CENTRE, encoding="utf-8")
    with Served(str(folder / "centre.toml"), "--tokens", str(token_file(folder))) as made:
        yield made

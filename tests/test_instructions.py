"""Counting instructions: what is read from callgrind, and what a count is held against."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import instructions
from benchmarks.instructions import CannotCount, checked, dumped, environment_name, slower


def record(folder: Path, **counts: int) -> Path:
    path = folder / "instructions-some.json"
    path.write_text(json.dumps({"instructions": counts}), encoding="utf-8")
    return path


def test_five_per_cent_more_pass_and_what_is_above_fails() -> None:
    assert slower({"decide": 10_500}, {"decide": 10_000}) == []
    assert slower({"decide": 9_000}, {"decide": 10_000}) == []
    assert slower({"decide": 10_501}, {"decide": 10_000}) == [
        "decide: 10,501 instructions, recorded 10,000: 5.0% more"
    ]


def test_a_count_that_was_never_recorded_fails() -> None:
    assert slower({"decide": 1, "new": 5}, {"decide": 1}) == ["new: 5 instructions, none recorded"]


def test_what_fails_says_how_to_record_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert checked({"decide": 100}, record(tmp_path, decide=100)) == 0
    assert checked({"decide": 120}, record(tmp_path, decide=100)) == 1
    assert "make instructions-record" in capsys.readouterr().err


def test_without_a_record_it_passes_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert checked({"decide": 100}, tmp_path / "instructions-gcc99-py399.json") == 0
    assert "skipped, nothing is recorded in instructions-gcc99-py399.json" in capsys.readouterr().out


def test_without_valgrind_it_passes_and_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing() -> dict[str, int]:
        raise CannotCount("valgrind is not installed")

    monkeypatch.setattr(instructions, "counts", missing)
    assert instructions.main(["--check", "--file", "none.json"]) == 0
    assert "skipped, valgrind is not installed" in capsys.readouterr().out


def test_a_dump_has_a_name_and_a_total(tmp_path: Path) -> None:
    path = tmp_path / "counted.1"
    path.write_text("# callgrind\ndesc: Trigger: Client Request: decide\nevents: Ir\ntotals: 1234\n")
    assert dumped(path) == ("decide", 1234)
    path.write_text("desc: Trigger: Program termination\ntotals: 5\n")
    with pytest.raises(RuntimeError, match=r"no count to counted\.1"):
        dumped(path)


def test_records_are_kept_by_compiler_and_python() -> None:
    assert environment_name().endswith(f"-py3{sys.version_info.minor}")
    for path in instructions.BASELINES.glob("instructions-*.json"):
        counts = json.loads(path.read_text(encoding="utf-8"))["instructions"]
        assert set(counts) == {"decide", "lifecycle"}
        assert all(count > 1_000 for count in counts.values())

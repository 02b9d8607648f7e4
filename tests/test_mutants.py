"""The mutants that mutation testing draws: one line changed, where code stands."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parent.parent / "tools"
sys.path.insert(0, str(TOOLS))
import mutation  # noqa: E402
from mutants import masked, mutants  # noqa: E402

TEXT = '''"""Nothing here: 1 + 1 == 2."""
from somewhere cimport a, b

cdef int after(Row *row, int least=1,
               bint quick=True) noexcept nogil:
    """Not here either: if x > 1:"""
    cdef int found = row.count + 1      # nor here: 3
    if row.count > found and not quick:
        row.flags |= LEFT
        let_go(row)
    for k in range(found):
        if k is not None:
            break
    return found <= 0
'''


def changes(line: int) -> set[str]:
    return {mutant.after.strip() for mutant in mutants(TEXT) if mutant.line == line}


def test_what_is_said_stays_and_what_is_declared() -> None:
    assert {mutant.line for mutant in mutants(TEXT)} == {7, 8, 9, 10, 12, 13, 14}
    assert len(masked(TEXT)) == len(TEXT)
    assert masked(TEXT).count("\n") == TEXT.count("\n")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            7,
            {
                "cdef int found = row.count - 1      # nor here: 3",
                "cdef int found = row.count + 2      # nor here: 3",
            },
        ),
        (
            8,
            {
                "if row.count >= found and not quick:",
                "if row.count > found or not quick:",
                "if row.count > found and quick:",
                "if not (row.count > found and not quick):",
            },
        ),
        (9, {"row.flags &= LEFT", "pass"}),
        (10, {"pass"}),
        (12, {"if not (k is not None):"}),
        (13, {"continue"}),
        (14, {"return found < 0", "return found <= 1"}),
    ],
)
def test_each_kind_of_change(line: int, expected: set[str]) -> None:
    assert changes(line) == expected


def test_a_mutant_changes_its_line_and_no_other() -> None:
    for mutant in mutants(TEXT):
        before, after = TEXT.split("\n"), mutant.applied(TEXT).split("\n")
        assert [k for k, (a, b) in enumerate(zip(before, after, strict=True), 1) if a != b] == [mutant.line]


def test_a_mutant_of_another_text_is_refused() -> None:
    first = next(mutants(TEXT))
    with pytest.raises(ValueError, match="line 7"):
        first.applied(TEXT.replace("count + 1", "count + 3"))


def test_a_folder_of_somebody_else_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "src" / "kept.py"
    kept.parent.mkdir()
    kept.write_text("kept\n", encoding="utf-8")
    for folder in (tmp_path, TOOLS.parent, TOOLS.parent.parent):
        monkeypatch.setattr(sys, "argv", ["mutation.py", "--work", str(folder)])
        with pytest.raises(SystemExit) as ended:
            mutation.main()
        assert ended.value.code == 2
        assert "a folder that is new" in capsys.readouterr().err
    assert kept.read_text(encoding="utf-8") == "kept\n"

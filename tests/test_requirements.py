"""Skill requirements: what they mean, how they read back, and where a wrong one points."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huntgroup.errors import ConfigError, RequirementError
from huntgroup.settings.requirements import (
    AND,
    ANYONE,
    FALSE,
    MAX_STACK,
    NOT,
    OR,
    TRUE,
    All,
    Any,
    Node,
    Not,
    Requirement,
    Term,
    parse,
)

SKILLS = ("a", "b", "c", "d.e", "höher", "x-y")

terms = st.one_of(
    st.builds(Term, st.sampled_from(SKILLS)),
    st.builds(
        Term,
        st.sampled_from(SKILLS),
        st.sampled_from((">=", ">", "<=", "<", "==", "!=")),
        st.integers(0, 10),
    ),
)


def _several(kind: type, operands: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.lists(operands, min_size=2, max_size=4).map(lambda nodes: kind(tuple(nodes)))


trees: st.SearchStrategy[Node] = st.recursive(
    terms,
    lambda operands: st.one_of(st.builds(Not, operands), _several(All, operands), _several(Any, operands)),
    max_leaves=12,
)
proficiencies = st.dictionaries(st.sampled_from(SKILLS), st.integers(0, 10))


def run(program: list[int], atoms: list[tuple[str, int]], held: dict[str, int]) -> tuple[bool, int]:
    """A stack machine of the test's own: the outcome, and how high the stack grew."""
    stack: list[bool] = []
    most = 0
    for step in program:
        if step in (AND, OR):
            right, left = stack.pop(), stack.pop()
            stack.append(left and right if step == AND else left or right)
        elif step == NOT:
            stack.append(not stack.pop())
        elif step in (TRUE, FALSE):
            stack.append(step == TRUE)
        else:
            skill, level = atoms[step]
            stack.append(held.get(skill, 0) >= level)
        most = max(most, len(stack))
    (outcome,) = stack
    return outcome, most


def numbering() -> tuple[list[tuple[str, int]], Callable[[str, int], int]]:
    atoms: list[tuple[str, int]] = []

    def atom(skill: str, level: int) -> int:
        assert 1 <= level <= 10
        if (skill, level) not in atoms:
            atoms.append((skill, level))
        return atoms.index((skill, level))

    return atoms, atom


@pytest.mark.parametrize(
    ("text", "held", "met"),
    [
        ("spanish", {"spanish": 1}, True),
        ("spanish", {"spanish": 0}, False),
        ("spanish", {}, False),
        ("spanish >= 3", {"spanish": 3}, True),
        ("spanish > 3", {"spanish": 3}, False),
        ("spanish <= 3", {"spanish": 3}, True),
        ("spanish < 3", {}, True),
        ("spanish == 0", {}, True),
        ("spanish != 0", {}, False),
        ("not spanish", {}, True),
        ("a or b and c", {"a": 1}, True),
        ("(a or b) and c", {"a": 1}, False),
        ("not a and b", {"b": 1}, True),
        ("not (a and b)", {"b": 1}, True),
        ("spanish>=3 and(billing or refunds)and not trainee", {"spanish": 4, "refunds": 1}, True),
        ("spanish >= 3 and (billing or refunds) and not trainee", {"spanish": 4, "refunds": 1}, True),
        (
            "spanish >= 3 and (billing or refunds) and not trainee",
            {"spanish": 4, "billing": 1, "trainee": 1},
            False,
        ),
        ("日本語 >= 2", {"日本語": 2}, True),
        ("order_1.x-y", {"order_1.x-y": 1}, True),
        ("android or notary or order", {"order": 1}, True),
    ],
)
def test_meaning(text: str, held: dict[str, int], met: bool) -> None:
    assert parse(text).evaluate(held) is met


@pytest.mark.parametrize("text", [None, "", "  \n\t "])
def test_nothing_means_anyone(text: str | None) -> None:
    requirement = parse(text)
    assert requirement == ANYONE
    assert requirement.is_anyone
    assert requirement.evaluate({})
    assert requirement.skills == requirement.scored_skills == ()
    assert requirement.text == ""
    assert requirement.program(lambda skill, level: 0) == [TRUE]


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        ("and", 1, "a skill"),
        ("a or", 5, "a skill"),
        ("a b", 3, '"and"'),
        ("a AND b", 3, '"and"'),
        ("a >=", 5, "whole number from 0 to 10"),
        ("a >= 11", 6, "0 to 10"),
        ("a >= -1", 6, "0 to 10"),
        ("a >= 3.5", 6, "0 to 10"),
        ("a >= " + "9" * 4000, 6, "0 to 10"),
        ("a >= ٣", 6, "0 to 10"),
        ("a = 3", 3, "=="),
        ("a >= 3and b", 6, "0 to 10"),
        ("a >= b", 6, "0 to 10"),
        ("3 >= a", 1, "a skill"),
        ("a >= 3 >= 2", 8, '"and"'),
        ("(a or b", 8, '")"'),
        ("a or b)", 7, "the end"),
        ("()", 2, "a skill"),
        ("not", 4, "a skill"),
        ("a & b", 3, '"and"'),
        ("$", 1, "a skill"),
        ("x" * 129, 1, "128 bytes"),
        ("a " + "x" * 4096, 4097, "4096 characters"),
        ("a" + " " * 16384, 4097, "4096 characters"),
        (" or ".join(["a"] * 513), 512 * 5 + 1, "512 comparisons"),
        ("(" * 101 + "a" + ")" * 101, 102, "100 levels"),
        ("not " * 101 + "a", 405, "100 levels"),
    ],
)
def test_a_wrong_text_points_at_the_column(text: str, column: int, expected: str) -> None:
    with pytest.raises(RequirementError) as caught:
        parse(text)
    assert caught.value.column == column
    assert expected in caught.value.expected
    *_, window, caret = str(caught.value).split("\n")
    assert len(window) <= 102
    assert caret.strip() == "^"
    assert pickle.loads(pickle.dumps(caught.value)).column == column


def test_the_caret_stands_below_the_mistake() -> None:
    with pytest.raises(RequirementError) as caught:
        parse("spanish >= 3 and (billing or)")
    _, window, caret = str(caught.value).split("\n")
    assert window[caret.index("^")] == ")"


@pytest.mark.parametrize("text", [3, True, b"a", ["a"]])
def test_what_is_no_text_is_refused(text: object) -> None:
    with pytest.raises(ConfigError, match="requirement"):
        parse(text)  # type: ignore[arg-type]


def test_limits_themselves_are_allowed() -> None:
    assert len(parse(" or ".join(["a"] * 512)).program(lambda skill, level: 0)) == 1023
    assert parse("(" * 100 + "a" + ")" * 100) == parse("a")
    assert parse("not " * 100 + "a").evaluate({"a": 1})
    assert parse("x" * 128).skills == ("x" * 128,)


def test_a_dense_text_at_the_limit_has_a_canonical_text_that_can_be_read() -> None:
    dense = "and".join("(a or b>3)" for _ in range(256))
    requirement = parse(dense)
    assert len(dense) < 4096 < len(requirement.text)
    assert parse(requirement.text) == requirement


@pytest.mark.parametrize(
    ("text", "skills", "scored"),
    [
        ("b and a and b", ("b", "a"), ("b", "a")),
        ("spanish >= 3 and not trainee", ("spanish", "trainee"), ("spanish",)),
        ("not (a or not b)", ("a", "b"), ("b",)),
        ("a < 3 and b <= 3 and c != 2 and d == 0", ("a", "b", "c", "d"), ()),
        ("not a or a", ("a",), ("a",)),
        ("a == 4 and b > 0", ("a", "b"), ("a", "b")),
    ],
)
def test_skills_named_and_scored(text: str, skills: tuple[str, ...], scored: tuple[str, ...]) -> None:
    assert parse(text).skills == skills
    assert parse(text).scored_skills == scored


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (" ( spanish>=03 ) ", "spanish >= 3"),
        ("((a))and(b)", "a and b"),
        ("a and (b and c)", "a and (b and c)"),
        ("(a and b) or c", "a and b or c"),
        ("(a or b) and c", "(a or b) and c"),
        ("not(a)", "not a"),
        ("not (a>=2)", "not a >= 2"),
        ("not (a or b)", "not (a or b)"),
    ],
)
def test_canonical_text(text: str, canonical: str) -> None:
    assert parse(text).text == str(parse(text)) == canonical


@settings(deadline=None)
@given(trees)
def test_text_reads_back_to_the_same_tree(tree: Node) -> None:
    requirement = Requirement(tree)
    assert parse(requirement.text) == requirement
    assert hash(parse(requirement.text)) == hash(requirement)
    assert parse(requirement) is requirement


@settings(deadline=None)
@given(trees, proficiencies)
def test_the_program_means_what_the_tree_means(tree: Node, held: dict[str, int]) -> None:
    requirement = Requirement(tree)
    atoms, atom = numbering()
    outcome, most = run(requirement.program(atom), atoms, held)
    assert outcome == requirement.evaluate(held)
    assert most <= MAX_STACK


@pytest.mark.parametrize("operator", [">=", ">", "<=", "<", "==", "!="])
@pytest.mark.parametrize("value", range(11))
@pytest.mark.parametrize("held", range(11))
def test_every_comparison_by_program(operator: str, value: int, held: int) -> None:
    requirement = parse(f"a {operator} {value}")
    atoms, atom = numbering()
    expected = eval(f"{held} {operator} {value}")
    assert run(requirement.program(atom), atoms, {"a": held})[0] is expected
    assert requirement.evaluate({"a": held}) is expected


@pytest.mark.parametrize("opening", ["a and b or (", "a or b and (", "not (a or b) and ("])
def test_nesting_does_not_raise_the_stack(opening: str) -> None:
    text = opening * 99 + "c != 5" + ")" * 99
    atoms, atom = numbering()
    for held in ({}, {"c": 5}, {"a": 1}, {"b": 2, "c": 5}, {"a": 1, "b": 1}):
        outcome, most = run(parse(text).program(atom), atoms, held)
        assert outcome is parse(text).evaluate(held)
        assert most <= 4


def test_a_balanced_tree_needs_one_more_value_a_level() -> None:
    text = "c!=5"
    for level in range(8):
        word = ("or", "and")[level % 2]
        text = f"{text} {word} {text}" if level == 0 else f"({text}) {word} ({text})"
    atoms, atom = numbering()
    outcome, most = run(parse(text).program(atom), atoms, {"c": 4})
    assert outcome
    assert most == 10 < MAX_STACK


@settings(deadline=None)
@given(st.text(max_size=60) | st.text("ab()<>=!0123 notandor", max_size=60))
def test_any_text_is_read_or_refused_by_column(text: str) -> None:
    column = None
    try:
        requirement = parse(text)
    except RequirementError as error:
        column = error.column
    if column is None:
        assert parse(requirement.text) == requirement
    else:
        assert 1 <= column <= len(text) + 1

"""Skill requirements: the boolean expressions of queues and interactions.

    spanish >= 3 and (billing or refunds) and not trainee

A bare skill means held at all. `not` binds tighter than `and`, `and` tighter than `or`. Proficiencies are
0 to 10, 0 for a skill that an agent does not hold. Nothing or blank text means anyone.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from huntgroup.errors import ConfigError, RequirementError, shown
from huntgroup.limits import MAX_CHARACTERS, MAX_DEPTH, MAX_NAME_BYTES, MAX_PROFICIENCY, MAX_TERMS

MAX_STACK = 16
"""More values than any program of `Requirement.program` ever has on its stack."""

AND, OR, NOT, TRUE, FALSE = -1, -2, -3, -4, -5
"""The operators of a program; an operand is an atom's number, 0 or above."""

_OPERATORS = (">=", "<=", "==", "!=", ">", "<")
_WORDS = ("and", "or", "not")
_OPERAND = 'a skill, "not" or "("'


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison. `operator` is None for a bare skill: held at all."""

    skill: str
    operator: str | None = None
    value: int = 0


@dataclass(frozen=True, slots=True)
class Not:
    """The operand does not hold."""

    operand: Node


@dataclass(frozen=True, slots=True)
class All:
    """Every operand holds; `All(())` holds for anyone."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one operand holds."""

    operands: tuple[Node, ...]


Node = Term | Not | All | Any


@dataclass(frozen=True)
class Requirement:
    """A requirement as a tree. Immutable; equal trees are equal requirements. Made by `parse`."""

    tree: Node

    @cached_property
    def text(self) -> str:
        """The canonical spelling: parentheses only where the tree needs them. Reads back to an equal tree."""
        return _render(self.tree, 0)

    @cached_property
    def skills(self) -> tuple[str, ...]:
        """Every skill named, in the order of first mention."""
        return tuple(dict.fromkeys(term.skill for term, _ in _terms(self.tree, False)))

    @cached_property
    def scored_skills(self) -> tuple[str, ...]:
        """The skills whose proficiency speaks for an agent, in the order of first mention.

        A skill counts if it is named at least once outside an odd number of `not` and in a comparison that
        does not ask for less: not `<`, `<=`, `!=` or `== 0`.
        """
        asked = (term.skill for term, negated in _terms(self.tree, False) if not negated and _wants(term))
        return tuple(dict.fromkeys(asked))

    @property
    def is_anyone(self) -> bool:
        """Does every agent meet it, because nothing is asked?"""
        return self.tree == All(())

    def evaluate(self, proficiency: Mapping[str, int]) -> bool:
        """Does an agent with these proficiencies meet it? Skills not in the mapping are 0. O(terms)."""
        return _holds(self.tree, proficiency)

    def program(self, atom: Callable[[str, int], int]) -> list[int]:
        """The requirement as a postfix program over atoms.

        `atom(skill, k)` gives the number, 0 or above, of the predicate "skill >= k", k from 1 to 10; it is
        asked in the order of mention. A value of 0 or above pushes that atom; AND, OR and NOT (-1, -2, -3)
        take their operands from the stack, TRUE and FALSE (-4, -5) push themselves. At most `MAX_STACK`
        values are on the stack at once. O(terms).
        """
        return _compile(self.tree, atom)[0]

    def __str__(self) -> str:
        return self.text


ANYONE = Requirement(All(()))
"""The requirement that every agent meets."""


def parse(text: str | Requirement | None) -> Requirement:
    """Reads a requirement; None and blank text mean anyone. O(length).

    At most 4,096 characters beside blanks, 512 comparisons and 100 levels of nesting. Raises
    RequirementError, which points at the column, for a text that cannot be read, and ConfigError for what is
    no text.
    """
    if text is None:
        return ANYONE
    if isinstance(text, Requirement):
        return text
    if not isinstance(text, str):
        raise ConfigError("requirement", text, "a text, or None for anyone")
    # Blanks do not count, up to a point: the canonical text adds some, and has to be readable again.
    if len(text) > 4 * MAX_CHARACTERS or sum(map(len, text.split())) > MAX_CHARACTERS:
        raise RequirementError(text, MAX_CHARACTERS + 1, f"at most {MAX_CHARACTERS} characters beside blanks")
    return ANYONE if not text.strip() else Requirement(_Parser(text).parse())


# --- reading ---------------------------------------------------------------------------------------------


def unknown_skill(requirements: Iterable[object], known: Container[str]) -> str:
    """Says which skill of these requirements is not known: the first one mentioned. What is no text is passed
    over. O(terms)."""
    texts = (text for text in requirements if isinstance(text, str))
    for skill in (skill for text in texts for skill in parse(text).skills):
        if skill not in known:
            return f"no configuration mentions the skill {shown(skill)}"
    return "no configuration mentions such a skill"


class _Token(NamedTuple):
    kind: str  # "name", "number", "end", or the word or sign itself; "odd" for what fits nowhere
    text: str
    column: int


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    while position < len(text):
        letter = text[position]
        start = position
        if letter.isspace():
            position += 1
            continue
        if letter.isidentifier():
            while position < len(text) and _continues(text[position]):
                position += 1
            name = text[start:position]
            yield _Token(name if name in _WORDS else "name", name, start + 1)
            continue
        if letter in "0123456789":
            while position < len(text) and _continues(text[position]):
                position += 1
            number = text[start:position]
            digits = number.isascii() and number.isdigit()
            yield _Token("number" if digits else "odd", number, start + 1)
            continue
        sign = next((sign for sign in (*_OPERATORS, "(", ")") if text.startswith(sign, position)), "")
        position += len(sign) or 1
        yield _Token(sign or "odd", text[start:position], start + 1)
    yield _Token("end", "", len(text) + 1)


def _continues(letter: str) -> bool:
    """May a name go on with this letter (ELIG-20)?"""
    return letter in "-." or ("_" + letter).isidentifier()


class _Parser:
    """Recursive descent, one token ahead. Chains of `and` and `or` are flat: only nesting goes deep."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._rest = _tokens(text)
        self._token = next(self._rest)
        self._terms = 0
        self._open = 0

    def parse(self) -> Node:
        tree = self._any(0)
        if self._token.kind != "end":
            self._fail(self._after_operand())
        return tree

    def _any(self, depth: int) -> Node:
        operands = [self._all(depth)]
        while self._take("or"):
            operands.append(self._all(depth))
        return operands[0] if len(operands) == 1 else Any(tuple(operands))

    def _all(self, depth: int) -> Node:
        operands = [self._operand(depth)]
        while self._take("and"):
            operands.append(self._operand(depth))
        return operands[0] if len(operands) == 1 else All(tuple(operands))

    def _operand(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            self._fail(f"at most {MAX_DEPTH} levels of nesting")
        if self._take("not"):
            return Not(self._operand(depth + 1))
        if self._take("("):
            self._open += 1
            tree = self._any(depth + 1)
            if not self._take(")"):
                self._fail(self._after_operand())
            self._open -= 1
            return tree
        return self._term()

    def _term(self) -> Term:
        token = self._token
        if token.kind != "name":
            self._fail(_OPERAND)
        if len(token.text.encode()) > MAX_NAME_BYTES:
            self._fail(f"a skill of at most {MAX_NAME_BYTES} bytes")
        self._terms += 1
        if self._terms > MAX_TERMS:
            self._fail(f"at most {MAX_TERMS} comparisons")
        self._next()
        operator = self._token.kind
        if operator not in _OPERATORS:
            if self._token.kind in ("name", "number", "odd"):
                self._fail(f"one of {' '.join(_OPERATORS)}, {self._after_operand()}")
            return Term(token.text)
        self._next()
        number = self._token
        # The length first: a number of thousands of digits is refused without being worked out.
        digits = number.text.lstrip("0") or "0"
        if number.kind != "number" or len(digits) > 2 or int(digits) > MAX_PROFICIENCY:
            self._fail(f"a whole number from 0 to {MAX_PROFICIENCY}")
        self._next()
        return Term(token.text, operator, int(digits))

    def _after_operand(self) -> str:
        return '"and", "or" or ")"' if self._open else '"and", "or" or the end'

    def _take(self, kind: str) -> bool:
        if self._token.kind != kind:
            return False
        self._next()
        return True

    def _next(self) -> None:
        self._token = next(self._rest)

    def _fail(self, expected: str) -> None:
        raise RequirementError(self._text, self._token.column, expected)


# --- walking the tree ------------------------------------------------------------------------------------


def _terms(node: Node, negated: bool) -> Iterator[tuple[Term, bool]]:
    if isinstance(node, Term):
        yield node, negated
    elif isinstance(node, Not):
        yield from _terms(node.operand, not negated)
    else:
        for operand in node.operands:
            yield from _terms(operand, negated)


def _wants(term: Term) -> bool:
    return term.operator in (None, ">", ">=") or (term.operator == "==" and term.value > 0)


def _render(node: Node, outer: int) -> str:
    """`outer` is how tightly the surroundings bind: 0 alone, 1 `or`, 2 `and`, 3 `not`."""
    if isinstance(node, Term):
        return node.skill if node.operator is None else f"{node.skill} {node.operator} {node.value}"
    if isinstance(node, Not):
        return f"not {_render(node.operand, 3)}"
    inner, word = (2, " and ") if isinstance(node, All) else (1, " or ")
    text = word.join(_render(operand, inner) for operand in node.operands)
    # An `and` directly within an `and` was written with parentheses, and keeps them.
    return f"({text})" if outer >= inner else text


def _holds(node: Node, proficiency: Mapping[str, int]) -> bool:
    if isinstance(node, Term):
        return _compares(proficiency.get(node.skill, 0), node)
    if isinstance(node, Not):
        return not _holds(node.operand, proficiency)
    if isinstance(node, All):
        return all(_holds(operand, proficiency) for operand in node.operands)
    return any(_holds(operand, proficiency) for operand in node.operands)


def _compares(held: int, term: Term) -> bool:
    if term.operator is None:
        return held > 0
    return {
        ">=": held >= term.value,
        ">": held > term.value,
        "<=": held <= term.value,
        "<": held < term.value,
        "==": held == term.value,
        "!=": held != term.value,
    }[term.operator]


def _compile(node: Node, atom: Callable[[str, int], int]) -> tuple[list[int], int]:
    """The program of a tree, and how many values it has on the stack at most."""
    if isinstance(node, Term):
        program = _term_program(node, atom)
        return program, 1 + (program[-1] in (AND, OR))
    if isinstance(node, Not):
        program, height = _compile(node.operand, atom)
        return [*program, NOT], height
    if not node.operands:
        return [TRUE], 1
    # The highest first: then one more value takes twice the terms, and 512 comparisons of two atoms never
    # need more than 11. The sort is stable, so the program follows from the tree alone.
    parts = sorted((_compile(operand, atom) for operand in node.operands), key=lambda part: -part[1])
    program, height = list(parts[0][0]), parts[0][1]
    for part, part_height in parts[1:]:
        program += part
        program.append(AND if isinstance(node, All) else OR)
        height = max(height, 1 + part_height)
    return program, height


def _term_program(term: Term, atom: Callable[[str, int], int]) -> list[int]:
    value = term.value
    if term.operator is None:
        return _at_least(term.skill, 1, atom)
    if term.operator == ">=":
        return _at_least(term.skill, value, atom)
    if term.operator == ">":
        return _at_least(term.skill, value + 1, atom)
    if term.operator == "<":
        return _less_than(term.skill, value, atom)
    if term.operator == "<=":
        return _less_than(term.skill, value + 1, atom)
    if term.operator == "==":
        return _both_or_one(
            _at_least(term.skill, value, atom), _less_than(term.skill, value + 1, atom), AND, TRUE
        )
    return _both_or_one(
        _less_than(term.skill, value, atom), _at_least(term.skill, value + 1, atom), OR, FALSE
    )


def _at_least(skill: str, level: int, atom: Callable[[str, int], int]) -> list[int]:
    if level <= 0:
        return [TRUE]
    return [FALSE] if level > MAX_PROFICIENCY else [atom(skill, level)]


def _less_than(skill: str, level: int, atom: Callable[[str, int], int]) -> list[int]:
    if level <= 0:
        return [FALSE]
    return [TRUE] if level > MAX_PROFICIENCY else [atom(skill, level), NOT]


def _both_or_one(left: list[int], right: list[int], operator: int, neutral: int) -> list[int]:
    """At the ends of the scale one side says nothing and is left out."""
    if left == [neutral]:
        return right
    return left if right == [neutral] else [*left, *right, operator]

"""Skill requirements, read by plain recursive descent into Python's own syntax tree, which is then walked.

The compiled core has a parser of its own, and the two are compared; so nothing is shared with it.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from huntgroup import limits
from huntgroup.errors import ConfigError, RequirementError

_COMPARISONS: dict[type[ast.cmpop], Callable[[int, int], bool]] = {
    ast.Gt: operator.gt,
    ast.Lt: operator.lt,
    ast.GtE: operator.ge,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_SIGNS: dict[str, type[ast.cmpop]] = {
    ">=": ast.GtE,
    "<=": ast.LtE,
    "==": ast.Eq,
    "!=": ast.NotEq,
    ">": ast.Gt,
    "<": ast.Lt,
}
_ALLOWED = "an expression like: spanish >= 3 and (billing or refunds) and not trainee"


@dataclass(frozen=True)
class Requirement:
    """A boolean expression over skills. `skills` are in order of mention; `scored` leaves out those that are
    only negated, or only compared in a way that asks for less."""

    text: str
    tree: ast.expr = field(compare=False, repr=False)
    skills: tuple[str, ...]
    scored: tuple[str, ...]

    def __deepcopy__(self, memo: dict[int, Any]) -> Requirement:
        return self

    def met_by(self, proficiency: Mapping[str, int]) -> bool:
        """Do these proficiencies meet it? A skill that is not there counts as 0. O(terms)."""
        return _value(self.tree, proficiency)


def parse_requirement(text: object, name: str) -> Requirement | None:
    """The requirement, or None (anyone) for None or blank. ConfigError names the field. O(length)."""
    if text is None:
        return None
    if not isinstance(text, str):
        raise ConfigError(name, text, _ALLOWED)
    if len(text) > 4 * limits.MAX_CHARACTERS or len("".join(text.split())) > limits.MAX_CHARACTERS:
        raise RequirementError(text, limits.MAX_CHARACTERS + 1, "less text", name)
    if not text.strip():
        return None
    tree = _Reader(text, name).whole()
    mentions: list[tuple[str, bool]] = []
    _walk(tree, False, mentions, text, name)
    skills = tuple(dict.fromkeys(skill for skill, _ in mentions))
    scored = tuple(dict.fromkeys(skill for skill, negated in mentions if not negated))
    return Requirement(ast.unparse(tree), tree, skills, scored)


class _Reader:
    """One text, word by word. An error about a word that does not fit gives the column at which it begins."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.words = list(_words(text))
        self.terms = 0

    def fail(self, expected: str) -> NoReturn:
        raise RequirementError(self.text, self.words[0][1] + 1, expected, self.name)

    def took(self, word: str) -> bool:
        if self.words[0][0] != word:
            return False
        del self.words[0]
        return True

    def whole(self) -> ast.expr:
        tree = self.either(0)
        if self.words[0][0]:
            self.fail("and, or, or the end")
        return tree

    def either(self, depth: int) -> ast.expr:
        return self.chain(ast.Or(), "or", lambda: self.chain(ast.And(), "and", lambda: self.one(depth)))

    def chain(self, op: ast.boolop, word: str, read: Callable[[], ast.expr]) -> ast.expr:
        parts = [read()]
        while self.took(word):
            parts.append(read())
        return parts[0] if len(parts) == 1 else ast.BoolOp(op, parts)

    def one(self, depth: int) -> ast.expr:
        if depth > limits.MAX_DEPTH:
            self.fail("less nesting")
        if self.took("not"):
            return ast.UnaryOp(ast.Not(), self.one(depth + 1))
        if self.took("("):
            inner = self.either(depth + 1)
            if not self.took(")"):
                self.fail("and, or, or )")
            return inner
        return self.term()

    def term(self) -> ast.expr:
        """A skill, or a comparison of one with a number from 0 to 10."""
        word = self.words[0][0]
        if not _is_name(word) or len(word.encode()) > limits.MAX_NAME_BYTES or self.terms == limits.MAX_TERMS:
            self.fail("a skill")
        self.terms += 1
        del self.words[0]
        skill = ast.Name(word)
        if self.words[0][0] not in _SIGNS:
            if self.words[0][0] not in ("and", "or", "not", "(", ")", ""):
                self.fail("a comparison")
            return skill
        op = _SIGNS[self.words.pop(0)[0]]
        number = self.words[0][0]
        if not re.fullmatch("[0-9]+", number) or len(number.lstrip("0")) > 2 or int(number) > 10:
            self.fail("a number from 0 to 10")
        del self.words[0]
        return ast.Compare(skill, [op()], [ast.Constant(int(number))])


def _words(text: str) -> Iterator[tuple[str, int]]:
    """Each word, sign or odd letter with its place; at the end an empty one."""
    place = 0
    while place < len(text):
        length = next((n for n in (2, 1) if text[place : place + n] in (*_SIGNS, "(", ")")), 1)
        if text[place].isidentifier() or text[place] in "0123456789":
            while place + length < len(text) and _goes_on(text[place + length]):
                length += 1
        if not text[place].isspace():
            yield text[place : place + length], place
        place += length
    yield "", len(text)


def _goes_on(letter: str) -> bool:
    return letter in "-." or ("_" + letter).isidentifier()


def _is_name(word: str) -> bool:
    """A skill's name (ELIG-20)."""
    return word[:1].isidentifier() and word not in ("and", "or", "not")


def _walk(node: ast.expr, negated: bool, mentions: list[tuple[str, bool]], text: str, name: str) -> None:
    match node:
        case ast.BoolOp(values=values):
            for value in values:
                _walk(value, negated, mentions, text, name)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            _walk(operand, not negated, mentions, text, name)
        case ast.Name(id=skill):
            mentions.append((skill, negated))
        case ast.Compare(left=ast.Name(id=skill), ops=[op], comparators=[ast.Constant(value=int(bound))]) if (
            type(op) in _COMPARISONS and not isinstance(bound, bool) and 0 <= bound <= 10
        ):
            mentions.append((skill, negated or _asks_for_less(op, bound)))
        case _:
            raise ConfigError(name, text, _ALLOWED)


def _asks_for_less(op: ast.cmpop, bound: int) -> bool:
    # A higher proficiency cannot be what such a comparison asks for, so it earns nothing under
    # highest_proficiency.
    return isinstance(op, ast.Lt | ast.LtE | ast.NotEq) or (isinstance(op, ast.Eq) and bound == 0)


def _value(node: ast.expr, proficiency: Mapping[str, int]) -> bool:
    match node:
        case ast.BoolOp(op=ast.And(), values=values):
            return all(_value(value, proficiency) for value in values)
        case ast.BoolOp(values=values):
            return any(_value(value, proficiency) for value in values)
        case ast.UnaryOp(operand=operand):
            return not _value(operand, proficiency)
        case ast.Name(id=skill):
            return proficiency.get(skill, 0) > 0
        case ast.Compare(left=ast.Name(id=skill), ops=[op], comparators=[ast.Constant(value=int(bound))]):
            return _COMPARISONS[type(op)](proficiency.get(skill, 0), bound)
        case _:
            raise AssertionError("the whitelist lets no other node through")

"""Skill requirements, read with Python's own parser.

The compiled core has a parser of its own, and the two are compared; so nothing is shared with it. Python's
grammar gives `and`, `or`, `not`, comparisons and parentheses the same precedence as ours; a whitelist of node
types refuses everything else.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from huntgroup.errors import ConfigError

_COMPARISONS: dict[type[ast.cmpop], Callable[[int, int], bool]] = {
    ast.Gt: operator.gt,
    ast.Lt: operator.lt,
    ast.GtE: operator.ge,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_ALLOWED = "an expression like: spanish >= 3 and (billing or refunds) and not trainee"


@dataclass(frozen=True)
class Requirement:
    """A boolean expression over skills. `skills` in order of mention, `scored` without those only
    negated or only compared in a way that asks for less."""

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
    if not text.strip():
        return None
    try:
        tree = ast.parse(" ".join(text.split()), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ConfigError(name, text, _ALLOWED) from error
    mentions: list[tuple[str, bool]] = []
    _walk(tree, False, mentions, text, name)
    skills = tuple(dict.fromkeys(skill for skill, _ in mentions))
    scored = tuple(dict.fromkeys(skill for skill, negated in mentions if not negated))
    return Requirement(ast.unparse(tree), tree, skills, scored)


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
    # More proficiency cannot be what such a comparison wants, so it earns nothing under highest_proficiency.
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

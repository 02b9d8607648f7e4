"""Mutants of Python and Cython text: one small change each, in code, never in a comment or string. The usual
tools read Python's own grammar and so no .pyx file; these changes need only the words of a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

OTHERWISE = {
    "==": "!=",
    "!=": "==",
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "+": "-",
    "-": "+",
    "*": "+",
    "//": "*",
    "|": "&",
    "&": "|",
    "<<": ">>",
    ">>": "<<",
    "+=": "-=",
    "-=": "+=",
    "|=": "&=",
    "&=": "|=",
    "and": "or",
    "or": "and",
}
"""The replacements for an operator between two spaces."""

QUOTED = re.compile(r'"""(?:[^\\]|\\.)*?"""|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|#[^\n]*', re.DOTALL)
OPERATOR = re.compile(r"(?<= )(" + "|".join(re.escape(sign) for sign in OTHERWISE) + r")(?= )")
NUMBER = re.compile(r"(?<![\w.\[\"'])\d+(?![\w.])")
TRUTH = re.compile(r"\b(True|False)\b")
NEGATION = re.compile(r"(?<!is )\bnot (?!in )")
CONDITION = re.compile(r"^(\s*(?:el)?if )(.+):$")
STATEMENT = re.compile(r"^(\s+)[\w.\[\]]+(?: [-+|&*]?= .+|\(.*\))$")
LEAVING = re.compile(r"^\s+(break|continue)$")
DECLARES = re.compile(
    r"^\s*(?:from |import |cimport |class |ctypedef |@|assert |raise |def |async def |cpdef |global |yield |"
    r"cdef (?:class|extern|struct|enum|inline|object|public|readonly)|cdef [^=]*$)"
)
OPENS_FUNCTION = re.compile(r"^\s*(?:def|async def|cpdef|cdef) [^=]*\(")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed line: its number from 1, what kind of change, and the line before and after."""

    line: int
    kind: str
    before: str
    after: str

    def applied(self, text: str) -> str:
        """The text with this line instead. ValueError if it has another line there. O(text)."""
        lines = text.split("\n")
        if lines[self.line - 1] != self.before:
            raise ValueError(f"line {self.line} is not the one that the mutant was made of")
        lines[self.line - 1] = self.after
        return "\n".join(lines)


def masked(text: str) -> str:
    """The text with every comment and string blank, of the same length and the same lines."""
    return QUOTED.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)


def mutants(text: str) -> Iterator[Mutant]:
    """Every mutant of the text, in the order of its lines. O(text)."""
    in_signature = False
    for number, (line, bare) in enumerate(
        zip(text.split("\n"), masked(text).split("\n"), strict=True), start=1
    ):
        code = bare.rstrip()
        in_signature = in_signature or OPENS_FUNCTION.match(code) is not None
        if in_signature:
            in_signature = not code.endswith(":")
        elif code.strip() and not DECLARES.match(code):
            for kind, after in _changes(line, code):
                if after != line:
                    yield Mutant(number, kind, line, after)


def _changes(line: str, code: str) -> Iterator[tuple[str, str]]:
    """Each kind of change of one line; `code` is the line with comments and strings blank."""
    for found in OPERATOR.finditer(code):
        yield "operator", _with(line, found, OTHERWISE[found.group()])
    for found in NUMBER.finditer(code):
        yield "constant", _with(line, found, str(int(found.group()) + 1))
    for found in TRUTH.finditer(code):
        yield "constant", _with(line, found, "False" if found.group() == "True" else "True")
    for found in NEGATION.finditer(code):
        yield "condition", _with(line, found, "")
    condition = CONDITION.match(code)
    if condition is not None:
        yield "condition", f"{condition.group(1)}not ({line[len(condition.group(1)) : len(code) - 1]}):"
    statement = STATEMENT.match(code)
    if statement is not None and all(code.count(a) == code.count(b) for a, b in ("()", "[]", "{}")):
        yield "deleted statement", f"{statement.group(1)}pass"
    leaving = LEAVING.match(code)
    if leaving is not None:
        instead = "continue" if leaving.group(1) == "break" else "break"
        yield "way out", line.replace(leaving.group(1), instead)


def _with(line: str, found: re.Match[str], instead: str) -> str:
    return line[: found.start()] + instead + line[found.end() :]

"""The presence model: an immutable value that says which statuses exist and what each means.

It is read from a TOML file and never edited in place; an administrator's change is a changed copy.
"""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from huntgroup.errors import ConfigError, ModelError, Problem, meant
from huntgroup.models import document, edit, locate
from huntgroup.models.checks import check
from huntgroup.models.fields import ModelFields
from huntgroup.models.reader import Report, read_parts
from huntgroup.models.render import render

MAX_FILE_BYTES = 262_144


@dataclass(frozen=True)
class PresenceModel(ModelFields):
    """A presence model. Equal content, equal models and equal hashes; the index of a status is its place.

    Build one with `load`, `from_text` or `from_dict`: these check it; the constructor does not.
    """

    # --- loading -----------------------------------------------------------------------------------------

    @classmethod
    def load(cls, source: str | os.PathLike[str] | PresenceModel) -> PresenceModel:
        """The model of this built-in name, or of the TOML file at this path; a model is given back as it is.

        A text that is no built-in name is a path if it ends in ".toml" or names a folder. Raises ModelError
        with every mistake of the file at once, ConfigError where there is no such model or file.
        """
        if isinstance(source, PresenceModel):
            return source
        if isinstance(source, str) and source in built_in_names():
            return _built_in(source)
        allowed = f"one of {', '.join(built_in_names())}, a path to a TOML file, or a PresenceModel"
        allowed += meant(source, built_in_names())
        if isinstance(source, str):
            if not source.endswith(".toml") and not set(source) & {"/", os.sep}:
                raise ConfigError("model", source, allowed)
        elif not isinstance(source, os.PathLike):
            raise ConfigError("model", source, allowed)
        path = Path(source)
        try:
            with path.open("rb") as file:
                content = file.read(MAX_FILE_BYTES + 1)
        except (OSError, ValueError) as error:
            raise ConfigError("model", str(path), f"a file that can be read ({error})") from error
        return cls._from_bytes(content, str(path))

    @classmethod
    def from_text(cls, text: str, source: str = "model") -> PresenceModel:
        """The model that this TOML text describes. `source` names it in errors. Raises ModelError."""
        try:
            parsed = tomllib.loads(text)
        except (ValueError, RecursionError) as error:
            raise ModelError(source, (document.syntax_problem(text, error),)) from error
        return cls._checked(parsed, source, text)

    @classmethod
    def from_dict(cls, plain: dict[str, Any], source: str = "model") -> PresenceModel:
        """The model of a plain dict in the shape of the file, as `to_dict` gives it. Raises ModelError."""
        if not isinstance(plain, dict):
            raise ModelError(source, (Problem(0, "model", plain, "a dict in the shape of a model file"),))
        return cls._checked(plain, source, "")

    @classmethod
    def _from_bytes(cls, content: bytes, source: str) -> PresenceModel:
        if len(content) > MAX_FILE_BYTES:
            size = Problem(0, "file", f"more than {MAX_FILE_BYTES} bytes", f"at most {MAX_FILE_BYTES} bytes")
            raise ModelError(source, (size,))
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            problem = Problem(line, "text", content[error.start : error.start + 8], "UTF-8")
            raise ModelError(source, (problem,)) from error
        return cls.from_text(text, source)

    @classmethod
    def _checked(cls, plain: Mapping[str, Any], source: str, text: str) -> PresenceModel:
        report = Report(plain)
        model = cls(**read_parts(plain, report))
        check(model, report)
        if not report.empty:
            raise ModelError(source, report.problems(locate.key_lines(text)))
        return model

    # --- reading -----------------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """A plain dict in the shape of the TOML file (texts, numbers, booleans, lists), defaults left out."""
        return document.to_dict(self)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the content, as 64 hex digits: equal models, equal fingerprints, in every process."""
        plain = json.dumps(self.to_dict(), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(plain.encode()).hexdigest()

    def __hash__(self) -> int:
        return int(self.fingerprint[:15], 16)

    def text(self) -> str:
        """The model as a person reads it on a terminal: statuses, what is shown when, what may be chosen."""
        return render(self)

    # --- changed copies ----------------------------------------------------------------------------------

    def with_status(self, name: str, like: str, **keys: Any) -> PresenceModel:
        """A copy with one more status: like the named one, but for the keys given (None takes a key away).

        Where the copied status waits while agents are busy, the new one gets a waiting status of its own;
        where it may be chosen from others, so may the new one. Raises ModelError: `like` must be
        selectable, not itself waiting, of a kind that administrators may copy, and the outcome must be a
        sound model.
        """
        return self.from_dict(edit.with_status(self, name, like, keys), f"{self.name} with {name!r}")

    def with_default(self, name: str) -> PresenceModel:
        """A copy in which signing in, and a duration that runs out, set this status. Raises ModelError."""
        index = self.spellings.get(name)
        default = name if index is None else self.statuses[index].name
        return self.from_dict({**self.to_dict(), "default": default}, self.name)

    def without_status(self, name: str) -> PresenceModel:
        """A copy without this status and the one that waits for it. ModelError while something refers to it.

        From lists of what may be chosen next it simply disappears.
        """
        return self.from_dict(edit.without_status(self, name), f"{self.name} without {name!r}")


@cache
def built_in_names() -> tuple[str, ...]:
    """The names of the models that come with the package, in alphabetical order."""
    found = (entry.name for entry in files(__package__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in found if name.endswith(".toml")))


@cache
def _built_in(name: str) -> PresenceModel:
    content = files(__package__).joinpath(f"{name}.toml").read_bytes()
    return PresenceModel._from_bytes(content, name)

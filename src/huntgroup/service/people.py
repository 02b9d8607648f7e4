"""The persons and programs that use the service: a bearer token stands for a subject, a role and perhaps a
team."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import time
import tomllib
from collections import OrderedDict
from functools import cached_property
from pathlib import Path
from typing import Any

from huntgroup.errors import ConfigError, meant
from huntgroup.settings import arguments
from huntgroup.settings.actors import Actor

ROLES = ("agent", "supervisor", "administrator", "connector", "wall")
ALGORITHMS = ("HS256", "RS256", "EdDSA")
REMEMBERED = 10_000
"""How many checked JSON Web Tokens are remembered until they expire."""


class Unknown(Exception):
    """The token is not valid. The message tells the client no more than the kind of mistake."""


class Person:
    """Who asks: `subject` is an agent's name or that of a person or program, `role` one of `ROLES`."""

    subject: str
    role: str
    team: str | None

    def __init__(self, subject: str, role: str, team: str | None = None) -> None:
        self.subject, self.role, self.team = subject, role, team

    @cached_property
    def by(self) -> str | Actor:
        """The person as the engine's argument `by=`: an agent by its name, everybody else as an actor."""
        return self.subject if self.role == "agent" else Actor(self.subject, self.role, self.team)


LOCAL = Person("local", "administrator")
"""The person of every request if there is no token file, which is allowed on the loopback address only."""


class Tokens:
    """The content of a token file: hashed tokens, and keys for JSON Web Tokens."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._source = source = Path(path)
        plain = _read(source)
        _known("", plain, ("token", "jwt"))
        self._by_hash: dict[str, Person] = {}
        for place, entry in enumerate(_tables("token", plain.get("token", []))):
            field = f"token[{place}]"
            _known(f"{field}.", entry, ("subject", "role", "team", "sha256"))
            digest = entry.get("sha256")
            if not isinstance(digest, str) or not re.fullmatch("[0-9a-fA-F]{64}", digest):
                raise ConfigError(f"{field}.sha256", digest, "64 hex digits: the SHA-256 of the token")
            self._by_hash[digest.lower()] = _person(f"{field}.", entry)
        jwt = plain.get("jwt")
        self._jwt = None if jwt is None else _Jwt(source.parent, jwt)
        self._seen: OrderedDict[str, tuple[float, Person]] = OrderedDict()

    def __str__(self) -> str:
        keys = [] if self._jwt is None else sorted(algorithm for algorithm, _ in self._jwt.keys.values())
        signed = f", tokens signed by {len(keys)} keys ({', '.join(keys)})" if keys else ""
        return f"{len(self._by_hash)} tokens of {self._source}{signed}"

    def read_again(self) -> Tokens:
        """Reads the file again. Raises ConfigError."""
        return Tokens(self._source)

    def take(self, other: Tokens) -> None:
        """Replaces the valid tokens by those of `other`."""
        self._by_hash, self._jwt, self._seen = other._by_hash, other._jwt, OrderedDict()

    def person(self, token: str) -> Person:
        """The person of a token. Raises Unknown. O(1); a signature is checked once per token."""
        known = self._seen.get(token)
        if known is not None:
            if known[0] > time.time():
                return known[1]
            del self._seen[token]
            raise Unknown("the token has expired")
        found = self._by_hash.get(hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest())
        if found is not None:
            return found
        if self._jwt is None or token.count(".") != 2:
            raise Unknown("the token is not known")
        person, expires = self._jwt.person(token)
        self._seen[token] = (expires, person)
        if len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        return person


class _Jwt:
    """The keys of an issuer. A token names its key, and its algorithm must be the key's."""

    def __init__(self, folder: Path, plain: Any) -> None:
        if not isinstance(plain, dict):
            raise ConfigError("jwt", plain, "a table")
        _known("jwt.", plain, ("issuer", "audience", "key"))
        for claim in ("issuer", "audience"):
            if not isinstance(plain.get(claim), str):
                raise ConfigError(f"jwt.{claim}", plain.get(claim), "a text, which tokens must carry")
        self._issuer, self._audience = plain["issuer"], plain["audience"]
        self.keys: dict[str, tuple[str, bytes]] = {}
        for place, entry in enumerate(_tables("jwt.key", plain.get("key", []))):
            field = f"jwt.key[{place}]"
            _known(f"{field}.", entry, ("kid", "alg", "file"))
            if not isinstance(entry.get("kid"), str):
                raise ConfigError(f"{field}.kid", entry.get("kid"), "the name of the key")
            if entry.get("alg") not in ALGORITHMS:
                raise ConfigError(f"{field}.alg", entry.get("alg"), "one of " + ", ".join(ALGORITHMS))
            if not isinstance(entry.get("file"), str):
                raise ConfigError(f"{field}.file", entry.get("file"), "the path of the key's file")
            self.keys[entry["kid"]] = (entry["alg"], _key(field, folder / entry["file"], entry["alg"]))

    def person(self, token: str) -> tuple[Person, float]:
        """The person of a token, and when the token expires, in seconds since the epoch. Raises Unknown."""
        import jwt

        try:
            header = jwt.get_unverified_header(token)
            algorithm, key = self.keys[header["kid"]]
            claims = jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                issuer=self._issuer,
                audience=self._audience,
                options={"require": ["exp", "sub", "role"]},
            )
            return _person("", {**claims, "subject": claims["sub"]}), float(claims["exp"])
        except KeyError:
            raise Unknown("the token names no key that is known") from None
        except jwt.ExpiredSignatureError:
            raise Unknown("the token has expired") from None
        except (jwt.PyJWTError, ConfigError, ValueError, TypeError):
            raise Unknown("the token is not valid") from None


def _key(field: str, path: Path, algorithm: str) -> bytes:
    if algorithm == "HS256":
        _private(path)
    try:
        key = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{field}.file", str(path), f"a file that can be read ({error.strerror})") from None
    key = key.strip() if algorithm == "HS256" else key
    if algorithm == "HS256" and len(key) < 32:
        raise ConfigError(f"{field}.file", f"{len(key)} bytes", "a secret of at least 32 bytes")
    return key


def _read(source: Path) -> dict[str, Any]:
    _private(source)
    try:
        return tomllib.loads(source.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError("tokens", str(source), f"TOML in UTF-8 ({error})") from None


def _private(source: Path) -> None:
    """Raises ConfigError if other users of the machine may read or write the file."""
    try:
        mode = source.stat().st_mode
    except OSError as error:
        raise ConfigError("tokens", str(source), f"a file that can be read ({error.strerror})") from None
    if mode & (stat.S_IROTH | stat.S_IWOTH):
        raise ConfigError("tokens", str(source), "a file that others may not read: chmod o-rwx")


def _person(prefix: str, entry: dict[str, Any]) -> Person:
    subject, team = entry.get("subject"), entry.get("team")
    arguments.name(f"{prefix}subject", subject)
    if team is not None:
        arguments.name(f"{prefix}team", team)
    if entry.get("role") not in ROLES:
        raise ConfigError(f"{prefix}role", entry.get("role"), "one of " + ", ".join(ROLES))
    return Person(str(subject), entry["role"], team)


def _tables(field: str, tables: Any) -> list[dict[str, Any]]:
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise ConfigError(field, tables, f"tables, each under [[{field}]]")
    return tables


def _known(prefix: str, table: dict[str, Any], allowed: tuple[str, ...]) -> None:
    for key in table:
        if key not in allowed:
            known = "one of the keys " + ", ".join(allowed) + meant(key, allowed)
            raise ConfigError(f"{prefix}{key}", table[key], known)

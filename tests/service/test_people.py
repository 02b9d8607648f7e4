"""Who comes in and what each may do: tokens, JSON Web Tokens, cookies, hosts, and the matrix of roles."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from service.served import CENTRE, TOKENS, Served, token, token_file

import huntgroup as hg
from huntgroup.service.people import Tokens


def test_an_agent_has_its_own_interactions_and_others_are_not_there_for_it(guarded: Served) -> None:
    call = guarded.done("enqueue", "crm", queue="sales", ref="own")
    guarded.done("accept", "anna", interaction=call)
    for command in ("hold", "end", "reject", "transfer"):
        hidden = guarded.command(command, "ben", interaction=call)
        assert (hidden.status, hidden.json["refused"]) == (404, "UnknownInteraction")
    assert guarded.get(f"/v1/interactions/{call}", "ben").status == 404
    assert guarded.get("/v1/interactions?ref=own", "ben").json["items"] == []
    assert guarded.get(f"/v1/interactions/{call}", "anna").json["ref"] == "own"
    late = guarded.command("accept", "anna", interaction=call)
    assert (late.status, late.json["refused"]) == (409, "StaleOffer")
    guarded.done("hold", "anna", interaction=call)
    guarded.done("end", "anna", interaction=call)
    guarded.done("finish_wrap_up", "anna", interaction=call)


def test_who_did_it_is_in_the_events(guarded: Served) -> None:
    answer = guarded.command("set_status", "sam", agent="anna", status="Break")
    assert {event["by"] for event in answer.json["events"] if event["kind"] == "status_changed"} == {"sam"}
    answer = guarded.command("set_status", "anna", agent="anna", status="Ready")
    assert {event["by"] for event in answer.json["events"] if event["kind"] == "status_changed"} == {"anna"}


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/agents", {"root", "sam", "crm"}),
        ("/v1/agents/anna", {"root", "sam", "crm", "anna"}),
        ("/v1/queues", {"root", "sam", "crm", "anna", "ben", "lobby"}),
        ("/v1/queues/sales", {"root", "sam", "crm", "anna", "lobby"}),
        ("/v1/queues/sales/waiting", {"root", "sam", "crm"}),
        ("/v1/queues/sales/members", {"root", "sam", "crm"}),
        ("/v1/presence", {"root", "sam", "crm", "anna", "ben", "lobby"}),
        ("/v1/directory", {"root", "sam", "crm", "anna", "ben"}),
        ("/v1/monitor", {"root", "sam"}),
        ("/metrics", {"root", "sam", "crm", "lobby"}),
    ],
)
def test_what_a_role_may_read(guarded: Served, path: str, allowed: set[str]) -> None:
    for subject in TOKENS:
        answer = guarded.get(path, subject)
        assert (answer.status == 200) == (subject in allowed), (subject, answer)
        assert answer.status in (200, 403, 404)
        if subject == "lobby":
            assert "anna" not in answer.text


def test_agents_see_the_outward_side_of_their_own_queues(guarded: Served) -> None:
    (queue,) = guarded.get("/v1/queues", "anna").json["items"]
    assert queue["name"] == "sales"
    assert "metrics" not in queue
    assert [row["queue"] for row in guarded.get("/v1/presence", "anna").json["items"]] == ["sales"]
    assert "skills" not in guarded.get("/v1/agents/anna", "crm").json


def test_without_a_valid_token_nothing_is_told(guarded: Served) -> None:
    for path in ("/v1/agents", "/v1/events", "/metrics"):
        answer = guarded.get(path)
        assert answer.status == 401
        assert answer.headers["www-authenticate"] == "Bearer"
    for given in ("Bearer wrong", "Bearer ", "Basic cm9vdDpyb290", "Bearer " + "x" * 9000, "Bearer a.b.c"):
        assert guarded.get("/v1/agents", Authorization=given).status == 401
    assert guarded.command("enqueue", queue="sales").status == 401
    for path in ("/healthz", "/readyz", "/openapi.json", "/docs", "/login"):
        assert guarded.get(path).status == 200


def test_a_foreign_host_and_a_foreign_page_are_kept_out(guarded: Served, served: Served) -> None:
    for one in (guarded, served):
        assert one.get("/v1/queues", "root", Host="evil.example").status == 403
        assert one.get("/v1/queues", "root", Origin="http://evil.example").status == 403
        assert one.get("/v1/queues", "root", Origin="null").status == 403
        assert one.get("/v1/queues", "root", Host="localhost:1").status == 200
        own = f"127.0.0.1:{one.port}"
        assert one.get("/v1/queues", "root", Origin=f"http://{own}").status == 200


def test_the_login_gives_a_cookie_that_pages_use(guarded: Served) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    wrong = guarded.ask("POST", "/login", "token=nobody&next=/wall", headers=form)
    assert wrong.status == 401
    assert 'role="alert"' in wrong.text
    right = guarded.ask("POST", "/login", f"token={token('root')}&next=/wall", headers=form)
    assert (right.status, right.headers["location"]) == (303, "/wall")
    cookie = right.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Secure" not in cookie
    proxied = {**form, "X-Forwarded-Proto": "https"}
    behind_tls = guarded.ask("POST", "/login", f"token={token('root')}&next=/", headers=proxied)
    assert "Secure" in behind_tls.headers["set-cookie"], "a proxy on this machine is believed"
    named = {"Cookie": cookie.split(";")[0]}
    assert guarded.ask("GET", "/v1/agents", headers=named).status == 200
    body = json.dumps({"command": "set_status", "agent": "anna", "status": "Ready"})
    assert guarded.ask("POST", "/v1/commands", body, headers=named).status == 403
    own = {**named, "Origin": f"http://127.0.0.1:{guarded.port}"}
    assert guarded.ask("POST", "/v1/commands", body, headers=own).status == 200
    for elsewhere in ("http://evil.example", "//evil.example", "/\\evil.example", "javascript:x"):
        away = guarded.ask("POST", "/login", f"token={token('root')}&next={elsewhere}", headers=form)
        assert away.headers["location"] == "/"
    assert guarded.get("/login?next=%22%3E%3Cscript%3E").text.count("<script>") == 0


# --- JSON Web Tokens ---------------------------------------------------------------------------------------


class Keys:
    """An issuer's keys: three that the service knows, and one that it does not."""

    def __init__(self, folder: Path) -> None:
        self.secret = b"0123456789abcdef0123456789abcdef"
        self.rsa = rsa.generate_private_key(65537, 2048)
        self.ed = ed25519.Ed25519PrivateKey.generate()
        self.other = rsa.generate_private_key(65537, 2048)
        (folder / "secret").write_bytes(self.secret)
        (folder / "secret").chmod(0o600)
        for name, key in (("rsa", self.rsa), ("ed", self.ed)):
            public = key.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
            (folder / name).write_bytes(public)
        self.table = (
            '\n[jwt]\nissuer = "idp"\naudience = "huntgroup"\n'
            '[[jwt.key]]\nkid = "h"\nalg = "HS256"\nfile = "secret"\n'
            '[[jwt.key]]\nkid = "r"\nalg = "RS256"\nfile = "rsa"\n'
            '[[jwt.key]]\nkid = "e"\nalg = "EdDSA"\nfile = "ed"\n'
        )


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Keys]]:
    folder = tmp_path_factory.mktemp("issuer")
    keys = Keys(folder)
    (folder / "centre.toml").write_text(CENTRE, encoding="utf-8")
    with Served(str(folder / "centre.toml"), "--tokens", str(token_file(folder, keys.table))) as served:
        yield served, keys


def claims(**others: Any) -> dict[str, Any]:
    given = {"sub": "kim", "role": "supervisor", "iss": "idp", "aud": "huntgroup", "exp": time.time() + 60}
    return {name: value for name, value in {**given, **others}.items() if value is not None}


def tried(issuer: tuple[Served, Keys], made: str) -> int:
    return issuer[0].get("/v1/agents", Authorization=f"Bearer {made}").status


def test_a_signed_token_gives_subject_and_role(issuer: tuple[Served, Keys]) -> None:
    keys = issuer[1]
    for key, algorithm, name in (
        (keys.secret, "HS256", "h"),
        (keys.rsa, "RS256", "r"),
        (keys.ed, "EdDSA", "e"),
    ):
        made = jwt.encode(claims(), key, algorithm, headers={"kid": name})
        assert tried(issuer, made) == 200
        assert tried(issuer, made) == 200
        assert tried(issuer, jwt.encode(claims(role="wall"), key, algorithm, headers={"kid": name})) == 403


@pytest.mark.parametrize(
    "others",
    [
        {"exp": 1_000},
        {"exp": None},
        {"sub": None},
        {"sub": 5},
        {"role": None},
        {"role": "king"},
        {"iss": "another"},
        {"aud": "another"},
        {"nbf": time.time() + 3_600},
        {"team": 7},
    ],
)
def test_a_token_whose_claims_do_not_hold_is_not_valid(
    issuer: tuple[Served, Keys], others: dict[str, Any]
) -> None:
    with_claims = claims(**others)
    try:
        made = jwt.encode(with_claims, issuer[1].secret, "HS256", headers={"kid": "h"})
    except TypeError:
        made = jwt.api_jws.encode(
            json.dumps(with_claims).encode(), issuer[1].secret, "HS256", headers={"kid": "h"}
        )
    assert tried(issuer, made) == 401


def by_hand(header: dict[str, str], key: bytes, digest: str) -> str:
    """A token signed by hand, as no library would: an attacker needs none."""

    def part(value: bytes) -> bytes:
        return base64.urlsafe_b64encode(value).rstrip(b"=")

    told = part(json.dumps(header).encode()) + b"." + part(json.dumps(claims()).encode())
    return (told + b"." + part(hmac.new(key, told, digest).digest())).decode()


def test_a_forged_token_is_not_valid(issuer: tuple[Served, Keys]) -> None:
    keys = issuer[1]
    public = keys.rsa.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert tried(issuer, by_hand({"alg": "HS256", "kid": "h"}, keys.secret, "sha256")) == 200
    good = jwt.encode(claims(), keys.secret, "HS256", headers={"kid": "h"})
    for made in (
        jwt.encode(claims(), keys.other, "RS256", headers={"kid": "r"}),
        jwt.encode(claims(), keys.secret, "HS256", headers={"kid": "r"}),
        by_hand({"alg": "HS256", "kid": "r"}, public, "sha256"),
        by_hand({"alg": "HS512", "kid": "h"}, keys.secret, "sha512"),
        by_hand({"alg": "HS256", "kid": "h"}, b"guessed", "sha256"),
        by_hand({"alg": "none", "kid": "h"}, b"", "sha256").rpartition(".")[0] + ".",
        jwt.encode(claims(), keys.secret, "HS256", headers={"kid": "unknown"}),
        jwt.encode(claims(), keys.secret, "HS256"),
        good[:-2],
        good.replace(".", "..", 1),
    ):
        assert tried(issuer, made) == 401


# --- the file ----------------------------------------------------------------------------------------------


def test_a_token_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = token_file(tmp_path)
    Tokens(path)
    path.chmod(0o644)
    with pytest.raises(hg.ConfigError, match="others may not read"):
        Tokens(path)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("[[token]]\nsubject = 'x'\nrole = 'agent'\nsha256 = 'short'", "token[0].sha256"),
        (f"[[token]]\nsubject = 'x'\nrole = 'king'\nsha256 = '{'0' * 64}'", "token[0].role"),
        (f"[[token]]\nsubject = ''\nrole = 'agent'\nsha256 = '{'0' * 64}'", "token[0].subject"),
        (f"[[token]]\nsubject = 'x'\nrole = 'agent'\nsha256 = '{'0' * 64}'\nhue = 1", "token[0].hue"),
        ("[jwt]\nissuer = 'x'", "jwt.audience"),
        ("[jwt]\nissuer = 'x'\naudience = 'y'\n[[jwt.key]]\nkid = 'k'\nalg = 'none'", "jwt.key[0].alg"),
        ("[jwt]\nissuer = 'x'\naudience = 'y'\n[[jwt.key]]\nkid = 'k'\nalg = 'HS256'\nfile = 'no'", "tokens"),
        ("tokens = 5", "tokens"),
        ("[[", "tokens"),
    ],
)
def test_a_mistake_in_the_token_file_is_named(tmp_path: Path, text: str, field: str) -> None:
    path = tmp_path / "tokens.toml"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(hg.ConfigError) as wrong:
        Tokens(path)
    assert wrong.value.field == field

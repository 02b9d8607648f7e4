"""A folder with the files that the tests of the command line use, and text as standard input."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

import huntgroup as hg

CENTRE = 'model = "agent_modes"\n[[queue]]\nname = "sales"\n'
HEADER = "date,type,priority,entry_s,vru_s,queue_s,outcome,answer_s,service_s,agent\n"
SCENARIO = str(Path(__file__).resolve().parent.parent / "examples" / "helpdesk.toml")


def fill(folder: Path) -> None:
    """Writes the files: sound ones, wrong ones, a folder with a file in it, and a journal."""
    (folder / "centre.toml").write_text(CENTRE)
    (folder / "wrong.toml").write_text(CENTRE + "warp_up = 3\n")
    (folder / "no.toml").write_text("model = \n")
    (folder / "calls.csv").write_text(HEADER + "1999-02-01,PS,0,36000,5,0,AGENT,36005,100,A01\n")
    (folder / "day.ndjson").write_text('{"command": "add_queue", "name": "sales"}\n')
    (folder / "document.ndjson").write_text('{"seq": 1, "at_ns": 0, "command": "document"}\n')
    (folder / "latin.ndjson").write_bytes(b'{"command": "add_queue", "name": "caf\xe9"}\n')
    (folder / "colour.ndjson").write_text('{"command": "add_queue", "name": "q", "colour": 3}\n')
    (folder / "tokens.toml").write_text('[[token]]\nsubject = "al"\nroel = "agent"\n')
    (folder / "open.toml").write_text('[[token]]\nsubject = "al"\n')
    (folder / "tokens.toml").chmod(0o600)
    (folder / "open.toml").chmod(0o644)
    (folder / "mapping.toml").write_text("[colunms]\n")
    (folder / "full").mkdir()
    (folder / "full/dear.txt").write_text("dear to somebody\n")
    engine = hg.Engine.open(folder / "journal", config=folder / "centre.toml")
    engine.close()


def feed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Gives the text to the command as its standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

"""One header declares what a scorer sees: C, cffi, ctypes and Numba must read the same in it."""

from __future__ import annotations

import copy
import ctypes
import pickle
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import huntgroup as hg
from huntgroup.scorers import abi as scorer_abi

AGENTS, INTERACTION = "hg_score_agents", "hg_score_interaction"

C_SOURCE = """
#include <stddef.h>
#include <stdint.h>
#include <huntgroup/scorer.h>

int32_t closest(const struct hg_score_agents *agents, const struct hg_score_interaction *interaction,
                double *scores)
{
    for (int64_t k = 0; k < agents->count; k++) {
        double distance = agents->user0[k] - interaction->user0;
        scores[k] = distance < 0 ? distance : -distance;
    }
    return 1;
}

int32_t says_no(const struct hg_score_agents *agents, const struct hg_score_interaction *interaction,
                double *scores)
{
    for (int64_t k = 0; k < agents->count; k++)
        scores[k] = 1.0;
    return (int32_t)interaction->priority;
}

int32_t idle(const struct hg_score_agents *agents, const struct hg_score_interaction *interaction,
             double *scores)
{
    return 1;
}

int64_t unread(const struct hg_score_agents *agents) { return agents->tier == NULL; }

hg_score_function check = closest;
"""


def centre(scorer: hg.Scorer) -> Any:
    engine = hg.Engine()
    engine.add_queue("field", strategy=scorer)
    place = {"queues": ["field"], "devices": ["voice"], "signed_in": True, "status": "Ready"}
    engine.add_agents(["ann", "ben", "cleo"], user=[[10.0], [52.5], [48.0]], **place)
    engine.poll()
    return engine


def decided(engine: Any, **arguments: Any) -> tuple[str, list[str]]:
    call = engine.enqueue("field", **arguments)
    engine.verify()
    reasons = [event.reason for event in engine.poll() if event.kind == "scorer_failed"]
    return engine.interaction(call).agent, reasons


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        pytest.skip("no C compiler on the path")
    folder = tmp_path_factory.mktemp("scorer")
    (folder / "scorer.c").write_text(C_SOURCE, encoding="utf-8")
    made = folder / "scorer.so"
    command = [
        compiler,
        "-std=c11",
        "-shared",
        "-fPIC",
        "-Wall",
        "-Wextra",
        "-Wno-unused-parameter",
        "-Werror",
    ]
    subprocess.run([*command, "-I", hg.get_include(), "-o", made, folder / "scorer.c"], check=True)
    return made


# --- the header -------------------------------------------------------------------------------------------


def test_the_header_is_installed_with_the_package_and_has_no_preprocessor_lines() -> None:
    path = Path(hg.get_include()) / "huntgroup" / "scorer.h"
    assert files("huntgroup").joinpath("include", "huntgroup", "scorer.h").is_file()
    assert path.read_text(encoding="utf-8") == hg.scorer_header()
    assert not [line for line in hg.scorer_header().splitlines() if line.lstrip().startswith("#")]


def test_the_columns_are_in_the_order_of_the_bits_that_the_core_reads() -> None:
    names = [field.name for field in scorer_abi.columns()]
    users = [f"user{k}" for k in range(8)]
    assert names == ["index", "tier", "load", "capacity", "proficiency", "accepted", *users]
    assert [field.name for field in scorer_abi.fields(AGENTS)] == ["count", *names]


@pytest.mark.parametrize("struct", [AGENTS, INTERACTION])
def test_cffi_lays_the_structs_out_as_ctypes_and_numpy_do(struct: str) -> None:
    cffi = pytest.importorskip("cffi", reason="cffi is not installed")
    ffi = cffi.FFI()
    ffi.cdef(hg.scorer_header())
    dtype = scorer_abi.dtype_of(struct)
    assert ffi.sizeof(f"struct {struct}") == dtype.itemsize == ctypes.sizeof(scorer_abi.struct_of(struct))
    declared = ffi.typeof(f"struct {struct}").fields
    assert [name for name, _ in declared] == list(dtype.names or ())
    for (name, field), ours in zip(declared, scorer_abi.fields(struct), strict=True):
        assert field.offset == dtype.fields[name][1]
        assert ffi.sizeof(field.type) == dtype.fields[name][0].itemsize
        assert (field.type.kind == "pointer") == ours.is_column
        pointed = field.type.item.cname if ours.is_column else field.type.cname
        assert pointed == ours.type


@pytest.mark.release
@pytest.mark.parametrize("struct", [AGENTS, INTERACTION])
def test_numba_lays_the_structs_out_as_the_header_does(struct: str) -> None:
    numba = pytest.importorskip("numba", reason="numba is not installed")
    dtype = scorer_abi.dtype_of(struct)
    record = numba.from_dtype(dtype)
    assert record.size == dtype.itemsize
    assert {name: record.offset(name) for name in dtype.names or ()} == {
        name: dtype.fields[name][1] for name in dtype.names or ()
    }


def test_a_field_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    scorer_abi.fields.cache_clear()
    monkeypatch.setattr(scorer_abi, "header", lambda: "struct odd { int64_t count; float x; };")
    with pytest.raises(ValueError, match="float x"):
        scorer_abi.fields("odd")


# --- scorers in C and cffi --------------------------------------------------------------------------------


def test_a_scorer_in_c_by_ctypes(library: Path) -> None:
    loaded = ctypes.CDLL(str(library))
    scorer = hg.scorer_from_pointer(loaded.closest, name="closest", keep=loaded)
    assert decided(centre(scorer), user=(48.1,)) == ("cleo", [])
    by_address = hg.scorer_from_pointer(scorer.address, name="closest", keep=loaded, reads=["user0"])
    assert decided(centre(by_address), user=(52.0,)) == ("ben", [])


def test_a_scorer_in_c_by_cffi(library: Path) -> None:
    cffi = pytest.importorskip("cffi", reason="cffi is not installed")
    ffi = cffi.FFI()
    ffi.cdef(hg.scorer_header())
    ffi.cdef("extern hg_score_function check;")
    loaded = ffi.dlopen(str(library))
    scorer = hg.scorer_from_pointer(loaded.check, name="closest", keep=loaded)
    assert decided(centre(scorer), user=(48.1,)) == ("cleo", [])


def test_a_callback_of_cffi_takes_the_gil_by_itself() -> None:
    cffi = pytest.importorskip("cffi", reason="cffi is not installed")
    ffi = cffi.FFI()
    ffi.cdef(hg.scorer_header())
    failing = [False]

    @ffi.callback("hg_score_function", error=0, onerror=lambda *_: None)
    def highest(agents: Any, interaction: Any, scores: Any) -> int:
        if failing[0]:
            raise ValueError
        for k in range(agents.count):
            scores[k] = agents.user0[k]
        return 1

    engine = centre(hg.scorer_from_pointer(highest, name="highest"))
    import numpy as np

    rows = np.full(1, -1, hg.COMMAND_DTYPE)
    rows["command"], rows["queue"] = hg.Command.ENQUEUE, 0
    for name in ("requires", "priority", "flag", "list_count"):
        rows[name] = 0
    _, results = engine.apply(rows)
    assert results.tolist() == [hg.Result.OK]
    assert engine.interaction(1).agent == "ben"
    failing[0] = True
    assert decided(engine) == ("ann", ["scorer_raised"])


@pytest.mark.parametrize("said", [0, 2, -1])
def test_any_answer_but_one_is_a_failure(library: Path, said: int) -> None:
    loaded = ctypes.CDLL(str(library))
    engine = centre(hg.scorer_from_pointer(loaded.says_no, name="says no", keep=loaded))
    assert decided(engine, priority=said) == ("ann", ["scorer_raised"])
    assert decided(engine, priority=1) == ("ben", [])


def test_success_without_a_score_is_a_failure(library: Path) -> None:
    loaded = ctypes.CDLL(str(library))
    engine = centre(hg.scorer_from_pointer(loaded.idle, name="idle", keep=loaded))
    assert decided(engine) == ("ann", ["score_missing"])


def test_columns_that_are_not_read_are_not_there() -> None:
    seen: list[list[bool]] = []

    def looks(agents: int, interaction: int, scores: int) -> int:
        struct: Any = scorer_abi.struct_of(AGENTS).from_address(agents)
        seen.append([getattr(struct, field.name) is not None for field in scorer_abi.columns()])
        for k in range(struct.count):
            ctypes.c_double.from_address(scores + 8 * k).value = k
        return 1

    callback = scorer_abi.CALLBACK(looks)
    names = [field.name for field in scorer_abi.columns()]
    for reads in ([], ["tier"], ["user3"], ["user0", "user7", "accepted"], names):
        engine = centre(hg.scorer_from_pointer(callback, name="looks", reads=reads))
        assert decided(engine) == ("cleo", [])
        # The index is there always: it is what the others are found by.
        assert seen.pop() == [name in {*reads, "index"} for name in names]


def test_a_scorer_lives_as_long_as_an_engine_that_names_it() -> None:
    def first(agents: Any, interaction: Any, scores: Any) -> None:
        scores[:] = agents.user0

    engine = centre(hg.python_scorer(first))
    fork = engine.fork()
    engine.update_queue("field", strategy="linear")
    del engine
    assert decided(fork) == ("ben", [])


# --- what is refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "call"),
    [
        ("pointer", lambda: hg.scorer_from_pointer(0, name="x")),
        ("pointer", lambda: hg.scorer_from_pointer(None, name="x")),
        ("pointer", lambda: hg.scorer_from_pointer(True, name="x")),
        ("pointer", lambda: hg.scorer_from_pointer(-8, name="x")),
        ("pointer", lambda: hg.scorer_from_pointer(2**64, name="x")),
        ("pointer", lambda: hg.scorer_from_pointer("closest", name="x")),
        ("reads", lambda: hg.scorer_from_pointer(8, name="x", reads=["user8"])),
        ("reads", lambda: hg.scorer_from_pointer(8, name="x", reads="user0")),
        ("name", lambda: hg.scorer_from_pointer(8, name="")),
        ("name", lambda: hg.scorer_from_pointer(8, name="a" * 129)),
        ("name", lambda: hg.python_scorer(lambda a, i, s: None, name="a\nb")),
        ("scorer", lambda: hg.python_scorer(print)),
        ("scorer", lambda: hg.python_scorer(lambda agents, scores: None)),
        ("scorer", lambda: hg.python_scorer("closest")),
        ("scorer", lambda: hg.scorer_from_pointer(8, name="x").python()),
    ],
)
def test_a_wrong_argument_is_named(field: str, call: Any) -> None:
    with pytest.raises(hg.ConfigError) as caught:
        call()
    assert caught.value.field == field


def test_a_pointer_of_cffi_to_something_else_is_refused() -> None:
    cffi = pytest.importorskip("cffi", reason="cffi is not installed")
    ffi = cffi.FFI()
    with pytest.raises(hg.ConfigError, match="pointer"):
        hg.scorer_from_pointer(ffi.new("int[2]"), name="x")
    with pytest.raises(hg.ConfigError, match="pointer"):
        hg.scorer_from_pointer(ffi.new_handle(object()), name="x")


def test_a_scorer_in_c_cannot_be_run_as_python() -> None:
    with pytest.raises(TypeError, match="'x' is a C function"):
        hg.scorer_from_pointer(8, name="x")(None, None, None)


def test_a_scorer_is_never_copied_and_cannot_be_pickled() -> None:
    scorer = hg.python_scorer(lambda agents, interaction, scores: None, name="x")
    assert copy.copy(scorer) is copy.deepcopy(scorer) is scorer
    assert repr(scorer) == "<Scorer 'x'>"
    with pytest.raises(TypeError, match="cannot be pickled"):
        pickle.dumps(scorer)


def test_without_numba_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    with pytest.raises(hg.HuntgroupError, match=r"huntgroup\[scorer\].*python_scorer"):

        @hg.scorer
        def closest(agents: Any, interaction: Any, scores: Any) -> None:
            scores[0] = 1.0

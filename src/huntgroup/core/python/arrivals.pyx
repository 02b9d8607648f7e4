"""What an arrival may bring: a reference, and an instant before now (CHANGE-19 to CHANGE-21)."""

from libc.stdint cimport int64_t, uint32_t

from huntgroup.core.python.store cimport Store
from huntgroup.core.state.centre cimport interaction_at
from huntgroup.core.state.native cimport HG_NONE
from huntgroup.core.state.references cimport first_with_ref, next_with_ref
from huntgroup.core.state.masks cimport GIVEN_REF, GIVEN_TEXT_REF
from huntgroup.core.state.rows cimport CommandRow

from hashlib import blake2b

from huntgroup.core.python.store import instant_ns
from huntgroup.errors import ConfigError

REF_ALLOWED = "an int64 or a string of at most 128 bytes"


cdef int ref_arg(Store engine, CommandRow *cmd, object ref) except -1:
    """Puts a reference, which is checked here, into the row: an integer as it is, of a text its hash."""
    if type(ref) is int:
        if not -2**63 <= ref < 2**63:
            raise ConfigError("ref", ref, REF_ALLOWED)
        cmd.ref = ref
        cmd.mask |= GIVEN_REF
    elif ref is not None:
        encoded = ref.encode("utf-8", "surrogatepass") if isinstance(ref, str) else None
        if encoded is None or len(encoded) > 128:
            raise ConfigError("ref", ref, REF_ALLOWED)
        cmd.ref = int.from_bytes(blake2b(encoded, digest_size=8).digest(), "little", signed=True)
        cmd.mask |= GIVEN_REF | GIVEN_TEXT_REF
        engine.ref_text = ref
    return 0


cdef int64_t arrival_arg(object arrived_at, int64_t latest_ns) except? -1:
    """The instant of arrival, which may be before the command and not after it."""
    given = instant_ns("arrived_at", arrived_at)
    if not 0 <= given <= latest_ns:
        raise ConfigError("arrived_at", arrived_at, "an instant from 1970 on, not later than the command's")
    return given


cdef list ids_with_ref(Store engine, object ref):
    """The ids of the live interactions with this reference, ascending. O(1) and those found."""
    cdef CommandRow cmd
    cdef uint32_t i
    cdef bint is_text
    if ref is None:
        return []
    cmd.mask = 0
    ref_arg(engine, &cmd, ref)
    is_text = (cmd.mask & GIVEN_TEXT_REF) != 0
    found = []
    i = first_with_ref(&engine.c, cmd.ref, is_text)
    while i != HG_NONE:
        found.append(interaction_at(&engine.c, i).node.id)
        i = next_with_ref(&engine.c, i, cmd.ref, is_text)
    # The core knows the hash of a text only.
    return sorted([id for id in found if not is_text or engine._refs.get(id) == ref])

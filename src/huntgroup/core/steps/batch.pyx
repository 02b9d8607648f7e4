"""A batch of commands: each row is one command, with its own result; a bad row never stops the rows after it.

An interaction of -2-k is the id that row k of the same batch got. Values that do not fit into a row stand
beside it: `values` (agents, pairs of queue and login) and `numbers` (those of the user).
"""

from libc.stdint cimport int16_t, int32_t, int64_t, uint16_t, uint32_t, uint64_t

from huntgroup.core.steps.ahead cimport look_ahead
from huntgroup.core.state.codes cimport (
    CMD_DIAL, CMD_DIRECT, CMD_ENQUEUE, CMD_SET_QUEUE_LOGINS, CMD_SET_USER, CMD_UPDATE_INTERACTION,
    R_INVALID_COMMAND, R_OK)
from huntgroup.core.state.centre cimport Centre
from huntgroup.core.state.fetch cimport is_large
from huntgroup.core.steps.execute cimport execute
from huntgroup.core.state.masks cimport GIVEN_ONCE
from huntgroup.core.state.rows cimport CommandRow

cdef inline bint prepare(Centre *c, CommandRow *cmd, Py_ssize_t k, const int64_t *made, const int32_t *values,
                         uint32_t value_count, const double *numbers, uint32_t number_count) noexcept nogil:
    """Turns row k of a batch, a copy, into what `execute` takes; False if the row is not valid."""
    cdef int64_t back
    cdef int wanted
    if cmd.interaction <= -2:
        back = -2 - cmd.interaction
        cmd.interaction = made[back] if back < k else 0
    if cmd.mask > GIVEN_ONCE and cmd.command in (CMD_ENQUEUE, CMD_DIRECT, CMD_DIAL):
        return False                    # a row's reference is an integer, -1: none
    if cmd.command == CMD_SET_QUEUE_LOGINS and cmd.list_count & 1:
        return False                    # pairs
    if cmd.command not in (CMD_ENQUEUE, CMD_UPDATE_INTERACTION) and cmd.list_count > 0:
        if cmd.list_start < 0 or <int64_t> cmd.list_start + cmd.list_count > value_count:
            return False
        c.list = values + cmd.list_start
        c.list_count = <uint32_t> cmd.list_count
    else:
        c.list = NULL
        c.list_count = 0
    c.user_count = 0
    if cmd.command == CMD_SET_USER or (cmd.command == CMD_ENQUEUE and cmd.flag > 0):
        wanted = 1 if cmd.command == CMD_SET_USER else cmd.flag
        if cmd.user_start < 0 or wanted > 8 or <int64_t> cmd.user_start + wanted > number_count:
            return False
        c.user_in = numbers + cmd.user_start
        c.user_count = <uint32_t> wanted
    return True


cdef void apply_rows(Centre *c, const CommandRow *rows, Py_ssize_t n, uint16_t *results, int64_t *made,
                     const int32_t *values, uint32_t value_count, const double *numbers,
                     uint32_t number_count) noexcept nogil:
    """Executes the rows in order. A row that names an earlier one is copied, as the caller's array is not
    ours to change; `execute` changes none."""
    cdef Py_ssize_t k
    cdef CommandRow copied
    cdef CommandRow *cmd
    cdef bint far = is_large(c)
    for k in range(n):
        if far:
            look_ahead(c, rows, k, n)
        cmd = <CommandRow *> (rows + k)
        if cmd.interaction <= -2:
            copied = rows[k]
            cmd = &copied
        results[k] = R_INVALID_COMMAND
        if prepare(c, cmd, k, made, values, value_count, numbers, number_count):
            results[k] = <uint16_t> execute(c, cmd)
            made[k] = c.out_interaction
    forget_values(c)


cdef Py_ssize_t record_rows(Centre *c, const CommandRow *rows, Py_ssize_t n, uint16_t *results,
                            int64_t *made, const int32_t *values, uint32_t value_count,
                            const double *numbers, uint32_t number_count, CommandRow *kept,
                            int32_t value_base, int32_t number_base) noexcept nogil:
    """`apply_rows` for a durable engine. `kept` gets the rows that were accepted, or refused with effects, as
    they can be executed again: with their results in `pad`, their instants and interactions, their values and
    numbers counted from the two bases. Returns how many."""
    cdef Py_ssize_t k, count = 0
    cdef uint64_t step
    cdef int64_t seq
    cdef CommandRow cmd
    cdef bint far = is_large(c)
    for k in range(n):
        if far:
            look_ahead(c, rows, k, n)
        cmd = rows[k]
        results[k] = R_INVALID_COMMAND
        if not prepare(c, &cmd, k, made, values, value_count, numbers, number_count):
            continue
        step, seq = c.step, c.next_seq
        results[k] = <uint16_t> execute(c, &cmd)
        made[k] = c.out_interaction
        if results[k] == R_OK or c.step != step or c.next_seq != seq:
            keep_row(c, kept + count, &cmd, value_base, number_base)
            kept[count].pad = <int16_t> results[k]
            count += 1
    forget_values(c)
    return count


cdef void forget_values(Centre *c) noexcept nogil:
    c.list = NULL
    c.list_count = 0
    c.user_in = NULL
    c.user_count = 0


cdef void keep_row(Centre *c, CommandRow *kept, const CommandRow *cmd, int32_t value_base,
                   int32_t number_base) noexcept nogil:
    kept[0] = cmd[0]
    kept.at_ns = c.now_ns if c.begun else -1
    if cmd.command in (CMD_ENQUEUE, CMD_DIRECT, CMD_DIAL):
        kept.offer = -1                 # in a record the place of a text (docs/JOURNAL_FORMAT.md)
    if c.list_count:
        kept.list_start += value_base
    if c.user_count:
        kept.user_start += number_base

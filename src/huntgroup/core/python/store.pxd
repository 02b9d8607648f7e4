"""The Python object that owns a centre: names and indices, the clock, the presence model's tables."""

from cpython.long cimport PyLong_AsLongLongAndOverflow
from cpython.number cimport PyNumber_Index
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t

from huntgroup.core.python.recording cimport Recorder
from huntgroup.core.state.centre cimport HG_LAST_INSTANT_NS, Centre
from huntgroup.core.state.rows cimport CommandRow


cdef extern from *:
    """
    /* Whether it is an integer of one digit, as most indices and ids are: then its value, without a call. */
    static inline int hg_one_digit(PyObject *value, int64_t *number)
    {
    #if PY_VERSION_HEX >= 0x030C0000 && !defined(Py_LIMITED_API)
        if (PyLong_CheckExact(value) && PyUnstable_Long_IsCompact((PyLongObject *)value)) {
            *number = PyUnstable_Long_CompactValue((PyLongObject *)value);
            return 1;
        }
    #endif
        (void)value;
        (void)number;
        return 0;
    }

    /* The same for one that is not negative and fits, as instants are: two digits up to 2006, three after.
     * Only where the layout is known. */
    static inline int hg_few_digits(PyObject *value, int64_t *number)
    {
    #if PY_VERSION_HEX >= 0x030C0000 && PY_VERSION_HEX < 0x030E0000 && !defined(Py_LIMITED_API) && \
        PYLONG_BITS_IN_DIGIT == 30
        if (PyLong_CheckExact(value)) {
            const _PyLongValue *kept = &((PyLongObject *)value)->long_value;
            uintptr_t digits = kept->lv_tag >> _PyLong_NON_SIZE_BITS;
            if ((kept->lv_tag & _PyLong_SIGN_MASK) != 0 || digits < 2 || digits > 3)
                return 0;
            uint64_t top = digits == 3 ? kept->ob_digit[2] : 0;
            if (top > 7)
                return 0;
            *number = (int64_t)(top << 60 | (uint64_t)kept->ob_digit[1] << 30 | kept->ob_digit[0]);
            return 1;
        }
    #endif
        (void)value;
        (void)number;
        return 0;
    }
    """
    bint hg_one_digit(object value, int64_t *number) noexcept
    bint hg_few_digits(object value, int64_t *number) noexcept


cdef inline int64_t whole(object value, int64_t otherwise) except? -9:
    """An integer as int64; `otherwise` where it does not fit."""
    cdef int overflow = 0
    cdef int64_t number = 0
    if hg_one_digit(value, &number) or hg_few_digits(value, &number):
        return number
    if type(value) is not int:
        value = PyNumber_Index(value)
    number = PyLong_AsLongLongAndOverflow(value, &overflow)
    return otherwise if overflow else number


cdef inline bint plain_whole(object value, int64_t *number) noexcept:
    """Whether it is a plain integer that is read without a call: then its value."""
    return hg_one_digit(value, number) or hg_few_digits(value, number)


cdef enum:
    # `running`
    AT_REST = 0
    RUNNING = 1
    UNMADE = 2                      # `__init__` has not run
    LATE = 4                        # beside AT_REST: the command in hand may be a long jump of the clock

cdef enum:
    SOON_BITS = 42                  # of nanoseconds, 73 minutes: what is later is a long jump


cdef class Store:
    cdef Centre c
    cdef readonly object model
    cdef public object _clock
    cdef public dict _agent_index
    cdef public list _agent_ids
    cdef public dict _queue_index
    cdef public list _queue_names
    cdef public dict _skill_index
    cdef public list _skill_names
    cdef public dict _channel_index
    cdef public list _channel_names
    cdef public dict _group_index
    cdef public list _group_names
    cdef public dict _status_index
    cdef public list _status_names
    cdef public list _told_statuses       # as unread events name them: also those that are gone
    cdef public dict _external_index
    cdef public dict _requirement_rows
    cdef public list _requirement_texts
    cdef public dict _hours
    cdef dict _open_hours
    cdef public dict _overflow_names
    cdef public dict _refs
    cdef public list _scorers
    cdef public dict _text_handles
    cdef public list _texts
    cdef public dict _actor_rows
    cdef public list _actors
    cdef public list _channels
    cdef public dict _relaxations
    # The requirement of the latest relaxation step that named an unknown skill.
    cdef public object _unknown_step
    cdef int running                # AT_REST, RUNNING or UNMADE, and LATE
    cdef bint applying              # a change of the configuration has begun and is not complete
    # Who makes the change of the configuration under way.
    cdef int32_t acting
    cdef public Recorder _recorder
    # The text that the command in hand brings: a reference, or a reason that is new.
    cdef object ref_text
    # In a group in memory: events from this number on are not shown yet, 0: all are.
    cdef int64_t group_seq
    # How many events that nobody has polled are kept; the seq of the first after some were dropped, 0: none.
    cdef uint32_t event_limit
    cdef int64_t first_kept

    cdef int at_rest(self) except -1
    cdef int begin_change(self) except -1
    cdef int settled(self) except -1
    cdef int after_failure(self, int result) except -1
    cdef int enter(self) except -1
    cdef int64_t clock_ns(self) except -1
    cdef int64_t at_ns(self, object at) except? -2
    cdef void note_jump(self, int64_t at_ns) noexcept
    cdef int32_t agent_arg(self, object agent) except? -3
    cdef int32_t queue_arg(self, object queue) except? -3
    cdef int32_t channel_arg(self, object channel) except? -3
    cdef int32_t status_arg(self, object status) except? -3
    cdef int32_t skill_arg(self, object skill) except? -3
    cdef int32_t by_arg(self, object by) except? -3
    cdef int32_t requirement_arg(self, object requires) except? -3
    cdef int run(self, CommandRow *cmd, tuple names) except -1
    cdef int refuse(self, int result, tuple names) except -1
    cdef int attempt(self, CommandRow *cmd) except -1
    cdef int attempt_recorded(self, CommandRow *cmd) except -1
    cdef int before_command(self, CommandRow *cmd) except -1
    cdef int jump_before(self, CommandRow *cmd) except -1
    cdef int pass_in_pieces(self, int64_t at_ns, CommandRow *cmd) except -1
    cdef int pass_to(self, object at) except -1
    cdef int catch_up(self) except -1
    cdef void bound_events(self) noexcept
    cdef void drop_events(self, uint32_t count) noexcept
    cdef bint clock_stepped_back(self, int64_t given) except -1


# What every call from Python does, in its most common case without a call.

cdef inline int64_t instant_given(Store engine, object at) except? -2:
    """`at_ns`; an instant that is neither in the past nor a long jump needs no more than to be read."""
    cdef int64_t now = 0
    if (plain_whole(at, &now) and not <uint64_t> (now - engine.c.now_ns) >> SOON_BITS
            and now <= HG_LAST_INSTANT_NS):
        return now
    return engine.at_ns(at)


cdef inline int32_t index_in(object value, uint32_t count) noexcept:
    """An index below `count` that is a plain integer; -1 where it is not, or is something else."""
    cdef int64_t number = 0
    return <int32_t> number if hg_one_digit(value, &number) and 0 <= number < count else -1


cdef inline int32_t agent_given(Store engine, object agent) except? -3:
    cdef int32_t index = index_in(agent, engine.c.agents.count)
    return index if index >= 0 else engine.agent_arg(agent)


cdef inline int32_t queue_given(Store engine, object queue) except? -3:
    cdef int32_t index = index_in(queue, engine.c.queues.count)
    return index if index >= 0 else engine.queue_arg(queue)


cdef inline int look_up(Store engine) except -1:
    """Before something is read: nothing else is under way, and it is as of now."""
    if engine.running:
        engine.at_rest()
    return engine.catch_up() if engine._clock is not None else 0

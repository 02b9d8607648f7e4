"""The calls that are made once an interaction, in the form that they nearly always have: a function of ours
in the place of the method that Cython made, which prepares and drops each argument that may be given. Any
other form goes on to that method, so nothing else can differ."""

from cpython.object cimport PyObject

from huntgroup.core.python.commands cimport Commands
from huntgroup.core.python.owned_commands cimport OwnedCommands
from huntgroup.core.python.row_fields cimport interaction_arg
from huntgroup.core.python.store cimport Store, index_in, instant_given, queue_given
from huntgroup.core.state.blank cimport blank
from huntgroup.core.state.codes cimport CMD_ABANDON, CMD_ACCEPT, CMD_END, CMD_ENQUEUE, R_OK
from huntgroup.core.state.rows cimport CommandRow

cdef extern from *:
    """
    typedef PyObject *(*hg_quick)(PyObject *, PyObject **, Py_ssize_t, PyObject *);

    /* Puts a function in the place of the type's method of this name, and keeps what stood there in *before.
     * Where that is called in another way than is known here, nothing changes. */
    static void hg_put_before(PyObject *type, const char *name, hg_quick quick, hg_quick *before)
    {
        PyMethodDef *method = ((PyTypeObject *)type)->tp_methods;
        for (; method != NULL && method->ml_name != NULL; method++) {
            PyCFunction own = (PyCFunction)(void (*)(void))quick;
            if (strcmp(method->ml_name, name) != 0 || method->ml_flags != (METH_FASTCALL | METH_KEYWORDS) ||
                method->ml_meth == own)
                continue;
            *before = (hg_quick)(void (*)(void))method->ml_meth;
            method->ml_meth = own;
        }
    }

    /* How many arguments were given by name, and the k-th name. */
    static inline Py_ssize_t hg_named(PyObject *names)
    {
        return names == NULL ? 0 : PyTuple_GET_SIZE(names);
    }

    static inline PyObject *hg_name(PyObject *names, Py_ssize_t k)
    {
        return PyTuple_GET_ITEM(names, k);
    }
    """
    ctypedef object (*hg_quick)(object, PyObject **, Py_ssize_t, PyObject *)
    void hg_put_before(object kind, const char *name, hg_quick quick, hg_quick *before)
    Py_ssize_t hg_named(PyObject *names) noexcept
    PyObject *hg_name(PyObject *names, Py_ssize_t k) noexcept


cdef class QuickCalls(DeviceCommands):
    """Not for use by itself."""


# Names in a call are interned, as these are: one comparison tells.
cdef str AT = "at"
cdef str REQUIRES = "requires"
cdef hg_quick enqueue_before, accept_before, end_before, abandon_before


cdef inline bint is_one_at(Py_ssize_t count, PyObject *names) noexcept:
    """Whether the call has one argument by place, and `at` by name."""
    return count == 1 and hg_named(names) == 1 and hg_name(names, 0) == <PyObject *> AT


cdef object quick_enqueue(object engine, PyObject **args, Py_ssize_t count, PyObject *names):
    """`enqueue(queue, at=)` and `enqueue(queue, requires=, at=)`."""
    cdef Commands self = <Commands> engine
    cdef Py_ssize_t k
    cdef PyObject *at = NULL
    cdef PyObject *requires = NULL
    cdef CommandRow cmd
    cdef int result
    for k in range(hg_named(names)):
        if hg_name(names, k) == <PyObject *> AT:
            at = args[count + k]
        elif hg_name(names, k) == <PyObject *> REQUIRES:
            requires = args[count + k]
        else:
            return enqueue_before(engine, args, count, names)
    if count != 1 or at == NULL:
        return enqueue_before(engine, args, count, names)
    blank(&cmd, CMD_ENQUEUE, instant_given(self, <object> at))
    cmd.queue = queue_given(self, <object> args[0])
    if requires != NULL and <object> requires is not None:
        cmd.requires = index_in(<object> requires, self.c.requirements.count)
        if cmd.requires < 0:
            cmd.requires = self.requirement_arg(<object> requires)
    result = self.attempt(&cmd)
    if result != R_OK:
        self.refuse_new(result, None, (
            "enqueue", ("queue", <object> args[0]), ("preferred", None),
            ("requires", None if requires == NULL else <object> requires), ("priority", 0)))
    return self.c.out_interaction


cdef inline int one_at(Store self, int code, PyObject **args) except -1:
    """Executes the command on this interaction at this instant; its result code."""
    cdef CommandRow cmd
    blank(&cmd, code, instant_given(self, <object> args[1]))
    cmd.interaction = interaction_arg(<object> args[0])
    return self.attempt(&cmd)


cdef object quick_accept(object engine, PyObject **args, Py_ssize_t count, PyObject *names):
    """`accept(interaction, at=)`."""
    cdef int result
    if not is_one_at(count, names):
        return accept_before(engine, args, count, names)
    result = one_at(<Store> engine, CMD_ACCEPT, args)
    if result != R_OK:
        (<Store> engine).refuse(result, ("accept", ("interaction", <object> args[0]), ("agent", None),
                                         ("offer", None)))


cdef inline object left(object engine, PyObject **args, Py_ssize_t count, PyObject *names, int code, str name,
                        hg_quick before):
    """`NAME(interaction, at=)` of a command that takes `by=` besides."""
    cdef int result
    if not is_one_at(count, names):
        return before(engine, args, count, names)
    result = one_at(<Store> engine, code, args)
    if result != R_OK:
        (<Store> engine).refuse(result, (name, ("interaction", <object> args[0]), ("by", None)))


cdef object quick_end(object engine, PyObject **args, Py_ssize_t count, PyObject *names):
    """`end(interaction, at=)`."""
    return left(engine, args, count, names, CMD_END, "end", end_before)


cdef object quick_abandon(object engine, PyObject **args, Py_ssize_t count, PyObject *names):
    """`abandon(interaction, at=)`."""
    return left(engine, args, count, names, CMD_ABANDON, "abandon", abandon_before)


hg_put_before(Commands, "enqueue", quick_enqueue, &enqueue_before)
hg_put_before(Commands, "accept", quick_accept, &accept_before)
hg_put_before(OwnedCommands, "end", quick_end, &end_before)
hg_put_before(OwnedCommands, "abandon", quick_abandon, &abandon_before)

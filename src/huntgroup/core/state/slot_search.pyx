"""The searches over many slots at once, and which variant of them runs. For tests; nothing here is public."""

from libc.stdint cimport uint32_t, uint64_t

from huntgroup.core.state.native cimport (
    hg_first_match, hg_first_match_two, hg_kernels_in_use, hg_kernels_name, hg_kernels_use)


cdef uint32_t first_match(const uint64_t *live, const uint64_t *signature, uint64_t mask, uint64_t want,
                          uint32_t start, uint32_t to) noexcept nogil:
    """The first live slot in [start, to) whose (signature & mask) == want, or `to`. O(slots passed over)."""
    return hg_first_match(live, signature, mask, want, start, to)


cdef uint32_t first_match_two(const uint64_t *live, const uint64_t *a, uint64_t mask_a, uint64_t want_a,
                              const uint64_t *b, uint64_t mask_b, uint64_t want_b, uint32_t start,
                              uint32_t to) noexcept nogil:
    """The same where a word of each column has to fit."""
    return hg_first_match_two(live, a, mask_a, want_a, b, mask_b, want_b, start, to)


def kernel_names():
    """The variants that this machine has: ("scalar", ..., the best)."""
    cdef uint32_t k = 0
    cdef const char *name = hg_kernels_name(0)
    names = []
    while name != NULL:
        names.append(name.decode("ascii"))
        k += 1
        name = hg_kernels_name(k)
    return tuple(names)


def kernel_in_use():
    """The name of the variant in use."""
    return hg_kernels_in_use().decode("ascii")


def use_kernel(name):
    """Uses the variant of this name in every engine from now on; None: the best again. Decisions are the same
    with each. ValueError: this machine has none of that name."""
    cdef bytes text
    if name is None:
        hg_kernels_use(NULL)
        return
    text = name.encode("ascii", "replace")
    if not hg_kernels_use(text):
        raise ValueError(f"no kernel {name!r} here; there are: {', '.join(kernel_names())}")

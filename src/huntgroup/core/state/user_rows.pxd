"""Rows of the caller's own numbers, and of the scorers that read them."""

from libc.stdint cimport int32_t, int64_t, uint32_t


# Eight numbers of the caller's own on an agent.
ctypedef struct UserRow:
    double value[8]


# The same on an interaction: the first `count` were given.
ctypedef struct GivenRow:
    double value[8]
    uint32_t count


# A scorer of the user's own. Its function is code, not state: a copy of the centre calls the same.
ctypedef struct ScorerRow:
    size_t function
    uint32_t columns                # which columns it reads, a bit each in the order of scorer.h


# Room for one candidate in every column of scorer.h, and for its score; the widest stand first.
ctypedef struct ScratchRow:
    double score
    double value[8]
    int64_t accepted
    int32_t narrow[4]

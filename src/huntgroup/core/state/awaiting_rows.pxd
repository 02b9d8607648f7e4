"""The row of one whose overflow is due and waits for its target (readiness/awaiting.pyx)."""

from libc.stdint cimport uint32_t

from huntgroup.core.state.native cimport hg_wait_node


# In the order of those that wait for the same target.
ctypedef struct AwaitingRow:
    hg_wait_node node
    uint32_t interaction
    uint32_t target

"""Rows and codes of requirements, delays and explanations. `rows` includes this file; other modules cimport
from `rows`."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t


# Of a decision: the strategy in the low bits, and how it came about.
cdef enum DecisionFlag:
    D_STRATEGY = 15
    D_BY_AGENT = 16                 # an agent looked for an interaction
    D_PREFERRED = 32                # the winner is the interaction's preferred agent
    D_DECLINED = 64                 # the winner had declined it before

cdef enum Strategy:
    T_LONGEST_IDLE
    T_LEAST_OCCUPIED
    T_FEWEST_INTERACTIONS
    T_ROUND_ROBIN
    T_LINEAR
    T_RANDOM
    T_HIGHEST_PROFICIENCY
    T_RING_ALL
    T_SCORER

cdef enum Outward:
    P_AVAILABLE
    P_BUSY
    P_ABSENT
    P_CLOSED

cdef enum Capability:
    C_ABSENT
    C_AVAILABLE
    C_FULL

# What an agent's status lets in: nothing, every queue, or the queues on the status's list.
cdef enum ReceiveMode:
    RECEIVE_NONE
    RECEIVE_ALL
    RECEIVE_LISTED


# How the latest decision on an interaction fell; the winner is in the low bits of the idle key.
ctypedef struct DecisionRow:
    int64_t at_ns                   # -1: none (of a finished interaction)
    uint64_t idle_key               # the winner's
    int64_t value                   # what the strategy ordered by; by an agent: the interaction's place
    int64_t offer                   # the first that it made
    int32_t queue_requirement       # in force, with own_requirement
    int32_t own_requirement
    uint32_t logged_in              # the queue's counts just before
    uint32_t ready
    uint32_t waiting                # beside this one
    uint32_t eligible               # whom the strategy compared, 0: not counted; by an agent: the rank
    uint16_t queue
    uint16_t load                   # the winner's, before the offer
    uint16_t capacity
    uint8_t tier
    uint8_t flags


# Row k of the delays table: a duration some membership asks for. Row 0 is no delay.
ctypedef struct DelayRow:
    int64_t delay_ns


ctypedef struct QueueDelayRow:
    int64_t delay_ns
    uint32_t memberships
    uint32_t next


ctypedef struct RelaxRow:
    int64_t after_ns
    int32_t requirement


ctypedef struct RequirementRow:
    uint32_t program_start          # postfix over atoms, in the programs table
    uint32_t program_count
    uint32_t scored_start           # skills that highest_proficiency sums, in the programs table
    uint32_t scored_count
    int32_t word                    # >= 0: met when (signature word & mask) == want; -1: run the program
    uint32_t content                # hash of its text, which names it in a digest
    uint64_t mask
    uint64_t want


ctypedef struct AtomRow:
    uint16_t skill
    uint16_t proficiency


# A requirement whose agents are counted as they come and go (Engine.count).
ctypedef struct WatchRow:
    int32_t requirement
    int32_t queue
    int64_t logged_in
    int64_t ready

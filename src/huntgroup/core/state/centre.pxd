"""The state of a centre: tables of plain rows linked by index, so that a copy of the tables is a copy of
the centre.

Rows of one kind stand in one block, 64-byte aligned. A row holds what one decision touches together, so a
command costs a cache line or two for each thing it touches; numpy sees every field as a strided view. No
row holds a pointer. HG_NONE (all ones) is "no row".
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from huntgroup.core.state.awaiting_rows cimport AwaitingRow
from huntgroup.core.state.native cimport HG_NONE, hg_ids, hg_ring, hg_timer, hg_wheel
from huntgroup.core.state.policy cimport OutcomeRow, Policy
from huntgroup.core.state.rows cimport (
    AGENT_BITS, AgentRow, ChannelRow, DecisionRow, DeclineRow, DeviceRow, FinishedRow, GroupRow,
    InteractionRow, MembershipRow, OfferRow, QueueGroupRow, QueueRow, RECENT, RelaxRow, RingRow,
    StatusRow, S_DIALING, S_IN_CONFERENCE, S_ON_HOLD, WrapRow)
from huntgroup.core.state.user_rows cimport ScorerRow

cdef enum:
    FINISHED_BIT = 0x80000000       # in the id table: the row is one of `finished`
    # `failed`
    FAILED_MEMORY = 1               # an allocation failed in mid-command
    FAILED_CHANGE = 2               # a change of the configuration stopped halfway
    SCORER_INTERRUPTED = 4          # a scorer in Python was interrupted; the step is complete all the same


ctypedef struct Table:
    char *rows
    uint32_t count
    uint32_t capacity
    uint32_t size                   # bytes of one row
    uint32_t free_count
    uint32_t *free_rows             # rows given back, last in first out; NULL where rows are never given back
    bint recycles
    bint exported                   # numpy looks at the block: keep it when the table moves
    uint32_t retired_count
    char **retired
    int *failed                     # `failed` of the centre: set when there is no memory for a row


ctypedef struct Centre:
    # the clock and the counters
    int64_t now_ns
    uint64_t step
    uint64_t seed
    int64_t next_interaction
    int64_t next_offer
    int64_t next_seq
    uint32_t keep_finished
    uint32_t carry_after            # members a search looks at before the ring is made to carry signatures
    bint keep_events
    bint judge_only                 # judge the command, change nothing
    bint live                       # a live clock: time that steps back is clamped
    bint begun                      # the start of time is settled: given, or the first instant has come
    int failed                      # bits of FAILED: what must be told, or why the centre must not be used

    # what exists
    Table agents
    Table memberships
    Table queues
    Table queue_groups
    Table rings
    Table groups
    Table interactions
    Table offers
    Table wraps
    Table devices
    Table declines
    Table decline_buckets           # declines by interaction and agent
    Table visits
    Table limits
    Table tiers
    Table lifted                    # queues where more may be possible than before the step
    Table turned                    # queues whose staffing limits depend on what this step changed
    Table delays
    Table queue_delays
    Table relaxations
    Table requirements
    Table programs
    Table atoms
    Table timers
    Table watches
    Table hours                     # of each queue, where Q_HOURS is set
    Table recent                    # RECENT handling times for each queue
    Table decisions
    Table awaiting                  # interactions that wait for the target of their overflow
    Table agent_users               # the caller's numbers on each agent; empty until one is given
    Table given                     # the caller's numbers on interactions that have any
    hg_ids given_ids                # interaction id to row of `given`; made with the first
    Table scorers                   # the scorers that queues name
    Table actors                    # who gave commands and is not an agent, in order of first use
    Table ref_buckets               # heads of lists of interactions; empty until one has a reference
    uint32_t ref_count              # live interactions that have a reference
    FinishedRow *finished
    uint64_t finished_count         # ever; row = count modulo keep_finished
    hg_ids ids                      # interaction id to row; FINISHED_BIT marks a row of `finished`
    hg_wheel wheel

    # agent columns whose width depends on what is configured
    ChannelRow *agent_channels
    uint8_t *skills
    uint64_t *signatures
    int64_t *status_time
    uint32_t agent_capacity
    uint32_t channel_count
    uint32_t channel_width
    uint32_t skill_count
    uint32_t skill_width
    uint32_t signature_words
    uint32_t status_width
    uint32_t memberships_wasted
    uint64_t entered_key            # no key in any ring is above it
    uint64_t group_stamp            # of the latest walk of `count_groups`
    uint32_t hand_limits            # queues with a max_handled
    uint32_t decline_count          # in use

    # channels
    uint8_t capability[16]          # the channel whose capacity, load and device count for it
    uint32_t sharers[16]            # channels that share this channel's capability
    uint8_t needs_device[16]
    uint32_t blocks[16]
    uint32_t interruptible[16]      # channels that may come in beside it, whatever blocks
    uint32_t blocked_by[16]
    uint32_t interrupts[16]         # channels that this one may interrupt: their units do not count for it
    uint32_t wrap_blocked_by[16]
    uint32_t blocking[16]           # the same by the blocking channel: which channels it keeps out
    uint32_t wrap_blocking[16]
    int32_t units[16]
    int64_t channel_wrap_up_ns[16]  # after interactions without a queue
    uint8_t wrap_up_unanswered[16]  # also after a dialled one that nobody answered

    # the presence model, compiled
    Policy policy
    uint32_t status_count
    StatusRow *statuses
    OutcomeRow *outcomes            # by base status and condition bits
    uint8_t *goes_to
    int32_t *listed

    # queue and group of waiting interactions to GroupRow
    uint32_t *group_buckets
    uint32_t group_bucket_count

    # the whole centre's presence
    QueueGroupRow total

    # the step in hand
    Table touched
    Table profiles                  # agents whose choice may have changed in step `profiles_step`
    uint64_t profiles_step
    uint32_t next_profile           # of these, told so far
    Table acted
    uint32_t conditions             # combinations of condition bits in `outcomes`
    Table regained                  # agents who may receive more because of an offer of this matching
    uint32_t freed                  # 1: an agent ceased to serve: see `affected` and `lifted`
    uint32_t unsettled              # 1: something of this step is to be settled after matching
    Table dirty
    Table affected
    Table visited_queues
    Table overdue                   # entered a queue in this step with a limit that has passed
    Table targets                   # awaited queues that opened or have room since this step began
    Table heap
    Table pairs
    Table candidates                # memberships
    Table candidate_agents          # their agents, where a scorer decides
    Table scratch                   # what a scorer sees of the candidates, and its scores
    bint groups_dirty               # some group of queues changed: its presence is compared
    bint nobody                     # the last select_agent found nobody for any interaction of that group

    int32_t by                      # who gave the command of this step: an agent, -1, or -2-k for actor k

    # out
    Table events
    int64_t out_interaction
    int32_t refused_agent           # which agent of a bulk change refused it
    int32_t refused_channel

    # arguments too long for a row
    const int32_t *list
    uint32_t list_count
    const double *user_in
    uint32_t user_count
    uint32_t text_count             # texts that the engine keeps


# The last instant a command may have, in 2128: timers and credits reach further and must stay within 63 bits.
cdef extern from *:
    """
    #define HG_LAST_INSTANT_NS INT64_C(5000000000000000000)
    /* The longest duration, 100 years: added to the last instant it still fits. */
    #define HG_LONGEST_NS INT64_C(3162240000000000000)
    """
    int64_t HG_LAST_INSTANT_NS
    int64_t HG_LONGEST_NS


cdef int table_init(Table *t, uint32_t size, bint recycles) noexcept nogil
cdef void table_free(Table *t) noexcept nogil
cdef int table_reserve(Table *t, uint32_t capacity) noexcept nogil
cdef int table_reserve_one(Table *t) noexcept nogil
cdef int table_copy(Table *to, const Table *source) noexcept nogil
cdef int table_grow(Table *t) noexcept nogil
cdef void sort_by_index(Table *t) noexcept nogil
cdef void *block_resized(void *old, size_t old_bytes, size_t new_bytes) noexcept nogil
cdef int agents_reserve(Centre *c, uint32_t capacity) noexcept nogil
cdef int widen_agents(Centre *c, uint32_t channels, uint32_t skills, uint32_t words,
                      uint32_t statuses) noexcept nogil
cdef int centre_init(Centre *c, uint32_t keep_finished) noexcept nogil
cdef void centre_free(Centre *c) noexcept nogil
cdef int centre_copy(Centre *to, const Centre *source) noexcept nogil


cdef inline void add_up(int64_t *total, uint32_t *over, int64_t ns) noexcept nogil:
    """Adds a duration to a sum of many durations, which may exceed 2**63 ns (292 years): `over` counts the
    carries."""
    total[0] = <int64_t> (<uint64_t> total[0] + <uint64_t> ns)
    if total[0] < 0:
        total[0] = <int64_t> (<uint64_t> total[0] << 1 >> 1)
        over[0] += 1


cdef inline void take_off(int64_t *total, uint32_t *over, int64_t ns) noexcept nogil:
    total[0] -= ns
    if total[0] < 0:
        total[0] = <int64_t> (<uint64_t> total[0] << 1 >> 1)
        over[0] -= 1


cdef void note_hand(Centre *c, InteractionRow *row, int state) noexcept nogil
cdef uint32_t spare_ring(Centre *c, QueueRow *queue) noexcept nogil
cdef void note_lift(Centre *c, QueueRow *queue) noexcept nogil
cdef void count_hand(Centre *c, QueueRow *queue, int by) noexcept nogil
cdef void set_max_handled(Centre *c, uint32_t q, int32_t most) noexcept nogil


cdef inline uint32_t table_take(Table *t) noexcept nogil:
    """A row to use, its content undefined where rows are given back. HG_NONE when memory is out."""
    if t.free_count:
        t.free_count -= 1
        return t.free_rows[t.free_count]
    if t.count == t.capacity and table_grow(t) != 0:
        return HG_NONE
    t.count += 1
    return t.count - 1


cdef inline void table_give(Table *t, uint32_t row) noexcept nogil:
    t.free_rows[t.free_count] = row
    t.free_count += 1


cdef inline void push_u32(Table *t, uint32_t value) noexcept nogil:
    """One more at the end of a list, whose rows are never given back."""
    cdef uint32_t row = t.count
    if row == t.capacity and table_grow(t) != 0:
        return
    (<uint32_t *> t.rows)[row] = value
    t.count = row + 1


cdef inline AgentRow *agent_at(Centre *c, uint32_t a) noexcept nogil:
    return <AgentRow *> c.agents.rows + a


cdef inline ChannelRow *channel_at(Centre *c, uint32_t a, uint32_t channel) noexcept nogil:
    return c.agent_channels + <size_t> a * c.channel_width + channel


cdef inline MembershipRow *membership_at(Centre *c, uint32_t m) noexcept nogil:
    return <MembershipRow *> c.memberships.rows + m


cdef inline QueueRow *queue_at(Centre *c, uint32_t q) noexcept nogil:
    return <QueueRow *> c.queues.rows + q


cdef inline RingRow *ring_at(Centre *c, uint32_t r) noexcept nogil:
    return <RingRow *> c.rings.rows + r


cdef inline GroupRow *group_at(Centre *c, uint32_t g) noexcept nogil:
    return <GroupRow *> c.groups.rows + g


cdef inline InteractionRow *interaction_at(Centre *c, uint32_t i) noexcept nogil:
    return <InteractionRow *> c.interactions.rows + i


cdef inline OfferRow *offer_at(Centre *c, uint32_t o) noexcept nogil:
    return <OfferRow *> c.offers.rows + o


cdef inline WrapRow *wrap_at(Centre *c, uint32_t w) noexcept nogil:
    return <WrapRow *> c.wraps.rows + w


cdef inline DeviceRow *device_at(Centre *c, uint32_t d) noexcept nogil:
    return <DeviceRow *> c.devices.rows + d


cdef inline AwaitingRow *awaiting_at(Centre *c, uint32_t a) noexcept nogil:
    return <AwaitingRow *> c.awaiting.rows + a


cdef inline DeclineRow *decline_at(Centre *c, uint32_t d) noexcept nogil:
    return <DeclineRow *> c.declines.rows + d


cdef inline DecisionRow *decision_at(Centre *c, uint32_t d) noexcept nogil:
    return <DecisionRow *> c.decisions.rows + d


cdef inline RelaxRow *relax_at(Centre *c, uint32_t r) noexcept nogil:
    return <RelaxRow *> c.relaxations.rows + r


cdef inline ScorerRow *scorer_at(Centre *c, uint32_t s) noexcept nogil:
    return <ScorerRow *> c.scorers.rows + s


cdef inline QueueGroupRow *queue_group_at(Centre *c, uint32_t g) noexcept nogil:
    return <QueueGroupRow *> c.queue_groups.rows + g


cdef inline void enter_state(Centre *c, InteractionRow *row, int state) noexcept nogil:
    """STATE-13: the only way into another state; the time in the one that ends is accounted for."""
    if S_DIALING <= row.state <= S_IN_CONFERENCE:
        row.handled_ns += c.now_ns - row.since_ns
        if row.state == S_ON_HOLD:
            row.on_hold_ns += c.now_ns - row.since_ns
    if c.hand_limits:
        note_hand(c, row, state)
    row.state = <uint8_t> state
    row.since_ns = c.now_ns


cdef inline uint64_t idle_key(Centre *c, uint32_t a) noexcept nogil:
    """The idle key of something that happens to agent `a` in this step (docs/SEMANTICS.md, section 2)."""
    return (c.step << AGENT_BITS) | a


cdef inline char *slot_fields(Centre *c) noexcept nogil:
    """Where the slot field of membership 0 is, for the rings."""
    return <char *> &(<MembershipRow *> c.memberships.rows).slot

"""Constants, and the rows of every table: what one decision touches together stands together in one row.

No row holds a pointer. HG_NONE (all ones) is "no row".
"""

from libc.stdint cimport int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t

from huntgroup.core.state.limits cimport *
from huntgroup.core.state.native cimport hg_links, hg_ring, hg_wait_node
from huntgroup.core.state.rule_rows cimport *


cdef enum:
    NO_TIER = 256                   # above every tier
    NAMELESS_DEVICE = 128           # in ChannelRow.device: the device without a name is connected
    MOVED_ALL = 1 << 30             # in moved_mask: walk the memberships whatever seems unchanged

cdef enum AgentFlag:
    A_ALIVE = 1
    A_SIGNED_IN = 2
    A_TOGGLE = 4
    A_STOP_NEW = 8
    A_BUSY_SELECTABLE = 16
    A_TOUCHED = 64                  # its state before this step is on the `touched` list
    A_ACTED = 128                   # it is on the `acted` list and must be refreshed
    A_PENDING_CHOSEN = 256          # the pending status was chosen, not set by the engine
    A_BUSY_TIME = 512               # the clock of busy time runs
    A_READY_TIME = 1024             # the clock of ready time runs
    A_NO_GAIN = 4096                # when last acted on, nothing happened that could let it receive more
    A_IN_SERVICE = 2048             # as of the last refresh, its status counts as logged in
    A_HELD_BACK = 8192              # as of the last refresh: one offer at a time, and it has one
    A_AFTER_ACCEPT = 16384          # handles what set its status by `after_accept`
    A_CONNECTION_LOST = 32768
    A_SERVES = 3 << 16              # as of the last refresh, where it serves: a ReceiveMode
    A_COUNTED_READY = 1 << 18       # counted among the agents who are ready somewhere
    A_DIALLED_FOR = 1 << 19         # a customer is dialled first for it (CALL-6)
    A_PROFILE = 1 << 20             # what it chose, before this step, is on the `profiles` list

cdef enum:
    SERVES_SHIFT = 16               # of A_SERVES

# What somebody is; the same order as huntgroup.settings.agents.ROLES.
cdef enum Role:
    ROLE_AGENT
    ROLE_SUPERVISOR
    ROLE_ADMINISTRATOR
    ROLE_CONNECTOR

# Settings of an agent; their places are those of huntgroup.layouts.AGENT_SETTINGS.
cdef enum AgentSetting:
    SET_ROLE
    SET_UNITS
    SET_BUSY_SELECTABLE
    SET_WRAP_UP
    SET_TEAM

cdef enum MembershipFlag:
    M_ALIVE = 1
    M_LOGGED_IN = 2
    M_READY = 4                     # counted in the queue's ready members and live in a ring
    M_COUNTED = 8                   # counted in the queue's logged-in members
    M_MEETS = 16                    # the agent's skills meet the queue's unrelaxed requirement
    M_RECEIVES = 32                 # where the agent's status lists queues: this one is on the list
    M_SERVES = 64                   # counted among those who serve in the queue
    M_AT_LIMIT = 128                # as of the last refresh: holds as many of the queue's as it may

cdef enum QueueFlag:
    Q_ALIVE = 1
    Q_HOURS = 2
    Q_OPEN = 4
    Q_DIRTY = 8                     # on the `dirty` list of this step
    Q_DELAYS = 16                   # some membership has a delay
    Q_MIXED = 64                    # priorities differ among those who wait, or did since it was last empty
    Q_VISIT = 32                    # its waiting interactions are visited by this step's matching
    Q_AWAITED = 128                 # somebody waits elsewhere for it to open or to have room

cdef enum InteractionFlag:
    I_LEG = 1                       # the leg of a consultation; `linked` is the consulting interaction
    I_EXTERNAL = 2                  # consults or confers with an external party
    I_CALLBACK = 4
    I_LISTED = 8                    # on the step's list of affected interactions
    I_STUCK = 16                    # its overflow is due, and the target does not take it
    I_KEPT = 32                     # linked in its preferred agent's list
    I_DIALLED = 64                  # began as an outbound interaction
    I_ENTERED = 128                 # entered its queue in this step: it looks for an agent first
    I_ENTRY_OPEN = 256              # its entry into the queue is not counted as anything yet (CHANGE-22)
    I_ACCEPT_COUNTED = 512          # the agent's count of accepted ones counts this handling
    I_ANSWER_COUNTED = 1024         # the queue's answers count this handling
    I_IN_TARGET = 2048              # among those within the target of the service level
    I_ASSIGNED = 4096               # its open offer is one that somebody assigned (CHANGE-14)
    I_REF = 8192                    # has a reference, by which it is found
    I_TEXT_REF = 16384               # which is a text: `ref` holds its hash
    I_SHUT = 32768                  # entered while the queue was closed: it waits for the opening

# What the end of a step has to do about a group of queues.
cdef enum GroupDirt:
    G_CHANGED = 1
    G_NEW = 2                       # it had no queue before this step, or has none left: nothing is told

cdef enum InteractionState:
    S_QUEUED
    S_OFFERED
    S_DIALING
    S_HANDLING
    S_ON_HOLD
    S_CONSULTING
    S_IN_CONFERENCE
    S_PARKED
    S_WRAP_UP
    S_COMPLETED
    S_ABANDONED

# What a running wrap-up keeps on its agent; the same order as huntgroup.settings.queues.WRAP_UP_HOLDS.
cdef enum WrapUpHolds:
    HOLDS_CHANNEL                   # blocks by rule 3
    HOLDS_SLOT                      # the unit of capacity that the interaction held
    HOLDS_NOTHING

# What signing out does with held work; the same order as huntgroup.settings.agents.WORK.
cdef enum HeldWork:
    WORK_REFUSE
    WORK_PUT_BACK
    WORK_PARK

# In the order in which timers of one instant fire (STEP-4).
cdef enum TimerKind:
    TIMER_WRAP_UP
    TIMER_STATUS
    TIMER_OFFER
    TIMER_HOURS
    TIMER_DELAY
    TIMER_RELAX
    TIMER_REVISIT
    TIMER_OVERFLOW
    TIMER_MAX_WAIT
    TIMER_UNSTAFFED

# The timers of one who waits: where each stands in its row. In the order of their kinds.
cdef enum:
    W_DELAY
    W_RELAX
    W_REVISIT
    W_OVERFLOW
    W_MAX_WAIT
    W_UNSTAFFED
    WAIT_TIMERS

# A callback for which the customer is dialled before an agent is asked (CALL-6).
cdef enum:
    CUSTOMER_FIRST                  # not dialled yet, or being dialled
    CUSTOMER_THERE                  # answered, and waits for an agent

cdef enum StatusFlag:
    F_SELECTABLE = 1
    F_RECEIVES = 2
    F_LISTED = 4
    F_FEATURES = 8
    F_LOGGED_IN = 16
    F_MAY_SIGN_OUT = 32
    F_LOCKED = 64
    F_NEEDS_TOGGLE = 128
    F_WAITING = 256
    F_OPEN_FEATURES = 512           # left to another status: to the base status, or to the selected one
    F_OPEN_LOGGED_IN = 1024
    F_ONE_OFFER = 2048

cdef enum Condition:
    COND_SIGNED_IN = 1
    COND_TOGGLE = 2
    COND_HANDLING = 4
    COND_OFFERED = 8
    COND_WRAP_UP = 16
    COND_STOP_NEW = 32
    COND_ONLY_STOP_NEW = 64
    COND_CONNECTED = 128
    COND_AFTER_ACCEPT = 256
    COND_ASKED = 512                # the first of those that the model asks of a channel

# What every command reads comes first, as far as a cache line goes. A mask has a bit for each channel.
ctypedef struct AgentRow:
    uint32_t flags
    uint32_t membership_start
    uint32_t membership_count
    uint32_t ready_count            # memberships that are ready
    uint32_t held_mask              # channels with load: handled or offered
    uint32_t moved_mask             # channels whose load key moved since the last refresh, or MOVED_ALL
    uint16_t wrap_mask              # channels on which a wrap-up runs that blocks by rule 3
    uint16_t fit_mask               # channels whose capability is there, with its device
    uint16_t spare_mask             # channels with capacity left
    uint16_t able_mask              # channels for which ELIG-1 to ELIG-5 hold, the queue's own part apart
    uint16_t room_mask              # channels for which ELIG-6 holds
    uint16_t effective              # StatusFlag bits of what is shown
    uint32_t handling_count
    uint32_t wrap_count             # wrap-ups that run, whatever they hold
    int16_t base
    int16_t selected
    int16_t pending
    int16_t shown
    int16_t receiver                # the status whose row decides what is received
    uint8_t external
    uint8_t receive_mode            # as of the last refresh
    int32_t units_capacity          # -1: not configured
    int32_t units_used
    int64_t since_ns                # when the shown status began
    int64_t clock_ns                # when busy_ns and ready_ns were last brought up to date
    int64_t busy_ns
    int64_t ready_ns
    int64_t signed_in_ns
    uint32_t offer_head             # open offers, ascending id
    uint32_t offer_tail
    uint32_t held_head              # interactions handled, in no order that decides anything
    uint32_t wrap_head
    uint32_t accepted_count
    uint32_t misses
    uint32_t timer                  # the duration of its status
    uint32_t kept_head              # waiting interactions that prefer this agent
    uint32_t counted_count          # memberships counted as logged in
    uint32_t membership_capacity
    uint32_t offer_count
    uint32_t stop_new_count         # handled interactions on channels that Stop New is for
    uint32_t parked_head            # interactions parked by this agent, linked like those handled
    uint32_t device_head            # connected devices that have a name
    int64_t wrap_up_ns              # its own length of wrap-up, -1: none of its own
    uint32_t rejects                # rejects in a row, like `misses`
    uint32_t limit_head             # limits of its memberships, HG_NONE: none has one
    uint32_t unfit_count            # ready memberships whose queue's unrelaxed requirement is not met
    int32_t team                    # the text that names it, -1: none
    uint8_t role


# One for each agent and channel. Capacity, load, device and keys are those of the capability's own channel.
ctypedef struct ChannelRow:
    uint64_t load_key               # idle key of the last change of load
    uint64_t able_key               # idle key of the last time the channel became able (ELIG-1 to ELIG-5)
    uint16_t capacity
    uint16_t load
    uint16_t held                   # offered or handled on this very channel, for blocking
    uint16_t slots                  # wrap-ups that keep a unit of this capability's load
    uint32_t wraps                  # wrap-ups on this very channel that block by rule 3
    uint8_t device                  # how many are connected that have a name; + NAMELESS_DEVICE for the other
    uint8_t lowered                 # the capacity was set below the load, which has not fallen yet


ctypedef struct DeviceRow:
    uint32_t next                   # of the agent's devices
    uint32_t channel
    int32_t name                    # a text


ctypedef struct MembershipRow:
    uint64_t own_key                # idle key of the last login, joining or gain of the status for this queue
    uint32_t agent
    uint32_t slot
    uint32_t ring
    uint32_t position
    uint16_t queue
    uint16_t rank
    uint16_t delay                  # row of the delays table, 0: none
    uint8_t tier
    uint8_t flags


# What becoming ready or busy touches comes first, within one cache line.
ctypedef struct QueueRow:
    uint32_t ready_count
    uint32_t logged_in_count
    uint32_t waiting_count
    uint8_t channel
    uint8_t strategy
    uint8_t flags
    uint8_t presence
    int32_t queue_group
    uint32_t first_ring             # rings in order of (tier, load ratio)
    uint32_t first_group            # groups with somebody waiting
    uint32_t plain_group            # the group of (unrelaxed requirement, none)
    uint32_t group_count
    int32_t requirement
    uint32_t relax_start            # steps in the relaxations table
    uint32_t relax_count
    uint32_t member_count
    uint32_t next_position
    uint32_t round_robin            # position of the member last offered, HG_NONE: none yet
    uint32_t first_delay            # distinct delays of its memberships, ascending
    int32_t overflow_queue          # -1: none; -2: named, not looked up yet
    int32_t scorer
    uint32_t timer                  # opening hours
    int32_t max_waiting
    int32_t max_misses
    int32_t callback_attempts
    uint32_t live_count             # interactions not finished that name this queue
    int64_t offer_timeout_ns
    int64_t wrap_up_ns
    int64_t ask_again_ns
    int64_t preferred_wait_ns
    int64_t max_wait_ns             # -1: none
    int64_t overflow_after_ns
    int64_t callback_retry_ns
    int64_t credit_ns               # nanoseconds of waiting that one unit of priority is worth
    int64_t target_ns               # of the service level
    double target_share
    # what its metrics count
    uint64_t entered
    uint64_t answered
    uint64_t answered_in_target
    uint64_t abandoned
    uint64_t timed_out
    uint64_t overflowed
    uint64_t handled
    int64_t answered_wait_ns        # sums, with the carries of 2**63 ns in waits_over, handled_over
    int64_t handled_ns
    uint32_t waits_over
    uint32_t handled_over
    uint64_t recent_count           # handling times of which the last RECENT are kept
    # overflow into it (readiness/awaiting.pyx)
    uint32_t awaiting_root          # who waits elsewhere for it to open or to have room
    uint32_t returning              # put back in this step and not yet among those who wait
    uint8_t listed_target           # on the step's list of targets
    uint8_t wrap_up_holds
    uint64_t moved
    uint64_t callback_failed
    uint64_t short_abandons         # among the abandoned
    int64_t short_abandon_ns
    uint32_t serving_count
    int32_t max_rejects
    uint8_t accepts_closed          # takes entries while it is closed
    uint8_t only_staffed            # takes none while nobody serves
    uint8_t limits_open             # its limits count open time only (WAIT-26)
    uint8_t listed_turned           # on the step's list of those that became staffed or ceased to be
    uint64_t refused[3]             # refused entries, by reason: closed, full, unstaffed
    int32_t max_handled             # -1: no limit
    uint32_t in_hand                # offered or handled, kept while some queue has a max_handled
    uint8_t at_most                 # max_handled is reached
    uint8_t while_staffed           # delays hold only while a lower tier serves
    uint8_t listed_lifted           # on the list `lifted` of the step, with the values from before it:
    uint8_t at_most_before
    uint16_t lowest_before
    uint16_t lowest_tier            # of those who serve, NO_TIER: none; kept where while_staffed
    uint32_t tiers                  # row of counts by tier, HG_NONE: not kept
    int64_t max_wait_unstaffed_ns   # -1: none
    int64_t unstaffed_since_ns      # while nobody serves
    uint64_t staffed_step           # the latest in which somebody began to serve where nobody did
    uint64_t unstaffed_step         # the latest in which the last one of before it ceased to serve
    uint64_t fill[5]                # to whole cache lines


# How many of a queue's interactions an agent may hold; one for each membership that has a limit.
ctypedef struct LimitRow:
    uint32_t queue
    uint32_t limit
    uint32_t next                   # of the same agent


# How many serve in each tier of a queue.
ctypedef struct TiersRow:
    uint32_t count[256]


ctypedef struct QueueGroupRow:
    int64_t ready
    int64_t logged_in
    int64_t waiting
    uint32_t by_presence[4]
    uint8_t presence
    uint8_t dirty                   # G_CHANGED, G_NEW
    int64_t agents_ready            # each agent once
    int64_t agents_logged_in
    uint64_t seen_ready             # stamps of `count_groups`
    uint64_t seen_logged_in


# What becoming ready or busy touches comes first, within the first of four cache lines.
ctypedef struct RingRow:
    uint32_t next
    uint32_t queue
    uint16_t load                   # the load ratio, in lowest terms
    uint16_t capacity
    uint8_t tier
    uint8_t carries                 # its slots carry the signatures of their members
    hg_ring ring
    uint32_t fill[6]


# Why interactions of a queue wait in a group apart from others with the same requirements.
cdef enum:
    APART_SHUT = 1                  # until the opening: no search looks here
    APART_FIRST                     # customer first: no second one for an agent who is dialled for

# Waiting interactions of one queue with one requirement in force: a pair (queue's, interaction's).
ctypedef struct GroupRow:
    uint32_t root
    hg_links links                  # among the queue's groups with somebody waiting
    uint32_t queue
    uint32_t mark                   # its number within the queue, which names its mark in each ring
    uint32_t hash_next
    int32_t queue_requirement
    int32_t own_requirement
    uint32_t apart                  # APART_SHUT, APART_FIRST, or 0


ctypedef struct InteractionRow:
    hg_wait_node node               # node.id is the interaction's id
    int32_t queue                   # -1: none
    int32_t agent                   # from the offer on; -1: none
    int32_t preferred
    int32_t priority
    uint8_t channel
    uint8_t state
    uint16_t flags
    uint32_t group                  # while Queued
    int32_t requirement
    uint32_t relax_start
    uint32_t relax_count
    uint32_t offer_head
    uint32_t offer_count
    uint32_t offers_made
    uint32_t decline_head
    uint32_t visit_head             # queues left by overflow
    uint32_t linked                 # its leg, or the interaction that this leg belongs to
    hg_links held                   # among what its agent handles, or has parked
    hg_links kept                   # among what is kept for its preferred agent
    uint32_t timer[WAIT_TIMERS]     # by W_DELAY to W_UNSTAFFED
    int32_t queue_requirement       # in force, with own_requirement
    int32_t own_requirement
    uint32_t attempts               # callbacks dialled
    uint32_t decision               # row of the latest one, HG_NONE: none yet
    uint32_t awaiting               # row of the awaiting table while its overflow waits for the target
    int64_t entered_ns              # this queue
    int64_t accepted_ns             # -1: not yet
    int64_t began_ns                # the present agent's handling
    int64_t ended_ns
    int64_t not_before_ns           # a callback's next attempt
    int64_t ref
    int64_t since_ns                # when the present state began
    int64_t on_hold_ns              # on hold, and handled, before that
    int64_t handled_ns
    int32_t hand_of                 # the queue that counts it as in hand, -1: none
    int32_t recall                  # agent to ring in the end (OFFER-17) or dialled for (CALL-6), -1: none
    uint32_t ref_next               # of those whose references fall into one bucket
    uint32_t ref_prev
    int32_t text                    # why it ended, -1: nobody said
    int8_t customer                 # CUSTOMER_FIRST, CUSTOMER_THERE, or -1


ctypedef struct FinishedRow:
    int64_t id
    int64_t queued_at_ns
    int64_t accepted_ns
    int64_t ended_ns
    int64_t ref
    int32_t queue
    int32_t agent
    int32_t priority
    uint8_t channel
    uint8_t state
    uint16_t flags
    int64_t since_ns
    int64_t on_hold_ns
    int64_t handled_ns
    int32_t text
    DecisionRow decision


ctypedef struct OfferRow:
    int64_t id
    int64_t made_ns
    uint64_t key                    # the load key this offer gave the agent
    uint64_t displaced              # the load key it displaced
    uint32_t interaction            # row
    uint32_t agent
    int32_t queue
    uint32_t timer
    uint32_t agent_next
    uint32_t agent_prev
    uint32_t interaction_next
    uint32_t interaction_prev


ctypedef struct WrapRow:
    int64_t interaction_id
    int64_t began_ns                # of the handling that it follows
    uint32_t interaction            # row while the interaction is in Wrap Up, else HG_NONE
    uint32_t agent
    int32_t queue
    uint32_t timer
    uint32_t next
    uint32_t prev
    uint8_t channel
    uint8_t holds                   # as the queue said when it began
    uint8_t unanswered              # after a dialled one that nobody answered: no handling time


# An agent who was asked: who declined, or (not `declined`) was asked in vain (OFFER-16).
ctypedef struct DeclineRow:
    int64_t at_ns
    uint32_t agent
    uint32_t next                   # of the same interaction
    uint32_t declined
    uint32_t interaction            # row, HG_NONE: not in use
    uint32_t hash_next              # of those whose pairs fall into one bucket


ctypedef struct VisitRow:
    int32_t queue
    uint32_t next


# As presence model tables give it; the same layout as huntgroup.models.tables.
ctypedef struct StatusRow:
    uint32_t flags
    uint32_t direct_mask
    int32_t needs_device
    int32_t waits_as
    int32_t waits_for
    int32_t after_accept
    int32_t queue_group
    int32_t listed_start
    int32_t listed_count
    int32_t pad
    int64_t duration_ns
    uint32_t supervisor_may_set
    uint32_t pad2


ctypedef struct EventRow:
    int64_t seq
    int64_t at_ns
    int64_t interaction
    int64_t offer
    int64_t other
    int32_t agent
    int32_t queue
    int32_t group
    uint16_t kind
    uint16_t reason
    int16_t channel
    int16_t status_from
    int16_t status_to
    int16_t pad
    int64_t value
    int32_t by                      # an agent, -1: nobody said, -2-k: row k of the actors
    int32_t text                    # -1: none


# Somebody who gives commands and is not an agent (hg.Actor).
ctypedef struct ActorRow:
    int32_t team                    # -1: everybody's
    int32_t role


ctypedef struct CommandRow:
    int64_t at_ns
    int64_t interaction
    int64_t offer
    int64_t ref
    int32_t agent
    int32_t queue
    int32_t requires
    int32_t relax
    int32_t priority
    int32_t preferred
    int32_t by
    int32_t list_start
    int32_t list_count
    uint16_t command
    int16_t status
    int16_t channel
    int16_t flag
    int32_t user_start
    int64_t value
    int32_t text
    int32_t mask                    # which optional fields count
    int32_t limit
    int32_t rank
    int16_t tier
    int16_t pad
    int32_t pad2


ctypedef struct TouchedRow:
    uint32_t agent
    int16_t pending                 # in the order of the agent's row, so that both are copied at once
    int16_t shown
    uint16_t fit_mask
    uint16_t room_mask
    uint32_t own                    # see `own_bits`


# What an agent had chosen before a step that may have changed it.
ctypedef struct ProfileRow:
    uint32_t agent
    int16_t base
    int16_t selected
    int64_t until_ns                # see `status_until`

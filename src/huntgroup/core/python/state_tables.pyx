"""The state as named columns, and a centre made of them again: what a snapshot holds.

Each table of the centre is one of four kinds: its rows are written as they are; it is rebuilt from what is
written (rings, ids, the wheel, compiled tables); it belongs to a step in progress and is empty; or it is not
state (events). tests/journal/test_snapshots.py checks that every field of the centre is one of these. What is
read back is not trusted: huntgroup.engine.restoring checks every index before a row gets here.
"""

from cpython.unicode cimport PyUnicode_DecodeUTF8
from libc.stdint cimport int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset

from huntgroup.core.python.exported cimport make_block
from huntgroup.core.python.store cimport Store
from huntgroup.core.state.centre cimport (
    FINISHED_BIT, Centre, Table, agent_at, agents_reserve, interaction_at, membership_at, queue_at, ring_at,
    slot_fields, table_reserve, table_take, widen_agents)
from huntgroup.core.state.fetch cimport hg_prefetch
from huntgroup.core.state.hours cimport OpenHours, hours_at
from huntgroup.core.state.native cimport (
    HG_NONE, hg_calloc_aligned64, hg_free, hg_hours, hg_ids_get, hg_ids_put, hg_ids_reserve, hg_ring,
    hg_ring_hide_live, hg_ring_place, hg_ring_reserve, hg_ring_reserve_marks, hg_timer, hg_wheel_arm,
    hg_wheel_init)
from huntgroup.core.state.requirement cimport compute_signature
from huntgroup.core.state.rows cimport (
    ActorRow, A_ACTED, A_PROFILE, A_TOUCHED, AgentRow, ChannelRow, DeclineRow, DelayRow, DeviceRow,
    FinishedRow, GroupRow, InteractionRow, LimitRow, MAX_CHANNELS, MembershipRow, OfferRow,
    QueueDelayRow, QueueGroupRow, QueueRow, RECENT, RelaxRow, RingRow, TiersRow, VisitRow,
    WatchRow, WrapRow, DecisionRow)
from huntgroup.core.state.awaiting_rows cimport AwaitingRow
from huntgroup.core.state.user_rows cimport GivenRow, UserRow

import numpy as np

from huntgroup.errors import CorruptState

WRITTEN = (
    "agents", "memberships", "queues", "queue_groups", "groups", "interactions", "offers", "wraps", "devices",
    "declines", "visits", "limits", "tiers", "delays", "queue_delays", "relaxations", "watches", "recent",
    "decisions", "awaiting", "agent_users", "given", "actors", "timers", "ref_buckets",
    "decline_buckets")
"""Tables whose rows are written as they are, in the order of `written`."""
MADE_AGAIN = ("rings", "requirements", "programs", "atoms", "hours", "scorers")
OF_A_STEP = (
    "lifted", "touched", "profiles", "acted", "regained", "dirty", "affected", "visited_queues", "overdue",
    "targets", "turned", "heap", "pairs", "candidates", "candidate_agents", "scratch")
SCALARS = (
    "now_ns", "step", "seed", "next_interaction", "next_offer", "next_seq", "keep_finished", "carry_after",
    "begun", "finished_count", "memberships_wasted", "group_stamp", "hand_limits", "channel_count",
    "ref_count", "profiles_step", "decline_count")
"""Numbers of the centre, in the order of `numbers`."""
BY_CHANNEL = (
    "capability", "needs_device", "blocks", "interruptible", "units", "channel_wrap_up_ns",
    "wrap_up_unanswered")
"""Numbers of each channel, in the order of `by_channel`."""

cdef enum:
    AHEAD = 12                      # slots of a ring
    TABLES = 26
    CHANNELS = MAX_CHANNELS

TIMER = np.dtype([("at_ns", "<i8"), ("id", "<i8"), ("next", "<u4"), ("prev", "<u4"), ("owner", "<u4"),
                  ("bucket", "<u2"), ("kind", "u1"), ("state", "u1"), ("child", "<u4"), ("pad", "<u4")])
RING = np.dtype([("next", "<u4"), ("queue", "<u4"), ("load", "<u2"), ("capacity", "<u2"), ("tier", "u1"),
                 ("pad", "u1", 3), ("count", "<u4")])
SLOT = np.dtype([("key", "<u8"), ("member", "<u4"), ("live", "<u4")])

cdef struct RingHead:               # RING
    uint32_t next, queue
    uint16_t load, capacity
    uint8_t tier
    uint8_t[3] pad
    uint32_t count

cdef struct Slot:                   # SLOT
    uint64_t key
    uint32_t member, live


cdef const char *NO_MEMORY = "no memory"


cdef int written(Centre *c, Table **out) noexcept:
    cdef Table *found[TABLES]
    cdef int k
    found[:] = [
        &c.agents, &c.memberships, &c.queues, &c.queue_groups, &c.groups, &c.interactions, &c.offers,
        &c.wraps, &c.devices, &c.declines, &c.visits, &c.limits, &c.tiers, &c.delays, &c.queue_delays,
        &c.relaxations, &c.watches, &c.recent, &c.decisions, &c.awaiting, &c.agent_users, &c.given,
        &c.actors, &c.timers,
        &c.ref_buckets, &c.decline_buckets]
    for k in range(TABLES):
        out[k] = found[k]
    return TABLES


def layouts():
    """{table: numpy type of a row, nested as the struct is}, of the columns by agent and of the finished
    interactions too. O(fields)."""
    cdef AgentRow agent
    cdef MembershipRow membership
    cdef QueueRow queue
    cdef QueueGroupRow queue_group
    cdef GroupRow group
    cdef InteractionRow interaction
    cdef OfferRow offer
    cdef WrapRow wrap
    cdef DeviceRow device
    cdef DeclineRow decline
    cdef VisitRow visit
    cdef LimitRow limit
    cdef TiersRow tiers
    cdef DelayRow delay
    cdef QueueDelayRow queue_delay
    cdef RelaxRow relaxation
    cdef WatchRow watch
    cdef DecisionRow decision
    cdef AwaitingRow awaiting
    cdef UserRow user
    cdef GivenRow given
    cdef ActorRow actor
    cdef ChannelRow channel
    cdef FinishedRow finished
    views = (
        <AgentRow[:1]> &agent, <MembershipRow[:1]> &membership, <QueueRow[:1]> &queue,
        <QueueGroupRow[:1]> &queue_group, <GroupRow[:1]> &group, <InteractionRow[:1]> &interaction,
        <OfferRow[:1]> &offer, <WrapRow[:1]> &wrap, <DeviceRow[:1]> &device, <DeclineRow[:1]> &decline,
        <VisitRow[:1]> &visit, <LimitRow[:1]> &limit, <TiersRow[:1]> &tiers, <DelayRow[:1]> &delay,
        <QueueDelayRow[:1]> &queue_delay, <RelaxRow[:1]> &relaxation, <WatchRow[:1]> &watch, None,
        <DecisionRow[:1]> &decision, <AwaitingRow[:1]> &awaiting, <UserRow[:1]> &user, <GivenRow[:1]> &given,
        <ActorRow[:1]> &actor, None, None, None, <ChannelRow[:1]> &channel, <FinishedRow[:1]> &finished)
    types = (None if view is None else np.asarray(view).dtype for view in views)
    made = dict(zip((*WRITTEN, "channels", "finished"), types, strict=True))
    made["recent"] = np.dtype([("ns", "<i8", (RECENT,))])
    made["timers"] = TIMER
    made["ref_buckets"] = made["decline_buckets"] = np.dtype("<u4")
    return made


def dump(Store engine):
    """(numbers, {name: rows}, {table: rows given back}) of a fork. The arrays are the fork's own rows, so
    they can be written while the original goes on; the fork must not be used any more. What is long runs
    without the GIL. O(state given back + rings)."""
    cdef Centre *c = &engine.c
    cdef Table *tables[TABLES]
    cdef Table *t
    cdef uint32_t k, n
    engine.at_rest()
    rows, free, types = {}, {}, layouts()
    written(c, tables)
    with nogil:
        tidy(c, tables)
    for k in range(TABLES):
        t = tables[k]
        name = WRITTEN[k]
        if t.recycles:
            free[name] = window(engine, t.free_rows, t.free_count, np.dtype("<u4"))
        rows[name] = window(engine, t.rows, t.count, types[name])
    n = c.agents.count
    rows["channels"] = window(engine, c.agent_channels, n * c.channel_width, types["channels"])
    rows["skills"] = window(engine, c.skills, n * c.skill_width, np.dtype("u1"))
    rows["status_time"] = window(engine, c.status_time, n * c.status_width, np.dtype("<i8"))
    rows["finished"] = window(engine, c.finished, finished_kept(c), types["finished"])
    rows["group_buckets"] = window(engine, c.group_buckets, c.group_bucket_count, np.dtype("<u4"))
    rows["rings"], rows["slots"] = rings_of(c)
    rows["given_ids"] = given_ids_of(c)
    return numbers_of(c), rows, free


cdef void tidy(Centre *c, Table **tables) noexcept nogil:
    """No marks of a step; and zeros in what is given back, which is undefined, so that the same state has the
    same bytes."""
    cdef Table *t
    cdef uint32_t a, k, n
    for a in range(c.agents.count):
        agent_at(c, a).flags &= ~<uint32_t> (A_TOUCHED | A_ACTED | A_PROFILE)
    for k in range(TABLES):
        t = tables[k]
        if t.recycles:
            for n in range(t.free_count):
                memset(t.rows + <size_t> t.free_rows[n] * t.size, 0, t.size)


cdef object window(Store engine, const void *block, size_t count, dtype):
    """The engine's own rows as an array; it keeps the engine."""
    if count == 0:
        return np.zeros(0, dtype)
    return np.ndarray(count, dtype, make_block(engine, <char *> block, count * dtype.itemsize))


cdef object rings_of(Centre *c):
    """(a row for each ring, their held slots one behind the other)."""
    cdef uint32_t r, s
    cdef size_t held = 0
    cdef uint8_t[::1] head_bytes, slot_bytes
    with nogil:
        for r in range(c.rings.count):
            for s in range(ring_at(c, r).ring.tail):
                held += ring_at(c, r).ring.member[s] != HG_NONE
    rings, slots = np.zeros(c.rings.count, RING), np.zeros(held, SLOT)
    if c.rings.count:
        head_bytes, slot_bytes = rings.view(np.uint8), slots.view(np.uint8)
        with nogil:
            put_rings(c, <RingHead *> &head_bytes[0], <Slot *> &slot_bytes[0] if held else NULL)
    return rings, slots


cdef void put_rings(Centre *c, RingHead *heads, Slot *slots) noexcept nogil:
    cdef uint32_t r, s
    cdef size_t at = 0, first
    cdef hg_ring *ring
    for r in range(c.rings.count):
        ring = &ring_at(c, r).ring
        first = at
        for s in range(ring.tail):
            if ring.member[s] != HG_NONE:
                slots[at].key = ring.key[s]
                slots[at].member = ring.member[s]
                slots[at].live = ring.live[s // 64] >> (s % 64) & 1
                at += 1
        heads[r].next = ring_at(c, r).next
        heads[r].queue = ring_at(c, r).queue
        heads[r].load = ring_at(c, r).load
        heads[r].capacity = ring_at(c, r).capacity
        heads[r].tier = ring_at(c, r).tier
        heads[r].count = <uint32_t> (at - first)


cdef uint32_t finished_kept(Centre *c) noexcept nogil:
    return c.keep_finished if c.finished_count > c.keep_finished else <uint32_t> c.finished_count


cdef object given_ids_of(Centre *c):
    """The interaction of each row of `given`, 0 where there is none."""
    cdef uint32_t k, row
    cdef int64_t id
    made = np.zeros(c.given.count, np.int64)
    cdef int64_t[:] ids = made
    if c.given.count == 0:
        return made
    with nogil:
        for k in range(c.interactions.count + finished_kept(c)):
            if k < c.interactions.count:
                id = interaction_at(c, k).node.id
            else:
                id = c.finished[k - c.interactions.count].id
            row = hg_ids_get(&c.given_ids, id)
            if row != HG_NONE:
                ids[row] = id
    return made


cdef object numbers_of(Centre *c):
    scalars = (
        c.now_ns, c.step, c.seed, c.next_interaction, c.next_offer, c.next_seq, c.keep_finished,
        c.carry_after, c.begun, c.finished_count, c.memberships_wasted, c.group_stamp, c.hand_limits,
        c.channel_count, c.ref_count, c.profiles_step, c.decline_count)
    by_channel = [
        [<int> c.capability[k] for k in range(CHANNELS)], [<int> c.needs_device[k] for k in range(CHANNELS)],
        [c.blocks[k] for k in range(CHANNELS)], [c.interruptible[k] for k in range(CHANNELS)],
        [c.units[k] for k in range(CHANNELS)], [c.channel_wrap_up_ns[k] for k in range(CHANNELS)],
        [<int> c.wrap_up_unanswered[k] for k in range(CHANNELS)]]
    total = {
        "ready": c.total.ready, "logged_in": c.total.logged_in, "waiting": c.total.waiting,
        "by_presence": [c.total.by_presence[k] for k in range(4)], "presence": <int> c.total.presence,
        "agents_ready": c.total.agents_ready, "agents_logged_in": c.total.agents_logged_in,
        "seen_ready": c.total.seen_ready, "seen_logged_in": c.total.seen_logged_in}
    return {
        **{name: int(number) for name, number in zip(SCALARS, scalars)},
        **dict(zip(BY_CHANNEL, by_channel)), "total": total, "wheel_ns": c.wheel.now_ns}


def set_numbers(Store engine, numbers):
    """Before rows are loaded: what `dump` gave, checked. Raises OverflowError and the like for what does not
    fit."""
    cdef Centre *c = &engine.c
    cdef int k
    c.now_ns = numbers["now_ns"]
    c.step = numbers["step"]
    c.seed = numbers["seed"]
    c.next_interaction = numbers["next_interaction"]
    c.next_offer = numbers["next_offer"]
    c.next_seq = numbers["next_seq"]
    c.carry_after = numbers["carry_after"]
    c.begun = numbers["begun"]
    c.finished_count = numbers["finished_count"]
    c.memberships_wasted = numbers["memberships_wasted"]
    c.group_stamp = numbers["group_stamp"]
    c.hand_limits = numbers["hand_limits"]
    c.channel_count = numbers["channel_count"]
    c.ref_count = numbers["ref_count"]
    c.profiles_step = numbers["profiles_step"]
    c.decline_count = numbers["decline_count"]
    for k in range(CHANNELS):
        c.capability[k] = numbers["capability"][k]
        c.needs_device[k] = numbers["needs_device"][k]
        c.blocks[k] = numbers["blocks"][k]
        c.interruptible[k] = numbers["interruptible"][k]
        c.units[k] = numbers["units"][k]
        c.channel_wrap_up_ns[k] = numbers["channel_wrap_up_ns"][k]
        c.wrap_up_unanswered[k] = numbers["wrap_up_unanswered"][k]
    total = numbers["total"]
    c.total.ready = total["ready"]
    c.total.logged_in = total["logged_in"]
    c.total.waiting = total["waiting"]
    for k in range(4):
        c.total.by_presence[k] = total["by_presence"][k]
    c.total.presence = total["presence"]
    c.total.agents_ready = total["agents_ready"]
    c.total.agents_logged_in = total["agents_logged_in"]
    c.total.seen_ready = total["seen_ready"]
    c.total.seen_logged_in = total["seen_logged_in"]
    if widen_agents(c, c.channel_count, 0, 0, 0) != 0:
        raise MemoryError("no memory for the channels")


def fill_tables(Store engine, rows, free):
    """The first half of making a centre, in which nobody is yet, what `dump` gave: the rows as they are, laid
    out as `layouts` says. They need not be checked yet. Raises MemoryError, ValueError. O(state)."""
    cdef Centre *c = &engine.c
    cdef Table *tables[TABLES]
    cdef uint32_t k, n
    engine.at_rest()
    written(c, tables)
    n = len(rows["agents"])
    with nogil:
        k = n != 0 and agents_reserve(c, n) != 0
    if k:
        raise MemoryError("no memory for the agents")
    for k in range(TABLES):
        fill(tables[k], rows[WRITTEN[k]], free.get(WRITTEN[k]))
    if c.agent_users.count and table_reserve(&c.agent_users, c.agent_capacity) != 0:
        raise MemoryError("no memory for the agents")
    copy_to(c.agent_channels, rows["channels"])
    copy_to(c.skills, rows["skills"])
    copy_to(c.status_time, rows["status_time"])
    with nogil:
        for k in range(n):
            compute_signature(c, k)


def load(Store engine, rows, free, hours, int64_t wheel_ns):
    """The second half, behind `fill_tables`: what is made of the rows, in which every index is checked
    already. `hours`: those of queues by index. Raises MemoryError; CorruptState where rings do not go
    together. O(state)."""
    cdef Centre *c = &engine.c
    copy_to(c.finished, rows["finished"])
    load_hours(engine, hours)
    load_rings(c, rows["rings"], rows["slots"])
    load_ids(c, rows["given_ids"])
    load_timers(c, free["timers"], wheel_ns)
    load_buckets(c, rows["group_buckets"])


cdef int load_buckets(Centre *c, buckets) except -1:
    cdef uint32_t *block = <uint32_t *> hg_calloc_aligned64(len(buckets) * sizeof(uint32_t))
    if block == NULL:
        raise MemoryError("no memory for groups")
    copy_to(block, buckets)
    hg_free(c.group_buckets)
    c.group_buckets = block
    c.group_bucket_count = len(buckets)
    return 0


cdef int fill(Table *t, object rows, object free) except -1:
    cdef uint32_t count = len(rows)
    cdef bint failed
    with nogil:
        failed = count != 0 and table_reserve(t, count) != 0
    if failed:
        raise MemoryError("no memory for a table")
    copy_to(t.rows, rows)
    t.count = count
    t.free_count = 0
    if free is not None and len(free):
        if not t.recycles:
            raise ValueError("rows given back of a table that takes none back")
        copy_to(t.free_rows, free)
        t.free_count = len(free)
    return 0


cdef int copy_to(void *block, object rows) except -1:
    cdef const uint8_t[::1] raw
    if len(rows):
        raw = np.ascontiguousarray(rows).view(np.uint8)
        with nogil:
            memcpy(block, &raw[0], raw.shape[0])
    return 0


cdef int load_hours(Store engine, hours) except -1:
    cdef Centre *c = &engine.c
    cdef OpenHours numbers
    cdef uint32_t k
    if c.queues.count and table_reserve(&c.hours, c.queues.count) != 0:
        raise MemoryError("no memory for opening hours")
    if c.queues.count:
        memset(c.hours.rows, 0, <size_t> c.queues.count * sizeof(hg_hours))
    c.hours.count = c.queues.count
    for q, plan in hours.items():
        k = q
        numbers = OpenHours(plan)
        hours_at(c, k)[0] = numbers.numbers
        engine._hours[q] = plan
        engine._open_hours[q] = numbers
    return 0


cdef int load_rings(Centre *c, rings, slots) except -1:
    cdef const uint8_t[::1] head_bytes, slot_bytes
    cdef const RingHead *heads = NULL
    cdef const Slot *held = NULL
    cdef uint32_t count = <uint32_t> len(rings)
    cdef const char *wrong
    if count and table_reserve(&c.rings, count) != 0:
        raise MemoryError("no memory for rings")
    if count:
        head_bytes = np.require(rings, requirements=("C", "A")).view(np.uint8)
        heads = <const RingHead *> &head_bytes[0]
    if len(slots):
        slot_bytes = np.require(slots, requirements=("C", "A")).view(np.uint8)
        held = <const Slot *> &slot_bytes[0]
    with nogil:
        wrong = make_rings(c, heads, count, held)
    return raised(wrong)


cdef int raised(const char *wrong) except -1:
    """Raises what went wrong, if anything did."""
    if wrong == NO_MEMORY:
        raise MemoryError("no memory for what a snapshot holds")
    if wrong != NULL:
        raise CorruptState(wrong.decode())
    return 0


cdef const char *make_rings(Centre *c, const RingHead *heads, uint32_t count,
                            const Slot *slots) noexcept nogil:
    cdef uint32_t r, s, m, slot
    cdef size_t at = 0
    cdef RingRow *row
    for m in range(c.memberships.count):
        membership_at(c, m).slot = HG_NONE
    for r in range(count):
        table_take(&c.rings)
        row = ring_at(c, r)
        memset(row, 0, sizeof(RingRow))
        row.next = heads[r].next
        row.queue = heads[r].queue
        row.load = heads[r].load
        row.capacity = heads[r].capacity
        row.tier = heads[r].tier
        for s in range(heads[r].count):
            # The member's row lies anywhere. Behind the last ring's slots nothing is read.
            if s + AHEAD < heads[r].count:
                hg_prefetch(membership_at(c, slots[at + AHEAD].member))
            m = slots[at].member
            if s and slots[at].key <= slots[at - 1].key or membership_at(c, m).slot != HG_NONE:
                return "the slots of a ring are out of order"
            if row.ring.tail == row.ring.capacity and hg_ring_reserve(
                    &row.ring, slot_fields(c), sizeof(MembershipRow)) != 0:
                return NO_MEMORY
            slot = hg_ring_place(&row.ring, slots[at].key, m, slot_fields(c), sizeof(MembershipRow))
            if not slots[at].live:
                hg_ring_hide_live(&row.ring, slot)
            if slots[at].key > c.entered_key:
                c.entered_key = slots[at].key
            at += 1
        if hg_ring_reserve_marks(&row.ring, queue_at(c, row.queue).group_count) != 0:
            return NO_MEMORY
    return NULL


cdef int load_ids(Centre *c, given_ids) except -1:
    """The tables of ids, of which each may be there once."""
    cdef const int64_t[:] given = given_ids
    cdef uint32_t count = <uint32_t> given.shape[0]
    cdef const char *wrong
    if hg_ids_reserve(&c.ids, c.interactions.count + finished_kept(c)) != 0:
        raise MemoryError("no memory for ids")
    if count and hg_ids_reserve(&c.given_ids, count) != 0:
        raise MemoryError("no memory for ids")
    with nogil:
        wrong = make_ids(c, given, count)
    return raised(wrong)


cdef const char *make_ids(Centre *c, const int64_t[:] given, uint32_t count) noexcept nogil:
    cdef uint32_t k
    for k in range(c.interactions.count):
        if interaction_at(c, k).node.id:
            if hg_ids_get(&c.ids, interaction_at(c, k).node.id) != HG_NONE:
                return "two interactions have one id"
            hg_ids_put(&c.ids, interaction_at(c, k).node.id, k)
    for k in range(finished_kept(c)):
        if c.finished[k].id <= 0 or hg_ids_get(&c.ids, c.finished[k].id) != HG_NONE:
            return "two interactions have one id"
        hg_ids_put(&c.ids, c.finished[k].id, k | <uint32_t> FINISHED_BIT)
    for k in range(count):
        if given[k]:
            if given[k] < 0 or hg_ids_get(&c.given_ids, given[k]) != HG_NONE:
                return "two rows of numbers have one id"
            hg_ids_put(&c.given_ids, given[k], k)
    return NULL


cdef int load_timers(Centre *c, free, int64_t wheel_ns) except -1:
    """Arms every timer anew: they fire in the order of what they say, wherever they hang."""
    cdef hg_timer *timers = <hg_timer *> c.timers.rows
    cdef uint32_t k
    gone = np.zeros(c.timers.count, np.uint8)
    gone[free] = 1
    cdef const uint8_t[:] idle = gone
    with nogil:
        hg_wheel_init(&c.wheel, wheel_ns)
        for k in range(c.timers.count):
            timers[k].next = timers[k].prev = HG_NONE
            timers[k].state = 0
            if not idle[k]:
                hg_wheel_arm(&c.wheel, timers, k)
    return 0


def add_texts(list texts, const uint8_t[::1] whole, const uint32_t[::1] lengths):
    """Adds texts, which stand behind one another in UTF-8, each so many bytes long. Raises ValueError where
    they are longer or shorter than `whole`, UnicodeDecodeError. O(bytes)."""
    cdef Py_ssize_t k, at = 0
    cdef const char *first = NO_MEMORY      # of which nothing is read
    if whole.shape[0]:
        first = <const char *> &whole[0]
    for k in range(lengths.shape[0]):
        if at + <Py_ssize_t> lengths[k] > whole.shape[0]:
            break
        texts.append(PyUnicode_DecodeUTF8(first + at, lengths[k], "surrogatepass"))
        at += lengths[k]
    else:
        if at == whole.shape[0]:
            return
    raise ValueError("texts of other lengths than they say")


def add_to_index(dict index, list texts, const int64_t[::1] rows):
    """Adds the texts at these places, by which their places are found. Raises ValueError. O(rows)."""
    cdef Py_ssize_t k
    for k in range(rows.shape[0]):
        if not 0 <= rows[k] < len(texts):
            raise ValueError("a name of nothing")
        index[texts[rows[k]]] = rows[k]


def kept_texts(Store engine):
    """The engine has as many texts as it knows."""
    engine.c.text_count = len(engine._texts)


def widths(Store engine):
    """(channels, skills, statuses): how wide the columns by agent are."""
    return engine.c.channel_width, engine.c.skill_width, engine.c.status_width

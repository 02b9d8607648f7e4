# cython: embedsignature.format=clinic
"""What an engine tells of itself: raw reads by index, columns, counts, checks. huntgroup.engine puts
names to them."""

from cpython.bytes cimport PyBytes_FromStringAndSize
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t
from libc.string cimport memcpy

from huntgroup.core.state.centre cimport (
    Centre, FINISHED_BIT, Table, agent_at, channel_at, decision_at, decline_at, device_at, group_at,
    interaction_at, membership_at, offer_at, queue_at, queue_group_at, ring_at, table_take, wrap_at)
from huntgroup.core.python.exported cimport make_block
from huntgroup.core.state.native cimport (
    HG_NONE, hg_id_place, hg_ids_get, hg_ring, hg_timer, hg_wait_first, hg_wait_next)
from huntgroup.core.state.requirement cimport meets
from huntgroup.core.state.rows cimport (
    AGENT_BITS, A_ALIVE, A_BUSY_SELECTABLE, A_BUSY_TIME, A_CONNECTION_LOST, A_READY_TIME, A_SIGNED_IN,
    A_STOP_NEW, A_TOGGLE, AgentRow, ChannelRow, D_BY_AGENT, D_DECLINED, D_PREFERRED, D_STRATEGY, DecisionRow,
    DelayRow, FinishedRow, InteractionRow, I_CALLBACK, I_REF, MembershipRow, M_ALIVE, M_COUNTED, M_LOGGED_IN,
    M_READY, QueueGroupRow, QueueRow, Q_ALIVE, Q_MIXED, Q_OPEN, RECENT, S_DIALING, S_IN_CONFERENCE,
    S_ON_HOLD, S_QUEUED, T_LEAST_OCCUPIED, WatchRow)
from huntgroup.core.state.user_rows cimport GivenRow, UserRow
from huntgroup.core.readiness.presence cimport kept_back, ready_somewhere, shown_ready
from huntgroup.core.readiness.status cimport capability_of
from huntgroup.core.state.user_values cimport agent_user_at, given_with
from huntgroup.core.python.verify cimport find_fault
from huntgroup.core.readiness.waiting cimport ahead_of
from huntgroup.core.matching.eligibility cimport Failed, failed_rules

import numpy as np

from huntgroup.core.python.exported import fields_of
from huntgroup.core.matching.eligibility import RULES


cdef object whole(int64_t ns, uint32_t over):
    """A sum, see `add_up`."""
    return (<object> over << 63) + ns


cdef object recent_sum(Centre *c, uint32_t q):
    """Of the latest handling times, exact however long they are. O(1): there are 64 at most."""
    cdef const int64_t *times = <const int64_t *> (c.recent.rows + <size_t> q * c.recent.size)
    cdef uint64_t count = queue_at(c, q).recent_count
    cdef int64_t high = 0, low = 0
    cdef uint32_t k
    for k in range(RECENT if count > RECENT else <uint32_t> count):
        high += times[k] >> 32
        low += times[k] & 0xFFFFFFFF
    return (<object> high << 32) + low


cdef class RawReads(QuickCalls):
    """Raw reads (indices and nanoseconds). Not for use by itself."""

    # --- agents -----------------------------------------------------------------------------------------

    def _keeps_events(self):
        return bool(self.c.keep_events)

    def _teams(self, uint32_t first, uint32_t end):
        """(agent, the name of its team) for each from `first` to before `end` that has one. O(agents)."""
        cdef uint32_t a
        end = min(end, self.c.agents.count)
        return [(a, self._texts[agent_at(&self.c, a).team]) for a in range(first, end)
                if agent_at(&self.c, a).flags & A_ALIVE and agent_at(&self.c, a).team >= 0]

    def _named_devices(self, uint32_t first, uint32_t end):
        """(agent, channel, name) of each connected device that has one, in order, of the agents from `first`
        to before `end`. O(agents + devices)."""
        # DEVICE-1.
        cdef uint32_t a, d
        found = []
        for a in range(first, min(end, self.c.agents.count)):
            d = agent_at(&self.c, a).device_head
            while d != HG_NONE:
                found.append((a, device_at(&self.c, d).channel, self._texts[device_at(&self.c, d).name]))
                d = device_at(&self.c, d).next
        return sorted(found)

    def _agent_state(self, uint32_t a):
        """Everything about one agent as a dict. O(statuses + memberships + interactions held)."""
        self.at_rest()
        cdef AgentRow *row = agent_at(&self.c, a)
        cdef ChannelRow *on
        cdef uint32_t channel, k
        cdef int64_t since = self.c.now_ns - row.clock_ns
        load, capacity, device, shown_capabilities, ready = [], [], [], [], []
        for channel in range(self.c.channel_count):
            on = channel_at(&self.c, a, self.c.capability[channel])
            load.append(on.load)
            capacity.append(on.capacity)
            device.append(bool(on.device))
            shown_capabilities.append(capability_of(row.fit_mask, row.room_mask, channel))
            ready.append(False)
        memberships = self._memberships(a)
        for q, _, _, _, _, is_ready in memberships:
            if is_ready:
                ready[queue_at(&self.c, q).channel] = True
        times = [self.c.status_time[<size_t> a * self.c.status_width + k] for k in range(self.c.status_count)]
        times[row.shown] += self.c.now_ns - row.since_ns
        skills = {k: self.c.skills[<size_t> a * self.c.skill_width + k] for k in range(self.c.skill_count)
                  if self.c.skills[<size_t> a * self.c.skill_width + k]}
        return {
            "alive": bool(row.flags & A_ALIVE), "signed_in": bool(row.flags & A_SIGNED_IN),
            "connected": not row.flags & A_CONNECTION_LOST,
            "toggle": bool(row.flags & A_TOGGLE), "stop_new": bool(row.flags & A_STOP_NEW),
            "role": row.role,
            "team": row.team,
            "units": row.units_capacity,
            "busy_selectable": bool(row.flags & A_BUSY_SELECTABLE),
            "base": row.base, "selected": row.selected, "pending": row.pending, "shown": row.shown,
            "external": row.external, "effective": row.effective,
            "capabilities": tuple(shown_capabilities), "ready_channels": tuple(ready),
            "interactions": sorted(self._held(a)), "wrap_ups": sorted(self._wrap_ups(a)),
            "parked": self._parked(a), "wrap_up_ns": row.wrap_up_ns,
            "since_ns": row.since_ns, "status_time_ns": tuple(times), "signed_in_ns": row.signed_in_ns,
            "busy_ns": row.busy_ns + (since if row.flags & A_BUSY_TIME else 0),
            "ready_ns": row.ready_ns + (since if row.flags & A_READY_TIME else 0),
            "accepted": row.accepted_count, "misses": row.misses,
            "load": tuple(load), "capacity": tuple(capacity), "device": tuple(device),
            "user": tuple(agent_user_at(&self.c, a).value[k] if self.c.agent_users.count else 0.0
                          for k in range(8)),
            "units_used": row.units_used, "units_capacity": row.units_capacity, "skills": skills,
            "memberships": memberships}

    def _memberships(self, uint32_t a):
        """(queue, tier, rank, delay_ns, logged in, ready) for each membership, by queue."""
        self.at_rest()
        cdef AgentRow *row = agent_at(&self.c, a)
        cdef MembershipRow *m
        cdef uint32_t k
        out = []
        for k in range(row.membership_start, row.membership_start + row.membership_count):
            m = membership_at(&self.c, k)
            out.append((m.queue, m.tier, m.rank, (<DelayRow *> self.c.delays.rows)[m.delay].delay_ns,
                        bool(m.flags & M_LOGGED_IN),
                        bool(m.flags & M_READY) and not queue_at(&self.c, m.queue).at_most))
        out.sort()
        return out

    def _held(self, uint32_t a):
        self.at_rest()
        cdef uint32_t i = agent_at(&self.c, a).held_head, o = agent_at(&self.c, a).offer_head
        out = []
        while i != HG_NONE:
            out.append(interaction_at(&self.c, i).node.id)
            i = interaction_at(&self.c, i).held.next
        while o != HG_NONE:
            out.append(interaction_at(&self.c, offer_at(&self.c, o).interaction).node.id)
            o = offer_at(&self.c, o).agent_next
        return out

    def _wrap_ups(self, uint32_t a):
        self.at_rest()
        cdef uint32_t w = agent_at(&self.c, a).wrap_head
        out = []
        while w != HG_NONE:
            out.append(wrap_at(&self.c, w).interaction_id)
            w = wrap_at(&self.c, w).next
        return out

    def _parked(self, uint32_t a):
        """Ids of the interactions that the agent has parked, ascending."""
        self.at_rest()
        cdef uint32_t i = agent_at(&self.c, a).parked_head
        out = []
        while i != HG_NONE:
            out.append(interaction_at(&self.c, i).node.id)
            i = interaction_at(&self.c, i).held.next
        return sorted(out)

    def _refused_agent(self):
        """Which agent of the last bulk change broke the rule; -1 if none."""
        self.at_rest()
        return self.c.refused_agent

    # --- queues -----------------------------------------------------------------------------------------

    cdef int64_t oldest(self, uint32_t q):
        """When the one who waits longest arrived, -1: nobody waits. O(groups), O(waiting) where priorities
        differ."""
        cdef uint32_t g = queue_at(&self.c, q).first_group, i
        cdef int64_t first = -1, at
        while g != HG_NONE:
            i = hg_wait_first(group_at(&self.c, g).root, self.c.interactions.rows, sizeof(InteractionRow))
            while i != HG_NONE:
                at = interaction_at(&self.c, i).node.queued_at_ns
                if first < 0 or at < first:
                    first = at
                # Without priorities the first in order is the one who came first.
                if not queue_at(&self.c, q).flags & Q_MIXED:
                    break
                i = hg_wait_next(self.c.interactions.rows, sizeof(InteractionRow), i)
            g = group_at(&self.c, g).links.next
        return first

    def _queue_state(self, uint32_t q):
        """Everything about one queue as a dict."""
        # NUM-4.
        self.at_rest()
        cdef QueueRow *row = queue_at(&self.c, q)
        return {
            "presence": row.presence, "logged_in": row.logged_in_count, "ready": shown_ready(row),
            "serving": row.serving_count, "waiting": row.waiting_count, "oldest_queued_at_ns": self.oldest(q),
            "open": bool(row.flags & Q_OPEN),
            "entered": row.entered, "answered": row.answered, "answered_in_target": row.answered_in_target,
            "abandoned": row.abandoned, "short_abandons": row.short_abandons, "timed_out": row.timed_out,
            "overflowed": row.overflowed, "moved": row.moved, "callback_failed": row.callback_failed,
            "refused": (row.refused[0], row.refused[1], row.refused[2]),
            "answered_wait_ns": whole(row.answered_wait_ns, row.waits_over), "handled": row.handled,
            "handled_ns": whole(row.handled_ns, row.handled_over), "recent_count": row.recent_count,
            "recent_ns": recent_sum(&self.c, q), "members": row.member_count,
            "channel": row.channel, "strategy": row.strategy, "group": row.queue_group,
            "credit_ns": row.credit_ns, "requirement": row.requirement,
            "offer_timeout_ns": row.offer_timeout_ns,
            "wrap_up_ns": row.wrap_up_ns, "target_ns": row.target_ns, "target_share": row.target_share,
            "max_waiting": row.max_waiting, "live": row.live_count, "scorer": row.scorer}

    def _expected(self, uint32_t q):
        """What an estimated wait is made of, by the names of `_queue_state`. O(1)."""
        # NUM-1, NUM-2.
        self.at_rest()
        cdef QueueRow *row = queue_at(&self.c, q)
        return {"waiting": row.waiting_count, "serving": row.serving_count,
                "recent_count": row.recent_count, "recent_ns": recent_sum(&self.c, q)}

    def _presence_all(self):
        """PRESENCE rows of all queues that exist, packed. O(queues), and O(waiting) where somebody waits
        with priority."""
        self.at_rest()
        cdef uint32_t q, n = 0
        cdef QueueRow *row
        cdef int32_t *out
        cdef int64_t first
        packed = PyBytes_FromStringAndSize(NULL, <Py_ssize_t> self.c.queues.count * 40)
        out = <int32_t *> <char *> packed
        for q in range(self.c.queues.count):
            row = queue_at(&self.c, q)
            if not row.flags & Q_ALIVE:
                continue
            out[0] = <int32_t> q
            out[1] = row.queue_group
            out[2] = row.presence
            out[3] = <int32_t> row.logged_in_count
            out[4] = <int32_t> shown_ready(row)
            out[5] = <int32_t> row.waiting_count
            first = -1
            if row.waiting_count:
                first = self.c.now_ns - self.oldest(q)
            memcpy(out + 6, &first, sizeof(int64_t))
            # A queue has each agent once.
            out[8] = out[3]
            out[9] = out[4]
            out += 10
            n += 1
        return packed if n == self.c.queues.count else packed[:n * 40]

    def _carry_after(self, uint32_t members):
        """From how many members looked at on a ring carries signatures. Decisions are the same with any
        number: tests set 1, so that small centres go that way, too."""
        self.at_rest()
        self.c.carry_after = members

    def _presence_total(self, int group):
        """(presence, logged in, ready, waiting, agents logged in, agents ready) of a group of queues, or of
        the centre (-1). O(1); O(queues) where one has a `max_handled`, O(memberships of the centre) where one
        is at it."""
        self.at_rest()
        cdef QueueGroupRow *row = &self.c.total if group < 0 else queue_group_at(&self.c, <uint32_t> group)
        cdef int64_t ready = row.ready, agents = row.agents_ready
        kept_back(&self.c, group, &ready, &agents)
        return row.presence, row.logged_in, ready, row.waiting, row.agents_logged_in, agents

    # --- interactions -----------------------------------------------------------------------------------

    cdef uint32_t row_of(self, int64_t id):
        return hg_ids_get(&self.c.ids, id) if id > 0 else HG_NONE

    def _interaction_state(self, int64_t id):
        """Everything about one interaction as a dict; None if it is not known (any more). O(groups x log
        waiting)."""
        self.at_rest()
        cdef uint32_t i = self.row_of(id), o
        cdef InteractionRow *row
        cdef FinishedRow *done
        if i == HG_NONE:
            return None
        if i & <uint32_t> FINISHED_BIT:
            done = self.c.finished + (i & ~<uint32_t> FINISHED_BIT)
            return {
                "id": id, "state": done.state, "queue": done.queue, "agent": done.agent,
                "channel": done.channel,
                "queued_at_ns": done.queued_at_ns, "accepted_ns": done.accepted_ns, "ended_ns": done.ended_ns,
                "priority": done.priority, "ref": done.ref if done.flags & I_REF else None,
                "preferred": -1, "position": -1, "offers": [],
                "linked": -1, "callback": bool(done.flags & I_CALLBACK), "finished": True,
                "queue_requirement": 0,
                "own_requirement": 0, "declined": {}, "user": self._given(id),
                "since_ns": done.since_ns, "on_hold_ns": done.on_hold_ns, "handled_ns": done.handled_ns,
                "text": done.text,
                "offer_until_ns": -1}
        row = interaction_at(&self.c, i)
        offers = []
        spent = self.c.now_ns - row.since_ns
        until = -1
        o = row.offer_head
        if o != HG_NONE:
            until = (<hg_timer *> self.c.timers.rows)[offer_at(&self.c, o).timer].at_ns
        while o != HG_NONE:
            offers.append((offer_at(&self.c, o).id, offer_at(&self.c, o).agent, offer_at(&self.c, o).queue))
            o = offer_at(&self.c, o).interaction_next
        declined = {}
        o = row.decline_head
        while o != HG_NONE:
            if decline_at(&self.c, o).declined:
                declined[decline_at(&self.c, o).agent] = decline_at(&self.c, o).at_ns
            o = decline_at(&self.c, o).next
        return {
            "id": id, "state": row.state, "queue": row.queue, "agent": row.agent, "channel": row.channel,
            "queued_at_ns": row.node.queued_at_ns, "accepted_ns": row.accepted_ns, "ended_ns": row.ended_ns,
            "priority": row.priority,
            "ref": row.ref if row.flags & I_REF else None, "preferred": row.preferred,
            "position": <int> ahead_of(&self.c, i) if row.group != HG_NONE else -1, "offers": sorted(offers),
            "linked": interaction_at(&self.c, row.linked).node.id if row.linked != HG_NONE else -1,
            "callback": bool(row.flags & I_CALLBACK), "finished": False,
            "queue_requirement": row.queue_requirement if row.queue >= 0 else 0,
            "own_requirement": row.own_requirement, "declined": declined, "user": self._given(id),
            "since_ns": row.since_ns, "text": row.text,
            "on_hold_ns": row.on_hold_ns + (spent if row.state == S_ON_HOLD else 0),
            "handled_ns": row.handled_ns + (spent if S_DIALING <= row.state <= S_IN_CONFERENCE else 0),
            "offer_until_ns": until}

    def _given(self, int64_t id):
        """The numbers that came with the interaction, None for none."""
        self.at_rest()
        cdef GivenRow *given = given_with(&self.c, id)
        cdef uint32_t k
        return None if given == NULL else tuple([given.value[k] for k in range(given.count)])

    def _live_ids(self):
        """Ids of the interactions that are not finished, ascending. O(rows)."""
        self.at_rest()
        return self.live_ids()

    cdef object live_ids(self):
        cdef uint32_t i
        return sorted([interaction_at(&self.c, i).node.id for i in range(self.c.interactions.count)
                       if interaction_at(&self.c, i).node.id])

    def _next_seq(self):
        """The seq that the next event will have. O(1)."""
        return self.c.next_seq

    def _why_not(self, uint32_t a, int64_t id):
        """[(rule, when_ns or -1)]: the failed rules in order for a waiting interaction; None if it is not
        of a queue."""
        self.at_rest()
        cdef Failed failed[20]
        cdef uint32_t i = self.row_of(id)
        cdef int n, k
        if i == HG_NONE or i & <uint32_t> FINISHED_BIT or interaction_at(&self.c, i).queue < 0:
            return None
        n = failed_rules(&self.c, a, i, failed)
        return [(RULES[failed[k].rule], failed[k].when_ns) for k in range(n)]

    def _decision(self, int64_t id):
        """What is kept of the latest decision on an interaction, as a dict; None if there was none. O(1)."""
        # EXPL-8.
        self.at_rest()
        cdef uint32_t i = self.row_of(id)
        cdef DecisionRow *d = NULL
        cdef double share = 0
        cdef object value           # typed: the compiler would make one double of both, and that has 53 bits
        if i == HG_NONE:
            return None
        if i & <uint32_t> FINISHED_BIT:
            d = &(self.c.finished + (i & ~<uint32_t> FINISHED_BIT)).decision
        elif interaction_at(&self.c, i).decision != HG_NONE:
            d = decision_at(&self.c, interaction_at(&self.c, i).decision)
        if d == NULL or d.at_ns < 0:
            return None
        value = d.value
        if d.flags & D_STRATEGY == T_LEAST_OCCUPIED and not d.flags & D_BY_AGENT:
            memcpy(&share, &d.value, sizeof(double))
            value = share
        return {
            "at_ns": d.at_ns, "queue": d.queue, "agent": <int> (d.idle_key & ((1 << AGENT_BITS) - 1)),
            "idle_step": d.idle_key >> AGENT_BITS, "value": value, "offer": d.offer,
            "queue_requirement": d.queue_requirement, "own_requirement": d.own_requirement,
            "logged_in": d.logged_in, "ready": d.ready, "waiting": d.waiting, "eligible": d.eligible,
            "load": d.load, "capacity": d.capacity, "tier": d.tier, "strategy": d.flags & D_STRATEGY,
            "by_agent": bool(d.flags & D_BY_AGENT), "preferred": bool(d.flags & D_PREFERRED),
            "declined": bool(d.flags & D_DECLINED)}

    def _kept_out(self, int64_t id):
        """[(agent, first failed rule, or "" if none)] over the members of its queue, by agent, for one that
        waits; [] for any other. O(memberships of the centre)."""
        # EXPL-9.
        self.at_rest()
        cdef Failed failed[20]
        cdef uint32_t i = self.row_of(id), m
        cdef MembershipRow *row
        out = []
        if i == HG_NONE or i & <uint32_t> FINISHED_BIT or interaction_at(&self.c, i).state != S_QUEUED:
            return out
        for m in range(self.c.memberships.count):
            row = membership_at(&self.c, m)
            if row.flags & M_ALIVE and row.queue == interaction_at(&self.c, i).queue:
                if failed_rules(&self.c, row.agent, i, failed):
                    out.append((row.agent, RULES[failed[0].rule]))
                else:
                    out.append((row.agent, ""))
        out.sort()
        return out

    # --- kept counts ------------------------------------------------------------------------------------

    def _count(self, int32_t requirement, int32_t queue):
        """(logged in, ready) agents that meet a requirement, in a queue or (-1) anywhere. O(watches) after
        the first call for the pair, which counts once, O(agents) or O(memberships); so does each call for
        anywhere while a queue is at its `max_handled`."""
        self.at_rest()
        cdef uint32_t k, a
        cdef WatchRow *watch
        for k in range(self.c.watches.count):
            watch = <WatchRow *> self.c.watches.rows + k
            if watch.requirement == requirement and watch.queue == queue:
                return watch.logged_in, self.ready_shown(watch)
        k = table_take(&self.c.watches)
        if k == HG_NONE:
            raise MemoryError("no memory for another kept count")
        watch = <WatchRow *> self.c.watches.rows + k
        watch.requirement = requirement
        watch.queue = queue
        watch.logged_in = 0
        watch.ready = 0
        for a in range(self.c.agents.count):
            if agent_at(&self.c, a).flags & A_ALIVE and meets(&self.c, requirement, a):
                self.first_count(a, watch)
        return watch.logged_in, self.ready_shown(watch)

    cdef uint32_t ready_shown(self, WatchRow *watch):
        """What the outside sees of a kept count of those who are ready (PRES-12)."""
        cdef uint32_t q, a, found = 0
        cdef bint some = False
        if watch.queue >= 0:
            return 0 if queue_at(&self.c, <uint32_t> watch.queue).at_most else watch.ready
        for q in range(self.c.queues.count if self.c.hand_limits else 0):
            some = some or queue_at(&self.c, q).at_most
        if not some:
            return watch.ready
        for a in range(self.c.agents.count):
            if agent_at(&self.c, a).flags & A_ALIVE and meets(&self.c, watch.requirement, a):
                found += ready_somewhere(&self.c, a, -1, M_READY)
        return found

    cdef void first_count(self, uint32_t a, WatchRow *watch):
        cdef AgentRow *row = agent_at(&self.c, a)
        cdef MembershipRow *m
        cdef uint32_t k
        cdef bint logged_in = False, ready = False
        for k in range(row.membership_start, row.membership_start + row.membership_count):
            m = membership_at(&self.c, k)
            if watch.queue < 0 or m.queue == watch.queue:
                logged_in = logged_in or m.flags & M_COUNTED
                ready = ready or m.flags & M_READY
        watch.logged_in += logged_in
        watch.ready += ready

    # --- checks -----------------------------------------------------------------------------------------

    def _verify(self):
        """What does not hold, as a text, or None. O(agents + memberships + waiting x members)."""
        self.at_rest()
        cdef unsigned int which = 0
        cdef const char *fault = find_fault(&self.c, &which)
        if fault == NULL:
            return None
        return f"{fault.decode()} (row {which})"

    def _columns(self):
        """{"table.field": read-only numpy view}: the engine's own rows, no copy. A view shows what is true
        until its table grows; then take the columns again. O(1)."""
        self.at_rest()
        out = {}
        self.show_table(out, "agents", &self.c.agents)
        self.show_table(out, "memberships", &self.c.memberships)
        self.show_table(out, "queues", &self.c.queues)
        self.show_table(out, "interactions", &self.c.interactions)
        out["agents.user"] = self._agent_users()
        return out

    def _agent_users(self):
        """float64[agents, 8]; a view of one zero where no agent has been given a number."""
        self.at_rest()
        cdef Table *t = &self.c.agent_users
        if t.count == 0:
            return np.broadcast_to(np.float64(0), (self.c.agents.count, 8))
        t.exported = True
        return np.ndarray((t.count, 8), "<f8", make_block(self, t.rows, <Py_ssize_t> t.count * t.size))

    cdef int show_table(self, dict out, str name, Table *t) except -1:
        if t.count:
            t.exported = True
        block = make_block(self, t.rows, <Py_ssize_t> t.count * t.size)
        for field, (kind, offset) in fields_of(name).items():
            if t.count == 0:
                out[f"{name}.{field}"] = np.zeros(0, kind)
                continue
            out[f"{name}.{field}"] = np.ndarray(t.count, kind, block, offset, (t.size,))
        return 0

    def _table_sizes(self):
        """Rows in use, capacity and bytes of what the centre holds, for memory figures. O(rings)."""
        self.at_rest()
        cdef dict out = {}
        cdef hg_ring *ring
        cdef uint32_t r
        cdef size_t slots = 0, carried = 0
        out["agents"] = self.size_of(&self.c.agents)
        width = (self.c.channel_width * sizeof(ChannelRow) + self.c.skill_width + self.c.signature_words * 8
                 + self.c.status_width * 8 + (sizeof(UserRow) if self.c.agent_users.count else 0))
        out["agent columns"] = (self.c.agents.count, self.c.agent_capacity,
                                <size_t> self.c.agent_capacity * width)
        out["memberships"] = self.size_of(&self.c.memberships)
        out["queues"] = self.size_of(&self.c.queues)
        out["queues, recent"] = self.size_of(&self.c.recent)
        out["rings"] = self.size_of(&self.c.rings)
        for r in range(self.c.rings.count):
            ring = &ring_at(&self.c, r).ring
            slots += <size_t> ring.capacity * 12 + ring.capacity // 4 + <size_t> ring.mark_count * 4
            carried += <size_t> ring.capacity * ring.carried_count * 8
        out["ring slots"] = (self.c.rings.count, self.c.rings.count, slots)
        out["carried signatures"] = (self.c.rings.count, self.c.rings.count, carried)
        out["groups"] = self.size_of(&self.c.groups)
        out["interactions"] = self.size_of(&self.c.interactions)
        out["finished"] = (min(self.c.finished_count, self.c.keep_finished), self.c.keep_finished,
                           <size_t> self.c.keep_finished * sizeof(FinishedRow))
        out["ids"] = (self.c.ids.count, self.c.ids.capacity,
                      <size_t> self.c.ids.capacity * sizeof(hg_id_place))
        out["offers"] = self.size_of(&self.c.offers)
        out["wrap-ups"] = self.size_of(&self.c.wraps)
        out["declines"] = self.size_of(&self.c.declines)
        out["visits"] = self.size_of(&self.c.visits)
        out["decisions"] = self.size_of(&self.c.decisions)
        out["timers"] = self.size_of(&self.c.timers)
        out["requirements"] = self.size_of(&self.c.requirements)
        out["programs"] = self.size_of(&self.c.programs)
        out["events"] = self.size_of(&self.c.events)
        return out

    cdef object size_of(self, Table *t):
        return (t.count - t.free_count, t.capacity,
                <size_t> t.capacity * (t.size + (4 if t.recycles else 0)))

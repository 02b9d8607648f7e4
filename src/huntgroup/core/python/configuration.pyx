"""Configuration: each change is a step like a command, so what it makes possible is matched. Arguments were
checked by huntgroup.engine; here they are numbers."""

from libc.stdint cimport int16_t, int32_t, int64_t, uint8_t, uint32_t
from libc.string cimport memset

from huntgroup.core.steps.agent_commands cimport place_agent
from huntgroup.core.steps.agents cimport SET, enter_status
from huntgroup.core.state.codes cimport (
    EV_AGENT_ADDED, EV_MODEL_SET, EV_QUEUE_ADDED, EV_QUEUE_REMOVED, EV_QUEUE_UPDATED)
from huntgroup.core.state.centre cimport (
    agent_at, agents_reserve, awaiting_at, channel_at, interaction_at, push_u32, queue_at, queue_group_at,
    relax_at, scorer_at, set_max_handled, table_reserve, table_reserve_one, table_take)
from huntgroup.core.state.hours cimport OpenHours, hours_at
from huntgroup.core.state.fetch cimport hg_prefetch
from huntgroup.core.readiness.awaiting cimport await_no_more, await_target
from huntgroup.core.readiness.members cimport join, join_tied, leave, reserve_memberships
from huntgroup.core.state.native cimport HG_NONE, hg_hours_is_open
from huntgroup.core.steps.offers cimport list_affected
from huntgroup.core.readiness.presence cimport best, mark_dirty, note_room, outward, regroup_members
from huntgroup.core.python.queue_numbers cimport write_numbers
from huntgroup.core.readiness.ready cimport recheck_queue
from huntgroup.core.readiness.serving cimport keep_tiers
from huntgroup.core.state.requirement cimport compute_signature
from huntgroup.core.state.rows cimport (
    A_ACTED, A_ALIVE, A_BUSY_SELECTABLE, A_PROFILE, A_TOGGLE, A_TOUCHED, AgentRow, G_CHANGED, G_NEW, I_STUCK,
    InteractionRow, MAX_AGENTS, MAX_QUEUES, MOVED_ALL, NAMELESS_DEVICE, NO_TIER, P_ABSENT,
    Q_ALIVE, Q_HOURS, Q_OPEN, QueueGroupRow, QueueRow, T_SCORER)
from huntgroup.core.steps.timers_due cimport arm_hours
from huntgroup.core.steps.end_of_step cimport begin_step, end_step
from huntgroup.core.readiness.status cimport act, derive, measure
from huntgroup.core.state.timers cimport disarm
from huntgroup.core.state.user_values cimport agent_user_at, keep_agent_users
from huntgroup.core.readiness.waiting cimport delist, disarm_waits, find_group, membership_of

from huntgroup.errors import Result, limit_exceeded, refusal
from huntgroup.settings.queues import Checker
from huntgroup.settings.told import told_model


cdef class Configuration(Channels):
    """Adds and changes queues and agents."""

    # --- queues -----------------------------------------------------------------------------------------

    def _new_group(self, settings):
        """The name of the group that the settings make, if they make one."""
        name = settings.get("group")
        return None if name is None or name in self._group_index else name

    def _reserve(self, settings):
        """Reserves the rows that these settings need, so that applying them cannot fail."""
        cdef uint32_t steps = self.c.relaxations.count + <uint32_t> len(settings.get("relax") or ())
        if (table_reserve_one(&self.c.queue_groups) != 0 or table_reserve_one(&self.c.scorers) != 0
                or table_reserve_one(&self.c.tiers) != 0
                or (steps > self.c.relaxations.capacity
                    and table_reserve(&self.c.relaxations, 2 * steps) != 0)):
            raise MemoryError("no memory for the settings of a queue")

    def _group(self, name):
        cdef uint32_t k
        if name is None:
            return -1
        index = self._group_index.get(name)
        if index is None:
            k = table_take(&self.c.queue_groups)
            if k == HG_NONE:
                raise MemoryError("no memory for another group")
            memset(queue_group_at(&self.c, k), 0, sizeof(QueueGroupRow))
            queue_group_at(&self.c, k).presence = P_ABSENT
            index = <int> k
            self._group_index[name] = index
            self._group_names.append(name)
        return index

    def _room_for_queue(self, name):
        """Raises LimitExceeded unless there may be one queue more; called before anything is changed."""
        if self.c.queues.count >= MAX_QUEUES:
            raise limit_exceeded("name", name, f"at most {MAX_QUEUES:,} queues, removed ones included")

    def _add_queue(self, *given, at=None):
        """See `_new_queue`."""
        self.pass_to(at)
        return self._exclusively(self._new_queue, *given)

    def _new_queue(self, name, settings, hours, told):
        """A queue with the numbers in `settings` (see `_apply_settings`), open by its hours; `told`: what was
        given, as a text."""
        cdef uint32_t q
        cdef QueueRow *row
        numbers = None if hours is None else OpenHours(hours)
        tables = None
        if any(status.queues or status.queue_group for status in self.model.statuses):
            tables = self._model_tables(group=self._new_group(settings), queue=name)
        self._reserve(settings)
        if (table_reserve_one(&self.c.queues) != 0 or table_reserve_one(&self.c.recent) != 0
                or table_reserve_one(&self.c.hours) != 0):
            raise MemoryError("no memory for another queue")
        self._keep_told(told)
        self.begin_change()
        group = self._group(settings["group"])
        q = table_take(&self.c.queues)
        table_take(&self.c.recent)
        table_take(&self.c.hours)
        row = queue_at(&self.c, q)
        memset(row, 0, sizeof(QueueRow))
        row.flags = Q_ALIVE | Q_OPEN
        row.first_ring = HG_NONE
        row.first_group = HG_NONE
        row.plain_group = HG_NONE
        row.first_delay = HG_NONE
        row.round_robin = HG_NONE
        row.tiers = HG_NONE
        row.lowest_tier = NO_TIER
        row.max_handled = -1
        row.max_wait_unstaffed_ns = -1
        row.unstaffed_since_ns = self.c.now_ns
        row.timer = HG_NONE
        row.awaiting_root = HG_NONE
        row.presence = P_ABSENT
        row.queue_group = group
        self._queue_index[name] = <int> q
        self._queue_names.append(name)
        self._apply_settings(q, settings)
        self._set_hours(q, hours, numbers)
        row.presence = <uint8_t> outward(row)
        self._enter_totals(q)
        self._tell(EV_QUEUE_ADDED, told, queue=q, value=q, shown=row.presence)
        row.plain_group = find_group(&self.c, q, row.requirement, 0, False)
        if tables is not None:
            self._use_model(tables)
            self._act_on_all()
            begin_step(&self.c)
            join_tied(&self.c, q)
            end_step(&self.c)
        if self._overflow_names:
            self._resolve_overflow()
        return <int> q

    def _enter_totals(self, uint32_t q):
        """A new queue joins the totals of its group and of the centre; no event tells of it."""
        cdef QueueRow *row = queue_at(&self.c, q)
        self.c.total.by_presence[row.presence] += 1
        self.c.total.presence = <uint8_t> best(self.c.total.by_presence)
        if row.queue_group >= 0:
            self.shift(queue_group_at(&self.c, <uint32_t> row.queue_group), row, 1)
            queue_group_at(&self.c, <uint32_t> row.queue_group).presence = <uint8_t> best(
                queue_group_at(&self.c, <uint32_t> row.queue_group).by_presence)
            queue_group_at(&self.c, <uint32_t> row.queue_group).dirty = 0

    def _leave_totals(self, uint32_t q):
        """A queue that goes takes its counts along; the end of the step tells what that changed."""
        cdef QueueRow *row = queue_at(&self.c, q)
        self.c.total.by_presence[row.presence] -= 1
        if row.queue_group >= 0:
            self.shift(queue_group_at(&self.c, <uint32_t> row.queue_group), row, -1)

    def _move_group(self, uint32_t q, int32_t to):
        """The queue moves from its group to another (-1: none), with its counts."""
        cdef QueueRow *row = queue_at(&self.c, q)
        if row.queue_group == to:
            return
        if row.queue_group >= 0:
            self.shift(queue_group_at(&self.c, <uint32_t> row.queue_group), row, -1)
        if to >= 0:
            self.shift(queue_group_at(&self.c, <uint32_t> to), row, 1)
        regroup_members(&self.c, q, to)

    cdef void shift(self, QueueGroupRow *group, QueueRow *row, int by):
        """Adds or takes away a queue. A group that had none, or has none left, is new or gone: no event
        tells of it."""
        cdef uint32_t k, before = 0
        for k in range(4):
            before += group.by_presence[k]
        group.by_presence[row.presence] += <uint32_t> by
        group.ready += by * <int64_t> row.ready_count
        group.logged_in += by * <int64_t> row.logged_in_count
        group.waiting += by * <int64_t> row.waiting_count
        group.dirty |= G_NEW if before == 0 or <int> before + by == 0 else G_CHANGED
        self.c.groups_dirty = True

    def _apply_settings(self, uint32_t q, settings):
        """Writes the settings that are given; see `write_numbers`."""
        cdef QueueRow *row = queue_at(&self.c, q)
        if "strategy" in settings:
            row.strategy = settings["strategy"]
            row.scorer = self._scorer_row(settings["scorer"]) if row.strategy == T_SCORER else -1
        if "relax" in settings:
            row.relax_start, row.relax_count = self._relaxation(settings["relax"])
        if "overflow" in settings:
            self._set_overflow(q, settings["overflow"])
        write_numbers(&self.c, q, settings)

    def _scorer_row(self, scorer):
        """The row of a scorer, made when a queue names it for the first time. It stays, and with it what its
        code needs, for as long as the engine does. O(scorers named)."""
        cdef uint32_t row
        for row in range(self.c.scorers.count):
            if self._scorers[row] is scorer:
                return row
        return self._add_scorer(scorer)

    def _add_scorer(self, scorer):
        """The row of another scorer. O(1)."""
        cdef uint32_t row = table_take(&self.c.scorers)
        if row == HG_NONE:
            raise MemoryError("no memory for another scorer")
        scorer_at(&self.c, row).function = scorer.address
        scorer_at(&self.c, row).columns = scorer.columns
        self._scorers.append(scorer)
        return row

    def _set_overflow(self, uint32_t q, overflow):
        """(after, name) or None. The name is looked up now, or when there is such a queue."""
        cdef QueueRow *row = queue_at(&self.c, q)
        self._overflow_names.pop(<int> q, None)
        if overflow is None:
            row.overflow_queue = -1
            row.overflow_after_ns = 0
            return
        row.overflow_after_ns, name = overflow
        row.overflow_queue = self._queue_index.get(name, -2)
        if row.overflow_queue == -2:
            self._overflow_names[<int> q] = name

    def _resolve_overflow(self):
        """Looks up overflow targets that did not exist before. Interactions whose overflow waited for one go
        on (WAIT-24). O(interactions) if a name is found."""
        # WAIT-24.
        cdef uint32_t i
        cdef InteractionRow *row
        found = [q for q, name in self._overflow_names.items() if name in self._queue_index]
        if not found:
            return
        for q in found:
            queue_at(&self.c, q).overflow_queue = self._queue_index[self._overflow_names.pop(q)]
        begin_step(&self.c)
        for i in range(self.c.interactions.count):
            row = interaction_at(&self.c, i)
            if row.node.id and row.group != HG_NONE and row.flags & I_STUCK and row.queue in found:
                if row.awaiting == HG_NONE:
                    await_target(&self.c, i)
        end_step(&self.c)

    def _forget_target(self, uint32_t q):
        """The queue is removed: queues that overflow to it keep the name and look it up again when a queue of
        that name is added. O(queues + interactions that wait for it)."""
        cdef uint32_t k
        while queue_at(&self.c, q).awaiting_root != HG_NONE:
            await_no_more(&self.c, awaiting_at(&self.c, queue_at(&self.c, q).awaiting_root).interaction)
        for k in range(self.c.queues.count):
            if k != q and queue_at(&self.c, k).flags & Q_ALIVE and (
                    queue_at(&self.c, k).overflow_queue == <int32_t> q):
                queue_at(&self.c, k).overflow_queue = -2
                self._overflow_names[<int> k] = self._queue_names[q]

    def _checker(self):
        """Checks of settings against what exists now."""
        return Checker(self._channel_index, len(self._requirement_texts))

    def _relax_steps(self, relax):
        """(start, count) of an interaction's own steps, equal ones kept once; (0, -1) where one names an
        unknown skill."""
        rows = []
        for after_ns, requirement in self._checker().relax("relax", relax):
            row = self._compile(requirement, False) if isinstance(requirement, str) else requirement or 0
            if row < 0:
                self._unknown_step = requirement
                return 0, -1
            rows.append((after_ns, row))
        steps = tuple(rows)
        if steps not in self._relaxations:
            self.at_rest()
            self._relaxations[steps] = self._relaxation(steps)
        return self._relaxations[steps]

    def _relaxation(self, steps):
        """(start, count) of steps [(after_ns, requirement row)] put into the relaxations table."""
        cdef uint32_t start = self.c.relaxations.count, at
        for after_ns, requirement in steps:
            at = table_take(&self.c.relaxations)
            if at == HG_NONE:
                raise MemoryError("no memory for a relaxation")
            relax_at(&self.c, at).after_ns = after_ns
            relax_at(&self.c, at).requirement = requirement
        return start, len(steps)

    def _set_hours(self, uint32_t q, hours, OpenHours numbers):
        """Opens or closes the queue as its hours say now, and arms the next change. `numbers`: the same hours
        as the core reads them."""
        cdef QueueRow *row = queue_at(&self.c, q)
        disarm(&self.c, &row.timer)
        if hours is None:
            row.flags = (row.flags | Q_OPEN) & <uint8_t> ~Q_HOURS
            self._hours.pop(<int> q, None)
            self._open_hours.pop(<int> q, None)
            return
        hours_at(&self.c, q)[0] = numbers.numbers
        self._hours[<int> q] = hours
        self._open_hours[<int> q] = numbers
        row.flags |= Q_HOURS
        if hg_hours_is_open(hours_at(&self.c, q), self.c.now_ns):
            row.flags |= Q_OPEN
        else:
            row.flags &= <uint8_t> ~Q_OPEN
        arm_hours(&self.c, q)

    def _update_queue(self, *given, at=None):
        """See `_change_queue`."""
        self.pass_to(at)
        self._exclusively(self._change_queue, *given)

    def _change_queue(self, uint32_t q, settings, hours, bint hours_given, told):
        """Changes a queue; interactions that wait in it are matched anew under the new settings. O(waiting +
        memberships)."""
        # WAIT-12.
        cdef uint32_t i
        cdef InteractionRow *row
        cdef list waiting = []
        cdef int32_t group = -1
        numbers = None if hours is None else OpenHours(hours)
        # Statuses may name a group that did not exist until now.
        tables = None
        if self._new_group(settings) is not None:
            tables = self._model_tables(group=settings["group"])
        for i in range(self.c.interactions.count):
            row = interaction_at(&self.c, i)
            if row.node.id and row.queue == <int32_t> q and row.group != HG_NONE:
                waiting.append(i)
        waiting.sort(key=self._id_of_row)
        self._reserve(settings)
        self._keep_told(told)
        self.begin_change()
        if "group" in settings:
            group = self._group(settings["group"])
        if tables is not None:
            self._use_model(tables)
        begin_step(&self.c)
        self._tell(EV_QUEUE_UPDATED, told, queue=q)
        for i in waiting:
            delist(&self.c, i)
            disarm_waits(&self.c, i)
        self._apply_settings(q, settings)
        if hours_given:
            self._set_hours(q, hours, numbers)
        if "requires" in settings:
            recheck_queue(&self.c, q)
            queue_at(&self.c, q).plain_group = find_group(
                &self.c, q, queue_at(&self.c, q).requirement, 0, False)
        if "group" in settings and group != queue_at(&self.c, q).queue_group:
            self._move_group(q, group)
            join_tied(&self.c, q)
        mark_dirty(&self.c, q)
        note_room(&self.c, q)
        for i in waiting:
            list_affected(&self.c, i)
        end_step(&self.c)

    def _id_of_row(self, uint32_t i):
        return interaction_at(&self.c, i).node.id

    def _remove_queue(self, uint32_t q, at=None):
        """See `_drop_queue`."""
        self.pass_to(at)
        self._exclusively(self._drop_queue, q)

    def _drop_queue(self, uint32_t q):
        """Removes a queue that no interaction names (OWN-10); its members leave it. O(all memberships)."""
        cdef QueueRow *row
        cdef uint32_t a
        row = queue_at(&self.c, q)
        if row.live_count:
            raise refusal(Result.ILLEGAL_TRANSITION,
                          f"remove_queue: queue {self._queue_names[q]!r} still has "
                          f"{row.live_count} interaction(s), waiting, offered or handled")
        self.begin_change()
        begin_step(&self.c)
        self._tell(EV_QUEUE_REMOVED, None, queue=q)
        # No events for the memberships that end, nor for the presence of a queue that is removed.
        keep = self.c.keep_events
        self.c.keep_events = False
        for a in range(self.c.agents.count):
            if agent_at(&self.c, a).flags & A_ALIVE and membership_of(&self.c, a, q) != HG_NONE:
                act(&self.c, a)
                leave(&self.c, a, q)
        self.c.keep_events = keep
        disarm(&self.c, &row.timer)
        set_max_handled(&self.c, q, -1)
        keep_tiers(&self.c, q, False)
        self._forget_target(q)
        self._leave_totals(q)
        row.flags = 0
        end_step(&self.c)
        self._hours.pop(<int> q, None)
        self._open_hours.pop(<int> q, None)
        self._overflow_names.pop(<int> q, None)
        del self._queue_index[self._queue_names[q]]

    # --- agents -----------------------------------------------------------------------------------------

    def _room_for_agents(self, names):
        """Raises LimitExceeded unless there may be so many agents more; called before anything is changed."""
        if self.c.agents.count + len(names) > MAX_AGENTS:
            raise limit_exceeded("names", names[MAX_AGENTS - self.c.agents.count],
                                 f"at most {MAX_AGENTS:,} agents, removed ones included")

    def _add_agents(self, *given, at=None):
        """See `_new_agents`."""
        self.pass_to(at)
        self._exclusively(self._new_agents, *given)

    def _new_agents(self, names, const uint8_t[:, :] skills, list skill_columns, const int32_t[:, :] queues,
                    const int32_t[:, :] capacity, devices, bint signed_in, status, ready, int role,
                    bint busy_selectable, int32_t units, int64_t wrap_up_ns, int32_t team, user, told):
        """Adds len(names) agents in one step; `told`: all of it as a text.

        skills uint8[N, S] with the engine's skill index of each column; queues int32[N, m] of queue
        indices, -1 none; capacity int32[N, channels]; `status` an index or -1; `ready` True, False or None.
        O(N x (S + m + channels)).
        """
        # NUM-7.
        cdef uint32_t n = len(names), first = self.c.agents.count, k, a, s, slots
        cdef uint32_t width = skills.shape[1], joined = queues.shape[1]
        cdef AgentRow *row
        cdef uint32_t device_mask = devices
        cdef int32_t chosen = status
        cdef uint32_t columns[1024]
        if first + n > self.c.agent_capacity:
            k = first + n if n > first else 2 * first + 16
            if agents_reserve(&self.c, k if k < MAX_AGENTS else MAX_AGENTS) != 0:
                raise MemoryError("no memory for so many agents")
        for s in range(width):
            columns[s] = skill_columns[s]
        slots = n * joined
        if self.c.memberships.count + slots > self.c.memberships.capacity and table_reserve(
                &self.c.memberships, self.c.memberships.count + slots if n > 1 else (
                    2 * self.c.memberships.count + slots)) != 0:
            raise MemoryError("no memory for so many memberships")
        if user is not None and not keep_agent_users(&self.c):
            raise MemoryError("no memory for the callers' numbers on agents")
        model = told_model(self.model) if first == 0 else None
        self._keep_told(model)
        self._keep_told(told)
        self.begin_change()
        begin_step(&self.c)
        # TOLD-3, TOLD-4.
        if model is not None:
            self._tell(EV_MODEL_SET, model, shown=self.c.begun or self.c.next_interaction != 1)
        self._tell(EV_AGENT_ADDED, told, agent=first, value=first, other=n)
        for k in range(n):
            a = table_take(&self.c.agents)
            row = agent_at(&self.c, a)
            self._blank(a)
            row.flags = A_ALIVE | A_TOUCHED
            row.role = <uint8_t> role
            row.team = team
            if busy_selectable:
                row.flags |= A_BUSY_SELECTABLE
            row.units_capacity = units
            row.wrap_up_ns = wrap_up_ns
            for s in range(width):
                self.c.skills[<size_t> a * self.c.skill_width + columns[s]] = skills[k, s]
            compute_signature(&self.c, a)
            for s in range(self.c.channel_count):
                channel_at(&self.c, a, s).capacity = <unsigned short> capacity[k, s]
                channel_at(&self.c, a, s).device = NAMELESS_DEVICE if (device_mask >> s) & 1 else 0
            measure(&self.c, a)
            push_u32(&self.c.acted, a)
            row.flags |= A_ACTED
        if user is not None or self.c.agent_users.count:
            self.c.agent_users.count = self.c.agents.count
        self._agent_index.update(zip(names, range(first, first + n)))
        self._agent_ids.extend(names)
        self._join_new(first, n, queues)
        for k in range(n):
            a = first + k
            if signed_in:
                place_agent(&self.c, a, False)
            if chosen >= 0:
                enter_status(&self.c, a, chosen, SET)
            row = agent_at(&self.c, a)
            row.selected = row.base
            if self.c.policy.has_toggle:
                toggle = self.c.policy.toggle_default if ready is None else ready
                row.flags = row.flags | A_TOGGLE if toggle else row.flags & ~<uint32_t> A_TOGGLE
            derive(&self.c, a)
            row.flags &= ~<uint32_t> A_PROFILE
        self.c.profiles.count = 0
        if user is not None:
            self._write_user(first, user)
        end_step(&self.c)
        # They were marked as touched without a state from before: no net events are emitted for them.
        for k in range(n):
            agent_at(&self.c, first + k).flags &= ~<uint32_t> A_TOUCHED

    cdef void _blank(self, uint32_t a):
        """A signed-out agent with the model's default status."""
        cdef AgentRow *row = agent_at(&self.c, a)
        memset(row, 0, sizeof(AgentRow))
        row.offer_head = HG_NONE
        row.offer_tail = HG_NONE
        row.held_head = HG_NONE
        row.wrap_head = HG_NONE
        row.kept_head = HG_NONE
        row.limit_head = HG_NONE
        row.parked_head = HG_NONE
        row.wrap_up_ns = -1
        row.timer = HG_NONE
        row.device_head = HG_NONE
        row.base = <int16_t> self.c.policy.default_status
        row.selected = row.base
        row.shown = row.base
        row.receiver = row.base
        row.pending = -1
        row.external = self.c.policy.external_default
        row.units_capacity = -1
        row.since_ns = self.c.now_ns
        row.clock_ns = self.c.now_ns
        row.signed_in_ns = self.c.now_ns
        row.moved_mask = MOVED_ALL
        memset(self.c.agent_channels + <size_t> a * self.c.channel_width, 0,
               self.c.channel_width * sizeof(self.c.agent_channels[0]))
        memset(self.c.status_time + <size_t> a * self.c.status_width, 0,
               self.c.status_width * sizeof(int64_t))
        memset(self.c.skills + <size_t> a * self.c.skill_width, 0, self.c.skill_width)

    cdef void _join_new(self, uint32_t first, uint32_t n, const int32_t[:, :] queues):
        """The memberships of new agents, without events: they belong to the configuration."""
        cdef uint32_t k, s, count, joined = queues.shape[1]
        cdef bint keep = self.c.keep_events
        self.c.keep_events = False
        for k in range(n):
            if k + 4 < n:
                for s in range(joined):
                    if queues[k + 4, s] >= 0:
                        hg_prefetch(queue_at(&self.c, <uint32_t> queues[k + 4, s]))
            count = 0
            for s in range(joined):
                count += queues[k, s] >= 0
            if count:
                reserve_memberships(&self.c, first + k, count)
            for s in range(joined):
                if queues[k, s] >= 0:
                    join(&self.c, first + k, <uint32_t> queues[k, s], 1, 1, 0)
        self.c.keep_events = keep

    def _write_user(self, uint32_t first, const double[:, :] user):
        cdef uint32_t k, s
        for k in range(<uint32_t> user.shape[0]):
            for s in range(<uint32_t> user.shape[1]):
                # Adding 0 turns -0.0 into 0.0, the value of a number that was never given.
                agent_user_at(&self.c, first + k).value[s] = user[k, s] + 0.0

"""What agents and supervisors do: presence, devices, logins, skills, memberships (docs/SEMANTICS.md,
sections 3 and 7).

Each function judges its command in the order of the result codes and returns the first rule broken; where
`judge_only` is set it stops there. Otherwise it applies it and returns R_OK.
"""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t
from libc.string cimport memset

from huntgroup.core.steps.agents cimport (
    CHOSEN, CHOSEN_HERE, SET, choose_status, drop_wrap_up, enter_status, forget_devices, forget_parked,
    restore_connection)
from huntgroup.core.state.codes cimport (
    EV_AGENT_REMOVED, EV_SIGNED_IN, EV_WRAP_UP_ENDED, R_ILLEGAL_TRANSITION, R_INVALID_COMMAND,
    R_LIMIT_EXCEEDED, R_NO_DEVICE, R_NOT_MEMBER, R_NOT_PERMITTED, R_NOT_SELECTABLE, R_OK, R_UNKNOWN_AGENT,
    R_UNKNOWN_CHANNEL, R_UNKNOWN_QUEUE, R_UNKNOWN_SKILL, R_UNKNOWN_STATUS, WHY_REMOVED)
from huntgroup.core.state.centre cimport (
    HG_LONGEST_NS, Centre, agent_at, channel_at, interaction_at, membership_at, offer_at, queue_at, wrap_at)
from huntgroup.core.state.events cimport emit
from huntgroup.core.state.fetch cimport look_ahead_agent
from huntgroup.core.readiness.members cimport (
    join, leave, limit_of, log_in_to, membership_delay, room_for_delay, set_delay, set_limit, set_login,
    tell_membership)
from huntgroup.core.state.native cimport HG_NONE
from huntgroup.core.steps.permission cimport may_act_for
from huntgroup.core.steps.offers cimport finish, list_affected, offer_lost, withdraw
from huntgroup.core.readiness.presence cimport recount
from huntgroup.core.readiness.ready cimport drop_membership, move_tier, recheck_skills
from huntgroup.core.state.requirement cimport compute_signature
from huntgroup.core.state.rows cimport (
    A_ALIVE, A_CONNECTION_LOST, A_PENDING_CHOSEN, A_SIGNED_IN, A_STOP_NEW, A_TOGGLE, AgentRow, ChannelRow,
    CommandRow, F_LOCKED, F_SELECTABLE, F_WAITING, I_ACCEPT_COUNTED, MAX_MEMBERSHIPS, MOVED_ALL, M_LOGGED_IN,
    S_COMPLETED, StatusRow, WrapRow)
from huntgroup.core.readiness.status cimport act, counts_as_in, has_device, is_busy, measure, signed_in
from huntgroup.core.state.timers cimport disarm
from huntgroup.core.steps.telling cimport tell_capacity, tell_skill, tell_user
from huntgroup.core.state.user_values cimport agent_user_at, set_agent_user
from huntgroup.core.readiness.waiting cimport arm_revisit, membership_of, unkeep


cdef void acted_by_itself(Centre *c, uint32_t a, int32_t by) noexcept nogil:
    """MISS-4: the agent gave a command itself, so it is at its place: its counts of misses and rejects in a
    row begin anew. A command that somebody else gave (`by`) changes nothing."""
    cdef AgentRow *row = agent_at(c, a)
    if by == -1 or by == <int32_t> a:
        row.misses = 0
        row.rejects = 0


cdef int sign_in(Centre *c, CommandRow *cmd) noexcept nogil:
    # CMD-5.
    cdef AgentRow *row
    cdef uint32_t a
    if not known_agent(c, cmd.agent):
        return R_UNKNOWN_AGENT
    a = <uint32_t> cmd.agent
    row = agent_at(c, a)
    if c.judge_only or (row.flags & (A_SIGNED_IN | A_CONNECTION_LOST)) == A_SIGNED_IN:
        return R_OK
    act(c, a)
    if row.flags & A_SIGNED_IN:
        restore_connection(c, a)
        return R_OK
    emit(c, EV_SIGNED_IN, cmd.agent, -1, -1, -1)
    place_agent(c, a, True)
    return R_OK


cdef void place_agent(Centre *c, uint32_t a, bint join_group) noexcept nogil:
    """Signed in from now: default status, and toggle if the model says so; times and counts start from zero
    if the model needs agents signed in."""
    # STATUS-20, STATUS-21.
    cdef AgentRow *row = agent_at(c, a)
    cdef uint32_t i = row.held_head
    row.flags |= A_SIGNED_IN
    row.moved_mask |= MOVED_ALL
    if c.policy.sets_default:
        row.pending = -1
        row.flags &= ~<uint32_t> A_STOP_NEW
        enter_status(c, a, c.policy.default_status, CHOSEN if join_group else SET)
        row.selected = row.base
    if c.policy.has_toggle:
        row.flags = row.flags | A_TOGGLE if c.policy.toggle_default else row.flags & ~<uint32_t> A_TOGGLE
    if not c.policy.sign_in_required:
        return
    # Interactions accepted before are not counted any more, so `put_back` of one must not count down.
    while i != HG_NONE:
        interaction_at(c, i).flags &= ~<uint16_t> I_ACCEPT_COUNTED
        i = interaction_at(c, i).held.next
    memset(c.status_time + <size_t> a * c.status_width, 0, c.status_width * sizeof(int64_t))
    row.since_ns = c.now_ns
    row.clock_ns = c.now_ns
    row.signed_in_ns = c.now_ns
    row.busy_ns = 0
    row.ready_ns = 0
    row.accepted_count = 0
    acted_by_itself(c, a, -1)


cdef void end_wrap_ups(Centre *c, uint32_t a) noexcept nogil:
    """Ends all the agent's wrap-ups at once, by interaction id."""
    cdef uint32_t w, first
    cdef WrapRow *wrap
    cdef uint32_t i
    while agent_at(c, a).wrap_head != HG_NONE:
        first = w = agent_at(c, a).wrap_head
        while w != HG_NONE:
            if wrap_at(c, w).interaction_id < wrap_at(c, first).interaction_id:
                first = w
            w = wrap_at(c, w).next
        wrap = wrap_at(c, first)
        i = wrap.interaction
        emit(c, EV_WRAP_UP_ENDED, <int32_t> a, wrap.interaction_id, wrap.queue, -1)
        drop_wrap_up(c, first)
        if i != HG_NONE:
            finish(c, i, S_COMPLETED, True)


cdef int judge_status(Centre *c, uint32_t a, int status, int32_t by) noexcept nogil:
    """May the status be chosen for the agent? (docs/SEMANTICS.md, section 3)"""
    # STATUS-5, STATUS-6, STATUS-7.
    cdef AgentRow *row = agent_at(c, a)
    cdef StatusRow *rule
    cdef int32_t target = status
    if not may_act_for(c, by, <int32_t> a):
        return R_NOT_PERMITTED
    if not 0 <= status < <int> c.status_count:
        return R_UNKNOWN_STATUS
    rule = c.statuses + status
    if by != -1 and by != <int32_t> a and not rule.supervisor_may_set:
        return R_NOT_PERMITTED
    if not rule.flags & F_SELECTABLE or not signed_in(c, a) or row.effective & F_LOCKED:
        return R_NOT_SELECTABLE
    if rule.flags & F_WAITING:
        if not is_busy(c, a):
            return R_NOT_SELECTABLE
        target = rule.waits_for
    if not c.goes_to[<uint32_t> row.base * c.status_count + <uint32_t> target]:
        return R_NOT_SELECTABLE
    if c.statuses[target].needs_device >= 0 and not has_device(c, a,
                                                               <uint32_t> c.statuses[target].needs_device):
        return R_NO_DEVICE
    return R_OK


cdef int set_status(Centre *c, CommandRow *cmd) noexcept nogil:
    cdef int result
    if not known_agent(c, cmd.agent):
        return R_UNKNOWN_AGENT
    result = judge_status(c, <uint32_t> cmd.agent, cmd.status, cmd.by)
    if result != R_OK or c.judge_only:
        return result
    act(c, <uint32_t> cmd.agent)
    acted_by_itself(c, <uint32_t> cmd.agent, cmd.by)
    choose_status(c, <uint32_t> cmd.agent, cmd.status, CHOSEN)
    return R_OK


cdef int set_status_many(Centre *c, CommandRow *cmd) noexcept nogil:
    """For all agents of the list or for none: they are judged first. O(agents x memberships)."""
    # STEP-13, CMD-13.
    cdef uint32_t k
    cdef int32_t a
    cdef int result
    for k in range(c.list_count):
        look_ahead_agent(c, c.list, k, c.list_count)
        a = c.list[k]
        result = R_UNKNOWN_AGENT
        if known_agent(c, a):
            result = judge_status(c, <uint32_t> a, cmd.status, cmd.by)
        if result != R_OK:
            c.refused_agent = a
            return result
    # Also where the list is empty.
    if not 0 <= cmd.status < <int> c.status_count:
        return R_UNKNOWN_STATUS
    if c.judge_only:
        return R_OK
    for k in range(c.list_count):
        look_ahead_agent(c, c.list, k, c.list_count)
        act(c, <uint32_t> c.list[k])
        acted_by_itself(c, <uint32_t> c.list[k], cmd.by)
        choose_status(c, <uint32_t> c.list[k], cmd.status, CHOSEN)
    return R_OK


cdef int set_ready(Centre *c, CommandRow *cmd) noexcept nogil:
    # CMD-8.
    cdef AgentRow *row
    if not known_agent(c, cmd.agent):
        return R_UNKNOWN_AGENT
    if not c.policy.has_toggle or not signed_in(c, <uint32_t> cmd.agent):
        return R_NOT_SELECTABLE
    row = agent_at(c, <uint32_t> cmd.agent)
    if c.judge_only or (cmd.flag != 0) == ((row.flags & A_TOGGLE) != 0):
        return R_OK
    act(c, <uint32_t> cmd.agent)
    row.flags ^= A_TOGGLE
    acted_by_itself(c, <uint32_t> cmd.agent, cmd.by)
    return R_OK


cdef int set_external_presence(Centre *c, CommandRow *cmd) noexcept nogil:
    """The agent's messenger presence; some values end a status that the engine set."""
    # STATUS-19, CMD-9.
    cdef AgentRow *row
    if not known_agent(c, cmd.agent):
        return R_UNKNOWN_AGENT
    if not c.policy.has_external or not 0 <= cmd.status < c.policy.external_count:
        return R_NOT_SELECTABLE
    row = agent_at(c, <uint32_t> cmd.agent)
    if c.judge_only or row.external == cmd.status:
        return R_OK
    act(c, <uint32_t> cmd.agent)
    row = agent_at(c, <uint32_t> cmd.agent)
    row.external = <uint8_t> cmd.status
    if (c.policy.external_clears >> cmd.status) & 1:
        if row.pending >= 0 and not row.flags & A_PENDING_CHOSEN:
            row.pending = -1
        if row.base != row.selected:
            enter_status(c, <uint32_t> cmd.agent, row.selected, SET)
    return R_OK


cdef bint logs_in(const int32_t *logins, uint32_t count) noexcept nogil:
    """Is one of the pairs (queue, 1 or 0) a login?"""
    cdef uint32_t k
    for k in range(0, count, 2):
        if logins[k + 1]:
            return True
    return False


cdef int judge_logins(Centre *c, uint32_t a, const int32_t *logins, uint32_t count,
                      int32_t by) noexcept nogil:
    """A login that sets a status is judged as the choice of that status (STATUS-26)."""
    if c.policy.login_sets >= 0 and not counts_as_in(c, a) and logs_in(logins, count):
        return judge_status(c, a, c.policy.login_sets, by)
    return R_OK


cdef void change_logins(Centre *c, uint32_t a, const int32_t *logins, uint32_t count,
                        int32_t by) noexcept nogil:
    """Pairs (queue, 1 or 0), and what they do to the status (STATUS-26, STATUS-27). O(memberships**2)."""
    cdef AgentRow *row
    cdef uint32_t k, m
    cdef bint counts = counts_as_in(c, a), left = False
    if c.policy.login_sets >= 0 and not counts and logs_in(logins, count):
        acted_by_itself(c, a, by)
        choose_status(c, a, c.policy.login_sets, CHOSEN_HERE)
        log_in_to(c, a, logins, count)
        return
    for k in range(0, count, 2):
        if set_login(c, membership_of(c, a, <uint32_t> logins[k]), logins[k + 1] != 0):
            acted_by_itself(c, a, by)
            if not logins[k + 1]:
                left = True
    if c.policy.last_logout_sets < 0 or not counts or not left:
        return
    row = agent_at(c, a)
    for m in range(row.membership_start, row.membership_start + row.membership_count):
        if membership_at(c, m).flags & M_LOGGED_IN:
            return
    choose_status(c, a, c.policy.last_logout_sets, CHOSEN)


cdef int queue_login(Centre *c, CommandRow *cmd, bint logged_in) noexcept nogil:
    cdef int32_t pair[2]
    cdef int result
    if not known_agent(c, cmd.agent):
        return R_UNKNOWN_AGENT
    pair[0] = cmd.queue
    pair[1] = logged_in
    result = judge_logins(c, <uint32_t> cmd.agent, pair, 2, cmd.by)
    if result != R_OK:
        return result
    if not known_queue(c, cmd.queue):
        return R_UNKNOWN_QUEUE
    if membership_of(c, <uint32_t> cmd.agent, <uint32_t> cmd.queue) == HG_NONE:
        return R_NOT_MEMBER
    if c.judge_only:
        return R_OK
    act(c, <uint32_t> cmd.agent)
    change_logins(c, <uint32_t> cmd.agent, pair, 2, cmd.by)
    return R_OK


cdef int set_queue_logins(Centre *c, CommandRow *cmd) noexcept nogil:
    """Several logins in one save: the list holds pairs (queue, 1 or 0), by queue index."""
    # CMD-10.
    cdef uint32_t k
    cdef int result
    if not known_agent(c, cmd.agent):
        return R_UNKNOWN_AGENT
    result = judge_logins(c, <uint32_t> cmd.agent, c.list, c.list_count, cmd.by)
    if result != R_OK:
        return result
    for k in range(0, c.list_count, 2):
        if not known_queue(c, c.list[k]):
            return R_UNKNOWN_QUEUE
    for k in range(0, c.list_count, 2):
        if membership_of(c, <uint32_t> cmd.agent, <uint32_t> c.list[k]) == HG_NONE:
            return R_NOT_MEMBER
    if c.judge_only:
        return R_OK
    act(c, <uint32_t> cmd.agent)
    change_logins(c, <uint32_t> cmd.agent, c.list, c.list_count, cmd.by)
    return R_OK


cdef int stop_new(Centre *c, CommandRow *cmd) noexcept nogil:
    # CMD-11.
    cdef AgentRow *row
    if not known_agent(c, cmd.agent):
        return R_UNKNOWN_AGENT
    row = agent_at(c, <uint32_t> cmd.agent)
    if c.policy.stop_new_channels == 0 or row.stop_new_count == 0:
        return R_NOT_SELECTABLE
    if not c.judge_only and not row.flags & A_STOP_NEW:
        act(c, <uint32_t> cmd.agent)
        row.flags |= A_STOP_NEW
    return R_OK


cdef int resume_new(Centre *c, CommandRow *cmd) noexcept nogil:
    # CMD-12.
    cdef AgentRow *row
    if not known_agent(c, cmd.agent):
        return R_UNKNOWN_AGENT
    row = agent_at(c, <uint32_t> cmd.agent)
    if c.policy.stop_new_channels == 0:
        return R_NOT_SELECTABLE
    if not c.judge_only and row.flags & A_STOP_NEW:
        act(c, <uint32_t> cmd.agent)
        row.flags &= ~<uint32_t> A_STOP_NEW
    return R_OK


cdef int set_skill(Centre *c, CommandRow *cmd) noexcept nogil:
    """`status` carries the skill, `flag` the proficiency, 0 to 10. O(atoms + memberships)."""
    cdef uint32_t a
    if not known_agent(c, cmd.agent):
        return R_UNKNOWN_AGENT
    if not 0 <= cmd.flag <= 10:
        return R_LIMIT_EXCEEDED
    if not 0 <= cmd.status < <int> c.skill_count:
        return R_UNKNOWN_SKILL
    a = <uint32_t> cmd.agent
    if c.judge_only or c.skills[<size_t> a * c.skill_width + <uint32_t> cmd.status] == cmd.flag:
        return R_OK
    act(c, a)
    if c.watches.count:
        recount(c, a, -1)
    c.skills[<size_t> a * c.skill_width + <uint32_t> cmd.status] = <uint8_t> cmd.flag
    compute_signature(c, a)
    if c.watches.count:
        recount(c, a, 1)
    recheck_skills(c, a)
    tell_skill(c, a, <uint32_t> cmd.status)
    return R_OK


cdef int set_user(Centre *c, CommandRow *cmd) noexcept nogil:
    """`flag` carries the column, 0 to 7; the value is the one of `user_in`. Decisions that were made are not
    made again. O(1), the first time O(agents)."""
    # MATCH-26, CMD-17.
    if not known_agent(c, cmd.agent):
        return R_UNKNOWN_AGENT
    if c.user_count != 1 or not 0 <= cmd.flag < 8:
        return R_INVALID_COMMAND
    if c.judge_only or (c.user_in[0] == 0 and c.agent_users.count == 0):
        return R_OK
    if c.agent_users.count and agent_user_at(c, <uint32_t> cmd.agent).value[cmd.flag] == c.user_in[0]:
        return R_OK
    set_agent_user(c, <uint32_t> cmd.agent, <uint32_t> cmd.flag, c.user_in[0])
    tell_user(c, <uint32_t> cmd.agent, <uint32_t> cmd.flag)
    return R_OK


cdef int join_queue(Centre *c, CommandRow *cmd) noexcept nogil:
    """`value` carries the delay in nanoseconds. What is not given: tier and rank 1, delay 0, no limit.
    Joining again changes them."""
    # CMD-14, NUM-3.
    cdef AgentRow *row
    cdef uint32_t a, q, m
    cdef int tier = 1 if cmd.tier == -1 else cmd.tier
    cdef int32_t rank = 1 if cmd.rank == -1 else cmd.rank
    cdef int64_t delay_ns = 0 if cmd.value == -1 else cmd.value
    cdef bint told
    if not known_agent(c, cmd.agent):
        return R_UNKNOWN_AGENT
    a = <uint32_t> cmd.agent
    row = agent_at(c, a)
    if not 0 <= tier <= 255 or not 0 <= rank <= 65535 or not 0 <= delay_ns <= HG_LONGEST_NS or (
            not -1 <= cmd.limit <= 65535):
        return R_LIMIT_EXCEEDED
    if not known_queue(c, cmd.queue):
        return R_LIMIT_EXCEEDED if row.membership_count >= MAX_MEMBERSHIPS else R_UNKNOWN_QUEUE
    q = <uint32_t> cmd.queue
    m = membership_of(c, a, q)
    if (m == HG_NONE and row.membership_count >= MAX_MEMBERSHIPS) or not room_for_delay(c, delay_ns):
        return R_LIMIT_EXCEEDED
    if c.judge_only:
        return R_OK
    act(c, a)
    if m == HG_NONE:
        if cmd.limit >= 0:
            set_limit(c, a, q, cmd.limit)
        join(c, a, q, <uint32_t> tier, <uint32_t> rank, delay_ns)
        return R_OK
    told = membership_at(c, m).rank != rank or membership_at(c, m).tier != tier or (
        membership_delay(c, m) != delay_ns or limit_of(c, a, q) != cmd.limit)
    membership_at(c, m).rank = <uint16_t> rank
    set_delay(c, m, delay_ns)
    set_limit(c, a, q, cmd.limit)
    if membership_at(c, m).tier != tier:
        move_tier(c, m, <uint8_t> tier)
    if membership_at(c, m).ring != HG_NONE:
        recheck_skills(c, a)
    if told:
        tell_membership(c, m)
    return R_OK


cdef int leave_queue(Centre *c, CommandRow *cmd) noexcept nogil:
    # CMD-15.
    if not known_agent(c, cmd.agent):
        return R_UNKNOWN_AGENT
    if not known_queue(c, cmd.queue):
        return R_UNKNOWN_QUEUE
    if membership_of(c, <uint32_t> cmd.agent, <uint32_t> cmd.queue) == HG_NONE:
        return R_NOT_MEMBER
    if c.judge_only:
        return R_OK
    act(c, <uint32_t> cmd.agent)
    leave(c, <uint32_t> cmd.agent, <uint32_t> cmd.queue)
    return R_OK


cdef int set_capacity(Centre *c, CommandRow *cmd) noexcept nogil:
    """`priority` carries the capacity. If it is below the load, nothing new is offered until the load has
    fallen (OWN-11)."""
    # CMD-16, OWN-11.
    cdef ChannelRow *on
    if not known_agent(c, cmd.agent):
        return R_UNKNOWN_AGENT
    if not 0 <= cmd.priority <= 65535:
        return R_LIMIT_EXCEEDED
    if not 0 <= cmd.channel < <int> c.channel_count:
        return R_UNKNOWN_CHANNEL
    on = channel_at(c, <uint32_t> cmd.agent, c.capability[cmd.channel])
    if c.judge_only or on.capacity == cmd.priority:
        return R_OK
    act(c, <uint32_t> cmd.agent)
    on.capacity = <uint16_t> cmd.priority
    on.lowered = on.load > on.capacity
    measure(c, <uint32_t> cmd.agent)
    agent_at(c, <uint32_t> cmd.agent).moved_mask |= MOVED_ALL
    tell_capacity(c, <uint32_t> cmd.agent, c.capability[cmd.channel])
    return R_OK


cdef int remove_agent(Centre *c, CommandRow *cmd) noexcept nogil:
    # CMD-18.
    cdef AgentRow *row
    cdef uint32_t a, o, i, m
    if not known_agent(c, cmd.agent):
        return R_UNKNOWN_AGENT
    a = <uint32_t> cmd.agent
    row = agent_at(c, a)
    if row.handling_count:
        return R_ILLEGAL_TRANSITION
    if c.judge_only:
        return R_OK
    act(c, a)
    emit(c, EV_AGENT_REMOVED, cmd.agent, -1, -1, -1)
    end_wrap_ups(c, a)
    forget_parked(c, a)
    while row.offer_head != HG_NONE:
        o = row.offer_head
        i = offer_at(c, o).interaction
        withdraw(c, o, WHY_REMOVED)
        offer_lost(c, i)
    while row.kept_head != HG_NONE:
        i = row.kept_head
        unkeep(c, i)
        interaction_at(c, i).preferred = -1
        arm_revisit(c, i)
        list_affected(c, i)
    row.flags &= ~<uint32_t> A_SIGNED_IN
    for m in range(row.membership_start, row.membership_start + row.membership_count):
        set_delay(c, m, 0)
        drop_membership(c, m)
        queue_at(c, membership_at(c, m).queue).member_count -= 1
        membership_at(c, m).flags = 0
    row.membership_count = 0
    disarm(c, &row.timer)
    forget_devices(c, a)
    row.flags &= ~<uint32_t> A_ALIVE
    return R_OK

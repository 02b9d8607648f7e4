"""`execute` takes a command and returns a result code; its effects are events and changes of the state.

First time passes. Then the command is judged. If no rule is broken it is applied, and the step ends. A
command in the past is judged as of now and changes nothing: so the result still names the first rule broken
in the order of the codes.
"""

from libc.stdint cimport int64_t

from huntgroup.core.steps.administration cimport update_agent
from huntgroup.core.steps.agent_commands cimport (
    join_queue, leave_queue, queue_login, remove_agent, resume_new, set_capacity, set_external_presence,
    set_queue_logins, set_ready, set_skill, set_status, set_status_many, set_user, sign_in, stop_new)
from huntgroup.core.steps.device_commands cimport change_connection, connect
from huntgroup.core.steps.timers_due cimport begin_time, pass_time
from huntgroup.core.state.codes cimport (
    CMD_ABANDON, CMD_ACCEPT, CMD_ADVANCE, CMD_ANSWERED, CMD_ASSIGN, CMD_CONFERENCE, CMD_CONNECT,
    CMD_CONNECTION_LOST, CMD_CONNECTION_RESTORED, CMD_CONSULT, CMD_DIAL, CMD_DIRECT, CMD_DISCONNECT, CMD_END,
    CMD_END_CONSULT, CMD_ENQUEUE, CMD_EXTEND_WRAP_UP, CMD_FINISH_WRAP_UP, CMD_HOLD, CMD_JOIN, CMD_LEAVE,
    CMD_MOVE, CMD_PARK, CMD_PUT_BACK, CMD_QUEUE_LOGIN, CMD_QUEUE_LOGOUT, CMD_REJECT, CMD_REMOVE_AGENT,
    CMD_REQUEST_CALLBACK, CMD_RESUME, CMD_RESUME_NEW, CMD_RETRIEVE, CMD_SET_CAPACITY,
    CMD_SET_EXTERNAL_PRESENCE, CMD_SET_QUEUE_LOGINS, CMD_SET_READY, CMD_SET_SKILL, CMD_SET_STATUS,
    CMD_SET_STATUS_MANY, CMD_SET_USER, CMD_SIGN_IN, CMD_SIGN_OUT, CMD_STOP_NEW, CMD_TRANSFER,
    CMD_UPDATE_AGENT, CMD_UPDATE_INTERACTION, CMD_WITHDRAW, R_INVALID_COMMAND, R_LIMIT_EXCEEDED,
    R_NOTHING_TO_DO, R_OK, R_QUEUE_CLOSED, R_QUEUE_FULL, R_QUEUE_UNSTAFFED,
    R_TIME_WENT_BACK)
from huntgroup.core.state.centre cimport HG_LAST_INSTANT_NS, Centre
from huntgroup.core.steps.caller_commands cimport abandon, request_callback
from huntgroup.core.steps.consult_commands cimport conference, consult, end_consult, transfer
from huntgroup.core.steps.interaction_commands cimport (
    accept, answered, dial, direct, end, enqueue, hold, reject, retrieve)
from huntgroup.core.steps.limits cimport refuse_entry
from huntgroup.core.steps.owned_commands cimport park, resume, sign_out
from huntgroup.core.state.rows cimport CommandRow
from huntgroup.core.steps.wrap_up_commands cimport extend_wrap_up, finish_wrap_up
from huntgroup.core.steps.end_of_step cimport begin_step, end_step
from huntgroup.core.steps.permission cimport judge_by
from huntgroup.core.steps.waiting_commands cimport assign, move, put_back, update_interaction, withdraw_offer


cdef int dispatch(Centre *c, CommandRow *cmd) noexcept nogil:
    # CMD-3.
    cdef int code = cmd.command
    if code == CMD_ENQUEUE:
        return enqueue(c, cmd)
    if code == CMD_ACCEPT:
        return accept(c, cmd)
    if code == CMD_END:
        return end(c, cmd)
    if code == CMD_FINISH_WRAP_UP:
        return finish_wrap_up(c, cmd)
    if code == CMD_ABANDON:
        return abandon(c, cmd)
    if code == CMD_REJECT:
        return reject(c, cmd)
    if code == CMD_SET_STATUS:
        return set_status(c, cmd)
    if code == CMD_SET_STATUS_MANY:
        return set_status_many(c, cmd)
    if code == CMD_SIGN_IN:
        return sign_in(c, cmd)
    if code == CMD_SIGN_OUT:
        return sign_out(c, cmd)
    if code == CMD_CONNECT or code == CMD_DISCONNECT:
        return connect(c, cmd, code == CMD_CONNECT)
    if code == CMD_SET_READY:
        return set_ready(c, cmd)
    if code == CMD_SET_EXTERNAL_PRESENCE:
        return set_external_presence(c, cmd)
    if code == CMD_QUEUE_LOGIN or code == CMD_QUEUE_LOGOUT:
        return queue_login(c, cmd, code == CMD_QUEUE_LOGIN)
    if code == CMD_SET_QUEUE_LOGINS:
        return set_queue_logins(c, cmd)
    if code == CMD_STOP_NEW:
        return stop_new(c, cmd)
    if code == CMD_RESUME_NEW:
        return resume_new(c, cmd)
    if code == CMD_DIRECT:
        return direct(c, cmd)
    if code == CMD_DIAL:
        return dial(c, cmd)
    if code == CMD_ANSWERED:
        return answered(c, cmd)
    if code == CMD_HOLD:
        return hold(c, cmd)
    if code == CMD_RETRIEVE:
        return retrieve(c, cmd)
    if code == CMD_CONSULT:
        return consult(c, cmd)
    if code == CMD_CONFERENCE:
        return conference(c, cmd)
    if code == CMD_END_CONSULT:
        return end_consult(c, cmd)
    if code == CMD_TRANSFER:
        return transfer(c, cmd)
    if code == CMD_REQUEST_CALLBACK:
        return request_callback(c, cmd)
    if code == CMD_SET_SKILL:
        return set_skill(c, cmd)
    if code == CMD_JOIN:
        return join_queue(c, cmd)
    if code == CMD_LEAVE:
        return leave_queue(c, cmd)
    if code == CMD_SET_CAPACITY:
        return set_capacity(c, cmd)
    if code == CMD_REMOVE_AGENT:
        return remove_agent(c, cmd)
    if code == CMD_SET_USER:
        return set_user(c, cmd)
    if code == CMD_PARK:
        return park(c, cmd)
    if code == CMD_RESUME:
        return resume(c, cmd)
    if code == CMD_UPDATE_INTERACTION:
        return update_interaction(c, cmd)
    if code == CMD_MOVE:
        return move(c, cmd)
    if code == CMD_ASSIGN:
        return assign(c, cmd)
    if code == CMD_WITHDRAW:
        return withdraw_offer(c, cmd)
    if code == CMD_PUT_BACK:
        return put_back(c, cmd)
    if code == CMD_UPDATE_AGENT:
        return update_agent(c, cmd)
    if code == CMD_EXTEND_WRAP_UP:
        return extend_wrap_up(c, cmd)
    if code == CMD_CONNECTION_LOST or code == CMD_CONNECTION_RESTORED:
        return change_connection(c, cmd, code == CMD_CONNECTION_RESTORED)
    if code == CMD_ADVANCE:
        return R_OK
    return R_INVALID_COMMAND


cdef inline int judge(Centre *c, CommandRow *cmd) noexcept nogil:
    """Judges permission first: somebody who may not give the command learns nothing else. Then the command
    itself."""
    cdef int result = judge_by(c, cmd) if cmd.by != -1 else R_OK
    return dispatch(c, cmd) if result == R_OK else result


cdef int judge_in_the_past(Centre *c, CommandRow *cmd) noexcept nogil:
    # CMD-4.
    cdef int result
    c.judge_only = True
    result = judge(c, cmd)
    c.judge_only = False
    return result if result > R_OK and result < R_TIME_WENT_BACK else R_TIME_WENT_BACK


cdef int execute(Centre *c, CommandRow *cmd) noexcept nogil:
    """One command. `cmd.at_ns` -1: now. The interaction it made, if any, is in `c.out_interaction`."""
    # STEP-2, STEP-3.
    cdef int64_t at_ns = cmd.at_ns
    cdef int result
    c.out_interaction = -1
    if at_ns == -1:
        at_ns = c.now_ns
    elif at_ns > HG_LAST_INSTANT_NS:
        return R_LIMIT_EXCEEDED
    if not c.begun and cmd.at_ns >= 0:
        begin_time(c, at_ns)
    if at_ns < c.now_ns:
        return judge_in_the_past(c, cmd)
    pass_time(c, at_ns)
    if cmd.command == CMD_ADVANCE:
        return R_OK
    begin_step(c)
    c.by = cmd.by  # STEP-14
    result = judge(c, cmd)
    if result == R_OK:
        end_step(c)
    elif cmd.command == CMD_ENQUEUE and (
            result == R_QUEUE_CLOSED or result == R_QUEUE_FULL or result == R_QUEUE_UNSTAFFED):
        refuse_entry(c, cmd.queue, result)
        end_step(c)
    else:
        c.step -= 1
        if result == R_NOTHING_TO_DO:
            result = R_OK
    c.by = -1
    return result

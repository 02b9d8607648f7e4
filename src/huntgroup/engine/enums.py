"""The codes of commands and of events, as classes whose members type checkers and editors know.

The members are generated from the enums of the compiled core by tools/code_tables.py; a test compares.
"""

from __future__ import annotations

from enum import IntEnum


class Command(IntEnum):
    """What a row of COMMAND_DTYPE does; the members are the methods of `Engine` in capitals."""

    # members of Command, generated
    ADVANCE = 0
    SIGN_IN = 1
    SIGN_OUT = 2
    CONNECT = 3
    DISCONNECT = 4
    SET_STATUS = 5
    SET_READY = 6
    SET_EXTERNAL_PRESENCE = 7
    QUEUE_LOGIN = 8
    QUEUE_LOGOUT = 9
    SET_QUEUE_LOGINS = 10
    STOP_NEW = 11
    RESUME_NEW = 12
    SET_STATUS_MANY = 13
    ENQUEUE = 14
    DIRECT = 15
    DIAL = 16
    ANSWERED = 17
    ACCEPT = 18
    REJECT = 19
    HOLD = 20
    RETRIEVE = 21
    CONSULT = 22
    CONFERENCE = 23
    END_CONSULT = 24
    TRANSFER = 25
    END = 26
    FINISH_WRAP_UP = 27
    ABANDON = 28
    REQUEST_CALLBACK = 29
    SET_SKILL = 30
    JOIN = 31
    LEAVE = 32
    SET_CAPACITY = 33
    REMOVE_AGENT = 34
    SET_USER = 35
    PARK = 36
    RESUME = 37
    UPDATE_INTERACTION = 38
    MOVE = 39
    ASSIGN = 40
    WITHDRAW = 41
    PUT_BACK = 42
    UPDATE_AGENT = 43
    EXTEND_WRAP_UP = 44
    CONNECTION_LOST = 45
    CONNECTION_RESTORED = 46
    # end of Command


class EventKind(IntEnum):
    """The `kind` of a row of EVENT_DTYPE. A member equals the number in an array as well as the name that an
    `Event` carries: `event.kind == EventKind.OFFERED`. In sets and dicts it counts as its number."""

    # members of EventKind, generated
    STATUS_CHANGED = 0
    PENDING_CHANGED = 1
    CAPABILITY_CHANGED = 2
    PRESENCE_CHANGED = 3
    GROUP_PRESENCE_CHANGED = 4
    CENTRE_PRESENCE_CHANGED = 5
    SIGNED_IN = 6
    SIGNED_OUT = 7
    DEVICE_CHANGED = 8
    QUEUE_LOGIN_CHANGED = 9
    AGENT_REMOVED = 10
    QUEUED = 11
    OFFERED = 12
    ACCEPTED = 13
    REJECTED = 14
    EXPIRED = 15
    WITHDRAWN = 16
    HELD = 17
    RETRIEVED = 18
    CONSULTING = 19
    CONFERENCED = 20
    CONSULT_ENDED = 21
    TRANSFERRED = 22
    DIALING = 23
    ANSWERED = 24
    ENDED = 25
    WRAP_UP_STARTED = 26
    WRAP_UP_ENDED = 27
    COMPLETED = 28
    ABANDONED = 29
    TIMED_OUT = 30
    OVERFLOWED = 31
    REQUIREMENT_RELAXED = 32
    CALLBACK_REQUESTED = 33
    CALLBACK_RETRY = 34
    SCORER_FAILED = 35
    PARKED = 36
    RESUMED = 37
    INTERACTION_UPDATED = 38
    MOVED = 39
    PUT_BACK = 40
    AGENT_UPDATED = 41
    SKILL_CHANGED = 42
    CAPACITY_CHANGED = 43
    MEMBERSHIP_CHANGED = 44
    MEMBERSHIP_ENDED = 45
    USER_CHANGED = 46
    READY_CHANGED = 47
    EXTERNAL_PRESENCE_CHANGED = 48
    STOP_NEW_CHANGED = 49
    QUEUE_UPDATED = 50
    QUEUE_REMOVED = 51
    WRAP_UP_EXTENDED = 52
    ENTRY_REFUSED = 53
    CONNECTION_CHANGED = 54
    MODEL_UPDATED = 55
    MODEL_SET = 56
    CHANNEL_ADDED = 57
    CHANNEL_UPDATED = 58
    QUEUE_ADDED = 59
    AGENT_ADDED = 60
    PROFILE_CHANGED = 61
    ARRIVAL_NOTED = 62
    TIME_BEGAN = 63
    # end of EventKind

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return self.name.lower() == other
        return int(self) == other

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = IntEnum.__hash__

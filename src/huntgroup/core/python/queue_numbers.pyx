"""The settings of a queue that are numbers, as the core keeps them. `huntgroup.settings.queues` has checked
them, and the rows they need are reserved, so nothing can fail here."""

from libc.stdint cimport uint32_t

from huntgroup.core.python.store cimport Store
from huntgroup.core.readiness.serving cimport keep_tiers
from huntgroup.core.state.centre cimport Centre, queue_at, relax_at, set_max_handled
from huntgroup.core.state.native cimport HG_NONE
from huntgroup.core.state.rows cimport QueueRow


cdef int write_numbers(Centre *c, uint32_t q, object settings) except -1:
    """Writes the numbers that are given; durations in ns, absent limits -1. O(settings), and what counting
    costs where `max_handled` or `delays` begins to need it."""
    cdef QueueRow *row = queue_at(c, q)
    if "channel" in settings:
        row.channel = settings["channel"]
    if "requires" in settings:
        row.requirement = settings["requires"]
    if "offer_timeout" in settings:
        row.offer_timeout_ns = settings["offer_timeout"]
    if "wrap_up" in settings:
        row.wrap_up_ns = settings["wrap_up"]
    if "wrap_up_holds" in settings:
        row.wrap_up_holds = settings["wrap_up_holds"]
    if "ask_again_after" in settings:
        row.ask_again_ns = settings["ask_again_after"]
    if "preferred_wait" in settings:
        row.preferred_wait_ns = settings["preferred_wait"]
    if "max_misses" in settings:
        row.max_misses = settings["max_misses"]
    if "max_rejects" in settings:
        row.max_rejects = settings["max_rejects"]
    if "short_abandon" in settings:
        row.short_abandon_ns = settings["short_abandon"]
    if "callback_attempts" in settings:
        row.callback_attempts = settings["callback_attempts"]
    if "callback_retry" in settings:
        row.callback_retry_ns = settings["callback_retry"]
    if "max_waiting" in settings:
        row.max_waiting = settings["max_waiting"]
    if "when_closed" in settings:
        row.accepts_closed = settings["when_closed"]
    if "accept_unstaffed" in settings:
        row.only_staffed = not settings["accept_unstaffed"]
    if "limits_run" in settings:
        row.limits_open = settings["limits_run"]
    if "max_handled" in settings:
        set_max_handled(c, q, settings["max_handled"])
    if "delays" in settings:
        keep_tiers(c, q, settings["delays"])
    if "max_wait" in settings:
        row.max_wait_ns = settings["max_wait"]
    if "max_wait_unstaffed" in settings:
        row.max_wait_unstaffed_ns = settings["max_wait_unstaffed"]
    if "seconds_per_priority" in settings:
        row.credit_ns = settings["seconds_per_priority"]
    if "service_level" in settings:
        row.target_ns, row.target_share = settings["service_level"]
    return 0


def read_numbers(Store engine, uint32_t q):
    """The settings that `write_numbers` writes, by the same names and in the same numbers; `relax` as (after
    in ns, row of a requirement), `overflow` as (after in ns, queue: -1 none, -2 one that is not there yet),
    `strategy` as (code, row of a scorer or -1), `group` as its index, -1 for none. O(steps)."""
    engine.at_rest()
    cdef Centre *c = &engine.c
    cdef QueueRow *row = queue_at(c, q)
    cdef uint32_t k
    return {
        "channel": row.channel,
        "strategy": (row.strategy, row.scorer),
        "requires": row.requirement,
        "relax": [(relax_at(c, k).after_ns, relax_at(c, k).requirement)
                  for k in range(row.relax_start, row.relax_start + row.relax_count)],
        "offer_timeout": row.offer_timeout_ns,
        "wrap_up": row.wrap_up_ns,
        "wrap_up_holds": row.wrap_up_holds,
        "ask_again_after": row.ask_again_ns,
        "preferred_wait": row.preferred_wait_ns,
        "max_misses": row.max_misses,
        "max_rejects": row.max_rejects,
        "short_abandon": row.short_abandon_ns,
        "callback_attempts": row.callback_attempts,
        "callback_retry": row.callback_retry_ns,
        "max_waiting": row.max_waiting,
        "when_closed": row.accepts_closed,
        "accept_unstaffed": not row.only_staffed,
        "limits_run": row.limits_open,
        "max_handled": row.max_handled,
        "delays": row.tiers != HG_NONE,
        "max_wait": row.max_wait_ns,
        "max_wait_unstaffed": row.max_wait_unstaffed_ns,
        "seconds_per_priority": row.credit_ns,
        "service_level": (row.target_ns, row.target_share),
        "overflow": (row.overflow_after_ns, row.overflow_queue),
        "group": row.queue_group,
    }

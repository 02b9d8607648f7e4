"""Opening hours, from Python's to the core's."""

from libc.stdint cimport int32_t, int64_t, uint16_t, uint32_t
from libc.string cimport memset

from huntgroup.core.state.native cimport (
    HG_NEVER, hg_hours, hg_hours_after, hg_hours_between, hg_hours_is_open, hg_hours_next_change, hg_minutes,
    hg_offset, hg_open_day)

from huntgroup.settings.hours_plan import plan


cdef class OpenHours:
    """What the core makes of an `Hours`. The methods answer as the core does."""

    def __cinit__(self, hours):
        cdef const int64_t[:, ::1] offsets
        cdef const int32_t[:, ::1] days
        cdef const int32_t[:, ::1] week
        cdef const uint16_t[:, ::1] minutes
        cdef uint32_t k
        memset(&self.numbers, 0, sizeof(hg_hours))
        self.plan = plan(hours)
        offsets = self.plan.offsets
        days = self.plan.days
        week = self.plan.week
        minutes = self.plan.minutes
        self.numbers.offsets = <const hg_offset *> &offsets[0, 0]
        self.numbers.offset_count = <uint32_t> offsets.shape[0]
        if days.shape[0]:
            self.numbers.days = <const hg_open_day *> &days[0, 0]
        self.numbers.day_count = <uint32_t> days.shape[0]
        if minutes.shape[0]:
            self.numbers.minutes = <const hg_minutes *> &minutes[0, 0]
        for k in range(7):
            self.numbers.week[k].start = <uint32_t> week[k, 1]
            self.numbers.week[k].count = <uint32_t> week[k, 2]

    def is_open(self, int64_t at_ns):
        return bool(hg_hours_is_open(&self.numbers, at_ns))

    def next_change(self, int64_t at_ns):
        cdef int64_t found = hg_hours_next_change(&self.numbers, at_ns)
        return None if found == HG_NEVER else found

    def between(self, int64_t from_ns, int64_t to_ns):
        return hg_hours_between(&self.numbers, from_ns, to_ns)

    def after(self, int64_t from_ns, int64_t open_ns):
        cdef int64_t found = hg_hours_after(&self.numbers, from_ns, open_ns)
        return None if found == HG_NEVER else found

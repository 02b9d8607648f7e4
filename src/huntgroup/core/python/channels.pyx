"""Configuration: channels, and how a change of the configuration is told."""

from libc.stdint cimport int32_t, int64_t, uint32_t

from huntgroup.core.readiness.status cimport act, measure, room
from huntgroup.core.state.centre cimport agent_at, widen_agents
from huntgroup.core.state.codes cimport EV_CHANNEL_ADDED, EV_CHANNEL_UPDATED
from huntgroup.core.state.events cimport emit
from huntgroup.core.state.rows cimport A_ALIVE, EventRow, MAX_CHANNELS, MOVED_ALL
from huntgroup.core.steps.end_of_step cimport begin_step, end_step

from huntgroup.errors import limit_exceeded


cdef enum:
    BUILT_IN_CHANNELS = 3           # voice, chat and email exist from the start: no event tells of them


cdef class Channels(Store):
    """Adds and changes channels."""

    def _add_channel(self, *given):
        """See `_new_channel`."""
        self._exclusively(self._new_channel, *given)

    def _new_channel(self, channel, blocking, told):
        """`channel`: the channel as declared, `told`: the same as a text; `blocking`: (channel, mask of those
        that it blocks, mask of those that may interrupt it) for each there is, this one included."""
        cdef uint32_t k = self.c.channel_count
        if k >= MAX_CHANNELS:
            raise limit_exceeded("name", channel.name, f"at most {MAX_CHANNELS} channels")
        tables = self._model_tables(channel=channel.name)
        if k >= self.c.channel_width and widen_agents(&self.c, k + 1, 0, 0, 0) != 0:
            raise MemoryError("no memory for another channel")
        self._keep_told(told)
        self.begin_change()
        self.c.needs_device[k] = channel.needs_device
        self.c.units[k] = channel.units
        self.c.channel_wrap_up_ns[k] = channel.wrap_up_ns
        self.c.wrap_up_unanswered[k] = channel.wrap_up_unanswered
        self.c.capability[k] = channel.capability
        self.c.channel_count = k + 1
        self._channel_index[channel.name] = k
        self._channel_names.append(channel.name)
        self._channels.append(channel)
        # TOLD-1.
        if k >= BUILT_IN_CHANNELS:
            self._tell(EV_CHANNEL_ADDED, told, channel=k)
        for one, mask, interruptible in blocking:
            self.c.blocks[<uint32_t> one] = mask
            self.c.interruptible[<uint32_t> one] = interruptible
        self._use_model(tables)
        self._act_on_all()

    def _update_channel(self, *given):
        """See `_change_channel`."""
        self._exclusively(self._change_channel, *given)

    def _change_channel(self, uint32_t k, channel, told):
        """The wrap-up after what has no queue; those that run go on."""
        # TOLD-2.
        begin_step(&self.c)
        self._tell(EV_CHANNEL_UPDATED, told, channel=k)
        self.c.channel_wrap_up_ns[k] = channel.wrap_up_ns
        self.c.wrap_up_unanswered[k] = channel.wrap_up_unanswered
        self._channels[k] = channel
        end_step(&self.c)

    def _act_on_all(self):
        """A step that refreshes every agent: what a change of channels or of the model may alter."""
        cdef uint32_t a
        begin_step(&self.c)
        for a in range(self.c.agents.count):
            if agent_at(&self.c, a).flags & A_ALIVE:
                measure(&self.c, a)
                agent_at(&self.c, a).room_mask = <unsigned short> room(&self.c, a, agent_at(&self.c, a))
                act(&self.c, a)
                agent_at(&self.c, a).moved_mask |= MOVED_ALL
        end_step(&self.c)

    def _keep_told(self, text):
        """Keeps the text that a change is going to tell, before it begins: so nothing can fail then."""
        if self.c.keep_events and text is not None:
            self._keep_text(text)

    def _tell(self, int kind, text, int agent=-1, int queue=-1, int channel=-1, int64_t value=-1,
              int64_t other=-1, int shown=-1):
        """An event about the configuration. `shown`: the outward presence of a new queue."""
        cdef int32_t handle
        cdef EventRow *e
        if not self.c.keep_events:
            return
        handle = -1 if text is None else self._keep_text(text)
        e = emit(&self.c, kind, agent, -1, queue, -1)
        if e != NULL:
            e.text = handle
            e.channel = <short> channel
            e.value = value
            e.other = other
            e.status_to = <short> shown

# cython: embedsignature.format=clinic
"""The commands on devices and on the connection of an agent's program (docs/SEMANTICS.md, section 3)."""

from libc.stdint cimport int16_t

from huntgroup.core.python.store cimport agent_given, instant_given
from huntgroup.core.state.blank cimport blank
from huntgroup.core.state.codes cimport (
    CMD_CONNECT, CMD_CONNECTION_LOST, CMD_CONNECTION_RESTORED, CMD_DISCONNECT, R_OK)
from huntgroup.core.state.rows cimport CommandRow


cdef class DeviceCommands(OwnedCommands):
    """Not for use by itself."""

    cdef int device_command(self, int code, object agent, object channel, object device, object by, object at,
                            str name) except -1:
        cdef CommandRow cmd
        cdef int result
        blank(&cmd, code, instant_given(self, at))
        cmd.agent = agent_given(self, agent)
        cmd.channel = <int16_t> self.channel_arg(channel)
        cmd.by = self.by_arg(by)
        result = self.attempt(&cmd) if device is None else self.attempt_with_text(&cmd, device, "device")
        if result != R_OK:
            self.refuse(result, (name, ("agent", agent), ("channel", channel), ("device", device),
                                 ("by", by)))
        return 0

    def connect(self, agent, channel="voice", *, device=None, by=None, at=None):
        """A device of the agent for the channel is connected; `device` is its name of at most 64 bytes, None
        is the one without. Raises NotPermitted, CapabilityMissing if the channel needs none, LimitExceeded
        for a ninth of one channel. O(its devices + memberships)."""
        self.device_command(CMD_CONNECT, agent, channel, device, by, at, "connect")

    def disconnect(self, agent, channel="voice", *, device=None, by=None, at=None):
        """A device is gone. With the last one for the channel open offers there are withdrawn; interactions
        handled go on. Raises NotPermitted, CapabilityMissing. O(its devices + memberships + open offers)."""
        self.device_command(CMD_DISCONNECT, agent, channel, device, by, at, "disconnect")

    def connection_lost(self, agent, *, by=None, at=None):
        """The agent's program is gone: nothing is received where the model needs agents signed in, and what
        is handled goes on. Nothing for who is signed out. Raises NotPermitted. O(memberships + open
        offers)."""
        self.agent_command(CMD_CONNECTION_LOST, agent, by, at, "connection_lost")

    def connection_restored(self, agent, *, by=None, at=None):
        """The agent's program is back, and the status with it. Signing in does the same. Raises NotPermitted.
        O(memberships)."""
        self.agent_command(CMD_CONNECTION_RESTORED, agent, by, at, "connection_restored")

# cython: embedsignature.format=clinic
"""The command that changes the settings of an agent while the centre runs."""

from huntgroup.core.python.store cimport agent_given, instant_given
from huntgroup.core.state.blank cimport blank
from huntgroup.core.state.codes cimport CMD_UPDATE_AGENT, R_OK
from huntgroup.core.state.masks cimport (
    GIVEN_BUSY_SELECTABLE, GIVEN_ROLE, GIVEN_TEAM, GIVEN_UNITS, GIVEN_WRAP_UP)
from huntgroup.core.state.rows cimport CommandRow

from huntgroup.settings.agents import updated_agent


cdef class Administration(Batches):
    """Not for use by itself."""

    def update_agent(self, agent, *, by=None, at=None, **settings):
        """Changes some settings of an agent: those of `huntgroup.settings.agents.AgentSettings`; one left out
        keeps what it is, None clears it.

        Offers that may no longer stand are withdrawn, held work goes on. Raises ConfigError, UnknownAgent,
        NotPermitted. O(memberships).
        """
        cdef CommandRow cmd
        cdef int result
        checked = updated_agent(settings)
        blank(&cmd, CMD_UPDATE_AGENT, instant_given(self, at))
        cmd.agent = agent_given(self, agent)
        cmd.by = self.by_arg(by)
        if "role" in checked:
            cmd.mask |= GIVEN_ROLE
            cmd.status = checked["role"]
        if "units" in checked:
            cmd.mask |= GIVEN_UNITS
            cmd.priority = checked["units"]
        if "busy_selectable" in checked:
            cmd.mask |= GIVEN_BUSY_SELECTABLE
            cmd.flag = checked["busy_selectable"]
        if "wrap_up" in checked:
            cmd.mask |= GIVEN_WRAP_UP
            cmd.value = checked["wrap_up"]
        if "team" in checked:
            cmd.mask |= GIVEN_TEAM
            if checked["team"] is not None:
                cmd.text = self._keep_text(checked["team"])
        result = self.attempt(&cmd)
        if result != R_OK:
            self.refuse(result, ("update_agent", ("agent", agent), ("by", by)))

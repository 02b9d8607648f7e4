"""Why a replay differs from its log: what a log cannot tell, each with the figure that gives it weight."""

from __future__ import annotations

import numpy as np

from huntgroup.sim.log import CallLog
from huntgroup.sim.mapping import SECOND_NS
from huntgroup.sim.outcome import ReplayOutcome


def why_it_differs(log: CallLog, outcome: ReplayOutcome) -> list[str]:
    """Sentences for the report, those that do not apply to this log left out."""
    rules = log.mapping.derive
    workload = outcome.workload
    stints = sum(len(agent.stints) for agent in workload.agents)
    hours = sum(stint.end_ns - stint.start_ns for agent in workload.agents for stint in agent.stints) / 3600e9
    known = np.flatnonzero(log.answered)
    after_call = workload.arrivals.after_call_ns[known]
    sentences = [
        f"A log does not say who was on duty. Shifts run from an agent's first to last service, split at "
        f"{rules.shift_gap_s / 3600:g} h without one; an agent who takes nothing while a customer waits "
        f"whom it could serve counts as absent ({stints:,} stretches of duty, {hours:,.0f} h). Absence that "
        "met no waiting customer leaves no trace, so the replay has more hands than the centre had, and "
        "shorter waits."
    ]
    if after_call.any():
        sentences.append(
            f"After-call work is what of such an absence directly follows a service, up to "
            f"{rules.after_call_limit_s:g} s: {int((after_call > 0).sum()):,} interactions, "
            f"{after_call[after_call > 0].mean() / SECOND_NS:,.0f} s on average."
        )
    sentences.append(
        f"Skills are the queues an agent served at least {rules.min_services:g} times. Whom the log's own "
        "router preferred among the skilled it does not say; the replay takes the agent idle longest, and "
        "the customer with the greatest wait and credit over all queues."
    )
    nameless = log.odd.get("answered_without_agent", 0)
    if nameless:
        sentences.append(
            f"{nameless:,} answered interactions name no agent: their work is replayed, the hands that did "
            "it are not."
        )
    if (~log.answered).any():
        sentences.append(
            f"{int((~log.answered).sum()):,} customers hung up and have no service time; one who is "
            "answered in the replay gets that of an answered one of the same queue, drawn with the seed."
        )
    sentences.append(
        "Patience of the answered is only known to exceed their wait; the rest is drawn from the "
        "Kaplan-Meier estimate of their queue, with the seed. Those who hung up have the patience that "
        "they showed."
    )
    sentences.extend(f"From the mapping, on {topic}: {note}." for topic, note in workload.notes.items())
    return sentences

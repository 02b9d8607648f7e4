"""The worst cases: what an operation costs where its structure helps least, and how that grows.

rare requirement     decide, 40 agents in N qualify, all of them ready, nothing remembered of the request
asked again          nobody qualifies, the same question again and again
new question         nobody qualifies, each time a requirement never asked before: a whole search
one queue            lifecycle of N agents in one queue
many queues          lifecycle of N agents in N/15 queues, 65,535 at most, 6 % of them busy
many memberships     lifecycle of agents who are each in 1,024 queues
all at once          every agent becomes ready in one command while interactions wait
nobody answers       a call rings one agent after the other, or all at once, and nobody answers: an offer
too early            a reject by a member for whose delay nobody in another queue has waited long enough
after a bot          lifecycle of a person in a queue where a bot that held so many left; and its rings
overflow circle      a call through so many queues in a circle, each after 0 s: 64 of them at most
skill edits          a ready agent gains a skill and loses it, requirement marks well behind it
storm of edits       nobody qualifies, asked again after 40 ready agents had their skills edited
years                the clock jumps by years while one call rings a member every 20 s: an offer; what is
                     kept of the events, and how long another thread waits for the interpreter at most
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from time import perf_counter_ns, sleep

import numpy as np

import huntgroup as hg
from benchmarks.common import Row, Timing, check, measure, measure_batches, parser, report, summary
from benchmarks.decide_engine import blank_rows
from benchmarks.lifecycle import centre, fill, plan, rows

STEP_NS = 1_000_000
HOLDERS = 40
EDITS = 40


def pool(agents: int) -> tuple[hg.Engine, range]:
    """All ready in one queue; the last 40 hold "rare", everybody else "odd" or "even", and nobody both."""
    engine = hg.Engine("agent_modes", events=False)
    engine.add_queue("all")
    skills = np.zeros((agents, 3), np.uint8)
    skills[::2, 1] = skills[1::2, 2] = 1
    skills[-min(HOLDERS, agents) :, 0] = 1
    added = engine.add_agents(
        [f"agent{k}" for k in range(agents)],
        skills=skills,
        skill_names=["rare", "odd", "even"],
        queues=["all"],
        devices=["voice"],
        signed_in=True,
        status="Ready",
    )
    return engine, added


def pool_cases(agents: int, operations: int, repeats: int) -> list[tuple[str, Timing]]:
    """The cases about one full pool."""
    engine, added = pool(agents)
    now = [1]

    def ask(requirement: int) -> int:
        call = engine.enqueue(0, requires=requirement, at=now[0])
        agent = engine.agent_of(call)
        if agent < 0:
            engine.abandon(call, at=now[0])
        else:
            engine.accept(call, at=now[0])
            engine.end(call, at=now[0])
        now[0] += STEP_NS
        return agent

    first = len(added) - min(HOLDERS, agents)
    rare, nobody = engine.requirement("rare"), engine.requirement("odd and even")
    for k in range(min(HOLDERS, agents)):
        check(ask(rare) == first + k, "the rare skill went to another agent")
    check(ask(nobody) == -1, "nobody holds both")
    out = [
        ("rare requirement", measure(lambda k: ask(rare), operations=operations, repeats=repeats)),
        ("asked again", measure(lambda k: ask(nobody), operations=operations, repeats=repeats)),
    ]
    edited = 0

    def edit(k: int) -> None:
        engine.set_skill(edited, "rare", 1, at=now[0])
        engine.set_skill(edited, "rare", 0, at=now[0])

    out.append(("skill edits (pair)", measure(edit, operations=operations, repeats=repeats)))
    check(ask(rare) >= first, "a skill that was taken away was found")
    out.append(("storm of edits", storm(engine, ask, nobody, agents, repeats)))
    # Compiled outside of what is timed, each asked once.
    few = 6
    texts = [f"odd and even and not (rare >= {1 + k % 10} and odd >= {1 + k // 10})" for k in range(few * 5)]
    handles = [engine.requirement(text) for text in texts]
    new = measure(lambda k: ask(handles[k]), operations=few - 1, repeats=5, warm_up=few - 1)
    out.append(("new question", new))
    engine.verify()
    return out


def storm(engine: hg.Engine, ask: Callable[[int], int], nobody: int, agents: int, repeats: int) -> Timing:
    """One question after each storm; the edits themselves are not timed."""
    samples: list[list[float]] = []
    for first in range(repeats):
        taken: list[float] = []
        for second in range(4):
            for k in range(EDITS):
                agent = (k * (agents // EDITS) + first + second) % agents
                for proficiency in (1, 0):
                    engine.set_skill(agent, "rare", proficiency, at=engine.now_ns)
            start = perf_counter_ns()
            answer = ask(nobody)
            taken.append(perf_counter_ns() - start)
            check(answer == -1, "nobody holds both")
        samples.append(taken)
    return summary(samples)


def lifecycle_case(
    agents: int, queues: int, memberships: int, cycles: int, repeats: int, load: float = 0.8
) -> Timing:
    """Lifecycle through `apply`, as bench_lifecycle does it."""
    made = plan(agents, queues, memberships, load, cycles * (4 * repeats + 1), 1)
    engine = centre(made, events=False)
    fill(engine, made)
    parts = [rows(made, k, k + cycles) for k in range(made.filling, made.cycles, cycles)]
    refused = []

    def run(k: int) -> None:
        refused.append(engine.apply(parts[k])[1].any())

    timing = measure_batches(run, cycles, batches=4, repeats=repeats)
    check(not any(refused), "a command was refused")
    engine.verify()
    return timing


def all_at_once(agents: int, waiting: int, repeats: int) -> Timing:
    """Every agent becomes ready in one command while `waiting` interactions wait; ns for each match."""
    samples = []
    matches = min(agents, waiting)
    for _ in range(repeats):
        engine = hg.Engine("agent_modes", events=False)
        engine.add_queue("all", offer_timeout=3600)
        everybody = engine.add_agents(
            [f"agent{k}" for k in range(agents)],
            queues=["all"],
            devices=["voice"],
            signed_in=True,
            status="Break",
        )
        calls = blank_rows(waiting)
        calls["command"], calls["queue"] = hg.Command.ENQUEUE, 0
        engine.apply(calls)
        indices = np.asarray(everybody)
        start = perf_counter_ns()
        engine.set_status_many(indices, "Ready")
        samples.append([(perf_counter_ns() - start) / matches])
        # Oldest first, lowest index first, as all became ready at one instant.
        for call in (1, matches // 2, matches):
            check(engine.agent_of(call) == call - 1, f"call {call} went to agent {engine.agent_of(call)}")
        check(engine.queue("all").waiting == waiting - matches, "more wait than could not be matched")
    return summary(samples)


def nobody_answers(agents: int, strategy: str, repeats: int) -> Timing:
    """One call that every agent lets ring: by `linear` one after the other, by `ring_all` all together; ns
    for each offer."""
    samples = []
    for _ in range(repeats):
        engine = hg.Engine("agent_modes", events=False)
        engine.add_queue("all", strategy=strategy, offer_timeout=20, ask_again_after=10**8)
        engine.add_agents(
            [f"agent{k}" for k in range(agents)],
            queues=["all"],
            devices=["voice"],
            signed_in=True,
            status="Ready",
        )
        call = engine.enqueue("all")
        start = perf_counter_ns()
        engine.advance(by=20 * agents)
        samples.append([(perf_counter_ns() - start) / agents])
        check(engine.interaction(call).state == "Queued", "everybody was asked, and nobody answered")
    return summary(samples)


def too_early(waiting: int, repeats: int) -> Timing:
    """An agent rejects a call of one queue while so many wait in another queue, which may be offered to it
    later only."""
    engine = hg.Engine("agent_modes", events=False)
    engine.add_queue("own", ask_again_after=10**8)
    engine.add_queue("later")
    engine.add_agent("ann", queues=["own", "later"], devices=["voice"], signed_in=True, status="Ready")
    engine.join("ann", "later", delay=10**7)
    calls = blank_rows(waiting)
    calls["command"], calls["queue"] = hg.Command.ENQUEUE, 1
    engine.apply(calls)
    samples = []
    for _ in range(repeats):
        taken = []
        for _ in range(20):
            call = engine.enqueue("own")
            check(engine.agent_of(call) == 0, "the call rings")
            start = perf_counter_ns()
            engine.reject(call)
            taken.append(float(perf_counter_ns() - start))
            engine.abandon(call)
        samples.append(taken)
    check(engine.queue("later").waiting == waiting, "they wait")
    return summary(samples)


def after_a_bot(capacity: int, repeats: int) -> Timing:
    """A bot gets so many chats of a queue, ends them and is removed; then a person serves there. The load
    ratios of the bot leave nothing that has to be searched: the queue keeps a few empty rings."""
    engine = hg.Engine("agent_modes", events=False)
    engine.add_queue("all", channel="chat")
    for name, most in (("bot", capacity), ("ann", 1)):
        engine.add_agent(name, queues=["all"], capacity={"chat": most}, signed_in=True, status="Break")
    engine.set_status("bot", "Ready")
    calls = [engine.enqueue("all") for _ in range(capacity)]
    for call in calls:
        engine.accept(call)
    for call in calls:
        engine.end(call)
    engine.remove_agent("bot")
    engine.set_status("ann", "Ready")
    check(engine._table_sizes()["rings"][0] <= 12, "rings that hold nobody are used again")

    def serve(k: int) -> None:
        call = engine.enqueue("all")
        engine.accept(call)
        engine.end(call)

    timing = measure(serve, operations=500, repeats=repeats)
    engine.verify()
    return timing


def overflow_circle(queues: int, repeats: int) -> Timing:
    """One call enters the first of so many queues without members, each of which overflows to the next."""
    engine = hg.Engine("agent_modes", events=False)
    for number in range(queues):
        engine.add_queue(f"q{number}", overflow=(0, f"q{(number + 1) % queues}"))
    left = min(queues - 1, 64)

    def enter(k: int) -> None:
        call = engine.enqueue(0)
        check(engine.queue(left).waiting == 1, "it waits where it could go no further")
        engine.abandon(call)

    timing = measure(enter, operations=50, repeats=repeats)
    engine.verify()
    return timing


class Waiter(threading.Thread):
    """Asks for the interpreter every millisecond, and remembers the longest time that this took."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.longest_ns, self.ended = 0, False

    def run(self) -> None:
        while not self.ended:
            start = perf_counter_ns()
            sleep(0.001)
            self.longest_ns = max(self.longest_ns, perf_counter_ns() - start - 1_000_000)


def years(count: int, repeats: int) -> tuple[Timing, dict[str, str]]:
    """So many years in one `advance`, with a call that nobody answers; ns for each offer."""
    samples, waited, kept = [], [], 0
    for _ in range(repeats):
        engine = hg.Engine("queue_login", keep_events=10_000)
        engine.add_queue("all", offer_timeout=20, ask_again_after=1)
        for name in ("ann", "ben"):
            engine.add_agent(name, queues=["all"], devices=["voice"], signed_in=True, status="Online")
        call = engine.enqueue("all")
        waiter = Waiter()
        waiter.start()
        start = perf_counter_ns()
        engine.advance(by=count * 365 * 86_400)
        spent = perf_counter_ns() - start
        waiter.ended = True
        waiter.join()
        offers = count * 365 * 86_400 // 20
        check(engine._next_seq() > 2 * offers, "it rang every twenty seconds")
        check(engine.interaction(call).state == "Offered", "and still does")
        samples.append([spent / offers])
        waited.append(waiter.longest_ns)
        kept = max(kept, engine._table_sizes()["events"][2])
    figures = {"another thread waited": f"{max(waited) / 1e6:.1f} ms", "events": f"{kept / 1e6:.1f} MB"}
    return summary(samples), figures


def main(arguments: Sequence[str] | None = None) -> list[Row]:
    """Runs the program; returns the rows that it printed."""
    options = parser(__doc__)
    options.add_argument("--agents", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    options.add_argument("--queues", type=int, default=65_535)
    options.add_argument("--cycles", type=int, default=2_000, help="lifecycles in one call of apply")
    given = options.parse_args(arguments)
    sizes = [1_000, 10_000] if given.small else given.agents
    queues = 2_000 if given.small else given.queues
    out = []
    for agents in sizes:
        for name, timing in pool_cases(agents, given.operations, given.repeats):
            out.append(Row({"case": name, "agents": agents}, timing))
        one = lifecycle_case(agents, 1, 1, given.cycles, given.repeats)
        out.append(Row({"case": "one queue", "agents": agents}, one))
        # 15 agents a queue: at 80 % load calls would wait in some queue all the time.
        many = lifecycle_case(agents, min(queues, agents // 15), 1, given.cycles, given.repeats, 0.06)
        out.append(Row({"case": "many queues", "agents": agents}, many))
        waiting = max(1, agents // 10)
        flood = all_at_once(agents, waiting, given.repeats)
        out.append(Row({"case": f"all at once, {waiting:,} waiting (a match)", "agents": agents}, flood))
        rung = nobody_answers(agents, "ring_all", given.repeats)
        out.append(Row({"case": "nobody answers, ring_all (an offer)", "agents": agents}, rung))
        early = too_early(agents, given.repeats)
        out.append(Row({"case": f"too early, {agents:,} waiting (a reject)", "agents": agents}, early))
        bot = after_a_bot(min(agents // 5, 20_000), given.repeats)
        out.append(Row({"case": "after a bot", "agents": min(agents // 5, 20_000)}, bot))
    for queues_round in (60, 250, 1_000):
        circle = overflow_circle(queues_round, given.repeats)
        out.append(Row({"case": "overflow circle (queues)", "agents": queues_round}, circle))
    for agents in (250, 500, 1_000):
        rung = nobody_answers(agents, "linear", given.repeats)
        out.append(Row({"case": "nobody answers, linear (an offer)", "agents": agents}, rung))
    for count in (1,) if given.small else (1, 10, 30):
        jump, figures = years(count, 1)
        out.append(Row({"case": "years (an offer)", "agents": count}, jump, None, figures))
    members = 64 if given.small else 1_024
    agents = 500 if given.small else 2_000
    wide = lifecycle_case(agents, members * 2, members, given.cycles // 4, given.repeats)
    out.append(Row({"case": f"{members:,} memberships each", "agents": agents}, wide))
    report("worst cases", out, given.json)
    return out


if __name__ == "__main__":
    main()

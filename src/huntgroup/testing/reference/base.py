"""The beginning of every command: time passes, then the command is judged."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from huntgroup import Actor, limits
from huntgroup.errors import ConfigError, TimeWentBack, UnknownSkill
from huntgroup.testing.reference import arguments, clock, waiting
from huntgroup.testing.reference.judge import Judgement
from huntgroup.testing.reference.requirement import Requirement, parse_requirement
from huntgroup.testing.reference.state import SECOND, Agent, Centre


class Base:
    """The state of one engine, and the way from a call to a judgement."""

    def __init__(self, centre: Centre, clock: Callable[[], int] | None) -> None:
        self.centre = centre
        self._clock = clock

    def _instant(self, at: Any) -> int:
        """The instant of a command: the one given, or the clock's; a clock that steps back stands still."""
        now_ns = self.centre.now_ns
        if at is not None:
            return arguments.instant(at)
        return now_ns if self._clock is None else max(self._clock_ns(), now_ns)

    def _begin(self, at: Any) -> Judgement:
        """Let time pass up to `at` (or the clock), then start to judge. A past `at` breaks a rule."""
        # STEP-2, CMD-4.
        centre = self.centre
        judgement = Judgement(centre)
        if at is not None:
            at_ns = arguments.instant(at)
            if at_ns >= 0:
                clock.begin_time(centre, at_ns)
            if self._clock is not None and at_ns < centre.now_ns:
                # The clock stepped back, and the instant given is what the clock said a moment ago.
                says = self._clock_ns()
                if at_ns == says or (says < centre.now_ns and says - SECOND <= at_ns <= says):
                    at_ns = centre.now_ns
            if at_ns < centre.now_ns:
                judgement.breaks(TimeWentBack, f"at {at_ns} ns: the engine is at {centre.now_ns} ns")
        else:
            at_ns = centre.now_ns if self._clock is None else self._clock_ns()
        # A live clock that steps back counts as standing still.
        clock.pass_time(centre, max(at_ns, centre.now_ns))
        for interaction in centre.waiting():
            waiting.look_at_waits(centre, interaction)
        return judgement

    def _catch_up(self) -> None:
        """Before something is read: time passes up to the clock's present, where there is a clock."""
        if self._clock is not None:
            self._begin(None)

    def _clock_ns(self) -> int:
        """The instant that the clock gives."""
        said: Any = self._clock() if self._clock is not None else self.centre.now_ns
        if isinstance(said, bool) or not isinstance(said, int) or not 0 <= said <= arguments.LAST_INSTANT_NS:
            raise ConfigError("clock", said, "a callable that gives an instant in ns from 0 on")
        return said

    def _begin_configuring(self, by: Any, at: Any) -> Agent | Actor | None:
        """Let time pass and judge whether `by` may change the centre."""
        judgement = self._begin(at)
        commander = judgement.by(by)
        judgement.configures(commander)
        judgement.verdict()
        return commander

    def _requirement(self, value: Any, name: str) -> Requirement | None:
        """A requirement from its text, or from a handle that `requirement` gave."""
        if isinstance(value, int) and not isinstance(value, bool):
            handle = arguments.number(value, name, 0, len(self.centre.requirements) - 1)
            return self.centre.requirements[handle]
        return parse_requirement(value, name)

    def _relaxation(self, steps: Any, name: str = "relax") -> tuple[tuple[int, Requirement | None], ...]:
        """The steps (after, requirement) in the order of their times."""
        pairs = []
        for place, (after, text) in enumerate(steps or ()):
            after_ns = arguments.duration(after, f"{name}[{place}]")
            pairs.append((after_ns, self._requirement(text, f"{name}[{place}]")))
        if [after_ns for after_ns, _ in pairs] != sorted({after_ns for after_ns, _ in pairs}):
            raise ConfigError(name, steps, "steps (after, requirement), each later than the one before")
        return tuple(pairs)

    def _know_skills(self, *requirements: Requirement | None) -> None:
        """The configuration mentions these skills: from now on they exist."""
        for requirement in requirements:
            for skill in requirement.skills if requirement is not None else ():
                self._skill(skill)

    def _room_for_skills(self, names: Iterable[str]) -> None:
        """LimitExceeded unless all of these may exist."""
        after = list(dict.fromkeys([*self.centre.skills, *names]))
        beyond = after[limits.MAX_SKILLS :]
        arguments.room("skill", beyond[:1], len(after), limits.MAX_SKILLS, "skills")

    def _skill(self, name: str) -> int:
        """The index of the skill, which exists from now on."""
        if name not in self.centre.skills:
            self.centre.skills.append(name)
        return self.centre.skills.index(name)

    def _judge_skills(self, judgement: Judgement, *requirements: Requirement | None) -> None:
        """A command cannot make a skill exist."""
        # NUM-10.
        for requirement in requirements:
            for skill in requirement.skills if requirement is not None else ():
                if skill not in self.centre.skills:
                    judgement.breaks(UnknownSkill, f"no configuration mentions the skill {skill!r}")

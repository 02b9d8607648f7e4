"""Redis: a sorted set of the free agents for each skill, in idle order; scripts in the server."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.population import SKILLS, Population

# Walks the smaller of the two sets from the longest idle on, in pieces that grow, and asks for the other's
# scores of a whole piece at once. KEYS: the two sets. The agent leaves the sets of all its skills.
CLAIM = """
local one, other = KEYS[1], KEYS[2]
if redis.call('ZCARD', one) > redis.call('ZCARD', other) then one, other = other, one end
local start, size = 0, 16
while true do
    local piece = redis.call('ZRANGE', one, start, start + size - 1)
    if #piece == 0 then return -1 end
    local scores = redis.call('ZMSCORE', other, unpack(piece))
    for k = 1, #piece do
        if scores[k] then
            local agent = piece[k]
            for skill in string.gmatch(redis.call('HGET', 'skills', agent), '%d+') do
                redis.call('ZREM', 'free:' .. skill, agent)
            end
            return tonumber(agent)
        end
    end
    start = start + #piece
    size = math.min(size * 4, 4096)
end
"""
RELEASE = """
for skill in string.gmatch(redis.call('HGET', 'skills', ARGV[1]), '%d+') do
    redis.call('ZADD', 'free:' .. skill, ARGV[2], ARGV[1])
end
"""
PIECE = 20_000


class Redis:
    """A walk in idle order by a script, ZREM and ZADD. One round trip to claim, one to release."""

    name = "Redis, Lua walk + ZREM"

    def __init__(self, socket: str, people: Population) -> None:
        import redis

        # No locks for threads: the connection has one caller, and locks would only cost time.
        self.base: Any = redis.Redis(unix_socket_path=socket, single_connection_client=True)
        self.base.flushall()
        order = people.idle_order()
        for skill in range(SKILLS):
            places = np.flatnonzero(people.skills[order, skill])
            for start in range(0, len(places), PIECE):
                part = places[start : start + PIECE]
                self.base.zadd(f"free:{skill}", dict(zip(order[part].tolist(), part.tolist(), strict=True)))
        for start in range(0, len(order), PIECE):
            agents = order[start : start + PIECE].tolist()
            held = {agent: ",".join(map(str, people.skills[agent].nonzero()[0])) for agent in agents}
            self.base.hset("skills", mapping=held)
        self.claiming = self.base.script_load(CLAIM)
        self.releasing = self.base.script_load(RELEASE)
        self.now = len(order)

    def claim(self, first: int, second: int) -> int:
        agent: int = self.base.evalsha(self.claiming, 2, f"free:{first}", f"free:{second}")
        return agent

    def release(self, agent: int) -> None:
        self.base.evalsha(self.releasing, 0, agent, self.now)
        self.now += 1

    def close(self) -> None:
        self.base.flushall()
        self.base.close()

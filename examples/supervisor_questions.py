# %% [markdown] Ten questions of a supervisor
# A made-up day, its history as Parquet, and answers by DuckDB and polars. Each `# %%` is a cell, for editors
# and for Jupyter with jupytext. `huntgroup history JOURNAL --out FOLDER` writes such a folder from a journal.

# %%
from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl

import huntgroup as hg
from huntgroup import history
from huntgroup.sim.demo import demo_workload
from huntgroup.sim.replay import replay


class Kept(hg.Engine):
    """An engine whose events are kept; a centre that runs has them in its journal."""

    def poll(self) -> list[hg.Event]:
        events = super().poll()
        kept.extend(events)
        return events


kept: list[hg.Event] = []
replay(demo_workload(seed=1, interactions=600, days=1), Kept)
found = history.tables(kept)
found["queue_intervals"] = history.intervals(kept, minutes=60)
found["agent_intervals"] = history.intervals(kept, minutes=1440, per="agent")
folder = TemporaryDirectory()
tables = Path(folder.name)
history.write(found, tables)

# %%
questions = {
    "1. How did each service do today?": "select queues[1] queue, count(*) calls, avg(waits[1]) wait, "
    "avg((outcome = 'abandoned')::int) lost from interactions group by all order by queue",
    "2. In which hour was the service level worst?": 'select queue, "from", service_level, offered '
    "from queue_intervals where offered >= 10 order by service_level limit 3",
    "3. Who waited longest and hung up?": "select id, queues[1] queue, arrived, waits[1] wait "
    "from interactions where outcome = 'abandoned' order by wait desc limit 3",
    "4. How many are lost after how many minutes?": "select floor(waits[1] / 60)::int after, count(*) lost "
    "from interactions where outcome = 'abandoned' group by all order by after",
    "5. When was everybody busy, and for how long?": "select queue, max(waiting) most, "
    'sum(epoch("to"::timestamptz) - epoch("from"::timestamptz)) took '
    "from queue_presence where presence = 'busy' group by all order by took desc",
    "6. Who was offered most, and took how much of it?": "select agent, count(*) offers, "
    "avg((outcome = 'accepted')::int) taken from offers group by all order by offers desc limit 3",
}
connection = duckdb.connect()
for name in found:
    connection.execute(f"create or replace view {name} as from read_parquet('{tables}/{name}/*.parquet')")
for question, query in questions.items():
    relation = connection.sql(query)
    assert relation is not None, "a query has rows"
    print(f"{question}\n{relation.pl()}\n")

# %%
agents = pl.read_parquet(tables / "agent_intervals")
calls = pl.read_parquet(tables / "interactions")
status = pl.read_parquet(tables / "agent_status").with_columns(lasted=pl.col("to") - pl.col("from"))
answers = {
    "7. Who answered most?": agents.select("agent", "answered", "handle_seconds").top_k(3, by="answered"),
    "8. How long is a call, by service?": calls.filter(pl.col("outcome") == "completed")
    .group_by(pl.col("queues").list.first())
    .agg(pl.col("handled").median(), pl.col("wrap_up").mean())
    .sort("queues"),
    "9. What did the team spend its time with?": status.group_by("status").agg(pl.col("lasted").sum()),
    "10. Who was on a break longest at a stretch?": status.filter(pl.col("status") == "Break")
    .top_k(3, by="lasted")
    .select("agent", "from", "lasted"),
}
for question, answer in answers.items():
    print(f"{question}\n{answer}\n")
folder.cleanup()

"""In what state a page is, by the evidence of many visits: no page is lost on one bad day.

Every answer that is not the page leaves a vote in `captures.evidence` (`absent`): gone, soft-gone,
blocked or unknown. The votes since the page was last seen are counted, one a day, and a state is
declared when most of them agree over some days. The page itself, once seen, ends all of it.

The rule follows web-monitoring's (a status counts when 75 % of two weeks' captures have it).
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from typing import Literal, NamedTuple

from archive import moments

State = Literal["gone", "soft-gone", "blocked", "unknown"]

WINDOW = 14 * moments.DAY  # the votes that count are at most so old, but two count always
SPAN = 3 * moments.DAY  # between the first and the last vote for a state, at least
SHARE = 0.75  # of the votes, at least
FEWEST = 2  # votes on different days

# A host is dead that gave nothing on so many days, over at least so long.
DEAD_DAYS = 3
DEAD_SPAN = 7 * moments.DAY

_MOST_VOTES = 60  # captures looked at

# The state of a page that is there.
THERE = (
    "CASE WHEN (SELECT count(*) FROM revisions WHERE page = pages.id AND cause <> 'rules') > 1"
    " THEN 'changed' ELSE 'live' END"
)

# Of a row of `pages` or `articles`: what is lost, for those who ask for it.
LOST = "{0}.gone_at IS NOT NULL OR {0}.state IN ('gone', 'soft-gone', 'host-dead')"

# The pages of a host: `www.` makes no other host of it. Most pages of others lack even its letters,
# for which SQLite need not ask Python.
_OF_HOST = "instr(lower(url), :bare) AND bare_host(url) = :bare"


class _Vote(NamedTuple):
    at: float
    state: str
    capture: int


def note(conn: sqlite3.Connection, page: int, capture: int, state: State) -> None:
    """Keep what a capture says of the page, and declare its state if that is enough."""
    conn.execute(
        "UPDATE captures SET evidence = json_set(evidence, '$.absent', ?) WHERE id = ?",
        (state, capture),
    )
    judge(conn, page)


def judge(conn: sqlite3.Connection, page: int) -> None:
    """Bring the state of a page in line with the evidence of its captures."""
    votes = _votes(conn, page)
    state = verdict([(vote.at, vote.state) for vote in votes])
    if state is None:
        return
    conn.execute("UPDATE pages SET state = ? WHERE id = ?", (state, page))
    if state != "unknown":
        _enter(conn, page, state, votes)


def judge_anew(conn: sqlite3.Connection, page: int) -> None:
    """Judge a page that may have been there since it was taken to be gone."""
    conn.execute(
        f"UPDATE pages SET state = {THERE} WHERE id = ? AND state IN ('gone', 'soft-gone')", (page,)
    )
    judge(conn, page)


def verdict(votes: list[tuple[float, str]]) -> str | None:
    """Return the state that votes (seconds since the epoch, state; newest first) prove, if any."""
    days: dict[str, tuple[float, str]] = {}
    for at, state in votes:
        days.setdefault(moments.day_of(at), (at, state))
    counted = list(days.values())
    window = [vote for vote in counted if vote[0] >= counted[0][0] - WINDOW]
    if len(window) < FEWEST:
        window = counted[:FEWEST]
    tally = Counter(state for _, state in window)
    if not tally:
        return None
    state, count = tally.most_common(1)[0]
    times = [at for at, said in window if said == state]
    enough = count >= FEWEST and count >= SHARE * len(window) and times[0] - times[-1] >= SPAN
    return state if enough else None


def _votes(conn: sqlite3.Connection, page: int) -> list[_Vote]:
    """Return what the captures since the page was last seen say, the newest first."""
    rows = conn.execute(
        "SELECT captured_at, json_extract(evidence, '$.absent'), id, status, kind FROM captures"
        " WHERE page = ? ORDER BY captured_at DESC, id DESC LIMIT ?",
        (page, _MOST_VOTES),
    )
    votes: list[_Vote] = []
    for captured_at, said, capture, status, kind in rows:
        if said is not None:
            votes.append(_Vote(moments.epoch_of(captured_at), said, capture))
        elif status == 304 or kind in ("article", "attachment"):
            break
    return votes


def _enter(conn: sqlite3.Connection, page: int, state: str, votes: list[_Vote]) -> None:
    """Enter the state into the ledger, once; what it takes the place of ends."""
    newest = moments.public(votes[0].at)
    conn.execute(
        "UPDATE disappearances SET back_at = ?, back_capture = ? WHERE page = ?"
        " AND back_at IS NULL AND state NOT IN (?, 'gone')",
        (newest, votes[0].capture, page, state),
    )
    known = conn.execute(
        "UPDATE disappearances SET declared_at = coalesce(declared_at, ?)"
        " WHERE page = ? AND back_at IS NULL AND state = ?",
        (newest, page, state),
    )
    if known.rowcount:
        return
    first = [vote for vote in votes if vote.state == state][-1]
    conn.execute(
        "INSERT INTO disappearances (page, gone_at, gone_capture, state, declared_at)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (page, gone_at) DO NOTHING",
        (page, moments.public(first.at), first.capture, state, newest),
    )


# Hosts


def host_failed(conn: sqlite3.Connection, host: str, moment: str) -> bool:
    """Note that nothing came of `host` and that it is not our network; return whether it is dead.

    A failure counts once a day.
    """
    conn.execute(
        "INSERT INTO hosts (host, kind, failures, failing_since, last_failure_at)"
        " VALUES (:host, 'host', 1, :moment, :moment) ON CONFLICT (host) DO UPDATE SET"
        " failures = failures + (coalesce(substr(last_failure_at, 1, 10), '') <> :day),"
        " failing_since = coalesce(failing_since, :moment), last_failure_at = :moment",
        {"host": host, "moment": moment, "day": moment[:10]},
    )
    days, since = conn.execute(
        "SELECT failures, failing_since FROM hosts WHERE host = ?", (host,)
    ).fetchone()
    is_dead = bool(
        days >= DEAD_DAYS and moments.epoch_of(moment) - moments.epoch_of(since) >= DEAD_SPAN
    )
    if is_dead:
        _bury(conn, host, since, moment)
    return is_dead


def _bury(conn: sqlite3.Connection, host: str, since: str, moment: str) -> None:
    """Let the pages of a dead host be lost with it, unless they were before."""
    _know_hosts(conn)
    buried = conn.execute(
        "UPDATE pages SET state = 'host-dead' WHERE state IN ('live', 'changed', 'unknown',"
        f" 'blocked') AND {_OF_HOST} RETURNING id",
        {"bare": bare_host(f"//{host}")},
    ).fetchall()
    conn.execute(
        "INSERT OR IGNORE INTO disappearances (page, gone_at, state, declared_at)"
        " SELECT value, ?, 'host-dead', ? FROM json_each(?)",
        (since, moment, json.dumps([page for (page,) in buried])),
    )


def host_spoke(conn: sqlite3.Connection, host: str, moment: str) -> None:
    """Note that `host` is there, whatever it said: its silence, if it was silent, is over."""
    silent = conn.execute(
        "UPDATE hosts SET failures = 0, failing_since = NULL"
        " WHERE host = ? AND failing_since IS NOT NULL",
        (host,),
    )
    if silent.rowcount:
        host_is_back(conn, host, moment)


def host_is_back(conn: sqlite3.Connection, host: str, moment: str) -> None:
    """Let the pages of a host that answers again be what they were before it died."""
    _know_hosts(conn)
    back = conn.execute(
        f"UPDATE pages SET state = {THERE} WHERE state = 'host-dead' AND {_OF_HOST} RETURNING id",
        {"bare": bare_host(f"//{host}")},
    ).fetchall()
    conn.execute(
        "UPDATE disappearances SET back_at = ? WHERE state = 'host-dead' AND back_at IS NULL"
        " AND page IN (SELECT value FROM json_each(?))",
        (moment, json.dumps([page for (page,) in back])),
    )
    for (page,) in back:
        judge(conn, page)


def _know_hosts(conn: sqlite3.Connection) -> None:
    conn.create_function("bare_host", 1, bare_host, deterministic=True)


def bare_host(url: str) -> str:
    """Return the host of an address with its port, without `www.`."""
    host = url.partition("//")[2].partition("/")[0].rpartition("@")[2]
    return host.lower().removeprefix("www.")

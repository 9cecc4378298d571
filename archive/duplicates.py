"""Which articles say the same: the derived index of duplicates, and the table `duplicates`.

Of each family of articles with (nearly) the same text the earliest is the head: by the time of
publication (else of discovery), of discovery, site and key. Every other member is linked to it, and
to it alone: what is like a member but not like the head is no member, so that no chain of small
steps leads from one story to another.

Of heads alone `shingles` has a sample of the runs of five words, and `fingerprints` a hash of the
whole text of every article. An article whose text others have is found by the hash; for any other
one, heads that share runs are compared word by word (archive/likeness.py). Runs that many heads
have are stock phrases (`stock_shingles`): they lead nowhere.

A head that proves not to be the earliest gives way, and its members are judged again. What is found
depends on the order in which articles come only where stock phrases were not yet known as such;
`settle` judges all again by order of publication, after which no other order matters.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from archive.connection import transaction
from archive.likeness import Likeness, compare, may_repeat
from archive.moments import now, public
from archive.page_sums import Watched
from archive.rows import insert_rows
from archive.shingles import FORM, SAMPLED, Text
from archive.views import VISIBLE

NAME = "duplicates"
# Nobody waits for it, and articles that come together are judged the earliest first, which spares
# judging them again: larger than for other indexes.
BATCH = 256
MEMBERS = "('same_text', 'near_duplicate')"

# A posting is a shingle, then the number of an article in this many bits.
NUMBER_BITS = 26
_NUMBER = (1 << NUMBER_BITS) - 1

# Runs that so many heads have are stock phrases.
STOCK = 64
# So many shared runs, and this share of the smaller sample, make two texts worth comparing; a text
# of few runs has to share one.
SHARED, SHARE, FEW_RUNS = 2, 0.1, 8
# How many of the most promising are compared, earlier and later ones each; among how many they are
# chosen; and how many others are asked of a kind.
COMPARED, LOOKED_AT, OTHERS = 4, 24, 20

SETTLED_AT_ONCE = 256

# Of texts that may be compared again soon so many characters are kept, which takes 20 MB.
MOST_KEPT = 2_800_000

_SHOWN = (
    "SELECT p.id, p.current_revision, coalesce(r.published_at, p.first_seen_at), p.first_seen_at,"
    " p.site, p.key, r.title, coalesce(r.lead || char(10, 10), '') || r.body, f.digest"
    " FROM json_each(?) j CROSS JOIN pages p ON p.id = j.value"
    " JOIN revisions r ON r.id = p.current_revision"
    " LEFT JOIN fingerprints f ON f.page = p.id AND f.revision = r.id"
    f" WHERE p.sid IS NOT NULL AND {VISIBLE}"
)
# Which of some pages are shown, and what text of them was judged.
_JUDGED = (
    "SELECT p.id, p.current_revision, f.digest FROM json_each(?) j"
    " CROSS JOIN pages p ON p.id = j.value"
    " JOIN fingerprints f ON f.page = p.id AND f.revision = p.current_revision"
    f" WHERE p.sid IS NOT NULL AND {VISIBLE}"
)
# Each shingle that leads to heads, with their numbers.
_LEADS = (
    "SELECT '[' || coalesce(group_concat(led), '') || ']' FROM"
    " (SELECT '[' || b.value || ',' || (SELECT group_concat(s.posting & ?1) FROM shingles s"
    f" WHERE s.posting BETWEEN b.value << {NUMBER_BITS} AND (b.value << {NUMBER_BITS}) + ?1)"
    " || ']' AS led FROM json_each(?2) b)"
)
_CLUSTER = (
    "SELECT coalesce("
    f"(SELECT other FROM duplicates WHERE article = pages.id AND kind IN {MEMBERS}),"
    f" (SELECT other FROM duplicates WHERE other = pages.id AND kind IN {MEMBERS}))"
)


class Subject(NamedTuple):
    """An article as it is judged; `order` tells which of two is the earlier."""

    page: int
    revision: int
    order: tuple[str, str, str, str]
    text: Text


class _Fingerprint(NamedTuple):
    """A row of `fingerprints`; `runs` is how many shingles lead to the article."""

    number: int
    page: int
    revision: int
    digest: int | None
    runs: int


def _least_shared(runs: int) -> float:
    """Return how many runs another text has to share with one that has so many."""
    return 1 if runs <= FEW_RUNS else max(SHARED, SHARE * runs / 4)


def version() -> str:
    """Return what `meta` holds of the form of the index."""
    return f"{FORM}.{SAMPLED}.{STOCK}.1"


def update(conn: sqlite3.Connection, pages: str) -> None:
    """Judge what is shown of `pages` (a JSON list of ids), inside a transaction."""
    recent = _RECENT.setdefault(conn, _Recent()) if isinstance(conn, Watched) else _Recent()
    _Judging(conn, recent).judge(json.loads(pages))


def remove(conn: sqlite3.Connection, page: int) -> None:
    """Take a page that is shown no more out of everything, inside a transaction."""
    judging = _Judging(conn)
    judging.take_out(page)
    judging.write()


def clear(conn: sqlite3.Connection) -> None:
    """Empty the index and the table of relations."""
    _clear_index(conn)
    conn.execute("DELETE FROM duplicates")
    conn.execute("UPDATE pages SET cluster = NULL WHERE cluster IS NOT NULL")


def _clear_index(conn: sqlite3.Connection) -> None:
    for table in ("shingles", "stock_shingles", "fingerprints"):
        conn.execute(f"DELETE FROM {table}")


def settle(
    conn: sqlite3.Connection,
    progress: Callable[[int, int], None] = lambda *_: None,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[int, int]:
    """Judge all articles again in the order of publication; returns how many of how many.

    Belongs under the exclusive lock: no other run may judge meanwhile. Cut short, by `stop` or
    otherwise, the rest is judged by the next runs, in any order. `progress` is told how many of how
    many are done.
    """
    with transaction(conn):
        _clear_index(conn)
        conn.execute(
            "INSERT OR IGNORE INTO pending (derived, page) SELECT ?, p.id FROM indexed_articles i"
            " JOIN pages p ON p.sid = i.sid",
            (NAME,),
        )
    rows = conn.execute(
        "SELECT w.page FROM pending w JOIN pages p ON p.id = w.page"
        " LEFT JOIN revisions r ON r.id = p.current_revision WHERE w.derived = ?"
        " ORDER BY coalesce(r.published_at, p.first_seen_at), p.first_seen_at, p.site, p.key",
        (NAME,),
    )
    pages = [page for (page,) in rows]
    rows = conn.execute("SELECT article, other, kind, found_at FROM duplicates")
    found_at = {(article, other, kind): moment for article, other, kind, moment in rows}
    recent = _Recent()
    for start in range(0, len(pages), SETTLED_AT_ONCE):
        if stop():
            return start, len(pages)
        batch = json.dumps(pages[start : start + SETTLED_AT_ONCE])
        with transaction(conn):
            conn.execute(
                "DELETE FROM pending WHERE derived = ? AND page IN"
                " (SELECT value FROM json_each(?))",
                (NAME, batch),
            )
            _Judging(conn, recent, found_at=found_at).judge(json.loads(batch))
        progress(min(start + SETTLED_AT_ONCE, len(pages)), len(pages))
    return len(pages), len(pages)


def subjects(conn: sqlite3.Connection, pages: Sequence[int]) -> list[Subject]:
    """Return those of `pages` that are shown, as they are judged."""
    rows = conn.execute(_SHOWN, (json.dumps(pages),))
    return [
        Subject(page, revision, (published, seen, site, key), Text(*texts))
        for page, revision, published, seen, site, key, *texts in rows
    ]


class _Recent:
    """Articles that were judged or compared of late, so that their texts are not read again.

    What many articles are like is compared again and again: a report that is used every month.
    """

    def __init__(self) -> None:
        self._subjects: dict[int, Subject] = {}
        self._characters = 0

    def of(self, conn: sqlite3.Connection, pages: Iterable[int]) -> list[Subject]:
        """Return those of `pages` that are shown with the text that was judged."""
        known = [page for page in pages if page in self._subjects]
        found = []
        for page, *judged in conn.execute(_JUDGED, (json.dumps(known),)) if known else ():
            subject = self._subjects[page]
            if judged == [subject.revision, subject.text.digest]:
                found.append(subject)
        return found

    def keep(self, subjects: Iterable[Subject]) -> None:
        """Keep articles, and let those go that were not met for longest."""
        for subject in subjects:
            self._let_go(subject.page)
            self._subjects[subject.page] = subject
            self._characters += len(subject.text.text)
            subject.text.forget_runs()
        while self._characters > MOST_KEPT:
            self._let_go(next(iter(self._subjects)))

    def _let_go(self, page: int) -> None:
        old = self._subjects.pop(page, None)
        self._characters -= len(old.text.text) if old else 0


_RECENT = WeakKeyDictionary[Watched, _Recent]()


@dataclass
class _Judging:
    """One batch of articles, inside a transaction."""

    conn: sqlite3.Connection
    recent: _Recent = field(default_factory=_Recent)
    batch: frozenset[int] = frozenset()
    subjects: dict[int, Subject] = field(default_factory=dict)
    held: dict[int, _Fingerprint | None] = field(default_factory=dict)
    # Fingerprints that are not stored yet, by page, and the last number that was given.
    new: dict[int, _Fingerprint] = field(default_factory=dict)
    last_number: int = 0
    # Of each article of the batch: how many of its shingles lead to the number of a stored head.
    shared: dict[int, Counter[int]] = field(default_factory=dict)
    # The heads of this batch that a shingle leads to, of shingles that several articles of it have.
    leads: dict[int, list[int]] = field(default_factory=dict)
    repeated: frozenset[int] = frozenset()
    # Of the numbers of heads: the article, and how many shingles lead to it.
    heads: dict[int, tuple[int, int]] = field(default_factory=dict)
    orders: dict[int, tuple[str, ...]] = field(default_factory=dict)
    # Digests that other articles may have, and articles that may have a relation with another one.
    digests: set[int | None] = field(default_factory=set)
    related: set[int] = field(default_factory=set)
    postings: dict[int, Collection[int]] = field(default_factory=dict)
    touched: set[int] = field(default_factory=set)
    stock: set[int] = field(default_factory=set)
    # When relations were found that were taken away and may be found again.
    found_at: dict[tuple[int, int, str], str] = field(default_factory=dict)
    moment: str = field(default_factory=lambda: public(now()))

    def judge(self, pages: Sequence[int]) -> None:
        """Judge all of `pages`, the earliest first."""
        self.batch = frozenset(pages)
        shown = subjects(self.conn, pages)
        self.subjects = {subject.page: subject for subject in shown}
        self.orders = {subject.page: subject.order for subject in shown}
        self._read_held(pages)
        for page in pages:
            held = self._fingerprint(page)
            subject = self.subjects.get(page)
            if held and (subject is None or held.revision != subject.revision):
                self.take_out(page)
        self._look_up(shown)
        for subject in sorted(shown, key=lambda subject: subject.order):
            self._judge(subject)
            subject.text.forget_runs()
        self.write()

    def _read_held(self, pages: Sequence[int]) -> None:
        """Read what is stored of the articles of the batch, which saves asking one by one."""
        listed = json.dumps(pages)
        rows = self.conn.execute(
            "SELECT number, page, revision, digest, runs FROM fingerprints"
            " WHERE page IN (SELECT value FROM json_each(?))",
            (listed,),
        )
        self.held = dict.fromkeys(pages) | {row[1]: _Fingerprint(*row) for row in rows}
        self.related = set(
            self._listed(
                "SELECT json_group_array(article) FROM duplicates"
                " WHERE article IN (SELECT value FROM json_each(?))",
                listed,
            )
        )
        digests = [subject.text.digest for subject in self.subjects.values()]
        self.digests = {digest for digest, count in Counter(digests).items() if count > 1}
        self.digests.update(
            self._listed(
                "SELECT json_group_array(digest) FROM fingerprints"
                " WHERE digest IN (SELECT value FROM json_each(?))",
                json.dumps(digests),
            )
        )

    def _listed(self, query: str, *values: object) -> list[Any]:
        """Return the list that the one row of a query holds: many rows take Python far longer."""
        return list(json.loads(self.conn.execute(query, values).fetchone()[0]))

    def write(self) -> None:
        """Store what the batch came to."""
        self._write_new()
        postings = [
            run << NUMBER_BITS | number for number, runs in self.postings.items() for run in runs
        ]
        self.conn.execute(
            "INSERT OR IGNORE INTO shingles (posting) SELECT value FROM json_each(?)",
            (json.dumps(sorted(postings)),),
        )
        self.conn.execute(
            f"UPDATE pages SET cluster = ({_CLUSTER}) WHERE cluster IS NOT ({_CLUSTER})"
            " AND id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(self.touched)),),
        )
        self.recent.keep(self.subjects.values())

    # Which ones to compare

    def _look_up(self, shown: Sequence[Subject]) -> None:
        """Read the heads that the shingles lead to; those of too many become stock phrases."""
        counted = Counter(chain.from_iterable(subject.text.sample for subject in shown))
        self.repeated = frozenset(run for run, count in counted.items() if count > 1)
        runs = json.dumps(sorted(counted))
        self.stock = set(
            self._listed(
                "SELECT json_group_array(shingle) FROM stock_shingles"
                " WHERE shingle IN (SELECT value FROM json_each(?))",
                runs,
            )
        )
        found = self._listed(_LEADS, _NUMBER, runs)
        leads: dict[int, list[int]] = {run: numbers for run, *numbers in found}
        self._forget_stock([run for run, heads in leads.items() if len(heads) >= STOCK], leads)
        for subject in shown:
            led = filter(None, map(leads.get, subject.text.sample))
            self.shared[subject.page] = Counter(chain.from_iterable(led))
        self._read_heads(shown)

    def _forget_stock(self, runs: list[int], leads: dict[int, list[int]]) -> None:
        for run in runs:
            del leads[run]
            base = run << NUMBER_BITS
            self.conn.execute(
                "DELETE FROM shingles WHERE posting BETWEEN ? AND ?", (base, base | _NUMBER)
            )
            self.conn.execute("INSERT INTO stock_shingles (shingle) VALUES (?)", (run,))
        self.stock.update(runs)

    def _read_heads(self, shown: Sequence[Subject]) -> None:
        """Read the heads that share enough with any article of the batch."""
        wanted: set[int] = set()
        for subject in shown:
            least = _least_shared(len(subject.text.sample - self.stock))
            shared = self.shared[subject.page].items()
            wanted.update([number for number, count in shared if count >= least])
        rows = self.conn.execute(
            "SELECT number, page, runs FROM fingerprints WHERE runs > 0"
            " AND number IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(wanted)),),
        )
        self.heads = {number: (page, runs) for number, page, runs in rows}

    def _promising(self, subject: Subject) -> tuple[list[int], list[int]]:
        """Return the earlier and the later heads that share most runs with an article."""
        runs = subject.text.sample - self.stock
        shared = self.shared[subject.page]
        shared.update(chain.from_iterable(filter(None, map(self.leads.get, runs & self.repeated))))
        own, least, heads = len(runs), _least_shared(len(runs)), self.heads
        shares = []
        for number, count in shared.items():
            if count >= least and number in heads:
                page, others = heads[number]
                share = count / (others if others < own else own)  # noqa: FURB136 (by far faster)
                if share >= SHARE:
                    shares.append((-share, page))
        promising = [page for _, page in sorted(shares) if page != subject.page]
        orders = self._orders_of(promising[:LOOKED_AT])
        earlier = [page for page, order in orders.items() if order < subject.order]
        later = [page for page, order in orders.items() if order > subject.order]
        return earlier[:COMPARED], later[:COMPARED]

    def _orders_of(self, pages: Sequence[int]) -> dict[int, tuple[str, ...]]:
        missing = [page for page in pages if page not in self.orders]
        if missing:
            rows = self.conn.execute(
                "SELECT p.id, coalesce(r.published_at, p.first_seen_at), p.first_seen_at, p.site,"
                " p.key FROM json_each(?) j CROSS JOIN pages p ON p.id = j.value"
                " JOIN revisions r ON r.id = p.current_revision",
                (json.dumps(missing),),
            )
            self.orders.update((page, tuple(order)) for page, *order in rows)
        return {page: self.orders[page] for page in pages if page in self.orders}

    def _with_same_text(self, subject: Subject) -> set[int]:
        """Return the heads of the families in which an article has exactly this text."""
        if subject.text.digest not in self.digests:
            return set()
        self._write_new()
        rows = self.conn.execute(
            "SELECT coalesce((SELECT other FROM duplicates d WHERE d.article = f.page"
            f" AND d.kind IN {MEMBERS}), f.page) FROM fingerprints f"
            " WHERE f.digest = ? AND f.page <> ? LIMIT ?",
            (subject.text.digest, subject.page, OTHERS),
        )
        return {page for (page,) in rows} - {subject.page}

    def _templates_of(self, pages: Sequence[int]) -> list[int]:
        """Return the reports that some of `pages` use again."""
        rows = self.conn.execute(
            "SELECT d.other FROM json_each(?) j CROSS JOIN duplicates d ON d.article = j.value"
            " WHERE d.kind = 'same_template'",
            (json.dumps(pages),),
        )
        return list({page for (page,) in rows})

    # What they are to each other

    def _judge(self, subject: Subject) -> None:
        held = self._fingerprint(subject.page)
        is_new = held is None or not held.runs
        if subject.page in self.related:
            self._forget("article", subject.page, before=None if is_new else subject)
        if subject.text.digest is None:
            return
        found = self._compared(subject, is_new=is_new)
        family = [one for one in found if one[1].kind in ("same_text", "near_duplicate")]
        earlier = [one for one in family if one[0].order < subject.order]
        if earlier:
            head, likeness = min(
                earlier, key=lambda one: (-round(one[1].containment, 2), one[0].order)
            )
            if held is None:
                self._add_fingerprint(subject, 0)
            else:
                self._step_down(subject.page)
            self._relate(subject.page, head.page, likeness)
            return
        for other, likeness in family:
            self._step_down(other.page)
            self._relate(other.page, subject.page, likeness)
        self._lead(subject, held)
        for other, likeness in found:
            if likeness.kind == "excerpt":
                part, whole = sorted((subject, other), key=lambda one: one.text.length)
                self._relate(part.page, whole.page, likeness)
        self._relate_templates(subject, [one for one in found if one[1].kind == "same_template"])

    def _compared(self, subject: Subject, *, is_new: bool) -> list[tuple[Subject, Likeness]]:
        """Compare an article with all that may be like it.

        One that was a head before was compared with the later ones when they, or it, came.
        """
        earlier, later = self._promising(subject)
        templates = self._templates_of(earlier) if earlier else ()
        pages = {*self._with_same_text(subject), *earlier, *templates, *(later if is_new else ())}
        found: list[tuple[Subject, Likeness]] = []
        has_template = False
        others = self._subjects_of(pages - {subject.page})
        for other in sorted(others, key=lambda other: other.order):
            # The earliest report of the same wording is enough.
            if has_template and not may_repeat(subject.text, other.text):
                continue
            likeness = compare(subject.text, other.text)
            if likeness is not None:
                found.append((other, likeness))
                has_template |= likeness.kind == "same_template" and other.order < subject.order
        return found

    def _relate_templates(self, subject: Subject, alike: list[tuple[Subject, Likeness]]) -> None:
        """Link each report that uses another again to the earliest one that is known."""
        earlier = [one for one in alike if one[0].order < subject.order]
        if earlier:
            first, likeness = min(earlier, key=lambda one: one[0].order)
            self._relate(subject.page, first.page, likeness)
        for later, likeness in alike:
            if later.order < subject.order or not self._offer_template(later, subject, likeness):
                continue
            for user in self._subjects_of(self._template_users(later.page)):
                if user.page != subject.page:
                    again = compare(subject.text, user.text)
                    if again is not None and again.kind == "same_template":
                        self._offer_template(user, subject, again)

    def _template_users(self, page: int) -> list[int]:
        rows = self.conn.execute(
            "SELECT article FROM duplicates WHERE other = ? AND kind = 'same_template' LIMIT ?",
            (page, OTHERS),
        )
        return [article for (article,) in rows]

    def _offer_template(self, user: Subject, first: Subject, likeness: Likeness) -> bool:
        """Let `first` be the report that `user` uses again; False when an earlier one is known."""
        if user.order < first.order:
            return False
        known = self._orders_of(self._templates_of([user.page]))
        if any(order < first.order for order in known.values()):
            return False
        self.conn.execute(
            "DELETE FROM duplicates WHERE article = ? AND kind = 'same_template'", (user.page,)
        )
        self._relate(user.page, first.page, likeness)
        return True

    def _subjects_of(self, pages: Iterable[int]) -> list[Subject]:
        pages = list(pages)
        missing = {page for page in pages if page not in self.subjects}
        if missing:
            kept = self.recent.of(self.conn, missing)
            read = missing.difference(one.page for one in kept)
            kept += subjects(self.conn, list(read)) if read else []
            self.subjects |= {one.page: one for one in kept}
        return [self.subjects[page] for page in pages if page in self.subjects]

    # Rows

    def _fingerprint(self, page: int) -> _Fingerprint | None:
        if page not in self.held:
            row = self.conn.execute(
                "SELECT number, page, revision, digest, runs FROM fingerprints WHERE page = ?",
                (page,),
            ).fetchone()
            self.held[page] = _Fingerprint(*row) if row else None
        return self.held[page]

    def _add_fingerprint(self, subject: Subject, runs: int) -> int:
        """Store the fingerprint of an article that `runs` shingles lead to; return its number."""
        if not self.last_number:
            rows = self.conn.execute("SELECT coalesce(max(number), 0) FROM fingerprints")
            (self.last_number,) = rows.fetchone()
        self.last_number += 1
        values = (self.last_number, subject.page, subject.revision, subject.text.digest, runs)
        self.held[subject.page] = self.new[subject.page] = _Fingerprint(*values)
        return self.last_number

    def _set_runs(self, held: _Fingerprint, runs: int) -> None:
        self.held[held.page] = held._replace(runs=runs)
        if held.page in self.new:
            self.new[held.page] = held._replace(runs=runs)
        else:
            self.conn.execute("UPDATE fingerprints SET runs = ? WHERE page = ?", (runs, held.page))

    def _write_new(self) -> None:
        """Store the new fingerprints, all at once: one by one they take three times as long."""
        insert_rows(
            self.conn,
            "INSERT INTO fingerprints (number, page, revision, digest, runs)",
            self.new.values(),
        )
        self.new.clear()

    def _forget(self, end: str, page: int, *, before: Subject | None = None) -> list[int]:
        """Take away the relations that have an article at one end; returns the other ends.

        With `before` only those with earlier articles. What is found again keeps the time at which
        it was found.
        """
        rows = self.conn.execute(
            f"SELECT article, other, kind, found_at FROM duplicates WHERE {end} = ?", (page,)
        ).fetchall()
        if before is not None and rows:
            orders = self._orders_of([other for _, other, *_ in rows])
            rows = [row for row in rows if orders.get(row[1], ()) < before.order]
        self.conn.executemany(
            "DELETE FROM duplicates WHERE article = ? AND other = ?", [row[:2] for row in rows]
        )
        self.found_at.update({(one, two, kind): moment for one, two, kind, moment in rows})
        self.touched.update(chain.from_iterable(row[:2] for row in rows))
        return [one if end == "other" else two for one, two, *_ in rows]

    def _relate(self, article: int, other: int, likeness: Likeness) -> None:
        self.conn.execute(
            "INSERT OR REPLACE INTO duplicates"
            " (article, other, kind, containment, numbers, is_sure, found_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                *(article, other, likeness.kind, round(likeness.containment, 4)),
                None if likeness.numbers is None else round(likeness.numbers, 4),
                likeness.is_sure,
                self.found_at.get((article, other, likeness.kind), self.moment),
            ),
        )
        self.touched.update((article, other))
        self.related.add(article)

    def _lead(self, subject: Subject, held: _Fingerprint | None) -> None:
        """Let the runs of a head lead to it."""
        if held is not None and held.runs:
            return
        runs = subject.text.sample - self.stock
        if held is None:
            number = self._add_fingerprint(subject, len(runs))
        else:
            number = held.number
            self._set_runs(held, len(runs))
        self.postings[number] = runs
        if runs:
            self.heads[number] = (subject.page, len(runs))
        for run in runs & self.repeated:
            self.leads.setdefault(run, []).append(number)

    def _step_down(self, page: int) -> None:
        """Let a head be one no more: it leads nobody, and its members are judged again."""
        held = self._fingerprint(page)
        if held is not None and held.runs:
            self._forget_postings(held)
            self._set_runs(held, 0)
        self._forget("article", page)
        self._let_members_go(page)

    def take_out(self, page: int) -> None:
        """Forget an article whose text is another now, or shown no more."""
        held = self._fingerprint(page)
        if held is None:
            return
        if held.runs:
            self._forget_postings(held)
        self.conn.execute("DELETE FROM fingerprints WHERE page = ?", (page,))
        self.held[page] = None
        self._forget("article", page)
        self._let_members_go(page)
        self.touched.add(page)

    def _let_members_go(self, page: int) -> None:
        self.conn.executemany(
            "INSERT OR IGNORE INTO pending (derived, page) VALUES (?, ?)",
            [(NAME, article) for article in self._forget("other", page)],
        )

    def _forget_postings(self, held: _Fingerprint) -> None:
        self.heads.pop(held.number, None)
        if self.postings.pop(held.number, None) is not None:
            return
        row = self.conn.execute(
            "SELECT title, coalesce(lead || char(10, 10), '') || body FROM revisions WHERE id = ?",
            (held.revision,),
        ).fetchone()
        text = Text(*row) if row else None
        if text is None or text.digest != held.digest:
            # The text was erased meanwhile: its shingles have to be looked for.
            self.conn.execute("DELETE FROM shingles WHERE posting & ? = ?", (_NUMBER, held.number))
            return
        self.conn.executemany(
            "DELETE FROM shingles WHERE posting = ?",
            [(run << NUMBER_BITS | held.number,) for run in text.sample],
        )

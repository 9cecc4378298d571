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
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain

from archive.connection import transaction
from archive.likeness import Likeness, compare, may_repeat
from archive.moments import now, public
from archive.shingles import FORM, SAMPLED, Text

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

_ARTICLE = (
    "SELECT p.id, p.current_revision, coalesce(r.published_at, p.first_seen_at), p.first_seen_at,"
    " p.site, p.key, r.title, coalesce(r.lead || char(10, 10), '') || r.body, f.digest"
    " FROM indexed_articles i JOIN pages p ON p.sid = i.sid"
    " JOIN revisions r ON r.id = p.current_revision"
    " LEFT JOIN fingerprints f ON f.page = p.id AND f.revision = r.id"
)
_SHOWN = (
    f"{_ARTICLE} WHERE i.sid IN"
    " (SELECT sid FROM pages WHERE id IN (SELECT value FROM json_each(?)))"
)
_CLUSTER = (
    "SELECT coalesce("
    f"(SELECT other FROM duplicates WHERE article = pages.id AND kind IN {MEMBERS}),"
    f" (SELECT other FROM duplicates WHERE other = pages.id AND kind IN {MEMBERS}))"
)


@dataclass(frozen=True, slots=True)
class Subject:
    """An article as it is judged; `order` tells which of two is the earlier."""

    page: int
    revision: int
    order: tuple[str, str, str, str]
    text: Text


@dataclass(frozen=True, slots=True)
class _Fingerprint:
    """A row of `fingerprints`; `runs` is how many shingles lead to the article."""

    number: int
    page: int
    revision: int
    digest: int
    runs: int


def version() -> str:
    """Return what `meta` holds of the form of the index."""
    return f"{FORM}.{SAMPLED}.{STOCK}.1"


def update(conn: sqlite3.Connection, pages: str) -> None:
    """Judge what is shown of `pages` (a JSON list of ids), inside a transaction."""
    _Judging(conn).judge(json.loads(pages))


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
            _Judging(conn, found_at=found_at).judge(json.loads(batch))
        progress(min(start + SETTLED_AT_ONCE, len(pages)), len(pages))
    return len(pages), len(pages)


def subjects(conn: sqlite3.Connection, pages: Sequence[int]) -> list[Subject]:
    """Return those of `pages` that are shown, as they are judged."""
    rows = conn.execute(_SHOWN, (json.dumps(pages),))
    return [
        Subject(page, revision, (published, seen, site, key), Text(*texts))
        for page, revision, published, seen, site, key, *texts in rows
    ]


@dataclass
class _Judging:
    """One batch of articles, inside a transaction."""

    conn: sqlite3.Connection
    batch: frozenset[int] = frozenset()
    subjects: dict[int, Subject] = field(default_factory=dict)
    # The numbers of the heads that each shingle leads to: stored ones, then those of this batch.
    leads: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    # Of the numbers of heads: the article, and how many shingles lead to it.
    heads: dict[int, tuple[int, int]] = field(default_factory=dict)
    orders: dict[int, tuple[str, ...]] = field(default_factory=dict)
    postings: dict[int, Sequence[int]] = field(default_factory=dict)
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
        for page in pages:
            held = self._fingerprint(page)
            subject = self.subjects.get(page)
            if held and (subject is None or held.revision != subject.revision):
                self.take_out(page)
        self._look_up({run for subject in shown for run in subject.text.sample})
        for subject in sorted(shown, key=lambda subject: subject.order):
            self._judge(subject)
        self.write()

    def write(self) -> None:
        """Store what the batch came to."""
        base = ((number, run) for number, runs in self.postings.items() for run in runs)
        self.conn.executemany(
            "INSERT OR IGNORE INTO shingles (posting) VALUES (?)",
            [(posting,) for posting in sorted(run << NUMBER_BITS | number for number, run in base)],
        )
        self.conn.executemany(
            f"UPDATE pages SET cluster = ({_CLUSTER}) WHERE id = ? AND cluster IS NOT ({_CLUSTER})",
            [(page,) for page in sorted(self.touched)],
        )

    # Which ones to compare

    def _look_up(self, runs: set[int]) -> None:
        """Read the heads that `runs` lead to; those of too many become stock phrases."""
        stock = self.conn.execute(
            "SELECT shingle FROM stock_shingles WHERE shingle IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(runs)),),
        )
        self.stock = {shingle for (shingle,) in stock}
        bases = [run << NUMBER_BITS for run in sorted(runs - self.stock)]
        rows = self.conn.execute(
            "SELECT s.posting FROM json_each(?) b CROSS JOIN shingles s"
            " ON s.posting BETWEEN b.value AND b.value + ?",
            (json.dumps(bases), _NUMBER),
        )
        for (posting,) in rows:
            self.leads[posting >> NUMBER_BITS].append(posting & _NUMBER)
        self._forget_stock([run for run, heads in self.leads.items() if len(heads) >= STOCK])
        heads = self.conn.execute(
            "SELECT number, page, runs FROM fingerprints WHERE runs > 0"
            " AND number IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(set(chain.from_iterable(self.leads.values())))),),
        )
        self.heads = {number: (page, runs) for number, page, runs in heads}

    def _forget_stock(self, runs: list[int]) -> None:
        for run in runs:
            del self.leads[run]
            base = run << NUMBER_BITS
            self.conn.execute(
                "DELETE FROM shingles WHERE posting BETWEEN ? AND ?", (base, base | _NUMBER)
            )
            self.conn.execute("INSERT INTO stock_shingles (shingle) VALUES (?)", (run,))
        self.stock.update(runs)

    def _promising(self, subject: Subject) -> tuple[list[int], list[int]]:
        """Return the earlier and the later heads that share most runs with an article."""
        runs = [run for run in subject.text.sample if run not in self.stock]
        shared = Counter(chain.from_iterable(self.leads[run] for run in runs if run in self.leads))
        least = 1 if len(runs) <= FEW_RUNS else max(SHARED, SHARE * len(runs) / 4)
        shares: dict[int, float] = {}
        for number, count in shared.items():
            if count >= least and number in self.heads:
                page, others = self.heads[number]
                shares[page] = count / min(others, len(runs))
        shares.pop(subject.page, None)
        promising = [page for page, share in shares.items() if share >= SHARE]
        promising.sort(key=lambda page: (-shares[page], page))
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
            "SELECT DISTINCT other FROM duplicates WHERE kind = 'same_template'"
            " AND article IN (SELECT value FROM json_each(?))",
            (json.dumps(pages),),
        )
        return [page for (page,) in rows]

    # What they are to each other

    def _judge(self, subject: Subject) -> None:
        held = self._fingerprint(subject.page)
        is_new = held is None or not held.runs
        self._forget("article", subject.page, before=None if is_new else subject)
        if subject.text.digest is None:
            return
        found = self._compared(subject, is_new=is_new)
        family = [one for one in found if one[1].kind in ("same_text", "near_duplicate")]
        earlier = [one for one in family if one[0].order < subject.order]
        if held is None:
            self._add_fingerprint(subject)
        if earlier:
            head, likeness = min(
                earlier, key=lambda one: (-round(one[1].containment, 2), one[0].order)
            )
            if held is not None:
                self._step_down(subject.page)
            self._relate(subject.page, head.page, likeness)
            return
        for other, likeness in family:
            self._step_down(other.page)
            self._relate(other.page, subject.page, likeness)
        self._lead(subject, held)
        for other, likeness in found:
            if likeness.kind == "excerpt":
                part, whole = sorted((subject, other), key=lambda one: len(one.text.words))
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
                    again = compare(user.text, subject.text)
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
        missing = [page for page in pages if page not in self.subjects]
        if missing:
            self.subjects |= {one.page: one for one in subjects(self.conn, missing)}
        return [self.subjects[page] for page in pages if page in self.subjects]

    # Rows

    def _fingerprint(self, page: int) -> _Fingerprint | None:
        row = self.conn.execute(
            "SELECT number, page, revision, digest, runs FROM fingerprints WHERE page = ?", (page,)
        ).fetchone()
        return _Fingerprint(*row) if row else None

    def _add_fingerprint(self, subject: Subject) -> None:
        self.conn.execute(
            "INSERT INTO fingerprints (page, revision, digest, runs) VALUES (?, ?, ?, 0)",
            (subject.page, subject.revision, subject.text.digest),
        )

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

    def _lead(self, subject: Subject, held: _Fingerprint | None) -> None:
        """Let the runs of a head lead to it."""
        if held is not None and held.runs:
            return
        runs = [run for run in subject.text.sample if run not in self.stock]
        number = self._number(subject.page)
        self.conn.execute("UPDATE fingerprints SET runs = ? WHERE number = ?", (len(runs), number))
        self.postings[number] = runs
        if runs:
            self.heads[number] = (subject.page, len(runs))
        for run in runs:
            self.leads[run].append(number)

    def _number(self, page: int) -> int:
        query = "SELECT number FROM fingerprints WHERE page = ?"
        return int(self.conn.execute(query, (page,)).fetchone()[0])

    def _step_down(self, page: int) -> None:
        """Let a head be one no more: it leads nobody, and its members are judged again."""
        held = self._fingerprint(page)
        if held is not None and held.runs:
            self._forget_postings(held)
            self.conn.execute("UPDATE fingerprints SET runs = 0 WHERE page = ?", (page,))
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

"""Views that answer what archivists ask most; docs/schema.md describes each column.

All of them read through the view `articles`, which leaves out what was withdrawn.
"""

from __future__ import annotations

from archive.absence import LOST

# Of a row of `pages`: an article that readers see. What a withdrawal hides is hidden by this alone.
VISIBLE = (
    "p.merged_into IS NULL AND p.current_revision IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM withdrawals w WHERE w.page = p.id)"
)

DAY = "coalesce(a.published_day, substr(a.first_seen_at, 1, 10))"

# Days without an article that make a gap.
GAP_DAYS = 60

# For tools that join the full-text index by its rowid and know tables only (Datasette).
SEARCH_ARTICLES = """
CREATE VIEW search_articles AS
SELECT p.sid, a.id, a.ref, a.site, a.published_day, a.title, a.lead, a.body, a.author, a.section,
  a.url, a.state, a.province_now
FROM pages p JOIN articles a ON a.id = p.id
"""

COVERAGE = f"""
CREATE VIEW coverage AS
SELECT a.site, substr({DAY}, 1, 7) AS month, count(*) AS articles,
  sum(a.published_day IS NULL) AS undated, sum({LOST.format("a")}) AS gone
FROM articles a GROUP BY 1, 2
"""

GAPS = f"""
CREATE VIEW coverage_gaps AS
SELECT site, last_day, next_day,
  CAST(julianday(next_day) - julianday(last_day) AS INTEGER) AS days
FROM (
  SELECT a.site, a.published_day AS last_day,
    lead(a.published_day) OVER (PARTITION BY a.site ORDER BY a.published_day) AS next_day
  FROM articles a WHERE a.published_day IS NOT NULL
)
WHERE julianday(next_day) - julianday(last_day) > {GAP_DAYS}
"""

REPUBLISHED = """
CREATE VIEW republished_articles AS
SELECT a.id, a.ref, a.site, a.title, a.published_day, count(*) AS copies,
  count(DISTINCT c.site) AS sites, max(c.published_day) AS last_day
FROM duplicates d JOIN articles a ON a.id = d.other JOIN articles c ON c.id = d.article
WHERE d.kind IN ('same_text', 'near_duplicate')
GROUP BY a.id
"""

EDITED = """
CREATE VIEW edited_articles AS
SELECT a.id, a.ref, a.site, a.title, a.published_day, count(*) AS edits,
  min(r.captured_at) AS first_edit, max(r.captured_at) AS last_edit
FROM revisions r JOIN articles a ON a.id = r.page
WHERE r.cause = 'site'
GROUP BY a.id
"""

# Of several evils that befell a page at once the 404 counts, else the latest.
VANISHED = f"""
CREATE VIEW vanished_articles AS
SELECT a.id, a.ref, a.site, a.title, a.published_day, coalesce(a.gone_at, d.gone_at) AS gone_at,
  d.declared_at, a.last_seen_at, a.state, a.url
FROM articles a LEFT JOIN disappearances d ON d.page = a.id AND d.gone_at = (
  SELECT o.gone_at FROM disappearances o WHERE o.page = a.id AND o.back_at IS NULL
  ORDER BY o.state = 'gone' DESC, o.gone_at DESC LIMIT 1)
WHERE {LOST.format("a")}
"""

AUTHORS = """
CREATE VIEW authors AS
SELECT a.author, r.author_kind, count(*) AS articles, count(DISTINCT a.site) AS sites,
  min(a.published_day) AS first_day, max(a.published_day) AS last_day
FROM articles a JOIN pages p ON p.id = a.id JOIN revisions r ON r.id = p.current_revision
WHERE a.author IS NOT NULL
GROUP BY 1, 2
"""

SECTIONS = """
CREATE VIEW sections AS
SELECT a.site, a.section, count(*) AS articles,
  min(a.published_day) AS first_day, max(a.published_day) AS last_day
FROM articles a WHERE a.section IS NOT NULL
GROUP BY 1, 2
"""

# By the serial number of the index, which SQLite reads backwards without sorting.
NEWEST = """
CREATE VIEW newest_articles AS
SELECT a.id, a.ref, a.site, a.title, a.published_day, a.first_seen_at, a.url
FROM pages p JOIN articles a ON a.id = p.id
WHERE p.sid IS NOT NULL
ORDER BY p.sid DESC
"""

UNDATED = """
CREATE VIEW undated_articles AS
SELECT a.id, a.ref, a.site, a.title, a.first_seen_at, a.url
FROM articles a WHERE a.published_at IS NULL
"""

# Counted in one walk: joined to the articles one by one it takes four times as long.
SITE_COVERAGE = """
CREATE VIEW site_coverage AS
SELECT s.id AS site, s.name, coalesce(s.province_now, s.province) AS province_now,
  coalesce(a.articles, 0) AS articles, a.first_day, a.last_day, coalesce(a.undated, 0) AS undated,
  s.last_success_at, s.broken_since
FROM sites s LEFT JOIN (
  SELECT site, count(*) AS articles, sum(published_at IS NULL) AS undated,
    min(published_day) AS first_day, max(published_day) AS last_day
  FROM articles GROUP BY site
) a ON a.site = s.id
"""

MISSING = """
CREATE VIEW missing_addresses AS
SELECT f.site, f.state, f.last_failure, f.last_status, count(*) AS addresses,
  min(f.found_at) AS first_found_at, max(f.fetched_at) AS last_tried_at
FROM frontier f
WHERE f.state <> 'twin' AND (f.state <> 'done' OR f.page IS NULL AND f.last_status >= 400)
  AND NOT EXISTS (SELECT 1 FROM withdrawals w WHERE w.page = f.page)
GROUP BY 1, 2, 3, 4
"""

# One seek a file: by the address of its row in the frontier.
ARTICLE_FILES = """
CREATE VIEW article_files AS
SELECT a.id, a.ref, a.site, a.title, a.published_day, n.position, n.url, n.caption, n.sha256,
  f.kind, f.media_type, f.bytes, f.pages, f.text, q.state, q.last_failure
FROM articles a JOIN pages p ON p.id = a.id JOIN attachments n ON n.revision = p.current_revision
LEFT JOIN files f ON f.sha256 = n.sha256
LEFT JOIN frontier q ON q.site = a.site AND q.request_key = 'GET ' || n.url
"""

VIEWS = (
    *(SEARCH_ARTICLES, NEWEST, UNDATED, COVERAGE, SITE_COVERAGE, GAPS, REPUBLISHED, EDITED),
    *(VANISHED, AUTHORS, SECTIONS, MISSING, ARTICLE_FILES),
)

"""The tables of the first version of the schema. Frozen: archives of it exist.

Nothing here is ever changed; what changes is a migration of archive/schema.py.
"""

from __future__ import annotations

# The comments stay in the file: `.schema` of the sqlite3 shell shows them.
TABLES = """
CREATE TABLE meta (  -- versions of what is derived from the texts
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE runs (  -- each run of a command that writes
  id TEXT PRIMARY KEY,
  command TEXT NOT NULL,
  arguments TEXT NOT NULL DEFAULT '[]',
  started_at TEXT NOT NULL,
  ended_at TEXT,
  exit_code INTEGER,
  reason TEXT,
  counts TEXT NOT NULL DEFAULT '{}',
  beat INTEGER NOT NULL,
  boot_id TEXT NOT NULL,
  pid_namespace TEXT NOT NULL,
  pid INTEGER NOT NULL,
  pid_started INTEGER NOT NULL
) STRICT;
CREATE INDEX runs_open ON runs(ended_at) WHERE ended_at IS NULL;

CREATE TABLE sites (  -- a site on one platform in one period, and how its crawls went
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  level TEXT NOT NULL,
  province TEXT,
  province_now TEXT,
  unit_code TEXT,
  unit_valid_from TEXT,
  unit_now_code TEXT,
  unit_now_valid_from TEXT,
  base_url TEXT NOT NULL,
  platform TEXT NOT NULL,
  owner TEXT,
  valid_from TEXT,
  valid_to TEXT,
  successor TEXT,
  enabled INTEGER NOT NULL DEFAULT 1,
  confirmed INTEGER NOT NULL DEFAULT 1,
  cycle INTEGER NOT NULL DEFAULT 0,
  cycle_mode TEXT,
  cycle_started_at TEXT,
  cycle_ended_at TEXT,
  first_crawled_at TEXT,
  last_crawled_at TEXT,
  last_success_at TEXT,
  broken_since TEXT,
  broken_reason TEXT,
  broken_reported_on TEXT,
  drift_since TEXT,
  drift_reason TEXT,
  drift_reported_on TEXT,
  holder TEXT REFERENCES runs(id)
) STRICT;

CREATE TABLE hosts (  -- a host or an IP address, and when it may be asked again
  host TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('host', 'ip')),
  ip TEXT,
  next_at INTEGER NOT NULL DEFAULT 0,
  delay REAL,
  holder TEXT REFERENCES runs(id),
  robots TEXT,
  robots_status INTEGER,
  robots_fetched_at TEXT,
  robots_expires INTEGER,
  last_answer_at TEXT,
  failures INTEGER NOT NULL DEFAULT 0,
  failing_since TEXT,
  last_failure_at TEXT,
  probed_at TEXT,
  probe TEXT
) STRICT;

CREATE TABLE pages (  -- an identity: one article or file of one site, whatever its addresses
  id INTEGER PRIMARY KEY,
  ref TEXT NOT NULL UNIQUE,
  site TEXT NOT NULL REFERENCES sites(id),
  key TEXT NOT NULL,
  url TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'unknown'
    CHECK (state IN
      ('live', 'changed', 'gone', 'soft-gone', 'blocked', 'host-dead', 'unknown')),
  first_seen_at TEXT NOT NULL,
  last_seen_at TEXT NOT NULL,
  gone_at TEXT,
  sid INTEGER UNIQUE,
  current_revision INTEGER REFERENCES revisions(id) DEFERRABLE INITIALLY DEFERRED,
  merged_into INTEGER REFERENCES pages(id),
  cluster INTEGER,
  UNIQUE (site, key)
) STRICT;

CREATE TABLE aliases (  -- every address at which a page was seen
  site TEXT NOT NULL REFERENCES sites(id),
  url TEXT NOT NULL,
  page INTEGER NOT NULL REFERENCES pages(id),
  first_seen_at TEXT NOT NULL,
  PRIMARY KEY (site, url)
) STRICT, WITHOUT ROWID;
CREATE INDEX aliases_page ON aliases(page);

CREATE TABLE captures (  -- one fetch of one address, also when nothing came
  id INTEGER PRIMARY KEY,
  site TEXT NOT NULL REFERENCES sites(id),
  page INTEGER REFERENCES pages(id),
  frontier INTEGER,
  run TEXT REFERENCES runs(id),
  url TEXT NOT NULL,
  captured_at TEXT NOT NULL,
  kind TEXT NOT NULL,
  status INTEGER,
  failure TEXT,
  failure_text TEXT,
  content_type TEXT,
  redirect_to TEXT,
  etag TEXT,
  last_modified TEXT,
  wire_bytes INTEGER NOT NULL DEFAULT 0,
  payload_bytes INTEGER NOT NULL DEFAULT 0,
  payload_sha256 TEXT,
  content_hash TEXT,
  revision INTEGER REFERENCES revisions(id) DEFERRABLE INITIALLY DEFERRED,
  warc_file TEXT,
  warc_offset INTEGER,
  warc_length INTEGER,
  same_content_as INTEGER REFERENCES captures(id),
  evidence TEXT NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX captures_page ON captures(page, captured_at);
CREATE INDEX captures_warc ON captures(warc_file, warc_offset) WHERE warc_file IS NOT NULL;
CREATE INDEX captures_run ON captures(run);
CREATE INDEX captures_frontier ON captures(frontier);
CREATE INDEX captures_redirect ON captures(site, redirect_to) WHERE redirect_to IS NOT NULL;
CREATE INDEX captures_revision ON captures(revision) WHERE revision IS NOT NULL;

CREATE TABLE revisions (  -- a distinct content of an article in time
  id INTEGER PRIMARY KEY,
  page INTEGER NOT NULL REFERENCES pages(id),
  capture INTEGER NOT NULL REFERENCES captures(id),
  cause TEXT NOT NULL CHECK (cause IN ('first', 'site', 'rules')),
  captured_at TEXT NOT NULL,
  extracted_at TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  title TEXT NOT NULL,
  lead TEXT,
  body TEXT NOT NULL,
  author TEXT,
  author_kind TEXT CHECK (author_kind IN ('person', 'unit', 'desk', 'source')),
  source TEXT,
  section TEXT,
  published_at TEXT,
  published_precision TEXT NOT NULL DEFAULT 'none'
    CHECK (published_precision IN ('second', 'minute', 'day', 'inferred-year', 'none')),
  tags TEXT NOT NULL DEFAULT '[]',
  language TEXT,
  word_count INTEGER NOT NULL,
  evidence TEXT NOT NULL DEFAULT '{}',
  flags TEXT NOT NULL DEFAULT '[]',
  extractor TEXT NOT NULL,
  template TEXT
) STRICT;
CREATE INDEX revisions_page ON revisions(page, captured_at, extracted_at);

CREATE TABLE images (  -- images of a revision
  revision INTEGER NOT NULL REFERENCES revisions(id),
  position INTEGER NOT NULL,
  url TEXT NOT NULL,
  caption TEXT,
  credit TEXT,
  alt TEXT,
  sha256 TEXT,
  text TEXT,
  PRIMARY KEY (revision, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE attachments (  -- files attached to a revision
  revision INTEGER NOT NULL REFERENCES revisions(id),
  position INTEGER NOT NULL,
  url TEXT NOT NULL,
  caption TEXT,
  credit TEXT,
  alt TEXT,
  sha256 TEXT,
  text TEXT,
  PRIMARY KEY (revision, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE disappearances (  -- a time in which a page was gone, blocked or lost with its host
  page INTEGER NOT NULL REFERENCES pages(id),
  gone_at TEXT NOT NULL,
  back_at TEXT,
  gone_capture INTEGER REFERENCES captures(id),
  back_capture INTEGER REFERENCES captures(id),
  state TEXT NOT NULL DEFAULT 'gone'
    CHECK (state IN ('gone', 'soft-gone', 'blocked', 'host-dead')),
  declared_at TEXT,
  PRIMARY KEY (page, gone_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE duplicates (  -- a relation of two articles that say the same, wholly or in part
  article INTEGER NOT NULL REFERENCES pages(id),
  other INTEGER NOT NULL REFERENCES pages(id),
  kind TEXT NOT NULL CHECK (kind IN ('same_text', 'near_duplicate', 'excerpt', 'same_template')),
  containment REAL,
  numbers REAL,
  is_sure INTEGER NOT NULL DEFAULT 0,
  found_at TEXT NOT NULL,
  PRIMARY KEY (article, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX duplicates_other ON duplicates(other);

CREATE TABLE fingerprints (  -- what an article is compared by, derived from its text
  number INTEGER PRIMARY KEY,
  page INTEGER NOT NULL UNIQUE,
  revision INTEGER NOT NULL,
  digest INTEGER NOT NULL,
  runs INTEGER NOT NULL
) STRICT;
CREATE INDEX fingerprints_digest ON fingerprints(digest);

CREATE TABLE shingles (  -- samples of the word runs of articles, packed; derived
  posting INTEGER PRIMARY KEY
) STRICT;

CREATE TABLE stock_shingles (  -- word runs too common to tell anything; derived
  shingle INTEGER PRIMARY KEY
) STRICT;

CREATE TABLE units (  -- administrative units; codes are used again, the key is code and valid_from
  code TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  valid_to TEXT,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('province', 'district', 'ward')),
  parent_code TEXT,
  parent_valid_from TEXT,
  PRIMARY KEY (code, valid_from)
) STRICT, WITHOUT ROWID;
CREATE INDEX units_parent ON units(parent_code, parent_valid_from);

CREATE TABLE unit_succession (  -- which unit became which
  old_code TEXT NOT NULL,
  old_valid_from TEXT NOT NULL,
  new_code TEXT NOT NULL,
  new_valid_from TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('merged', 'split', 'renamed', 'divided')),
  main INTEGER NOT NULL DEFAULT 1,
  source TEXT,
  PRIMARY KEY (old_code, old_valid_from, new_code, new_valid_from)
) STRICT, WITHOUT ROWID;
CREATE INDEX unit_succession_new ON unit_succession(new_code, new_valid_from);

CREATE TABLE mentions (  -- which units an article is about
  page INTEGER NOT NULL REFERENCES pages(id),
  unit_code TEXT NOT NULL,
  unit_valid_from TEXT NOT NULL,
  source TEXT NOT NULL,
  raw TEXT,
  PRIMARY KEY (page, unit_code, unit_valid_from, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX mentions_unit ON mentions(unit_code, unit_valid_from, page);

CREATE TABLE health (  -- each change of a site's health
  site TEXT NOT NULL REFERENCES sites(id),
  checked_at TEXT NOT NULL,
  run TEXT REFERENCES runs(id),
  status TEXT NOT NULL,
  detail TEXT NOT NULL DEFAULT '{}',
  PRIMARY KEY (site, checked_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE templates (  -- boilerplate learned of a site
  site TEXT NOT NULL REFERENCES sites(id),
  kind TEXT NOT NULL,
  version TEXT NOT NULL,
  learned_at TEXT NOT NULL,
  pages INTEGER NOT NULL,
  data TEXT NOT NULL,
  PRIMARY KEY (site, kind, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE withdrawals (  -- pages that no reader may see any more
  page INTEGER PRIMARY KEY REFERENCES pages(id),
  action TEXT NOT NULL CHECK (action IN ('hide', 'erase')),
  reason TEXT NOT NULL,
  requested_by TEXT,
  at TEXT NOT NULL,
  lines TEXT NOT NULL DEFAULT '[]'
) STRICT;

CREATE TABLE warc_files (  -- sums of whole WARC files
  file TEXT PRIMARY KEY,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  blocks BLOB NOT NULL,
  is_condemned INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE pending (  -- pages whose derived indexes are not up to date yet
  derived TEXT NOT NULL,
  page INTEGER NOT NULL,
  PRIMARY KEY (derived, page)
) STRICT, WITHOUT ROWID;

CREATE TABLE keyed (  -- what stands in article_keys, so that it can be taken out again
  page INTEGER PRIMARY KEY,
  sid INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT;

CREATE TABLE frontier (  -- every address known of, and when it is to be fetched
  id INTEGER PRIMARY KEY,
  site TEXT NOT NULL REFERENCES sites(id),
  request_key TEXT NOT NULL,
  url TEXT NOT NULL,
  kind TEXT NOT NULL,
  method TEXT NOT NULL DEFAULT 'GET',
  form TEXT,
  chain TEXT,
  depth INTEGER NOT NULL DEFAULT 0,
  key TEXT,
  page INTEGER REFERENCES pages(id),
  state TEXT NOT NULL DEFAULT 'ready'
    CHECK (state IN
      ('ready', 'leased', 'waiting', 'done', 'failed', 'blocked', 'denied', 'twin')),
  priority INTEGER NOT NULL DEFAULT 0,
  due INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  run TEXT REFERENCES runs(id),
  lease_until INTEGER,
  cycle INTEGER NOT NULL DEFAULT 0,
  found_on INTEGER,
  found_at TEXT NOT NULL,
  text TEXT NOT NULL DEFAULT '',
  hints TEXT NOT NULL DEFAULT '{}',
  listed TEXT,
  etag TEXT,
  last_modified TEXT,
  fetched_at TEXT,
  last_status INTEGER,
  last_failure TEXT,
  UNIQUE (site, request_key)
) STRICT;
CREATE INDEX frontier_ready ON frontier(site, priority DESC, id) WHERE state = 'ready';
CREATE INDEX frontier_waiting ON frontier(site, due) WHERE state = 'waiting';
CREATE INDEX frontier_due ON frontier(site, due) WHERE state IN ('done', 'failed', 'blocked');
CREATE INDEX frontier_leased ON frontier(run) WHERE state = 'leased';
CREATE INDEX frontier_page ON frontier(page);
CREATE INDEX frontier_key ON frontier(site, key) WHERE key IS NOT NULL;
CREATE INDEX frontier_chain ON frontier(site, chain, cycle) WHERE chain IS NOT NULL;
"""

INDEX = """
CREATE VIRTUAL TABLE articles_fts USING fts5(
  title, lead, body, title_f, lead_f, body_f,
  content = 'indexed_articles', content_rowid = 'sid',
  tokenize = 'unicode61 remove_diacritics 0'
)
"""

# What `mattran search` takes its candidates from: see archive/keys.py.
KEYS = """
CREATE VIRTUAL TABLE article_keys USING fts5(
  keys, content = '', detail = none, columnsize = 0, prefix = '1',
  tokenize = "ascii tokenchars '+:@-_.'"
)
"""

#include <array>

#include "store/sqlite/schema.h"

namespace livecert::store::sqlite {
namespace {

// Row ids are small integers wherever rows refer to each other; random ids and digests are found through an index on
// eight bytes of them (the first ones until version 5) and then compared whole, which keeps the index a third of the
// size.
constexpr const char* kVersion1 = R"sql(
CREATE TABLE vault (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  header BLOB NOT NULL
) STRICT;

CREATE TABLE settings (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  value BLOB NOT NULL
) STRICT;

CREATE TABLE accounts (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  is_root INTEGER NOT NULL CHECK (is_root IN (0, 1)),
  status TEXT NOT NULL CHECK (status IN ('active', 'suspended')),
  created_at INTEGER NOT NULL,
  wrapped_key BLOB NOT NULL
) STRICT;

CREATE TABLE projects (
  id INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES accounts (id),
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (account, name)
) STRICT;

CREATE TABLE access_keys (
  id INTEGER PRIMARY KEY,
  access_key_id TEXT NOT NULL UNIQUE,
  account INTEGER NOT NULL REFERENCES accounts (id),
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  created_at INTEGER NOT NULL,
  sealed_secret BLOB NOT NULL
) STRICT;
CREATE INDEX access_keys_by_account ON access_keys (account);

CREATE TABLE access_key_projects (
  id INTEGER PRIMARY KEY,
  access_key INTEGER NOT NULL REFERENCES access_keys (id),
  project INTEGER NOT NULL REFERENCES projects (id),
  UNIQUE (access_key, project)
) STRICT;

CREATE TABLE issuer_certificates (
  id INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES accounts (id),
  sha256 BLOB NOT NULL,
  subject_der BLOB NOT NULL,
  der BLOB NOT NULL,
  UNIQUE (account, sha256)
) STRICT;
CREATE INDEX issuer_certificates_by_subject ON issuer_certificates (account, subject_der);

CREATE TABLE chains (
  id INTEGER PRIMARY KEY,
  chain_id_prefix INTEGER NOT NULL,
  chain_id BLOB NOT NULL,
  account INTEGER NOT NULL REFERENCES accounts (id),
  project INTEGER NOT NULL REFERENCES projects (id),
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  current_version INTEGER NOT NULL,
  content_prefix INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  not_after INTEGER NOT NULL
) STRICT;
CREATE INDEX chains_by_chain_id ON chains (chain_id_prefix);
CREATE INDEX chains_by_content ON chains (content_prefix);
CREATE INDEX chains_by_account ON chains (account, id, project, not_after, name);
CREATE INDEX chains_by_expiry ON chains (project, not_after);

CREATE TABLE expiry_days (
  project INTEGER NOT NULL REFERENCES projects (id),
  day INTEGER NOT NULL,
  chains INTEGER NOT NULL CHECK (chains >= 0),
  PRIMARY KEY (project, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE versions (
  id INTEGER PRIMARY KEY,
  chain INTEGER NOT NULL REFERENCES chains (id),
  leaf_der BLOB NOT NULL,
  issuers TEXT NOT NULL,
  content_digest BLOB NOT NULL,
  leaf_key_digest BLOB NOT NULL,
  key_kind TEXT NOT NULL,
  not_before INTEGER NOT NULL,
  not_after INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  sealed_key BLOB NOT NULL
) STRICT;

CREATE TABLE audit (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  account INTEGER NOT NULL,
  access_key_id TEXT NOT NULL,
  action TEXT NOT NULL,
  request_id TEXT NOT NULL,
  peer_address TEXT NOT NULL,
  subject TEXT NOT NULL
) STRICT;

CREATE TABLE changes (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL,
  account INTEGER NOT NULL,
  subject TEXT NOT NULL
) STRICT;

CREATE TABLE fence (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  count INTEGER NOT NULL
) STRICT;
INSERT INTO fence (id, count) VALUES (1, 0);

PRAGMA application_id = 0x4C435254;
)sql";

// Domains with the chains that they use; an index of versions by chain, for its history; superseded chains.
constexpr const char* kVersion2 = R"sql(
ALTER TABLE versions ADD COLUMN created_from TEXT NOT NULL DEFAULT '';
CREATE INDEX versions_by_chain ON versions (chain);

ALTER TABLE chains ADD COLUMN superseded_by BLOB;
ALTER TABLE chains ADD COLUMN superseded_at INTEGER;
CREATE INDEX chains_superseded ON chains (account, id) WHERE superseded_at IS NOT NULL;

CREATE TABLE domains (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  account INTEGER NOT NULL REFERENCES accounts (id),
  project INTEGER NOT NULL REFERENCES projects (id),
  vhost TEXT NOT NULL,
  type TEXT NOT NULL,
  region TEXT NOT NULL,
  status INTEGER NOT NULL CHECK (status IN (0, 2)),
  created_at INTEGER NOT NULL,
  chain INTEGER REFERENCES chains (id),
  https INTEGER NOT NULL DEFAULT 0 CHECK (https IN (0, 1)),
  http2 INTEGER NOT NULL DEFAULT 0 CHECK (http2 IN (0, 1)),
  min_version TEXT NOT NULL DEFAULT '',
  max_version TEXT NOT NULL DEFAULT '',
  bound_at INTEGER NOT NULL DEFAULT 0,
  bound_by TEXT NOT NULL DEFAULT '',
  bound_from TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX domains_by_account ON domains (account, vhost);
CREATE INDEX domains_by_chain ON domains (chain, bound_at, id) WHERE chain IS NOT NULL;

CREATE TABLE domain_tags (
  id INTEGER PRIMARY KEY,
  domain INTEGER NOT NULL REFERENCES domains (id),
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  UNIQUE (domain, key)
) STRICT;
)sql";

// Edges and their receipts. Receipts name domains and versions without references, because both may be gone. Few
// domains are unbound; with the index, a list of the bound ones does not read them.
constexpr const char* kVersion3 = R"sql(
CREATE TABLE edges (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  definition TEXT NOT NULL
) STRICT;

CREATE TABLE receipts (
  domain TEXT NOT NULL,
  edge TEXT NOT NULL,
  version INTEGER NOT NULL,
  chain BLOB NOT NULL,
  wanted_at INTEGER NOT NULL,
  written_at INTEGER,
  acknowledged_at INTEGER,
  proved_at INTEGER,
  attempts INTEGER NOT NULL,
  failure TEXT NOT NULL,
  PRIMARY KEY (domain, edge, version DESC)
) STRICT, WITHOUT ROWID;
CREATE INDEX receipts_by_version ON receipts (version);
CREATE INDEX receipts_by_chain ON receipts (chain);

CREATE INDEX domains_bound ON domains (id) WHERE chain IS NOT NULL;
)sql";

// The number of chains that each account has in each block of 2048 row ids.
constexpr const char* kVersion4 = R"sql(
CREATE TABLE chain_blocks (
  account INTEGER NOT NULL REFERENCES accounts (id),
  block INTEGER NOT NULL,
  chains INTEGER NOT NULL CHECK (chains >= 0),
  PRIMARY KEY (account, block)
) STRICT, WITHOUT ROWID;
INSERT INTO chain_blocks (account, block, chains) SELECT account, id / 2048, count(*) FROM chains GROUP BY 1, 2;
)sql";

// Chains are found by the end of their ids, content by when it begins to be valid (chain_key() and content_key() in
// chain_rows.h), and ids that begin alike on the way through an account's chains. The key is the last twelve digits of
// the id, then the four before them. Making a new index is quicker than moving every entry of it.
constexpr const char* kVersion5 = R"sql(
DROP INDEX chains_by_chain_id;
DROP INDEX chains_by_content;
DROP INDEX chains_by_account;
ALTER TABLE chains RENAME COLUMN content_prefix TO content_key;
ALTER TABLE chains ADD COLUMN chain_key INTEGER NOT NULL DEFAULT 0;
UPDATE chains SET
  content_key = not_before / 1000000 * 16777216 + (content_key >> 40 & 16777215),
  chain_key =
    (instr('123456789ABCDEF', substr(hex(chain_id), 21, 1)) << 60) |
    (instr('123456789ABCDEF', substr(hex(chain_id), 22, 1)) << 56) |
    (instr('123456789ABCDEF', substr(hex(chain_id), 23, 1)) << 52) |
    (instr('123456789ABCDEF', substr(hex(chain_id), 24, 1)) << 48) |
    (instr('123456789ABCDEF', substr(hex(chain_id), 25, 1)) << 44) |
    (instr('123456789ABCDEF', substr(hex(chain_id), 26, 1)) << 40) |
    (instr('123456789ABCDEF', substr(hex(chain_id), 27, 1)) << 36) |
    (instr('123456789ABCDEF', substr(hex(chain_id), 28, 1)) << 32) |
    (instr('123456789ABCDEF', substr(hex(chain_id), 29, 1)) << 28) |
    (instr('123456789ABCDEF', substr(hex(chain_id), 30, 1)) << 24) |
    (instr('123456789ABCDEF', substr(hex(chain_id), 31, 1)) << 20) |
    (instr('123456789ABCDEF', substr(hex(chain_id), 32, 1)) << 16) |
    (instr('123456789ABCDEF', substr(hex(chain_id), 17, 1)) << 12) |
    (instr('123456789ABCDEF', substr(hex(chain_id), 18, 1)) << 8) |
    (instr('123456789ABCDEF', substr(hex(chain_id), 19, 1)) << 4) |
    (instr('123456789ABCDEF', substr(hex(chain_id), 20, 1)) << 0);
CREATE INDEX chains_by_key ON chains (chain_key);
CREATE INDEX chains_by_content ON chains (content_key);
CREATE INDEX chains_by_account ON chains (account, id, project, not_after, name, chain_id_prefix);
)sql";

// The facts of a leaf that lists show, copied to the chains and the domains that use it, because a leaf may be large.
// The functions are those of migrate(). In the order of the index, a leaf that many domains use is read once for all of
// them.
constexpr const char* kVersion6 = R"sql(
ALTER TABLE chains ADD COLUMN representative TEXT NOT NULL DEFAULT '';
UPDATE chains SET representative =
  leaf_representative((SELECT leaf_der FROM versions WHERE versions.id = chains.current_version));

ALTER TABLE domains ADD COLUMN cert_domain TEXT NOT NULL DEFAULT '';
UPDATE domains INDEXED BY domains_by_chain SET cert_domain =
  leaf_covering_name((SELECT versions.leaf_der FROM chains JOIN versions ON versions.id = chains.current_version
                      WHERE chains.id = domains.chain), name)
  WHERE chain > 0;
)sql";

// What an edge shows, and since when. For receipts of earlier releases this is not known.
constexpr const char* kVersion7 = R"sql(
ALTER TABLE receipts ADD COLUMN phase TEXT NOT NULL DEFAULT 'waiting';
ALTER TABLE receipts ADD COLUMN shown_since INTEGER;
ALTER TABLE receipts ADD COLUMN last_seen INTEGER;
ALTER TABLE receipts ADD COLUMN shown_until INTEGER;
ALTER TABLE receipts ADD COLUMN seen_by TEXT NOT NULL DEFAULT '';
ALTER TABLE receipts ADD COLUMN failing_since INTEGER;
ALTER TABLE receipts ADD COLUMN next_try INTEGER;
ALTER TABLE receipts ADD COLUMN is_final INTEGER NOT NULL DEFAULT 0 CHECK (is_final IN (0, 1));
ALTER TABLE receipts ADD COLUMN valid_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE receipts ADD COLUMN epoch TEXT NOT NULL DEFAULT '';
)sql";

// Versions that clients refuse before their leaf ends, because an issuer that they need ends first. There are few, so
// they have their own table, and a million others cost nothing. Only accounts with an issuer that ends before one of
// their leaves are searched. The functions are those of migrate().
constexpr const char* kVersion8 = R"sql(
CREATE TABLE early_ends (
  version INTEGER PRIMARY KEY,
  chain INTEGER NOT NULL,
  account INTEGER NOT NULL,
  ends_at INTEGER NOT NULL
) STRICT;
CREATE INDEX early_ends_by_account ON early_ends (account, ends_at);
CREATE INDEX early_ends_by_chain ON early_ends (chain);

CREATE TABLE issuer_ends (id INTEGER PRIMARY KEY, account INTEGER NOT NULL, ends_at INTEGER NOT NULL) STRICT;
INSERT INTO issuer_ends SELECT id, account, chain_end(der, '') FROM issuer_certificates;
CREATE TABLE issuer_lists (
  account INTEGER NOT NULL, issuers TEXT NOT NULL, last INTEGER NOT NULL, example INTEGER NOT NULL, ends_at INTEGER
) STRICT;
INSERT INTO issuer_lists (account, issuers, last, example)
SELECT c.account, v.issuers, max(v.not_after), v.id
FROM (SELECT account, min(ends_at) AS first FROM issuer_ends GROUP BY account) AS a
CROSS JOIN chains AS c INDEXED BY chains_by_account
  ON c.account = a.account AND a.first < (SELECT max(not_after) FROM chains WHERE account = a.account)
CROSS JOIN versions AS v INDEXED BY versions_by_chain ON v.chain = c.id
GROUP BY c.account, v.issuers;
DELETE FROM issuer_lists WHERE NOT EXISTS (
  SELECT 1 FROM json_each(issuers) AS k JOIN issuer_ends AS e ON e.id = k.value WHERE e.ends_at < last);
UPDATE issuer_lists SET ends_at = chain_end(
  (SELECT leaf_der FROM versions WHERE id = example),
  (SELECT group_concat(hex(der)) FROM (
    SELECT i.der AS der FROM json_each(issuers) AS j JOIN issuer_certificates AS i ON i.id = j.value ORDER BY j.key)));
DELETE FROM issuer_lists WHERE ends_at >= last;
INSERT INTO early_ends (version, chain, account, ends_at)
SELECT v.id, v.chain, c.account, l.ends_at
FROM issuer_lists AS l
CROSS JOIN chains AS c INDEXED BY chains_by_account ON c.account = l.account
CROSS JOIN versions AS v INDEXED BY versions_by_chain ON v.chain = c.id
WHERE v.issuers = l.issuers AND v.not_after > l.ends_at;
DROP TABLE issuer_lists;
DROP TABLE issuer_ends;
)sql";

// Since which position in the log a chain has its current version; empty while it has its first one. Until now the
// smallest CertID counted as the one that was there first, and a rollback brings a small one back. What is known of the
// past is when a version was made: the chain had it before any chain that was made later.
constexpr const char* kVersion9 = R"sql(
ALTER TABLE chains ADD COLUMN current_since INTEGER;
UPDATE chains SET current_since = (
  SELECT max(other.id) FROM chains AS other INDEXED BY chains_by_content
  WHERE other.content_key = chains.content_key AND other.project = chains.project
    AND other.created_at <= (SELECT created_at FROM versions WHERE id = chains.current_version))
WHERE EXISTS (
  SELECT 1 FROM chains AS other INDEXED BY chains_by_content
  WHERE other.content_key = chains.content_key AND other.project = chains.project AND other.id <> chains.id)
  AND created_at < (SELECT created_at FROM versions WHERE id = chains.current_version);
)sql";

// Channels for notices, and what each was told about facts that last, so that a restart repeats nothing.
constexpr const char* kVersion10 = R"sql(
CREATE TABLE notify_channels (
  name TEXT PRIMARY KEY,
  definition TEXT NOT NULL,
  sealed_secret BLOB NOT NULL,
  failures INTEGER NOT NULL DEFAULT 0,
  failure TEXT NOT NULL DEFAULT '',
  failing_since INTEGER,
  next_try INTEGER,
  delivered_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE told (
  channel TEXT NOT NULL,
  kind TEXT NOT NULL,
  domain TEXT NOT NULL,
  edge TEXT NOT NULL,
  level INTEGER NOT NULL,
  ends_at INTEGER NOT NULL,
  told_at INTEGER NOT NULL,
  PRIMARY KEY (channel, kind, domain, edge)
) STRICT, WITHOUT ROWID;
)sql";

// The ring of master keys: which keys the store knows, and what each is for. Never a key. The first start writes its
// key down.
constexpr const char* kVersion11 = R"sql(
CREATE TABLE master_keys (
  id TEXT PRIMARY KEY,
  header BLOB NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('added', 'current', 'former', 'retired')),
  added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

// Each record of the audit has the hash of the chain up to it, and there are signed checkpoints of that chain.
// audit_hash() continues the chain from call to call; the rows come in the order of their ids, or it fails.
constexpr const char* kVersion12 = R"sql(
ALTER TABLE audit ADD COLUMN kind TEXT NOT NULL DEFAULT 'write';
ALTER TABLE audit ADD COLUMN detail TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN hash BLOB NOT NULL DEFAULT x'';
UPDATE audit SET hash =
  audit_hash(id, at, account, access_key_id, action, request_id, peer_address, subject, kind, detail);
CREATE TABLE audit_checkpoints (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  hash BLOB NOT NULL,
  cut_through INTEGER NOT NULL,
  public_key BLOB NOT NULL,
  signature BLOB NOT NULL
) STRICT;
)sql";

// Policies and where they are attached (`access_key` is empty for the account itself), keys that are limited to domains
// and end by themselves, and when a key was last used. That is not in `access_keys`, whose changes callers follow.
constexpr const char* kVersion13 = R"sql(
CREATE TABLE policies (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  document TEXT NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT;
CREATE TABLE policy_attachments (
  id INTEGER PRIMARY KEY,
  account INTEGER NOT NULL,
  access_key TEXT NOT NULL,
  policy TEXT NOT NULL,
  UNIQUE (account, access_key, policy)
) STRICT;
CREATE INDEX policy_attachments_by_policy ON policy_attachments (policy, account, access_key);
ALTER TABLE access_keys ADD COLUMN expires_at INTEGER;
CREATE TABLE access_key_domains (
  id INTEGER PRIMARY KEY,
  access_key INTEGER NOT NULL REFERENCES access_keys (id),
  pattern TEXT NOT NULL,
  UNIQUE (access_key, pattern)
) STRICT;
CREATE TABLE access_key_uses (access_key TEXT PRIMARY KEY, used_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
)sql";

constexpr std::array kReleased{kVersion1, kVersion2, kVersion3,  kVersion4,  kVersion5,  kVersion6, kVersion7,
                               kVersion8, kVersion9, kVersion10, kVersion11, kVersion12, kVersion13};

}  // namespace

Migrations released_migrations() {
  return kReleased;
}

}  // namespace livecert::store::sqlite

// The fixed tables of cache.db. A change of shape raises the version: an older cache is rebuilt.
#ifndef CACHE_CACHE_SCHEMA_H
#define CACHE_CACHE_SCHEMA_H

#define CACHE_FILE "cache.db"
enum { CACHE_VERSION = 2 };

#define CACHE_SCHEMA                                                                                        \
    "CREATE TABLE _about(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"                          \
    "CREATE TABLE _meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"                           \
    "CREATE TABLE _entities(entity_type TEXT PRIMARY KEY, row_count INTEGER NOT NULL, schema_version TEXT NOT NULL);" \
    "CREATE TABLE _files(canonical_uuid TEXT, parent_entity_type TEXT, parent_canonical_uuid TEXT,"          \
    " relative_path TEXT, declared_size_bytes, sha256 TEXT, mime_hint TEXT);"                                \
    "CREATE INDEX _files_key ON _files(canonical_uuid);"                                                     \
    "CREATE TABLE _warnings(id, entity_type TEXT, source_id TEXT, severity TEXT, code TEXT, message TEXT,"   \
    " raw_data TEXT);"                                                                                       \
    "CREATE TABLE _source(entity TEXT PRIMARY KEY, rows INTEGER NOT NULL, content TEXT NOT NULL);"           \
    "CREATE TABLE _steps(step TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, content TEXT NOT NULL,"           \
    " rows INTEGER NOT NULL, skipped INTEGER NOT NULL, rejected INTEGER NOT NULL);"                          \
    "CREATE TABLE _columns(made TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL,"                    \
    " PRIMARY KEY(made, name)) WITHOUT ROWID;"                                                               \
    "CREATE TABLE _issues(step TEXT NOT NULL, entity TEXT NOT NULL, key TEXT NOT NULL, field TEXT NOT NULL," \
    " code TEXT NOT NULL, severity TEXT NOT NULL, detail TEXT, PRIMARY KEY(step, key, field, code)) WITHOUT ROWID;" \
    /* by_parent: refused only because a row it needs was; origin: the row's position in its source table */ \
    "CREATE TABLE _rejects(step TEXT NOT NULL, entity TEXT NOT NULL, key TEXT NOT NULL, code TEXT NOT NULL,"  \
    " by_parent INTEGER NOT NULL, origin INTEGER, source_id TEXT, as_read TEXT);"                            \
    "CREATE INDEX _rejects_key ON _rejects(entity, key);"                                                    \
    "CREATE TABLE _skips(step TEXT NOT NULL, entity TEXT NOT NULL, key TEXT NOT NULL, reason TEXT NOT NULL," \
    " PRIMARY KEY(step, key)) WITHOUT ROWID;"

#endif

-- The embedded secret store, format 1. Names and times are in clear; every value is sealed (see docs/providers/embedded.md).

-- One row: which store this is and how its master key is found. check_value opens only with the right master key;
-- checksum is a plain SHA-256 of the other columns, so that damage is told from a wrong key.
CREATE TABLE store (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    format      INTEGER NOT NULL,
    store_id    TEXT    NOT NULL,
    created     INTEGER NOT NULL,
    key_source  TEXT    NOT NULL,
    kdf         TEXT    NOT NULL,
    generation  INTEGER NOT NULL,
    check_value BLOB    NOT NULL,
    checksum    BLOB    NOT NULL
) STRICT;

-- The newest version of each credential; the seal binds it to the store, so that dropping the newest version is noticed.
CREATE TABLE credential (
    name   TEXT    NOT NULL PRIMARY KEY,
    latest INTEGER NOT NULL,
    seal   BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

-- One version. state: 0 enabled, 1 disabled, 2 deleted. The wrapped data key is bound to every other column; deleting a version removes it.
CREATE TABLE version (
    credential  TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    state       INTEGER NOT NULL,
    created     INTEGER NOT NULL,
    fields      TEXT    NOT NULL,
    wrapped_key BLOB,
    PRIMARY KEY (credential, version)
) STRICT, WITHOUT ROWID;

-- One sealed field of one version.
CREATE TABLE field (
    credential TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    sealed     BLOB    NOT NULL,
    PRIMARY KEY (credential, version, name)
) STRICT, WITHOUT ROWID;

-- When each version was last read; a summary of the access log.
CREATE TABLE last_read (
    credential TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    time       INTEGER NOT NULL,
    PRIMARY KEY (credential, version)
) STRICT, WITHOUT ROWID;

-- Every read and write, also those that failed. Only ever appended to.
CREATE TABLE access (
    id         INTEGER PRIMARY KEY,
    time       INTEGER NOT NULL,
    operation  TEXT    NOT NULL,
    credential TEXT    NOT NULL,
    version    INTEGER,
    outcome    TEXT    NOT NULL,
    principal  TEXT    NOT NULL,
    purpose    TEXT    NOT NULL,
    workflow   TEXT,
    run        TEXT,
    step       TEXT,
    attempt    INTEGER,
    tool       TEXT,
    trace_id   TEXT
) STRICT;

CREATE TRIGGER access_keeps_entries BEFORE DELETE ON access
BEGIN
    SELECT RAISE(ABORT, 'the access log is append-only');
END;

CREATE TRIGGER access_keeps_contents BEFORE UPDATE ON access
BEGIN
    SELECT RAISE(ABORT, 'the access log is append-only');
END;

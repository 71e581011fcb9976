-- The journal of one workspace: what happened in its runs, and the record of credential use.
-- Both are append-only by construction: the triggers below refuse every UPDATE and DELETE, and every INSERT that is not the next one
-- (which is also what keeps INSERT OR REPLACE from replacing a row: REPLACE does not fire delete triggers).
-- Times are RFC 3339 in UTC with seven fractional digits, so that they sort as text.

-- One row per run event. The payload is the event's own JSON; what every event has is in columns beside it.
CREATE TABLE events (
    position INTEGER PRIMARY KEY,          -- order of commit over all runs, from 1, without gaps
    run      TEXT    NOT NULL,
    sequence INTEGER NOT NULL,             -- order inside the run, from 1, without gaps
    time     TEXT    NOT NULL,
    type     TEXT    NOT NULL,             -- the discriminator that the payload begins with
    step     TEXT,
    attempt  INTEGER,
    trace_id TEXT,
    payload  TEXT    NOT NULL,
    UNIQUE (run, sequence)
) STRICT;

-- How a run ended, without reading its events.
CREATE INDEX events_terminal ON events (run) WHERE type IN ('run_succeeded', 'run_failed', 'run_cancelled');

CREATE TRIGGER events_are_appended BEFORE INSERT ON events
WHEN NEW.position IS NOT (SELECT coalesce(max(position), 0) + 1 FROM events)
  OR NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM events WHERE run = NEW.run)
BEGIN SELECT RAISE(ABORT, 'run events are append-only: this is not the next event'); END;

CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'run events are append-only: they are never changed'); END;

CREATE TRIGGER events_are_not_removed BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'run events are append-only: they are never removed'); END;

-- Which process owns a run. Its state is a fold of its events and is not stored.
CREATE TABLE runs (
    run      TEXT NOT NULL PRIMARY KEY,
    workflow TEXT NOT NULL,
    started  TEXT NOT NULL,
    owner    TEXT NOT NULL                 -- the name of the owner's lock file
) STRICT, WITHOUT ROWID;

CREATE INDEX runs_by_start ON runs (started, run);

CREATE TRIGGER runs_start_once BEFORE INSERT ON runs
WHEN EXISTS (SELECT 1 FROM runs WHERE run = NEW.run)
BEGIN SELECT RAISE(ABORT, 'a run starts once'); END;

CREATE TRIGGER runs_are_not_changed BEFORE UPDATE OF run, workflow, started ON runs
BEGIN SELECT RAISE(ABORT, 'of a run only the owner can change'); END;

CREATE TRIGGER runs_are_not_removed BEFORE DELETE ON runs
BEGIN SELECT RAISE(ABORT, 'runs are never removed'); END;

-- One canonical JSON line per audit entry; its hash covers all of it. Columns to search by are computed from the line,
-- so that they cannot say anything else than what is hashed.
CREATE TABLE audit (
    sequence   INTEGER PRIMARY KEY,        -- place in the chain, from 1, without gaps
    line       TEXT NOT NULL,
    id         TEXT GENERATED ALWAYS AS (line ->> '$.id') VIRTUAL,
    time       TEXT GENERATED ALWAYS AS (line ->> '$.time') VIRTUAL,
    phase      TEXT GENERATED ALWAYS AS (line ->> '$.phase') VIRTUAL,
    decision   TEXT GENERATED ALWAYS AS (line ->> '$.decision') VIRTUAL,
    run        TEXT GENERATED ALWAYS AS (line ->> '$.run_id') VIRTUAL,
    workflow   TEXT GENERATED ALWAYS AS (line ->> '$.workflow') VIRTUAL,
    credential TEXT GENERATED ALWAYS AS (line ->> '$.credential') VIRTUAL,
    hash       TEXT GENERATED ALWAYS AS (line ->> '$.hash') VIRTUAL
) STRICT;

CREATE UNIQUE INDEX audit_by_id ON audit (id);
CREATE INDEX audit_by_time ON audit (time);
CREATE INDEX audit_by_credential ON audit (credential);
-- These two also answer what budgets ask: how often was this credential used by this workflow, in this run or since a time?
CREATE INDEX audit_by_run ON audit (run, workflow, credential, phase, decision);
CREATE INDEX audit_by_workflow ON audit (workflow, credential, phase, decision, time);

CREATE TRIGGER audit_is_appended BEFORE INSERT ON audit
WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM audit)
BEGIN SELECT RAISE(ABORT, 'the audit record is append-only: this is not the next entry'); END;

CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit record is append-only: entries are never changed'); END;

CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit record is append-only: entries are never removed'); END;

-- Budgets ask before every use how often a credential was used in a run and in the last hour. Counting audit entries takes longer with every use,
-- so each allowed intent is also counted here, in the transaction that appends it. The audit record stays what people are shown.

CREATE TABLE uses_by_run (
    run        TEXT    NOT NULL,
    workflow   TEXT    NOT NULL,
    credential TEXT    NOT NULL,
    uses       INTEGER NOT NULL,
    PRIMARY KEY (run, workflow, credential)
) STRICT, WITHOUT ROWID;

CREATE TABLE uses_by_minute (
    workflow   TEXT    NOT NULL,
    credential TEXT    NOT NULL,
    minute     TEXT    NOT NULL,           -- the first 16 characters of the entry's time
    uses       INTEGER NOT NULL,
    PRIMARY KEY (workflow, credential, minute)
) STRICT, WITHOUT ROWID;

INSERT INTO uses_by_run
SELECT run, workflow, credential, count(*) FROM audit WHERE phase = 'intent' AND decision = 'allowed' GROUP BY 1, 2, 3;

INSERT INTO uses_by_minute
SELECT workflow, credential, substr(time, 1, 16), count(*) FROM audit WHERE phase = 'intent' AND decision = 'allowed' GROUP BY 1, 2, 3;

CREATE TRIGGER uses_by_run_only_grow BEFORE UPDATE ON uses_by_run
WHEN NEW.uses IS NOT OLD.uses + 1 OR NEW.run IS NOT OLD.run OR NEW.workflow IS NOT OLD.workflow OR NEW.credential IS NOT OLD.credential
BEGIN SELECT RAISE(ABORT, 'uses are counted one by one'); END;

CREATE TRIGGER uses_by_run_are_not_removed BEFORE DELETE ON uses_by_run
BEGIN SELECT RAISE(ABORT, 'uses are never removed'); END;

CREATE TRIGGER uses_by_minute_only_grow BEFORE UPDATE ON uses_by_minute
WHEN NEW.uses IS NOT OLD.uses + 1 OR NEW.workflow IS NOT OLD.workflow OR NEW.credential IS NOT OLD.credential OR NEW.minute IS NOT OLD.minute
BEGIN SELECT RAISE(ABORT, 'uses are counted one by one'); END;

CREATE TRIGGER uses_by_minute_are_not_removed BEFORE DELETE ON uses_by_minute
BEGIN SELECT RAISE(ABORT, 'uses are never removed'); END;

-- An index is paid for with every entry. By run is enough for what people ask; audit_by_workflow also counts the uses of a part of a minute.
DROP INDEX audit_by_run;
CREATE INDEX audit_by_run ON audit (run);

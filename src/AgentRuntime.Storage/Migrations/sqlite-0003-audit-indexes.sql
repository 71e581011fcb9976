-- Each index is one more page in the flush of every entry. audit_by_workflow answers what these two did: whoever searches by credential or by time first
-- asks it which pairs of workflow and credential there are, and then looks each of them up.
DROP INDEX IF EXISTS audit_by_time;
DROP INDEX IF EXISTS audit_by_credential;

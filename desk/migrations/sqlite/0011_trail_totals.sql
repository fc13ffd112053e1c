-- What the trail shows of many entries, without a walk through all of them: running totals by the hour, and indexes that hold
-- every column a filter sifts by.

-- How many entries there are of each hour, counted from 1 January 1970; written in the transaction of the entries.
-- '*' stands for all actions, for all actors. They draw charts and choose an index; what a list shows never hangs on them.
CREATE TABLE trail_hour (
  action VARCHAR(40) NOT NULL,
  actor VARCHAR(32) NOT NULL,
  hour BIGINT NOT NULL,
  outcome VARCHAR(8) NOT NULL,
  entries BIGINT NOT NULL,
  PRIMARY KEY (action, actor, hour, outcome)
) WITHOUT ROWID;

-- Entries that are here already.
INSERT INTO trail_hour (action, actor, hour, outcome, entries)
  SELECT action, actor, at / 3600000, outcome, COUNT(*) FROM trail GROUP BY action, actor, at / 3600000, outcome;
INSERT INTO trail_hour (action, actor, hour, outcome, entries)
  SELECT action, '*', hour, outcome, SUM(entries) FROM trail_hour GROUP BY action, hour, outcome;
INSERT INTO trail_hour (action, actor, hour, outcome, entries)
  SELECT '*', actor, hour, outcome, SUM(entries) FROM trail_hour GROUP BY actor, hour, outcome;

DROP INDEX trail_actor;
DROP INDEX trail_action;
DROP INDEX trail_outcome;
CREATE INDEX trail_actor ON trail (actor, seq, at, action, outcome, role);
CREATE INDEX trail_action ON trail (action, seq, at, actor, outcome, role);
CREATE INDEX trail_outcome ON trail (outcome, seq, at, actor, action, role);

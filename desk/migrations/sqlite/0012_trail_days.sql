-- What the trail shows of years, without adding up all their hours: totals by the day beside those by the hour.

-- A span is an hour, counted from 1 January 1970, or 10,000,000 more than a day counted so: one statement raises both.
CREATE TABLE trail_total (
  action VARCHAR(40) NOT NULL,
  actor VARCHAR(32) NOT NULL,
  span BIGINT NOT NULL,
  outcome VARCHAR(8) NOT NULL,
  entries BIGINT NOT NULL,
  PRIMARY KEY (action, actor, span, outcome)
) WITHOUT ROWID;
INSERT INTO trail_total SELECT action, actor, hour, outcome, entries FROM trail_hour;
DROP TABLE trail_hour;

-- Entries that are here already.
INSERT INTO trail_total (action, actor, span, outcome, entries)
  SELECT action, actor, 10000000 + span / 24, outcome, SUM(entries) FROM trail_total GROUP BY action, actor, span / 24, outcome;

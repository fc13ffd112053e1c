-- What the trail shows of years, without adding up all their hours: totals by the day beside those by the hour.

-- A span is an hour, counted from 1 January 1970, or 10,000,000 more than a day counted so: one statement raises both.
ALTER TABLE trail_hour RENAME TO trail_total;
ALTER TABLE trail_total RENAME COLUMN hour TO span;

-- Entries that are here already.
INSERT INTO trail_total (action, actor, span, outcome, entries)
  SELECT action, actor, 10000000 + span DIV 24, outcome, SUM(entries) FROM trail_total GROUP BY action, actor, span DIV 24, outcome;

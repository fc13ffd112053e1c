-- What the trail shows of refused attempts, which stand on it as access.denied with the path at which it happened: totals by that
-- path beside those by action, so that nobody reads the entries. A path begins with a stroke, no action does.

-- Entries that are here already.
INSERT INTO trail_total (action, actor, span, outcome, entries)
  SELECT SUBSTR(changes, 25, INSTR(changes, '"}') - 25) AS attempt, actor, at DIV 3600000 AS span, outcome, COUNT(*) FROM trail
    WHERE action = 'access.denied' AND changes LIKE '[{"field":"path","new":"/%' GROUP BY attempt, actor, span, outcome;
INSERT INTO trail_total (action, actor, span, outcome, entries)
  SELECT action, '*', span, outcome, SUM(entries) FROM trail_total WHERE action LIKE '/%' GROUP BY action, span, outcome;
INSERT INTO trail_total (action, actor, span, outcome, entries)
  SELECT action, actor, 10000000 + span DIV 24, outcome, SUM(entries) FROM trail_total WHERE action LIKE '/%'
    GROUP BY action, actor, span DIV 24, outcome;

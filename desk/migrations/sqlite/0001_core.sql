-- The trail: one row per entry, one column per field. `seq` counts from 1 without a gap.
CREATE TABLE trail (
  seq INTEGER NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  actor VARCHAR(32) NOT NULL,
  role VARCHAR(16),
  grant_id VARCHAR(26),
  session VARCHAR(26),
  action VARCHAR(40) NOT NULL,
  subject VARCHAR(64),
  outcome VARCHAR(8) NOT NULL,
  reason TEXT,
  changes TEXT,
  address VARCHAR(45),
  agent VARCHAR(200),
  request VARCHAR(26)
);
CREATE INDEX trail_at ON trail (at, seq);
CREATE INDEX trail_actor ON trail (actor, seq);
CREATE INDEX trail_action ON trail (action, seq);
CREATE INDEX trail_subject ON trail (subject, seq);
CREATE INDEX trail_outcome ON trail (outcome, seq);
CREATE INDEX trail_session ON trail (session, seq);

-- Hashes of complete subtrees, numbered as C2SP tlog and RFC 6962 trees store them; base64 of 32 bytes.
CREATE TABLE tree_hash (
  idx INTEGER NOT NULL PRIMARY KEY,
  hash VARCHAR(44) NOT NULL
);

-- One row: the number of entries. Updating it is the lock every write waits for.
CREATE TABLE trail_head (
  id INTEGER NOT NULL PRIMARY KEY,
  size BIGINT NOT NULL
);
INSERT INTO trail_head (id, size) VALUES (1, 0);

CREATE TRIGGER trail_no_update BEFORE UPDATE ON trail BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;
CREATE TRIGGER trail_no_delete BEFORE DELETE ON trail BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;
-- REPLACE fires no delete trigger unless recursive triggers are on, so an entry must be the next one.
CREATE TRIGGER trail_only_next BEFORE INSERT ON trail
  WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM trail)
  BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;
CREATE TRIGGER tree_hash_no_update BEFORE UPDATE ON tree_hash BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;
CREATE TRIGGER tree_hash_no_delete BEFORE DELETE ON tree_hash BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;
CREATE TRIGGER tree_hash_only_next BEFORE INSERT ON tree_hash
  WHEN NEW.idx <> (SELECT COALESCE(MAX(idx), -1) + 1 FROM tree_hash)
  BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END;

-- `epoch` rises with every revocation; a session of an older epoch is dead.
CREATE TABLE staff (
  id VARCHAR(26) NOT NULL PRIMARY KEY,
  email VARCHAR(254) NOT NULL,
  name VARCHAR(120) NOT NULL,
  role VARCHAR(16) NOT NULL,
  epoch BIGINT NOT NULL,
  locked_at BIGINT,
  invited_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX staff_email ON staff (email);

-- `id` is public (lists, trail); `secret` is the hash of the cookie's value and never shown.
CREATE TABLE session (
  id VARCHAR(26) NOT NULL PRIMARY KEY,
  staff VARCHAR(26) NOT NULL,
  secret VARCHAR(64),
  epoch BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  ended_at BIGINT,
  address VARCHAR(45),
  agent VARCHAR(200)
);
CREATE UNIQUE INDEX session_secret ON session (secret);
CREATE INDEX session_staff ON session (staff, started_at);

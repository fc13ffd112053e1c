-- The trail: one row per entry, one column per field. `seq` counts from 1 without a gap.
CREATE TABLE trail (
  seq BIGINT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  actor VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  role VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  grant_id VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin,
  session VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin,
  action VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  subject VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  outcome VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  reason TEXT,
  changes TEXT,
  address VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin,
  agent VARCHAR(200),
  request VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ENGINE=InnoDB;
CREATE INDEX trail_at ON trail (at, seq);
CREATE INDEX trail_actor ON trail (actor, seq);
CREATE INDEX trail_action ON trail (action, seq);
CREATE INDEX trail_subject ON trail (subject, seq);
CREATE INDEX trail_outcome ON trail (outcome, seq);
CREATE INDEX trail_session ON trail (session, seq);

-- Hashes of complete subtrees, numbered as C2SP tlog and RFC 6962 trees store them; base64 of 32 bytes.
CREATE TABLE tree_hash (
  idx BIGINT NOT NULL PRIMARY KEY,
  hash VARCHAR(44) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ENGINE=InnoDB;

-- One row: the number of entries. Updating it is the lock every write waits for.
CREATE TABLE trail_head (
  id BIGINT NOT NULL PRIMARY KEY,
  size BIGINT NOT NULL
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ENGINE=InnoDB;
INSERT INTO trail_head (id, size) VALUES (1, 0);

-- Grants are what protects the trail here (see mysql-grants.sql); the triggers also stop an owner's slip. REPLACE fires them.
CREATE TRIGGER trail_no_update BEFORE UPDATE ON trail FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the trail is append-only';
CREATE TRIGGER trail_no_delete BEFORE DELETE ON trail FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the trail is append-only';
CREATE TRIGGER tree_hash_no_update BEFORE UPDATE ON tree_hash FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the trail is append-only';
CREATE TRIGGER tree_hash_no_delete BEFORE DELETE ON tree_hash FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the trail is append-only';

-- `epoch` rises with every revocation; a session of an older epoch is dead.
CREATE TABLE staff (
  id VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  email VARCHAR(254) NOT NULL,
  name VARCHAR(120) NOT NULL,
  role VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  epoch BIGINT NOT NULL,
  locked_at BIGINT,
  invited_at BIGINT NOT NULL
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ENGINE=InnoDB;
CREATE UNIQUE INDEX staff_email ON staff (email);

-- `id` is public (lists, trail); `secret` is the hash of the cookie's value and never shown.
CREATE TABLE session (
  id VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  staff VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  secret VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  epoch BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  ended_at BIGINT,
  address VARCHAR(45) CHARACTER SET ascii COLLATE ascii_bin,
  agent VARCHAR(200)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ENGINE=InnoDB;
CREATE UNIQUE INDEX session_secret ON session (secret);
CREATE INDEX session_staff ON session (staff, started_at);

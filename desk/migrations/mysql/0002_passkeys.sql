-- Passkeys, the ceremonies that use them, and what a ceremony leaves behind.

-- `credential` is the SHA-256 of the credential id: one authenticator's key belongs to one account, ever.
-- `data` is the public key as webauthn-rs writes it. A removed row stays, so that its credential never comes back.
CREATE TABLE passkey (
  id VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  staff VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  credential VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  id_length BIGINT NOT NULL,
  name VARCHAR(60) NOT NULL,
  data TEXT NOT NULL,
  counter BIGINT NOT NULL,
  counter_at BIGINT NOT NULL,
  added_at BIGINT NOT NULL,
  used_at BIGINT,
  suspended_at BIGINT,
  removed_at BIGINT
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ENGINE=InnoDB;
CREATE UNIQUE INDEX passkey_credential ON passkey (credential);
CREATE INDEX passkey_staff ON passkey (staff, added_at);
CREATE INDEX passkey_id_length ON passkey (id_length);

-- One row per ceremony, used once. `browser` is the hash of the ceremony cookie; `session`, `action` and `target` bind a
-- step-up. `staff` is absent where the e-mail is nobody's.
CREATE TABLE ceremony (
  id VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  kind VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  staff VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin,
  browser VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  session VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin,
  action VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  target VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  invitation VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin,
  state TEXT NOT NULL,
  began_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ENGINE=InnoDB;
CREATE INDEX ceremony_expires ON ceremony (expires_at);

-- A fresh ceremony inside a session, for one action on one target. Where it holds, it keeps the first reason.
CREATE TABLE touch (
  id VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  session VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  action VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  target VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  given_at BIGINT NOT NULL,
  used_at BIGINT,
  category VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin,
  order_no VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
  details TEXT
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ENGINE=InnoDB;
CREATE INDEX touch_session ON touch (session, given_at);

-- A link for somebody without a usable passkey; `secret` is the hash of its token.
CREATE TABLE invitation (
  id VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  staff VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  secret VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ENGINE=InnoDB;
CREATE UNIQUE INDEX invitation_secret ON invitation (secret);
CREATE INDEX invitation_staff ON invitation (staff, expires_at);

-- Failed ceremonies per account and hour; those past the recorded ones wait here to be counted in one entry.
CREATE TABLE failed_ceremony (
  staff VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  hour BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  PRIMARY KEY (staff, hour)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ENGINE=InnoDB;

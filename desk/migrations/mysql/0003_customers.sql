-- Customers, with everything personal sealed, masked or hashed under keys that are not in this database.

-- One row, written at the first start: what only the right key file gives. Another key file is refused.
CREATE TABLE key_check (
  id BIGINT NOT NULL PRIMARY KEY,
  value VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ENGINE=InnoDB;

-- `data_key` is the customer's own key, wrapped; `country` is a name, as imported.
CREATE TABLE customer (
  number VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  account VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  city VARCHAR(120),
  country VARCHAR(120),
  data_key VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  imported_at BIGINT NOT NULL
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ENGINE=InnoDB;
CREATE INDEX customer_account ON customer (account, number);
CREATE INDEX customer_country ON customer (country, number);

-- One row per personal value. The tags tie mask and sealed text to customer and field; `digest` tells a repeated import
-- from a change. An absent value has no row.
CREATE TABLE personal (
  customer VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  field VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  sealed TEXT NOT NULL,
  sealed_tag VARCHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  mask VARCHAR(500) NOT NULL,
  mask_tag VARCHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  digest VARCHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (customer, field)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ENGINE=InnoDB;

-- Keyed tokens by which values are found and compared without being opened. Each kind has its own key.
CREATE TABLE search_token (
  token VARCHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  customer VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  field VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (token, customer, field)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ENGINE=InnoDB;
CREATE INDEX search_token_customer ON search_token (customer, kind);

-- A search somebody made, for 15 minutes: tokens, never the term. Alternatives are parted by blanks, words by commas.
CREATE TABLE search (
  id VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  staff VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  tokens TEXT NOT NULL,
  hits BIGINT NOT NULL,
  ends_at BIGINT NOT NULL
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ENGINE=InnoDB;
CREATE INDEX search_ends ON search (ends_at);

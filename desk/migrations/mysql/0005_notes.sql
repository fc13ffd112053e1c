-- Notes on customers, and the company's texts that they may hold.

-- `number` counts a customer's notes from 1. `sealed` is the text under the customer's key, bound to the three columns
-- before it and the customer; NULL once all of it was redacted.
CREATE TABLE note (
  customer VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  number BIGINT NOT NULL,
  author VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  written_at BIGINT NOT NULL,
  pinned BIGINT NOT NULL,
  sealed TEXT CHARACTER SET ascii COLLATE ascii_bin,
  PRIMARY KEY (customer, number)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ENGINE=InnoDB;

-- What `::name` in a note stands for.
CREATE TABLE snippet (
  name VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  text TEXT NOT NULL
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ENGINE=InnoDB;

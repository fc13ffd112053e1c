-- Orders as they stand. `number` and `customer` are the company's own; money is in minor units, days are YYYY-MM-DD.
-- `stage_before` is where an order in an exit came from; `adders` is a JSON list of texts.
CREATE TABLE customer_order (
  id VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  number VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  customer VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  stage VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  stage_before VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin,
  stage_since BIGINT NOT NULL,
  owner VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin,
  panels BIGINT,
  watts BIGINT,
  inverter VARCHAR(120),
  battery VARCHAR(120),
  adders TEXT,
  price_minor BIGINT NOT NULL,
  currency VARCHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  install_on VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin,
  next_step VARCHAR(500),
  next_step_on VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin,
  waiting_on VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin,
  version BIGINT NOT NULL
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ENGINE=InnoDB;
CREATE UNIQUE INDEX customer_order_number ON customer_order (number);
CREATE INDEX customer_order_customer ON customer_order (customer, id);
CREATE INDEX customer_order_stage ON customer_order (stage, stage_since, id);
CREATE INDEX customer_order_stage_id ON customer_order (stage, id);
CREATE INDEX customer_order_owner ON customer_order (owner, id);
CREATE INDEX customer_order_waiting ON customer_order (waiting_on, id);
-- The pipeline's totals come from this index alone.
CREATE INDEX customer_order_totals ON customer_order (stage, currency, owner, waiting_on, install_on, price_minor, panels, watts);

-- What an order's fields were at a version that is gone: for the conflict screen, and for undo. Never changed, never removed.
CREATE TABLE order_past (
  id VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  field_values TEXT NOT NULL,
  replaced_at BIGINT NOT NULL,
  replaced_by VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin,
  PRIMARY KEY (id, version)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ENGINE=InnoDB;

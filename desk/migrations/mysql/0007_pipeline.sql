-- What the pipeline shows, without a walk through all orders: an index for each filter, and running totals that are written
-- in the transaction of the change they count.

-- The month of the installation, and the class of the price in whole units of its currency: 1 under 15,000, 2 up to 25,000, 3 over it.
ALTER TABLE customer_order ADD COLUMN install_month VARCHAR(7) CHARACTER SET ascii COLLATE ascii_bin GENERATED ALWAYS AS (SUBSTR(install_on, 1, 7)) VIRTUAL;
ALTER TABLE customer_order ADD COLUMN price_band BIGINT GENERATED ALWAYS AS (CASE
  WHEN currency IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'VND', 'VUV', 'XAF', 'XOF', 'XPF')
    THEN CASE WHEN price_minor < 15000 THEN 1 WHEN price_minor <= 25000 THEN 2 ELSE 3 END
  WHEN currency IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND')
    THEN CASE WHEN price_minor < 15000000 THEN 1 WHEN price_minor <= 25000000 THEN 2 ELSE 3 END
  ELSE CASE WHEN price_minor < 1500000 THEN 1 WHEN price_minor <= 2500000 THEN 2 ELSE 3 END
END) VIRTUAL;
-- How far towards the signature an order has ever come: 1 is a lead, 5 is signed.
ALTER TABLE customer_order ADD COLUMN reached BIGINT NOT NULL DEFAULT 0;
UPDATE customer_order SET reached = CASE WHEN stage IN ('on_hold', 'lost', 'cancelled', 'failed') THEN 0
  WHEN stage = 'lead' THEN 1 WHEN stage = 'qualified' THEN 2 WHEN stage = 'proposal_sent' THEN 3
  WHEN stage = 'contract_out' THEN 4 ELSE 5 END;

CREATE INDEX customer_order_stage_owner ON customer_order (stage, owner, stage_since, id);
CREATE INDEX customer_order_stage_city ON customer_order (stage, city, stage_since, id);
CREATE INDEX customer_order_stage_waiting ON customer_order (stage, waiting_on, stage_since, id);
CREATE INDEX customer_order_stage_month ON customer_order (stage, install_month, stage_since, id);
CREATE INDEX customer_order_stage_band ON customer_order (stage, price_band, stage_since, id);
DROP INDEX customer_order_totals ON customer_order;

-- In all of them `owner` is a member of staff, '-' where there is none, and '*' for all orders together.

-- Orders as they stand.
CREATE TABLE stage_total (
  owner VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  stage VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  currency VARCHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  orders BIGINT NOT NULL,
  value_minor BIGINT NOT NULL,
  watts BIGINT NOT NULL,
  PRIMARY KEY (owner, stage, currency)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ENGINE=InnoDB;

-- How many orders reached a stage for the first time on a day, counted from 1 January 1970.
CREATE TABLE stage_arrival (
  owner VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  on_day BIGINT NOT NULL,
  stage VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  orders BIGINT NOT NULL,
  PRIMARY KEY (owner, on_day, stage)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ENGINE=InnoDB;

-- How many orders left a stage for a later one after so many whole days.
CREATE TABLE stage_stay (
  stage VARCHAR(24) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  days BIGINT NOT NULL,
  orders BIGINT NOT NULL,
  PRIMARY KEY (stage, days)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ENGINE=InnoDB;

-- By how much the value of open orders rose or fell in a month, `YYYY-MM`.
CREATE TABLE open_value (
  owner VARCHAR(26) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  month VARCHAR(7) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  currency VARCHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  change_minor BIGINT NOT NULL,
  PRIMARY KEY (owner, month, currency)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin ENGINE=InnoDB;

-- Orders that are here already: as they stand, since they stand there. How long they stood elsewhere is not known.
INSERT INTO stage_total (owner, stage, currency, orders, value_minor, watts)
  SELECT COALESCE(owner, '-'), stage, currency, COUNT(*), SUM(price_minor), COALESCE(SUM(panels * watts), 0)
  FROM customer_order GROUP BY COALESCE(owner, '-'), stage, currency;
INSERT INTO stage_arrival (owner, on_day, stage, orders)
  SELECT COALESCE(owner, '-'), stage_since DIV 86400000, stage, COUNT(*) FROM customer_order
  WHERE stage IN ('lead', 'qualified', 'proposal_sent', 'contract_out', 'contract_signed')
  GROUP BY COALESCE(owner, '-'), stage_since DIV 86400000, stage;
INSERT INTO open_value (owner, month, currency, change_minor)
  SELECT COALESCE(owner, '-'), DATE_FORMAT(DATE_ADD('1970-01-01', INTERVAL stage_since DIV 1000 SECOND), '%Y-%m'), currency, SUM(price_minor)
  FROM customer_order WHERE stage NOT IN ('pto_granted', 'on_hold', 'lost', 'cancelled', 'failed')
  GROUP BY COALESCE(owner, '-'), DATE_FORMAT(DATE_ADD('1970-01-01', INTERVAL stage_since DIV 1000 SECOND), '%Y-%m'), currency;
INSERT INTO stage_total (owner, stage, currency, orders, value_minor, watts)
  SELECT '*', stage, currency, COUNT(*), SUM(price_minor), COALESCE(SUM(panels * watts), 0)
  FROM customer_order GROUP BY stage, currency;
INSERT INTO stage_arrival (owner, on_day, stage, orders)
  SELECT '*', stage_since DIV 86400000, stage, COUNT(*) FROM customer_order
  WHERE stage IN ('lead', 'qualified', 'proposal_sent', 'contract_out', 'contract_signed')
  GROUP BY stage_since DIV 86400000, stage;
INSERT INTO open_value (owner, month, currency, change_minor)
  SELECT '*', DATE_FORMAT(DATE_ADD('1970-01-01', INTERVAL stage_since DIV 1000 SECOND), '%Y-%m'), currency, SUM(price_minor)
  FROM customer_order WHERE stage NOT IN ('pto_granted', 'on_hold', 'lost', 'cancelled', 'failed')
  GROUP BY DATE_FORMAT(DATE_ADD('1970-01-01', INTERVAL stage_since DIV 1000 SECOND), '%Y-%m'), currency;

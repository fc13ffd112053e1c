-- Change orders, who has an order open, and the city beside an order so that a filter has its index.

-- `number` counts an order's change orders from 1; `id` is the order's. `is_open` is 1 while it is a draft or sent and NULL
-- afterwards, so that the unique index lets each order have one open. Values are field -> text, as in `order_past`.
CREATE TABLE change_order (
  id VARCHAR(26) NOT NULL,
  number BIGINT NOT NULL,
  state VARCHAR(8) NOT NULL,
  is_open BIGINT,
  revision BIGINT NOT NULL,
  old_values TEXT NOT NULL,
  new_values TEXT NOT NULL,
  reason VARCHAR(500) NOT NULL,
  written_by VARCHAR(26) NOT NULL,
  changed_at BIGINT NOT NULL,
  void_reason VARCHAR(500),
  PRIMARY KEY (id, number)
);
CREATE UNIQUE INDEX change_order_open ON change_order (id, is_open);

-- Who has which order's page open: a row per session, written again while the page says so. Nothing else depends on it.
CREATE TABLE order_presence (
  number VARCHAR(32) NOT NULL,
  session VARCHAR(26) NOT NULL,
  staff VARCHAR(26) NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (number, session)
);
CREATE INDEX order_presence_seen ON order_presence (seen_at);

-- The customer's city, as the import has it.
ALTER TABLE customer_order ADD COLUMN city VARCHAR(120);
UPDATE customer_order SET city = (SELECT c.city FROM customer c WHERE c.number = customer_order.customer);
CREATE INDEX customer_order_city ON customer_order (city, id);

-- When somebody last spoke with a customer, as far as the console knows, UTC milliseconds.
ALTER TABLE customer ADD COLUMN contact_at BIGINT;

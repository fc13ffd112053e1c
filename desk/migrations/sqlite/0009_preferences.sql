-- How somebody wants their pages: `system`, `light` or `dark`; and 1 where single keys do something.
ALTER TABLE staff ADD COLUMN theme VARCHAR(8) NOT NULL DEFAULT 'system';
ALTER TABLE staff ADD COLUMN shortcuts BIGINT NOT NULL DEFAULT 1;

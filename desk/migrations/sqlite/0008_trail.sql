-- What readers of the trail keep: views, and exports that wait for their one download.

-- `shared` is `me`, `everyone`, or the role it was saved in; `filters` is the text of the filters.
CREATE TABLE saved_view (
  id VARCHAR(26) NOT NULL PRIMARY KEY,
  owner VARCHAR(26) NOT NULL,
  name VARCHAR(40) NOT NULL,
  shared VARCHAR(16) NOT NULL,
  filters VARCHAR(500) NOT NULL,
  saved_at BIGINT NOT NULL
);
CREATE INDEX saved_view_owner ON saved_view (owner, id);
CREATE INDEX saved_view_shared ON saved_view (shared, id);

-- `filters` name people by id; `from_at` and `to_at` are its times, `up_to` its last entry, which `checkpoint` covers.
CREATE TABLE trail_export (
  id VARCHAR(26) NOT NULL PRIMARY KEY,
  session VARCHAR(26) NOT NULL,
  format VARCHAR(8) NOT NULL,
  filters VARCHAR(500) NOT NULL,
  from_at BIGINT NOT NULL,
  to_at BIGINT NOT NULL,
  up_to BIGINT NOT NULL,
  checkpoint TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE INDEX trail_export_made ON trail_export (made_at);

-- An actor is found by the first name, too.
CREATE INDEX staff_name ON staff (name);

-- Rights of the account that `heliodesk serve` uses on MySQL or MariaDB. Run by the owner after the tables exist.
-- {database} and {user} stand for the database and the account ('name'@'host').
GRANT SELECT, INSERT ON {database}.trail TO {user};
GRANT SELECT, INSERT ON {database}.tree_hash TO {user};
GRANT SELECT, UPDATE ON {database}.trail_head TO {user};
GRANT SELECT ON {database}._sqlx_migrations TO {user};
GRANT SELECT, INSERT, UPDATE ON {database}.staff TO {user};
GRANT SELECT, INSERT, UPDATE ON {database}.session TO {user};
GRANT SELECT, INSERT, UPDATE ON {database}.passkey TO {user};
GRANT SELECT, INSERT, UPDATE, DELETE ON {database}.ceremony TO {user};
GRANT SELECT, INSERT, UPDATE, DELETE ON {database}.touch TO {user};
GRANT SELECT, INSERT, UPDATE ON {database}.invitation TO {user};
GRANT SELECT, INSERT, UPDATE, DELETE ON {database}.failed_ceremony TO {user};
GRANT SELECT, INSERT ON {database}.key_check TO {user};
GRANT SELECT, INSERT, UPDATE ON {database}.customer TO {user};
GRANT SELECT, INSERT, UPDATE, DELETE ON {database}.personal TO {user};
GRANT SELECT, INSERT, DELETE ON {database}.search_token TO {user};
GRANT SELECT, INSERT, DELETE ON {database}.search TO {user};
GRANT SELECT, INSERT, UPDATE ON {database}.note TO {user};
GRANT SELECT, INSERT, DELETE ON {database}.snippet TO {user};
GRANT SELECT, INSERT, UPDATE ON {database}.customer_order TO {user};
GRANT SELECT, INSERT ON {database}.order_past TO {user};
GRANT SELECT, INSERT, UPDATE ON {database}.change_order TO {user};
GRANT SELECT, INSERT, UPDATE, DELETE ON {database}.order_presence TO {user};
GRANT SELECT, INSERT, DELETE ON {database}.saved_view TO {user};
GRANT SELECT, INSERT, UPDATE, DELETE ON {database}.trail_export TO {user};

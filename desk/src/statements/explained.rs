//! The same asked of MariaDB itself: how it runs each statement with the very values it was asked with, on tables so large
//! that a walk through one is never the shortest way.

use heliodesk_testbed::MariaDb;

use super::*;

/// Statements that are explained by one client: it answers while it is still being asked.
const AT_ONCE: usize = 20;

/// Customers with names, orders and entries, in the proportions of a company, beside those that were imported.
const FILL: &str = "
SET @mia = (SELECT id FROM staff WHERE email = 'mia@example.com'), @eve = (SELECT id FROM staff WHERE email = 'eve@example.com');
INSERT INTO customer (number, account, city, country, data_key, imported_at)
  SELECT CONCAT('C-', 100000 + seq), IF(seq % 20 = 0, 'locked', IF(seq % 50 = 1, 'closed', 'active')), 'Tucson', 'USA', 'x', 5
  FROM seq_1_to_4000;
INSERT INTO personal (customer, field, sealed, sealed_tag, mask, mask_tag, digest)
  SELECT number, ELT(1 + seq % 3, 'name', 'email', 'phone'), 'x', 'x', 'x', 'x', 'x' FROM customer, seq_1_to_3 WHERE number <> 'C-1' AND number <> 'C-2';
INSERT INTO search_token (token, customer, field, kind) SELECT CONCAT(number, seq), number, 'name', 'name' FROM customer, seq_1_to_5;
INSERT INTO note (customer, number, author, written_at, pinned) SELECT number, seq, @mia, 5, 0 FROM customer, seq_1_to_2;
INSERT INTO customer_order (id, number, customer, stage, stage_since, owner, panels, watts, price_minor, currency, install_on,
    waiting_on, version, city, reached)
  SELECT CONCAT('01HE', LPAD(seq, 22, '0')), CONCAT('O-', 100000 + seq), CONCAT('C-', 100001 + seq DIV 2),
    ELT(1 + seq % 9, 'lead', 'qualified', 'design', 'permitting', 'pto_granted', 'pto_granted', 'installed', 'lost', 'on_hold'),
    1690000000000 + seq * 1000000, ELT(1 + seq % 7, @mia, @eve, NULL, 'a', 'b', 'c', 'd'), 10, 400, 1000000 + seq * 300, 'USD',
    CONCAT('2026-', LPAD(1 + seq % 12, 2, '0'), '-01'), ELT(1 + seq % 4, 'us', 'customer', 'utility', NULL), 1,
    ELT(1 + seq % 8, 'Tucson', 'Mesa', 'Lyon', 'Bristol', 'Verona', 'Austin', 'Denver', 'Tampa'), 1
  FROM seq_1_to_8000;
INSERT INTO order_past (id, version, field_values, replaced_at) SELECT id, 1, '{}', 5 FROM customer_order WHERE id LIKE '01HE%';
INSERT INTO trail (seq, at, actor, role, session, action, subject, outcome, changes)
  SELECT seq, 1700000000000 - (16384 - seq) * 300000, IF(seq % 11 = 0, @eve, IF(seq % 5 = 0, @mia, CONCAT('staff', seq % 7))),
    IF(seq % 3 = 0, 'engineer', 'support'), CONCAT('01HF7YAT0000000000000', LPAD(seq DIV 20, 5, '0')),
    ELT(1 + seq % 8, 'customers.searched', 'customer.viewed', 'order.viewed', 'order.edited', 'access.denied', 'field.revealed',
      'customers.listed', 'trail.viewed'),
    IF(seq % 2 = 0, CONCAT('C-', 100000 + seq DIV 8), NULL), IF(seq % 8 = 4, 'denied', IF(seq % 97 = 0, 'failed', 'ok')), '[]'
  FROM seq_1_to_16384 WHERE seq > (SELECT size FROM trail_head);
TRUNCATE trail_total;
INSERT INTO trail_total (action, actor, span, outcome, entries)
  SELECT action, actor, at DIV 3600000, outcome, COUNT(*) FROM trail GROUP BY action, actor, at DIV 3600000, outcome;
INSERT INTO trail_total (action, actor, span, outcome, entries)
  SELECT action, '*', span, outcome, SUM(entries) FROM trail_total GROUP BY action, span, outcome;
INSERT INTO trail_total (action, actor, span, outcome, entries)
  SELECT '*', actor, span, outcome, SUM(entries) FROM trail_total GROUP BY actor, span, outcome;
INSERT INTO trail_total (action, actor, span, outcome, entries)
  SELECT action, actor, 10000000 + span DIV 24, outcome, SUM(entries) FROM trail_total GROUP BY action, actor, span DIV 24, outcome;
INSERT INTO tree_hash (idx, hash) SELECT seq, CONCAT(REPEAT('A', 43), '=') FROM seq_0_to_32766
  WHERE seq >= (SELECT COUNT(*) FROM tree_hash);
UPDATE trail_head SET size = 16384;
ANALYZE TABLE customer, personal, search_token, note, customer_order, order_past, trail, trail_total, tree_hash;
";

/// As many as [`FILL`] makes of the trail, five minutes after one another.
const LAST: i64 = 16_384 * 300_000;

/// What is wrong with how MariaDB would run a statement. Going through a whole index in its order is fine where nothing is
/// sifted and a limit ends it.
fn fault(sql: &str, plan: &str) -> Option<String> {
    let names = names(sql);
    let step = plan.lines().find(|step| {
        let mut cells = step.split('\t').skip(2);
        let (table, kind) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
        let along = kind == "index" && sql.contains(" LIMIT ") && !sql.contains(" WHERE ");
        names.contains(table) && (kind == "ALL" || kind == "index" && !along)
    })?;
    Some(format!("{step}: {sql}"))
}

/// What is wrong with these statements.
fn faults(bed: &Bed, statements: &[&str]) -> Vec<String> {
    let database = bed.database.as_ref().unwrap();
    let mut faults = Vec::new();
    for some in statements.chunks(AT_ONCE) {
        let asked: String = some.iter().map(|sql| format!("SELECT '#'; EXPLAIN {sql};\n")).collect();
        let told = database.run(&asked);
        let plans: Vec<&str> = told.split("#\n").skip(1).collect();
        assert_eq!(plans.len(), some.len());
        faults.extend(some.iter().zip(plans).filter_map(|(sql, plan)| fault(sql, plan)));
    }
    faults
}

#[tokio::test]
async fn mariadb_goes_through_no_whole_table_either() {
    // A server of its own, since it writes down what everybody asks, with the values, from before it is first asked.
    let server = MariaDb::start().expect("starts");
    server.run(None, "SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = 1").unwrap();
    let bed = testing::mariadb_on(&server).await;
    bed.desk.clock().advance(-LAST);
    import::run(&bed.desk.server_command(), Cursor::new(PEOPLE), |_, _| {}).await.unwrap();
    bed.desk.clock().advance(LAST);
    let support = bed.request_of(Role::Support, "mia@example.com").await;
    let engineer = bed.request_of(Role::Engineer, "eve@example.com").await;
    bed.database.as_ref().unwrap().run(FILL);
    server.run(None, "TRUNCATE mysql.general_log").unwrap();
    customers_are_looked_through(&bed, &support).await;
    orders_are_looked_through(&bed, &support).await;
    the_pipeline_is_looked_through(&bed, &support).await;
    the_trail_is_looked_through(&bed, &engineer).await;
    server.run(None, "SET GLOBAL general_log = 0").unwrap();
    // One of each kind: what an empty value leaves out is another kind.
    let asked = "SELECT MIN(CONVERT(argument USING utf8mb4)) FROM mysql.general_log WHERE command_type = 'Execute' \
                 GROUP BY REGEXP_REPLACE(REGEXP_REPLACE(argument, '''[^'']+''', 'x'), '[0-9]+', '0')";
    let asked = server.run(None, asked).unwrap();
    let asked: Vec<&str> = asked.lines().filter(|sql| !names(sql).is_empty()).collect();
    for table in ["customer", "customer_order", "trail", "trail_total"] {
        let of = asked.iter().filter(|sql| names(sql).contains(table)).count();
        assert!(of > 3, "{of} statements about {table} were written down");
    }
    assert_eq!(faults(&bed, &asked), Vec::<String>::new(), "of {} statements", asked.len());

    // The same way finds what is wrong.
    for sql in [
        "SELECT number FROM customer WHERE city = 'Mesa' ORDER BY number LIMIT 50",
        "SELECT o.number FROM customer_order o WHERE o.next_step_on = 'x' LIMIT 50",
        "SELECT COUNT(*) FROM trail WHERE role = 'support'",
        "SELECT seq FROM trail ORDER BY request LIMIT 50",
    ] {
        assert_eq!(faults(&bed, &[sql]).len(), 1, "{sql} is found");
    }
}

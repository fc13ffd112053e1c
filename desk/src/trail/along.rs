//! The statements that go through entries along an index, with the same conditions in all of them.

use super::entry::{attempted, columns};

/// A filter that has an index. A role has none: there are too few of them to leave out much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Session,
    Subject,
    Actor,
    Action,
    Outcome,
    /// None of them: entries by number.
    Number,
}

/// One statement for each [`Column`], in their order. SQLite chooses the index by the first condition: the plus signs keep it
/// from the one on time. MariaDB and MySQL go by the page's limit and would rather walk through all entries by number, so
/// they are told the index, in a comment that they read.
macro_rules! along {
    ($select:expr, $rest:expr) => {
        [
            along!($select, "FROM trail /*! FORCE INDEX (trail_session) */ WHERE session = ?", $rest),
            along!($select, "FROM trail /*! FORCE INDEX (trail_subject) */ WHERE subject = ?", $rest),
            along!($select, "FROM trail /*! FORCE INDEX (trail_actor) */ WHERE actor = ?", $rest),
            along!($select, "FROM trail /*! FORCE INDEX (trail_action) */ WHERE action = ?", $rest),
            along!($select, "FROM trail /*! FORCE INDEX (trail_outcome) */ WHERE outcome = ?", $rest),
            along!($select, "FROM trail /*! FORCE INDEX (PRIMARY) */ WHERE ? = ''", $rest),
        ]
    };
    ($select:expr, $from:literal, $rest:expr) => {
        concat!($select, " ", $from, " AND seq < ? AND seq > ? AND +at >= ? AND +at < ?", sifted!(), $rest)
    };
}

/// What every entry has to be.
macro_rules! sifted {
    () => {
        concat!(
            " AND (? = '' OR session = ?) AND (? = '' OR subject = ?) \
              AND (? = '' OR actor = ?) AND (? = '' OR outcome = ?) AND (? = '' OR role = ?) \
              AND (? = '' OR action = ?) AND (? = '' OR INSTR(?, CONCAT('|', action, '|')) > 0 OR (",
            attempted!(),
            " AND INSTR(?, SUBSTR(changes, 24, INSTR(changes, '\"}') - 23)) > 0)) \
              AND (? = 0 OR (at + CASE WHEN at >= ? THEN ? WHEN at >= ? THEN ? WHEN at >= ? THEN ? ELSE ? END) % 86400000 \
              NOT BETWEEN 21600000 AND 71999999) "
        )
    };
}

/// How many there are by time and outcome, and how many of them between two times.
macro_rules! bars {
    () => {
        "SELECT CAST(at - ? - ((at - ?) % ?) AS SIGNED) AS bar, outcome, COUNT(*), \
         CAST(SUM(CASE WHEN at >= ? AND at < ? THEN 1 ELSE 0 END) AS SIGNED)"
    };
}

macro_rules! by_bar {
    () => {
        "GROUP BY bar, outcome ORDER BY bar, outcome LIMIT 1000"
    };
}

/// The entry at which the budget ends.
pub(super) const FLOOR: [&str; 5] = [
    "SELECT seq FROM trail WHERE session = ? AND seq < ? AND seq > ? ORDER BY seq DESC LIMIT 1 OFFSET ?",
    "SELECT seq FROM trail WHERE subject = ? AND seq < ? AND seq > ? ORDER BY seq DESC LIMIT 1 OFFSET ?",
    "SELECT seq FROM trail WHERE actor = ? AND seq < ? AND seq > ? ORDER BY seq DESC LIMIT 1 OFFSET ?",
    "SELECT seq FROM trail WHERE action = ? AND seq < ? AND seq > ? ORDER BY seq DESC LIMIT 1 OFFSET ?",
    "SELECT seq FROM trail WHERE outcome = ? AND seq < ? AND seq > ? ORDER BY seq DESC LIMIT 1 OFFSET ?",
];
pub(super) const PAGE: [&str; 6] = along!(concat!("SELECT ", columns!()), "ORDER BY seq DESC LIMIT ?");
pub(super) const COUNT: [&str; 6] = along!("SELECT COUNT(*)", "LIMIT 1");
pub(super) const BARS: [&str; 6] = along!(bars!(), concat!("AND seq % ? = 0 ", by_bar!()));
/// As the last of [`BARS`], along the index on time.
pub(super) const DURING: &str = concat!(
    bars!(),
    " FROM trail /*! FORCE INDEX (trail_at) */ WHERE ? = '' AND +seq < ? AND +seq > ? AND at >= ? AND at < ?",
    sifted!(),
    "AND seq % ? = 0 ",
    by_bar!()
);
/// As [`BARS`], of entries at even distances: each is found by its number.
pub(super) const SPREAD: &str = along!(
    concat!(
        "WITH digit (d) AS (SELECT 0 UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 \
     UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9) \
     ",
        bars!()
    ),
    "FROM digit a CROSS JOIN digit b CROSS JOIN digit c CROSS JOIN digit d CROSS JOIN trail \
     WHERE seq = ? - ? * (a.d + 10 * b.d + 100 * c.d + 1000 * d.d) AND d.d < 2",
    by_bar!()
);

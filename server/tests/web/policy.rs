//! The policy as a table that somebody reads: a change of who may do what shows in its own file.

use heliodesk_desk::policy;
use heliodesk_wire::Role;

/// Written by `heliodesk policy --json > server/tests/policy.json`, and read by a person before it is committed.
const GOLDEN: &str = include_str!("../policy.json");

#[test]
fn the_policy_is_the_one_that_was_agreed() {
    assert_eq!(format!("{:#}\n", policy::json()), GOLDEN);
}

#[test]
fn a_row_says_of_everything_who_may() {
    for row in policy::POLICY {
        assert_eq!(row.is_open(), row.roles.is_empty(), "{}", row.path);
        assert!(row.path.starts_with('/') && ["GET", "POST"].contains(&row.method), "{}", row.path);
        assert_eq!(row.method == "POST", row.path.starts_with("/api/"), "{}", row.path);
        let signed_in = row.permission == "SignedIn";
        assert_eq!(signed_in, Role::ALL.iter().all(|role| row.roles.contains(role)), "{}", row.path);
    }
    let mut paths: Vec<_> = policy::POLICY.iter().map(|row| row.path).collect();
    paths.sort_unstable();
    paths.dedup();
    assert_eq!(paths.len(), policy::POLICY.len(), "no path stands there twice");
}

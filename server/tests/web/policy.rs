//! The policy as a table that somebody reads: a change of who may do what shows in its own file.

use std::collections::BTreeSet;

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

/// What the router of the pages says.
const ROUTES: &str = include_str!("../../../app/src/routes.rs");

#[test]
fn whatever_can_be_reached_has_a_row_and_every_row_leads_somewhere() {
    let rows = |method: &str| -> BTreeSet<&str> {
        policy::POLICY.iter().filter(|row| row.method == method).map(|row| row.path).collect()
    };
    let functions: BTreeSet<&str> = leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path).collect();
    assert_eq!(functions, rows("POST"), "server functions and their rows");
    let routes = ROUTES.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next());
    let pages: BTreeSet<&str> = routes.filter(|path| *path != "/api/{*function}").collect();
    assert_eq!(pages, rows("GET"), "pages, downloads and their rows");
}

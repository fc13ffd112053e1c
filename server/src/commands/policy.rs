//! `heliodesk policy`: who may do what, as a table or as JSON.

use clap::Args;
use heliodesk_desk::policy;

use super::say;
use crate::failure::Failure;

/// Prints every function and page, what it needs, and which roles hold that.
#[derive(Debug, Args)]
pub struct Policy {
    /// One JSON array of {path, method, permission, roles, fields, background}.
    #[arg(long)]
    json: bool,
}

impl Policy {
    /// Prints the policy.
    ///
    /// # Errors
    /// When nothing can be written.
    pub fn run(self) -> Result<(), Failure> {
        if self.json {
            return say(format!("{:#}", policy::json()));
        }
        let rows = policy::POLICY;
        let width = |of: fn(&policy::Row) -> &str| rows.iter().map(|row| of(row).len()).max().unwrap_or(0);
        let (path, permission) = (width(|row| row.path), width(|row| row.permission));
        for row in rows {
            let roles: Vec<_> = row.roles.iter().map(|role| role.as_str()).collect();
            let who = if row.is_open() { "everybody".to_owned() } else { roles.join(" ") };
            say(format!("{:4}  {:path$}  {:permission$}  {who}", row.method, row.path, row.permission))?;
        }
        Ok(())
    }
}

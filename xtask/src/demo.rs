//! `cargo xtask demo`: the whole product with invented records, on this machine, at one command.

use crate::{Result, folders, machine, program, site, steps};
use std::fs;
use std::os::unix::fs::DirBuilderExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::Command;

/// Where the demo is served.
const ORIGIN: &str = "http://localhost:3000";
/// How many customers an empty database is filled with.
const CUSTOMERS: &str = "2000";

/// One person per role out of those `heliodesk demo` invites: role, name, e-mail.
const PEOPLE: [(&str, &str, &str); 4] = [
    ("support", "Mia Torres", "mia.torres@sunhaus.example"),
    ("sales", "Leo Brandt", "leo.brandt@sunhaus.example"),
    ("engineer", "Priya Nair", "priya.nair@sunhaus.example"),
    ("admin", "Nora Lindqvist", "nora.lindqvist@sunhaus.example"),
];

/// The ignored folder everything is written to, and the program that does it.
struct Demo {
    folder: PathBuf,
    program: PathBuf,
}

/// Builds, fills what is empty, prints a link per role and serves until it is stopped.
///
/// # Errors
/// When something does not compile, the database cannot be filled, or the port is taken.
pub fn run() -> Result<()> {
    machine::ensure_for_builds()?;
    let site = site::build("wasm-quick")?;
    let program = steps::timed("program, profile dev", || program::compile("dev", &site))?;
    let demo = Demo { folder: folders::root().join(".demo"), program };
    if !demo.folder.is_dir() {
        // Keys and records are for nobody else on this machine.
        fs::DirBuilder::new().mode(0o700).create(&demo.folder)?;
    }
    if !demo.folder.join("keys").exists() {
        steps::run(demo.heliodesk().args(["keys", "init"]))?;
    }
    demo.fill()?;
    demo.print_links()?;
    println!(
        "\nServing on {ORIGIN} (browse `localhost`, not an address: passkeys belong to a name). Stop with Ctrl+C."
    );
    let why = demo.heliodesk().arg("serve").exec();
    Err(format!("`{} serve` does not start: {why}", demo.program.display()).into())
}

impl Demo {
    fn heliodesk(&self) -> Command {
        let mut heliodesk = Command::new(&self.program);
        // Whatever the person has set is for another heliodesk.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("HELIODESK_")) {
            heliodesk.env_remove(name);
        }
        let path = |name: &str| self.folder.join(name);
        heliodesk.env("HELIODESK_DATABASE_URL", format!("sqlite:{}", path("heliodesk.db").display()));
        heliodesk.env("HELIODESK_KEY_FILE", path("keys")).env("HELIODESK_CHECKPOINT_DIR", path("checkpoints"));
        heliodesk.env("HELIODESK_ORIGIN", ORIGIN).env("HELIODESK_ADDR", "127.0.0.1:3000").env("HELIODESK_LOG", "warn");
        heliodesk
    }

    /// Invents people and records unless that was finished before; one that was cut off goes on where it was.
    fn fill(&self) -> Result<()> {
        let filled = self.folder.join("filled");
        if filled.exists() && self.folder.join("heliodesk.db").exists() {
            return Ok(());
        }
        steps::timed("invented records", || steps::run(self.heliodesk().args(["demo", "--customers", CUSTOMERS])))?;
        Ok(fs::write(&filled, CUSTOMERS)?)
    }

    /// A fresh link for everybody without a passkey; the others sign in with theirs.
    fn print_links(&self) -> Result<()> {
        println!("\nEnrolment links, good for one hour and one passkey each:");
        for (role, name, email) in PEOPLE {
            let mut invite = self.heliodesk();
            invite.args(["staff", "invite", "--email", email, "--name", name, "--role", role]);
            match steps::read(&mut invite) {
                Ok(link) => println!("  {role:<9} {name:<15} {link}"),
                // An admin who has a passkey is also the reason why no admin may be invited here.
                Err(why)
                    if ["has a passkey", "an admin is active"].iter().any(|says| why.to_string().contains(says)) =>
                {
                    println!("  {role:<9} {name:<15} has a passkey: sign in as {email}");
                }
                Err(why) => return Err(why),
            }
        }
        Ok(())
    }
}

//! What keeps a server while this process lives.

use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A shell that does what it is told until the end of its input: it comes when this process is gone, even by a kill, and
/// then the shell ends the server and removes its folder. A destructor alone would leave both behind, since statics are
/// never dropped.
#[derive(Debug)]
pub(crate) struct Keeper {
    shell: Child,
}

const KEEP: &str = r#"folder="$1"; shift
start() { "$@" </dev/null >>"$folder/log" 2>&1 & server=$!; }
end() { kill "$1" $server 2>/dev/null; wait $server 2>/dev/null; server=; }
start "$@"
while read -r word; do
  case "$word" in
    start) start "$@" ;;
    *) end "$word" ;;
  esac
done
end -KILL
rm -rf "$folder""#;

impl Keeper {
    /// Starts `server`, which keeps its files in `folder`.
    pub(crate) fn start(folder: &Path, server: &Command) -> Result<Self, String> {
        let mut shell = Command::new("sh");
        shell.args(["-c", KEEP, "keeper"]).arg(folder).arg(server.get_program()).args(server.get_args());
        let shell = shell.stdin(Stdio::piped()).spawn();
        Ok(Self { shell: shell.map_err(|why| format!("the shell that keeps MariaDB does not start: {why}"))? })
    }

    /// Tells it a signal to end the server by (`-KILL`), or to `start` it again.
    pub(crate) fn tell(&self, word: &str) {
        let mut input = self.shell.stdin.as_ref().expect("the shell listens until it is dropped");
        writeln!(input, "{word}").expect("the shell listens until it is dropped");
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}

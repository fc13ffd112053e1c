//! Programs of another crate that try to get around the types. Each must not compile, and for the reason it names.
//!
//! The compiler is called with the libraries this test was built with, so nothing is built twice.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// The newest libraries of a crate among those that lie beside this test; other builds may have left theirs.
fn libraries(name: &str) -> Vec<PathBuf> {
    let test = env::current_exe().expect("a program");
    let folder = fs::read_dir(test.parent().expect("a folder")).expect("reads");
    let mut built: Vec<PathBuf> = folder.filter_map(Result::ok).map(|entry| entry.path()).collect();
    built.retain(|path| {
        let file = path.file_name().and_then(|file| file.to_str()).unwrap_or_default();
        file.starts_with(&format!("lib{name}-")) && file.ends_with(".rlib")
    });
    built.sort_by_key(|path| fs::metadata(path).and_then(|about| about.modified()).ok());
    built.into_iter().rev().take(4).collect()
}

/// The desk and the wire it was built with: those with which a program compiles that only does what is allowed.
fn pair() -> &'static [PathBuf; 2] {
    static PAIR: OnceLock<[PathBuf; 2]> = OnceLock::new();
    PAIR.get_or_init(|| {
        let program = env::temp_dir().join(format!("heliodesk-use-{}.rs", std::process::id()));
        fs::write(&program, ALLOWED).expect("writes");
        let mut last = String::new();
        for desk in libraries("heliodesk_desk") {
            for wire in libraries("heliodesk_wire") {
                let pair = [desk.clone(), wire];
                let (compiled, said) = compile(&program, &pair);
                if compiled {
                    return pair;
                }
                last = said;
            }
        }
        panic!("what is allowed does not compile: {last}")
    })
}

/// Without this, every program here might fail for want of a library.
const ALLOWED: &str = "use heliodesk_desk::{access::{Actor, RevealField}, customers};
use heliodesk_wire::customers::RevealAsk;
async fn show(actor: &Actor<RevealField>, ask: RevealAsk) { let _ = customers::reveal(actor, ask).await; }
fn main() { let _ = show; let _ = serde_json::Value::Null; }
";

/// What the compiler says about a program.
fn compile(program: &Path, [desk, wire]: &[PathBuf; 2]) -> (bool, String) {
    let test = env::current_exe().expect("a program");
    let output = env::temp_dir().join(format!("heliodesk-misuse-{}", std::process::id()));
    let json = libraries("serde_json").into_iter().next().expect("was built");
    let mut compiler = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    compiler.args(["--edition", "2024", "--crate-type", "bin", "--emit", "metadata", "--cap-lints", "allow"]);
    compiler.args(["--error-format", "short"]);
    compiler.arg("-o").arg(&output).arg("-L").arg(format!("dependency={}", test.parent().expect("a folder").display()));
    for (name, library) in [("heliodesk_desk", desk), ("heliodesk_wire", wire), ("serde_json", &json)] {
        compiler.arg("--extern").arg(format!("{name}={}", library.display()));
    }
    let said = compiler.arg(program).output().expect("the compiler runs");
    let _ = fs::remove_file(output);
    (said.status.success(), String::from_utf8_lossy(&said.stderr).into_owned())
}

/// Code and message of each error the compiler numbers, in the order of the program.
fn errors(said: &str) -> Vec<String> {
    said.lines().filter_map(|line| Some(line.split_once("error[")?.1.replacen("]:", "", 1))).collect()
}

#[test]
fn what_the_types_forbid_does_not_compile() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/misuse");
    let mut tried = 0;
    for program in fs::read_dir(folder).expect("programs").map(|entry| entry.expect("an entry").path()) {
        let text = fs::read_to_string(&program).expect("text");
        let expected: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("//! Must fail with: ")).collect();
        assert!(!expected.is_empty(), "{} does not say how it fails", program.display());
        let (compiled, said) = compile(&program, pair());
        assert!(!compiled, "{} compiles", program.display());
        let errors = errors(&said);
        let fits = expected.iter().zip(&errors).all(|(expected, error)| error.starts_with(expected));
        assert!(fits && expected.len() == errors.len(), "{}\n{said}", program.display());
        tried += 1;
    }
    assert!(tried >= 14, "{tried}");
}

//! Programs of another crate that try to get around the types. Each must not compile, and for the reason it names.
//!
//! The compiler is called with the libraries this test was built with, so nothing is built twice.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The newest library of a crate among those that lie beside this test.
fn library(name: &str) -> PathBuf {
    let test = env::current_exe().expect("a program");
    let folder = fs::read_dir(test.parent().expect("a folder")).expect("reads");
    let built = folder.filter_map(Result::ok).map(|entry| entry.path()).filter(|path| {
        let file = path.file_name().and_then(|file| file.to_str()).unwrap_or_default();
        file.starts_with(&format!("lib{name}-")) && file.ends_with(".rlib")
    });
    let newest = built.max_by_key(|path| fs::metadata(path).and_then(|about| about.modified()).ok());
    newest.unwrap_or_else(|| panic!("{name} was not built"))
}

/// What the compiler says about a program.
fn compile(program: &Path) -> (bool, String) {
    let test = env::current_exe().expect("a program");
    let output = env::temp_dir().join(format!("heliodesk-misuse-{}", std::process::id()));
    let mut compiler = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    compiler.args(["--edition", "2024", "--crate-type", "bin", "--emit", "metadata", "--cap-lints", "allow"]);
    compiler.arg("-o").arg(&output).arg("-L").arg(format!("dependency={}", test.parent().expect("a folder").display()));
    for name in ["heliodesk_desk", "heliodesk_wire", "serde_json"] {
        compiler.arg("--extern").arg(format!("{name}={}", library(name).display()));
    }
    let said = compiler.arg(program).output().expect("the compiler runs");
    let _ = fs::remove_file(output);
    (said.status.success(), String::from_utf8_lossy(&said.stderr).into_owned())
}

fn codes(text: &str) -> BTreeSet<&str> {
    text.lines().filter_map(|line| line.strip_prefix("error[")?.split(']').next()).collect()
}

#[test]
fn what_the_types_forbid_does_not_compile() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/misuse");
    let mut tried = 0;
    for program in fs::read_dir(folder).expect("programs").map(|entry| entry.expect("an entry").path()) {
        let text = fs::read_to_string(&program).expect("text");
        let expected =
            text.lines().find_map(|line| line.strip_prefix("//! Must fail with: ")).expect("says how it fails");
        let (compiled, said) = compile(&program);
        assert!(!compiled, "{} compiles", program.display());
        assert_eq!(codes(&said), expected.split(' ').collect(), "{}\n{said}", program.display());
        tried += 1;
    }
    assert!(tried >= 11, "{tried}");
}

/// Without this, every program above might fail for want of a library.
#[test]
fn what_the_types_allow_compiles() {
    let program = env::temp_dir().join(format!("heliodesk-use-{}.rs", std::process::id()));
    let text = "use heliodesk_desk::{access::{Actor, RevealField}, customers}; use heliodesk_wire::customers::RevealAsk;\n\
                async fn show(actor: &Actor<RevealField>, ask: RevealAsk) { let _ = customers::reveal(actor, ask).await; }\n\
                fn main() { let _ = show; let _ = serde_json::Value::Null; }\n";
    fs::write(&program, text).expect("writes");
    let (compiled, said) = compile(&program);
    let _ = fs::remove_file(program);
    assert!(compiled, "{said}");
}

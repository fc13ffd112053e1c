//! The islands' program: `heliodesk-app` compiled for wasm32, and the JavaScript that connects it to the page.

use crate::{Result, folders, steps, wasm_target};
use std::path::PathBuf;
use wasm_bindgen_cli_support::Bindgen;

/// The two halves of the program as the browser gets them, before names and hashes.
pub struct Program {
    /// The JavaScript module.
    pub module: String,
    /// The WebAssembly.
    pub wasm: Vec<u8>,
}

/// Compiles the islands and answers the path of the raw WebAssembly.
///
/// # Errors
/// When the target cannot be had or the code does not compile.
pub fn compile(profile: &str) -> Result<PathBuf> {
    wasm_target::ensure()?;
    let mut cargo = steps::cargo();
    cargo.args(["build", "--package", "heliodesk-app", "--lib", "--target", wasm_target::NAME]);
    cargo.args(["--no-default-features", "--features", "hydrate", "--profile", profile]);
    // Where this machine keeps sources is nothing a browser needs to know; without it, every clone gives the same bytes.
    let sources =
        std::env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let sources = sources.ok_or("neither CARGO_HOME nor a home folder is set")?.join("registry/src");
    let indexes = std::fs::read_dir(&sources).map(|all| all.flatten().map(|index| index.path()).collect::<Vec<_>>());
    let hidden = indexes.unwrap_or_default().into_iter().chain([folders::root().to_owned()]);
    let flags: Vec<_> = hidden.map(|folder| format!("--remap-path-prefix={}=", folder.display())).collect();
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    steps::run(&mut cargo)?;
    Ok(folders::target().join(wasm_target::NAME).join(profile).join("heliodesk_app.wasm"))
}

/// Connects the raw WebAssembly to JavaScript. The names of Rust functions and of the compiler are left out: they are a
/// third of the size and tell a visitor more than needed.
///
/// # Errors
/// When wasm-bindgen refuses the file, or a dependency brought JavaScript of its own, which would need addresses too.
pub fn connect(raw: &std::path::Path) -> Result<Program> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(raw).web(true)?.typescript(false).omit_default_module_path(true);
    bindgen.remove_name_section(true).remove_producers_section(true);
    let mut output = bindgen.generate_output()?;
    // Every crate that uses wasm-bindgen is listed, nearly all with nothing.
    if output.snippets().values().any(|files| !files.is_empty()) || !output.local_modules().is_empty() {
        return Err("a dependency of the islands brings JavaScript of its own, which the site has no place for".into());
    }
    let module = bare(output.js());
    let wasm = output.wasm_mut();
    // Streams that JavaScript would read from Rust: leptos exports them for streaming functions, of which there are none.
    let unused: Vec<_> =
        wasm.exports.iter().filter(|export| export.name.contains("intounderlying")).map(|export| export.id()).collect();
    unused.into_iter().for_each(|export| wasm.exports.delete(export));
    walrus::passes::gc::run(wasm);
    Ok(Program { module, wasm: wasm.emit_wasm() })
}

/// A module without the comments and the indentation that wasm-bindgen writes, and without the classes of the exports
/// that were taken out.
fn bare(module: &str) -> String {
    let mut code = String::new();
    // Braces that are open in what is left out; such a part ends where they are closed and the statement with them.
    let mut open = 0_usize;
    let mut inside = false;
    for line in module.lines().map(str::trim) {
        let class = line.starts_with("export class IntoUnderlying");
        if inside || class || line.starts_with("const IntoUnderlying") {
            open = (open + line.matches('{').count()).saturating_sub(line.matches('}').count());
            let ended = open == 0 && (line == "}" || line.ends_with(';'));
            inside = !ended;
            continue;
        }
        let said = ["/*", "*", "//", "if (Symbol.dispose) IntoUnderlying"];
        if !line.is_empty() && !said.iter().any(|start| line.starts_with(start)) {
            code.push_str(line);
            code.push('\n');
        }
    }
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_indentation_and_unused_classes_go_and_code_stays() {
        let module = "/**\n * @param {number} a\n */\nexport function f(a) {\n    // why\n    return a;\n}\n\
            export class IntoUnderlyingSink {\n    free() {\n    }\n}\n\
            if (Symbol.dispose) IntoUnderlyingSink.prototype[Symbol.dispose] = IntoUnderlyingSink.prototype.free;\n\
            const IntoUnderlyingSinkFinalization = (typeof X === 'undefined')\n    ? { a }\n    : new X(ptr => f(ptr, 1));\n\
            f(1);\n";
        assert_eq!(bare(module), "export function f(a) {\nreturn a;\n}\nf(1);\n");
    }
}

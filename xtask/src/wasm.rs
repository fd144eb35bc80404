//! `cargo xtask wasm`: the verifiers for browsers, built, measured and put where the web crate and the npm package take it.
//!
//! The standard library is built with it, small and without the words of panics, which nobody could read there: that is a fifth of
//! what a page loads. Its sources come from rustup. Where rustup has none, Debian's own compiler and its sources are unpacked below
//! the target folder (nothing is installed).

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{contexts, process};

/// A verifier that pages load.
struct Module {
    /// The name of its file.
    name: &'static str,
    /// Features of `touchstone-wasm` that it has.
    features: &'static str,
    /// Bytes after `gzip -9`, at most.
    largest: usize,
}

const MODULES: [Module; 2] = [
    // For credentials: what almost every reader loads.
    Module {
        name: "touchstone.wasm",
        features: "",
        largest: 250_000,
    },
    // For presentations and proof bundles as well: loaded by who meets one.
    Module {
        name: "touchstone-whole.wasm",
        features: "whole",
        largest: 373_000,
    },
];

/// Builds, measures and places them. What is built already is not built again.
pub(crate) fn run() -> Result<()> {
    let home = process::target()?.join("browser");
    let contexts = home.join("contexts");
    fs::create_dir_all(&contexts)?;
    for (file, packed) in contexts::packed()? {
        put(&contexts.join(file), &packed)?;
    }
    let unpacked = toolchain()?;
    for module in &MODULES {
        build(module, &home, unpacked.as_ref())?;
    }
    Ok(())
}

fn build(module: &Module, home: &Path, unpacked: Option<&Unpacked>) -> Result<()> {
    let mut build = process::cargo(&BUILD)?;
    build
        .args(["--features", module.features])
        .env("CARGO_TARGET_DIR", home)
        .env("PACKED_CONTEXTS", home.join("contexts"))
        // The flags below are not stable ones; the compiler is.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", FLAGS);
    if let Some(unpacked) = unpacked {
        build.env("RUSTC", &unpacked.compiler).env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER",
            &unpacked.linker,
        );
    }
    process::run(&mut build)?;
    let compiled = home.join("wasm32-unknown-unknown/wasm/touchstone_wasm.wasm");
    let compiled = fs::read(&compiled).with_context(|| compiled.display().to_string())?;
    // Shrinking takes seconds, and the same version gives the same for the same.
    let (before, built) = (
        home.join(module.name).with_extension("compiled"),
        home.join(module.name),
    );
    let version = process::output(&mut process::program("wasm-opt", &["--version"])?)
        .context("Debian's package binaryen has it; `cargo xtask setup` installs that")?;
    let now = [version.as_bytes(), SHRINK.join(" ").as_bytes(), &compiled].concat();
    if !built.exists() || !fs::read(&before).is_ok_and(|there| there == now) {
        fs::remove_file(&before).or_else(gone)?;
        let compiled_here = home.join("compiled.wasm");
        fs::write(&compiled_here, &compiled)?;
        process::run(
            process::program("wasm-opt", &SHRINK)?
                .arg("--output")
                .arg(&built)
                .arg(&compiled_here),
        )?;
        // Written last: a run that was stopped shrinks again.
        fs::write(&before, &now)?;
    }
    let bytes = fs::read(&built).with_context(|| built.display().to_string())?;
    let (name, packed) = (module.name, packed_size(&built)?);
    if packed > module.largest {
        bail!(
            "{name} has {packed} bytes after gzip, and a page may cost {} at most",
            module.largest
        );
    }
    for place in PLACES {
        put(&process::root()?.join(place).join(name), &bytes)?;
    }
    eprintln!(
        "wasm: {name}: {} bytes, {packed} after gzip (at most {})",
        bytes.len(),
        module.largest
    );
    Ok(())
}

fn gone(error: std::io::Error) -> std::io::Result<()> {
    match error.kind() {
        std::io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    }
}

const BUILD: [&str; 10] = [
    "rustc",
    "--quiet",
    "--locked",
    "--package=touchstone-wasm",
    "--lib",
    "--crate-type=cdylib",
    "--profile=wasm",
    "--target=wasm32-unknown-unknown",
    "-Zbuild-std=std,panic_abort",
    "-Zbuild-std-features=optimize_for_size",
];

/// Shrinks what the compiler made by another fiftieth. The features are those that the compiler uses and every browser has.
/// A large function that is called from one place stays one: taken into its caller, both pack worse. `-Oz` makes a smaller file that packs worse, too.
const SHRINK: [&str; 10] = [
    "-Os",
    "--converge",
    "--one-caller-inline-max-function-size=80",
    "--always-inline-max-function-size=4",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// No places, no debug forms and no words of panics: the module has no way to print them. SHA-2 in its short form, and contexts without white space.
const FLAGS: &str = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none \
    --cfg sha2_backend_soft=\"compact\" --cfg packed_contexts";

/// Makes sure that something can build it.
pub(crate) fn setup() -> Result<()> {
    toolchain().map(drop)
}

/// Where they are taken from: into the pages, and into the npm package.
const PLACES: [&str; 2] = ["crates/web/assets/built", "crates/wasm/npm"];

/// Leaves alone what is the same, so that nothing is built anew for it.
fn put(place: &Path, bytes: &[u8]) -> Result<()> {
    if fs::read(place).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    fs::write(place, bytes).with_context(|| place.display().to_string())
}

fn packed_size(file: &Path) -> Result<usize> {
    let gzip = Command::new("gzip")
        .args(["-9", "--no-name", "--stdout"])
        .arg(file)
        .output()
        .context("starting gzip")?;
    if !gzip.status.success() {
        bail!("gzip {}: {}", file.display(), gzip.status);
    }
    Ok(gzip.stdout.len())
}

/// A compiler that was unpacked, and what links for it.
struct Unpacked {
    compiler: PathBuf,
    linker: PathBuf,
}

/// What builds it: nothing but what builds everything else, if that has the sources of its standard library.
fn toolchain() -> Result<Option<Unpacked>> {
    let sysroot = process::output(&mut process::program("rustc", &["--print=sysroot"])?)?;
    let sysroot = PathBuf::from(sysroot.trim());
    let sources = sysroot.join("lib/rustlib/src/rust/library/std");
    let from_rustup = || {
        let mut add = Command::new("timeout");
        process::succeeds(add.args(["120", "rustup", "component", "add", "rust-src"]))
    };
    let by_hand = std::env::var_os(FROM_DEBIAN).is_some();
    if !by_hand && (sources.is_dir() || (from_rustup() && sources.is_dir())) {
        return Ok(None);
    }
    debian(&sysroot).map(Some)
}

/// Set it to build with Debian's compiler even where rustup has the sources.
const FROM_DEBIAN: &str = "TOUCHSTONE_WASM_FROM_DEBIAN";

fn debian(sysroot: &Path) -> Result<Unpacked> {
    let home = process::target()?.join("browser-toolchain");
    let compiler = home.join("rustc");
    if !compiler.exists() {
        unpack(&home)?;
        let wrapper = format!(
            "#!/bin/sh\nexport LD_LIBRARY_PATH='{0}/usr/lib/x86_64-linux-gnu:{0}/usr/lib'\nexec '{0}/usr/bin/rustc' \"$@\"\n",
            home.display()
        );
        // Written last: where it stands, everything does.
        fs::write(&compiler, wrapper)?;
        fs::set_permissions(&compiler, fs::Permissions::from_mode(0o755))?;
    }
    let linker = sysroot.join("lib/rustlib/x86_64-unknown-linux-gnu/bin/rust-lld");
    if !linker.exists() {
        bail!(
            "no rust-lld at {}: install Rust by rustup",
            linker.display()
        );
    }
    Ok(Unpacked { compiler, linker })
}

/// Fetches and unpacks Debian's packages. Needs no root: nothing is installed.
fn unpack(home: &Path) -> Result<()> {
    let packages = home.join("packages");
    fs::create_dir_all(&packages)?;
    let mut download = process::program("apt-get", &["download", "--quiet"])?;
    let fetched = download
        .args(DEBIAN)
        .current_dir(&packages)
        .status()
        .is_ok_and(|status| status.success());
    if !fetched {
        bail!(
            "nothing to build the verifier for browsers with: `rustup component add rust-src` failed, and so did \
             `apt-get download {}` (as root, `apt-get update` may help)",
            DEBIAN.join(" ")
        );
    }
    for package in fs::read_dir(&packages)? {
        let package = package?.path();
        let mut unpack = process::program("dpkg", &["-x"])?;
        process::run(unpack.arg(&package).arg(home))?;
        fs::remove_file(package)?;
    }
    Ok(())
}

/// Compiler, its libraries for this machine, and the sources of the standard library.
const DEBIAN: [&str; 5] = [
    "rustc-web",
    "libstd-rust-web-1.96",
    "libstd-rust-web-dev",
    "rust-web-src",
    "libllvm22",
];

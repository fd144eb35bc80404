//! `cargo xtask setup`: what the tests need beside Rust and a C compiler.
//!
//! Idempotent: what is there is left alone, so a second run takes no time. What needs root is said, command and all,
//! and fails the run when this is not root.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{postgres, process, wasm};

/// Makes sure of Debian packages, cargo tools, a compiler for WebAssembly, npm packages and Python packages, in this order.
pub(crate) fn run() -> Result<()> {
    and_meanwhile(|| Ok(()))
}

/// The same, and does something that needs no npm and no Python packages while these are fetched and unpacked.
pub(crate) fn and_meanwhile(work: impl FnOnce() -> Result<()>) -> Result<()> {
    debian_packages()?;
    cargo_tool("nextest")?;
    cargo_tool("deny")?;
    wasm::setup()?;
    std::thread::scope(|scope| {
        let packages = scope.spawn(|| {
            npm_packages("interop")?;
            npm_packages("contracts")?;
            python_packages()
        });
        let done = work();
        let packages = packages.join();
        packages.unwrap_or_else(|_| bail!("died: see above"))?;
        done
    })
}

/// Makes sure of `cargo NAME`.
pub(crate) fn cargo_tool(name: &str) -> Result<()> {
    if process::succeeds(&mut process::cargo(&[name, "--version"])?) {
        return Ok(());
    }
    let mut install = process::cargo(&["install", "--locked", &format!("cargo-{name}")])?;
    // Each runs for seconds; the last pass of an optimizer over `cargo-deny` takes minutes of every clean clone.
    for (setting, value) in [("LTO", "off"), ("CODEGEN_UNITS", "16"), ("OPT_LEVEL", "1")] {
        install.env(format!("CARGO_PROFILE_RELEASE_{setting}"), value);
    }
    process::run(&mut install)
}

/// Test vectors lie beside the checkout, never in it.
pub(crate) fn vectors() -> Result<()> {
    let folder = process::root()?.join("../shared/vectors");
    if folder.join("sample-shapes/aim.json").is_file() {
        return Ok(());
    }
    bail!(
        "no test vectors at ../shared/vectors (looked for {}): place them beside the checkout",
        folder.display()
    )
}

/// Makes sure of the counter of instructions, and of the other Debian packages with it.
pub(crate) fn valgrind() -> Result<()> {
    debian_packages()
}

fn debian_packages() -> Result<()> {
    let missing: Vec<&str> = DEBIAN
        .iter()
        .filter(|(_, present)| !present())
        .map(|(package, _)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    if !is_root()? {
        bail!(
            "needs root: run `sudo apt-get update && sudo apt-get install {list}`, then this again"
        );
    }
    let apt = |arguments: &[&str]| -> Result<()> {
        let mut command = process::program("apt-get", arguments)?;
        process::run(command.env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update", "-q"])?;
    let mut install = vec!["install", "-q", "-y", "--no-install-recommends"];
    install.extend(&missing);
    apt(&install)?;
    match DEBIAN.iter().find(|(_, present)| !present()) {
        None => Ok(()),
        Some((package, _)) => {
            bail!("{package} was installed, but what the tests need of it was not found")
        }
    }
}

/// A Debian package, and how to see that what we need of it is there (from this package or another source).
type Package = (&'static str, fn() -> bool);

const DEBIAN: [Package; 14] = [
    ("postgresql", || postgres::program("postgres").is_ok()),
    ("chromium", || Path::new(CHROMIUM).exists()),
    ("poppler-utils", || answers("pdftotext", &["-v"])),
    ("fonts-dejavu-core", || {
        Path::new("/usr/share/fonts/truetype/dejavu").exists()
    }),
    ("nodejs", || answers("node", &["--version"])),
    ("npm", || answers("npm", &["--version"])),
    ("python3-venv", || {
        answers("python3", &["-m", "ensurepip", "--version"])
    }),
    ("faketime", || answers("faketime", &["--version"])),
    ("strace", || answers("strace", &["--version"])),
    ("iproute2", || answers("ip", &["-Version"])),
    ("valgrind", || answers("valgrind", &["--version"])),
    ("softhsm2", || answers("softhsm2-util", &["--version"])),
    ("openssl", || answers("openssl", &["version"])),
    ("binaryen", || answers("wasm-opt", &["--version"])),
];

/// The browser that drives the pages.
pub(crate) const CHROMIUM: &str = "/usr/bin/chromium";

fn answers(program: &str, arguments: &[&str]) -> bool {
    process::succeeds(Command::new(program).args(arguments))
}

/// Makes sure of the npm packages that a folder of the project asks for.
pub(crate) fn npm_packages(folder: &str) -> Result<()> {
    let folder = process::root()?.join(folder);
    let stamp = folder.join("node_modules/.installed-from");
    if same(&folder.join("package-lock.json"), &stamp)? {
        return Ok(());
    }
    let mut install = process::program(
        "npm",
        &["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
    )?;
    process::run(install.current_dir(&folder))?;
    fs::copy(folder.join("package-lock.json"), stamp).context("noting what npm installed")?;
    Ok(())
}

fn python_packages() -> Result<()> {
    let interop = process::root()?.join("interop");
    let wanted = interop.join("requirements.txt");
    let stamp = interop.join(".venv/installed-from");
    if same(&wanted, &stamp)? {
        return Ok(());
    }
    process::run(
        process::program("python3", &["-m", "venv", "--clear", ".venv"])?.current_dir(&interop),
    )?;
    let pip = interop.join(".venv/bin/pip").display().to_string();
    let arguments = [
        "install",
        "--quiet",
        "--no-deps",
        // Two of them ask for a newer Python than Debian 12 has, and run with it.
        "--ignore-requires-python",
        "--requirement",
        "requirements.txt",
    ];
    process::run(process::program(&pip, &arguments)?.current_dir(&interop))?;
    fs::copy(wanted, stamp).context("noting what pip installed")?;
    Ok(())
}

/// Whether what is installed came from the list as it stands now.
fn same(wanted: &Path, stamp: &Path) -> Result<bool> {
    let list = fs::read(wanted).with_context(|| wanted.display().to_string())?;
    Ok(fs::read(stamp).is_ok_and(|installed| installed == list))
}

/// Whether this process may install packages, and may not run PostgreSQL itself.
pub(crate) fn is_root() -> Result<bool> {
    Ok(process::output(Command::new("id").arg("-u"))?.trim() == "0")
}

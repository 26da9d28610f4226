//! Git's own program, for what only it knows: its settings as they are in force, and its merge by lines.

use std::ffi::OsStr;
use std::process::{Command, Output, Stdio};

use crate::face::cli::output::{self, Failure};

/// Runs git where the command works.
pub(super) fn git<A: AsRef<OsStr>>(arguments: &[A], out: &output::Output<'_>) -> Result<Output, Failure> {
    let mut command = Command::new("git");
    command.current_dir(out.folder()).args(arguments).stdin(Stdio::null());
    command.output().map_err(|_| {
        Failure::new("git can't be started").help("install git, and see that it is found in `PATH`")
    })
}

/// A setting of git as it is in force; `None` where there is none.
pub(super) fn setting(name: &str, out: &output::Output<'_>) -> Option<String> {
    let ran = git(&["config", "--get", name], out).ok()?;
    ran.status.success().then(|| String::from_utf8_lossy(&ran.stdout).trim().to_owned())
}

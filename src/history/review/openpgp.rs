//! OpenPGP signatures, through git and gpg with the keyring of who asks.
//!
//! Git is told by what program to verify: a program that the repository configures is not run, nor anything else that
//! it could configure.

use std::process::{Command, Stdio};

use super::signature::{Fault, Standing};
use crate::history::CommitId;
use crate::source::Repository;

/// Asks git whether it is good.
pub(super) fn verify(id: &CommitId, repository: &Repository) -> Standing {
    #[expect(
        clippy::disallowed_methods,
        reason = "git verifies, with nothing of the repository's configuration"
    )]
    let mut git = Command::new("git");
    // `-c` stands last of all configuration. Both names are git's for the same program.
    for setting in [
        "gpg.format=openpgp",
        "gpg.program=gpg",
        "gpg.openpgp.program=gpg",
        "core.fsmonitor=false",
        "core.hooksPath=/dev/null",
    ] {
        git.args(["-c", setting]);
    }
    let ran = git
        .arg("--git-dir")
        .arg(repository.path())
        .args(["--no-pager", "--no-replace-objects", "verify-commit", "--raw", id.hex()])
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env_remove("GIT_CONFIG_COUNT")
        .env_remove("GIT_CONFIG_PARAMETERS")
        .env_remove("GIT_DIR")
        .env_remove("GIT_TRACE")
        // Not in the repository: a `gpg` that lies there must not be found through a `.` in PATH.
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output();
    let Ok(ran) = ran else { return Standing::NoProgram { program: "git", installed: false } };
    let status = String::from_utf8_lossy(&ran.stderr);
    // Whatever gpg thinks of a signature it writes as status. Where it wrote none it was not heard, and git's failure
    // tells nothing of the signature.
    match status.lines().any(|line| line.starts_with(STATUS)) {
        true => read(ran.status.success(), &status),
        false => Standing::NoProgram { program: "gpg", installed: is_installed() },
    }
}

/// Whether there is a gpg to run, in the folder from which git would run it.
fn is_installed() -> bool {
    #[expect(clippy::disallowed_methods, reason = "to tell a missing program from one that fails")]
    let mut gpg = Command::new("gpg");
    gpg.arg("--version").current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    gpg.status().is_ok()
}

/// How its status lines begin.
const STATUS: &str = "[GNUPG:] ";

/// What gpg's status lines say (`doc/DETAILS` of GnuPG).
fn read(success: bool, status: &str) -> Standing {
    let said = |word: &str| {
        status.lines().find_map(|line| line.strip_prefix(STATUS)?.strip_prefix(word)?.strip_prefix(' '))
    };
    if let (true, Some(good)) = (success, said("GOODSIG")) {
        // The key's id, then the name in the keyring.
        let signer = good.split_once(' ').map_or(good, |(_, name)| name);
        return Standing::Good { signer: signer.to_owned() };
    }
    Standing::Bad(if said("BADSIG").is_some() {
        Fault::Tampered
    } else if said("NO_PUBKEY").is_some() {
        Fault::UnknownKey
    } else if said("EXPKEYSIG").is_some() || said("REVKEYSIG").is_some() || said("EXPSIG").is_some() {
        Fault::OutsideValidity
    } else {
        Fault::Refused
    })
}

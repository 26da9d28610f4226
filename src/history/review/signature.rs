//! A commit's signature, and whether the verifier trusts it.
//!
//! The signature stands in the commit's header and covers all of the commit but itself
//! (<https://git-scm.com/docs/gitformat-signature>). SSH signatures are verified here; for OpenPGP git and gpg are asked.

use ssh_key::{Algorithm as KeyAlgorithm, HashAlg, PublicKey, SshSig};

use super::{Verifier, openpgp};
use crate::history::CommitId;
use crate::source::{Algorithm, Repository, committer_time, parts};

/// In which namespace git signs (`ssh-keygen -Y sign -n git`).
const NAMESPACE: &str = "git";

/// What sort of signature it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SignatureKind {
    /// By an SSH key.
    Ssh,
    /// By an OpenPGP key.
    OpenPgp,
    /// By a certificate (`gpgsm`).
    X509,
    /// Of no known form.
    Other,
}

impl SignatureKind {
    /// The word in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            SignatureKind::Ssh => "ssh",
            SignatureKind::OpenPgp => "openpgp",
            SignatureKind::X509 => "x509",
            SignatureKind::Other => "other",
        }
    }
}

/// Why a signature is not to be trusted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Fault {
    /// It is not of this commit: the commit or the signature was changed.
    Tampered,
    /// Its key is not among the allowed signers.
    UnknownKey,
    /// It was made for another purpose than signing commits.
    WrongNamespace,
    /// The key was not valid when the commit was made.
    OutsideValidity,
    /// It can't be read.
    Malformed,
    /// Its algorithm is not one that is verified here.
    Unsupported,
    /// Git and gpg refuse it.
    Refused,
}

impl Fault {
    /// The word in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Fault::Tampered => "tampered",
            Fault::UnknownKey => "unknown-key",
            Fault::WrongNamespace => "wrong-namespace",
            Fault::OutsideValidity => "outside-validity",
            Fault::Malformed => "malformed",
            Fault::Unsupported => "unsupported",
            Fault::Refused => "refused",
        }
    }
}

/// What verifying came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It is of this commit, by this signer whom the verifier trusts.
    Good {
        /// As the verifier's own file or keyring names him.
        signer: String,
    },
    /// It is not to be trusted.
    Bad(Fault),
    /// Nothing was given to verify it by.
    NotVerified,
    /// The program that verifies such signatures is not installed, or does not run: nothing is known of it.
    NoProgram {
        /// Which: `git` or `gpg`.
        program: &'static str,
        /// Whether it is there, and merely does not run.
        installed: bool,
    },
}

/// A signature on a commit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signature {
    /// What sort it is.
    pub kind: SignatureKind,
    /// What verifying came to.
    pub standing: Standing,
}

/// The signature on the `bytes` of the commit `id` where there is no repository; `None` where it carries none. SSH
/// signatures are verified by the verifier's file; others are not, for git and gpg would have to be asked.
pub fn signature_on(id: &CommitId, bytes: &[u8], verifier: &Verifier) -> Option<Signature> {
    signature(id, bytes, verifier, None)
}

/// The signature of a commit's `bytes`, verified as far as `verifier` can.
pub(super) fn signature(
    id: &CommitId,
    bytes: &[u8],
    verifier: &Verifier,
    repository: Option<&Repository>,
) -> Option<Signature> {
    let (armor, payload) = taken_apart(bytes, id.object()?.algorithm())?;
    let kind = kind(&armor);
    let standing = match (kind, &verifier.signers, repository) {
        (SignatureKind::Ssh, Some(_), _) => ssh(&armor, &payload, committer_time(bytes), verifier),
        (SignatureKind::OpenPgp, _, Some(repository)) if verifier.openpgp => openpgp::verify(id, repository),
        _ => Standing::NotVerified,
    };
    Some(Signature { kind, standing })
}

fn kind(armor: &[u8]) -> SignatureKind {
    let begins = |word: &str| armor.starts_with(format!("-----BEGIN {word}-----").as_bytes());
    if begins("SSH SIGNATURE") {
        SignatureKind::Ssh
    } else if begins("PGP SIGNATURE") || begins("PGP MESSAGE") {
        SignatureKind::OpenPgp
    } else if begins("SIGNED MESSAGE") {
        SignatureKind::X509
    } else {
        SignatureKind::Other
    }
}

/// The signature and what it covers: the commit without it. `None` where it carries none.
fn taken_apart(bytes: &[u8], algorithm: Algorithm) -> Option<(Vec<u8>, Vec<u8>)> {
    // The other is the signature over the same commit in the other object format.
    let (own, other): (&[u8], &[u8]) = match algorithm {
        Algorithm::Sha1 => (b"gpgsig ", b"gpgsig-sha256 "),
        Algorithm::Sha256 => (b"gpgsig-sha256 ", b"gpgsig "),
    };
    let (head, _) = parts(bytes);
    let (mut armor, mut payload, mut inside) = (None, Vec::with_capacity(bytes.len()), Inside::Other);
    for line in head.split_inclusive(|&b| b == b'\n') {
        inside = match line {
            [b' ', ..] => inside,
            line if line.starts_with(own) => Inside::Signature,
            line if line.starts_with(other) => Inside::Dropped,
            _ => Inside::Other,
        };
        match inside {
            Inside::Other => payload.extend_from_slice(line),
            Inside::Dropped => {}
            Inside::Signature => {
                let text = line.strip_prefix(own).or(line.strip_prefix(b" ")).unwrap_or(line);
                armor.get_or_insert_with(Vec::new).extend_from_slice(text);
            }
        }
    }
    // Where the signature is the last header its line's end is the header's: `parts` leaves it out.
    let mut rest = &bytes[head.len()..];
    if payload.ends_with(b"\n") {
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
    payload.extend_from_slice(rest);
    Some((armor?, payload))
}

#[derive(Clone, Copy)]
enum Inside {
    Signature,
    Dropped,
    Other,
}

fn ssh(armor: &[u8], payload: &[u8], time: i64, verifier: &Verifier) -> Standing {
    let Some(signers) = &verifier.signers else { return Standing::NotVerified };
    let Ok(signature) = SshSig::from_pem(armor) else { return Standing::Bad(Fault::Malformed) };
    if signature.namespace() != NAMESPACE {
        return Standing::Bad(Fault::WrongNamespace);
    }
    let verified_here = match signature.algorithm() {
        KeyAlgorithm::Ed25519
        | KeyAlgorithm::SkEd25519
        | KeyAlgorithm::Ecdsa { .. }
        | KeyAlgorithm::SkEcdsaSha2NistP256 => true,
        // With SHA-1 it is refused by ssh-keygen too.
        KeyAlgorithm::Rsa { hash: Some(HashAlg::Sha256 | HashAlg::Sha512) } => true,
        _ => false,
    };
    if !verified_here || signature.version() != SshSig::VERSION {
        return Standing::Bad(Fault::Unsupported);
    }
    let key = PublicKey::from(signature.public_key().clone());
    if key.verify(NAMESPACE, payload, &signature).is_err() {
        return Standing::Bad(Fault::Tampered);
    }
    match signers.find(key.key_data(), NAMESPACE, time) {
        Ok(signer) => Standing::Good { signer: signer.to_owned() },
        Err(fault) => Standing::Bad(fault),
    }
}

//! Who signed the commits that a proof names, as far as whoever checks it can tell from the proof and a file of his own.

use std::collections::BTreeMap;

use crate::face::wire::{self, Proof, SignedCommit};
use crate::history::exhibit::{Exhibits, Store};
use crate::history::{AllowedSigners, CommitId, SignatureKind, Standing, Verifier, signature_on};

use super::super::output::{Exit, Output};
use crate::face::text::shown;
use crate::face::words::review::standing_text;

/// A commit that a proof names.
pub(in crate::face::cli) struct Signed {
    commit: CommitId,
    /// For what.
    names: Vec<&'static str>,
    /// `None` where it carries no signature.
    signature: Option<(SignatureKind, Standing)>,
}

/// The commits that the `proof` names, in the order in which it does, with what comes of their signatures by `signers`.
/// The proof's objects must have been found to be what their names say.
pub(in crate::face::cli) fn signed(proof: &Proof, signers: Option<AllowedSigners>) -> Vec<Signed> {
    let Some(exhibits) = wire::objects(&proof.objects).ok().and_then(|objects| Exhibits::new(objects).ok())
    else {
        return Vec::new();
    };
    let verifier = Verifier { signers, openpgp: false };
    let mut order: Vec<&str> = Vec::new();
    let mut names: BTreeMap<&str, Vec<&'static str>> = BTreeMap::new();
    let mut name = |commit, word| {
        let words = names.entry(commit).or_insert_with(|| {
            order.push(commit);
            Vec::new()
        });
        if !words.contains(&word) {
            words.push(word);
        }
    };
    name(&*proof.commit, "asked");
    for said in &proof.claims {
        name(&*said.said_by.commit, "said-by");
        said.also_said_by.iter().for_each(|commit| name(commit, "also-said-by"));
        name(&*said.landed_by.commit, "landed-by");
        name(&*said.first_said_by.commit, "first-said-by");
    }
    let signed = order.into_iter().filter_map(|text| {
        let commit = CommitId::parse(text)?;
        let object = exhibits.object(&commit)?;
        let signature = signature_on(&commit, &object.bytes, &verifier);
        let signature = signature.map(|signature| (signature.kind, signature.standing));
        Some(Signed { commit, names: names.remove(text)?, signature })
    });
    signed.collect()
}

/// How far the commits are vouched for where `Exit::Clean` is all of them: a signature that is refused is a finding, a
/// commit of which nothing can be told leaves it open.
pub(in crate::face::cli) fn exit(signed: &[Signed]) -> Exit {
    let of = |one: &Signed| match &one.signature {
        Some((_, Standing::Good { .. })) => Exit::Clean,
        Some((_, Standing::Bad(_))) => Exit::Findings,
        _ => Exit::Unconfirmed,
    };
    let all: Vec<Exit> = signed.iter().map(of).collect();
    [Exit::Findings, Exit::Unconfirmed].into_iter().find(|exit| all.contains(exit)).unwrap_or(Exit::Clean)
}

/// On the wire.
pub(in crate::face::cli) fn on_the_wire(signed: &[Signed]) -> Vec<SignedCommit> {
    let one = |one: &Signed| {
        let (standing, signer) = match &one.signature {
            None => ("unsigned", None),
            Some((_, standing)) => wire::standing(standing),
        };
        SignedCommit {
            commit: one.commit.to_string(),
            names: one.names.clone(),
            kind: one.signature.as_ref().map(|(kind, _)| kind.as_str()),
            standing,
            signer,
        }
    };
    signed.iter().map(one).collect()
}

/// For people: a line a commit. Where nothing was given to verify by (`asked` is false), unsigned commits are no news.
pub(in crate::face::cli) fn tell(signed: &[Signed], asked: bool, out: &mut Output<'_>) {
    for one in signed.iter().filter(|one| asked || one.signature.is_some()) {
        let (word, style, what) = match &one.signature {
            None => ("open  ", "33", "carries no signature".to_owned()),
            Some((kind, standing)) => {
                let (word, style) = match standing {
                    Standing::Good { .. } => ("ok    ", "32"),
                    Standing::Bad(_) => ("refused", "31"),
                    Standing::NotVerified | Standing::NoProgram { .. } => ("open  ", "33"),
                };
                let mut what = format!("{} signature {}", kind.as_str(), standing_text(standing));
                if *standing == Standing::NotVerified {
                    what.push_str(why_not(*kind));
                }
                (word, style, what)
            }
        };
        let word = out.styled(style, word);
        out.line(&format!("{word} {:16} {} {}", "signature", one.commit.short(), shown(&what)));
    }
}

/// Why a signature was not verified.
fn why_not(kind: SignatureKind) -> &'static str {
    match kind {
        SignatureKind::Ssh => ": name your file of allowed signers with `--allowed-signers FILE`",
        SignatureKind::OpenPgp => ": that takes git, gpg and the repository (`dictum audit --openpgp`)",
        SignatureKind::X509 | SignatureKind::Other => ": no signature of its kind is verified here",
    }
}

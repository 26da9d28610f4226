//! What commands share that ask who reviewed: by what signatures are verified, and reading the evidence.

use std::path::{Path, PathBuf};

use clap::Args;

use super::human::row;
use super::knowledge::{self, Place, locate};
use super::output::{Failure, Output};
use super::questions::Basis;
use crate::face::text::shown;
use crate::face::words::review::{need_text, reviewed_text, signature_texts};
use crate::history::{AllowedSigners, CommitId, Reason, Review, Reviews, Verifier};
use crate::query::{Answer, Cite};
use crate::source::{ObjectId, Repository};

/// By what signatures are verified.
#[derive(Args, Debug, Clone, Default)]
pub(super) struct Verifying {
    /// Verify SSH signatures by this file of yours (`PRINCIPALS KEY` lines, as for ssh-keygen); never one of the repository
    #[arg(long, value_name = "FILE")]
    pub allowed_signers: Option<PathBuf>,
    /// Verify OpenPGP signatures by your keyring (runs git and gpg)
    #[arg(long)]
    pub openpgp: bool,
}

impl Verifying {
    /// Reads the file, which must not be of the repository under audit: whoever could change the one could change the
    /// other.
    fn verifier(&self, place: &Place, out: &Output<'_>) -> Result<Verifier, Failure> {
        let signers =
            self.allowed_signers.as_ref().map(|file| signers(&out.at(file), Some(place))).transpose()?;
        Ok(Verifier { signers, openpgp: self.openpgp })
    }
}

/// Whether an answer is to tell who reviewed it.
#[derive(Args, Debug, Clone, Default)]
pub(super) struct Reviewing {
    /// Say whether the claims that answer were reviewed, by whom, and what tells so
    #[arg(long)]
    review: bool,
    #[command(flatten)]
    verifying: Verifying,
}

impl Reviewing {
    /// For each answer whether its claims were reviewed; nothing where it was not asked for.
    pub fn reviews(
        &self,
        answers: &[Answer],
        basis: &Basis,
        out: &mut Output<'_>,
    ) -> Result<Vec<Vec<(Cite, Review)>>, Failure> {
        let asked = self.review || self.verifying.openpgp || self.verifying.allowed_signers.is_some();
        let at = answers.first().and_then(|answer| answer.basis.at.clone());
        if !asked {
            return Ok(Vec::new());
        }
        with_reviews(basis, at.as_ref(), &self.verifying, out, |judge, _| {
            let cites = |answer: &Answer| {
                let open = answer.facts.iter().flat_map(|fact| &fact.cites);
                let mut cites: Vec<&Cite> = answer.cites.iter().chain(open).collect();
                cites.dedup_by_key(|cite| cite.hash);
                cites.into_iter().map(|cite| (cite.clone(), judge(cite))).collect()
            };
            Ok(answers.iter().map(cites).collect())
        })
    }
}

/// For people: whether each of these claims was reviewed.
pub(super) fn tell(reviews: &[(Cite, Review)], out: &mut Output<'_>) {
    for (cite, review) in reviews {
        let mut lines = vec![format!("{}  {}", cite.pin, reviewed_text(review))];
        lines.extend(signature_texts(review));
        lines.extend(review.needs.iter().filter_map(need_text));
        let lines: Vec<String> = lines.iter().map(|line| shown(line)).collect();
        row("reviewed", &lines, out);
    }
}

/// Longer files of allowed signers are none.
const MOST_BYTES: u64 = 4 << 20;

/// Reads the file of who asks, which is refused where it belongs to `place`, whose commits it is to vouch for.
pub(super) fn signers(file: &Path, place: Option<&Place>) -> Result<AllowedSigners, Failure> {
    let failed = |error: &std::io::Error| Failure::file("read", file, error);
    let real = |path: &Path| std::fs::canonicalize(path);
    let at = real(file).map_err(|error| failed(&error))?;
    let git = place.and_then(|place| place.repository.as_ref().ok()).map(Repository::commondir);
    let inside = |folder: &Path| real(folder).is_ok_and(|folder| at.starts_with(folder));
    if place.is_some_and(|place| inside(&place.root.base)) || git.is_some_and(inside) {
        return Err(Failure::new(format!("`{}` belongs to the repository under audit", file.display()))
            .help("name a file of your own: who can change the repository could change that one too"));
    }
    let length = std::fs::metadata(&at).map_err(|error| failed(&error))?.len();
    if length > MOST_BYTES {
        return Err(Failure::new(format!("`{}` is too long for a file of allowed signers", file.display())));
    }
    let text = std::fs::read_to_string(&at).map_err(|error| failed(&error))?;
    AllowedSigners::parse(&text).map_err(|bad| {
        Failure::new(format!("can't use line {} of `{}`: {}", bad.line, file.display(), bad.why))
            .help(bad.help)
    })
}

/// Judges whether a claim was reviewed.
pub(super) type Judge<'a> = &'a dyn Fn(&Cite) -> Review;

/// Hands `work` what judges the claims that were answered from `basis`, at the commit `at`; and the repository's reviews
/// themselves where there is a repository.
pub(super) fn with_reviews<T>(
    basis: &Basis,
    at: Option<&CommitId>,
    verifying: &Verifying,
    out: &mut Output<'_>,
    work: impl FnOnce(Judge<'_>, Option<&Reviews<'_>>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let place = if basis.snapshot.is_some() { None } else { Some(locate(out)?) };
    let found = place.as_ref().and_then(|place| {
        let repository = place.repository.as_ref().ok()?;
        Some((place, repository, at?.object()?))
    });
    let Some((place, repository, commit)) = found else {
        out.note("note: who reviewed is in the commits of the repository, and there is none to ask");
        return work(&|_| Review::unknown(Reason::NoHistory), None);
    };
    with_repository_reviews(place, repository, commit, verifying, out, |reviews| {
        work(&|cite| knowledge::reviewed(reviews, cite), Some(reviews))
    })
}

/// Hands `work` the reviews of a repository, whose files are picked as its `commit` says.
pub(super) fn with_repository_reviews<T>(
    place: &Place,
    repository: &Repository,
    commit: ObjectId,
    verifying: &Verifying,
    out: &Output<'_>,
    work: impl FnOnce(&Reviews<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    knowledge::with_reviews(place, repository, commit, verifying.verifier(place, out)?, work)
}

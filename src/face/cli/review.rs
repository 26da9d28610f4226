//! What commands share that ask who reviewed: by what signatures are verified, and reading the evidence.

use std::path::{Path, PathBuf};

use clap::Args;

use super::human::row;
use super::knowledge::{Place, config_of, locate};
use super::output::{Failure, Output};
use super::questions::Basis;
use crate::diagnostic::Findings;
use crate::face::text::shown;
use crate::face::words;
use crate::history::{
    AllowedSigners, CommitId, Evidence, Knowledge, Need, Reason, Review, Reviewed, Reviews, Signature,
    Standing, Verifier, Weight,
};
use crate::kind::declare;
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

/// In words: what a policy asked for and did not get, or nothing was given to tell; `None` where it is met.
pub(super) fn need_text(need: &Need) -> Option<String> {
    match need {
        _ if need.met() == Some(true) => None,
        Need::Reviews { policy, needed, counted } => {
            let reviews = words::count(*needed as usize, "review", "reviews");
            Some(format!("policy {policy} asks for {reviews}, and {counted} count"))
        }
        Need::Signed { policy, met: Some(_) } => {
            Some(format!("policy {policy} asks for a signature that can be trusted"))
        }
        Need::Signed { policy, met: None } => {
            Some(format!("policy {policy} asks for a signature, and the one there was not verified"))
        }
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
        let judge = |cite: &Cite| match &cite.said {
            Some(said) => reviews.of(&cite.pin.slot, said.said_by.commit(), said.landed_by.commit()),
            None => Review::unknown(Reason::NoHistory),
        };
        work(&judge, Some(reviews))
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
    let verifier = verifying.verifier(place, out)?;
    let root = &place.root.knowledge;
    let config = config_of(repository, place, commit);
    // Policies and teams are read alike whatever the business declares.
    let catalog = declare(&[], &mut Findings::new());
    let knowledge = Knowledge::new(root, &config, &catalog).with_limits(&place.limits);
    let reviews = Reviews::new(repository, root, &knowledge, verifier)?;
    work(&reviews)
}

/// In words: whether it was reviewed, and by whom or why not. Not yet fit to be shown.
pub(super) fn reviewed_text(review: &Review) -> String {
    let by = |weight: Weight| {
        let pieces = review.evidence.iter().filter(|piece| piece.weight == weight).map(piece);
        pieces.collect::<Vec<_>>().join(", ")
    };
    match (review.state, review.reason) {
        (Reviewed::Yes, _) => format!("yes, {}", by(Weight::Counts)),
        (_, Reason::TooFew) => format!("no, too few: {}", by(Weight::Counts)),
        (_, Reason::NotAReviewer) => {
            format!("no, only by others than the policy names: {}", by(Weight::NotAReviewer))
        }
        (_, Reason::OwnWork) => "no, only by its author or a program".to_owned(),
        (_, Reason::NoReview) => "no, nothing tells of one".to_owned(),
        (_, Reason::IncompleteHistory) => "unknown, history is not complete here".to_owned(),
        (_, Reason::NoHistory) => "unknown, there is no history to tell".to_owned(),
        (_, Reason::PolicyUnknown) => "unknown, the policies of that time can't be read".to_owned(),
        (_, Reason::Reviewed) => review.state.as_str().to_owned(),
    }
}

fn piece(piece: &Evidence) -> String {
    format!("{} {}", piece.mark.as_str(), piece.who)
}

/// In words: what each signature comes to. Not yet fit to be shown.
pub(super) fn signature_texts(review: &Review) -> Vec<String> {
    let one = |(commit, signature): &(CommitId, Signature)| {
        format!(
            "{} {} signature {}",
            commit.short(),
            signature.kind.as_str(),
            standing_text(&signature.standing)
        )
    };
    review.signatures.iter().map(one).collect()
}

/// In words: what verifying a signature came to. Not yet fit to be shown.
pub(super) fn standing_text(standing: &Standing) -> String {
    match standing {
        Standing::Good { signer } => format!("good, by {signer}"),
        Standing::Bad(fault) => format!("not to be trusted: {}", fault.as_str()),
        Standing::NotVerified => "not verified".to_owned(),
        Standing::NoProgram { program, installed: false } => {
            format!("can't be checked here: {program} is not installed")
        }
        Standing::NoProgram { program, installed: true } => {
            format!("can't be checked here: {program} does not run")
        }
    }
}

//! What a commit tells of the people who had to do with it.

use super::Verifier;
use super::signature::{Signature, signature};
use crate::history::CommitId;
use crate::history::commit::{self, trailers};
use crate::source::{ObjectId, Repository, header, parts};

/// A person or program, as a commit names it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Identity {
    /// The name; may be empty.
    pub name: String,
    /// The mail address; may be empty.
    pub mail: String,
}

impl Identity {
    /// Reads `Name <mail>`, or a bare mail address or name.
    pub fn parse(text: &str) -> Identity {
        let text = text.trim();
        let (name, mail) = match text.rsplit_once('<') {
            Some((name, rest)) => (name.trim(), rest.split('>').next().unwrap_or_default().trim()),
            None if text.contains('@') && !text.contains(' ') => ("", text),
            None => (text, ""),
        };
        Identity { name: name.to_owned(), mail: mail.to_owned() }
    }

    /// Whether both are the same person as far as a commit can tell: one mail address, or one name. In doubt they are:
    /// who signs under a second address is not a second pair of eyes.
    pub fn is(&self, other: &Identity) -> bool {
        let same = |a: &str, b: &str| !a.is_empty() && a.eq_ignore_ascii_case(b);
        same(&self.mail, &other.mail) || same(&self.name, &other.name)
    }

    /// Whether it is a program: its name or address says so.
    pub fn is_bot(&self) -> bool {
        let bot = |text: &str| text.ends_with("[bot]") || text.contains("[bot]@");
        bot(&self.name) || bot(&self.mail) || self.mail.eq_ignore_ascii_case("noreply@github.com")
    }

    /// Whether it says who it is at all.
    pub fn is_someone(&self) -> bool {
        !(self.name.is_empty() && self.mail.is_empty())
    }
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.name.is_empty(), self.mail.is_empty()) {
            (true, true) => f.write_str("nobody"),
            (false, true) => f.write_str(&self.name),
            (true, false) => write!(f, "<{}>", self.mail),
            (false, false) => write!(f, "{} <{}>", self.name, self.mail),
        }
    }
}

/// What kind of thing tells of a person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Mark {
    /// A `Reviewed-by` trailer.
    ReviewedBy,
    /// An `Acked-by` trailer.
    AckedBy,
    /// An `Approved-by` trailer.
    ApprovedBy,
    /// A `Co-authored-by` trailer: another author.
    CoAuthoredBy,
    /// A `Signed-off-by` trailer: of where it comes from, not of what it says.
    SignedOffBy,
    /// A `Proposed-By` trailer: whose proposal it is, whoever commits it at last.
    ProposedBy,
    /// A `Dictum-Agent` trailer: the program that proposed it.
    Agent,
    /// The author of the merge that landed it.
    MergedBy,
}

impl Mark {
    /// The word in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Mark::ReviewedBy => "reviewed-by",
            Mark::AckedBy => "acked-by",
            Mark::ApprovedBy => "approved-by",
            Mark::CoAuthoredBy => "co-authored-by",
            Mark::SignedOffBy => "signed-off-by",
            Mark::ProposedBy => "proposed-by",
            Mark::Agent => "dictum-agent",
            Mark::MergedBy => "merged-by",
        }
    }

    /// Whether it can be a review.
    pub fn is_review(self) -> bool {
        !matches!(self, Mark::SignedOffBy) && !self.is_authorship()
    }

    /// Whether it names somebody whose work it is: no word of theirs on it is a review.
    pub fn is_authorship(self) -> bool {
        matches!(self, Mark::CoAuthoredBy | Mark::ProposedBy | Mark::Agent)
    }

    fn of_trailer(key: &str) -> Option<Mark> {
        let marks = [
            Mark::ReviewedBy,
            Mark::AckedBy,
            Mark::ApprovedBy,
            Mark::CoAuthoredBy,
            Mark::SignedOffBy,
            Mark::ProposedBy,
            Mark::Agent,
        ];
        marks.into_iter().find(|mark| key.eq_ignore_ascii_case(mark.as_str()))
    }
}

/// What a piece of evidence comes to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Weight {
    /// It counts as a review.
    Counts,
    /// It is the author's own, or that of a co-author or of who proposed it.
    OwnWork,
    /// A program's.
    Bot,
    /// The policy in force names others.
    NotAReviewer,
    /// It is said of nobody.
    Nobody,
    /// It is no review, whoever's it is.
    NoReview,
}

impl Weight {
    /// The word in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Weight::Counts => "counts",
            Weight::OwnWork => "own-work",
            Weight::Bot => "bot",
            Weight::NotAReviewer => "not-a-reviewer",
            Weight::Nobody => "nobody",
            Weight::NoReview => "no-review",
        }
    }
}

/// One piece of evidence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Evidence {
    /// What it is.
    pub mark: Mark,
    /// Of whom it tells.
    pub who: Identity,
    /// The commit that says so.
    pub commit: CommitId,
    /// What it comes to.
    pub weight: Weight,
}

/// What one commit tells.
#[derive(Debug)]
pub(super) struct Witness {
    pub id: CommitId,
    pub tree: ObjectId,
    pub parents: Vec<ObjectId>,
    pub author: Identity,
    /// In the order of the message.
    pub trailers: Vec<(Mark, Identity)>,
    pub signature: Option<Signature>,
}

impl Witness {
    /// The author and everyone who is named as another author.
    pub fn authors(&self) -> impl Iterator<Item = &Identity> {
        std::iter::once(&self.author).chain(self.named(Mark::is_authorship))
    }

    /// Who proposed it, as far as it says.
    pub fn proposers(&self) -> impl Iterator<Item = &Identity> {
        self.named(|mark| matches!(mark, Mark::ProposedBy | Mark::Agent))
    }

    fn named(&self, which: fn(Mark) -> bool) -> impl Iterator<Item = &Identity> {
        self.trailers.iter().filter(move |(mark, _)| which(*mark)).map(|(_, who)| who)
    }
}

/// Reads a commit's bytes; `None` where they are not a commit's.
pub(super) fn witness(
    id: &CommitId,
    bytes: &[u8],
    verifier: &Verifier,
    repository: &Repository,
) -> Option<Witness> {
    let header = header(bytes, id.object()?.algorithm())?;
    let (head, message) = parts(bytes);
    let author = head.split(|&b| b == b'\n').find_map(|line| line.strip_prefix(b"author "));
    let author = commit::signature(author.unwrap_or_default());
    let message = String::from_utf8_lossy(message);
    let trailers = trailers(&message).into_iter();
    let trailers = trailers.filter_map(|(key, who)| Some((Mark::of_trailer(&key)?, Identity::parse(&who))));
    Some(Witness {
        id: id.clone(),
        tree: header.tree,
        parents: header.parents,
        author: Identity { name: author.name, mail: author.mail },
        trailers: trailers.collect(),
        signature: signature(id, bytes, verifier, Some(repository)),
    })
}

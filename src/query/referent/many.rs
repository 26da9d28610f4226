//! Many names → for each what it refers to, in the few words that a map has room for.
//!
//! The answer is that of [`super::refer`], and most of it comes from there. But of most names one claim alone gives
//! them, always or at a point that leaves nothing open, to a subject of which nothing else is said that matters here;
//! these are told from the bytes of the snapshot, without decoding a claim. A test holds the two ways together.

use std::borrow::Cow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use super::{Asking, NAMED, NameQuestion, Referral, Told};
use crate::claim::{Declarations, Point, Shape, Subject};
use crate::history::Sayer;
use crate::query::answer::{Basis, Status};
use crate::query::read::{Reading, digits_apart};
use crate::query::{Address, Context, QueryError};
use crate::snapshot::{At, Bears, Names, SlotView, Snapshot, SnapshotError};

/// What a name refers to, in few words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Brief<'s> {
    /// As [`Referral::status`].
    pub status: Status,
    /// The referent on the day asked about.
    pub subject: Option<Cow<'s, str>>,
    /// What it became by then, where that is one subject.
    pub now: Option<String>,
    /// The claim that gives the referent the name, as a pin.
    pub pin: Option<String>,
    /// The commit that said that claim, where it is known.
    pub said_by: Option<Arc<str>>,
    /// Without a referent: the bearers, by address.
    pub candidates: Vec<Subject>,
    /// Bearers that are not listed, for there are too many.
    pub more: usize,
}

/// What is asked of many names alike: context, day, kind and type.
#[derive(Clone, PartialEq, Debug)]
pub struct Case {
    /// With no name.
    question: NameQuestion,
    /// What of the context is a point.
    exact: Vec<(SmolStr, Point)>,
}

impl Case {
    /// The day asked about.
    pub fn on(&self) -> Date {
        self.question.on
    }
}

/// A snapshot that is asked for many names. Threads can share it.
#[derive(Debug)]
pub struct Referring<'s> {
    snapshot: &'s Snapshot,
    names: Names<'s>,
    /// The commits that were named so far.
    commits: Vec<OnceLock<Option<Arc<str>>>>,
    /// How many subjects were looked at.
    looked: AtomicUsize,
    /// The subjects that [`Referring::tells_more`] of, once many were looked at.
    telling: OnceLock<Result<FxHashSet<&'s str>, SnapshotError>>,
}

/// From so many subjects on, all of which something is said that bears on names are found at once: going through the
/// slots of 100,000 claims takes as long as looking for some tens of thousands. To tests few are many.
const MANY: usize = if cfg!(debug_assertions) { 3 } else { 20_000 };

/// Attributes of a bearer that make a name mean something else than that bearer as it is.
const TELLING: [&str; 4] = ["same-as", "successor", "deprecated.replaced-by", "deprecated.reason"];

impl<'s> Referring<'s> {
    /// Gets ready to ask.
    ///
    /// # Errors
    /// [`QueryError::Snapshot`] where the snapshot is damaged or its names were normalised otherwise than this program does.
    pub fn new(snapshot: &'s Snapshot) -> Result<Referring<'s>, QueryError> {
        let count = snapshot.provenance().map(|provenance| provenance.commit_count()).transpose()?;
        let commits = (0..count.unwrap_or(0)).map(|_| OnceLock::new()).collect();
        let names = snapshot.names()?;
        Ok(Referring { snapshot, names, commits, looked: AtomicUsize::new(0), telling: OnceLock::new() })
    }

    /// A case that names can be asked in; the name of `question` is of no matter.
    ///
    /// # Errors
    /// [`QueryError::Snapshot`] where the snapshot is damaged.
    pub fn case(&self, question: NameQuestion) -> Result<Case, QueryError> {
        let exact = exact(&question.context, self.snapshot.declarations()?);
        Ok(Case { question, exact })
    }

    /// From what is answered.
    ///
    /// # Errors
    /// [`QueryError::Snapshot`] where the snapshot is damaged.
    pub fn basis(&self) -> Result<Basis, QueryError> {
        Reading::new(self.snapshot)?.basis()
    }

    /// What `name` refers to in a case: what [`super::refer`] says, in few words.
    ///
    /// # Errors
    /// [`QueryError::Snapshot`] where the snapshot is damaged.
    pub fn brief(&self, name: &str, case: &Case) -> Result<Brief<'s>, QueryError> {
        match self.quick(name, case)? {
            Some(brief) => Ok(brief),
            None => {
                let question = NameQuestion { name: name.into(), ..case.question.clone() };
                let referral = Asking::new(self.snapshot, &question)?.refer(Told::Outcome)?;
                Ok(in_brief(referral))
            }
        }
    }

    /// The same where it is plain; `None` where it takes thinking.
    fn quick(&self, name: &str, case: &Case) -> Result<Option<Brief<'s>>, QueryError> {
        let question = &case.question;
        let mut found = None;
        for key in super::keys_of(name) {
            for bearer in self.names.bearers(&key)? {
                if found.replace(bearer?).is_some() {
                    return Ok(None);
                }
            }
        }
        let Some(bearer) = found else { return Ok(Some(Brief::of(Status::Unknown))) };
        let at = At { on: Some(question.on), context: &case.exact };
        if question.of_type.is_some() || bearer.bears_at(&at)? != Bears::Yes {
            return Ok(None);
        }
        let slot = bearer.slot()?;
        let subject = slot.subject();
        let kind = subject.split_once('/').map_or(subject, |(kind, _)| kind);
        let wanted = match &question.kind {
            Some(wanted) => wanted == kind,
            None => NAMED.contains(&kind),
        };
        if !wanted {
            return Ok(Some(Brief::of(Status::Unknown)));
        }
        if self.tells_more(subject, kind)? {
            return Ok(None);
        }
        let said_by = self.said_by(bearer.claim()?)?;
        Ok(Some(Brief {
            status: if said_by.is_some() { Status::Fact } else { Status::Unconfirmed },
            subject: Some(Cow::Borrowed(subject)),
            pin: Some(pin(&slot, bearer.position())?),
            said_by,
            ..Brief::of(Status::Fact)
        }))
    }

    /// Whether something is said of a subject that bears on what its names refer to.
    fn tells_more(&self, subject: &str, kind: &str) -> Result<bool, QueryError> {
        if self.looked.fetch_add(1, Ordering::Relaxed) >= MANY {
            let telling = self.telling.get_or_init(|| self.telling());
            return Ok(telling.as_ref().map_err(Clone::clone)?.contains(subject));
        }
        let generic = (kind == "term").then_some("too-generic");
        let mut address = String::with_capacity(subject.len() + 24);
        for attribute in TELLING.into_iter().chain(generic) {
            address.clear();
            address.push_str(subject);
            address.push('#');
            address.push_str(attribute);
            if self.snapshot.find(&address)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// All subjects of which something is said that bears on what their names refer to.
    fn telling(&self) -> Result<FxHashSet<&'s str>, SnapshotError> {
        let mut telling = FxHashSet::default();
        for view in self.snapshot.slots_with_prefix("")? {
            let view = view?;
            let attribute = view.attribute();
            let generic = attribute == "too-generic" && view.subject().starts_with("term/");
            if generic || TELLING.contains(&attribute) {
                telling.insert(view.subject());
            }
        }
        Ok(telling)
    }

    /// The commit that said a claim; `None` where that can't be vouched for.
    fn said_by(&self, claim: u32) -> Result<Option<Arc<str>>, QueryError> {
        let Some(provenance) = self.snapshot.provenance() else { return Ok(None) };
        let Some(saying) = provenance.saying(claim)? else { return Ok(None) };
        let Sayer::Known(index) = saying.said_by else { return Ok(None) };
        let Some(known) = self.commits.get(index as usize) else { return Ok(None) };
        if let Some(commit) = known.get() {
            return Ok(commit.clone());
        }
        let commit: Arc<str> = provenance.commit(index)?.id.to_string().into();
        Ok(known.get_or_init(|| Some(commit)).clone())
    }
}

impl Brief<'_> {
    fn of(status: Status) -> Self {
        Brief { status, subject: None, now: None, pin: None, said_by: None, candidates: Vec::new(), more: 0 }
    }
}

/// A referral in few words.
fn in_brief(referral: Referral) -> Brief<'static> {
    let Referral { status, subject, bearers, more, .. } = referral;
    let Some(subject) = subject else {
        let candidates = bearers.into_iter().map(|bearer| bearer.subject).collect();
        return Brief { candidates, more, ..Brief::of(status) };
    };
    let first = bearers.first();
    let now = first.and_then(|bearer| match &bearer.became.last()?.into[..] {
        [one] => Some(one.to_string()),
        _ => None,
    });
    let said = first.and_then(|bearer| bearer.cite.said.as_ref());
    Brief {
        subject: Some(Cow::Owned(subject.to_string())),
        now,
        pin: first.map(|bearer| bearer.cite.pin.to_string()),
        said_by: said.and_then(|said| said.said_by.commit()).map(|commit| commit.id.to_string().into()),
        ..Brief::of(status)
    }
}

/// The claim at a position of a slot as a pin.
fn pin(slot: &SlotView<'_>, position: u32) -> Result<String, QueryError> {
    let digits = match slot.claim_count() {
        1 => Address::PIN_DIGITS,
        count => {
            let hashes: Result<Vec<_>, _> = (0..count).map(|at| slot.hash(at)).collect();
            digits_apart(&hashes?)
        }
    };
    let hash = slot.hash(position)?;
    let mut pin = String::with_capacity(slot.subject().len() + slot.attribute().len() + digits + 3);
    pin.push_str(slot.subject());
    pin.push('#');
    pin.push_str(slot.attribute());
    pin.push('~');
    let nibble = |at: usize| if at.is_multiple_of(2) { hash.0[at / 2] >> 4 } else { hash.0[at / 2] & 15 };
    pin.extend((0..digits).filter_map(|at| char::from_digit(u32::from(nibble(at)), 16)));
    Ok(pin)
}

/// What of a context is a point: a node of a tree stands for all below it, unless nothing is or it is meant alone.
pub(super) fn exact(context: &Context, declarations: &Declarations) -> Vec<(SmolStr, Point)> {
    let exact = |(id, point): (&SmolStr, &Point)| {
        let (Some(Shape::Tree(tree)), Point::Word(word)) =
            (declarations.dimensions.get(id).map(|dimension| &dimension.shape), point)
        else {
            return Some((id.clone(), point.clone()));
        };
        if let Some(alone) = word.strip_prefix('=') {
            return Some((id.clone(), Point::Word(alone.into())));
        }
        let at = tree.nodes.iter().position(|node| node.name == *word)?;
        (tree.nodes[at].end as usize == at + 1).then(|| (id.clone(), point.clone()))
    };
    context.iter().filter_map(exact).collect()
}

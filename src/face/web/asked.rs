//! What a page is asked for: read from its address, and answered from one snapshot.

use std::sync::Arc;

use axum::http::HeaderMap;
use jiff::civil::Date;
use maud::Markup;

use super::links::{self, Links};
use super::{Pages, differences, fact, frame, history, home, propose, state, subject};
use crate::claim::{Slot, Subject};
use crate::face::clock::today;
use crate::face::serve::Tag;
use crate::face::service::{Fields, Form, Parameter, Problem, Served};
use crate::face::wire::TroubleTold;
use crate::query::{self, Address, Basis, Context, Question};

/// Which page.
#[derive(Clone, Debug)]
pub(super) enum Wanted {
    /// Search and all subjects.
    Home,
    /// The subjects of a kind.
    Kind(String),
    /// A subject.
    Subject(Subject),
    /// A fact.
    Fact(Slot),
    /// How it came to be.
    History(Slot),
    /// A form to correct it.
    Propose(Slot),
    /// How the knowledge fares.
    State,
    /// What two commits answer differently.
    Diff,
}

impl Wanted {
    /// Whether it takes longer than a look into the snapshot that is served.
    pub fn is_slow(&self, query: &str) -> bool {
        let looks = matches!(self, Wanted::Home | Wanted::Kind(_) | Wanted::Subject(_) | Wanted::Fact(_));
        !looks || form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "at" || name == "q")
    }
}

impl Wanted {
    /// What it is counted as.
    pub fn name(&self) -> &'static str {
        match self {
            Wanted::Home => "home",
            Wanted::Kind(_) => "kind",
            Wanted::Subject(_) => "subject",
            Wanted::Fact(_) => "fact",
            Wanted::History(_) => "history",
            Wanted::Propose(_) => "propose",
            Wanted::State => "state",
            Wanted::Diff => "diff",
        }
    }

    /// Whether the repository is read for it: what that says may be otherwise a moment later, whatever is served.
    fn reads_repository(&self) -> bool {
        matches!(self, Wanted::History(_) | Wanted::State | Wanted::Diff)
    }
}

/// A page that was made.
pub(super) struct Made {
    /// What it is known by, where that can be said.
    pub tag: Option<Tag>,
    /// It; `None` where the client has it.
    pub markup: Option<Markup>,
}

/// All that an address of a page may hold.
const PARAMETERS: &[Parameter] = &[
    Parameter::optional("q", Form::Text(4096), "Words to search for."),
    Parameter::optional("on", Form::Day, "The day on which it is to hold."),
    Parameter::optional("at", Form::Text(200), "A commit, tag or branch, or a day: what was known then."),
    Parameter::optional("where", Form::Context, "What is known of the case."),
    Parameter::optional("after", Form::Text(4096), "Of a list: behind which it goes on."),
    Parameter::optional("from", Form::Text(200), "Of differences: the commit before."),
    Parameter::optional("to", Form::Text(200), "Of differences: the commit after."),
];

/// What was asked, as it was sent.
#[derive(Clone, Default, Debug)]
pub(super) struct Asked {
    /// The fields of the address.
    pub fields: Fields,
    /// The day, where one was named.
    pub on: Option<Date>,
    /// The commit, where one was named.
    pub at: Option<String>,
    /// The case.
    pub context: Vec<(String, String)>,
}

impl Asked {
    fn read(query: &str) -> Result<Asked, Problem> {
        // A field of a form that was left empty says nothing. `where.region=uk` is how a form says `where=region=uk`.
        let parsed = form_urlencoded::parse(query.as_bytes());
        let pairs = parsed.filter(|(_, value)| !value.trim().is_empty());
        let pairs: Vec<(String, String)> = pairs
            .map(|(name, value)| match name.strip_prefix("where.") {
                Some(dimension) => ("where".to_owned(), format!("{dimension}={value}")),
                None => (name.into_owned(), value.trim().to_owned()),
            })
            .collect();
        let fields =
            Fields::of_pairs(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())), PARAMETERS)?;
        let context =
            fields.context().map(|(dimension, value)| (dimension.to_owned(), value.to_owned())).collect();
        let at = fields.optional_text("at").map(ToOwned::to_owned);
        Ok(Asked { on: fields.day("on"), at, context, fields })
    }

    /// The words to search for.
    pub fn text(&self) -> &str {
        self.fields.text("q").trim()
    }

    /// The day, the commit and the case, as they are carried along.
    fn carried(&self, at: Option<&str>) -> String {
        let on = self.on.map(|on| on.to_string());
        let context = self.context.iter().map(|(dimension, value)| format!("{dimension}={value}"));
        let context: Vec<String> = context.collect();
        let mut pairs: Vec<(&str, &str)> = Vec::new();
        pairs.extend(on.iter().map(|on| ("on", on.as_str())));
        pairs.extend(at.map(|at| ("at", at)));
        pairs.extend(context.iter().map(|pair| ("where", pair.as_str())));
        links::pairs(&pairs)
    }
}

/// What a page is made from.
pub(super) struct View<'a> {
    /// Of which it is.
    pub served: &'a Served,
    /// From what it is read.
    pub basis: Basis,
    /// The case.
    pub context: Context,
    /// The day on which it is to hold.
    pub on: Date,
    /// The day on which nothing else was said.
    pub today: Date,
    /// What was asked, as it was sent.
    pub asked: Asked,
    /// Why the newest commit isn't served, where it isn't.
    pub trouble: Option<&'a TroubleTold>,
    /// Where links lead.
    pub links: Links,
    /// The path of this page, without what is carried along.
    pub path: String,
    /// Whether corrections may be proposed from here.
    pub proposals: bool,
}

impl View<'_> {
    /// What the knowledge is called.
    pub fn name(&self) -> String {
        frame::shown(self.served.snapshot.name().unwrap_or("knowledge"))
    }

    /// A question about `address`, in the case and on the day of this page.
    pub fn question(&self, address: Address) -> Question {
        Question { address, context: self.context.clone(), on: self.on }
    }

    /// Whether the snapshot says something of a subject.
    pub fn knows(&self, subject: &Subject) -> bool {
        let slots = self.served.snapshot.slots_with_prefix(&format!("{subject}#"));
        slots.is_ok_and(|mut slots| slots.next().is_some())
    }

    /// This page as of a commit.
    pub fn at_commit(&self, commit: &str) -> String {
        self.here(&self.asked.carried(Some(commit)))
    }

    /// This page as of now.
    pub fn now(&self) -> String {
        self.here(&self.asked.carried(None))
    }

    /// This page in a narrower case.
    pub fn narrowed(&self, dimension: &str, value: &str) -> String {
        let mut asked = self.asked.clone();
        asked.context.retain(|(own, _)| own != dimension);
        asked.context.push((dimension.to_owned(), value.to_owned()));
        self.here(&asked.carried(asked.at.as_deref()))
    }

    fn here(&self, carried: &str) -> String {
        match carried {
            "" => self.path.clone(),
            carried => format!("{}?{carried}", self.path),
        }
    }
}

/// Makes the page, unless its tag is known to the client, as `headers` say.
pub(super) fn page(
    pages: &Pages,
    query: &str,
    wanted: &Wanted,
    headers: &HeaderMap,
) -> Result<Made, Problem> {
    viewed(pages, query, path(wanted), |view| {
        // Where the newest commit isn't served, every page says why.
        let lasts = view.trouble.is_none() && !wanted.reads_repository();
        let tag = lasts.then(|| Tag::new(view.served, view.today).of(pages.variant()));
        if tag.as_ref().is_some_and(|tag| tag.is_known(headers)) {
            return Ok(Made { tag, markup: None });
        }
        let markup = match wanted {
            Wanted::Home => home::page(view),
            Wanted::Kind(kind) => home::kind_page(view, kind),
            Wanted::Subject(subject) => subject::page(view, subject),
            Wanted::Fact(slot) => fact::page(view, slot),
            Wanted::History(slot) => history::page(view, slot),
            Wanted::Propose(slot) => propose::blank(view, slot),
            Wanted::State => state::page(view),
            Wanted::Diff => differences::page(view),
        }?;
        Ok(Made { tag, markup: Some(markup) })
    })
}

/// Hands `work` what a page at `path` is made from, as `query` asks.
pub(super) fn viewed<T>(
    pages: &Pages,
    query: &str,
    path: String,
    work: impl FnOnce(&View<'_>) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let live = &pages.live;
    let asked = Asked::read(query)?;
    let served: Arc<Served> = match &asked.at {
        None => live.now(),
        Some(at) => live.at(at)?,
    };
    let (trouble, day) = (live.trouble(), today());
    let pairs = asked.context.iter().map(|(dimension, value)| (dimension.as_str(), value.as_str()));
    let context = Context::read(pairs, served.snapshot.declarations()?)?;
    let view = View {
        basis: query::basis(&served.snapshot)?,
        on: asked.on.unwrap_or(day),
        today: day,
        context,
        trouble: trouble.as_deref(),
        links: Links::live(asked.carried(asked.at.as_deref())).signing_out(pages.key.is_some()),
        path,
        proposals: live.proposals().is_some(),
        served: &served,
        asked,
    };
    work(&view)
}

fn path(wanted: &Wanted) -> String {
    let bare = Links::live(String::new());
    match wanted {
        Wanted::Home => bare.home(),
        Wanted::Kind(kind) => bare.kind(kind),
        Wanted::Subject(subject) => bare.subject(subject),
        Wanted::Fact(slot) => bare.fact(slot),
        Wanted::History(slot) => bare.history(slot),
        Wanted::Propose(slot) => links::proposal(slot),
        Wanted::State => bare.state(),
        Wanted::Diff => "/diff".to_owned(),
    }
}

/// That there is no such subject, with those near to it.
pub(super) fn nobody(view: &View<'_>, subject: &Subject) -> Result<Problem, Problem> {
    let problem = Problem::new(404, "no-such-subject", format!("nothing is said of `{subject}`"));
    let answers = query::get(&view.served.snapshot, &view.question(Address::Subject(subject.clone())))?;
    let near: Vec<String> =
        answers.iter().flat_map(|answer| &answer.nearest).take(3).map(|near| format!("`{near}`")).collect();
    Ok(match near.is_empty() {
        true => {
            problem.help("search for its name; it may be called otherwise, or not be said on this commit")
        }
        false => problem.help(format!("near it there is {}; search for what it is called", near.join(", "))),
    })
}

//! Names of the real world: which brand is meant in which country, as a table says that was made apart from this
//! program; and sentences of real definitions.
//!
//! The corpora aren't part of this repository. Where they are not beside it, these tests say so and pass.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use dictum::claim::Slot;
use dictum::compile;
use dictum::diagnostic::Findings;
use dictum::history::{Knowledge, Options, trace};
use dictum::query::{
    Address, Context, Grounding, Mentioned, NameQuestion, Question, Sentence, Status, get, ground, refer,
};
use dictum::snapshot::{Input, Snapshot};
use dictum::source::{Limits, Selection, load_commit, open, resolve};
use jiff::civil::{Date, date};
use tempfile::TempDir;

const TODAY: Date = date(2026, 6, 30);

/// The snapshot of a corpus at its head; `None` where there are none, which is said.
fn snapshot(name: &str) -> Option<Snapshot> {
    let Some(folder) = corpora() else {
        eprintln!("skipped: no corpora in ../shared/corpora, so nothing is asked of `{name}`");
        return None;
    };
    let clone = TempDir::new().expect("a temporary folder");
    let bundle = folder.join(format!("{name}.bundle"));
    let cloned = Command::new("git")
        .args(["-c", "init.defaultBranch=main", "clone", "--quiet", "--bare"])
        .arg(&bundle)
        .arg(clone.path())
        .status();
    assert!(cloned.expect("git is installed").success(), "`{}` can be cloned", bundle.display());
    let repository = open(clone.path()).expect("a repository");
    let head = resolve(&repository, "HEAD").expect("a head");
    let loaded = load_commit(&repository, head, "knowledge", &Selection::all(), &Limits::default());
    let compiled = compile(loaded.expect("a tree").texts, Findings::new());
    let extractor = Knowledge::new("knowledge", &compiled.config, &compiled.catalog);
    let provenance =
        trace(&repository, head, "knowledge", &extractor, Options::default()).expect("a history");
    let input = Input {
        name,
        declarations: &compiled.catalog.declarations,
        claims: &compiled.claims,
        decisions: &compiled.decisions,
        texts: &compiled.texts,
        provenance: Some(&provenance),
    };
    Some(Snapshot::from_bytes(Snapshot::build(&input).expect("fits together")).expect("sound"))
}

fn corpora() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?.join("shared/corpora");
    folder.is_dir().then_some(folder)
}

/// Every brand of the table is found where it is, or is told to be several; none is taken for another.
#[test]
fn brands_are_who_the_table_says() {
    let Some(snapshot) = snapshot("nsi") else { return };
    let declarations = snapshot.declarations().expect("sound");
    let packed = std::fs::File::open(corpora().expect("it is there").join("nsi.names.tsv.gz"));
    let mut text = String::new();
    flate2::read::GzDecoder::new(packed.expect("a table")).read_to_string(&mut text).expect("UTF-8");
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    assert!(rows.len() > 3_000, "the table was read");
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut took = Duration::ZERO;
    for row in &rows {
        let [name, of_type, location, expected, candidates] = row[..] else {
            panic!("five columns: {row:?}")
        };
        let question = NameQuestion {
            name: name.into(),
            context: Context::read([("location", location)], declarations).expect("a context"),
            on: TODAY,
            kind: None,
            of_type: Some(of_type.into()),
        };
        let began = Instant::now();
        let referral = refer(&snapshot, &question).expect("sound");
        took += began.elapsed();
        let bearers: Vec<&str> = referral.bearers.iter().map(|bearer| bearer.subject.id()).collect();
        let got = match (&referral.subject, referral.status) {
            (Some(subject), Status::Fact) => subject.id(),
            (_, status) => status.as_str(),
        };
        let mut several: Vec<&str> =
            candidates.split([' ', ',', '|', ';']).filter(|id| !id.is_empty()).collect();
        several.sort_unstable();
        let outcome = match (expected, got) {
            ("ambiguous", "ambiguous") if bearers == several => "ambiguous where it is",
            (_, "ambiguous") => "ambiguous where it is not",
            (_, "unknown") => "unknown",
            (expected, got) if expected == got => "right",
            _ => "wrong",
        };
        *counts.entry(outcome).or_default() += 1;
        if !matches!(outcome, "right" | "ambiguous where it is") {
            wrong.push(format!("{outcome}: {row:?}: {got} {bearers:?}"));
        }
    }
    let answered: usize =
        counts.get("right").copied().unwrap_or(0) + counts.get("wrong").copied().unwrap_or(0);
    let each = took / u32::try_from(rows.len()).expect("few");
    eprintln!("{} names: {counts:?}; {answered} answered; {each:?} each", rows.len());
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        rows.len(),
        wrong[..wrong.len().min(40)].join("\n")
    );
}

#[test]
fn sentences_of_otel_are_grounded() {
    sentences("otel", 2_000);
}

#[test]
fn sentences_of_team_are_grounded() {
    sentences("team", 2_000);
}

/// Grounds texts of the knowledge itself, and holds what must hold of any grounding.
fn sentences(corpus: &str, most: usize) {
    let Some(snapshot) = snapshot(corpus) else { return };
    let mut texts: Vec<String> = Vec::new();
    for view in snapshot.slots_with_prefix("").expect("sound") {
        let slot = view.and_then(|view| view.slot()).expect("sound");
        let value = value_of(&snapshot, &slot);
        // Of several words: what is one is an id or a name.
        texts.extend(value.filter(|value| value.split_whitespace().count() > 3));
    }
    // From all over, not only from the beginning of the alphabet.
    let step = texts.len().div_ceil(most).max(1);
    let (mut all, mut mentions, mut ready, mut ambiguous, mut facts) = (0, 0, 0, 0, 0);
    let mut took = Duration::ZERO;
    let mut statuses: BTreeMap<&str, usize> = BTreeMap::new();
    for text in texts.iter().step_by(step) {
        let sentence =
            Sentence { text, context: Context::default(), on: TODAY, relative_to: Some(TODAY), budget: None };
        let began = Instant::now();
        let grounding = ground(&snapshot, &sentence).expect("sound");
        took += began.elapsed();
        if all % 50 == 0 {
            assert_eq!(ground(&snapshot, &sentence).expect("sound"), grounding, "{text}");
        }
        holds(&snapshot, text, &grounding, all % 10 == 0);
        all += 1;
        mentions += grounding.mentions.len();
        facts += grounding.facts.len();
        ready += usize::from(grounding.ready);
        for mention in &grounding.mentions {
            if let Mentioned::Name(named) = &mention.what {
                *statuses.entry(named.referral.status.as_str()).or_default() += 1;
                ambiguous += usize::from(named.referral.status == Status::Ambiguous);
            }
        }
    }
    let each = took / u32::try_from(all.max(1)).expect("few");
    eprintln!(
        "{corpus}: {all} sentences, {ready} ready, {mentions} mentions, {ambiguous} ambiguous, {facts} facts; \
         {each:?} each; {statuses:?}"
    );
    assert!(mentions > 0 && ready > 0, "something is found");
}

fn value_of(snapshot: &Snapshot, slot: &Slot) -> Option<String> {
    let answer = asked(snapshot, slot);
    answer.and_then(|answer| answer.value).map(|value| value.to_string())
}

fn asked(snapshot: &Snapshot, slot: &Slot) -> Option<dictum::query::Answer> {
    let question = Question { address: Address::Slot(slot.clone()), context: Context::default(), on: TODAY };
    get(snapshot, &question).expect("sound").into_iter().next()
}

/// What holds of every grounding: places are places of the text, ready means that nothing is open, and what is cited
/// is what `get` says.
fn holds(snapshot: &Snapshot, text: &str, grounding: &Grounding, closely: bool) {
    assert_eq!(grounding.ready, grounding.questions.is_empty(), "{text}");
    let mut end = 0;
    for mention in &grounding.mentions {
        assert!(end <= mention.bytes.start && mention.bytes.start < mention.bytes.end, "{text}");
        end = mention.bytes.end;
        let said = text.get(mention.bytes.clone()).unwrap_or_else(|| panic!("no place: {text}"));
        let Mentioned::Name(named) = &mention.what else { continue };
        assert_eq!(named.referral.asked, said);
        let settled = named.referral.subject.is_some() && named.later.is_empty();
        assert!(settled || !grounding.ready, "{said} is open and the sentence ready: {text}");
    }
    for fact in grounding.facts.iter().filter(|_| closely) {
        let answer = asked(snapshot, &fact.slot).expect("it is there");
        assert_eq!(fact.parts.len(), 1, "no time is said");
        assert_eq!(
            (&fact.parts[0].1.pin, &fact.parts[0].1.value),
            (&answer.pin, &answer.value),
            "{}",
            fact.slot
        );
    }
}

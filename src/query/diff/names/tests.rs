//! What names are told to mean, held against asking for every name at every point that could matter, on both sides.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use proptest::prelude::*;
use smol_str::SmolStr;

use super::*;
use crate::claim::Point;
use crate::compile::{Compiled, Extent, compile_as_far_as};
use crate::diagnostic::Findings;
use crate::query::{Context, NameQuestion, Status, refer};
use crate::snapshot::{Input, Snapshot};
use crate::source::{Limits, Texts};

/// What any state says besides: two dimensions, one of a tree and one that is open.
const DECLARED: &str = "[dimension.region]\nis = \"tree\"\nvalues = [\"emea/uk\", \"emea/de\", \"amer\"]\n\
    [dimension.channel]\nis = \"open\"\n";

const DAYS: [&str; 3] = ["2026-01-10", "2026-02-10", "2026-03-10"];

const SUBJECTS: [&str; 5] = ["entity.a", "entity.b", "entity.c", "term.t", "team.x"];

/// One thing that is said: of whom, and how.
#[derive(Clone, PartialEq, Debug)]
struct Said {
    subject: usize,
    what: usize,
    name: usize,
    when: usize,
    from: usize,
    until: usize,
}

fn said() -> impl Strategy<Value = Said> {
    (0..SUBJECTS.len(), 0..12usize, 0..3usize, 0..7usize, 0..6usize, 0..6usize)
        .prop_map(|(subject, what, name, when, from, until)| Said { subject, what, name, when, from, until })
}

impl Said {
    fn text(&self) -> String {
        let name = ["X", "Y", "sap:1"][self.name];
        let other = ["entity/a", "entity/b", "entity/c"][self.name];
        let what = match self.what {
            0..=2 => format!("label = \"{name}\""),
            3..=5 => format!("aliases = [\"{name}\"]"),
            6 => format!("abbreviation = \"{}\"", name.to_ascii_lowercase()),
            7 => "ids.sap = \"1\"".to_owned(),
            8 => format!("same-as = [\"{other}\"]"),
            9 | 10 => format!("successor = [\"{other}\"]"),
            _ => format!("too-generic = {}", self.name == 0),
        };
        let when = match self.when {
            0 => "when = { region = \"emea\" }\n",
            1 => "when = { region = \"uk\" }\n",
            2 => "when = { region = { not = \"amer\" } }\n",
            3 => "when = { channel = \"web\" }\n",
            _ => "",
        };
        let day =
            |key: &str, at: usize| DAYS.get(at).map(|day| format!("{key} = {day}\n")).unwrap_or_default();
        let (from, until) = (day("from", self.from), day("until", self.until));
        format!("[[{}.also]]\n{when}{from}{until}{what}\n", SUBJECTS[self.subject])
    }
}

fn text(declared: &str, said: &[Said]) -> String {
    // A table before its blocks, where there is any.
    let blocks: String = said.iter().map(Said::text).collect();
    format!("{declared}{blocks}")
}

fn compiled(text: &str) -> Compiled {
    let texts = Texts::from_pairs([("dictum.toml", ""), ("a.toml", text)]);
    compile_as_far_as(Extent::Answers, texts, Findings::new(), &Limits::default())
}

fn side(compiled: &Compiled) -> Side<'_> {
    let Compiled { catalog, claims, decisions, .. } = compiled;
    Side { declarations: &catalog.declarations, claims, decisions }
}

fn snapshot(compiled: &Compiled) -> Snapshot {
    let input = Input {
        name: "test",
        declarations: &compiled.catalog.declarations,
        claims: &compiled.claims,
        decisions: &compiled.decisions,
        texts: &compiled.texts,
        provenance: None,
    };
    Snapshot::from_bytes(Snapshot::build(&input).expect("bytes")).expect("a snapshot")
}

/// What whoever asks for a name at a point is told.
fn asked(snapshot: &Snapshot, name: &str, context: &Context, on: Date) -> Means {
    let question =
        NameQuestion { name: name.into(), context: context.clone(), on, kind: None, of_type: None };
    let referral = refer(snapshot, &question).expect("a referral");
    let all = || referral.bearers.iter().map(|bearer| bearer.subject.clone()).collect::<Vec<_>>();
    match referral.settled() {
        Status::Unknown => Means::Nobody,
        Status::Fact | Status::Deprecated => Means::One(referral.subject.clone().expect("a referent")),
        Status::Contested => Means::Contested(all()[0].clone()),
        Status::TooGeneric => Means::TooGeneric(all()),
        Status::Ambiguous => Means::Several(all()),
        other => panic!("{other:?}"),
    }
}

/// A day in every stretch, and a context in every case.
fn points(declarations: &crate::claim::Declarations) -> Vec<(Context, Date)> {
    let days = [date(2026, 1, 1), date(2026, 1, 10), date(2026, 2, 9), date(2026, 2, 10), date(2026, 3, 10)];
    let mut points = Vec::new();
    for region in ["=emea", "uk", "de", "=amer"] {
        for channel in ["web", "elsewhere"] {
            let context = Context::read([("region", region), ("channel", channel)], declarations);
            let context = context.expect("a context");
            points.extend(days.map(|day| (context.clone(), day)));
        }
    }
    points
}

/// Whether a region holds a point.
fn covers(region: &Region, context: &Context, on: Date, declarations: &crate::claim::Declarations) -> bool {
    use std::sync::Arc;

    use crate::claim::{Claim, ClaimHash, LawId, Statement, Value};
    use crate::resolve::{Oracle, Outcome, PointQuery};
    use crate::source::{FileId, Origin, Span};
    let statement = Statement { when: region.when.clone(), period: region.period, ..Statement::default() };
    let claim = Claim {
        slot: Slot::parse("term/t#a").expect("a slot"),
        value: Value::Bool(true),
        statement: Arc::new(statement),
        law: LawId(0),
        hash: ClaimHash::ZERO,
        origin: Origin { file: FileId(0), span: Span::default() },
        table: 0,
    };
    let word = |(id, point): (&SmolStr, &Point)| match point {
        Point::Word(word) => (id.clone(), Point::Word(word.trim_start_matches('=').into())),
        other => (id.clone(), other.clone()),
    };
    let query = PointQuery { on, context: context.iter().map(word).collect() };
    Oracle::new(declarations, &[claim]).at(&query) != Outcome::Gap
}

/// Holds what is found against asking.
fn agree(old: &str, new: &str) -> Result<(), TestCaseError> {
    let (before, after) = (compiled(old), compiled(new));
    let whole = side(&before);
    let found = names(&Compared { whole, before: whole, after: side(&after) });
    // Of the slots that were touched alone the same is found.
    let apart = before.apart(after.texts.clone(), Findings::new());
    let touched = Side { decisions: &apart.before, ..whole };
    let after_apart = Side {
        declarations: &apart.catalog.declarations,
        claims: &apart.claims,
        decisions: &apart.decisions,
    };
    prop_assert_eq!(&found, &names(&Compared { whole, before: touched, after: after_apart }));
    let (one, two) = (snapshot(&before), snapshot(&after));
    let by_name: BTreeMap<String, &NameChange> =
        found.iter().map(|change| (change.name.to_ascii_lowercase(), change)).collect();
    prop_assert_eq!(by_name.len(), found.len());
    for name in ["x", "y", "sap:1", "nobody"] {
        let differences = by_name.get(name).map(|change| &change.differences[..]).unwrap_or_default();
        for (context, on) in points(&after.catalog.declarations) {
            let (old, new) = (asked(&one, name, &context, on), asked(&two, name, &context, on));
            let here: Vec<_> = differences
                .iter()
                .filter(|one| {
                    one.regions.iter().any(|region| covers(region, &context, on, &after.catalog.declarations))
                })
                .collect();
            match here[..] {
                [] => prop_assert_eq!(&old, &new, "{} at {:?} {} is not found", name, context, on),
                [one] => {
                    prop_assert_eq!((&one.before, &one.after), (&old, &new), "{} {:?} {}", name, context, on)
                }
                _ => prop_assert!(false, "{name} twice at {context:?} {on}: {here:?}"),
            }
        }
    }
    Ok(())
}

/// A state and what may become of it.
fn change() -> impl Strategy<Value = (Vec<Said>, Vec<Said>)> {
    (proptest::collection::vec(said(), 0..8), any::<u8>(), proptest::collection::vec(said(), 0..4)).prop_map(
        |(before, gone, new)| {
            let stays = before.iter().enumerate().filter(|(at, _)| gone & (1 << at) == 0);
            let mut after: Vec<Said> = stays.map(|(_, said)| said.clone()).collect();
            after.extend(new);
            (before, after)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn names_mean_what_whoever_asks_is_told((before, after) in change()) {
        agree(&text(DECLARED, &before), &text(DECLARED, &after))?;
    }
}

/// Names and what became of them, as lines.
fn lines(old: &str, new: &str) -> Vec<String> {
    let (before, after) = (compiled(old), compiled(new));
    let whole = side(&before);
    let shown = |means: &Means| match means {
        Means::Nobody => "nobody".to_owned(),
        Means::One(subject) => subject.to_string(),
        Means::Several(all) => all.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "),
        Means::Contested(subject) => format!("contested {subject}"),
        Means::TooGeneric(_) => "too generic".to_owned(),
    };
    let found = names(&Compared { whole, before: whole, after: side(&after) });
    let mut lines = Vec::new();
    for change in &found {
        for one in &change.differences {
            let (old, new) = (shown(&one.before), shown(&one.after));
            let where_: Vec<String> = one
                .regions
                .iter()
                .map(|region| {
                    format!("{}{}", region.period, if region.when.is_always() { "" } else { " in part" })
                })
                .collect();
            lines.push(format!(
                "{} {}: {old} > {new} {}",
                change.name,
                one.word().as_str(),
                where_.join(", ")
            ));
        }
    }
    lines
}

#[test]
fn what_became_of_a_name() {
    let acme = "[entity.a]\nlabel = \"Acme\"\n";
    assert_eq!(lines(acme, ""), ["Acme unknown: entity/a > nobody ../.."]);
    assert_eq!(lines("", acme), ["Acme known: nobody > entity/a ../.."]);
    let both = format!("{acme}[entity.b]\nlabel = \"ACME\"\n");
    assert_eq!(lines(acme, &both), ["ACME ambiguous: entity/a > entity/a or entity/b ../.."]);
    assert_eq!(
        lines(&both, "[entity.b]\nlabel = \"ACME\"\n")[0],
        "ACME settled: entity/a or entity/b > entity/b ../.."
    );
    let became = format!("{both}[[entity.a.also]]\nfrom = 2026-03-01\nsuccessor = [\"entity/b\"]\n");
    assert_eq!(lines(&both, &became), ["ACME settled: entity/a or entity/b > entity/b 2026-03-01/.."]);
    let synonym = "[entity.a]\nlabel = \"Acme Ltd\"\naliases = [\"acme\"]\n";
    assert_eq!(lines(acme, synonym), ["Acme Ltd known: nobody > entity/a ../.."], "no name is lost");
}

/// A dimension with other words, and one of another sort: names are compared where both sides know the case.
#[test]
fn what_is_declared_otherwise() {
    let open = "[dimension.region]\nis = \"open\"\n";
    let tree = "[dimension.region]\nis = \"tree\"\nvalues = [\"uk\", \"de\"]\n";
    let in_uk = "[[entity.a.also]]\nwhen = { region = \"uk\" }\nlabel = \"Acme\"\n";
    let everywhere = "[entity.a]\nlabel = \"Acme\"\n";
    assert_eq!(lines(&format!("{open}{everywhere}"), &format!("{tree}{everywhere}")), Vec::<String>::new());
    let found = lines(&format!("{tree}{in_uk}"), &format!("{tree}{everywhere}"));
    assert_eq!(found, ["Acme known: nobody > entity/a ../.. in part"]);
}

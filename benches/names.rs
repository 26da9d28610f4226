//! A million names: looked up by key and as people write them, found in 32 MB of text, and what that costs to build,
//! to keep and to open. Ratios within one run, against a hash map in memory and `aho-corasick`.
//!
//! Times are CPU time of all threads, so that a busy machine measures the same thing.
//! `chrt -f 20 cargo bench --bench names [NAMES] [look-ups]`
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark makes files, takes the time and prints"
)]

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::hint::black_box;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use dictum::claim::{
    Cardinality, Claim, ClaimHash, Declarations, Dimension, Law, LawId, Point, Precedence, Shape, Slot,
    Statement, Subject, Test, Value, When, claim_hash,
};
use dictum::name::{norm, norm_into};
use dictum::resolve::{Answers, Arm, Axis, AxisName, Decided, Decisions, Node, Outcome, Ticks};
use dictum::snapshot::{At, Bears, Input, Names, Snapshot, write_atomic};
use dictum::source::{FileId, Origin, Span, Texts};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const TEXT: usize = 32_000_000;

fn main() {
    let wanted = std::env::args().filter_map(|argument| argument.parse().ok()).next();
    let words = Words::new();
    let written = words.names(wanted.unwrap_or(1_000_000));
    let (world, without) = (World::new(&written, "name"), World::new(&written, "note"));
    let (with_names, bytes) = best(3, || Snapshot::build(&world.input()).expect("fits together"));
    let (without_names, plain) = best(3, || Snapshot::build(&without.input()).expect("fits together"));
    let building = with_names.saturating_sub(without_names);
    println!("{} names, borne by {} claims", written.len(), world.claims.len());
    println!("build      {:>9.0} ms   of which names {:.0} ms", ms(with_names), ms(building));
    println!(
        "size       {:>9.1} MB   of which names {:.1} MB, {:.0} bytes each",
        bytes.len() as f64 / 1e6,
        (bytes.len() - plain.len()) as f64 / 1e6,
        (bytes.len() - plain.len()) as f64 / written.len() as f64
    );
    drop((without, plain));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bench.snapshot");
    write_atomic(&path, &bytes).expect("writes");
    drop(bytes);

    look_ups(&path, &written);
    if !std::env::args().any(|argument| argument == "look-ups") {
        scans(&path, &written, &words, building);
    }
}

/// Every name once, in random order, from a file just opened: by its key; and as written, narrowed to a context.
fn look_ups(path: &Path, written: &[String]) {
    let mut names: Vec<(String, &str)> = written.iter().map(|name| (norm(name), name.as_str())).collect();
    let map: HashMap<String, u32, foldhash::fast::FixedState> =
        names.iter().map(|(key, _)| key.clone()).zip(0..).collect();
    let mut dice = 1;
    for index in (1..names.len()).rev() {
        names.swap(index, next(&mut dice) as usize % (index + 1));
    }
    // What is asked for lies in memory in the order of asking: its cost is not that of looking it up.
    let (keys, written): (Vec<String>, Vec<String>) =
        names.iter().map(|(key, name)| (key.clone(), (*name).to_owned())).unzip();
    let each = |time: Duration| time.as_nanos() as f64 / keys.len() as f64;

    let (in_map, _) =
        best(5, || keys.iter().filter_map(|key| map.get(key.as_str())).map(|&at| u64::from(at)).sum::<u64>());
    println!(
        "map        {:>9.0} ns   a look-up of a key in a HashMap with foldhash, in memory",
        each(in_map)
    );

    let (open, snapshot) = best(5, || Snapshot::open(path).expect("opens"));
    let (check, ()) = best(5, || snapshot.check_all().expect("whole"));
    let rest = open.saturating_sub(check);
    println!(
        "open       {:>9.2} ms   beside hashing the file ({:.0} ms); bound 10 ms: {}",
        ms(rest),
        ms(check),
        verdict(ms(rest) < 10.0)
    );
    let (first, _) = best(1, || found(&Snapshot::open(path).expect("opens").names().expect("names"), &keys));
    let names = snapshot.names().expect("names");
    let (by_key, _) = best(5, || found(&names, &keys));
    println!(
        "by key     {:>9.0} ns   {:.2} of the map; bound 1.5: {}; {:.0} ns with opening",
        each(by_key),
        ratio(by_key, in_map),
        verdict(ratio(by_key, in_map) <= 1.5),
        each(first)
    );
    let (normalised, _) = best(3, || written.iter().map(|name| norm(name).len()).sum::<usize>());
    let (as_written, held) = best(5, || held(&names, &written));
    assert_eq!(
        held,
        written.len() - written.len() / 20,
        "of two in twenty one of two claims holds, of one none"
    );
    println!(
        "as written {:>9.0} ns   {:.2} of the map; bound 3: {}; normalised ({:.0} ns) and narrowed to a context",
        each(as_written),
        ratio(as_written, in_map),
        verdict(ratio(as_written, in_map) <= 3.0),
        each(normalised)
    );
}

fn found(names: &Names<'_>, keys: &[String]) -> usize {
    let bearers = keys.iter().map(|key| names.bearers(key).expect("sound").next());
    bearers.map(|bearer| bearer.expect("is there").expect("sound").position() as usize + 1).sum()
}

/// How many names a claim bears where it is asked.
fn held(names: &Names<'_>, written: &[String]) -> usize {
    let context = [("region".into(), Point::Word("emea".into()))];
    let at = At { on: None, context: &context };
    let mut key = String::new();
    let mut bears = |name: &String| {
        norm_into(name, &mut key);
        let mut bearers = names.bearers(&key).expect("sound");
        bearers.any(|bearer| bearer.expect("sound").bears_at(&at).expect("sound") == Bears::Yes)
    };
    written.iter().filter(|name| bears(name)).count()
}

/// 32 MB of prose, and of nothing but the words of names.
fn scans(path: &Path, written: &[String], words: &Words, building: Duration) {
    // `aho-corasick` knows no tokens: each stands between spaces of its own, in names and texts, so that a match begins and ends
    // with one. It knows no spellings either: the text has to be normalised for it. The job is finding the names in a text as it
    // is written, so that this is part of their time as it is of ours; what it takes them when somebody else has done it is told too.
    let apart = |key: &str| format!(" {} ", key.replace(' ', "  "));
    let patterns: Vec<String> = written.iter().map(|name| apart(&norm(name))).collect();
    let (build, automaton) = best(1, || {
        let mut builder = AhoCorasick::builder();
        builder.match_kind(MatchKind::LeftmostLongest).kind(Some(AhoCorasickKind::ContiguousNFA));
        builder.build(&patterns).expect("builds")
    });
    println!(
        "built in   {:>9.3}      of the {:.1} s of aho-corasick ({:.0} MB); bound 0.2: {}",
        ratio(building, build),
        build.as_secs_f64(),
        automaton.memory_usage() as f64 / 1e6,
        verdict(ratio(building, build) <= 0.2)
    );
    let snapshot = Snapshot::open(path).expect("opens");
    let names = snapshot.names().expect("names");
    for (what, dense) in [("prose", false), ("names", true)] {
        let text = words.text(written, dense);
        let (normalising, normalised) = best(2, || apart(&norm(&text)));
        let (theirs, count) = best(2, || automaton.find_iter(&normalised).count());
        let (ours, own) = best(3, || names.scan(&text).filter(Result::is_ok).count());
        assert_eq!(count, own, "the same names are found");
        let speed = |time: Duration| text.len() as f64 / 1e6 / time.as_secs_f64();
        println!(
            "scan {what} {:>9.1} MB/s {:.2} x aho-corasick ({:.1}); bound 2: {}; {:.2} x where the text comes normalised; {own} names",
            speed(ours),
            ratio(theirs + normalising, ours),
            speed(theirs + normalising),
            verdict(ratio(theirs + normalising, ours) >= 2.0),
            ratio(theirs, ours)
        );
    }
}

/// Words to make names and texts of.
struct Words {
    /// What only names have.
    rare: Vec<String>,
    /// What prose has, the most frequent first.
    common: Vec<String>,
}

impl Words {
    fn new() -> Words {
        let mut dice = 11;
        let mut made = |count: usize, syllables: u64| {
            let word = |dice: &mut u64| -> String {
                let count = 1 + next(dice) % syllables;
                let parts = [
                    "ba", "co", "den", "er", "fal", "gi", "hu", "il", "jor", "ka", "lin", "mo", "na", "os",
                    "pre", "qui", "ra", "sti", "tu", "un", "ver", "wi", "xa", "yo", "zen",
                ];
                (0..count).map(|_| parts[next(dice) as usize % parts.len()]).collect()
            };
            let mut all: Vec<String> = (0..count * 3).map(|_| word(&mut dice)).collect();
            let mut seen = std::collections::HashSet::new();
            all.retain(|word| seen.insert(word.clone()));
            all.truncate(count);
            all
        };
        let (mut rare, common) = (made(220_000, 5), made(20_000, 4));
        let prose: std::collections::HashSet<&String> = common.iter().collect();
        rare.retain(|word| !prose.contains(word));
        Words { rare, common }
    }

    /// A common word: the n-th most frequent comes one n-th as often (Zipf).
    fn common(&self, dice: &mut u64) -> &str {
        let most = (self.common.len() as f64).ln();
        let rank = ((next(dice) as f64 / 1_000_000_007.0) * most).exp() as usize;
        &self.common[rank.min(self.common.len()) - 1]
    }

    /// So many distinct names, as people write them.
    fn names(&self, count: usize) -> Vec<String> {
        let forms = ["Inc.", "GmbH", "Ltd", "Group", "Holdings", "& Co.", "S.A.", "International"];
        let (mut names, mut seen, mut dice) = (Vec::new(), std::collections::HashSet::new(), 5);
        while names.len() < count {
            let mut name = capital(&self.rare[next(&mut dice) as usize % self.rare.len()]);
            let kind = next(&mut dice) % 20;
            if kind > 2 {
                let _ = write!(name, " {}", capital(self.common(&mut dice)));
            }
            if kind > 10 {
                let _ = write!(name, ", {}", forms[next(&mut dice) as usize % forms.len()]);
            }
            if kind == 5 {
                name = name.replace('e', "é").replace('o', "ö");
            }
            if seen.insert(norm(&name)) {
                names.push(name);
            }
        }
        names
    }

    /// 32 MB: sentences of common words, each with a name; or only the words that names are made of.
    fn text(&self, written: &[String], dense: bool) -> String {
        let (mut text, mut dice) = (String::with_capacity(TEXT + 200), 17);
        while text.len() < TEXT {
            let length = 8 + next(&mut dice) % 16;
            for _ in 0..length {
                match dense {
                    true => text.push_str(&self.rare[next(&mut dice) as usize % self.rare.len()]),
                    false => text.push_str(self.common(&mut dice)),
                }
                text.push(' ');
            }
            let name = &written[next(&mut dice) as usize % written.len()];
            let _ = write!(text, "{name}’s {}. ", capital(self.common(&mut dice)));
        }
        text
    }
}

fn capital(word: &str) -> String {
    word[..1].to_uppercase() + &word[1..]
}

/// Subjects of these names: one in twenty of them bears its name in one region only, one in twenty in another, and one name
/// in twenty is borne by two, each in one.
struct World {
    declarations: Declarations,
    claims: Vec<Claim>,
    decisions: Decisions,
    texts: Texts,
}

impl World {
    fn new(written: &[String], attribute: &str) -> World {
        let always = Arc::new(Statement::default());
        let within = |region: &str| {
            let test = Test::In(vec![Point::Word(region.into())]);
            Arc::new(Statement {
                when: When::any_of(vec![vec![("region".into(), vec![test])]]),
                ..Statement::default()
            })
        };
        let (emea, us) = (within("emea"), within("us"));
        let claim = |subject: usize, name: &str, statement: &Arc<Statement>| {
            let slot = Slot {
                subject: Subject::new("entity", &format!("e{subject:07}")),
                attribute: attribute.into(),
            };
            let origin = Origin { file: FileId(0), span: Span { start: 0, end: 1 } };
            let (value, statement) = (Value::Text(name.into()), statement.clone());
            let mut claim =
                Claim { slot, value, statement, law: LawId(0), hash: ClaimHash::ZERO, origin, table: 0 };
            claim.hash = claim_hash(&claim);
            claim
        };
        let mut claims = Vec::with_capacity(written.len() * 21 / 20);
        for (at, name) in written.iter().enumerate() {
            match at % 20 {
                0 => claims.push(claim(claims.len(), name, &emea)),
                1 => claims.push(claim(claims.len(), name, &us)),
                2 => {
                    claims.push(claim(claims.len(), name, &us));
                    claims.push(claim(claims.len(), name, &emea));
                }
                _ => claims.push(claim(claims.len(), name, &always)),
            }
        }
        let decided = |(at, claim): (u32, &Claim)| {
            if claim.statement.when == When::default() {
                return Decided::alone(at..at + 1);
            }
            let first = u32::from(claim.statement.when != emea.when);
            let arm = |start: u32, outcome: u32| Arm { start, node: Node::Leaf(outcome) };
            let answers = Answers {
                edges: Vec::new(),
                axes: vec![Axis { name: AxisName::Dimension("region".into()), ticks: Ticks::Declared(2) }],
                root: Node::Split { axis: 0, arms: vec![arm(0, first), arm(1, 1 - first)] },
                outcomes: vec![Outcome::Fact(vec![0]), Outcome::Gap],
            };
            Decided::new(at..at + 1, answers)
        };
        let slots = (0..).zip(&claims).map(decided).collect();
        let texts = Texts::from_pairs([("knowledge/names.toml".to_owned(), "a line\n".to_owned())]);
        World { declarations: declarations(), decisions: Decisions { slots }, claims, texts }
    }

    fn input(&self) -> Input<'_> {
        let World { declarations, claims, decisions, texts } = self;
        Input { name: "bench", declarations, claims, decisions, texts, provenance: None }
    }
}

fn declarations() -> Declarations {
    let shape = Shape::Enum(vec!["emea".into(), "us".into()]);
    Declarations {
        dimensions: BTreeMap::from([(
            "region".into(),
            Dimension { shape, sets: BTreeMap::new(), unit: None },
        )]),
        precedences: BTreeMap::from([("default".into(), Precedence::default())]),
        laws: vec![Law { cardinality: Cardinality::One, required: None, precedence: None }],
        ..Declarations::default()
    }
}

/// SplitMix64.
fn next(dice: &mut u64) -> u64 {
    *dice = dice.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*dice ^ (*dice >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (mixed ^ (mixed >> 31)) % 1_000_000_007
}

/// The shortest of several runs, and what the last one gave.
fn best<T>(runs: u32, mut work: impl FnMut() -> T) -> (Duration, T) {
    let mut timed = || {
        let start = cpu_time();
        let result = black_box(work());
        (cpu_time().saturating_sub(start), result)
    };
    let (mut shortest, mut result) = timed();
    for _ in 1..runs {
        // The old result goes first: it is no part of what is measured.
        drop(result);
        let (time, newer) = timed();
        (shortest, result) = (shortest.min(time), newer);
    }
    (shortest, result)
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn ratio(time: Duration, of: Duration) -> f64 {
    time.as_secs_f64() / of.as_secs_f64()
}

fn verdict(kept: bool) -> &'static str {
    if kept { "kept" } else { "MISSED" }
}

/// What all threads of this process spent on a processor; where the system does not tell, the time that passed.
fn cpu_time() -> Duration {
    static START: OnceLock<Instant> = OnceLock::new();
    let passed = START.get_or_init(Instant::now).elapsed();
    let Ok(tasks) = std::fs::read_dir("/proc/self/task") else { return passed };
    let of_task = |task: std::fs::DirEntry| {
        let status = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        status.split(' ').next()?.parse::<u64>().ok()
    };
    Duration::from_nanos(tasks.flatten().filter_map(of_task).sum())
}

//! A snapshot of a million claims: building, opening, checking, looking up. Ratios within one run.
//!
//! Times are CPU time of all threads, so that a busy machine measures the same thing; on an idle one the work that
//! runs on all threads takes less. `cargo bench --bench snapshot [CLAIMS]`
#![allow(
    clippy::disallowed_methods,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark makes files, starts programs, takes the time and prints"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use dictum::claim::{
    Cardinality, Claim, ClaimHash, Declarations, Law, LawId, Period, Precedence, Slot, SourceRecord,
    Statement, Subject, Value, claim_hash,
};
use dictum::history::{Commit, CommitId, Completeness, Provenance, Sayer, Saying};
use dictum::resolve::{Answers, Arm, Axis, AxisName, Decided, Decisions, Node, Outcome, Ticks};
use dictum::snapshot::{At, Input, Lookup, Snapshot, write_atomic};
use dictum::source::{FileId, Origin, Span, Texts};
use jiff::civil::{Date, date};
use rustc_hash::FxHashMap;

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ATTRIBUTES: [&str; 5] = ["definition", "owner", "status", "formula", "ids.salesforce"];
const CHANGE: Date = date(2025, 5, 1);

fn main() {
    let wanted = std::env::args().filter_map(|argument| argument.parse().ok()).next();
    let world = World::new(wanted.unwrap_or(1_000_000));
    println!("{} claims in {} slots", world.claims.len(), world.decisions.slots.len());

    let (build, bytes) = best(3, || Snapshot::build(&world.input()).expect("fits together"));
    println!("build      {:>9.1} ms   {:.1} MB", ms(build), bytes.len() as f64 / 1e6);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bench.snapshot");
    let (write, ()) = best(1, || write_atomic(&path, &bytes).expect("writes"));
    println!("write      {:>9.1} ms   to disk, flushed", ms(write));

    let (plain, _) = best(5, || blake3::hash(&std::fs::read(&path).expect("reads")));
    let (open, snapshot) = best(5, || Snapshot::open(&path).expect("opens"));
    let (check, ()) = best(5, || snapshot.check_all().expect("whole"));
    let structure = open.saturating_sub(check);
    println!("read+hash  {:>9.1} ms   std::fs::read and blake3::hash of the file", ms(plain));
    println!("open       {:>9.1} ms   {:.2} of read+hash; with the full check", ms(open), ratio(open, plain));
    println!("  check    {:>9.1} ms   bound 100 ms: {}", ms(check), verdict(ms(check) < 100.0));
    println!("  the rest {:>9.1} ms   bound 10 ms: {}", ms(structure), verdict(ms(structure) < 10.0));

    look_ups(&world, &snapshot);
    let (decode, _) = best(1, || snapshot.decode().expect("sound"));
    println!("decode     {:>9.1} ms   everything", ms(decode));
    let (verify, ()) = best(1, || snapshot.verify_internal().expect("sound"));
    println!("verify     {:>9.1} ms   decode, hash again, build again, compare", ms(verify));
    println!("memory     {:>9} MB   the most that this process held", most_memory() / 1024);
}

/// Every address once, in random order: from the snapshot, and from a hash map of the same addresses.
fn look_ups(world: &World, snapshot: &Snapshot) {
    let firsts = world.decisions.slots.iter().map(|decided| &world.claims[decided.claims.start as usize]);
    let mut addresses: Vec<String> = firsts.clone().map(|claim| claim.slot.to_string()).collect();
    let map: FxHashMap<String, &Value> =
        addresses.iter().cloned().zip(firsts.map(|claim| &claim.value)).collect();
    let mut dice = 1;
    for index in (1..addresses.len()).rev() {
        addresses.swap(index, next(&mut dice) as usize % (index + 1));
    }
    let at = At { on: Some(date(2026, 1, 1)), context: &[] };
    let (mapped, _) = best(3, || {
        let found = addresses.iter().filter_map(|address| map.get(address.as_str()));
        found.map(|value| if let Value::Text(text) = value { text.len() } else { 1 }).sum::<usize>()
    });
    let (got, _) = best(3, || {
        let mut total = 0;
        for address in &addresses {
            let Ok(Some(Lookup::Fact(fact))) = snapshot.get(address, &at) else {
                panic!("{address} is a fact")
            };
            total += fact.text().expect("sound").map_or(1, str::len);
        }
        total
    });
    let each = |time: Duration| time.as_nanos() as f64 / addresses.len() as f64;
    println!("map        {:>9.0} ns   a look-up in an FxHashMap of the same addresses", each(mapped));
    println!(
        "get        {:>9.0} ns   {:.1} of the map; bound 2 µs: {}",
        each(got),
        ratio(got, mapped),
        verdict(each(got) < 2_000.0)
    );
}

/// Made-up knowledge of about a given number of claims: every tenth slot changed its answer once.
struct World {
    declarations: Declarations,
    claims: Vec<Claim>,
    decisions: Decisions,
    texts: Texts,
    provenance: Provenance,
}

impl World {
    fn new(count: usize) -> World {
        let (mut claims, texts) = claims(count);
        claims.iter_mut().for_each(|claim| claim.hash = claim_hash(claim));
        claims.sort_by(|a, b| (&a.slot, a.hash).cmp(&(&b.slot, b.hash)));
        let decisions = decisions(&claims);
        let provenance = provenance(&claims);
        World { declarations: declarations(), claims, decisions, texts, provenance }
    }

    fn input(&self) -> Input<'_> {
        let World { declarations, claims, decisions, texts, provenance } = self;
        Input { name: "bench", declarations, claims, decisions, texts, provenance: Some(provenance) }
    }
}

fn declarations() -> Declarations {
    let source = |n: u32| {
        (format!("policy-{n}").into(), SourceRecord { tier: Some(n % 2), ..SourceRecord::default() })
    };
    Declarations {
        sources: (0..100).map(source).collect(),
        tiers: vec!["policy".into(), "wiki".into()],
        precedences: BTreeMap::from([("default".into(), Precedence::default())]),
        laws: vec![Law { cardinality: Cardinality::One, required: None, precedence: None }],
        ..Declarations::default()
    }
}

fn claims(count: usize) -> (Vec<Claim>, Texts) {
    let mut claims = Vec::with_capacity(count);
    let (mut texts, mut text) = (Vec::new(), String::new());
    let (mut dice, mut subject_number) = (7, 0);
    while claims.len() < count {
        let subject = Subject::new(
            ["term", "entity", "process"][subject_number % 3],
            &format!("thing-{subject_number:06}"),
        );
        let before = Arc::new(statement(&mut dice, Period { from: None, until: None }));
        let after = Arc::new(statement(&mut dice, Period { from: Some(CHANGE), until: None }));
        for (table, attribute) in ATTRIBUTES.into_iter().enumerate() {
            let changes = next(&mut dice).is_multiple_of(10);
            for statement in [&before, &after].into_iter().take(1 + usize::from(changes)) {
                let start = text.len() as u32;
                let value = value(&mut dice, attribute);
                let _ = writeln!(text, "{attribute} = \"{value}\"");
                claims.push(Claim {
                    slot: Slot { subject: subject.clone(), attribute: attribute.into() },
                    value,
                    statement: statement.clone(),
                    law: LawId(0),
                    hash: ClaimHash::ZERO,
                    origin: Origin {
                        file: FileId(texts.len() as u32),
                        span: Span { start, end: text.len() as u32 },
                    },
                    table: table as u32,
                });
            }
        }
        subject_number += 1;
        if text.len() > 8_000 || claims.len() >= count {
            texts.push((format!("knowledge/part-{:06}.toml", texts.len()), std::mem::take(&mut text)));
        }
    }
    (claims, Texts::from_pairs(texts))
}

fn statement(dice: &mut u64, period: Period) -> Statement {
    Statement { period, source: Some(format!("policy-{}", next(dice) % 100).into()), ..Statement::default() }
}

fn value(dice: &mut u64, attribute: &str) -> Value {
    let number = next(dice);
    match attribute {
        "owner" => Value::Ref(Subject::new("team", &format!("team-{}", number % 50))),
        "status" => Value::Text(["active", "deprecated"][number as usize % 2].into()),
        "ids.salesforce" => Value::Text(format!("001A{number:014}").into()),
        "formula" => Value::Text(format!("sum(amount) where kind = {number}").into()),
        _ => Value::Text(
            format!("A customer with at least {number} paid invoices in the last 90 days.").into(),
        ),
    }
}

fn decisions(claims: &[Claim]) -> Decisions {
    let mut start = 0;
    let slots = claims.chunk_by(|a, b| a.slot == b.slot).map(|own| {
        let range = start..start + own.len() as u32;
        start = range.end;
        let Some(newer) =
            own.iter().position(|claim| claim.statement.period.from.is_some()).filter(|_| own.len() > 1)
        else {
            return Decided::alone(range);
        };
        let arm = |start: u32| Arm { start, node: Node::Leaf(start) };
        let answers = Answers {
            edges: Vec::new(),
            axes: vec![Axis { name: AxisName::Time, ticks: Ticks::Days(vec![CHANGE]) }],
            root: Node::Split { axis: 0, arms: vec![arm(0), arm(1)] },
            outcomes: vec![Outcome::Fact(vec![1 - newer as u32]), Outcome::Fact(vec![newer as u32])],
        };
        Decided::new(range, answers)
    });
    Decisions { slots: slots.collect() }
}

fn provenance(claims: &[Claim]) -> Provenance {
    let commit = |n: u32| Commit {
        id: CommitId::from_hex(&format!("{n:040x}")).expect("hex"),
        parents: Vec::new(),
        author: "Ada".into(),
        author_mail: "ada@example.org".into(),
        author_time: i64::from(n),
        author_offset: 0,
        committer: "Ada".into(),
        committer_mail: "ada@example.org".into(),
        committer_time: i64::from(n),
        committer_offset: 0,
        summary: format!("Say more (#{n})"),
        pull_request: Some(u64::from(n)),
        reviewers: Vec::new(),
    };
    let mut dice = 3;
    let mut saying = |claim: &Claim| {
        let n = (next(&mut dice) % 2_000) as u32;
        let (said_by, landed_by) = (Sayer::Known(n), Sayer::Known(n / 2));
        (
            claim.hash,
            Saying { said_by, also_said_by: Vec::new(), landed_by, first_said_by: said_by, carried: false },
        )
    };
    let commits: Vec<Commit> = (0..2_000).map(commit).collect();
    let sayings = claims.iter().map(&mut saying).collect();
    Provenance {
        head: commits[0].id.clone(),
        completeness: Completeness::Complete,
        commits,
        sayings,
        events: Vec::new(),
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

/// Kilobytes, where the system tells.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

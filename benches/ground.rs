//! What grounding a question costs: 20 words, three of them names of one of 100,000 claims, and a quarter.
//!
//! `cargo bench --bench ground`. Prints the median and the 99th percentile of wall time in process over 20,000 questions, beside
//! what copying and hashing the same sentences takes, which is the floor of looking at them at all. Bound: 1 ms at the 99th.
#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "a benchmark takes the time and prints")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;

use dictum::compile;
use dictum::diagnostic::Findings;
use dictum::query::{Context, Sentence, ground};
use dictum::snapshot::{Input, Snapshot};
use dictum::source::Texts;
use jiff::civil::date;

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Subjects of each kind, ten claims each or so.
const SUBJECTS: usize = 6_300;

/// Questions that are asked.
const QUESTIONS: usize = 20_000;

fn main() {
    let snapshot = snapshot();
    println!(
        "{} claims of {} slots, {} names",
        snapshot.claim_count(),
        snapshot.slot_count(),
        names(&snapshot)
    );
    let sentences: Vec<String> = (0..QUESTIONS).map(sentence).collect();
    for (what, context) in [("nothing known", &[][..]), ("region known", &[("region", "emea")])] {
        let declarations = snapshot.declarations().expect("declarations");
        let context = Context::read(context.iter().copied(), declarations).expect("a context");
        let mut took = Vec::with_capacity(QUESTIONS);
        let (mut ready, mut facts) = (0, 0);
        for text in &sentences {
            let began = Instant::now();
            let on = date(2026, 6, 30);
            let asked = Sentence { text, context: context.clone(), on, relative_to: Some(on), budget: None };
            let told = ground(&snapshot, &asked).expect("an answer");
            took.push(began.elapsed().as_nanos());
            ready += usize::from(told.ready);
            facts += black_box(told).facts.len();
        }
        took.sort_unstable();
        let at = |share: usize| took[(QUESTIONS * share / 100).min(QUESTIONS - 1)] as f64 / 1e6;
        println!(
            "{what:<14} median {:.3} ms   99 % {:.3} ms (bound: 1)   worst {:.2} ms   {ready} ready, {} facts each",
            at(50),
            at(99),
            at(100),
            facts / QUESTIONS
        );
    }
    let began = Instant::now();
    for text in &sentences {
        black_box(blake3::hash(black_box(text.clone()).as_bytes()));
    }
    println!(
        "copying and hashing a sentence    {:.5} ms",
        began.elapsed().as_secs_f64() * 1e3 / QUESTIONS as f64
    );
}

fn names(snapshot: &Snapshot) -> u32 {
    snapshot.names().expect("names").len()
}

/// Twenty words, a name of a term, one of an entity (every tenth of which is borne twice), and a quarter.
fn sentence(at: usize) -> String {
    let spread = at.wrapping_mul(2_654_435_761) % SUBJECTS;
    let other = at.wrapping_mul(40_503) % SUBJECTS;
    let (quarter, year) = (at % 4 + 1, 24 + at % 3);
    format!(
        "Please tell me quickly what the measure {spread} was for our customer Company {other} in Q{quarter} FY{year}, and also why"
    )
}

fn snapshot() -> Snapshot {
    let mut files: Vec<(String, String)> = vec![
        ("dictum.toml".to_owned(), "[knowledge]\nname = \"bench\"\nlanguage = 1\n".to_owned()),
        (
            "declarations.toml".to_owned(),
            "[dimension.region]\nis = \"enum\"\nvalues = [\"emea\", \"amer\"]\n\n[team.t]\nlabel = \"T\"\n\n\
             [precedence.default]\ntiers = [\"policy\"]\norder = [\"specificity\", \"effective\"]\ndimensions = [\"region\"]\n\n\
             [source.s]\ntitle = \"S\"\nauthority = \"policy\"\n\n\
             [calendar.fiscal]\nlabel = \"Fiscal\"\nyear-starts = \"02-01\"\nnamed-by = \"end\"\npattern = \"months\"\n"
                .to_owned(),
        ),
    ];
    for chunk in 0..SUBJECTS / 50 {
        let (mut terms, mut entities) = (String::new(), String::new());
        for id in chunk * 50..(chunk + 1) * 50 {
            term(&mut terms, id);
            entity(&mut entities, id);
        }
        files.push((format!("terms/{chunk:04}.toml"), terms));
        files.push((format!("entities/{chunk:04}.toml"), entities));
    }
    let texts = files.into_iter().map(|(path, text)| (format!("knowledge/{path}"), text));
    let compiled = compile(Texts::from_pairs(texts), Findings::new());
    assert!(!compiled.findings.has_errors(), "{:?}", compiled.findings.iter().next());
    let input = Input {
        name: "bench",
        declarations: &compiled.catalog.declarations,
        claims: &compiled.claims,
        decisions: &compiled.decisions,
        texts: &compiled.texts,
        provenance: None,
    };
    let bytes = Snapshot::build(&input).expect("a snapshot");
    Snapshot::from_bytes(bytes).expect("a snapshot")
}

fn term(text: &mut String, id: usize) {
    write!(
        text,
        "[term.measure-{id}]\nlabel = \"Measure {id}\"\nsynonyms = [\"Figure {id}\", \"Number {id}\"]\nunit = \"EUR\"\n\
         owner = \"t\"\nsource = \"s\"\nformula = \"the sum of all of {id}\"\n\n\
         [[term.measure-{id}.definition]]\nvalue = \"What was measured of {id} in a year.\"\nfrom = 2023-02-01\n\n\
         [[term.measure-{id}.definition]]\nvalue = \"What was measured of {id} in a year, without fees.\"\nfrom = 2025-05-01\n\n\
         [[term.measure-{id}.exception]]\nwhen = {{ region = \"amer\" }}\nunit = \"USD\"\n\n"
    )
    .expect("memory");
}

fn entity(text: &mut String, id: usize) {
    let shared = if id.is_multiple_of(10) { id + 1 } else { id };
    write!(
        text,
        "[entity.company-{id}]\nlabel = \"Company {id} Holding\"\nname = \"Company {id} GmbH\"\nowner = \"t\"\nsource = \"s\"\n\
         ids = {{ crm = \"K-{id}\", billing = \"B-{id}\" }}\n\n\
         [[entity.company-{id}.aliases]]\nvalue = \"Company {shared}\"\n\n\
         [[entity.company-{id}.aliases]]\nvalue = \"Comp {id}\"\nwhen = {{ region = \"emea\" }}\n\n"
    )
    .expect("memory");
}

//! Merges as people meet them, and generated ones against claims merged as sets.

use proptest::prelude::*;

use super::*;
use crate::face::said::{Said, catalog_of, said};

fn marks() -> Marks {
    Marks { size: 7, names: ["base", "ours", "theirs"].map(str::to_owned), with_base: false }
}

fn merged(base: &str, ours: &str, theirs: &str) -> (String, usize) {
    let limits = Limits::default();
    let catalog = catalog_of([].into_iter(), &limits);
    let sides = [base, ours, theirs].map(str::as_bytes);
    match merge(sides, &catalog, &limits, &marks()) {
        Ok(merged) => (merged.text, merged.conflicts),
        Err(why) => panic!("{why:?}"),
    }
}

const A: &str = "# What A is.\n[term.a]\nlabel = \"A\"\nsynonyms = [\"x\", \"y\"]\ndefinition = \"D\"\n";

#[test]
fn what_one_side_changed_is_taken() {
    let ours = A.replace("\"D\"", "\"Ours\"");
    let theirs = A.replace("\"A\"", "\"Theirs\" # so called").replace("\"y\"", "\"z\"");
    let expected = "# What A is.\n[term.a]\nlabel = \"Theirs\" # so called\nsynonyms = [\"x\", \"z\"]\ndefinition = \"Ours\"\n";
    assert_eq!(merged(A, &ours, &theirs), (expected.to_owned(), 0));
}

#[test]
fn what_both_say_differently_is_a_conflict_of_just_those_lines() {
    let ours = A.replace("\"D\"", "\"Ours\"");
    let theirs = A.replace("\"D\"", "\"Theirs\"").replace("label = \"A\"", "label = \"B\"");
    let (text, conflicts) = merged(A, &ours, &theirs);
    assert_eq!(conflicts, 1);
    assert_eq!(
        text,
        "# What A is.\n[term.a]\nlabel = \"B\"\nsynonyms = [\"x\", \"y\"]\n<<<<<<< ours\ndefinition = \"Ours\"\n=======\ndefinition = \"Theirs\"\n>>>>>>> theirs\n"
    );
    assert_eq!(merged(A, &ours, &ours), (ours.clone(), 0), "what both changed alike is no conflict");
}

#[test]
fn what_both_add_in_one_place_stays() {
    let ours = format!("{A}\n[term.o]\nlabel = \"O\"\n");
    let theirs =
        format!("{A}\n[term.t]\nlabel = \"T\"\n\n[[term.a.also]]\nfrom = 2026-01-01\nunit = \"EUR\"\n");
    let (text, conflicts) = merged(A, &ours, &theirs);
    assert_eq!(conflicts, 0);
    assert_eq!(
        text,
        format!(
            "{A}\n[term.o]\nlabel = \"O\"\n\n[term.t]\nlabel = \"T\"\n\n[[term.a.also]]\nfrom = 2026-01-01\nunit = \"EUR\"\n"
        )
    );
    // The lists that both add to, and what one takes away of them.
    let ours = A.replace("\"y\"]", "\"y\", \"o\"]");
    let theirs = A.replace("\"x\", ", "").replace("\"y\"]", "\"y\", \"t\"]");
    assert_eq!(merged(A, &ours, &theirs), (A.replace("\"x\", \"y\"]", "\"y\", \"o\", \"t\"]"), 0));
}

#[test]
fn taking_away_what_the_other_changed_is_a_conflict() {
    let both = format!("{A}\n[term.b]\nlabel = \"B\"\n");
    let (text, conflicts) = merged(&both, A, &both.replace("\"B\"", "\"C\""));
    assert_eq!(
        (conflicts, &*text),
        (1, &*format!("{A}\n<<<<<<< ours\n=======\n[term.b]\nlabel = \"C\"\n>>>>>>> theirs\n"))
    );
    assert_eq!(merged(&both, A, &both.replace("\"D\"", "\"E\"")).1, 0, "and what it did not is gone");
    assert_eq!(merged(&both, "", &both).0, "", "all of it");
}

#[test]
fn blocks_are_known_by_what_they_say_of_themselves() {
    let block =
        |from: &str, value: &str| format!("\n[[term.a.definition]]\nvalue = \"{value}\"\nfrom = {from}\n");
    let head = "[term.a]\nlabel = \"A\"\n";
    let base = format!("{head}{}{}", block("2024-01-01", "one"), block("2025-01-01", "two"));
    let ours = format!(
        "{head}{}{}{}",
        block("2023-01-01", "none"),
        block("2024-01-01", "one"),
        block("2025-01-01", "two, ours")
    );
    let theirs = format!("{head}{}{}", block("2024-01-01", "one, theirs"), block("2025-01-01", "two"));
    let (text, conflicts) = merged(&base, &ours, &theirs);
    let expected = format!(
        "{head}{}{}{}",
        block("2023-01-01", "none"),
        block("2024-01-01", "one, theirs"),
        block("2025-01-01", "two, ours")
    );
    assert_eq!((text, conflicts), (expected, 0));
    let (text, conflicts) = merged(
        head,
        &format!("{head}{}", block("2025-01-01", "o")),
        &format!("{head}{}", block("2025-01-01", "t")),
    );
    assert_eq!(conflicts, 1, "one day, two values: {text}");
}

#[test]
fn a_key_below_a_source_that_changed_meanwhile_is_nobodys_word() {
    let base = "[term.a]\nlabel = \"A\"\nsource = \"s\"\n";
    let ours = "[term.a]\nlabel = \"A\"\nsource = \"other\"\n";
    let theirs = "[term.a]\nlabel = \"A\"\nunit = \"EUR\"\nsource = \"s\"\n";
    let (text, conflicts) = merged(base, ours, theirs);
    assert_eq!((text, conflicts), (format!("<<<<<<< ours\n{ours}=======\n{theirs}>>>>>>> theirs\n"), 1));
}

#[test]
fn a_subject_is_followed_under_its_new_id() {
    let base = format!("{A}\n[[term.a.also]]\nfrom = 2025-01-01\nunit = \"EUR\"\n");
    let ours = base.replace("term.a", "term.z").replace("label", "was = \"a\"\nlabel");
    let theirs = base.replace("\"D\"", "\"E\"").replace("EUR", "USD");
    let (text, conflicts) = merged(&base, &ours, &theirs);
    assert_eq!((text, conflicts), (ours.replace("\"D\"", "\"E\"").replace("EUR", "USD"), 0));
    assert_eq!(merged(&base, &theirs, &ours), (ours.replace("\"D\"", "\"E\"").replace("EUR", "USD"), 0));
    let other = base.replace("term.a", "term.y").replace("label", "was = \"a\"\nlabel");
    assert!(merged(&base, &ours, &other).1 > 0, "two names for one");
}

#[test]
fn layout_and_order_are_no_difference() {
    let theirs = "[term.b]\nlabel = 'B'\n\n# What A is.\n[term.a]\n  definition   = \"D\"\n  label=\"A\"\n  synonyms = [ \"x\",\"y\" ]\n";
    let base = format!("{A}\n[term.b]\nlabel = 'B'\n");
    let ours = base.replace("\"D\"", "\"Ours\"");
    assert_eq!(merged(&base, &ours, theirs).1, 0);
    assert!(merged(&base, &ours, theirs).0.contains("definition = \"Ours\""));
    let crlf = base.replace('\n', "\r\n");
    assert_eq!(merged(&base, &ours, &crlf), (ours.clone(), 0));
    assert_eq!(merged("", A, A), (A.to_owned(), 0), "both added one file");
}

#[test]
fn what_is_not_sound_is_left_to_git() {
    let limits = Limits::default();
    let catalog = catalog_of([].into_iter(), &limits);
    for bad in [&b"[term.a"[..], b"x = \"\xff\"", b"\0", b"<<<<<<< a\n=======\n>>>>>>> b\n"] {
        for at in 0..3 {
            let mut sides = [A.as_bytes(); 3];
            sides[at] = bad;
            assert_eq!(merge(sides, &catalog, &limits, &marks()), Err(Unmerged::Unreadable(at)));
        }
    }
}

/// What one subject may say, as the text of it.
fn subject(id: &'static str) -> impl Strategy<Value = Option<String>> {
    let pick = |all: &'static [&'static str]| prop::sample::select(all);
    let label =
        pick(&["", "label = \"A\"\n", "label = \"B\" # b\n", "label=\"A\"\n", "# c\nlabel = \"A\"\n"]);
    let synonyms = pick(&[
        "",
        "synonyms = [\"x\"]\n",
        "synonyms = [\"x\", \"y\"]\n",
        "synonyms = [\n  \"y\",\n  \"z\",\n]\n",
        "synonyms = [\"z\", \"x\"]\n",
    ]);
    let inherited = pick(&[
        "",
        "",
        "source = \"s\"\n",
        "source = \"t\"\n",
        "from = 2025-01-01\n",
        "when = { region = \"uk\" }\n",
    ]);
    let block = |name: &'static str| {
        pick(&[
            "",
            "",
            "unit = \"EUR\"\nfrom = 2025-01-01\n",
            "unit = \"USD\"\nfrom = 2025-01-01\n",
            "id = \"i\"\ndefinition = \"D\"\n",
            "id = \"i\"\ndefinition = \"E\"\n",
        ])
        .prop_map(move |keys| {
            if keys.is_empty() { String::new() } else { format!("\n[[term.{id}.{name}]]\n{keys}") }
        })
    };
    let entry = pick(&[
        "",
        "",
        "value = \"v\"\n",
        "value = \"w\"\nfrom = 2024-01-01\n",
        "value = \"v\"\nfrom = 2024-01-01\n",
    ])
    .prop_map(
        move |keys| if keys.is_empty() { String::new() } else { format!("\n[[term.{id}.grain]]\n{keys}") },
    );
    (any::<u8>(), label, synonyms, inherited, block("also"), block("exception"), entry.clone(), entry)
        .prop_map(move |(gone, label, synonyms, inherited, also, exception, one, two)| {
            let keys = format!("{label}{synonyms}{inherited}");
            (gone % 6 > 0).then(|| format!("\n[term.{id}]\n{keys}note = \"n\"\n{also}{one}{two}{exception}"))
        })
}

/// A file as its subjects.
fn subjects() -> impl Strategy<Value = [Option<String>; 4]> {
    (subject("a"), subject("b"), subject("c"), subject("d")).prop_map(|(a, b, c, d)| [a, b, c, d])
}

/// A side: of each subject what base says, or something else.
fn side(base: &[Option<String>; 4], own: [Option<String>; 4], changes: u8, turned: bool) -> String {
    let mut subjects: Vec<&Option<String>> =
        (0..4).map(|at| if changes & (1 << at) > 0 { &own[at] } else { &base[at] }).collect();
    if turned {
        subjects.reverse();
    }
    subjects.into_iter().flatten().map(String::as_str).collect()
}

/// A claim.
type Key = (crate::claim::Slot, crate::claim::ClaimHash);

/// How often each claim is meant to be said, worked out from sets alone; `None` where the sides disagree.
fn oracle([base, ours, theirs]: &[Said; 3]) -> Vec<(Key, Option<usize>)> {
    let keys: BTreeSet<&Key> = base.keys().chain(ours.keys()).chain(theirs.keys()).collect();
    let count = |said: &Said, key: &Key| said.get(key).copied().unwrap_or(0);
    let one = |key: &&Key| {
        let (base, ours, theirs) = (count(base, key), count(ours, key), count(theirs, key));
        let meant = match () {
            () if ours == base => Some(theirs),
            () if theirs == base || theirs == ours => Some(ours),
            () => None,
        };
        ((*key).clone(), meant)
    };
    keys.iter().map(one).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]
    #[test]
    fn no_claim_is_lost_and_none_invented(
        base in subjects(), one in subjects(), other in subjects(), changes in any::<u8>(), more in any::<u8>(), turned in any::<bool>(),
    ) {
        let limits = Limits::default();
        let catalog = catalog_of([].into_iter(), &limits);
        let texts = [
            side(&base, base.clone(), 0, false), side(&base, one, changes, turned), side(&base, other, more, false),
        ];
        let claims = [0, 1, 2].map(|at| said(&text_of("a", texts[at].as_bytes()), &catalog, &limits));
        let sides = [0, 1, 2].map(|at| texts[at].as_bytes());
        let merged = match merge(sides, &catalog, &limits, &marks()) {
            Ok(merged) => merged,
            Err(Unmerged::Unreadable(_)) => return Ok(()),
            Err(why) => { prop_assert!(false, "{:?}", why); return Ok(()) }
        };
        let settle = |open: &str, close: &str| {
            let mut text = String::new();
            let mut out = true;
            for line in merged.text.lines() {
                match line {
                    _ if line.starts_with("<<<<<<< ") || line == "=======" || line.starts_with(">>>>>>> ") => {
                        out = if line.starts_with(open) { false } else if line.starts_with(close) { true } else { out };
                    }
                    _ if out => { text.push_str(line); text.push('\n'); }
                    _ => {}
                }
            }
            said(&text_of("a", text.as_bytes()), &catalog, &limits)
        };
        let as_ours = settle("=======", ">>>>>>> ");
        let as_theirs = settle("<<<<<<< ", "=======");
        if merged.conflicts == 0 {
            for (key, meant) in oracle(&claims) {
                prop_assert_eq!(Some(as_ours.get(&key).copied().unwrap_or(0)), meant, "{}\n{}", key.0, merged.text);
            }
            for key in as_ours.keys() {
                prop_assert!(claims.iter().any(|side| side.contains_key(key)), "{} was said by nobody", key.0);
            }
        } else {
            for key in as_ours.keys().chain(as_theirs.keys()) {
                prop_assert!(claims[1].contains_key(key) || claims[2].contains_key(key), "{} was said by nobody\n{}", key.0, merged.text);
            }
            for (key, meant) in oracle(&claims) {
                let both = as_ours.get(&key).copied().unwrap_or(0) + as_theirs.get(&key).copied().unwrap_or(0);
                prop_assert!(meant == Some(0) || both > 0, "{} is lost\n{}", key.0, merged.text);
            }
        }
    }
}

/// As git merges lines: whether it is left in conflict.
fn by_lines(texts: &[String; 3]) -> bool {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in ["o", "a", "b"].iter().zip(texts) {
        std::fs::write(folder.path().join(name), text).expect("written");
    }
    let mut git = std::process::Command::new("git");
    git.current_dir(folder.path()).args(["merge-file", "-p", "--quiet", "a", "o", "b"]);
    git.output().expect("git runs").status.code() != Some(0)
}

#[test]
fn fewer_conflicts_than_by_lines() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;
    let limits = Limits::default();
    let catalog = catalog_of([].into_iter(), &limits);
    let mut runner = TestRunner::deterministic();
    let generated = (subjects(), subjects(), subjects(), any::<u8>(), any::<u8>());
    let (mut merges, mut lines, mut ours, mut only_ours) = (0, 0, 0, 0);
    while merges < 400 {
        let (base, one, other, changes, more) = generated.new_tree(&mut runner).expect("generated").current();
        // A change is to one thing, mostly.
        let (changes, more) = (1 << (changes % 4), 1 << (more % 4));
        let texts = [
            side(&base, base.clone(), 0, false),
            side(&base, one, changes, false),
            side(&base, other, more, false),
        ];
        let Ok(merged) = merge([0, 1, 2].map(|at| texts[at].as_bytes()), &catalog, &limits, &marks()) else {
            continue;
        };
        merges += 1;
        let (by_lines, by_driver) = (by_lines(&texts), merged.conflicts > 0);
        lines += usize::from(by_lines);
        ours += usize::from(by_driver);
        only_ours += usize::from(by_driver && !by_lines);
    }
    eprintln!(
        "of {merges} generated merges {lines} are left in conflict by lines, {ours} by what they say ({only_ours} of these only so)"
    );
    assert!(ours < lines);
}

#[test]
fn many_blocks_of_one_subject_take_time_with_their_number() {
    let blocks = |word: &str| -> String {
        let one = |at: usize| {
            format!(
                "[[term.a.also]]\nid = \"i{at}\"\nunit = \"{}\"\n\n",
                if at.is_multiple_of(7) { word } else { "U" }
            )
        };
        (0..20_000).map(one).collect()
    };
    let texts = ["B", "O", "B"].map(|word| format!("[term.a]\nlabel = \"A\"\n\n{}", blocks(word)));
    let theirs = texts[2].replace("label", "grain = \"g\"\nlabel");
    let expected = texts[1].replace("label", "grain = \"g\"\nlabel");
    let (text, conflicts) = merged(&texts[0], &texts[1], &theirs);
    assert!(conflicts == 0 && text.trim_end() == expected.trim_end());
}

//! Subjects read in fragments, and by what their former version leaves as it was, against the same subjects read
//! whole: the same claims, and an error in the one where there is one in the other.

use super::Chance;
use crate::diagnostic::Findings;
use crate::history::former::Former;
use crate::history::fragments::Known;
use crate::history::numbers::Numbers;
use crate::history::{Extractor, Knowledge};
use crate::kind::{Catalog, Config, declare};
use crate::parse::parse;
use crate::source::Texts;

const DECLARED: &str = r#"
[dimension.region]
is = "open"
[source.s]
title = "S"
[type.plain]
of = "entity"
[type.plain.attribute.price]
is = "money"
[type.plain.attribute.span]
is = "period"
[type.plain.attribute.tags]
is = "list text"
[type.plain.attribute.x-only]
is = "text"
[type.other]
of = "entity"
[type.other.attribute.price]
is = "money"
cardinality = "set"
[type.other.attribute.span]
is = "text"
"#;

/// What a subject's own table may say. Some of it is no TOML, and much of it no sense.
const KEYS: &[&str] = &[
    "type = 'plain'",
    "type = 'plain'",
    "type = 'other'",
    "type = 'none-such'",
    "from = 2020-01-01",
    "until = '2021-01-01' # an end",
    "source = 's'",
    "source = 4",
    "when.region = 'emea'",
    "when.tier = 'x'",
    "when = { region = ['a', 'b'] }",
    "id = 'an-id'",
    "supersedes = 'an-id'",
    "reason = 'because'",
    "audience = 'all'",
    "name = 'A'",
    "name = \"B\" # a [comment]",
    "name = [{ value = 'A' }, { value = 'B', from = 2020-01-01 }]",
    "name = [{ value = 'A' }, 'B']",
    "note = \"\"\"\n[entity.b]\n# none\nname = 'x'\\\n\"\"\"",
    "note = '''\nname = 'A' '''",
    "note = \"\"\"open",
    "aliases = ['a', # one\n  'b',\n]",
    "aliases = [\n'a'",
    "aliases = []",
    "]",
    "ids.erp = '1'",
    "ids.erp = '2'",
    "ids.crm = '3'",
    "ids.crm.deep = '3'",
    "ids . spaced = '4'",
    "ids.'quoted' = '5'",
    "ids.bad_key = '5'",
    "ids = { erp = '6' }",
    "ids = 1",
    "price.amount = 10",
    "price.currency = 'EUR'",
    "price.amount = 11",
    "price = { amount = 10, currency = 'EUR' }",
    "price = [{ amount = 1, currency = 'EUR' }, { amount = 2, currency = 'EUR' }]",
    "span.from = 2020-01-01",
    "span.until = 2021-01-01",
    "span = '2020-01-01/..'",
    "tags = ['a', 'b']",
    "x-only = 'x'",
    "deprecated.reason = 'old'",
    "deprecated.replaced-by = 'b'",
    "unknown = 1",
    "'name' = 'A'",
    "\"quoted\" = 1",
    "name",
    "name = ",
    "= 1",
    "name = 'open",
    "name = 'A' 'B'",
    "name = 'A'\r",
    "# a comment",
    "# a bad \u{1} one",
    "\u{feff}",
    "\u{200b}",
    "",
    "",
    "   ",
    "exception = [{ name = 'X' }]",
    "also = [{ when = { region = 'x' }, name = 'X' }]",
];

/// Headers below it.
const BLOCKS: &[&str] = &[
    "[[entity.a.name]]",
    "[[entity.a.name]]\nvalue = 'V'",
    "[[entity.a.name]]\nvalue = 'W'\nfrom = 2022-01-01\n",
    "[[entity.a.name]] # why\n  value = 'V'\n  [entity.a.name.when]\n  region = 'emea'",
    "[entity.a.name.when]\nregion = 'emea'",
    "[[entity.a.price]]\namount = 1\ncurrency = 'EUR'",
    "[[entity.a.price]]\nvalue = { amount = 2, currency = 'EUR' }",
    "[[entity.a.price]]\nvalue.amount = 2\nvalue.currency = 'EUR'",
    "[[entity.a.span]]\nfrom = 2020-01-01",
    "[[entity.a.span]]\nvalue.from = 2020-01-01\nuntil = 2023-01-01",
    "[[entity.a.tags]]\nvalue = ['c']",
    "[[entity.a.tags]]",
    "[[entity.a.exception]]\nwhen = { region = 'emea' }\nname = 'E'\nids.erp = '9'",
    "[[entity.a.exception]]\nexception-to = 'an-id'\nname = 'F'",
    "[[entity.a.also]]\nfrom = 2021-01-01\nname = 'G'",
    "[[entity.a.also.name]]\nvalue = 'H'",
    "[[entity.a.ids]]\nvalue = '1'",
    "[entity.a.ids]\nerp = '1'",
    "[[entity.a.ids.erp]]\nvalue = '1'",
    "[[entity.a.type]]\nvalue = 'other'",
    "[[entity.a.when]]\nregion = 'emea'",
    "[[entity.a.name]]\nnone = true",
    "[[entity.a.name]]\nretracts = 'an-id'",
    "[[entity.a.name]]\n\"value\" = 'Q'",
    "[[entity.a.\"name\"]]\nvalue = 'Q'",
    "[[entity.a.name]",
    "[[ entity.a.name ]]",
    "[[entity.a.unknown]]\nvalue = 1",
    "[entity.a]",
    "[entity.b]",
];

/// One of `lines`, those at the end of the list less often: most of what breaks a text, or has it read whole, stands there.
fn pick<'l>(chance: &mut Chance, lines: &[&'l str]) -> &'l str {
    lines[chance.below(lines.len()).min(chance.below(lines.len()))]
}

fn subject(chance: &mut Chance) -> Vec<String> {
    let head = if chance.one_in(20) { "# above\n\n[entity.a] # here" } else { "[entity.a]" };
    let mut lines = vec![head.to_owned()];
    lines.extend((0..chance.below(6)).map(|_| pick(chance, KEYS).to_owned()));
    lines.extend((0..chance.below(4)).map(|_| pick(chance, BLOCKS).to_owned()));
    lines
}

/// Some lines of which each is taken in only if the subject can be taken apart and parses with it.
fn good_subject(chance: &mut Chance, knowledge: &Knowledge<'_>) -> Vec<String> {
    let mut lines = vec!["[entity.a]".to_owned()];
    for at in 0..16 {
        let line = pick(chance, if at < 10 { KEYS } else { BLOCKS });
        let more = [&lines[..], &[line.to_owned()]].concat();
        let text = more.join("\n");
        if knowledge.fragments(text.as_bytes()).is_some() && knowledge.atoms(text.as_bytes()).is_some() {
            lines = more;
        }
    }
    lines
}

fn edit(chance: &mut Chance, lines: &mut Vec<String>) {
    let at = 1 + chance.below(lines.len());
    match chance.below(4) {
        0 if at < lines.len() => {
            lines.remove(at);
        }
        1 if at < lines.len() => {
            let line = lines[at].clone();
            lines.push(line);
        }
        2 => lines.insert(at, pick(chance, BLOCKS).to_owned()),
        _ => lines.insert(at, pick(chance, KEYS).to_owned()),
    }
}

fn catalog() -> Catalog {
    let texts = Texts::from_pairs([("d.toml", DECLARED)]);
    let mut findings = Findings::new();
    let documents: Vec<_> = texts.iter().map(|(file, text)| parse(file, text, &mut findings)).collect();
    declare(&documents.iter().collect::<Vec<_>>(), "", &mut findings)
}

/// How many subjects, each with some versions.
const SUBJECTS: usize = 5_000;

/// What a subject says by its fragments; `None` where it isn't taken apart, and `Some(None)` where it doesn't parse.
type Told = Option<Option<Vec<u32>>>;

/// Reads the versions of one subject.
struct Reading<'k> {
    knowledge: &'k Knowledge<'k>,
    known: Known,
    numbers: Numbers,
    former: Option<Former>,
}

impl Reading<'_> {
    /// From the version before it.
    fn patched(&mut self, text: &[u8]) -> Option<Vec<u32>> {
        let former = self.former.as_mut()?;
        former.patch(text, self.knowledge, &mut self.known, &mut self.numbers)?;
        Some(once(former.atoms(&self.known)))
    }

    /// From all its fragments. The version after it begins there.
    fn apart(&mut self, text: &[u8]) -> Told {
        let fragments = self.knowledge.fragments(text)?;
        let former = Former::of(text, fragments, self.knowledge, &mut self.known, &mut self.numbers);
        let atoms = former.as_ref().map(|former| once(former.atoms(&self.known)));
        self.former = former.or(self.former.take());
        Some(atoms)
    }

    fn whole(&mut self, text: &[u8]) -> Option<Vec<u32>> {
        let said = self.knowledge.atoms(text)?;
        Some(once(said.iter().map(|placed| self.numbers.of(placed)).collect()))
    }
}

fn once(mut atoms: Vec<u32>) -> Vec<u32> {
    atoms.sort_unstable();
    atoms.dedup();
    atoms
}

#[test]
fn reading_in_fragments_says_what_reading_the_whole_says() {
    let catalog = catalog();
    let knowledge = Knowledge::new("", &Config::default(), &catalog);
    let mut chance = Chance(11);
    let (mut good, mut bad, mut patched) = (0, 0, 0);
    for subject_number in 0..SUBJECTS {
        let (known, numbers) = (Known::default(), Numbers::default());
        let mut reading = Reading { knowledge: &knowledge, known, numbers, former: None };
        let is_good = subject_number % 2 == 0;
        let mut lines = if is_good { good_subject(&mut chance, &knowledge) } else { subject(&mut chance) };
        for _ in 0..8 {
            let ends = if chance.one_in(10) { "\r\n" } else { "\n" };
            let last = if chance.one_in(3) { "" } else { ends };
            let text = lines.join(ends) + last;
            let before = lines.clone();
            (0..=chance.below(2)).for_each(|_| edit(&mut chance, &mut lines));
            // What is good mostly stays so.
            if is_good && knowledge.atoms(lines.join("\n").as_bytes()).is_none() && !chance.one_in(4) {
                lines = before;
                edit(&mut chance, &mut lines);
            }
            let (text, whole) = (text.as_bytes(), reading.whole(text.as_bytes()));
            let shown = String::from_utf8_lossy(text);
            if let Some(atoms) = reading.patched(text) {
                assert_eq!(Some(atoms), whole, "patched: {shown}");
                assert!(knowledge.fragments(text).is_some(), "taken apart only in part: {shown}");
                patched += 1;
                // Whether the next is patched from what was patched, or from what was taken apart.
                if chance.one_in(2) {
                    continue;
                }
            }
            let Some(apart) = reading.apart(text) else { continue };
            assert_eq!(apart, whole, "{shown}");
            if whole.is_some() { good += 1 } else { bad += 1 }
        }
    }
    let enough = good > SUBJECTS && bad > SUBJECTS / 4 && patched > SUBJECTS;
    assert!(enough, "{good} good ones, {bad} bad ones and {patched} patched ones are too few");
}

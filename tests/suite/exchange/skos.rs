//! SKOS: what is exported is SKOS and PROV-O to others, and comes back as it was.

use std::collections::BTreeSet;
use std::fs;

use proptest::prelude::*;
use serde_json::Value;

use super::{ON, empty, exported, held, keeps, lost, refused, same_but_for_losses};
use crate::corpora::corpora;
use crate::scratch::Scratch;

#[test]
fn others_read_it_and_every_claim_is_cited_as_why_cites_it() {
    let scratch = Scratch::tour();
    let (ran, turtle, losses) = exported(&scratch, "skos");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    keeps("losses", &losses);
    let lost = lost(&losses);
    for (kind, address) in [
        ("depends", "term/active-customer#definition"),
        ("depends", "entity/acme-robotics#aliases"),
        ("period", "term/acv#definition"),
        ("attribute", "term/acv#unit"),
        ("kind", "process/refund"),
    ] {
        assert!(lost.contains(&(kind.to_owned(), address.to_owned())), "{kind} {address}: {lost:#?}");
    }
    assert!(!turtle.contains("open support plan") && !turtle.contains("\"Acme\""), "depends on the case");
    held(
        &scratch,
        "skos",
        &turtle,
        &[
            ("skos:altLabel \"annual contract value\"", "skos:altLabel \"ACV\""),
            ("rdf:predicate skos:prefLabel ;", ""),
            ("skos:inScheme :scheme", "skos:inScheme 3"),
            ("\tprov:wasAttributedTo", "\tprov:wasAttributedTwo"),
        ],
    );
    let (ran, json, _) = exported(&scratch, "skos-jsonld");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    held(&scratch, "skos-jsonld", &json, &[("core#inScheme", "core#outScheme"), ("\"@graph\"", "\"@graph")]);
    // The very commit that `dictum why` names, with its author and date.
    let why = scratch.shell(&format!("dictum why term/acv#definition --on {ON} -f json")).stdout;
    let why: Value = serde_json::from_str(&why).expect("JSON");
    let commit = why["said_by"]["commit"].as_str().expect("a commit");
    let claim = turtle.split("rdf:object \"The yearly value").nth(1).expect("the claim");
    let claim = &claim[..claim.find(" .\n").expect("its end")];
    assert!(claim.contains(&format!("<urn:git:{commit}>")), "{claim}");
    assert!(claim.contains(why["said_by"]["date"].as_str().expect("a date")), "{claim}");
    assert!(claim.contains("<mailto:ines.moreau@kestrel.example>"), "{claim}");
}

#[test]
fn one_case_is_taken_and_said_to_be_one() {
    let scratch = Scratch::tour();
    let (ran, turtle, losses) = exported(&scratch, "skos --where department=support");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(turtle.contains("open support plan"), "{turtle}");
    assert!(lost(&losses).contains(&("condition".to_owned(), "term/active-customer#definition".to_owned())));
    assert_eq!(exported(&scratch, "skos --strict").0.code, 1);
}

/// What the history does not tell is not told, and that is told.
#[test]
fn nobody_is_named_whom_the_history_does_not_name() {
    let mut scratch = Scratch::tour();
    let clone = scratch.beside("clone");
    let from = format!("file://{}", scratch.top().display());
    scratch.git(&["clone", "--quiet", "--depth", "1", &from, &clone.display().to_string()]);
    scratch.move_to(clone);
    let (ran, turtle, losses) = exported(&scratch, "skos");
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(turtle.contains("The yearly value") && !turtle.contains("prov:wasGeneratedBy"), "{turtle}");
    assert!(lost(&losses).contains(&("history".to_owned(), "term/acv#definition".to_owned())));
    assert_eq!(exported(&scratch, "skos --no-provenance").0.code, 0);
    // Contested: neither of both.
    scratch.write("knowledge/x.toml", "[term.acv]\nlabel = \"AVC\"\nsource = \"finance-policy-2024\"\n");
    scratch.shell("git add --all && git commit --quiet --message x");
    let (ran, turtle, losses) = exported(&scratch, "skos --no-provenance");
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    assert!(!turtle.contains("\"AVC\"") && !turtle.contains("prefLabel \"ACV\""), "{turtle}");
    assert!(lost(&losses).contains(&("contested".to_owned(), "term/acv#label".to_owned())));
}

/// Out and in again: the same answers, but for what was said to be lost. And out once more: the same bytes.
fn there_and_back(scratch: &Scratch, format: &str, name: &str) -> usize {
    let (_, first, losses) = exported(scratch, &format!("{format} --no-provenance"));
    let other = empty(name);
    fs::copy(scratch.beside("out"), other.beside("in")).expect("copied");
    let ran = other.shell(&format!("dictum import {format} ../in --skip-faulty -f json"));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let imported: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    keeps("imported", &imported);
    assert_eq!(other.shell("dictum fmt --check").code, 0, "written as `fmt` lays out");
    let compared =
        same_but_for_losses(scratch, &other, &[losses, imported["losses"].clone()], &["term", "entity"]);
    let (_, second, _) = exported(&other, &format!("{format} --no-provenance"));
    let faulty = lost(&imported["losses"]).iter().any(|(kind, _)| kind == "faulty");
    match faulty {
        false => assert_eq!(first, second, "exported again"),
        true => {
            let first: BTreeSet<&str> = first.split(" .\n").collect();
            let new: Vec<&str> = second.split(" .\n").filter(|block| !first.contains(block)).collect();
            assert!(new.is_empty(), "{new:#?}");
        }
    }
    compared
}

#[test]
fn the_tour_comes_back() {
    let scratch = Scratch::tour();
    for format in ["skos", "skos-jsonld"] {
        assert!(there_and_back(&scratch, format, "kestrel-works") >= 9);
    }
}

#[test]
fn otel_comes_back() {
    let Some(folder) = corpora() else {
        eprintln!("skipped: no corpora in ../shared/corpora, so `otel` is not exported");
        return;
    };
    let mut scratch = Scratch::folder();
    let clone = scratch.beside("otel");
    let bundle = folder.join("otel.bundle").display().to_string();
    scratch.git(&["clone", "--quiet", &bundle, &clone.display().to_string()]);
    scratch.move_to(clone);
    scratch.git(&["config", "user.name", "Expert"]);
    scratch.git(&["config", "user.email", "expert@example.com"]);
    let compared = there_and_back(&scratch, "skos", "otel");
    assert!(compared > 1_000, "{compared} facts came back");
}

#[test]
fn concepts_of_others_become_files_as_people_write_them() {
    let scratch = empty("others");
    scratch.write(
        "../in.ttl",
        r#"@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix ex: <https://ex.example/c/> .
ex:scheme a skos:ConceptScheme .
ex:1001 a skos:Concept ; skos:prefLabel "Crude oil"@en , "Rohöl"@de ;
  skos:definition """Oil as it comes
out of the ground."""@en ; skos:narrower ex:1002 ; skos:altLabel "crude"@en ; skos:hiddenLabel "crud"@en .
ex:1002 a skos:Concept ; skos:prefLabel "Light crude"@en ; skos:related ex:9999 ; skos:note [ a ex:Note ] ;
  skos:definition "One."@en , "Two."@en .
"#,
    );
    refused(&scratch, "dictum import skos ../in.ttl", 2, "`--language en`: they are in `de`, `en`");
    refused(&scratch, "dictum import skos ../in.ttl --language fr", 2, "nothing in this file is in `fr`");
    let dry = scratch.shell("dictum import skos ../in.ttl --language en --dry-run");
    assert_eq!(dry.code, 0, "{}", dry.stderr);
    assert!(!scratch.top().join("knowledge/terms").exists());
    assert!(
        dry.stdout.contains(
            "# https://ex.example/c/1001\n[term.crude-oil]\nlabel      = \"Crude oil\"\nsynonyms   = [\"crude\"]\n"
        ),
        "{}",
        dry.stdout
    );
    assert!(dry.stdout.contains("broader = [\"crude-oil\"]"), "{}", dry.stdout);
    for said in
        ["contested", "2 are said there", "`https://ex.example/c/9999` is not in this file", "it is in `de`"]
    {
        assert!(dry.stderr.contains(said), "{said}: {}", dry.stderr);
    }
    let ran = scratch.shell("dictum import skos ../in.ttl --language en");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        !fs::read_to_string(scratch.top().join("knowledge/terms/light-crude.toml"))
            .expect("a file")
            .contains("Two")
    );
    refused(
        &scratch,
        "dictum import skos ../in.ttl --language en",
        1,
        "`term/crude-oil` is here already: knowledge/terms/crude-oil.toml:",
    );
    refused(&scratch, "dictum import skos ../in.ttl --language en --skip-existing", 0, "exists");
    // A file in the way.
    fs::remove_file(scratch.top().join("knowledge/terms/light-crude.toml")).expect("removed");
    scratch.write("knowledge/terms/light-crude.toml", "[term.other]\nlabel = \"Other\"\n");
    refused(&scratch, "dictum import skos ../in.ttl --language en --skip-existing", 1, "there is a file");
}

#[test]
fn what_would_be_wrong_is_told_with_its_line_and_not_written() {
    let scratch = empty("wrong");
    let concept = |more: &str| {
        format!(
            "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n\n\
             <https://ex.example/a> a skos:Concept ;\n  skos:prefLabel \"A\" ;\n  {more} .\n"
        )
    };
    scratch.write("../in.ttl", concept("skos:definition \"hidden \\u202E text\""));
    refused(&scratch, "dictum import skos ../in.ttl", 1, "../in.ttl:5");
    assert!(!scratch.top().join("knowledge/terms").exists());
    let deep = "[ <urn:x> ".repeat(200_000);
    for (text, says) in [
        ("<a> <b> .".to_owned(), "this is not Turtle from line 1 on"),
        (concept("skos:broader <relative>"), "relative addresses need a `@base`"),
        ("\0\u{1}".repeat(1000), "this is not Turtle"),
        (String::new(), "there is nothing to import"),
        (format!("<urn:a> <urn:b> {deep}"), "not Turtle"),
        (format!("<urn:a> <urn:b> \"{}\" .", "x".repeat(17 << 20)), "more than the"),
        ("_:a <http://www.w3.org/2004/02/skos/core#broader> _:a .".to_owned(), "there is nothing to import"),
    ] {
        scratch.write("../in.ttl", &text);
        refused(&scratch, "dictum import skos ../in.ttl", 2, says);
    }
    for (text, says) in [
        ("{".repeat(100_000), "nested deeper"),
        (
            "{\"@context\": \"https://ex.example/context.jsonld\", \"a\": 1}".to_owned(),
            "contexts are not fetched",
        ),
        ("[1, 2".to_owned(), "this is not JSON-LD"),
    ] {
        scratch.write("../in.json", &text);
        refused(&scratch, "dictum import skos-jsonld ../in.json", 2, says);
    }
    // A text of very many lines is read in time.
    let lines = "x\n".repeat(200_000);
    scratch.write("../in.ttl", concept(&format!("skos:note \"\"\"{lines}\"\"\"")));
    refused(&scratch, "dictum import skos ../in.ttl --dry-run --quiet", 0, "");
    // Nodes without names that lead in circles, and a concept above itself.
    scratch.write(
        "../in.ttl",
        concept(
            "skos:note _:x . _:x <http://www.w3.org/1999/02/22-rdf-syntax-ns#value> _:y . _:y <urn:p> _:x",
        ),
    );
    refused(&scratch, "dictum import skos ../in.ttl --dry-run", 0, "it is not a text");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Whatever people write in it, a text comes back as it was.
    #[test]
    fn texts_come_back(texts in proptest::collection::vec("[ -~äöß東京\n\"\\\\]{0,40}", 1..5)) {
        let scratch = empty("texts");
        let text = |text: &String| serde_json::Value::from(text.trim()).to_string();
        for (at, words) in texts.iter().enumerate().filter(|(_, text)| !text.trim().is_empty()) {
            let file = format!("[term.t{at}]\nlabel = \"T{at}\"\nnote = {}\nexamples = [{}]\n", text(words), text(words));
            scratch.write(&format!("knowledge/t{at}.toml"), file);
        }
        scratch.write("knowledge/t.toml", "[term.t]\nlabel = \"T\"\n");
        scratch.shell("git add --all && git commit --quiet --message x");
        there_and_back(&scratch, "skos", "texts");
    }
}

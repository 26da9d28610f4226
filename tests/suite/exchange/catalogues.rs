//! Formats of catalogues: Ossie, DataHub, OpenMetadata, and dbt's, which is only read.

use std::fs;

use serde_json::Value;

use super::{empty, exported, held, keeps, lost, refused, same_but_for_losses};
use crate::scratch::Scratch;

/// Terms with all that these formats may hold, and texts that look like something else to YAML and CSV.
fn terms() -> Scratch {
    let scratch = empty("metrics");
    scratch.write(
        "knowledge/teams.toml",
        "[team.finance]\nlabel = \"Finance\"\nmembers = [\"lead@example.com\"]\n",
    );
    scratch.write(
        "knowledge/nrr.toml",
        "[term.net-retention]\nlabel = \"Net retention: # no\"\nsynonyms = [\"NRR, net\", \"yes\"]\ndefinition = \"\"\"\nWhat stays: of 100 %.\n\
         \\\"Quoted\\\", and - a dash.\"\"\"\nsql = \"SUM(kept) / SUM(had)\"\nunit = \"%\"\ngrain = \"month\"\nowner = \"finance\"\n\
         broader = [\"retention\"]\nrelated = [\"churn\"]\nexamples = [\"{ not: yaml }\"]\n",
    );
    scratch.write(
        "knowledge/retention.toml",
        "[term.retention]\nlabel = \"no\"\ndefinition = \"=1+1 of what stays\"\n",
    );
    scratch.write(
        "knowledge/churn.toml",
        "[term.churn]\nlabel = \"Churn\"\ndefinition = \"Who left.\"\nsql = \"COUNT(*)\"\n\
         deprecated = { replaced-by = \"net-retention\", reason = \"nobody asks\" }\n",
    );
    scratch.write("knowledge/bare.toml", "[term.bare]\nlabel = \"Bare\"\nnote = \"nothing else\"\n");
    scratch.shell("git add --all && git commit --quiet --message 'Say what metrics are'");
    scratch
}

/// Out, held to its outside reader, and in again with the same answers.
fn there_and_back(
    scratch: &Scratch,
    line: &str,
    broken: &[(&str, &str)],
    least: usize,
) -> (String, Value, Value) {
    let format = line.split(' ').next().unwrap_or_default();
    let (ran, text, losses) = exported(scratch, line);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    keeps("losses", &losses);
    held(scratch, format, &text, broken);
    let other = empty("metrics");
    other
        .write("knowledge/teams.toml", fs::read(scratch.top().join("knowledge/teams.toml")).expect("a file"));
    other.write("../in", &text);
    let ran = other.shell(&format!("dictum import {format} ../in -f json"));
    assert_eq!(ran.code, 0, "{}\n{text}", ran.stderr);
    let imported: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    keeps("imported", &imported);
    assert_eq!(other.shell("dictum fmt --check").code, 0);
    let compared =
        same_but_for_losses(scratch, &other, &[losses.clone(), imported["losses"].clone()], &["term"]);
    assert!(compared >= least, "{compared} facts came back");
    (text, losses, imported)
}

#[test]
fn ossie_comes_back() {
    let scratch = terms();
    refused(&scratch, "dictum export ossie", 2, "--dataset orders=");
    let (text, losses, _) = there_and_back(
        &scratch,
        "ossie --dataset accounts=shop.public.accounts",
        &[
            ("datasets:", "dataset:"),
            ("expression:", "expresion:"),
            ("0.2.0.dev0", "9"),
            ("ANSI_SQL", "PLAIN"),
        ],
        8,
    );
    assert!(text.contains("name: net_retention") && text.contains("SUM(kept)"), "{text}");
    let commit = scratch.git(&["rev-list", "--max-parents=0", "HEAD"]);
    assert!(text.contains(commit.trim()) && text.contains("term/net-retention#definition~"), "{text}");
    for (kind, address) in
        [("kind", "term/retention"), ("kind", "term/bare"), ("attribute", "term/net-retention#owner")]
    {
        assert!(lost(&losses).contains(&(kind.to_owned(), address.to_owned())), "{kind} {address}");
    }
    // Of others: a dialect is chosen, and what is no term is told.
    let other = empty("others");
    other.write(
        "../in.yaml",
        "version: 0.1.1\nsemantic_model:\n  - name: m\n    description: all\n    datasets: [{ name: d, source: a.b.c }]\n    metrics:\n      \
         - name: totalSales\n        expression:\n          dialects:\n            - { dialect: SNOWFLAKE, expression: SUM(a)::int }\n            \
         - { dialect: ANSI_SQL, expression: SUM(a) }\n        ai_context: { synonyms: [revenue], instructions: think }\n",
    );
    let ran = other.shell("dictum import ossie ../in.yaml --dry-run");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("[term.total-sales]\nlabel    = \"totalSales\"\n"), "{}", ran.stdout);
    assert!(ran.stdout.contains("sql      = \"SUM(a)\""), "{}", ran.stdout);
    for said in ["SNOWFLAKE", "datasets", "ai_context.instructions", "semantic_model: description"] {
        assert!(ran.stderr.contains(said), "{said}: {}", ran.stderr);
    }
}

#[test]
fn datahub_comes_back() {
    let scratch = terms();
    let (text, losses, _) = there_and_back(
        &scratch,
        "datahub",
        &[
            ("version: \"1\"", "version: \"2\""),
            ("description:", "descripton:"),
            ("terms:", "terms: 3\nmore:"),
        ],
        12,
    );
    assert!(text.contains("inherits:\n"), "{text}");
    for (kind, address) in [("label", "term/bare"), ("attribute", "term/churn#deprecated.reason")] {
        assert!(lost(&losses).contains(&(kind.to_owned(), address.to_owned())), "{kind} {address}");
    }
    let other = empty("others");
    other.write(
        "../in.yaml",
        "version: 1\nsource: x\nowners: { users: [a] }\nnodes:\n  - name: Class\n    description: g\n    terms:\n      - name: Secret\n        \
         description: &d Not for all.\n        owners: { users: [b] }\n      - name: Top secret\n        description: *d\n        inherits: [Class.Secret, Elsewhere]\n",
    );
    let ran = other.shell("dictum import datahub ../in.yaml");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let file = fs::read_to_string(other.top().join("knowledge/terms/top-secret.toml")).expect("a file");
    assert!(file.contains("broader    = [\"secret\"]") && file.contains("Not for all."), "{file}");
    for said in ["../in.yaml:5 Class", "`Elsewhere` is not in this file", "no team of that name"] {
        assert!(ran.stderr.contains(said), "{said}: {}", ran.stderr);
    }
}

#[test]
fn openmetadata_comes_back() {
    let scratch = terms();
    let (text, losses, imported) = there_and_back(
        &scratch,
        "openmetadata",
        &[
            ("parent,name*", "parents,name*"),
            ("metrics.retention", "metrics.nothing"),
            (",Approved,", ",Approvd,"),
            ("metrics.churn", "metrics.chrun"),
        ],
        7,
    );
    assert!(text.contains("metrics.retention,net-retention,"), "{text}");
    for (kind, address) in [("attribute", "term/net-retention#sql"), ("label", "term/bare")] {
        assert!(lost(&losses).contains(&(kind.to_owned(), address.to_owned())), "{kind} {address}");
    }
    assert!(imported.to_string().contains("term/churn"));
    let other = empty("others");
    other.write("../in.csv", "parent,name*,displayName,description,tags,glossaryStatus\n,A b,,Yes,PII.x,Draft\nG.A b,C,See,So,,Approved\n");
    let ran = other.shell("dictum import openmetadata ../in.csv --dry-run");
    assert!(ran.stdout.contains("broader    = [\"a-b\"]"), "{}", ran.stdout);
    assert!(ran.stderr.contains("it was `Draft` there") && ran.stderr.contains("`tags`"), "{}", ran.stderr);
    refused(&other, "dictum import openmetadata ../../nothing", 2, "there is no such file");
}

#[test]
fn dbt_is_read() {
    let scratch = empty("dbt");
    scratch.write(
        "../in.yml",
        "semantic_models:\n  - name: orders\n    model: ref('orders')\n    measures:\n      - { name: total, agg: sum, expr: amount }\n\
         metrics:\n  - name: revenue\n    label: Revenue\n    description: What was paid.\n    type: simple\n    type_params: { measure: total }\n\
         \x20 - name: eu_revenue\n    type: simple\n    type_params: { measure: total }\n    filter: region = 'eu'\n\
         \x20 - name: margin\n    type: ratio\n    type_params: { numerator: profit, denominator: revenue }\n    config: { meta: 1 }\n\
         \x20 - { name: users, type: simple, agg: count_distinct, expr: user_id }\n",
    );
    let ran = scratch.shell("dictum import dbt ../in.yml --together metrics");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let file = fs::read_to_string(scratch.top().join("knowledge/terms/metrics.toml")).expect("a file");
    for said in [
        "sql        = \"SUM(amount)\"",
        "\"`profit` over `revenue`\"",
        "COUNT(DISTINCT user_id)",
        "[term.eu-revenue]",
    ] {
        assert!(file.contains(said), "{said}: {file}");
    }
    // What is computed of some only is not said to be computed of all.
    assert_eq!(file.matches("SUM(amount)").count(), 1, "{file}");
    assert!(
        ran.stderr.contains("eu_revenue: simple") && ran.stderr.contains("margin: config"),
        "{}",
        ran.stderr
    );
    refused(&scratch, "dictum export dbt", 2, "`dbt` is only imported");
    refused(&scratch, "dictum import ossie ../in.yml", 2, "this is no Ossie semantic model");
    refused(&scratch, "dictum import datahub ../in.yml", 2, "no business glossary of version 1");
}

#[test]
fn yaml_that_is_sent_to_break_it() {
    let scratch = empty("bad");
    let mut bomb = "x0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..15 {
        let alias = format!("*a{}", level - 1);
        bomb.push_str(&format!("x{level}: &a{level} [{}]\n", [&*alias; 10].join(", ")));
    }
    for (text, says) in [
        (bomb, "more than 2000000 values"),
        ("metrics: ".to_owned() + &"[".repeat(200_000), "this "),
        ("metrics: ".to_owned() + &"{a: ".repeat(200_000), "this "),
        ("a: &a [*a]".to_owned(), "leads into itself"),
        ("metrics: [1, 2".to_owned(), "this is not YAML from line"),
        ("a: 1\na: 2\n".to_owned(), "stands twice"),
        ("!!python/object/apply:os.system ['x']".to_owned(), "no semantic YAML of dbt"),
        (String::new(), "no semantic YAML of dbt"),
        ("metrics:\n  - name: 売上\n    description: x\n".to_owned(), "there is nothing to import"),
    ] {
        scratch.write("../in.yml", &text);
        refused(&scratch, "dictum import dbt ../in.yml", 2, says);
    }
    scratch.write("../in.yml", "metrics:\n  - name: a\n    description: \"hidden \\u202e text\"\n");
    refused(&scratch, "dictum import dbt ../in.yml", 1, "../in.yml:3");
    scratch.write("../in.yml", b"metrics:\n  - name: \xff\n");
    refused(&scratch, "dictum import dbt ../in.yml", 2, "not UTF-8");
}

//! `dictum resolve --input`: a table's names at once answer as each alone, whatever the threads, and what is wrong with a
//! table is told by its row.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use serde_json::Value;

use crate::scratch::{Ran, Scratch, Signature};

const DECLARATIONS: &str = r#"
[dimension.region]
is     = "tree"
values = ["emea/de", "emea/uk", "amer/us"]

[dimension.segment]
is     = "enum"
values = ["smb", "enterprise"]

[type.customer]
of = "entity"
"#;

const NAMES: &str = r#"
[entity.acme-robotics]
label         = "Acme Robotics"
type          = "customer"
distinct-from = ["acme-foods"]
ids           = { crm = "K-10482" }

[[entity.acme-robotics.aliases]]
value = "Acme"
when  = { region = "emea" }

[entity.acme-foods]
label         = "Acme Foods"
type          = "customer"
distinct-from = ["acme-robotics"]

[[entity.acme-foods.aliases]]
value = "Acme"
when  = { region = "amer" }

[[entity.acme-foods.aliases]]
value = "Foods, \"the\" big ones"
from  = 2025-01-01
until = 2026-01-01

[entity.british]
label   = "British Bolts"
aliases = ["Bolts"]

[entity.other-bolts]
label         = "Other Bolts"
distinct-from = ["british"]

[[entity.other-bolts.aliases]]
value = "Bolts"
when  = { region = "uk" }

[entity.gone]
label = "Gone Ltd"

[[entity.gone.successor]]
value = "acme-foods"
from  = 2026-02-01

[entity.old]
label      = "Old Name"
deprecated = { reason = "Nobody says so any more.", replaced-by = "entity/gone" }

[term.margin]
label       = "Margin"
too-generic = true

[term.arr]
label    = "ARR"
synonyms = ["Annual recurring revenue"]
"#;

fn knowledge() -> Scratch {
    let scratch = Scratch::repository();
    scratch.write("knowledge/dictum.toml", "[knowledge]\nname = \"batch\"\nlanguage = 1\n");
    scratch.write("knowledge/declarations.toml", DECLARATIONS);
    scratch.write("knowledge/names.toml", NAMES);
    let time = "2024-02-12T12:00:00+00:00".to_owned();
    let by = Signature { name: "Ines Moreau".to_owned(), mail: "ines@kestrel.example".to_owned(), time };
    scratch.commit(&by, "Say who is who");
    let ran = scratch.shell("dictum check");
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    scratch
}

/// Names as people write them, each with contexts and days: (name, region, day).
fn questions() -> Vec<(String, String, String)> {
    let names = [
        "Acme",
        " ACME ",
        "acme robotics",
        "ACME-FOODS",
        "foods, \"THE\" big ones",
        "Bolts",
        "Gone Ltd.",
        "old name",
        "margin",
        "ARR",
        "annual  recurring revenue",
        "crm:K-10482",
        "nobody",
        "",
        "...",
        "Ａｃｍｅ",
        "a:b",
        "Acme\nRobotics",
        "=1+1",
        "entity/british",
    ];
    let (regions, days) =
        (["", "uk", "us", "emea", "=emea", "amer", "nowhere"], ["", "2025-06-30", "2026-06-30", "soon"]);
    let mut all = Vec::new();
    for name in names {
        for region in regions {
            all.extend(days.map(|day| (name.to_owned(), region.to_owned(), day.to_owned())));
        }
    }
    all
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn table(rows: &[(String, String, String)]) -> String {
    let mut table = String::from("customer,note,region,day\n");
    for (name, region, day) in rows {
        let _ = writeln!(table, "{},\"x, y\",{},{}", quoted(name), region, quoted(day));
    }
    table
}

/// The rows of a map in JSON Lines, by what was asked.
fn read(map: &str) -> BTreeMap<(String, String, String), Value> {
    let text = |row: &Value, key: &str| row[key].as_str().expect("a text").to_owned();
    let rows = map.lines().map(|line| serde_json::from_str::<Value>(line).expect("an object"));
    rows.map(|row| ((text(&row, "customer"), text(&row, "region"), text(&row, "day")), row)).collect()
}

const ARGUMENTS: &str = "--column customer --where-columns region=region --on-column day --on 2026-03-31";

/// Each of some rows, asked alone.
#[test]
fn a_map_says_what_each_name_alone_is() {
    let scratch = knowledge();
    let asked = questions();
    scratch.write("names.csv", table(&asked));
    let ran = scratch.shell(&format!("dictum resolve --input names.csv {ARGUMENTS} --output map.jsonl"));
    assert_eq!(ran.code, 1, "some rows can't be asked: {}", ran.stderr);
    let map = read(&fs::read_to_string(scratch.top().join("map.jsonl")).expect("a map"));
    assert_eq!(map.len(), asked.len());
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    // Every third: each is a program started.
    for (at, (name, region, day)) in asked.iter().enumerate().filter(|(at, _)| at % 3 == 0) {
        let row = &map[&(name.clone(), region.clone(), day.clone())];
        let on = if day.is_empty() { "2026-03-31" } else { day };
        let context = format!("region={region}");
        let mut line = vec!["resolve", "-f", "json", "--on", on, "--", name];
        if !region.is_empty() {
            line.splice(1..1, ["--where", &context]);
        }
        let alone = scratch.dictum(&line);
        let status = row["status"].as_str().expect("a status").to_owned();
        *seen.entry(status.clone()).or_default() += 1;
        if alone.code == 2 {
            assert_eq!(status, "bad-question", "{at}: {name:?} {region} {day}: {}", alone.stderr);
            continue;
        }
        let answer: Value = serde_json::from_str(&alone.stdout).expect("a referral");
        let what = format!("{name:?} {region} {day}");
        for key in ["status", "subject", "now", "snapshot", "at"] {
            assert_eq!(row[key], *answer.get(key).unwrap_or(&Value::Null), "{what}: {key}");
        }
        assert_eq!(row["on_day"], answer["on"], "{what}");
        let bearers: Vec<&str> = answer["bearers"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default()
            .iter()
            .filter_map(|bearer| bearer["subject"].as_str())
            .collect();
        if answer["subject"].is_string() {
            assert_eq!(row["claim"], answer["bearers"][0]["called"]["claim"], "{what}");
            assert_eq!(row["said_by"], answer["bearers"][0]["called"]["said_by"], "{what}");
            assert_eq!(row["candidates"], Value::Null, "{what}");
        } else {
            assert_eq!(row["candidates"].as_str().unwrap_or_default(), bearers.join(" "), "{what}");
        }
    }
    for status in ["fact", "ambiguous", "unknown", "too-generic", "deprecated", "bad-question"] {
        assert!(seen.contains_key(status), "no row is {status}: {seen:?}");
    }
}

/// The region `emea` is not known to be `uk`, and not known not to be.
#[test]
fn a_node_stands_for_all_below_it() {
    let scratch = knowledge();
    for (region, status) in [("uk", "ambiguous"), ("emea", "ambiguous"), ("=emea", "fact"), ("us", "fact")] {
        let ran = scratch.dictum(&["resolve", "Bolts", "--where", &format!("region={region}"), "-f", "json"]);
        let answer: Value = serde_json::from_str(&ran.stdout).expect("a referral");
        assert_eq!(answer["status"], status, "{region}");
    }
}

/// One thread and many, JSON Lines and CSV in: the same bytes, in the order of first appearance.
#[test]
fn a_map_is_the_same_whatever_the_threads() {
    let scratch = knowledge();
    let mut rows = questions();
    for number in 0..40_000 {
        rows.push((format!("Acme {}", number % 35_000), "uk".to_owned(), String::new()));
        rows.push(rows[number % 500].clone());
    }
    scratch.write("names.csv", table(&rows));
    let mut lines = String::new();
    for (customer, region, day) in &rows {
        let row = serde_json::json!({ "region": region, "other": [1, { "customer": 2 }], "customer": customer, "day": day });
        let _ = writeln!(lines, "{row}");
    }
    scratch.write("names.jsonl", lines);
    let run = |input: &str, jobs: u32, output: &str| {
        let line = format!("dictum resolve --input {input} {ARGUMENTS} --jobs {jobs} --output {output}");
        let ran = scratch.shell(&line);
        assert_eq!(ran.code, 1, "{}", ran.stderr);
        (fs::read(scratch.top().join(output)).expect("a map"), ran.stderr)
    };
    let (one, told) = run("names.csv", 1, "one.csv");
    assert!(told.contains("80,560 rows"), "{told}");
    assert_eq!(one, run("names.csv", 7, "many.csv").0);
    assert_eq!(one, run("names.jsonl", 2, "lines.csv").0);
    assert_eq!(run("names.csv", 3, "map.jsonl").0, run("names.jsonl", 1, "other.jsonl").0);
}

/// What went wrong, as the person sees it.
fn complaint(scratch: &Scratch, file: &str, content: &[u8], arguments: &str) -> String {
    scratch.write(file, content);
    let Ran { code, stdout, stderr } =
        scratch.shell(&format!("dictum resolve --input {file} --column name {arguments} --output map.csv"));
    assert_eq!((code, &*stdout), (2, ""), "{file}: {stderr}");
    assert!(!stderr.contains("panicked") && !stderr.contains("has a fault"), "{stderr}");
    assert!(!scratch.top().join("map.csv").exists(), "half a map is no map");
    let left = fs::read_dir(scratch.top()).expect("a folder").filter_map(Result::ok);
    assert!(
        !left.into_iter().any(|entry| entry.file_name().to_string_lossy().contains("partial")),
        "a leftover"
    );
    stderr
}

#[test]
fn what_is_wrong_with_a_table_is_told_by_its_row() {
    let scratch = knowledge();
    let cases: &[(&str, &[u8], &str)] = &[
        (
            "quote.csv",
            b"id,name\n1,Acme\n2,\"Acme\" Foods\n",
            "row 2 (line 3) has something behind the quote that closes field 2",
        ),
        (
            "open.csv",
            b"id,name\n1,Acme\n\n2,\"Acme\n3,Bolts\n",
            "row 2 (line 4) opens a quote at field 2 that is never closed",
        ),
        (
            "wide.csv",
            b"id,name\n1,Acme\n2,Acme,Foods\n",
            "row 2 (line 3) has 3 fields where the header has 2",
        ),
        (
            "narrow.csv",
            b"id,name\r\n1,\"a\r\nb\"\r\n2\r\n",
            "row 2 (line 4) has 1 field where the header has 2",
        ),
        ("latin.csv", b"id,name\n1,Acm\xe9\n", "row 1 (line 2) is not UTF-8 in column `name`"),
        ("utf16.csv", b"\xff\xfei\0d\0", "is UTF-16"),
        ("near.csv", b"id,nmae\n1,Acme\n", "did you mean `nmae`?"),
        ("twice.csv", b"name,name\n1,Acme\n", "has two columns `name`"),
        ("semicolon.csv", b"id;name\n1;Acme\n", "--delimiter ';'"),
        ("nothing.csv", b"", "is empty"),
        ("list.jsonl", b"{\"name\": \"Acme\"}\n[\"Acme\"]\n", "row 2 (line 2) is not a JSON object"),
        (
            "cut.jsonl",
            b"{\"name\": \"Acme\"}\n\n{\"name\": \"Ac",
            "row 2 (line 3) is not a JSON object, from column 12 on",
        ),
        ("number.jsonl", b"{\"name\": 1.5}\n", "neither a text nor a whole number"),
        ("deep.jsonl", b"{\"name\": [[1]]}\n", "neither a text nor a whole number"),
        ("twice.jsonl", b"{\"name\": \"a\", \"name\": \"b\"}\n", "has the key `name` twice"),
        ("latin.jsonl", b"{\"name\": \"Acm\xe9\"}\n", "row 1 (line 1) is not UTF-8"),
        ("near.jsonl", b"{\"nmae\": \"Acme\"}\n", "did you mean `nmae`?"),
        ("table.txt", b"name\n", "--input-format csv"),
    ];
    for (file, content, expected) in cases {
        let told = complaint(&scratch, file, content, "");
        assert!(told.contains(expected), "{file}: {told}");
    }
    let deep = "[".repeat(100_000);
    let told =
        complaint(&scratch, "deeper.jsonl", format!("{{\"name\": \"a\", \"x\": {deep}").as_bytes(), "");
    assert!(told.contains("is not a JSON object"), "{told}");
    let endless = [b"name\n\"".as_slice(), &vec![b'x'; 40 << 20]].concat();
    let told = complaint(&scratch, "endless.csv", &endless, "");
    assert!(
        told.contains("is longer than 16 MiB") && told.contains("a quote that is opened there"),
        "{told}"
    );
    let mut many = String::from("name\n");
    for number in 0..200_000 {
        let _ = writeln!(many, "name number {number}");
    }
    let told = complaint(&scratch, "many.csv", many.as_bytes(), "--memory 1MiB");
    assert!(
        told.contains("one distinct row more than fit into 1 MiB") && told.contains("--memory 8GiB"),
        "{told}"
    );
}

#[test]
fn what_is_typed_wrong_is_told_before_anything_is_read() {
    let scratch = knowledge();
    scratch.write("names.csv", "name,region,status\nAcme,uk,1\n");
    let cases = [
        ("--column name --where-columns regoin=region", "did you mean `--where region=…`?"),
        ("--column name --where region=uk --where-columns region=region", "is said twice"),
        ("--column status", "add `--prefix d_`"),
        ("--column name --output names.csv", "over the table it is made from"),
        ("--column name --kind entitty", "did you mean `--kind entity`?"),
        ("--column name --format json", "--output-format"),
        ("--column name --memory 1", "at least 1MiB"),
        ("--column name --jobs 0", "0 is not in 1..=1024"),
        ("", "--column"),
    ];
    for (arguments, expected) in cases {
        let ran = scratch.shell(&format!("dictum resolve --input names.csv {arguments}"));
        assert_eq!(ran.code, 2, "{arguments}: {}", ran.stderr);
        assert!(ran.stderr.contains(expected), "{arguments}: {}", ran.stderr);
    }
    let ran = scratch.shell("dictum resolve --input names.csv --column status --prefix d_ | head -1");
    assert_eq!(
        ran.stdout,
        "status,d_status,d_subject,d_now,d_claim,d_said_by,d_candidates,d_on_day,d_snapshot,d_at\n"
    );
}

/// `--require` is that every row that has a name has one referent, and a row that can't be asked is a finding always.
#[test]
fn exit_codes() {
    let scratch = knowledge();
    let cases = [
        ("name\nARR\n", "--require", 0),
        ("name\nARR\nNobody\n", "", 0),
        ("name\nARR\nNobody\n", "--require", 1),
        ("name\nMargin\n", "--require", 1),
        ("name,day\nARR,soon\n", "--on-column day", 1),
    ];
    for (table, arguments, code) in cases {
        scratch.write("names.csv", table);
        let line = format!("dictum resolve --input names.csv --column name {arguments} > map.csv");
        let ran = scratch.shell(&line);
        assert_eq!(ran.code, code, "{table} {arguments}: {}", ran.stderr);
    }
    let ran =
        scratch.shell("dictum resolve --input - --input-format csv --column name < names.csv | tail -1");
    assert!(ran.stdout.starts_with("ARR,fact,term/arr,,term/arr#label~"), "{}", ran.stdout);
    let endless = "seq 1 1000000000 | sed '1s/.*/name/' | dictum resolve --input - --input-format csv --column name | head -1";
    let ran = scratch.shell(endless);
    assert!(ran.stdout.starts_with("name,status"), "a table without an end ends with who reads its map");
}

/// The Python that has DuckDB; `None`, said why, where there is none. CI has one and insists.
#[cfg(feature = "parquet")]
fn duckdb() -> Option<String> {
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let ran = std::process::Command::new(&python).args(["-c", "import duckdb"]).output();
    if ran.is_ok_and(|ran| ran.status.success()) {
        return Some(python);
    }
    assert!(std::env::var_os("CI").is_none(), "`{python}` has no package `duckdb`");
    eprintln!(
        "skipped: `{python}` has no package `duckdb` (`pip install duckdb`, and PYTHON names the Python)"
    );
    None
}

/// A table in Parquet that DuckDB wrote; its map joined by DuckDB on the raw columns, of their own types.
#[cfg(feature = "parquet")]
#[test]
fn an_engine_joins_a_map_on_raw_columns() {
    let Some(python) = duckdb() else { return };
    let scratch = knowledge();
    let asked = questions();
    let mut lines = String::new();
    for (at, (name, region, day)) in asked.iter().enumerate() {
        // Null is not the empty text; a day is a day.
        let region =
            if region.is_empty() && at % 2 == 0 { Value::Null } else { Value::from(region.as_str()) };
        let day = day.parse::<jiff::civil::Date>().ok().map(|day| day.to_string());
        let _ = writeln!(
            lines,
            "{}",
            serde_json::json!({ "id": at, "customer": name, "region": region, "day": day })
        );
    }
    scratch.write("rows.jsonl", lines);
    let columns = "columns = {id: 'BIGINT', customer: 'VARCHAR', region: 'VARCHAR', day: 'DATE'}";
    scratch.write(
        "write.py",
        format!(
            "import duckdb\n\
             duckdb.execute(\"copy (from read_json('rows.jsonl', format = 'newline_delimited', {columns})) to 'rows.parquet'\")\n"
        ),
    );
    scratch.write(
        "join.py",
        "import duckdb, json\n\
         same = ' and '.join(f'r.{c} is not distinct from m.{c}' for c in ['customer', 'region', 'day'])\n\
         query = f\"select r.id, m.status, m.subject, m.said_by, m.on_day, m.snapshot from 'rows.parquet' r join 'map.parquet' m on {same} order by r.id\"\n\
         for row in duckdb.execute(query).fetchall(): print(json.dumps(row))\n\
         keys = dict(duckdb.execute(\"select key, value from parquet_kv_metadata('map.parquet')\").fetchall())\n\
         print(json.dumps([keys[b'dictum.snapshot'].decode(), keys[b'dictum.at'].decode()]))\n",
    );
    let run = |line: &str, code: i32| {
        let ran = scratch.shell(line);
        assert_eq!(ran.code, code, "{line}: {}{}", ran.stdout, ran.stderr);
        ran.stdout
    };
    run(&format!("{python} write.py"), 0);
    run(&format!("dictum resolve --input rows.parquet {ARGUMENTS} --jobs 1 --output map.parquet"), 1);
    let one = fs::read(scratch.top().join("map.parquet")).expect("a map");
    run(&format!("dictum resolve --input rows.parquet {ARGUMENTS} --jobs 5 --output map.parquet"), 1);
    assert_eq!(one, fs::read(scratch.top().join("map.parquet")).expect("a map"));
    let joined = run(&format!("{python} join.py"), 0);
    let joined: Vec<Value> = joined.lines().map(|line| serde_json::from_str(line).expect("a row")).collect();
    assert_eq!(joined.len(), asked.len() + 1, "each row has one row of the map");
    for (at, (name, region, day)) in asked.iter().enumerate().filter(|(at, _)| at % 7 == 0) {
        let on = if day.parse::<jiff::civil::Date>().is_ok() { day } else { "2026-03-31" };
        let context = format!("region={region}");
        let mut line = vec!["resolve", "-f", "json", "--on", on, "--", name];
        if !region.is_empty() {
            line.splice(1..1, ["--where", &context]);
        }
        let alone = scratch.dictum(&line);
        let row = &joined[at];
        if alone.code == 2 {
            assert_eq!(row[1], "bad-question");
            continue;
        }
        let answer: Value = serde_json::from_str(&alone.stdout).expect("a referral");
        let said_by = if answer["subject"].is_string() {
            &answer["bearers"][0]["called"]["said_by"]
        } else {
            &Value::Null
        };
        let subject = answer.get("subject").unwrap_or(&Value::Null);
        let expected =
            [&Value::from(at), &answer["status"], subject, said_by, &Value::from(on), &answer["snapshot"]];
        let row: Vec<&Value> = row.as_array().expect("a row").iter().collect();
        assert_eq!(row, expected, "{name:?} {region} {day}");
    }
    let meta = joined.last().expect("what the file says of itself");
    let answer: Value =
        serde_json::from_str(&scratch.dictum(&["resolve", "ARR", "-f", "json"]).stdout).expect("a referral");
    assert_eq!((&meta[0], &meta[1]), (&answer["snapshot"], &answer["at"]));
    broken(&scratch, &fs::read(scratch.top().join("rows.parquet")).expect("a table"));
}

/// A Parquet table cut anywhere or with a byte changed is refused or read, and never a fault of the program.
#[cfg(feature = "parquet")]
fn broken(scratch: &Scratch, whole: &[u8]) {
    let sober = |content: &[u8]| {
        scratch.write("broken.parquet", content);
        let ran =
            scratch.shell("dictum resolve --input broken.parquet --column customer --output broken.csv");
        assert!(!ran.stderr.contains("panicked") && !ran.stderr.contains("has a fault"), "{}", ran.stderr);
        ran
    };
    for length in (0..whole.len()).step_by(whole.len() / 24) {
        let ran = sober(&whole[..length]);
        assert_eq!(ran.code, 2, "cut to {length}: {}", ran.stderr);
        assert!(ran.stderr.contains("is no Parquet file that can be read"), "{}", ran.stderr);
    }
    for at in (0..whole.len()).step_by(whole.len() / 48) {
        let mut content = whole.to_vec();
        content[at] ^= 0x55;
        let ran = sober(&content);
        assert!(ran.code <= 2, "byte {at}: {}", ran.stderr);
    }
    let ran = scratch.shell("dictum resolve --input rows.parquet --column custmer --output broken.csv");
    assert!(ran.code == 2 && ran.stderr.contains("did you mean `customer`?"), "{}", ran.stderr);
    let ran =
        scratch.shell("dictum resolve --input - --input-format parquet --column customer < rows.parquet");
    assert!(ran.code == 2 && ran.stderr.contains("can't be read from stdin"), "{}", ran.stderr);
}

/// Without the feature it says how to get it.
#[cfg(not(feature = "parquet"))]
#[test]
fn parquet_says_how_to_get_it() {
    let scratch = knowledge();
    scratch.write("names.csv", "name\nARR\n");
    scratch.write("names.parquet", "PAR1");
    for line in ["names.csv --output map.parquet", "names.parquet"] {
        let ran = scratch.shell(&format!("dictum resolve --column name --input {line}"));
        assert!(ran.code == 2 && ran.stderr.contains("build it with `--features parquet`"), "{}", ran.stderr);
    }
}

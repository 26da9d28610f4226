//! Plain tables: what is exported comes back, and those of others by a mapping.

use std::fs;

use serde_json::Value;

use super::{empty, exported, held, keeps, lost, refused, same_but_for_losses};
use crate::scratch::Scratch;

/// The declarations that the tour's entities need, and nothing that they say.
fn declared(from: &Scratch) -> Scratch {
    let other = empty("kestrel-works");
    for file in ["declarations/types.toml", "declarations/teams.toml", "declarations/dimensions.toml"] {
        let path = format!("knowledge/{file}");
        other.write(&path, fs::read(from.top().join(&path)).expect("a file"));
    }
    other
}

#[test]
fn entities_and_ids_come_back() {
    let scratch = Scratch::tour();
    let (ran, csv, losses) = exported(&scratch, "csv --kind entity");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    keeps("losses", &losses);
    held(
        &scratch,
        "csv",
        &csv,
        &[
            ("Acme Foods", "\"Acme Foods"),
            ("subject,", "subject,name,"),
            ("entity/acme-foods", "entity/acme-robotics"),
        ],
    );
    assert!(csv.starts_with("subject,label,name,type,credit-limit,"), "{csv}");
    assert!(csv.contains(",80000 USD,") && csv.contains("K-20977"), "{csv}");
    let told = lost(&losses);
    for (kind, address) in
        [("depends", "entity/acme-foods#aliases"), ("source", "entity/acme-foods#name"), ("provenance", "")]
    {
        assert!(told.contains(&(kind.to_owned(), address.to_owned())), "{kind} {address}: {told:#?}");
    }
    let other = declared(&scratch);
    other.write("../customers.csv", &csv);
    let ran = other.shell("dictum import csv ../customers.csv -f json");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let imported: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    keeps("imported", &imported);
    assert_eq!(imported["files"][0]["path"], "knowledge/entities/customers.toml");
    assert_eq!(other.shell("dictum fmt --check").code, 0);
    // Its source is named there as lost, and the values are the same nonetheless.
    let mut only = losses.clone();
    let list = only["losses"].as_array_mut().expect("a list");
    list.retain(|loss| loss["kind"] != "source");
    assert!(same_but_for_losses(&scratch, &other, &[only, imported["losses"].clone()], &["entity"]) >= 20);
    let (_, again, _) = exported(&other, "csv --kind entity");
    assert_eq!(csv, again);
}

#[test]
fn tables_of_others_by_a_mapping() {
    let scratch = declared(&Scratch::tour());
    scratch.write(
        "../crm.csv",
        "\u{feff}no,title,short names,limit,comment\nK-1,\"Nord, GmbH\",Nord; NG ,10000 EUR,x\nK-2,Süd AG,,,\nK-2,,Sued,,\n",
    );
    refused(&scratch, "dictum import csv ../crm.csv", 2, "subject = \"entity/{no}\"");
    scratch.write(
        "../map.toml",
        "subject = \"entity/{title}\"\nreads = { name = \"title\", aliases = \"short names\", ids = { crm = \"no\" }, credit-limit = \"limit\" }\n\
         says = { type = \"customer\" }\n",
    );
    // A row that does not say what its id is made of is told.
    let dry = scratch.shell("dictum import csv ../crm.csv --mapping ../map.toml --dry-run");
    assert_eq!(dry.code, 0, "{}", dry.stderr);
    assert_eq!(
        dry.stdout,
        "# knowledge/entities/crm.toml\n[entity.nord-gmbh]\ntype         = \"customer\"\nname         = \"Nord, GmbH\"\n\
         aliases      = [\"NG\", \"Nord\"]\nids          = { crm = \"K-1\" }\ncredit-limit = { amount = 10000, currency = \"EUR\" }\n\n\
         [entity.sud-ag]\ntype = \"customer\"\nname = \"Süd AG\"\nids  = { crm = \"K-2\" }\n\n"
    );
    for said in ["../crm.csv:4", "no id can be made of it", "comment", "nothing was written"] {
        assert!(dry.stderr.contains(said), "{said}: {}", dry.stderr);
    }
    assert!(!scratch.top().join("knowledge/entities").exists());
    // By its number, several rows are one customer.
    let mapping = fs::read_to_string(scratch.beside("map.toml")).expect("a file").replace("{title}", "{no}");
    scratch.write("../map.toml", mapping);
    let ran = scratch.shell("dictum import csv ../crm.csv --mapping ../map.toml");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let file = fs::read_to_string(scratch.top().join("knowledge/entities/crm.toml")).expect("a file");
    assert!(file.contains("[entity.k-2]") && file.contains("[\"Sued\"]"), "{file}");
}

#[test]
fn what_does_not_fit_is_told_with_its_line() {
    let scratch = declared(&Scratch::tour());
    let import = "dictum import csv ../t.csv --mapping ../map.toml";
    scratch.write("../map.toml", "subject = \"entity/{no}\"\nreads = { name = \"name\", credit-limit = \"limit\" }\nsays = { type = \"customer\" }\n");
    for (table, code, says) in [
        ("no,name,limit\n1,A,much\n", 1, "../t.csv:2: `entity/1#credit-limit`"),
        ("no,name,limit\n1,A\n", 2, "the row on line 2 has 2 cells"),
        ("no,name,name\n1,A,3\n", 2, "two columns are called `name`"),
        ("no,nam,limit\n1,A,3\n", 2, "did you mean `nam`?"),
        ("", 2, "there is nothing in this table"),
        ("no,name,limit\n1,\"A\u{202e}\",\n", 1, "../t.csv:2"),
        ("no,name,limit\nk 1,A,\nK-1,B,\nx,C,\n", 0, "neither is taken"),
    ] {
        scratch.write("../t.csv", table);
        refused(&scratch, &format!("{import} --dry-run"), code, says);
    }
    scratch.write("../t.csv", b"no,name,limit\n1,\xff,\n");
    refused(&scratch, import, 2, "line 2 is not UTF-8");
    scratch.write("../t.csv", "no,name,limit\n1,A,much\n2,B,3 EUR\n");
    refused(&scratch, &format!("{import} --skip-faulty"), 0, "faulty");
    for (mapping, says) in [
        ("subject = \"x\"", "what ids are made of"),
        ("subjct = \"entity/{no}\"", "did you mean `subject`?"),
        ("subject = ", "line 1 of the mapping is not TOML"),
        ("subject = \"entity/{no}\"\nreads = 3", "is no table"),
    ] {
        scratch.write("../map.toml", mapping);
        refused(&scratch, import, 2, says);
    }
}

//! Generated knowledge that benchmarks share.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// The path of a file of it, from the top.
pub fn path_of(file: usize) -> String {
    format!("knowledge/area-{:03}/terms-{file:06}.toml", file / 100)
}

/// `files` files of two subjects and ten claims each, with what real knowledge has: prose, periods, conditions,
/// sources, blocks.
pub fn generate(folder: &Path, files: usize) {
    let knowledge = folder.join("knowledge");
    fs::create_dir_all(&knowledge).expect("a folder");
    fs::write(knowledge.join("dictum.toml"), "[knowledge]\nname = \"bench\"\nlanguage = 1\n")
        .expect("a file");
    fs::write(knowledge.join("world.toml"), WORLD).expect("a file");
    for file in 0..files {
        let path = folder.join(path_of(file));
        if file % 100 == 0 {
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        }
        fs::write(path, text(file)).expect("a file");
    }
}

const WORLD: &str = r#"
[dimension.region]
is = "tree"
values = ["emea/uk", "emea/de", "emea/fr", "amer/us", "amer/ca"]
[dimension.department]
is = "enum"
values = ["sales", "support", "finance"]
[precedence.default]
tiers = ["policy", "handbook"]
dimensions = ["region", "department"]
[source.policy-2024]
title = "Policy 2024"
authority = "policy"
[source.policy-2025]
title = "Policy 2025"
authority = "policy"
[source.handbook]
title = "Handbook"
authority = "handbook"
[team.finance]
label = "Finance"
members = ["finance@example.com"]
[type.customer]
of = "entity"
[type.customer.attribute.tier]
is = "enum"
values = ["gold", "silver"]
"#;

fn text(file: usize) -> String {
    let mut text = String::new();
    writeln!(
        text,
        r#"[term.metric-{file}]
label = "Metric {file}"
synonyms = ["measure {file}", "figure {file}"]
owner = "finance"
source = "policy-2024"

[[term.metric-{file}.definition]]
value = "The number of customers with at least {file} paid invoices, one-time fees included."
from = 2024-02-01
[[term.metric-{file}.definition]]
value = "The number of customers with at least {file} paid invoices, one-time fees excluded."
from = 2025-05-01
source = "policy-2025"

[[term.metric-{file}.exception]]
id = "support"
from = 2025-05-01
when = {{ department = "support", region = "uk" }}
definition = "The number of customers with an open support plan and {file} paid invoices."
reason = "support counts plans"

[entity.customer-{file}]
type = "customer"
name = "Customer {file} Robotics"
ids.salesforce = "001A{file:08}"
tier = "gold""#
    )
    .expect("writing to text can't fail");
    text
}

//! Ossie, formerly OSI (Open Semantic Interchange): the metrics of a semantic model, in YAML.
//!
//! Source: Apache Ossie's core specification and its JSON Schema, version 0.2.0.dev0
//! (<https://github.com/apache/ossie/tree/main/core-spec>). A document is one model there; the form before it, a list
//! `semantic_model`, is read as well.
//! A metric needs an expression, so that terms without `sql` have no place in it; a model needs a dataset, which the
//! knowledge does not know and who exports has to name. What has no field goes into an extension of our own.

use serde_json::{Map, Value as Json, json};

use super::ids::{distinct, id_of};
use super::yaml::{Node, read, written};
use super::{Book, Entry, Format, Given, Holds, LossKind, Losses, Taken};
use crate::claim::Value;
use crate::face::failure::Failure;
use crate::face::words;
use crate::query::Cite;

/// The metrics of a model.
pub(super) static OSSIE: Format = Format {
    name: "ossie",
    summary: "the metrics of an Ossie (OSI) semantic model, YAML",
    tabular: false,
    holds: Holds { kinds: &["term"], sources: true, provenance: true },
    write: Some(write),
    read: read_model,
};

const VERSION: &str = "0.2.0.dev0";
/// The dialect that everybody reads.
const SQL: &str = "ANSI_SQL";
/// Whose extension is ours.
const VENDOR: &str = "DICTUM";

/// Attributes that have a field of their own.
const FIELDS: &[&str] = &["definition", "sql", "synonyms", "examples"];
/// Attributes that stand in our extension as one text each.
const KEPT: &[&str] = &["label", "note", "formula", "unit", "grain"];

fn write(book: &Book, given: &Given, losses: &mut Losses) -> Result<String, Failure> {
    if given.datasets.is_empty() {
        return Err(Failure::new(
            "a semantic model needs a dataset, and the knowledge does not say what its metrics are of",
        )
        .help("name the table, or several: `--dataset orders=shop.public.orders`"));
    }
    let has_sql = |entry: &&Entry| entry.text("sql").is_some();
    for entry in book.entries.iter().filter(|entry| !has_sql(entry)) {
        losses.ours(
            LossKind::Kind,
            &entry.subject,
            "it has no `sql`, and a metric needs an expression: left out",
        );
    }
    let metrics: Vec<Json> =
        book.entries.iter().filter(has_sql).map(|entry| metric(entry, given, losses)).collect();
    let datasets: Vec<Json> =
        given.datasets.iter().map(|(name, source)| json!({ "name": name, "source": source })).collect();
    let mut model = Map::new();
    model.insert("version".into(), json!(VERSION));
    model.insert("name".into(), json!(book.name));
    model.insert("datasets".into(), json!(datasets));
    if !metrics.is_empty() {
        model.insert("metrics".into(), json!(metrics));
    }
    Ok(written(&Json::Object(model)))
}

fn metric(entry: &Entry, given: &Given, losses: &mut Losses) -> Json {
    let mut metric = Map::new();
    // Names are of letters, digits and `_` where they are used in expressions.
    metric.insert("name".into(), json!(entry.subject.id().replace('-', "_")));
    metric.insert(
        "expression".into(),
        json!({ "dialects": [{ "dialect": SQL, "expression": entry.text("sql") }] }),
    );
    if let Some(definition) = entry.text("definition") {
        metric.insert("description".into(), json!(definition));
    }
    let mut context = Map::new();
    for attribute in ["synonyms", "examples"] {
        let several: Vec<String> = entry.values(attribute).map(ToString::to_string).collect();
        if !several.is_empty() {
            context.insert(attribute.into(), json!(several));
        }
    }
    if !context.is_empty() {
        metric.insert("ai_context".into(), Json::Object(context));
    }
    let mut ours = Map::new();
    ours.insert("subject".into(), json!(entry.subject.to_string()));
    for attribute in KEPT {
        if let Some(text) = entry.text(attribute) {
            ours.insert((*attribute).into(), json!(text));
        }
    }
    let claims: Vec<Json> = entry
        .statements
        .iter()
        .filter(|one| FIELDS.contains(&&*one.attribute) || KEPT.contains(&&*one.attribute))
        .flat_map(|one| one.cites.iter().filter_map(claim))
        .collect();
    if given.provenance && !claims.is_empty() {
        ours.insert("said".into(), json!(claims));
    }
    let extension = json!([{ "vendor_name": VENDOR, "data": Json::Object(ours).to_string() }]);
    metric.insert("custom_extensions".into(), extension);
    for statement in &entry.statements {
        let attribute = &*statement.attribute;
        if !FIELDS.contains(&attribute) && !KEPT.contains(&attribute) {
            let reason = format!("there is no field for `{attribute}`");
            losses.ours(LossKind::Attribute, format!("{}#{attribute}", entry.subject), reason);
        }
    }
    Json::Object(metric)
}

/// Who said a claim, where that is known.
fn claim(cite: &Cite) -> Option<Json> {
    let commit = cite.said.as_ref()?.said_by.commit()?;
    let mut said = Map::new();
    said.insert("claim".into(), json!(cite.pin.to_string()));
    said.insert("commit".into(), json!(commit.id.as_str()));
    said.insert("author".into(), json!(format!("{} <{}>", commit.author, commit.author_mail)));
    if let Some(date) = words::author_date(commit) {
        said.insert("date".into(), json!(date));
    }
    if let Some(source) = &cite.source {
        said.insert("source".into(), json!(format!("source/{}", source.id)));
    }
    Some(Json::Object(said))
}

fn read_model(bytes: &[u8], taken: &Taken<'_>, losses: &mut Losses) -> Result<Book, Failure> {
    let documents = read(bytes)?;
    let root = documents.first();
    let several = root.and_then(|root| root.get("semantic_model")).map(Node::items).unwrap_or_default();
    let is_model = |root: &&Node| root.get("version").is_some() && root.get("datasets").is_some();
    let models: Vec<&Node> = several.iter().chain(root.filter(is_model)).collect();
    if models.is_empty() {
        return Err(Failure::new(
            "this is no Ossie semantic model: there are no `version` and `datasets` at its top",
        )
        .help("dbt's own YAML is imported as `dbt`"));
    }
    let mut metrics: Vec<&Node> = Vec::new();
    for model in models {
        for (key, node) in model.keys() {
            match &**key {
                "metrics" => metrics.extend(node.items()),
                "name" | "version" => {}
                "datasets" | "relationships" => losses.theirs(
                    LossKind::Kind,
                    key,
                    Some(node.line),
                    "tables, columns and joins are no business terms",
                ),
                _ => losses.theirs(
                    LossKind::Attribute,
                    format!("semantic_model: {key}"),
                    Some(node.line),
                    "there is no place for what is said of a whole model",
                ),
            }
        }
    }
    let wanted: Vec<(String, Option<String>)> = metrics
        .iter()
        .map(|metric| {
            let name = metric.text_at("name").unwrap_or_default();
            (name.to_owned(), id_of(name))
        })
        .collect();
    let ids = distinct(&wanted, "term", losses);
    let mut book = Book::default();
    for (metric, subject) in metrics.iter().zip(&ids) {
        let Some(subject) = subject else { continue };
        let mut entry = Entry { line: Some(metric.line), ..Entry::new(subject.clone()) };
        let name = metric.text_at("name").unwrap_or_default().to_owned();
        for (key, node) in metric.keys() {
            field(&mut entry, &name, key, node, losses);
        }
        // Whose name nobody wrote is called as the metric is, so that it can be found.
        if entry.text("label").is_none() && !is_ours(metric) {
            entry.say("label", Value::Text(name.as_str().into()), Some(metric.line));
        }
        entry.settle(taken.catalog, losses);
        book.entries.push(entry);
    }
    book.entries.sort_by(|a, b| a.subject.cmp(&b.subject));
    Ok(book)
}

fn field(entry: &mut Entry, name: &str, key: &str, node: &Node, losses: &mut Losses) {
    let line = Some(node.line);
    let text = |text: &str| Value::Text(text.trim().into());
    match (key, node.text()) {
        ("name", _) => {}
        ("description", Some(words)) if !words.trim().is_empty() => {
            entry.say("definition", text(words), line)
        }
        ("expression", _) => expression(entry, name, node, losses),
        ("ai_context", Some(words)) => {
            losses.theirs(
                LossKind::Attribute,
                format!("{name}: ai_context"),
                line,
                format!("there is no attribute for instructions: {words}"),
            );
        }
        ("ai_context", None) => {
            for (key, below) in node.keys() {
                match &**key {
                    "synonyms" | "examples" => {
                        node.texts_at(key)
                            .iter()
                            .filter(|one| !one.trim().is_empty())
                            .for_each(|one| entry.say(key, text(one), Some(below.line)));
                    }
                    _ => losses.theirs(
                        LossKind::Attribute,
                        format!("{name}: ai_context.{key}"),
                        Some(below.line),
                        "there is no attribute for it",
                    ),
                }
            }
        }
        ("custom_extensions", _) => {
            for extension in node.items() {
                extend(entry, name, extension, losses);
            }
        }
        _ => losses.theirs(
            LossKind::Attribute,
            format!("{name}: {key}"),
            line,
            format!("there is no attribute for `{key}`"),
        ),
    }
}

/// The expression in the dialect that everybody reads, or the only one.
fn expression(entry: &mut Entry, name: &str, node: &Node, losses: &mut Losses) {
    let all = node.get("dialects").map(Node::items).unwrap_or_default();
    let wanted = match all {
        [one] => Some(one),
        several => several.iter().find(|one| one.text_at("dialect") == Some(SQL)),
    };
    if let Some(one) = wanted
        && let Some(words) = one.text_at("expression")
    {
        entry.say("sql", Value::Text(words.trim().into()), Some(one.line));
    }
    for other in all.iter().filter(|one| !wanted.is_some_and(|wanted| std::ptr::eq(wanted, *one))) {
        let dialect = other.text_at("dialect").unwrap_or_default();
        let reason = "one expression is taken, that of ANSI_SQL: write others with `when = { dialect = … }`";
        losses.theirs(LossKind::Language, format!("{name}: {dialect}"), Some(other.line), reason);
    }
}

fn is_ours(metric: &Node) -> bool {
    let extensions = metric.get("custom_extensions").map(Node::items).unwrap_or_default();
    extensions.iter().any(|one| one.text_at("vendor_name") == Some(VENDOR))
}

/// What an extension says: ours is read back, but for who said it.
fn extend(entry: &mut Entry, name: &str, extension: &Node, losses: &mut Losses) {
    let vendor = extension.text_at("vendor_name").unwrap_or_default();
    let line = Some(extension.line);
    let data =
        extension.text_at("data").and_then(|data| serde_json::from_str::<Map<String, Json>>(data).ok());
    match data.filter(|_| vendor == VENDOR) {
        Some(data) => {
            for (key, value) in &data {
                match (KEPT.contains(&&**key), value.as_str()) {
                    (true, Some(words)) if !words.trim().is_empty() => {
                        entry.say(key, Value::Text(words.into()), line)
                    }
                    _ if key == "said" => {
                        let reason = "who said it there is not taken over: here the commit says it";
                        losses.theirs(LossKind::Provenance, VENDOR, None, reason);
                    }
                    _ => {}
                }
            }
        }
        None => {
            losses.theirs(LossKind::Attribute, format!("{name}: {vendor}"), line, "an extension of others")
        }
    }
}

//! dbt's semantic YAML: metrics become terms.
//!
//! Source: <https://docs.getdbt.com/docs/build/metrics-overview>, in both forms: metrics at the top of a file with
//! `type_params`, and metrics of a model with their settings beside them. What a metric computes is said in words of dbt's;
//! only where it is one expression of one table is it `sql`, for only then does it mean the same outside of dbt.

use std::collections::BTreeMap;

use super::ids::{distinct, id_of};
use super::yaml::{Is, Node, read};
use super::{Book, Entry, Format, Holds, LossKind, Losses, Taken};
use crate::claim::Value;
use crate::face::failure::Failure;

/// The metrics of a project.
pub(super) static DBT: Format = Format {
    name: "dbt",
    summary: "the metrics of dbt's semantic YAML",
    tabular: false,
    holds: Holds { kinds: &["term"], sources: false, provenance: false },
    write: None,
    read: read_metrics,
};

/// A measure of a semantic model: how it is summed up, and what.
type Measures<'n> = BTreeMap<&'n str, (&'n str, &'n str)>;

fn read_metrics(bytes: &[u8], taken: &Taken<'_>, losses: &mut Losses) -> Result<Book, Failure> {
    let documents = read(bytes)?;
    let mut metrics: Vec<&Node> = Vec::new();
    let mut measures = Measures::new();
    let mut is_dbt = false;
    for root in &documents {
        for (key, node) in root.keys() {
            match &**key {
                "metrics" => metrics.extend(node.items()),
                "semantic_models" => {
                    node.items().iter().for_each(|model| add_measures(model, &mut measures, losses))
                }
                "models" => {
                    for model in node.items() {
                        metrics.extend(model.get("metrics").map(Node::items).unwrap_or_default());
                        let name = model.text_at("name").unwrap_or_default();
                        losses.theirs(
                            LossKind::Kind,
                            format!("models: {name}"),
                            Some(model.line),
                            "tables and columns are no business terms",
                        );
                    }
                }
                "version" => {}
                other => losses.theirs(
                    LossKind::Kind,
                    other,
                    Some(node.line),
                    format!("there is no place for `{other}`"),
                ),
            }
            is_dbt |= matches!(&**key, "metrics" | "semantic_models" | "models");
        }
    }
    if !is_dbt {
        return Err(Failure::new(
            "this is no semantic YAML of dbt: there are no `metrics`, `semantic_models` or `models`",
        )
        .help("an Ossie (OSI) model is imported as `ossie`"));
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
        let name = metric.text_at("name").unwrap_or_default();
        let label = metric.text_at("label").filter(|label| !label.trim().is_empty()).unwrap_or(name);
        entry.say("label", Value::Text(label.trim().into()), Some(metric.line));
        for (key, node) in metric.keys() {
            field(&mut entry, name, key, node, losses);
        }
        computed(&mut entry, name, metric, &measures, losses);
        entry.settle(taken.catalog, losses);
        book.entries.push(entry);
    }
    book.entries.sort_by(|a, b| a.subject.cmp(&b.subject));
    Ok(book)
}

/// Keys that tell what a metric computes, in either form.
const COMPUTED: &[&str] = &[
    "type",
    "type_params",
    "agg",
    "expr",
    "filter",
    "numerator",
    "denominator",
    "input_metrics",
    "input_metric",
];

fn field(entry: &mut Entry, name: &str, key: &str, node: &Node, losses: &mut Losses) {
    match (key, node.text()) {
        ("name" | "label", _) => {}
        ("description", Some(words)) if !words.trim().is_empty() => {
            entry.say("definition", Value::Text(words.trim().into()), Some(node.line));
        }
        (key, _) if COMPUTED.contains(&key) => {}
        _ => losses.theirs(
            LossKind::Attribute,
            format!("{name}: {key}"),
            Some(node.line),
            format!("there is no attribute for `{key}`"),
        ),
    }
}

fn add_measures<'n>(model: &'n Node, measures: &mut Measures<'n>, losses: &mut Losses) {
    let name = model.text_at("name").unwrap_or_default();
    losses.theirs(
        LossKind::Kind,
        format!("semantic_models: {name}"),
        Some(model.line),
        "tables, columns and joins are no business terms",
    );
    for measure in model.get("measures").map(Node::items).unwrap_or_default() {
        if let (Some(name), Some(agg)) = (measure.text_at("name"), measure.text_at("agg")) {
            measures.insert(name, (agg, measure.text_at("expr").unwrap_or(name)));
        }
    }
}

/// What a metric computes.
fn computed(entry: &mut Entry, name: &str, metric: &Node, measures: &Measures<'_>, losses: &mut Losses) {
    let line = Some(metric.line);
    let params = metric.get("type_params").unwrap_or(metric);
    let filtered = metric.get("filter").is_some();
    let own = metric.text_at("agg").map(|agg| (agg, metric.text_at("expr").unwrap_or(name)));
    let measure = params.get("measure");
    let named = measure.and_then(|node| node.text().or_else(|| node.text_at("name")));
    // A measure with settings of its own is more than its expression.
    let plain = measure.is_none_or(|node| node.text().is_some());
    let summed = own.or_else(|| measures.get(named?).copied()).filter(|_| plain && !filtered);
    let sql = summed.and_then(|(agg, what)| match agg {
        "sum" | "min" | "max" | "count" => Some(format!("{}({what})", agg.to_ascii_uppercase())),
        "average" => Some(format!("AVG({what})")),
        "count_distinct" => Some(format!("COUNT(DISTINCT {what})")),
        _ => None,
    });
    match (metric.text_at("type"), sql) {
        (Some("simple") | None, Some(sql)) => entry.say("sql", Value::Text(sql.as_str().into()), line),
        (Some(kind), _) => {
            let formula = match kind {
                "derived" => params.text_at("expr").map(|expr| format!("`{expr}`, of other metrics")),
                "ratio" => numbers(params).map(|(over, under)| format!("`{over}` over `{under}`")),
                _ => None,
            };
            match formula.filter(|_| !filtered) {
                Some(formula) => entry.say("formula", Value::Text(formula.as_str().into()), line),
                None => losses.theirs(
                    LossKind::Attribute,
                    format!("{name}: {kind}"),
                    line,
                    "how it is worked out has no place: write it as `formula` or `sql`",
                ),
            }
        }
        (None, None) => {
            losses.theirs(LossKind::Attribute, name, line, "it does not say how it is worked out")
        }
    }
}

/// What a ratio is of: two metrics by their names, without settings of their own.
fn numbers(params: &Node) -> Option<(&str, &str)> {
    let plain = |key: &str| {
        let node = params.get(key)?;
        let only_named = matches!(&node.is, Is::Table(keys) if keys.len() == 1);
        node.text().or_else(|| node.text_at("name").filter(|_| only_named))
    };
    Some((plain("numerator")?, plain("denominator")?))
}

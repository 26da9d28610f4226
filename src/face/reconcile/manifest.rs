//! What a client reads first.

use serde_json::{Value as Json, json};

use super::Version;
use crate::face::service::{Problem, Served};

/// The manifest; `base` is where the server was asked.
pub(super) fn manifest(served: &Served, base: &str, version: Version) -> Result<Json, Problem> {
    let name = format!("{} (dictum)", served.snapshot.name()?);
    let types: Vec<Json> =
        ["entity", "term", "process"].iter().map(|kind| json!({ "id": kind, "name": kind })).collect();
    Ok(match version {
        Version::Two => {
            let service = |path: &str| json!({ "service_url": base, "service_path": path });
            json!({
                "versions": ["0.2"],
                "name": name,
                "identifierSpace": "urn:dictum:subject:",
                "schemaSpace": "urn:dictum:type:",
                "defaultTypes": types,
                "view": { "url": format!("{base}/subject/{{{{id}}}}") },
                "preview": { "url": format!("{base}/reconcile/preview?id={{{{id}}}}"), "width": 400, "height": 200 },
                "suggest": {
                    "entity": service("/reconcile/suggest/entity"),
                    "property": service("/reconcile/suggest/property"),
                    "type": service("/reconcile/suggest/type")
                },
                "extend": { "propose_properties": service("/reconcile/extend/propose"), "property_settings": [] }
            })
        }
        Version::Draft => json!({
            "versions": ["1.0-draft"],
            "name": name,
            "defaultTypes": types,
            "view": { "url": format!("{base}/subject/{{id}}") },
            "preview": { "width": 400, "height": 200 },
            "suggest": { "entity": true, "property": true, "type": true },
            "extend": { "proposeProperties": true, "propertySettings": [] },
            "standardizedScore": false
        }),
    })
}

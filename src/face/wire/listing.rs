//! `dictum.ls/1`: a subject in a list.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value as Json;

use super::value;
use crate::query::Listing;

/// A subject.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "dictum.ls/1")]
pub struct Listed {
    /// Names this shape.
    #[schemars(extend("const" = "dictum.ls/1"))]
    schema: &'static str,
    /// `KIND/ID`.
    address: String,
    /// What people call it, on the day and in the context asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<Json>,
    /// Who owns it: `team/ID`.
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<Json>,
    /// Its attributes.
    attributes: Vec<String>,
    /// Whether it is deprecated.
    deprecated: bool,
}

/// A subject on the wire.
pub fn listed(listing: &Listing) -> Listed {
    Listed {
        schema: "dictum.ls/1",
        address: listing.subject.to_string(),
        label: listing.label.as_ref().map(value::value),
        owner: listing.owner.as_ref().map(value::value),
        attributes: listing.attributes.clone(),
        deprecated: listing.deprecated,
    }
}

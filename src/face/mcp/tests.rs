//! What is constant is held by its hash; what is cut is cut between elements.

use serde_json::{Value as Json, json};

use super::budget::{MOST, shorten};
use super::{INSTRUCTIONS, tools};

/// No word of what a model is told about tools changes unseen, and none can come from a repository.
#[test]
fn tools_are_constant() {
    let listed = serde_json::to_string(&tools::all(false)).expect("tools are JSON");
    insta::assert_snapshot!(blake3::hash(listed.as_bytes()).to_hex(), @"829d43579b5a01db37a2cf77ed91dbaa7a62421dd25c2faf220d2ffa2bd47c91");
    insta::assert_snapshot!(blake3::hash(INSTRUCTIONS.as_bytes()).to_hex(), @"18debdb81f5248e6f5fb16e94934611520683dd499f3b27440ab72b2f8929049");
    let names: Vec<String> = tools::all(false).iter().map(|tool| tool.name.to_string()).collect();
    assert_eq!(names, ["ground_question", "resolve_name", "get_fact", "explain_fact", "search_knowledge"]);
    let proposing = tools::all(true);
    let (propose, others) = proposing.split_last().expect("tools");
    assert_eq!(serde_json::to_string(others).expect("tools are JSON"), listed);
    let propose = serde_json::to_string(propose).expect("a tool is JSON");
    insta::assert_snapshot!(blake3::hash(propose.as_bytes()).to_hex(), @"7e98f563b8fa0e29f35255cf67c3c80c8c4e557896687c2b1a579e6c253f62d8");
}

#[test]
fn instructions_are_short() {
    assert!(INSTRUCTIONS.split_whitespace().count() < 120);
}

#[test]
fn what_fits_is_left_alone() {
    let answer = json!({ "hits": [1, 2, 3] });
    assert_eq!(shorten(answer.clone(), "less"), Ok(answer));
}

#[test]
fn long_answers_lose_whole_elements_from_the_end() {
    let hits: Vec<Json> = (0..900).map(|at| json!({ "at": at, "text": "ä".repeat(at % 90) })).collect();
    let short =
        shorten(json!({ "matching": 900, "hits": hits, "because": [1] }), "less").expect("it can be cut");
    assert!(short.to_string().chars().count() <= MOST);
    let left = short["hits"].as_array().expect("a list");
    assert!(left.len() > 100 && left[..] == hits[..left.len()], "the first are whole");
    assert_eq!(short["shortened"]["left_out"], json!([{ "what": "hits", "count": 900 - left.len() }]));
    assert_eq!(short["because"], json!([1]));
}

#[test]
fn a_grounding_names_the_facts_that_it_leaves_out() {
    let fact = |at: usize| json!({ "address": format!("term/t{at}#definition"), "parts": [{ "value": "x".repeat(700) }] });
    let facts: Vec<Json> = (0..60).map(fact).collect();
    let short =
        shorten(json!({ "ready": true, "facts": facts, "dropped": ["term/z#unit"] }), "less").expect("cut");
    let left = short["facts"].as_array().expect("a list").len();
    let dropped: Vec<&str> =
        short["dropped"].as_array().expect("a list").iter().filter_map(Json::as_str).collect();
    assert_eq!(left + dropped.len(), 61);
    assert_eq!(dropped[0], format!("term/t{left}#definition"));
    assert_eq!(dropped.last(), Some(&"term/z#unit"));
    assert!(short.to_string().chars().count() <= MOST);
}

#[test]
fn lists_within_lists_lose_from_the_last() {
    let claims: Vec<Json> = (0..100).map(|at| json!({ "claim": at, "value": "y".repeat(150) })).collect();
    let answers = json!({ "answers": [{ "candidates": claims }, { "candidates": claims }] });
    let short = shorten(answers, "less").expect("cut");
    assert_eq!(short["answers"].as_array().map(Vec::len), Some(2));
    assert!(short["answers"][0]["candidates"].as_array().expect("a list").len() > 50);
    assert_eq!(short["answers"][1]["candidates"], json!([]));
}

#[test]
fn what_cannot_be_cut_is_refused() {
    let problem = shorten(json!({ "value": "z".repeat(MOST) }), "less").expect_err("nothing to leave out");
    assert_eq!((problem.code, problem.help.as_deref()), ("too-large", Some("less")));
}

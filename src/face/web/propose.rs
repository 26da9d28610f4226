//! A fact corrected from the page: a form, what it would change, and the branch that it became. It works without any script;
//! what was typed goes along from step to step in the form itself, and nothing is kept here.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::HeaderMap;
use axum::response::Response;
use maud::Markup;
use std::sync::Arc;
use std::time::Instant;

use super::asked::{View, viewed};
use super::{At, Held, Pages, failed, html as page, links, not_ours, slot, status};
use crate::claim::Slot;
use crate::face::proposal::{self, Request, preview};
use crate::face::service::{Fields, PROPOSAL, Problem};
use crate::face::sign_in::is_own_form;
use crate::query::{self, Address};

mod form;
mod shown;

/// What stands in the form.
#[derive(Clone, Default, Debug)]
pub(super) struct Sheet {
    /// Names and values, none of them empty.
    pairs: Vec<(String, String)>,
    /// What is to be done with it.
    step: Step,
}

/// What a form is sent for.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
enum Step {
    /// To see what would change.
    #[default]
    Preview,
    /// To be changed once more.
    Edit,
    /// To be written.
    Commit,
}

impl Sheet {
    fn read(body: &[u8]) -> Sheet {
        let mut sheet = Sheet::default();
        for (name, value) in form_urlencoded::parse(body) {
            match (&*name, &*value) {
                ("step", "edit") => sheet.step = Step::Edit,
                ("step", "commit") => sheet.step = Step::Commit,
                ("step", _) => {}
                // A field that was left empty says nothing.
                (_, value) if value.trim().is_empty() => {}
                (name, value) => sheet.pairs.push((name.to_owned(), value.replace("\r\n", "\n"))),
            }
        }
        sheet
    }

    /// What stands in a field.
    fn get(&self, name: &str) -> &str {
        self.pairs.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    /// The day and the case, as an address of a page holds them.
    fn query(&self) -> String {
        let carried = |name: &str| name == "on" || name.starts_with("where");
        let pairs = self.pairs.iter().filter(|(name, _)| carried(name));
        let pairs: Vec<(&str, &str)> = pairs.map(|(name, value)| (&**name, &**value)).collect();
        links::pairs(&pairs)
    }

    /// As a request of the service, about `slot`.
    fn fields(&self, slot: &Slot) -> Result<Fields, Problem> {
        let mut pairs = vec![("address".to_owned(), slot.to_string())];
        for (name, value) in &self.pairs {
            match name.strip_prefix("where.") {
                Some(dimension) => pairs.push(("where".to_owned(), format!("{dimension}={value}"))),
                None => pairs.push((name.clone(), value.clone())),
            }
        }
        Fields::of_pairs(pairs.iter().map(|(name, value)| (&**name, &**value)), PROPOSAL)
    }
}

/// The form as it is opened.
pub(super) fn blank(view: &View<'_>, slot: &Slot) -> Result<Markup, Problem> {
    if view.asked.at.is_some() {
        return Err(Problem::new(400, "bad-question", "what was known then can't be corrected any more")
            .help("propose a correction of what is known now"));
    }
    form::page(view, slot, &Sheet::default(), None)
}

/// What was sent: told what it would change, or written.
pub(super) async fn send(State(pages): Held, at: At, headers: HeaderMap, body: Bytes) -> Response {
    if !is_own_form(&headers) {
        return failed(&pages, &not_ours());
    }
    let began = Instant::now();
    let (slot, held) = (slot(&at), Arc::clone(&pages));
    let response = match pages.live.slowly(move || answer(&held, &slot, &Sheet::read(&body))).await {
        Ok((status, markup)) => page(status, markup),
        Err(problem) => failed(&pages, &problem),
    };
    pages.live.metrics().pages.count("proposal", response.status(), began.elapsed());
    response
}

fn answer(pages: &Pages, slot: &Slot, sheet: &Sheet) -> Result<(StatusCode, Markup), Problem> {
    viewed(pages, &sheet.query(), links::proposal(slot), |view| {
        if sheet.step == Step::Edit {
            return Ok((StatusCode::OK, form::page(view, slot, sheet, None)?));
        }
        match taken(pages, view, slot, sheet) {
            Ok(markup) => Ok((StatusCode::OK, markup)),
            // What can be mended is mended in the form, where nothing that was typed is lost.
            Err(problem) if problem.status < 500 => {
                Ok((status(&problem), form::page(view, slot, sheet, Some(&problem))?))
            }
            Err(problem) => Err(problem),
        }
    })
}

fn taken(pages: &Pages, view: &View<'_>, slot: &Slot, sheet: &Sheet) -> Result<Markup, Problem> {
    let fields = sheet.fields(slot)?;
    let request = Request::read(&fields, None, view.served)?;
    let preview = preview(view.served, &request)?;
    if sheet.step != Step::Commit {
        return Ok(shown::preview(view, slot, sheet, &preview));
    }
    let proposals = pages.live.proposals().ok_or_else(Problem::fault)?;
    let written = proposal::write(view.served, proposals, &request, &preview)?;
    Ok(shown::written(view, slot, &preview, &written))
}

/// The answer as it is now, which the form is about.
fn current(view: &View<'_>, slot: &Slot) -> Result<query::Answer, Problem> {
    let answers = query::get(&view.served.snapshot, &view.question(Address::Slot(slot.clone())))?;
    let answer = answers.into_iter().next().filter(|answer| !answer.candidates.is_empty());
    answer.ok_or_else(|| {
        Problem::new(404, "no-such-fact", format!("nothing is said of `{slot}`"))
            .help("search for what it is called; what nobody has said yet is no correction")
    })
}

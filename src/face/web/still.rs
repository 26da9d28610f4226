//! All pages as files, for a folder or a host of pages: with links that lead from file to file.

use jiff::civil::Date;

use super::asked::{Asked, View};
use super::links::{self, Links};
use super::{STYLE, fact, home, state, subject};
use crate::claim::Subject;
use crate::face::service::{Problem, Served};
use crate::query::{self, Address, Context};

/// One file.
pub(in crate::face) struct Still {
    /// Where it belongs, from the top, with `/` between parts.
    pub path: String,
    /// What it holds.
    pub text: String,
}

/// Hands each file to `write`: the same snapshot and day give the same files.
///
/// # Errors
/// Where the snapshot is damaged or the repository can't be read; and what `write` fails with.
pub(in crate::face) fn still<E: From<Problem>>(
    served: &Served,
    on: Date,
    mut write: impl FnMut(Still) -> Result<(), E>,
) -> Result<(), E> {
    let view = |depth: usize| -> Result<View<'_>, Problem> {
        Ok(View {
            proposals: false,
            served,
            basis: query::basis(&served.snapshot)?,
            context: Context::unknown(),
            on,
            today: on,
            asked: Asked::default(),
            trouble: None,
            links: Links::still(depth),
            path: String::new(),
        })
    };
    let top = view(0)?;
    let mut put = |path: String, text: String| write(Still { path, text });
    put("style.css".to_owned(), STYLE.to_owned())?;
    put("index.html".to_owned(), home::page(&top)?.into_string())?;
    put("state.html".to_owned(), state::page(&top)?.into_string())?;
    let (below, deep) = (view(2)?, view(3)?);
    for text in served.snapshot.subjects("").map_err(Problem::from)? {
        let Some(one) = Subject::parse(text.map_err(Problem::from)?) else { continue };
        put(links::subject_file(&one), subject::page(&below, &one)?.into_string())?;
        let question = below.question(Address::Subject(one.clone()));
        for answer in query::get(&served.snapshot, &question).map_err(Problem::from)? {
            if let Some(slot) = &answer.slot {
                put(links::fact_file(slot), fact::page(&deep, slot)?.into_string())?;
            }
        }
    }
    Ok(())
}

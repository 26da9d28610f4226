//! What was sent, read: which fact, what is right, why, and who says so.

use crate::face::clock::today;
use crate::face::correction::Wish;
use crate::face::failure::Failure;
use crate::face::service::{Fields, Problem, Served};
use crate::query::{Address, Context, Question};
use crate::source::{Signer, invisible};

/// The shortest pin: 6 digits, as answers give them.
const LEAST_DIGITS: usize = 6;

/// The host of programs' addresses: there is none of that name (RFC 2606, 2).
const NOWHERE: &str = "dictum.invalid";

/// A proposal as it was sent.
pub(in crate::face) struct Request {
    /// What is to be put right.
    pub wish: Wish,
    /// By whom.
    pub who: Who,
}

/// Who proposes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::face) struct Who {
    /// The author's name.
    pub name: String,
    /// The author's mail address.
    pub mail: String,
    /// The program that sent it, where it was none of a person's own.
    pub agent: Option<String>,
}

impl Request {
    /// Reads `fields`; `agent` is what a protocol calls who sent them.
    pub fn read(fields: &Fields, agent: Option<&str>, served: &Served) -> Result<Request, Problem> {
        let address = Address::parse(fields.text("address"))
            .map_err(|message| Problem::bad("bad-address", Failure::new(message)))?;
        if let Address::Subject(subject) = &address {
            let message = format!("`{subject}` is a whole subject, and one fact is corrected at a time");
            return Err(
                Problem::new(400, "bad-address", message).help(format!("name the attribute: `{subject}#…`"))
            );
        }
        let who = Who::read(fields, agent)?;
        let context = Context::read(fields.context(), served.snapshot.declarations()?)?;
        let wish = Wish {
            question: Question { address, context, on: fields.day("on").unwrap_or_else(today) },
            value: value(fields)?,
            reason: reason(fields)?,
            pin: Some(digits(fields.text("pin"))?),
            by: Some(who.mail.clone()),
            source: fields.optional_text("source").map(ToOwned::to_owned),
            id: None,
            from: fields.day("from"),
            until: fields.day("until"),
        };
        if wish.from.zip(wish.until).is_some_and(|(from, until)| from >= until) {
            return Err(bad("`until` is not after `from`, and so it would hold on no day").help(
                "`from` is the first day on which it is so, `until` the first on which it is so no more",
            ));
        }
        Ok(Request { wish, who })
    }
}

fn bad(message: impl Into<String>) -> Problem {
    Problem::new(400, "bad-parameter", message)
}

fn digits(pin: &str) -> Result<String, Problem> {
    let digits = pin.trim().rsplit('~').next().unwrap_or_default();
    if digits.len() < LEAST_DIGITS || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(bad("`pin` has to be the pin of the fact as it is now, or the digits behind its `~`")
            .help("ask for the fact, and send the `pin` of the answer"));
    }
    Ok(digits.to_ascii_lowercase())
}

fn value(fields: &Fields) -> Result<Option<String>, Problem> {
    match (fields.optional_text("value"), fields.flag("none")) {
        (Some(_), true) => {
            Err(bad("`value` and `none` are both given").help("give the value, or say that there is none"))
        }
        (None, false) => Err(bad("nothing is said to be right")
            .help("give a `value`, or set `none` where it is known not to exist")),
        (None, true) => Ok(None),
        (Some(value), false) => written("value", value).map(Some),
    }
}

fn reason(fields: &Fields) -> Result<String, Problem> {
    let reason = written("reason", fields.text("reason"))?.trim().to_owned();
    if reason.is_empty() {
        return Err(bad("`reason` is empty").help("say why, for who reviews it"));
    }
    Ok(reason)
}

/// A text as people write them: browsers end lines with both signs, and nothing steers a terminal. What else can't be seen is
/// for the compiler to find, which knows where it is a letter's.
fn written(name: &str, text: &str) -> Result<String, Problem> {
    let text = text.replace("\r\n", "\n");
    match text.chars().find(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
        None => Ok(text),
        Some(found) => Err(bad(format!("`{name}` has a control character, U+{:04X}", u32::from(found)))
            .help("write it anew instead of pasting it")),
    }
}

impl Who {
    fn read(fields: &Fields, agent: Option<&str>) -> Result<Who, Problem> {
        let agent = agent.map(called).or_else(|| fields.optional_text("agent").map(ToOwned::to_owned));
        let agent = agent.map(|agent| line("agent", &agent)).transpose()?;
        let given = |field: &str| fields.optional_text(field).map(str::trim).filter(|text| !text.is_empty());
        match (given("name"), given("mail"), &agent) {
            (Some(name), Some(mail), _) => {
                Ok(Who { name: line("name", name)?, mail: self::mail(mail)?, agent })
            }
            // A program that speaks for itself is marked as one in every list of authors.
            (None, None, Some(own)) => {
                Ok(Who { name: format!("{own} [bot]"), mail: format!("{}[bot]@{NOWHERE}", slug(own)), agent })
            }
            _ => Err(Problem::new(400, "missing-parameter", "it is not said who proposes this")
                .help("give `name` and `mail`, those of a person; a program gives `agent`")),
        }
    }

    /// As a commit names its author.
    pub fn author(&self, time: i64) -> Signer {
        Signer { name: Some(self.name.clone()), mail: Some(self.mail.clone()), time: Some((time, 0)) }
    }

    /// As a commit names who made it for somebody: this program.
    pub fn committer(time: i64) -> Signer {
        Signer {
            name: Some("dictum".to_owned()),
            mail: Some(format!("dictum[bot]@{NOWHERE}")),
            time: Some((time, 0)),
        }
    }
}

/// What a program calls itself, cut down to a line that can stand in a commit.
fn called(agent: &str) -> String {
    let plain = agent.chars().filter(|c| !c.is_control() && invisible(*c).is_none() && !"<>".contains(*c));
    let plain: String = plain.take(60).collect();
    let plain = plain.trim();
    if slug(plain).is_empty() { "unnamed agent".to_owned() } else { plain.to_owned() }
}

/// A name in one line that git takes: not of signs alone, which git leaves out at its ends.
fn line(field: &str, text: &str) -> Result<String, Problem> {
    let text = text.trim();
    let odd = |c: char| c.is_control() || invisible(c).is_some() || "<>".contains(c);
    if text.contains(odd) || !text.contains(char::is_alphanumeric) {
        return Err(bad(format!("`{field}` can't stand in a commit"))
            .help("write a name in one line, without `<` and `>`"));
    }
    Ok(text.to_owned())
}

fn mail(text: &str) -> Result<String, Problem> {
    let parts = text.rsplit_once('@');
    let plain =
        |c: char| !c.is_control() && !c.is_whitespace() && invisible(c).is_none() && !"<>".contains(c);
    let whole = parts.is_some_and(|(local, host)| {
        local.contains(char::is_alphanumeric) && host.contains(char::is_alphanumeric)
    });
    if !whole || !text.chars().all(plain) {
        return Err(bad("`mail` is not a mail address").help("write it as `ana@example.com`"));
    }
    Ok(text.to_owned())
}

/// `text` in small letters, digits and hyphens.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for c in text.chars() {
        match c.to_ascii_lowercase() {
            c @ ('a'..='z' | '0'..='9') => slug.push(c),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
    }
    slug.truncate(60);
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lines_that_git_takes() {
        assert_eq!(line("name", " Ana Lin "), Ok("Ana Lin".to_owned()));
        for bad in ["", "  ", "...", "Ana <a@x>", "Ana\nReviewed-by: Ben", "An\u{202E}a"] {
            assert!(line("name", bad).is_err(), "{bad:?}");
        }
        assert_eq!(mail("ana@example.com"), Ok("ana@example.com".to_owned()));
        for bad in ["", "ana", "@x", "a@", "a b@x", "a@x>", "a\n@x", "@@", "-@-"] {
            assert!(mail(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn whatever_an_agent_calls_itself_it_is_marked() {
        assert_eq!(called("Desk Helper"), "Desk Helper");
        assert_eq!(called("a\nReviewed-by: Ben <ben@x>"), "aReviewed-by: Ben ben@x");
        assert_eq!(called("\u{202E}<>"), "unnamed agent");
        assert_eq!(slug("Desk Helper/2 (β)"), "desk-helper-2");
        let who = Who::read(&Fields::default(), Some("Desk Helper")).expect("an agent");
        assert_eq!((&*who.name, &*who.mail), ("Desk Helper [bot]", "desk-helper[bot]@dictum.invalid"));
        assert!(Who::read(&Fields::default(), None).is_err());
    }

    #[test]
    fn a_pin_is_its_digits() {
        assert_eq!(digits("term/acv#unit~3FA9c1"), Ok("3fa9c1".to_owned()));
        assert_eq!(digits("~3fa9c1"), Ok("3fa9c1".to_owned()));
        for bad in ["", "~", "~3fa9c", "term/acv#unit", "~3fa9cz"] {
            assert!(digits(bad).is_err(), "{bad:?}");
        }
    }
}

//! Who commits a correction, and when: what the environment says, as git reads it (`GIT_AUTHOR_NAME`, `…_EMAIL`,
//! `…_DATE`, and the same of the committer). What it leaves out is for git's configuration and the clock.

use std::env::VarError;

use jiff::civil::DateTime;

use crate::face::cli::output::Failure;
use crate::source::{Signer, Signers};

/// Author and committer.
pub(in crate::face::cli) fn signers() -> Result<Signers, Failure> {
    let signer = |role: &str| -> Result<Signer, Failure> {
        let date = variable(&format!("GIT_{role}_DATE"))?.filter(|date| !date.is_empty());
        Ok(Signer {
            name: variable(&format!("GIT_{role}_NAME"))?,
            mail: variable(&format!("GIT_{role}_EMAIL"))?,
            time: date.map(|date| time(&date).ok_or_else(|| no_date(role, &date))).transpose()?,
        })
    };
    Ok(Signers { author: signer("AUTHOR")?, committer: signer("COMMITTER")? })
}

/// The author's e-mail identity, where the environment gives one.
pub(super) fn author_mail() -> Result<Option<String>, Failure> {
    Ok(variable("GIT_AUTHOR_EMAIL")?.filter(|mail| !mail.is_empty()))
}

fn variable(name: &str) -> Result<Option<String>, Failure> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Failure::new(format!("`{name}` is set to what is not UTF-8"))
            .help(format!("type `unset {name}`, or set it anew"))),
    }
}

fn no_date(role: &str, date: &str) -> Failure {
    Failure::new(format!("`GIT_{role}_DATE` is `{date}`, which is not a time with its time zone"))
        .help("write it as `2026-01-15T09:00:00+01:00`, or unset it")
}

/// The ways to write a time that people set for git, before the time zone.
const FORMATS: &[&str] = &[
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
    "%a, %d %b %Y %H:%M:%S",
    "%d %b %Y %H:%M:%S",
    "%a %b %d %H:%M:%S %Y",
];

/// Seconds since 1970 and minutes east of Greenwich. Without a time zone the same text would be another time on
/// another machine: git takes it, this does not.
fn time(text: &str) -> Option<(i64, i32)> {
    let (before, offset) = split(text.trim())?;
    let digits = before.strip_prefix('@').unwrap_or(before);
    if (digits.len() >= 9 || before != digits)
        && let Ok(seconds) = digits.parse::<u32>()
    {
        return Some((i64::from(seconds), offset));
    }
    let local = FORMATS.iter().find_map(|format| DateTime::strptime(format, before).ok())?;
    let stamp = jiff::tz::Offset::from_seconds(offset * 60).ok()?.to_timestamp(local).ok()?;
    Some((stamp.as_second(), offset))
}

/// Parts `… +0100`, `…+01:00`, `…+01` and `…Z` into what stands before and minutes.
fn split(text: &str) -> Option<(&str, i32)> {
    if let Some(before) = text.strip_suffix('Z') {
        return Some((before.trim_end(), 0));
    }
    let (before, behind) = text.split_at(text.rfind(['+', '-'])?);
    let sign = if behind.starts_with('-') { -1 } else { 1 };
    let digits: String = behind[1..].chars().filter(|c| *c != ':').collect();
    let number: i32 = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())??;
    let minutes = match digits.len() {
        2 => number * 60,
        4 => number / 100 * 60 + number % 100,
        _ => return None,
    };
    Some((before.trim_end(), sign * minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_git_reads_them() {
        let same = [
            "2026-01-15T09:00:00+01:00",
            "2026-01-15 09:00:00 +0100",
            "2026-01-15T09:00+01",
            "1768464000 +0100",
            "@1768464000 +0100",
            "Thu, 15 Jan 2026 09:00:00 +0100",
            "Thu Jan 15 09:00:00 2026 +0100",
        ];
        for text in same {
            assert_eq!(time(text), Some((1_768_464_000, 60)), "{text}");
        }
        assert_eq!(time("2026-01-15T03:30:00-04:30"), Some((1_768_464_000, -270)));
        assert_eq!(time("2026-01-15T08:00:00Z"), Some((1_768_464_000, 0)));
        for text in ["", "yesterday", "2026-01-15", "2026-01-15T09:00:00", "2026-13-15T09:00:00Z", "+0100"] {
            assert_eq!(time(text), None, "{text}");
        }
    }
}

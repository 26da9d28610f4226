//! The verifier's allowed signers: whose SSH keys are trusted, for what, and when. The format is that of
//! ssh-keygen (<https://man.openbsd.org/ssh-keygen#ALLOWED_SIGNERS>).

use ssh_key::PublicKey;
use ssh_key::public::KeyData;

use super::signature::Fault;

/// Keys that are trusted, in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct AllowedSigners {
    entries: Vec<Entry>,
}

/// One line.
#[derive(Clone, Debug)]
struct Entry {
    /// As written: addresses, or patterns of them.
    principals: String,
    key: KeyData,
    /// Patterns; any namespace where there are none.
    namespaces: Vec<String>,
    /// Seconds since 1970.
    valid_after: Option<i64>,
    valid_before: Option<i64>,
}

/// Why a file of allowed signers can't be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BadSigners {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: &'static str,
    /// What to type instead.
    pub help: &'static str,
}

impl AllowedSigners {
    /// Reads a file's text.
    ///
    /// # Errors
    /// At the first line that can't be understood: a line passed over might be the one that was counted on.
    pub fn parse(text: &str) -> Result<AllowedSigners, BadSigners> {
        let mut entries = Vec::new();
        for (line, text) in (1..).zip(text.lines()) {
            let text = text.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            entries.push(entry(text).map_err(|(why, help)| BadSigners { line, why, help })?);
        }
        Ok(AllowedSigners { entries })
    }

    /// Who signs with `key` for `namespace` at `time`.
    pub(super) fn find(&self, key: &KeyData, namespace: &str, time: i64) -> Result<&str, Fault> {
        let mut fault = Fault::UnknownKey;
        for entry in self.entries.iter().filter(|entry| entry.key == *key) {
            let allowed = entry.namespaces.is_empty();
            if !allowed && !entry.namespaces.iter().any(|pattern| matches(pattern, namespace)) {
                fault = Fault::WrongNamespace;
                continue;
            }
            let early = entry.valid_after.is_some_and(|after| time < after);
            let late = entry.valid_before.is_some_and(|before| time >= before);
            if early || late {
                fault = Fault::OutsideValidity;
                continue;
            }
            return Ok(&entry.principals);
        }
        Err(fault)
    }
}

/// What is wrong, and what to type.
type Wrong = (&'static str, &'static str);

const SHAPE: Wrong = (
    "it is not `PRINCIPALS [OPTIONS] KEY`",
    "write a mail address, then the key as `ssh-add -L` prints it: `ana@example.com ssh-ed25519 AAAA…`",
);

fn entry(text: &str) -> Result<Entry, Wrong> {
    let (principals, rest) = word(text).ok_or(SHAPE)?;
    let (options, key_text) = if is_key(rest) { ("", rest) } else { word(rest).ok_or(SHAPE)? };
    let mut entry = Entry {
        principals: principals.replace('"', ""),
        key: key(key_text)?,
        namespaces: Vec::new(),
        valid_after: None,
        valid_before: None,
    };
    for option in split(options, ',').into_iter().filter(|option| !option.is_empty()) {
        entry.option(option)?;
    }
    Ok(entry)
}

fn is_key(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    ["ssh-", "ecdsa-", "sk-"].iter().any(|prefix| first.starts_with(prefix))
}

fn key(text: &str) -> Result<KeyData, Wrong> {
    let parsed = is_key(text).then(|| PublicKey::from_openssh(text.trim()).ok()).flatten();
    parsed.map(KeyData::from).ok_or((
        "its key can't be read",
        "write the whole key as `ssh-add -L` prints it: `ssh-ed25519 AAAA…`",
    ))
}

impl Entry {
    fn option(&mut self, option: &str) -> Result<(), Wrong> {
        let (name, value) = option.split_once('=').unwrap_or((option, ""));
        let value = value.trim_matches('"');
        let time = |value: &str| {
            time(value).ok_or((
                "its time is not YYYYMMDD or YYYYMMDDHHMM[SS], with or without Z",
                "write a day as `20260131` or a time as `202601311200Z`",
            ))
        };
        match name.to_ascii_lowercase().as_str() {
            "namespaces" => self.namespaces = value.split(',').map(str::to_owned).collect(),
            "valid-after" => self.valid_after = Some(time(value)?),
            "valid-before" => self.valid_before = Some(time(value)?),
            "cert-authority" => {
                return Err((
                    "it trusts a certificate authority, and certificates are not verified here",
                    "write a line with the key itself for each signer",
                ));
            }
            _ => {
                return Err((
                    "it has an unknown option",
                    "write none but `namespaces=\"git\"`, `valid-after=\"20260131\"` and `valid-before=\"20270131\"`",
                ));
            }
        }
        Ok(())
    }
}

/// The first word, in which quotes hold spaces, and the rest.
fn word(text: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let end = text.find(|c: char| {
        quoted ^= c == '"';
        !quoted && c.is_whitespace()
    })?;
    (!quoted).then(|| (&text[..end], text[end..].trim_start()))
}

/// The parts between `by`, in which quotes hold it.
fn split(text: &str, by: char) -> Vec<&str> {
    let mut quoted = false;
    let parts = text.split(|c: char| {
        quoted ^= c == '"';
        !quoted && c == by
    });
    parts.collect()
}

/// Seconds since 1970 of `YYYYMMDD[HHMM[SS]][Z]`. Without `Z` it is UTC as well: the verifier's time zone would make the
/// same evidence good in one office and bad in another.
fn time(text: &str) -> Option<i64> {
    let digits = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    if !digits.bytes().all(|b| b.is_ascii_digit()) || ![8, 12, 14].contains(&digits.len()) {
        return None;
    }
    let number =
        |from: usize, to: usize| digits.get(from..to).map_or(Some(0), |part| part.parse::<i16>().ok());
    let small = |from, to| number(from, to).and_then(|number| i8::try_from(number).ok());
    let day = jiff::civil::Date::new(number(0, 4)?, small(4, 6)?, small(6, 8)?).ok()?;
    let clock = jiff::civil::Time::new(small(8, 10)?, small(10, 12)?, small(12, 14)?, 0).ok()?;
    let stamp = jiff::tz::Offset::UTC.to_timestamp(day.to_datetime(clock)).ok()?;
    Some(stamp.as_second())
}

/// Whether `text` matches a pattern in which `*` is any text and `?` any character.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => (p, t) = (p + 1, t + 1),
            _ => {
                let Some((at, taken)) = star else { return false };
                star = Some((at, taken + 1));
                (p, t) = (at + 1, taken + 1);
            }
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB9dG4kjRhQTtWTVzd2t27+t0DEHBPW7iOD23TUiYLio";

    fn found(file: &str, time: i64) -> Result<String, Fault> {
        let signers = AllowedSigners::parse(file).expect("a good file");
        let key = PublicKey::from_openssh(KEY).expect("a key").key_data().clone();
        signers.find(&key, "git", time).map(str::to_owned)
    }

    #[test]
    fn lines_are_read_as_ssh_keygen_reads_them() {
        assert_eq!(
            found(&format!("# who\n\nana@example.com {KEY} a comment\n"), 0),
            Ok("ana@example.com".into())
        );
        assert_eq!(found(&format!("\"a@x,b@x\" namespaces=\"file,git\" {KEY}\n"), 0), Ok("a@x,b@x".into()));
        assert_eq!(found(&format!("a@x namespaces=\"g*\" {KEY}\n"), 0), Ok("a@x".into()));
        assert_eq!(found(&format!("a@x namespaces=\"file\" {KEY}\n"), 0), Err(Fault::WrongNamespace));
        assert_eq!(found("", 0), Err(Fault::UnknownKey));
    }

    #[test]
    fn keys_are_valid_in_their_time() {
        let file = format!("a@x valid-after=\"19700102\",valid-before=\"197001030000Z\" {KEY}\n");
        assert_eq!(found(&file, 86_399), Err(Fault::OutsideValidity));
        assert_eq!(found(&file, 86_400), Ok("a@x".into()));
        assert_eq!(found(&file, 172_800), Err(Fault::OutsideValidity));
        let renewed = format!("{file}b@x {KEY}\n");
        assert_eq!(found(&renewed, 172_800), Ok("b@x".into()), "another line may allow it");
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for line in [
            "a@x".to_owned(),
            format!("a@x cert-authority {KEY}"),
            format!("a@x wonder=\"1\" {KEY}"),
            format!("a@x valid-after=\"yesterday\" {KEY}"),
            format!("a@x valid-after=\"20261301\" {KEY}"),
            "a@x ssh-ed25519 AAAA".to_owned(),
            format!("\"a@x {KEY}"),
            format!("a@x namespaces=\"git {KEY}"),
            "a@x é".to_owned(),
        ] {
            let read = AllowedSigners::parse(&format!("# first\n{line}\n"));
            assert_eq!(read.map(drop).map_err(|bad| bad.line), Err(2), "{line}");
        }
    }
}

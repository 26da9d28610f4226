//! What a question is about: `KIND/ID`, `KIND/ID#ATTRIBUTE`, a claim `…#ATTRIBUTE@id`, a pin `…#ATTRIBUTE~3fa9c1`.

use std::fmt;

use smol_str::SmolStr;

use crate::claim::{Slot, Subject};

/// What a question is about.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Address {
    /// A whole subject: all of its attributes.
    Subject(Subject),
    /// One attribute.
    Slot(Slot),
    /// The claim of a slot that has this `id`.
    Claim(Slot, SmolStr),
    /// The claim of a slot whose hash starts with these hex digits.
    Pin(Slot, SmolStr),
}

impl Address {
    /// Fewest hex digits of a pin.
    pub const PIN_DIGITS: usize = 6;

    /// Reads an address. What is wrong with it is told in a person's words, ready to be shown.
    pub fn parse(text: &str) -> Result<Address, String> {
        let Some((subject, rest)) = text.split_once('#') else {
            return Subject::parse(text).map(Address::Subject).ok_or_else(|| not_an_address(text));
        };
        let subject = Subject::parse(subject).ok_or_else(|| not_an_address(text))?;
        let cut = rest.find(['@', '~']).unwrap_or(rest.len());
        let (attribute, tail) = rest.split_at(cut);
        if attribute.is_empty() {
            return Err(format!("`{text}` names no attribute behind `#`"));
        }
        let slot = Slot { subject, attribute: SmolStr::new(attribute) };
        match tail.chars().next() {
            None => Ok(Address::Slot(slot)),
            Some('@') if tail.len() > 1 => Ok(Address::Claim(slot, SmolStr::new(&tail[1..]))),
            Some('@') => Err(format!("`{text}` names no claim behind `@`")),
            Some(_) => pin(slot, &tail[1..]),
        }
    }

    /// Whose attribute or claim it is.
    pub fn subject(&self) -> &Subject {
        match self {
            Address::Subject(subject) => subject,
            Address::Slot(slot) | Address::Claim(slot, _) | Address::Pin(slot, _) => &slot.subject,
        }
    }

    /// The slot; `None` for a whole subject.
    pub fn slot(&self) -> Option<&Slot> {
        match self {
            Address::Subject(_) => None,
            Address::Slot(slot) | Address::Claim(slot, _) | Address::Pin(slot, _) => Some(slot),
        }
    }
}

fn not_an_address(text: &str) -> String {
    format!(
        "`{text}` is not an address: write `KIND/ID` or `KIND/ID#ATTRIBUTE`, such as `term/acv#definition`"
    )
}

fn pin(slot: Slot, digits: &str) -> Result<Address, String> {
    let hex = digits.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    if !hex || !(Address::PIN_DIGITS..=64).contains(&digits.len()) {
        return Err(format!(
            "`~{digits}` is not a pin: write at least {} of the claim's hex digits (0-9, a-f)",
            Address::PIN_DIGITS
        ));
    }
    Ok(Address::Pin(slot, SmolStr::new(digits)))
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Subject(subject) => write!(f, "{subject}"),
            Address::Slot(slot) => write!(f, "{slot}"),
            Address::Claim(slot, id) => write!(f, "{slot}@{id}"),
            Address::Pin(slot, digits) => write!(f, "{slot}~{digits}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_reads_and_prints_itself() {
        for text in [
            "term/acv",
            "term/acv#definition",
            "entity/acme#ids.sap",
            "process/refund#approver@large",
            "term/acv#sql~3fa9c1",
        ] {
            let address = Address::parse(text).expect(text);
            assert_eq!(address.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_address_is_told() {
        for text in [
            "",
            "acv",
            "term/",
            "/acv",
            "term/acv#",
            "term/a/b",
            "term/acv#x@",
            "term/acv#x~3f",
            "term/acv#x~XYZXYZ",
        ] {
            let problem = Address::parse(text).expect_err(text);
            assert!(problem.contains('`'), "{problem}");
        }
    }
}

//! Where a new statement begins though a bracket was left open.

use super::super::lex::{line_end, string_end};

/// Whether the line at `at` can only be a new statement, though a bracket is still open: a header, or `key =` where
/// an array's value should stand.
pub(super) fn resumes(bytes: &[u8], at: usize, in_table: bool) -> bool {
    let blanks = bytes[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    let start = at + blanks;
    match bytes.get(start) {
        Some(b'[') => is_header(bytes, start),
        Some(b'}' | b']' | b'{' | b',' | b'#' | b'\n' | b'\r') | None => false,
        Some(_) => !in_table && is_assignment(bytes, start),
    }
}

/// `[a.b]` or `[[a.b]]`, alone on its line, and not an array of a value.
fn is_header(bytes: &[u8], start: usize) -> bool {
    let line = bytes[start..line_end(bytes, start)].trim_ascii_end();
    let double = line.strip_prefix(b"[[").and_then(|rest| rest.strip_suffix(b"]]"));
    let Some(inner) = double.or_else(|| line.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]")))
    else {
        return false;
    };
    let is_key =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'"' | b'\'');
    let is_value = matches!(inner, b"true" | b"false" | b"inf" | b"nan");
    inner.first().is_some_and(u8::is_ascii_alphabetic) && inner.iter().all(is_key) && !is_value
}

/// `key =`, with a bare or a quoted key.
fn is_assignment(bytes: &[u8], start: usize) -> bool {
    let mut at = start;
    loop {
        match bytes.get(at) {
            Some(b'"' | b'\'') => match string_end(bytes, at) {
                Ok(end) => at = end,
                Err(_) => return false,
            },
            Some(b' ' | b'\t' | b'.' | b'-' | b'_') => at += 1,
            Some(byte) if byte.is_ascii_alphanumeric() => at += 1,
            Some(b'=') => return at > start,
            _ => return false,
        }
    }
}

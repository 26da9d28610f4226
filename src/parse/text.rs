//! Bytes → a text that can be parsed. What makes it unreadable, or hides something from its readers, is found here.

use std::ops::Range;

use memchr::memchr_iter;

use super::hidden::{Hidden, hidden};
use super::merge::{WORDS, unfinished};
use super::report::Report;
use crate::diagnostic::{codes, nonetheless_bytes};
use crate::source::Limits;

/// The text of `bytes`; `None` where there is none to parse.
pub(super) fn read<'t>(bytes: &'t [u8], limits: &Limits, report: &mut Report<'_>) -> Option<&'t str> {
    if bytes.len() as u64 > limits.file_bytes.min(Limits::MOST_FILE_BYTES) {
        let message = format!("this file has more than {} bytes; it is not read", limits.file_bytes);
        let nonetheless = nonetheless_bytes("file-bytes", bytes.len() as u64);
        let finding = report
            .finding(&codes::FILE_TOO_LARGE, 0..0, message, "")
            .help(format!("split it into several files{nonetheless}"));
        report.push(finding);
        return None;
    }
    if is_utf16(bytes) {
        let finding = report
            .finding(
                &codes::NOT_UTF8,
                0..bytes.len().min(2),
                "this file is UTF-16, not UTF-8",
                "two bytes a letter",
            )
            .help("save it as UTF-8: most editors offer it under \"Save as\" or \"Encoding\"");
        report.push(finding);
        return None;
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            not_utf8(bytes, error.valid_up_to(), report);
            return None;
        }
    };
    long_lines(bytes, limits, report);
    for hidden in hidden(text) {
        if !report.is_enough(&codes::HIDDEN_CHARACTER) {
            report_hidden(&hidden, report);
        }
    }
    for merge in unfinished(text) {
        if !report.is_enough(&codes::CONFLICT_MARKERS) {
            let place = merge.start..merge.start + 7;
            let (message, label, help) = WORDS;
            let finding = report.finding(&codes::CONFLICT_MARKERS, place, message, label).help(help);
            report.push(finding);
        }
    }
    Some(text)
}

/// Its mark at the start, or a letter of ASCII in it, which is no text in UTF-8.
fn is_utf16(bytes: &[u8]) -> bool {
    let marks: [&[u8]; 2] = [b"\xFF\xFE", b"\xFE\xFF"];
    let letters =
        |at: usize| bytes.len() >= 4 && bytes.iter().skip(at).step_by(2).take(2).all(|byte| *byte == 0);
    marks.iter().any(|mark| bytes.starts_with(mark)) || letters(0) != letters(1)
}

fn not_utf8(bytes: &[u8], first: usize, report: &mut Report<'_>) {
    let place = first..first + 1;
    let byte = bytes[first];
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| std::str::from_utf8(line).is_err()).count();
    let message = match lines {
        1 => "this file is not UTF-8".to_owned(),
        _ => format!("this file is not UTF-8, in {lines} lines"),
    };
    // In the encodings of old Windows programs bytes from 0xA0 on are these letters.
    let meant = if byte >= 0xA0 {
        format!("; if it stands for `{}`, the file is Windows-1252", byte as char)
    } else {
        String::new()
    };
    let finding = report
        .finding(&codes::NOT_UTF8, place, message, format!("the byte `\\x{byte:02X}`"))
        .help(format!("save the file as UTF-8{meant}"));
    report.push(finding);
}

fn long_lines(bytes: &[u8], limits: &Limits, report: &mut Report<'_>) {
    let mut start = 0;
    for end in memchr_iter(b'\n', bytes).chain([bytes.len()]) {
        if end - start > limits.line_bytes && !report.is_enough(&codes::LINE_TOO_LONG) {
            let message = format!("this line has {} bytes, more than {}", end - start, limits.line_bytes);
            let finding = report
                .finding(&codes::LINE_TOO_LONG, place_of_line(bytes, start..end), message, "")
                .help(format!(
                    "break it: a list may stand on many lines, and so may a text between `\"\"\"`{}",
                    nonetheless_bytes("line-bytes", (end - start) as u64)
                ));
            report.push(finding);
        }
        start = end + 1;
    }
}

/// The first characters of a line: a pointer to all of it would be as long.
fn place_of_line(bytes: &[u8], line: Range<usize>) -> Range<usize> {
    let end = (line.start + 16).min(line.end);
    let end = (line.start..=end).rev().find(|at| bytes.get(*at).is_none_or(|byte| byte & 0xC0 != 0x80));
    line.start..end.unwrap_or(line.start)
}

fn report_hidden(hidden: &Hidden, report: &mut Report<'_>) {
    let code = u32::from(hidden.character);
    let message = format!("`\\u{{{code:04X}}}` ({}) can't be seen", hidden.name);
    let help = match hidden.character {
        '\r' => "save the file with line ends of one kind, LF or CRLF".to_owned(),
        _ if code > 0xFFFF => format!("delete it; if a quoted text needs it, write `\\U{code:08X}` there"),
        _ => format!("delete it; if a quoted text needs it, write `\\u{code:04X}` there"),
    };
    let finding = report.finding(&codes::HIDDEN_CHARACTER, hidden.range.clone(), message, "here").help(help);
    report.push(finding);
}

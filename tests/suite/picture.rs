//! The picture in the README: a session as a terminal shows it, drawn from what the program prints.
//!
//! Where it differs the new one is written beside: `mv tests/session.svg.new tests/session.svg` takes it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::scratch::Scratch;

/// What is typed. The second line makes the mistake that the third one is about.
const SESSION: &[(&str, bool)] = &[
    ("dictum get process/refund#approver --on 2026-06-30 --where amount=60000", true),
    ("dictum get term/active-customer#definition --on 2026-06-30", true),
    ("dictum why term/acv#definition --on 2025-09-30", true),
    (
        "printf '[term.churn]\\nlabel = \"Churn\"\\ndefinitoin = \"Left.\"\\n' > knowledge/terms/churn.toml",
        false,
    ),
    ("dictum check", true),
];

const LINE: usize = 19;
const WIDTH: usize = 8;
const MARGIN: usize = 20;

/// Colours of a terminal, by the numbers of ECMA-48's "select graphic rendition".
fn colour(code: u32) -> Option<&'static str> {
    Some(match code {
        30 | 90 => "#7d8590",
        31 | 91 => "#ff7b72",
        32 | 92 => "#7ee787",
        33 | 93 => "#e3b341",
        34 | 94 => "#79c0ff",
        35 | 95 => "#d2a8ff",
        36 | 96 => "#76e3ea",
        _ => return None,
    })
}

/// How a stretch of text looks.
#[derive(Default, Clone, PartialEq)]
struct Look {
    colour: Option<&'static str>,
    bold: bool,
    dim: bool,
}

impl Look {
    fn change(&mut self, codes: &str) {
        for code in codes.split(';').map(|code| code.parse().unwrap_or(0)) {
            match code {
                0 => *self = Look::default(),
                1 => self.bold = true,
                2 => self.dim = true,
                22 => (self.bold, self.dim) = (false, false),
                39 => self.colour = None,
                code => self.colour = colour(code).or(self.colour),
            }
        }
    }

    fn attributes(&self) -> String {
        let mut text = String::new();
        if let Some(colour) = self.colour {
            let _ = write!(text, " fill=\"{colour}\"");
        }
        if self.bold {
            text.push_str(" font-weight=\"bold\"");
        }
        if self.dim {
            text.push_str(" opacity=\"0.65\"");
        }
        text
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// One line as `tspan`s, and how many columns it takes. Looks go on from line to line.
fn line(text: &str, look: &mut Look) -> (String, usize) {
    let mut drawn = String::new();
    let mut columns = 0;
    for (index, piece) in text.split('\u{1b}').enumerate() {
        let shown = match (index, piece.strip_prefix('[').and_then(|piece| piece.split_once('m'))) {
            (1.., Some((codes, rest))) => {
                look.change(codes);
                rest
            }
            _ => piece,
        };
        if !shown.is_empty() {
            columns += shown.chars().count();
            let _ = write!(drawn, "<tspan{}>{}</tspan>", look.attributes(), escaped(shown));
        }
    }
    (drawn, columns)
}

fn draw(lines: &[String]) -> String {
    let mut look = Look::default();
    let drawn: Vec<(String, usize)> = lines.iter().map(|text| line(text, &mut look)).collect();
    let columns = drawn.iter().map(|(_, columns)| *columns).max().unwrap_or(0);
    let (width, height) = (columns * WIDTH + 2 * MARGIN, lines.len() * LINE + 2 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n\
         <title>A session with dictum</title>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"#0d1117\"/>\n\
         <g fill=\"#e6edf3\" font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace\" \
         font-size=\"13\" xml:space=\"preserve\">\n"
    );
    for (index, (text, columns)) in drawn.iter().enumerate().filter(|(_, (text, _))| !text.is_empty()) {
        let y = MARGIN + LINE * index + 13;
        let length = columns * WIDTH;
        let _ = writeln!(
            svg,
            "<text x=\"{MARGIN}\" y=\"{y}\" textLength=\"{length}\" lengthAdjust=\"spacing\">{text}</text>"
        );
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

#[test]
fn the_picture_is_what_the_program_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scratch = Scratch::folder();
    assert_eq!(scratch.shell(&format!("sh '{}' .", root.join("tests/tour.sh").display())).code, 0);
    let mut lines = Vec::new();
    for (command, shown) in SESSION {
        let ran = scratch.shell(&format!("exec 2>&1; CLICOLOR_FORCE=1; export CLICOLOR_FORCE; {command}"));
        if *shown {
            lines.push(format!("\u{1b}[32m$\u{1b}[0m \u{1b}[1m{command}\u{1b}[0m"));
            lines.extend(ran.stdout.lines().map(|line| line.trim_end().to_owned()));
            lines.push(String::new());
        }
    }
    lines.pop();
    let svg = draw(&lines);
    let committed = root.join("tests/session.svg");
    if fs::read_to_string(&committed).ok().as_ref() != Some(&svg) {
        fs::write(root.join("tests/session.svg.new"), svg).expect("a file beside the picture");
        panic!("the session looks different now: compare tests/session.svg with tests/session.svg.new");
    }
}

#[test]
fn colours_become_spans() {
    let mut look = Look::default();
    let (drawn, columns) = line("a \u{1b}[1;31m<b>\u{1b}[0m", &mut look);
    assert_eq!(columns, 5);
    assert_eq!(drawn, "<tspan>a </tspan><tspan fill=\"#ff7b72\" font-weight=\"bold\">&lt;b&gt;</tspan>");
    assert!(look == Look::default());
}

//! What a merge gives, piece by piece: lines that hold, and places where both sides say different things.

/// How conflicts are written down (<https://git-scm.com/docs/git-merge#_how_conflicts_are_presented>).
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::face) struct Marks {
    /// How many characters a mark has: 7, and more where git merges what is to be merged again.
    pub size: usize,
    /// What the sides are called: base, ours, theirs.
    pub names: [String; 3],
    /// Whether what both come from is shown.
    pub with_base: bool,
}

/// A side of a merge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Side {
    Ours,
    Theirs,
}

/// A piece of the result.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Written {
    /// Lines.
    Lines(String),
    /// What base, ours and theirs say in one place.
    Conflict([String; 3]),
}

impl Written {
    /// A conflict, the blank lines above it left out of it.
    pub fn conflict(sides: [String; 3]) -> [Written; 2] {
        let blank = |text: &str| {
            let lines = text.split_inclusive('\n').take_while(|line| line.trim().is_empty());
            lines.map(str::len).sum::<usize>()
        };
        let above =
            sides[1..].iter().map(|side| side[..blank(side)].to_owned()).find(|above| !above.is_empty());
        let sides = sides.map(|side| side[blank(&side)..].to_owned());
        [Written::Lines(above.unwrap_or_default()), Written::Conflict(sides)]
    }
}

/// How many conflicts there are.
pub(super) fn conflicts(pieces: &[Written]) -> usize {
    pieces.iter().filter(|piece| matches!(piece, Written::Conflict(_))).count()
}

/// The text as one side would have it.
pub(super) fn settled(pieces: &[Written], side: Side) -> String {
    let lines = |piece: &Written| match (piece, side) {
        (Written::Lines(lines), _) => lines.clone(),
        (Written::Conflict([_, ours, _]), Side::Ours) => ours.clone(),
        (Written::Conflict([_, _, theirs]), Side::Theirs) => theirs.clone(),
    };
    pieces.iter().map(lines).collect()
}

/// The text with marks around what is in conflict.
pub(super) fn marked(pieces: &[Written], marks: &Marks) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Written::Lines(lines) => text.push_str(lines),
            Written::Conflict(sides) => conflict(&mut text, sides, marks),
        }
    }
    text
}

fn conflict(text: &mut String, [base, ours, theirs]: &[String; 3], marks: &Marks) {
    let end = if [ours, theirs].iter().any(|side| side.contains("\r\n")) { "\r\n" } else { "\n" };
    let mut mark = |sign: &str, name: &str, lines: &str| {
        let name = if name.is_empty() { String::new() } else { format!(" {name}") };
        text.push_str(&format!("{}{name}{end}{lines}", sign.repeat(marks.size)));
    };
    mark("<", &marks.names[1], ours);
    if marks.with_base {
        mark("|", &marks.names[0], base);
    }
    mark("=", "", theirs);
    mark(">", &marks.names[2], "");
}

//! A value laid out: lists and inline tables with one blank where one belongs, lists broken where their author broke
//! them. What stands in them is as it was typed.

/// The value; as it stands where it can't be read.
pub(in crate::face) fn laid_out(text: &str, end: &str) -> String {
    if !text.starts_with(['[', '{']) {
        return text.to_owned();
    }
    let tokens = tokens(text);
    let mut at = 0;
    match value(&tokens, &mut at) {
        Some(value) if at == tokens.len() => value.text(0, end),
        _ => text.to_owned(),
    }
}

/// The values of a list that holds plain ones alone and no comments, as they stand; and whether it is broken.
pub(in crate::face) fn plain_items(text: &str) -> Option<(Vec<String>, bool)> {
    let tokens = tokens(text);
    let mut at = 0;
    let Some(Value::List { items, tail, broken }) = value(&tokens, &mut at) else { return None };
    let plain = |item: Item<'_>| match item.value {
        Value::Plain(text) if item.above.is_empty() && item.comment.is_none() => Some(text),
        _ => None,
    };
    let items: Option<Vec<String>> = items.into_iter().map(plain).collect();
    items.filter(|_| tail.is_empty() && at == tokens.len()).map(|items| (items, broken))
}

/// A token of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Token<'t> {
    /// One of `[ ] { } , =`.
    Mark(u8),
    /// Texts, numbers, keys: whatever has no blank in it, except in quotation marks.
    Word(&'t str),
    Comment(&'t str),
    LineBreak,
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        match byte {
            b' ' | b'\t' | b'\r' => at += 1,
            b'\n' => {
                tokens.push(Token::LineBreak);
                at += 1;
            }
            b'[' | b']' | b'{' | b'}' | b',' | b'=' => {
                tokens.push(Token::Mark(byte));
                at += 1;
            }
            b'#' => {
                let end = text[at..].find('\n').map_or(text.len(), |found| at + found);
                tokens.push(Token::Comment(text[at..end].trim_end()));
                at = end;
            }
            _ => {
                let end = word_end(text, at);
                tokens.push(Token::Word(&text[at..end]));
                at = end;
            }
        }
    }
    tokens
}

fn word_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        at = match byte {
            b'"' | b'\'' => crate::parse::text_end(text, at).unwrap_or(text.len()),
            b' ' | b'\t' | b'\r' | b'\n' | b'[' | b']' | b'{' | b'}' | b',' | b'=' | b'#' => break,
            _ => at + 1,
        };
    }
    at
}

/// A value, read.
enum Value<'t> {
    Plain(String),
    List {
        items: Vec<Item<'t>>,
        /// Comments behind the last.
        tail: Vec<&'t str>,
        broken: bool,
    },
    Table(Vec<(String, Value<'t>)>),
}

/// A value in a list.
struct Item<'t> {
    /// Comments on lines of their own above it.
    above: Vec<&'t str>,
    /// Whether it begins a line.
    begins: bool,
    value: Value<'t>,
    /// The comment behind it.
    comment: Option<&'t str>,
}

fn value<'t>(tokens: &[Token<'t>], at: &mut usize) -> Option<Value<'t>> {
    match tokens.get(*at)? {
        Token::Mark(b'[') => list(tokens, at),
        Token::Mark(b'{') => table(tokens, at),
        _ => words(tokens, at).map(Value::Plain),
    }
}

/// A day and a time with a blank between them, or the parts of a key.
fn words(tokens: &[Token<'_>], at: &mut usize) -> Option<String> {
    let mut words = Vec::new();
    while let Some(Token::Word(word)) = tokens.get(*at) {
        words.push(*word);
        *at += 1;
    }
    (!words.is_empty()).then(|| words.join(" "))
}

fn list<'t>(tokens: &[Token<'t>], at: &mut usize) -> Option<Value<'t>> {
    *at += 1;
    let (mut items, mut above): (Vec<Item<'t>>, Vec<&str>) = (Vec::new(), Vec::new());
    let (mut begins, mut broken) = (false, false);
    loop {
        match tokens.get(*at)? {
            Token::Mark(b']') => break,
            Token::Mark(b',') => *at += 1,
            Token::LineBreak => {
                (begins, broken) = (true, true);
                *at += 1;
            }
            Token::Comment(comment) => {
                broken = true;
                match items.last_mut() {
                    Some(item) if !begins && item.comment.is_none() => item.comment = Some(comment),
                    _ => above.push(comment),
                }
                *at += 1;
            }
            _ => {
                let value = value(tokens, at)?;
                broken |= value.is_broken();
                items.push(Item { above: std::mem::take(&mut above), begins, value, comment: None });
                begins = false;
            }
        }
    }
    *at += 1;
    Some(Value::List { items, tail: above, broken })
}

fn table<'t>(tokens: &[Token<'t>], at: &mut usize) -> Option<Value<'t>> {
    *at += 1;
    let mut entries = Vec::new();
    loop {
        match tokens.get(*at)? {
            Token::Mark(b'}') => break,
            Token::Mark(b',') => *at += 1,
            Token::Word(_) => {
                let key = words(tokens, at)?;
                if tokens.get(*at) != Some(&Token::Mark(b'=')) {
                    return None;
                }
                *at += 1;
                entries.push((key, value(tokens, at)?));
            }
            // Not of TOML 1.0.
            _ => return None,
        }
    }
    *at += 1;
    Some(Value::Table(entries))
}

impl Value<'_> {
    fn is_broken(&self) -> bool {
        match self {
            Value::Plain(_) => false,
            Value::List { items, tail, broken } => *broken && !(items.is_empty() && tail.is_empty()),
            Value::Table(entries) => entries.iter().any(|(_, value)| value.is_broken()),
        }
    }

    fn text(&self, depth: usize, end: &str) -> String {
        match self {
            Value::Plain(text) => text.clone(),
            Value::Table(entries) if entries.is_empty() => "{}".to_owned(),
            Value::Table(entries) => {
                let entry =
                    |(key, value): &(String, Value<'_>)| format!("{key} = {}", value.text(depth, end));
                format!("{{ {} }}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
            Value::List { items, tail, .. } if self.is_broken() => broken(items, tail, depth, end),
            Value::List { items, .. } => {
                let items: Vec<String> = items.iter().map(|item| item.value.text(depth, end)).collect();
                format!("[{}]", items.join(", "))
            }
        }
    }
}

fn broken(items: &[Item<'_>], tail: &[&str], depth: usize, end: &str) -> String {
    let indent = "    ".repeat(depth + 1);
    let mut text = "[".to_owned();
    let mut must_break = true;
    for item in items {
        for comment in &item.above {
            text.push_str(&format!("{end}{indent}{comment}"));
        }
        if must_break || item.begins || !item.above.is_empty() {
            text.push_str(&format!("{end}{indent}"));
        } else {
            text.push(' ');
        }
        text.push_str(&item.value.text(depth + 1, end));
        text.push(',');
        must_break = item.comment.is_some();
        if let Some(comment) = item.comment {
            text.push_str(&format!(" {comment}"));
        }
    }
    for comment in tail {
        text.push_str(&format!("{end}{indent}{comment}"));
    }
    text.push_str(&format!("{end}{}]", "    ".repeat(depth)));
    text
}

//! What a text says, as a tree: tables, arrays and values, each with its place, borrowed from the text.
//!
//! A table is a list of its keys in the order written. That is less memory than a hash table and faster to make and to
//! drop; most tables have a few keys, and to look one up is to compare those. Longer tables keep an order of their
//! keys beside it.

use std::borrow::Cow;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::ops::{Deref, Index, Range};

use hashbrown::HashTable;

/// Something and where it is written (a range of bytes).
#[derive(Clone, Debug)]
pub struct Spanned<T> {
    start: u32,
    end: u32,
    value: T,
}

impl<T> Spanned<T> {
    /// `value`, written at `span`.
    pub fn new(span: Range<usize>, value: T) -> Spanned<T> {
        // No text is longer: `Limits::MOST_FILE_BYTES`.
        Spanned { start: span.start as u32, end: span.end as u32, value }
    }

    /// Where it is written.
    pub fn span(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// What is written.
    pub fn get_ref(&self) -> &T {
        &self.value
    }

    /// What is written, to add to it.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

/// A key.
pub type Key<'t> = Spanned<Cow<'t, str>>;

/// A value.
#[derive(Clone, Debug)]
pub enum Value<'t> {
    /// Text, without its quotation marks.
    String(Cow<'t, str>),
    /// A whole number.
    Integer(Number<'t>),
    /// A number with a point or an exponent.
    Float(Number<'t>),
    /// True or false.
    Boolean(bool),
    /// A day, a time, or both.
    Datetime(Datetime<'t>),
    /// A list.
    Array(Array<'t>),
    /// A table.
    Table(Table<'t>),
}

/// A number as written, without the mark of its base and without what groups its digits.
#[derive(Clone, Debug)]
pub struct Number<'t> {
    digits: Cow<'t, str>,
    radix: u8,
}

impl<'t> Number<'t> {
    /// `digits` of the base `radix`.
    pub fn new(digits: Cow<'t, str>, radix: u8) -> Number<'t> {
        Number { digits, radix }
    }

    /// Its sign and digits.
    pub fn as_str(&self) -> &str {
        &self.digits
    }

    /// Its base: 2, 8, 10 or 16.
    pub fn radix(&self) -> u32 {
        u32::from(self.radix)
    }
}

impl fmt::Display for Number<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.radix {
            2 => "0b",
            8 => "0o",
            16 => "0x",
            _ => "",
        })?;
        f.write_str(&self.digits)
    }
}

/// A day, a time, or both, in the one spelling that each has.
#[derive(Clone, Debug)]
pub struct Datetime<'t>(Cow<'t, str>);

impl<'t> Datetime<'t> {
    /// From its canonical spelling.
    pub fn new(canonical: Cow<'t, str>) -> Datetime<'t> {
        Datetime(canonical)
    }

    /// Year, month and day, where it is a day and nothing more.
    pub fn day(&self) -> Option<(i16, i8, i8)> {
        let digits = |range: Range<usize>| self.0.get(range)?.parse().ok();
        let is_day = self.0.len() == 10 && self.0.as_bytes()[4] == b'-';
        let (month, day) = (digits(5..7), digits(8..10));
        Some((self.0.get(0..4).filter(|_| is_day)?.parse().ok()?, month?, day?))
    }
}

impl fmt::Display for Datetime<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A list, or the tables of one name under headers in two brackets.
#[derive(Clone, Debug, Default)]
pub struct Array<'t> {
    pub(super) items: Vec<Spanned<Value<'t>>>,
    /// Whether its tables have headers of their own.
    pub(super) of_headers: bool,
}

impl<'t> Array<'t> {
    /// A list of these.
    pub fn of(items: Vec<Spanned<Value<'t>>>) -> Array<'t> {
        Array { items, of_headers: false }
    }

    /// What is in it.
    pub fn into_items(self) -> Vec<Spanned<Value<'t>>> {
        self.items
    }
}

impl<'t> Deref for Array<'t> {
    type Target = [Spanned<Value<'t>>];

    fn deref(&self) -> &[Spanned<Value<'t>>] {
        &self.items
    }
}

/// How a table came to be, which says what may still be added to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Made {
    /// By a header of its own.
    #[default]
    Header,
    /// As a part of another table's header.
    OnTheWay,
    /// By a dotted key.
    Dotted,
    /// As `{ … }`.
    Inline,
}

/// Keys of a table up to which they are looked up one by one.
const FEW: usize = 16;

/// A table: keys in the order written, each once and with its place.
#[derive(Clone, Debug, Default)]
pub struct Table<'t> {
    entries: Vec<(Key<'t>, Spanned<Value<'t>>)>,
    /// Where each key stands, from the first that is one too many for [`FEW`]. Few tables have one, and every value has room
    /// for a table.
    places: Option<Box<Places>>,
    made: Made,
}

impl<'t> Table<'t> {
    /// An empty table.
    pub(super) fn new(made: Made) -> Table<'t> {
        Table { made, ..Table::default() }
    }

    /// An empty table, as if it stood under a header.
    pub fn plain() -> Table<'t> {
        Table::new(Made::Header)
    }

    /// How it came to be.
    pub(super) fn made(&self) -> Made {
        self.made
    }

    /// The entries in the order written.
    pub fn iter(&self) -> Entries<'_, 't> {
        self.into_iter()
    }

    /// The keys in the order written.
    pub fn keys(&self) -> impl Iterator<Item = &Key<'t>> {
        self.entries.iter().map(|(key, _)| key)
    }

    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value at `key`.
    pub fn get(&self, key: &str) -> Option<&Spanned<Value<'t>>> {
        self.position(key).map(|at| &self.entries[at].1)
    }

    /// The same, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Spanned<Value<'t>>> {
        self.position(key).map(|at| &mut self.entries[at].1)
    }

    /// The key that reads `key`, and its value.
    pub fn get_key_value(&self, key: &str) -> Option<(&Key<'t>, &Spanned<Value<'t>>)> {
        self.position(key).map(|at| (&self.entries[at].0, &self.entries[at].1))
    }

    /// Whether there is a value at `key`.
    pub fn contains_key(&self, key: &str) -> bool {
        self.position(key).is_some()
    }

    fn position(&self, key: &str) -> Option<usize> {
        match &self.places {
            Some(places) => places.find(&self.entries, key),
            None => self.entries.iter().position(|(known, _)| known.get_ref() == key),
        }
    }

    /// The value at `key`, which is made by `make` where there is none; and whether it was there.
    ///
    /// What was added last is looked at first: headers mostly add to it.
    pub fn entry(
        &mut self,
        key: Key<'t>,
        make: impl FnOnce(&Key<'t>) -> Spanned<Value<'t>>,
    ) -> (&mut Value<'t>, bool) {
        let is_last = self.entries.last().is_some_and(|(last, _)| last.get_ref() == key.get_ref());
        let known = if is_last { Some(self.entries.len() - 1) } else { self.position(key.get_ref()) };
        let at = known.unwrap_or(self.entries.len());
        if known.is_none() {
            let value = make(&key);
            self.push(key, value);
        }
        (&mut self.entries[at].1.value, known.is_some())
    }

    /// Adds an entry; false where there is one of that key.
    pub fn insert(&mut self, key: Key<'t>, value: Spanned<Value<'t>>) -> bool {
        let is_new = self.position(key.get_ref()).is_none();
        if is_new {
            self.push(key, value);
        }
        is_new
    }

    /// Adds an entry whose key is new.
    fn push(&mut self, key: Key<'t>, value: Spanned<Value<'t>>) {
        self.entries.push((key, value));
        match &mut self.places {
            Some(places) => places.add_last(&self.entries),
            None if self.entries.len() > FEW => self.places = Some(Box::new(Places::of(&self.entries))),
            None => {}
        }
    }
}

/// Where the keys of a long table stand in it: four bytes a key, for what is looked up is in the table itself. The order of
/// such a table is nobody's to see, so that its hashes may be those that no file can be written against.
#[derive(Clone, Debug, Default)]
struct Places {
    table: HashTable<u32>,
    hasher: RandomState,
}

impl Places {
    fn of(entries: &[(Key<'_>, Spanned<Value<'_>>)]) -> Places {
        let mut places = Places::default();
        (1..=entries.len()).for_each(|length| places.add_last(&entries[..length]));
        places
    }

    fn find(&self, entries: &[(Key<'_>, Spanned<Value<'_>>)], key: &str) -> Option<usize> {
        let hash = self.hasher.hash_one(key);
        self.table.find(hash, |at| entries[*at as usize].0.get_ref() == key).map(|at| *at as usize)
    }

    /// Adds the last of `entries`, whose key is new.
    fn add_last(&mut self, entries: &[(Key<'_>, Spanned<Value<'_>>)]) {
        let hash = |at: u32| self.hasher.hash_one(&**entries[at as usize].0.get_ref());
        let last = entries.len() as u32 - 1;
        self.table.insert_unique(hash(last), last, |at| hash(*at));
    }
}

/// The entries of a table.
pub type Entries<'d, 't> = std::iter::Map<
    std::slice::Iter<'d, (Key<'t>, Spanned<Value<'t>>)>,
    fn(&'d (Key<'t>, Spanned<Value<'t>>)) -> (&'d Key<'t>, &'d Spanned<Value<'t>>),
>;

impl<'d, 't> IntoIterator for &'d Table<'t> {
    type Item = (&'d Key<'t>, &'d Spanned<Value<'t>>);
    type IntoIter = Entries<'d, 't>;

    fn into_iter(self) -> Entries<'d, 't> {
        self.entries.iter().map(|(key, value)| (key, value))
    }
}

impl<'t> Index<&str> for Table<'t> {
    type Output = Spanned<Value<'t>>;

    /// The value at `key`, which is known to be there.
    fn index(&self, key: &str) -> &Spanned<Value<'t>> {
        self.get(key).expect("the key was looked up before")
    }
}

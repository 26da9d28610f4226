//! What a request may hold: one list for each question, from which requests are read, and described to programs.

use jiff::civil::Date;
use serde_json::{Map, Number, Value as Json, json};

use super::problem::Problem;
use crate::kind::KINDS;
use crate::query::nearest;

/// One thing that a request may hold.
#[derive(Clone, Copy, Debug)]
pub(in crate::face) struct Parameter {
    /// What it is called.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub about: &'static str,
    /// What it may be.
    pub form: Form,
    /// Whether there is no request without it.
    pub required: bool,
}

/// What a parameter may be.
#[derive(Clone, Copy, Debug)]
pub(in crate::face) enum Form {
    /// A text of at most so many characters.
    Text(usize),
    /// Where something is said: `term/acv#unit`.
    Address,
    /// A kind of subject: `term`.
    Kind,
    /// A day: `2026-03-31`.
    Day,
    /// Yes or no.
    Flag,
    /// A number up to another.
    Number(u64),
    /// What is known of the case: dimensions and their values.
    Context,
}

impl Parameter {
    /// Of which a request has to have one.
    pub const fn required(name: &'static str, form: Form, about: &'static str) -> Parameter {
        Parameter { name, about, form, required: true }
    }

    /// Which a request may leave out.
    pub const fn optional(name: &'static str, form: Form, about: &'static str) -> Parameter {
        Parameter { name, about, form, required: false }
    }

    /// The JSON Schema of what it may be.
    pub fn schema(&self) -> Json {
        let mut schema = match self.form {
            Form::Text(most) => json!({ "type": "string", "minLength": 1, "maxLength": most }),
            Form::Address => {
                json!({ "type": "string", "pattern": ADDRESS, "maxLength": MOST_ADDRESS, "examples": ["term/acv#unit"] })
            }
            Form::Kind => {
                json!({ "type": "string", "enum": KINDS.iter().map(|kind| kind.name).collect::<Vec<_>>() })
            }
            Form::Day => json!({ "type": "string", "format": "date", "examples": ["2026-03-31"] }),
            Form::Flag => json!({ "type": "boolean", "default": false }),
            Form::Number(most) => json!({ "type": "integer", "minimum": 1, "maximum": most }),
            Form::Context => json!({
                "type": "object",
                "additionalProperties": { "type": ["string", "number", "boolean"] },
                "examples": [{ "region": "uk" }]
            }),
        };
        schema["description"] = Json::from(self.about);
        schema
    }
}

/// What `Address::parse` reads, as programs are told it: a subject, a slot, a claim, or a pin.
const ADDRESS: &str = r"^[^/#]+/[^/#]+(#[^@~]+(@[\s\S]+|~[0-9a-f]{6,64})?)?$";

/// The longest address, in characters.
const MOST_ADDRESS: usize = 4096;

/// The longest name that is looked for among the kinds, in characters.
const MOST_KIND: usize = 60;

/// The JSON Schema of a request that holds `parameters`.
pub(in crate::face) fn schema(parameters: &[Parameter]) -> Json {
    let properties: Map<String, Json> =
        parameters.iter().map(|parameter| (parameter.name.to_owned(), parameter.schema())).collect();
    let required: Vec<&str> =
        parameters.iter().filter(|parameter| parameter.required).map(|parameter| parameter.name).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// A request that was read: every parameter is one of the question's, and of its form.
#[derive(Clone, Default, Debug)]
pub(in crate::face) struct Fields(Vec<(&'static str, Field)>);

#[derive(Clone, Debug)]
enum Field {
    Text(String),
    Day(Date),
    Flag(bool),
    Number(u64),
    Context(Vec<(String, String)>),
}

/// Dimensions in one request. More say nothing that could be declared.
const MOST_DIMENSIONS: usize = 64;

impl Fields {
    /// Reads the pairs behind the `?` of an address: `where=region=uk` may come more than once, nothing else may.
    pub fn of_pairs<'p>(
        pairs: impl IntoIterator<Item = (&'p str, &'p str)>,
        parameters: &[Parameter],
    ) -> Result<Fields, Problem> {
        let mut fields = Fields::default();
        for (name, value) in pairs {
            let parameter = find(name, parameters)?;
            let field = match parameter.form {
                Form::Context => {
                    fields.add_to_context(parameter, value)?;
                    continue;
                }
                Form::Flag if matches!(value, "" | "true" | "1") => Field::Flag(true),
                Form::Flag if matches!(value, "false" | "0") => Field::Flag(false),
                Form::Number(most) => number(parameter, value.parse().ok(), most)?,
                _ => text(parameter, value)?,
            };
            fields.put(parameter, field)?;
        }
        fields.whole(parameters)
    }

    /// Reads a JSON object.
    pub fn of_json(object: &Map<String, Json>, parameters: &[Parameter]) -> Result<Fields, Problem> {
        let mut fields = Fields::default();
        for (name, value) in object {
            let parameter = find(name, parameters)?;
            let field = match (parameter.form, value) {
                // As if it were left out: some clients send all that there could be.
                (_, Json::Null) if !parameter.required => continue,
                (Form::Context, Json::Object(pairs)) => Field::Context(context(parameter, pairs)?),
                (Form::Flag, Json::Bool(flag)) => Field::Flag(*flag),
                (Form::Number(most), Json::Number(given)) => number(parameter, whole(given), most)?,
                (Form::Text(_) | Form::Address | Form::Kind | Form::Day, Json::String(value)) => {
                    text(parameter, value)?
                }
                _ => return Err(wrong(parameter)),
            };
            fields.put(parameter, field)?;
        }
        fields.whole(parameters)
    }

    fn put(&mut self, parameter: &Parameter, field: Field) -> Result<(), Problem> {
        if self.0.iter().any(|(name, _)| *name == parameter.name) {
            let message = format!("`{}` is given twice", parameter.name);
            return Err(Problem::new(400, "bad-parameter", message).help("give it once"));
        }
        self.0.push((parameter.name, field));
        Ok(())
    }

    fn add_to_context(&mut self, parameter: &Parameter, value: &str) -> Result<(), Problem> {
        let Some((dimension, value)) = value.split_once('=') else {
            let message = format!("`{}` is a dimension, `=`, and a value", parameter.name);
            return Err(
                Problem::new(400, "bad-parameter", message).help("write for example `where=region=uk`")
            );
        };
        let pair = (dimension.trim().to_owned(), value.trim().to_owned());
        let known = self.0.iter_mut().find_map(|(name, field)| match field {
            Field::Context(pairs) if *name == parameter.name => Some(pairs),
            _ => None,
        });
        match known {
            Some(pairs) if pairs.len() >= MOST_DIMENSIONS => return Err(too_many(parameter)),
            Some(pairs) => pairs.push(pair),
            None => self.0.push((parameter.name, Field::Context(vec![pair]))),
        }
        Ok(())
    }

    fn whole(self, parameters: &[Parameter]) -> Result<Fields, Problem> {
        let missing = parameters.iter().find(|wanted| wanted.required && self.get(wanted.name).is_none());
        match missing {
            None => Ok(self),
            Some(missing) => {
                Err(Problem::new(400, "missing-parameter", format!("`{}` is missing", missing.name))
                    .help(missing.about))
            }
        }
    }

    fn get(&self, name: &str) -> Option<&Field> {
        self.0.iter().find(|(given, _)| *given == name).map(|(_, field)| field)
    }

    /// A text; empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        self.optional_text(name).unwrap_or_default()
    }

    /// A text, where it was given.
    pub fn optional_text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Field::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// A day, where it was given.
    pub fn day(&self, name: &str) -> Option<Date> {
        match self.get(name) {
            Some(Field::Day(day)) => Some(*day),
            _ => None,
        }
    }

    /// Whether a flag is set.
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Field::Flag(true)))
    }

    /// A number, where it was given.
    pub fn number(&self, name: &str) -> Option<u64> {
        match self.get(name) {
            Some(Field::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// The pairs of `where`.
    pub fn context(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = match self.get("where") {
            Some(Field::Context(pairs)) => &pairs[..],
            _ => &[],
        };
        pairs.iter().map(|(dimension, value)| (dimension.as_str(), value.as_str()))
    }
}

fn find<'p>(name: &str, parameters: &'p [Parameter]) -> Result<&'p Parameter, Problem> {
    parameters.iter().find(|parameter| parameter.name == name).ok_or_else(|| {
        let shown: String = name.chars().take(60).collect();
        let names = parameters.iter().map(|parameter| parameter.name);
        let help = match nearest(name, names.clone(), 1).first() {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                let all: Vec<String> = names.map(|name| format!("`{name}`")).collect();
                format!("this takes {}", all.join(", "))
            }
        };
        Problem::new(400, "unknown-parameter", format!("`{shown}` is no parameter here")).help(help)
    })
}

fn text(parameter: &Parameter, value: &str) -> Result<Field, Problem> {
    let most = match parameter.form {
        Form::Text(most) => most,
        Form::Address => MOST_ADDRESS,
        Form::Kind => MOST_KIND,
        Form::Day => return value.parse().map(Field::Day).map_err(|_| wrong(parameter)),
        _ => return Err(wrong(parameter)),
    };
    if value.is_empty() {
        return Err(wrong(parameter));
    }
    // Characters, as the description counts them; there are no more of them than bytes.
    if value.len() > most && value.chars().count() > most {
        let message = format!("`{}` is longer than {most} characters", parameter.name);
        return Err(Problem::new(413, "too-large", message).help("ask for less at a time"));
    }
    Ok(Field::Text(value.to_owned()))
}

fn number(parameter: &Parameter, given: Option<u64>, most: u64) -> Result<Field, Problem> {
    given.filter(|number| (1..=most).contains(number)).map(Field::Number).ok_or_else(|| wrong(parameter))
}

/// A number that has no fraction, however it is written: JSON Schema takes `10.0` for an integer
/// (<https://json-schema.org/draft/2020-12/json-schema-core#section-4.2.2>).
fn whole(given: &Number) -> Option<u64> {
    let written = given.as_f64().filter(|number| number.fract() == 0.0 && (0.0..1e15).contains(number));
    given.as_u64().or_else(|| written.map(|number| number as u64))
}

fn context(parameter: &Parameter, pairs: &Map<String, Json>) -> Result<Vec<(String, String)>, Problem> {
    if pairs.len() > MOST_DIMENSIONS {
        return Err(too_many(parameter));
    }
    let pair = |(dimension, value): (&String, &Json)| match value {
        Json::String(value) => Ok((dimension.clone(), value.clone())),
        Json::Number(_) | Json::Bool(_) => Ok((dimension.clone(), value.to_string())),
        _ => Err(wrong(parameter)),
    };
    pairs.iter().map(pair).collect()
}

fn too_many(parameter: &Parameter) -> Problem {
    let message = format!("`{}` names more than {MOST_DIMENSIONS} dimensions", parameter.name);
    Problem::new(413, "too-large", message).help("name those that bear on the question")
}

/// It is not of its form.
fn wrong(parameter: &Parameter) -> Problem {
    let (what, example) = match parameter.form {
        Form::Text(_) => ("a text that is not empty", "a text"),
        Form::Address => ("an address", "term/acv#unit"),
        Form::Kind => ("a kind of subject", "term"),
        Form::Day => ("a day", "2026-03-31"),
        Form::Flag => ("true or false", "true"),
        Form::Number(_) => ("a whole number within its bounds", "10"),
        Form::Context => ("dimensions and their values", "{\"region\": \"uk\"}"),
    };
    let message = format!("`{}` has to be {what}", parameter.name);
    Problem::new(400, "bad-parameter", message).help(format!("write for example `{example}`"))
}

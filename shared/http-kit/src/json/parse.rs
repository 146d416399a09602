//! Text → [`Json`].

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use json_event_parser::{JsonEvent, LowLevelJsonParser};

use super::{Json, Path};
use crate::faults::Faults;

/// How many arrays and objects may stand inside one another.
pub const MAX_DEPTH: usize = 32;

/// Objects up to this size are searched for duplicate names one by one; larger ones through an index.
const SMALL_OBJECT: usize = 16;

/// A parsed text.
#[derive(Debug)]
pub struct Parsed<'a> {
    /// The value.
    pub root: Json<'a>,
    /// One `duplicate-key` fault for each member that repeats an earlier name (RFC 8259 leaves the meaning of such an
    /// object undefined); the first occurrence is the one kept.
    pub faults: Faults,
}

/// Where and why a text is not JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Line of the fault, from 1.
    pub line: u64,
    /// Byte in that line, from 1.
    pub column: u64,
    /// What is wrong.
    pub detail: String,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.detail)
    }
}

impl std::error::Error for SyntaxError {}

/// Reads exactly one JSON value.
///
/// # Errors
/// [`SyntaxError`] for the first thing that is not JSON: truncated text, trailing text, `NaN`, a trailing comma,
/// invalid UTF-8, a lone surrogate, or nesting beyond [`MAX_DEPTH`].
pub fn parse(text: &[u8]) -> Result<Parsed<'_>, SyntaxError> {
    let mut builder =
        Builder { text, offset: 0, parser: LowLevelJsonParser::new(), faults: Faults::default() };
    let first = builder.next()?;
    let root = builder.value(first, Path::Body, 0)?;
    // Anything but the end is an error of the parser: "already contains one root element".
    builder.next()?;
    Ok(Parsed { root, faults: builder.faults })
}

struct Builder<'a> {
    text: &'a [u8],
    /// End of what has been read.
    offset: usize,
    parser: LowLevelJsonParser,
    faults: Faults,
}

impl<'a> Builder<'a> {
    fn next(&mut self) -> Result<JsonEvent<'a>, SyntaxError> {
        loop {
            let rest = self.text.get(self.offset..).unwrap_or_default();
            let step = self.parser.parse_next(rest, true);
            self.offset += step.consumed_bytes;
            match step.event {
                Some(Ok(event)) => return Ok(event),
                Some(Err(error)) => {
                    let at = error.location().start;
                    let detail = error.message().to_owned();
                    return Err(SyntaxError { line: at.line + 1, column: at.column + 1, detail });
                }
                None => {}
            }
        }
    }

    /// One level further down.
    fn deeper(&self, depth: usize) -> Result<usize, SyntaxError> {
        if depth < MAX_DEPTH {
            Ok(depth + 1)
        } else {
            Err(self.fault(format!("nested deeper than {MAX_DEPTH} levels")))
        }
    }

    /// A fault of the token that was read last.
    fn fault(&self, detail: String) -> SyntaxError {
        let read = self.text.get(..self.offset).unwrap_or_default();
        let line_start = read.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let newlines = read.iter().filter(|byte| **byte == b'\n').count();
        SyntaxError { line: count(newlines) + 1, column: count(self.offset - line_start), detail }
    }

    /// The event parser reports events in grammatical order only, so this is never seen; it keeps the builder total.
    fn misplaced(&self) -> SyntaxError {
        self.fault("misplaced token".to_owned())
    }

    /// The value that begins with `event`. Recursion is bounded by [`MAX_DEPTH`].
    fn value(&mut self, event: JsonEvent<'a>, path: Path<'_>, depth: usize) -> Result<Json<'a>, SyntaxError> {
        Ok(match event {
            JsonEvent::String(text) => Json::String(text),
            JsonEvent::Number(literal) => Json::Number(literal),
            JsonEvent::Boolean(truth) => Json::Bool(truth),
            JsonEvent::Null => Json::Null,
            JsonEvent::StartArray => self.array(path, self.deeper(depth)?)?,
            JsonEvent::StartObject => self.object(path, self.deeper(depth)?)?,
            JsonEvent::EndArray | JsonEvent::EndObject | JsonEvent::ObjectKey(_) | JsonEvent::Eof => {
                return Err(self.misplaced());
            }
        })
    }

    fn array(&mut self, path: Path<'_>, depth: usize) -> Result<Json<'a>, SyntaxError> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                JsonEvent::EndArray => return Ok(Json::Array(items)),
                event => {
                    let item = self.value(event, Path::Index(&path, items.len()), depth)?;
                    items.push(item);
                }
            }
        }
    }

    fn object(&mut self, path: Path<'_>, depth: usize) -> Result<Json<'a>, SyntaxError> {
        let mut members: Vec<(Cow<'a, str>, Json<'a>)> = Vec::new();
        let mut index: BTreeSet<Cow<'a, str>> = BTreeSet::new();
        loop {
            let name = match self.next()? {
                JsonEvent::EndObject => return Ok(Json::Object(members)),
                JsonEvent::ObjectKey(name) => name,
                _ => return Err(self.misplaced()),
            };
            let event = self.next()?;
            let value = self.value(event, Path::Key(&path, &name), depth)?;
            if members.len() == SMALL_OBJECT {
                index.extend(members.iter().map(|(key, _)| key.clone()));
            }
            let duplicate = if members.len() < SMALL_OBJECT {
                members.iter().any(|(key, _)| *key == name)
            } else {
                !index.insert(name.clone())
            };
            if duplicate {
                self.faults.malformed(Path::Key(&path, &name), "duplicate-key", "occurs more than once");
            } else {
                members.push((name, value));
            }
        }
    }
}

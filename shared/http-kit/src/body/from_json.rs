//! The trait of everything that can be read from a request.

use crate::body::Reader;
use crate::faults::Faults;
use crate::json::{Json, Path};

/// A value to read and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Node<'a> {
    /// The value.
    pub value: &'a Json<'a>,
    /// Its place.
    pub path: Path<'a>,
}

impl<'a> Node<'a> {
    /// The whole body.
    #[must_use]
    pub const fn body(value: &'a Json<'a>) -> Self {
        Self { value, path: Path::Body }
    }

    /// The whole query string, as an object of strings.
    #[must_use]
    pub const fn query(value: &'a Json<'a>) -> Self {
        Self { value, path: Path::Query }
    }

    /// Whether this is an object with a member called `name`: tells the variants of a union apart.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.value.get(name).is_some()
    }

    /// Wants one of these two members of an object, and not both: two ways to say the same. The fault stands at the first;
    /// `None` when there is one.
    pub fn exactly_one(&self, one: &str, other: &str, faults: &mut Faults) -> Option<()> {
        let Json::Object(_) = self.value else { return Some(()) };
        let is_there = |name| self.value.get(name).is_some_and(|value| !matches!(value, Json::Null));
        let code = match (is_there(one), is_there(other)) {
            (true, false) | (false, true) => return Some(()),
            (true, true) => "ambiguous",
            (false, false) => "missing",
        };
        faults.add(Path::Key(&self.path, one), code, format!("say either {one} or {other}"));
        None
    }

    /// Begins to read an object; `None`, with a fault, when the value is something else.
    pub fn object<'n, 'f>(&'n self, faults: &'f mut Faults) -> Option<Reader<'n, 'f>>
    where
        'a: 'n,
    {
        match self.value {
            Json::Object(members) => Some(Reader::new(self.path, members, faults)),
            _ => {
                self.wrong_type("an object", faults);
                None
            }
        }
    }

    /// The items of an array, each with its place; `None`, with a fault, when the value is something else.
    pub fn items(&self, faults: &mut Faults) -> Option<&'a [Json<'a>]> {
        match self.value {
            Json::Array(items) => Some(items),
            _ => {
                self.wrong_type("an array", faults);
                None
            }
        }
    }

    /// The text of a string; `None`, with a fault, when the value is something else.
    pub fn text(&self, faults: &mut Faults) -> Option<&'a str> {
        match self.value {
            Json::String(text) => Some(text),
            _ => {
                self.wrong_type("a string", faults);
                None
            }
        }
    }

    /// Adds the fault of a value that is not `expected` ("a string").
    pub fn wrong_type(&self, expected: &str, faults: &mut Faults) {
        faults.add(self.path, "wrong-type", format!("must be {expected}, not {}", self.value.kind()));
    }

    /// Adds a fault of this value.
    pub fn fault(&self, code: &'static str, detail: impl Into<String>, faults: &mut Faults) {
        faults.add(self.path, code, detail);
    }
}

/// How a type is read: by the shape of the JSON value. The usual case; see [`FromJson`].
#[derive(Debug)]
pub enum ByShape {}

/// How a type is read: from a string, by its `FromStr`. For identifiers declared with `kernel::typed_id!`.
#[derive(Debug)]
pub enum ByText {}

/// How a container is read whose content is read `Via`.
#[derive(Debug)]
pub struct Within<Via>(std::marker::PhantomData<Via>);

/// Can be read from a JSON value (or a query string), collecting faults instead of stopping at the first.
///
/// `Via` tells implementations apart that would otherwise overlap: an identifier of a domain crate knows nothing of
/// this trait, and is covered by one implementation for everything that parses from text as an identifier does. It is
/// always inferred; implementors and callers leave it out.
///
/// The contract: the result is `None` exactly when a fault was added.
///
/// ```
/// use http_kit::{Faults, FromJson, Node};
/// use kernel::Kg;
///
/// kernel::typed_id!(/** Identifies a lot. */ LotId, "lot");
///
/// /// Where material comes from: a lot, or a purchase made for the occasion.
/// enum Source {
///     Lot { lot_id: LotId, quantity: Kg },
///     Purchase { quantity: Kg },
/// }
///
/// impl FromJson for Source {
///     fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
///         let mut reader = node.object(faults)?;
///         if node.has("purchase") {
///             let purchase = reader.nested("purchase", |reader| {
///                 let quantity = reader.required("quantityKg");
///                 reader.finish()?;
///                 Some(Self::Purchase { quantity: quantity? })
///             });
///             reader.finish()?;
///             return purchase;
///         }
///         let lot_id = reader.required("lotId");
///         let quantity = reader.required("quantityKg");
///         reader.finish()?;
///         Some(Self::Lot { lot_id: lot_id?, quantity: quantity? })
///     }
/// }
///
/// let text = br#"[{"lotId": "lot_1", "quantityKg": 1.0005, "colour": "red"}, {"purchase": {}}]"#;
/// let parsed = http_kit::json::parse(text).unwrap();
/// let mut faults = Faults::default();
/// let sources: Option<Vec<Source>> = FromJson::from_json(&Node::body(&parsed.root), &mut faults);
/// assert!(sources.is_none());
/// let places: Vec<_> = faults.into_listed().into_iter().map(|f| (f.at, f.code)).collect();
/// # use http_kit::At;
/// assert_eq!(places, [
///     (At::Pointer("/0/lotId".into()), "malformed"),
///     (At::Pointer("/0/quantityKg".into()), "too-precise"),
///     (At::Pointer("/0/colour".into()), "unknown-field"),
///     (At::Pointer("/1/purchase/quantityKg".into()), "missing"),
/// ]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a request",
    note = "declare a struct with `request_body!`, an enum with `request_enum!`, or implement `FromJson` by hand"
)]
pub trait FromJson<Via = ByShape>: Sized {
    /// Reads `node`; `None` exactly when a fault was added.
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self>;

    /// What a missing member means; `None` when it must be there.
    #[must_use]
    fn absent() -> Option<Self> {
        None
    }
}

impl<Via, T: FromJson<Via>> FromJson<Within<Via>> for Option<T> {
    /// `null` means the same as a missing member.
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        match node.value {
            Json::Null => Some(None),
            _ => T::from_json(node, faults).map(Some),
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<Via, T: FromJson<Via>> FromJson<Within<Via>> for Box<T> {
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        T::from_json(node, faults).map(Self::new)
    }

    fn absent() -> Option<Self> {
        T::absent().map(Self::new)
    }
}

impl<Via, T: FromJson<Via>> FromJson<Within<Via>> for Vec<T> {
    /// Any number of items; use [`Items`](crate::Items) to bound it.
    fn from_json(node: &Node<'_>, faults: &mut Faults) -> Option<Self> {
        let values = node.items(faults)?;
        let mut items = Self::with_capacity(values.len());
        let mut complete = true;
        for (index, value) in values.iter().enumerate() {
            match T::from_json(&Node { value, path: Path::Index(&node.path, index) }, faults) {
                Some(item) => items.push(item),
                None => complete = false,
            }
        }
        complete.then_some(items)
    }
}

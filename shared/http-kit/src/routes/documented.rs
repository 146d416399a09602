//! What handlers take, for the document.

use axum::extract::{Extension, State};
use http::{HeaderMap, Method, Uri};
use schemars::JsonSchema;

use super::route::SchemaOf;

/// A header some routes read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderParam {
    /// `Idempotency-Key`.
    IdempotencyKey,
    /// `If-Match`.
    IfMatch,
    /// `If-None-Match`.
    IfNoneMatch,
    /// `Prefer`.
    Prefer,
}

/// What a handler takes from a request.
#[derive(Debug, Default)]
pub struct Inputs {
    pub(super) body: Option<SchemaOf>,
    pub(super) query: Vec<SchemaOf>,
    pub(super) path: Option<SchemaOf>,
    pub(super) headers: Vec<(HeaderParam, bool)>,
}

impl Inputs {
    pub(super) const fn new() -> Self {
        Self { body: None, query: Vec::new(), path: None, headers: Vec::new() }
    }

    /// A JSON body.
    pub fn body<T: JsonSchema>(&mut self) {
        self.body = Some(|generator| generator.subschema_for::<T>());
    }

    /// Query parameters: the properties of `T`.
    pub fn query<T: JsonSchema>(&mut self) {
        self.query.push(|generator| T::json_schema(generator));
    }

    /// The identifier in the path.
    pub fn path<T: JsonSchema>(&mut self) {
        self.path = Some(|generator| generator.subschema_for::<T>());
    }

    /// A header.
    pub fn header(&mut self, param: HeaderParam, required: bool) {
        self.headers.push((param, required));
    }
}

/// An argument type of handlers that tells the document what it takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say what it takes from a request",
    note = "use the extractors of http_kit, or implement `Documented` for your own"
)]
pub trait Documented {
    /// Notes what is taken.
    fn document(inputs: &mut Inputs);
}

macro_rules! undocumented {
    ($([$($param:ident)?] $type:ty),*) => { $(
        impl<$($param)?> Documented for $type {
            fn document(_: &mut Inputs) {}
        }
    )* };
}
undocumented!([S] State<S>, [T] Extension<T>, [T] Option<Extension<T>>, [] HeaderMap, [] Method, [] Uri);

/// The arguments of a handler, as axum sees them: a marker, then the argument types.
pub trait Signature {
    /// Notes what all of them take.
    fn document(inputs: &mut Inputs);
}

macro_rules! signatures {
    ($($arg:ident)*) => {
        impl<Marker, $($arg: Documented),*> Signature for (Marker, $($arg,)*) {
            #[allow(unused_variables, reason = "a handler without arguments takes nothing")]
            fn document(inputs: &mut Inputs) {
                $($arg::document(inputs);)*
            }
        }
    };
}
signatures!();
signatures!(A);
signatures!(A B);
signatures!(A B C);
signatures!(A B C D);
signatures!(A B C D E);
signatures!(A B C D E F);
signatures!(A B C D E F G);
signatures!(A B C D E F G H);

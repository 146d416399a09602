//! Where a value stands.

/// The way from the root to a value, kept on the stack while it is read: it costs nothing until a fault needs it as
/// text.
#[derive(Debug, Clone, Copy)]
pub enum Path<'a> {
    /// The body itself.
    Body,
    /// The query string; its members are the parameters.
    Query,
    /// A member of an object.
    Key(&'a Path<'a>, &'a str),
    /// An item of an array.
    Index(&'a Path<'a>, usize),
}

impl Path<'_> {
    /// Whether this is (inside) the query string.
    #[must_use]
    pub fn is_query(&self) -> bool {
        match self {
            Self::Body => false,
            Self::Query => true,
            Self::Key(parent, _) | Self::Index(parent, _) => parent.is_query(),
        }
    }

    /// As a JSON Pointer (RFC 6901): `/sources/0/quantityKg`; the root is the empty text.
    #[must_use]
    pub fn pointer(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    /// The last step as text: the name of the parameter, for a query.
    #[must_use]
    pub fn last(&self) -> String {
        match self {
            Self::Body | Self::Query => String::new(),
            Self::Key(_, name) => (*name).to_owned(),
            Self::Index(_, index) => index.to_string(),
        }
    }

    fn write(&self, text: &mut String) {
        match self {
            Self::Body | Self::Query => {}
            Self::Key(parent, name) => {
                parent.write(text);
                text.push('/');
                for c in name.chars() {
                    match c {
                        '~' => text.push_str("~0"),
                        '/' => text.push_str("~1"),
                        c => text.push(c),
                    }
                }
            }
            Self::Index(parent, index) => {
                parent.write(text);
                text.push('/');
                text.push_str(&index.to_string());
            }
        }
    }
}

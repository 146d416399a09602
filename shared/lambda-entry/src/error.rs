//! Why an invocation, or the whole process, fails.

use std::fmt;

use lambda_runtime::Diagnostic;

/// The payload is no event a function can take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// Not JSON, or not an object.
    #[error("the payload is not a JSON object ({0})")]
    NotAnObject(Position),
    /// An object, but of no known shape; says what was seen (names only, values may be private).
    #[error("no event this function knows: {0}")]
    Unknown(String),
    /// The kind is known, the rest does not fit it.
    #[error("this {kind} event cannot be read ({position})")]
    Malformed {
        /// The kind of event it claims to be.
        kind: &'static str,
        /// Where reading stopped.
        position: Position,
    },
    /// A member that the kind cannot do without is missing or unusable.
    #[error("this {kind} event has no usable `{member}`")]
    Member {
        /// The kind of event it claims to be.
        kind: &'static str,
        /// The member's path.
        member: &'static str,
    },
}

/// Where reading JSON stopped, and nothing of what was read: `serde_json`'s own text quotes the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    fault: &'static str,
    line: usize,
    column: usize,
}

impl From<&serde_json::Error> for Position {
    fn from(error: &serde_json::Error) -> Self {
        let fault = match error.classify() {
            serde_json::error::Category::Io => "unreadable",
            serde_json::error::Category::Syntax => "syntax",
            serde_json::error::Category::Data => "wrong type or missing member",
            serde_json::error::Category::Eof => "truncated",
        };
        Self { fault, line: error.line(), column: error.column() }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at line {} column {}", self.fault, self.line, self.column)
    }
}

/// The invocation failed as a whole; the platform repeats it where its source does that.
#[derive(Debug, thiserror::Error)]
pub enum InvocationError {
    /// See [`EventError`].
    #[error(transparent)]
    Event(#[from] EventError),
    /// The function serves other kinds of events.
    #[error("{service} does not serve {kind} events")]
    Unserved {
        /// The function.
        service: &'static str,
        /// What came in.
        kind: &'static str,
    },
    /// The handler panicked; the panic has been logged.
    #[error("the handler of {kind} events panicked")]
    Panicked {
        /// What came in.
        kind: &'static str,
    },
    /// The answer cannot be written as JSON.
    #[error("the answer cannot be written")]
    Answer(#[source] serde_json::Error),
}

impl From<InvocationError> for Diagnostic {
    fn from(error: InvocationError) -> Self {
        let error_type = match &error {
            InvocationError::Event(_) => "EventError",
            InvocationError::Unserved { .. } => "Unserved",
            InvocationError::Panicked { .. } => "Panicked",
            InvocationError::Answer(_) => "AnswerError",
        };
        Self { error_type: error_type.to_owned(), error_message: error.to_string() }
    }
}

/// The process cannot go on serving.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Not started by Lambda or a stand-in for it.
    #[error(
        "not started by Lambda: {} not set; run it with `cargo lambda watch` or deploy it",
        .0.join(", ")
    )]
    NotInLambda(Vec<&'static str>),
    /// The platform's runtime API stopped answering.
    #[error("the Lambda runtime API failed")]
    Runtime(#[source] lambda_runtime::Error),
}

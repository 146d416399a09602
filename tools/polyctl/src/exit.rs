//! How a command ends, for scripts.

use std::process::ExitCode;

use legacy::LegacyError;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All is well.
    Done,
    /// Something differs, or a context refused a row; each is named in the output.
    Differs,
    /// The command line is wrong. clap ends with it; the tool itself never does.
    Usage,
    /// The file is no usable old database.
    Unusable,
    /// Rows cannot be read; nothing was written.
    BadRows,
    /// A context or a file failed. Running the command again is safe.
    Failed,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0_u8,
            Exit::Differs => 1,
            Exit::Usage => 2,
            Exit::Unusable => 3,
            Exit::BadRows => 4,
            Exit::Failed => 5,
        })
    }
}

/// Why a command did not do its work.
#[derive(Debug)]
pub struct Failure {
    /// How to end.
    pub exit: Exit,
    /// What to say.
    pub error: anyhow::Error,
}

impl From<LegacyError> for Failure {
    fn from(error: LegacyError) -> Self {
        Self { exit: Exit::Unusable, error: error.into() }
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self { exit: Exit::Failed, error }
    }
}

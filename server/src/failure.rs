//! Why a command did not do what it was asked: one line for a person, and an exit status for a script.

use heliodesk_desk::Error;

/// The exit status of a command that was told something missing or wrong.
pub const WRONG_SETTING: u8 = 2;
/// The exit status of a command that tried and did not succeed.
pub const FAILED: u8 = 1;

/// One line on stderr and an exit status. Names settings, never their secret values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What is wrong and what would be right.
    pub message: String,
    /// [`WRONG_SETTING`] or [`FAILED`].
    pub status: u8,
}

impl Failure {
    /// A setting is missing or wrong, or what it points to is.
    pub fn setting(message: impl Into<String>) -> Self {
        Self { message: message.into(), status: WRONG_SETTING }
    }

    /// It was tried and did not succeed.
    pub fn failed(message: impl Into<String>) -> Self {
        Self { message: message.into(), status: FAILED }
    }

    /// The message on one line, whatever it was made from.
    #[must_use]
    pub fn line(&self) -> String {
        self.message.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(fields) => {
                let fields: Vec<_> = fields.0.iter().map(|(field, code)| format!("{field}: {code}")).collect();
                Self::setting(fields.join(", "))
            }
            other => Self::failed(other.to_string()),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::failed(error.to_string())
    }
}

//! How every room puts texts together.

use std::fmt::Display;

/// Appends to a text, which cannot fail, as `write!` does.
macro_rules! put {
    ($text:expr, $($more:tt)*) => {{
        use std::fmt::Write as _;
        let _ = write!($text, $($more)*);
    }};
}

/// Things as one text.
pub(crate) trait Joined: Iterator {
    /// Each after the last with a separator between them.
    fn joined(self, separator: &str) -> String;
}

impl<I: Iterator<Item: Display>> Joined for I {
    fn joined(self, separator: &str) -> String {
        let mut text = String::new();
        for (n, item) in self.enumerate() {
            put!(text, "{}{item}", if n > 0 { separator } else { "" });
        }
        text
    }
}

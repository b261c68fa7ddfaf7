//! What the exit code of a command says.

/// Nothing is wrong.
pub const CLEAN: u8 = 0;
/// The command ran and found something that people must put right.
pub const FINDINGS: u8 = 1;
/// The command could not run.
pub const FAILED: u8 = 2;

/// The exit code of a command that ran and found something wrong, or did not.
pub fn found(wrong: bool) -> u8 {
    if wrong { FINDINGS } else { CLEAN }
}

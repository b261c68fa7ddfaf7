use super::args::TraceArgs;
use super::error::Error;
use super::terminal::Terminal;
pub fn run(_args: &TraceArgs, _terminal: &Terminal) -> Result<u8, Error> { Ok(0) }

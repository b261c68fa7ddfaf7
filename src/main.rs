//! Arguments in, exit code out.

mod allocator;

use std::process::ExitCode;

use allocator::Bounded;

#[global_allocator]
static ALLOCATOR: Bounded = Bounded;

fn main() -> ExitCode {
    duban::cli::main()
}

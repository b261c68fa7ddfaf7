//! One file per command; the only place that talks to the terminal and the file system.

mod archive;
mod args;
mod check;
pub mod child;
mod clock;
mod collect;
mod diff;
mod disk;
mod error;
mod explain;
mod forms;
mod inbox;
mod lock;
mod months;
mod output;
mod package;
mod plan_check;
mod plan_import;
mod register;
mod returns;
mod run;
mod seal;
mod sealed;
mod show;
mod status;
mod summary;
mod template;
mod terminal;
mod timings;
mod trace;
mod user;
mod verify;
mod view;

use std::process::ExitCode;

use clap::Parser;

pub use error::Error;

/// Nothing wrong; some findings are errors; the run could not be made.
pub const CLEAN: u8 = 0;
pub const FINDINGS: u8 = 1;
pub const FAILED: u8 = 2;

/// Stack of a worker, as the main thread has it on Linux.
const STACK_BYTES: usize = 8 << 20;

/// Runs a command on one of the workers. The allocator keeps memory for each thread: what the plan and a month's files have
/// given back then serves the reports, instead of lying beside them.
fn in_pool<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    // Where a pool is there already, it does as well.
    let _ = rayon::ThreadPoolBuilder::new()
        .stack_size(STACK_BYTES)
        .build_global();
    rayon::join(work, || ()).0
}

/// Runs the command line.
pub fn main() -> ExitCode {
    // The child process that reads one old-format workbook: nothing else is set up in it.
    let mut raw = std::env::args_os().skip(1);
    if raw
        .next()
        .is_some_and(|command| command == child::CHILD_COMMAND)
    {
        return child::child_main(raw);
    }
    inbox::hush_caught_panics();
    let args = match args::Args::try_parse() {
        Ok(args) => args,
        Err(error) => return args::usage(&error),
    };
    let terminal = terminal::Terminal::new(args.color, args.quiet, args.verbose);
    let result = match args.command {
        args::Command::Run(options) => in_pool(|| run::run(&options, &terminal)),
        args::Command::Seal(options) => seal::run(&options, &terminal),
        args::Command::Verify(options) => verify::run(&options, &terminal),
        args::Command::Diff(options) => diff::run(&options, &terminal),
        args::Command::Trace(options) => trace::run(&options, &terminal),
        args::Command::Collect(options) => collect::run(&options, &terminal),
        args::Command::Check(options) => check::run(&options, &terminal),
        args::Command::Forms(options) => forms::run(&options, &terminal),
        args::Command::Status(options) => status::run(&options, &terminal),
        args::Command::Show(options) => show::run(&options, &terminal),
        args::Command::Plan {
            command: args::PlanCommand::Check { plan },
        } => plan_check::run(&plan, &terminal),
        args::Command::Plan {
            command: args::PlanCommand::Import(options),
        } => plan_import::run(&options, &terminal),
        args::Command::Plan {
            command: args::PlanCommand::Schema,
        } => plan_check::schema(&terminal),
        args::Command::Template {
            command: args::TemplateCommand::Check { file, kind, format },
        } => template::check(&file, kind, format, &terminal),
        args::Command::Template {
            command:
                args::TemplateCommand::Vars {
                    places,
                    period,
                    kind,
                    format,
                },
        } => template::vars(&places, period.as_deref(), kind, format, &terminal),
        args::Command::Rules { format } => explain::rules(format, &terminal),
        args::Command::Explain { code } => explain::explain(&code, &terminal),
        args::Command::Completions { shell } => args::completions(shell),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            terminal.error(&error);
            ExitCode::from(FAILED)
        }
    }
}

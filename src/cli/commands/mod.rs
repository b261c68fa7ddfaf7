//! One file a command: its arguments in, its exit code out.

mod check;
mod collect;
mod diff;
mod forms;
mod init;
mod ledger;
mod marked;
mod new_file;
mod page;
mod plan_check;
mod plan_convert;
mod plan_import;
mod prelude;
mod rules;
mod run;
mod seal;
mod show;
mod status;
mod template;
mod trace;
mod verify;

use super::args::{self, Command, LedgerCommand, PlanCommand, TemplateCommand};
use super::error::Result;
use super::exit::CLEAN;
use super::printing::print;
use super::signals;
use super::terminal::Terminal;

/// Runs a command.
pub fn run(command: Command, terminal: &Terminal) -> Result<u8> {
    if matches!(
        command,
        Command::Run(_)
            | Command::Seal(_)
            | Command::Collect(_)
            | Command::Forms(_)
            | Command::Status(_)
    ) {
        signals::watch();
    }
    match command {
        Command::Run(args) => in_pool(|| run::run(&args, terminal)),
        Command::Seal(args) => seal::run(&args, terminal),
        Command::Verify(args) => verify::run(&args, terminal),
        Command::Diff(args) => diff::run(&args, terminal),
        Command::Trace(args) => trace::run(&args, terminal),
        Command::Collect(args) => collect::run(&args, terminal),
        Command::Check(args) => check::run(&args, terminal),
        Command::Forms(args) => forms::run(&args, terminal),
        Command::Page(args) => page::run(&args, terminal),
        Command::Status(args) => status::run(&args, terminal),
        Command::Show(args) => show::run(&args, terminal),
        Command::Init(args) => init::run(&args, terminal),
        Command::Plan(PlanCommand::Check {
            file,
            plan,
            mark,
            output,
        }) => {
            let path = file.map_or_else(|| plan.path(), Ok)?;
            plan_check::run(&path, mark, output, terminal)
        }
        Command::Plan(PlanCommand::New { out }) => plan_convert::new(&out, terminal),
        Command::Plan(PlanCommand::Convert { from, to }) => {
            plan_convert::convert(&from, &to, terminal)
        }
        Command::Plan(PlanCommand::Import(args)) => plan_import::run(&args, terminal),
        Command::Plan(PlanCommand::Schema) => plan_check::schema(),
        Command::Ledger(LedgerCommand::New { out, plan }) => ledger::new(out, &plan, terminal),
        Command::Ledger(LedgerCommand::Check {
            file,
            plan,
            mark,
            output,
        }) => ledger::check(file, &plan, mark, output, terminal),
        Command::Template(TemplateCommand::Check {
            file,
            of,
            layout,
            output,
        }) => template::check(&file, &of, layout, output, terminal),
        Command::Template(TemplateCommand::Vars { of, output }) => {
            template::vars(&of, output, terminal)
        }
        Command::Rules { output } => rules::list(output, terminal),
        Command::Explain { code } => rules::explain(&code, terminal),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut args::command(), "duban", &mut script);
            print(String::from_utf8_lossy(&script));
            Ok(CLEAN)
        }
    }
}

/// Stack of a worker, as the main thread has it on Linux.
const STACK_BYTES: usize = 8 << 20;

/// Runs a command on one of the pool's workers. The allocator keeps memory for each thread: what the plan and the month's
/// files have freed then serves the reports.
fn in_pool<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    // This fails where there is a pool already, which does as well.
    let _ = rayon::ThreadPoolBuilder::new()
        .stack_size(STACK_BYTES)
        .build_global();
    rayon::join(work, || ()).0
}

//! `duban page`: the departments' self-check for a browser, from the plan.

use super::prelude::*;
use crate::cli::args::PageArgs;
use crate::cli::output;
use crate::report::check_page;

pub fn run(args: &PageArgs, terminal: &Terminal) -> Result<u8> {
    let (plan, bytes) = args.plan.load()?;
    let bytes = plan_file::for_departments(&plan, bytes);
    output::save(&args.out, &check_page::write(&plan, &bytes))?;
    say!(
        terminal,
        "自查页已写入“{}”。各单位双击打开，把填好的表拖进去即可；任务计划有改动时请重新生成。",
        args.out.display()
    );
    if plan.briefing.telephone.is_none() {
        terminal.line("任务计划没有填“联系电话”，自查页上不显示督查室电话。");
    }
    Ok(CLEAN)
}

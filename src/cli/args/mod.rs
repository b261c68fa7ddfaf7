//! The command line, as clap reads it. Every text a user sees is Chinese.

// Doc comments here are help texts, shown as they stand.
#![allow(clippy::doc_markdown)]

mod usage;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::{
    ArgMatches, Args as ClapArgs, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum,
};
use clap_complete::Shell;
use jiff::civil::Date;

use crate::plan::Plan;
use crate::report::check_page;

use super::error::{Error, Result};
use super::month::{Month, Months};
use super::plan_file;
use super::terminal::Color;

pub use usage::print_usage;

const HELP: &str = "\
{about}

用法：{usage}

{all-args}{after-help}";

#[derive(Debug, Parser)]
#[command(
    name = "duban",
    version,
    about = "督办：收集、核查、汇总各部门月报，生成汇总表和简报",
    disable_help_flag = true,
    disable_version_flag = true,
    next_help_heading = "通用选项",
    after_help = "一个命令的用法：duban help run\n退出码：0 无错误；1 有核查错误；2 未能运行。\n不写命令、直接运行 duban 时打开菜单；duban 文件或文件夹：自查、出月报、起草或检查任务计划。\n输出到文件或管道时一律为 UTF-8。\n完整说明见 README.zh-CN.md。"
)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
    /// 颜色：auto 自动，always 总是，never 不用（也认 NO_COLOR）
    #[arg(long, global = true, value_name = "方式", default_value = "auto")]
    pub color: Color,
    /// 只显示错误
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// 显示更多过程信息
    #[arg(long, global = true)]
    pub verbose: bool,
    /// 显示帮助
    #[arg(long, short, global = true, action = clap::ArgAction::Help)]
    help: Option<bool>,
    /// 显示版本
    #[arg(long, short = 'V', action = clap::ArgAction::Version)]
    version: Option<bool>,
}

impl Args {
    /// Reads the arguments of this process, and lets them be remembered for the lines that are printed.
    pub fn read(remember: fn(&ArgMatches)) -> Result<Self, clap::Error> {
        let mut words: Vec<OsString> = std::env::args_os().collect();
        // duban help run: as duban run --help.
        if words.get(1).is_some_and(|word| word == "help") {
            words.remove(1);
            words.push("--help".into());
        }
        let mut command = command();
        let matches = command.try_get_matches_from_mut(words)?;
        remember(&matches);
        Self::from_arg_matches(&matches).map_err(|e| e.format(&mut command))
    }
}

/// The whole command line.
pub fn command() -> clap::Command {
    /// Sets what all commands have in common.
    fn styled(command: clap::Command) -> clap::Command {
        command
            .help_template(HELP)
            .subcommand_help_heading("命令")
            .disable_help_subcommand(true)
            .mut_args(|arg| arg.hide_default_value(true).hide_possible_values(true))
            .mut_subcommands(styled)
    }
    styled(Args::command())
}

/// How a command answers.
#[derive(Debug, Clone, Copy, ClapArgs)]
pub struct OutputArgs {
    /// 输出格式：text 或 json
    #[arg(long, value_name = "格式", default_value = "text")]
    format: Format,
}

impl OutputArgs {
    /// For a program, not for a person.
    pub fn is_json(self) -> bool {
        self.format == Format::Json
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// 供人阅读
    Text,
    /// 供程序读取
    Json,
}

#[derive(Debug, Subcommand)]
#[allow(clippy::large_enum_variant, reason = "parsed once a run")]
pub enum Command {
    /// 月度运行：收集→核查→汇总→出报告
    Run(RunArgs),
    /// 封存一个月：保存原件、报告和全部数据，以后不再改变
    Seal(SealArgs),
    /// 核对封存：逐一核对哈希，并用原件重算
    Verify(VerifyArgs),
    /// 比较两个月，或同一个月的两次封存
    Diff(DiffArgs),
    /// 追溯一个数：它来自哪些文件、工作表和单元格
    Trace(TraceArgs),
    /// 收取：把收到的文件放进收件箱，登记收到日期
    Collect(CollectArgs),
    /// 自查：报送前检查一个单位自己的表
    Check(CheckArgs),
    /// 生成各单位当月报送表
    Forms(FormsArgs),
    /// 生成自查页：各单位用浏览器自己检查报送表，不须安装，不须联网
    Page(PageArgs),
    /// 报送情况：谁已报、逾期、退回、未报、漏报，并写催报通知
    Status(StatusArgs),
    /// 一项任务的电话督办卡片，例如 duban show 14
    Show(ShowArgs),
    /// 建一个工作文件夹：任务计划、台账、模板、收件箱和使用说明
    Init(InitArgs),
    /// 任务计划：新建、检查、起草、互转
    #[command(subcommand)]
    Plan(PlanCommand),
    /// 台账：登记和检查办公室的核实、评定和调整
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// 简报模板：检查、列出可用内容
    #[command(subcommand)]
    Template(TemplateCommand),
    /// 列出全部核查规则
    Rules {
        #[command(flatten)]
        output: OutputArgs,
    },
    /// 解释一条规则，例如 duban explain C006
    Explain {
        /// 规则代码
        #[arg(value_name = "代码")]
        code: String,
    },
    /// 生成命令补全脚本
    Completions {
        /// bash、zsh、fish、powershell 或 elvish
        #[arg(value_name = "外壳")]
        shell: Shell,
    },
}

#[derive(Debug, Subcommand)]
pub enum PlanCommand {
    /// 检查任务计划，一次列出全部错误
    Check {
        /// 任务计划文件（同 --plan）
        #[arg(value_name = "文件", conflicts_with = "plan")]
        file: Option<PathBuf>,
        #[command(flatten)]
        plan: PlanArg,
        /// 另写一份标好的表：有错的单元格涂色并加批注，空着的编号补上（原文件不动）
        #[arg(long)]
        mark: bool,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// 生成空白的任务计划工作簿，带下拉、批注和填写说明
    New {
        /// 写到哪里（默认 任务计划.xlsx）；已有的不覆盖
        #[arg(value_name = "文件", default_value = "任务计划.xlsx")]
        out: PathBuf,
    },
    /// 任务计划在 .xlsx 和 .toml 之间互转，不丢内容
    Convert {
        /// 已有的任务计划
        #[arg(value_name = "甲")]
        from: PathBuf,
        /// 写到哪里；已有的不覆盖
        #[arg(value_name = "乙")]
        to: PathBuf,
    },
    /// 由印发的通知（.docx、.txt）或任务分解表（.xlsx）起草任务计划，供人审核
    Import(ImportArgs),
    /// 输出任务计划的 JSON Schema（供编辑器使用）
    Schema,
}

#[derive(Debug, ClapArgs)]
pub struct InitArgs {
    /// 建在哪个文件夹；没有的新建，已有的文件不覆盖
    #[arg(value_name = "文件夹")]
    pub folder: PathBuf,
    /// 由印发的通知（.docx、.txt）或已有的任务分解表（.xlsx）起草任务计划；不写的生成空的
    #[arg(long, value_name = "通知")]
    pub from: Option<PathBuf>,
    /// 任务所属年份（默认取通知中的年份）
    #[arg(long, value_name = "年份", requires = "from", value_parser = clap::value_parser!(i16).range(2000..2100))]
    pub year: Option<i16>,
}

#[derive(Debug, ClapArgs)]
pub struct ImportArgs {
    /// 通知：.docx，或表格各格分行、以制表符分列的 .txt；也可以是已有的任务分解表（.xlsx）
    #[arg(value_name = "通知")]
    pub notice: PathBuf,
    /// 草稿写到哪里（默认 plan-draft.toml）；已有草稿的，保留手工修改，只补入通知的变化
    #[arg(long, value_name = "文件")]
    pub out: Option<PathBuf>,
    /// 同时写出审核表（.xlsx）
    #[arg(long, value_name = "文件")]
    pub review: Option<PathBuf>,
    /// 与已有的任务计划比较，列出不同（不写草稿，除非另给 --out）
    #[arg(long, value_name = "文件")]
    pub compare: Option<PathBuf>,
    /// 任务所属年份（默认取通知中的年份）
    #[arg(long, value_name = "年份", value_parser = clap::value_parser!(i16).range(2000..2100))]
    pub year: Option<i16>,
}

/// Which document a template is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TemplateKind {
    /// 简报
    Briefing,
    /// 催报通知
    Reminder,
}

/// The document, and the month whose values fill it.
#[derive(Debug, ClapArgs)]
pub struct TemplateOf {
    #[command(flatten)]
    pub month: MonthArg,
    #[command(flatten)]
    pub places: Places,
    /// 模板种类：briefing（简报）或 reminder（催报通知）；默认 briefing
    #[arg(long, value_name = "种类", default_value = "briefing")]
    pub kind: TemplateKind,
}

#[derive(Debug, Subcommand)]
pub enum TemplateCommand {
    /// 检查模板，逐处列出错误
    Check {
        /// 模板文件（.docx）
        #[arg(value_name = "文件")]
        file: PathBuf,
        #[command(flatten)]
        of: TemplateOf,
        /// 另对照 GB/T 9704 逐条列出版式：应为、实为、怎样改
        #[arg(long)]
        layout: bool,
        #[command(flatten)]
        output: OutputArgs,
    },
    /// 列出模板可用的名称和当月的值
    Vars {
        #[command(flatten)]
        of: TemplateOf,
        #[command(flatten)]
        output: OutputArgs,
    },
}

#[derive(Debug, Subcommand)]
pub enum LedgerCommand {
    /// 生成空白的台账，单位、任务、指标从下拉列表中选
    New {
        /// 写到哪里（默认任务计划旁边的 台账.xlsx）；已有的不覆盖
        #[arg(value_name = "文件")]
        out: Option<PathBuf>,
        #[command(flatten)]
        plan: PlanArg,
    },
    /// 检查台账，逐格列出问题
    Check {
        /// 台账（默认用任务计划旁边的 台账.xlsx）
        #[arg(value_name = "文件")]
        file: Option<PathBuf>,
        #[command(flatten)]
        plan: PlanArg,
        /// 另写一份标好的台账：有错的单元格涂色并加批注（原文件不动）
        #[arg(long)]
        mark: bool,
        #[command(flatten)]
        output: OutputArgs,
    },
}

/// The plan's file.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct PlanArg {
    /// 任务计划（默认依次找：环境变量 DUBAN_PLAN；当前文件夹的 任务计划.xlsx 或 plan.toml；seeds 下唯一的一个）
    #[arg(long = "plan", id = "plan", value_name = "文件")]
    pub given: Option<PathBuf>,
    /// 台账：电话核实、人工评定、任务调整等（默认用任务计划旁边的 台账.xlsx）
    #[arg(long, value_name = "文件")]
    pub ledger: Option<PathBuf>,
}

impl PlanArg {
    /// Where the plan is.
    pub fn path(&self) -> Result<PathBuf> {
        plan_file::find(self.given.as_deref())
    }

    /// The plan with the office's decisions, and the bytes of its file.
    pub fn load(&self) -> Result<(Plan, Vec<u8>)> {
        self.load_from(&self.path()?)
    }

    /// As [`Self::load`], from the plan's file where that is known.
    pub fn load_from(&self, path: &Path) -> Result<(Plan, Vec<u8>)> {
        let (mut plan, bytes) = plan_file::load(path)?;
        plan_file::add_ledger(&mut plan, path, self.ledger.as_deref())?;
        Ok((plan, bytes))
    }
}

/// The month that a command is about.
#[derive(Debug, Clone, Copy, Default, ClapArgs)]
pub struct MonthArg {
    /// 月份，例如 2024-06、2024年6月或 6月（计划所在年份）；不写的，取收件箱中最新一个月（forms、seal 须写）
    #[arg(id = "month", value_name = "月份", conflicts_with = "period")]
    bare: Option<Months>,
    /// 同上；run 可写一段，例如 2024-01..2024-06 或 1月至6月
    #[arg(long, value_name = "月份")]
    period: Option<Months>,
}

impl From<Months> for MonthArg {
    fn from(months: Months) -> Self {
        Self {
            bare: Some(months),
            period: None,
        }
    }
}

impl MonthArg {
    /// One month, or several in a row.
    pub fn months(&self) -> Option<Months> {
        self.period.or(self.bare)
    }

    /// The one month that is given.
    pub fn one(&self) -> Result<Option<Month>> {
        let one = |months: Months| {
            months
                .one()
                .ok_or_else(|| Error::said("这里只能写一个月份；一段月份只用于 duban run"))
        };
        self.months().map(one).transpose()
    }
}

/// Where things are.
#[derive(Debug, ClapArgs)]
pub struct Places {
    #[command(flatten)]
    pub plan: PlanArg,
    /// 收件箱（默认 inbox）
    #[arg(long, value_name = "文件夹", default_value = "inbox")]
    pub inbox: PathBuf,
    /// 输出位置（默认 out）
    #[arg(long, value_name = "文件夹", default_value = "out")]
    pub out: PathBuf,
    /// 归档：已封存的月份（默认 archive）
    #[arg(long, value_name = "文件夹", default_value = "archive")]
    pub archive: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub struct RunArgs {
    #[command(flatten)]
    pub month: MonthArg,
    #[command(flatten)]
    pub places: Places,
    /// 征求意见稿：报告标明，不计逾期
    #[arg(long)]
    pub draft: bool,
    /// 按这一天衡量序时进度，且不催报，例如 2024-06-20
    #[arg(long, value_name = "日期", value_parser = date)]
    pub as_of: Option<Date>,
    /// 简报落款日期（默认当月报送截止日，采用的报送表有晚于它收到的，为最后收到的那天）
    #[arg(long, value_name = "日期", value_parser = date)]
    pub date: Option<Date>,
    /// 出完后打开结果.html
    #[arg(long)]
    pub open: bool,
    /// 显示各阶段用时
    #[arg(long)]
    pub timings: bool,
    #[command(flatten)]
    pub report: ReportArgs,
}

#[derive(Debug, ClapArgs)]
pub struct SealArgs {
    #[command(flatten)]
    pub month: MonthArg,
    #[command(flatten)]
    pub places: Places,
    /// 仍有未改的错误或未报的单位时也封存
    #[arg(long)]
    pub with_open: bool,
    /// 重开已封存的月份（原封存保留），须用 --reason 写明原因
    #[arg(long, requires = "reason", conflicts_with = "with_open")]
    pub reopen: bool,
    /// 重开的原因，记入归档
    #[arg(long, value_name = "原因", requires = "reopen")]
    pub reason: Option<String>,
    /// 简报落款日期（默认当月报送截止日，采用的报送表有晚于它收到的，为最后收到的那天）
    #[arg(long, value_name = "日期", value_parser = date)]
    pub date: Option<Date>,
    #[command(flatten)]
    pub report: ReportArgs,
}

#[derive(Debug, ClapArgs)]
pub struct VerifyArgs {
    #[command(flatten)]
    pub month: MonthArg,
    #[command(flatten)]
    pub plan: PlanArg,
    /// 以前记下的封存链的链头（前 16 位即可）：查明其后的封存没有被整个删去
    #[arg(long, value_name = "链头")]
    pub head: Option<String>,
    /// 归档（默认 archive）
    #[arg(long, value_name = "文件夹", default_value = "archive")]
    pub archive: PathBuf,
    #[command(flatten)]
    pub output: OutputArgs,
}

#[derive(Debug, ClapArgs)]
pub struct DiffArgs {
    /// 两个月份，例如 5月 6月；某月的第 1 次封存写作 2024-05.1
    #[arg(value_names = ["甲", "乙"], num_args = 2, required_unless_present = "period")]
    pub months: Vec<String>,
    /// 同上
    #[arg(long, value_names = ["甲", "乙"], num_args = 2, conflicts_with = "months")]
    pub period: Vec<String>,
    #[command(flatten)]
    pub places: Places,
    #[command(flatten)]
    pub output: OutputArgs,
}

#[derive(Debug, ClapArgs)]
pub struct TraceArgs {
    /// 数据编号（见 facts.json，例如 task.14.rate），或任务序号 14、指标编号 14.1
    #[arg(value_name = "数据", required_unless_present = "all")]
    pub figure: Option<String>,
    /// 任务或指标的哪一栏：累计、目标、完成率、序时、差距、本月、上月、状态等
    #[arg(value_name = "栏目")]
    pub column: Option<String>,
    /// 当月的全部数据
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub month: MonthArg,
    /// 只列出要打开的文件和单元格
    #[arg(long)]
    pub open: bool,
    #[command(flatten)]
    pub places: Places,
    #[command(flatten)]
    pub output: OutputArgs,
}

#[derive(Debug, ClapArgs)]
pub struct CollectArgs {
    /// 来源：文件或文件夹，可写多个；末尾可写月份，例如 duban collect 邮件 6月
    #[arg(value_name = "来源", required = true)]
    pub sources: Vec<PathBuf>,
    /// 月份，例如 2024-06 或 6月
    #[arg(long, value_name = "月份")]
    pub period: Option<Months>,
    #[command(flatten)]
    pub plan: PlanArg,
    /// 收件箱（默认 inbox）
    #[arg(long, value_name = "文件夹", default_value = "inbox")]
    pub inbox: PathBuf,
    /// 实际收到日期（默认今天）；只记新收的文件
    #[arg(long, value_name = "日期", value_parser = date)]
    pub received: Option<Date>,
    /// 已收过的文件，也按 --received 更正收到日期（原登记保留）
    #[arg(long, requires = "received")]
    pub correct: bool,
    #[command(flatten)]
    pub output: OutputArgs,
}

#[derive(Debug, ClapArgs)]
pub struct CheckArgs {
    /// 要检查的文件或文件夹，可写多个；末尾可写月份
    #[arg(value_name = "文件", required = true)]
    pub files: Vec<PathBuf>,
    /// 月份（默认以表中填写的为准）
    #[arg(long, value_name = "月份")]
    pub period: Option<Months>,
    #[command(flatten)]
    pub plan: PlanArg,
    /// 收件箱，用于与以前月份比较（默认 inbox；没有则不比较）
    #[arg(long, value_name = "文件夹", default_value = "inbox")]
    pub inbox: PathBuf,
    /// 归档：已封存的月份（默认 archive）
    #[arg(long, value_name = "文件夹", default_value = "archive")]
    pub archive: PathBuf,
    /// 另在原文件旁写出标好的表：有问题的单元格涂色并加批注（原文件不动）
    #[arg(long)]
    pub mark: bool,
    #[command(flatten)]
    pub output: OutputArgs,
}

#[derive(Debug, ClapArgs)]
pub struct FormsArgs {
    #[command(flatten)]
    pub month: MonthArg,
    #[command(flatten)]
    pub places: Places,
}

#[derive(Debug, ClapArgs)]
pub struct PageArgs {
    #[command(flatten)]
    pub plan: PlanArg,
    /// 写到哪里（默认 自查.html）
    #[arg(long, value_name = "文件", default_value = check_page::NAME)]
    pub out: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub struct StatusArgs {
    #[command(flatten)]
    pub month: MonthArg,
    #[command(flatten)]
    pub places: Places,
    /// 通知落款日期（不写的留空，由人填写）
    #[arg(long, value_name = "日期", value_parser = date)]
    pub date: Option<Date>,
    /// 要求补报的期限，写入通知（默认只写原截止日）
    #[arg(long, value_name = "日期", value_parser = date)]
    pub until: Option<Date>,
    /// 催报通知模板（默认用内置模板）
    #[arg(long, value_name = "文件")]
    pub reminder_template: Option<PathBuf>,
    /// 只显示，不写催报通知
    #[arg(long)]
    pub no_notices: bool,
    #[command(flatten)]
    pub output: OutputArgs,
}

#[derive(Debug, ClapArgs)]
pub struct ShowArgs {
    /// 任务序号，或名称中的几个字
    #[arg(value_name = "任务")]
    pub task: String,
    #[command(flatten)]
    pub month: MonthArg,
    #[command(flatten)]
    pub plan: PlanArg,
    /// 收件箱（默认 inbox）
    #[arg(long, value_name = "文件夹", default_value = "inbox")]
    pub inbox: PathBuf,
    /// 归档：已封存的月份（默认 archive）
    #[arg(long, value_name = "文件夹", default_value = "archive")]
    pub archive: PathBuf,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// What a month's reports are made with.
#[derive(Debug, ClapArgs)]
pub struct ReportArgs {
    /// 简报模板（默认用内置模板）
    #[arg(long, value_name = "文件")]
    pub template: Option<PathBuf>,
    /// 催报通知模板（默认用内置模板）
    #[arg(long, value_name = "文件")]
    pub reminder_template: Option<PathBuf>,
    /// 读取上限，键同任务计划的 [limits]，例如 file_mib=40（可重复）
    #[arg(long, value_name = "键=数值")]
    pub limit: Vec<String>,
    /// 另出明细工作簿：每个单位每项指标一行
    #[arg(long)]
    pub detail: bool,
    /// 汇总表中单位、问题和文件最多各列多少行（默认 20000）
    #[arg(long, value_name = "行数", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub list_rows: Option<u32>,
    #[command(flatten)]
    pub briefing: BriefingArgs,
}

/// What the briefing may not invent.
#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "简报要素（不填则留空待填）")]
pub struct BriefingArgs {
    /// 期号，例如 3
    #[arg(long, alias = "number", value_name = "期号")]
    pub issue_number: Option<String>,
    /// 文号
    #[arg(long, value_name = "文号")]
    pub document_number: Option<String>,
    /// 签发人
    #[arg(long, value_name = "姓名")]
    pub signer: Option<String>,
    /// 报（可重复）
    #[arg(long, value_name = "对象")]
    pub to: Vec<String>,
    /// 送（可重复）
    #[arg(long, value_name = "对象")]
    pub send: Vec<String>,
    /// 发（可重复）
    #[arg(long, value_name = "对象")]
    pub distribute: Vec<String>,
    /// 印数
    #[arg(long, value_name = "份数")]
    pub copies: Option<u32>,
}

fn date(text: &str) -> Result<Date, &'static str> {
    text.parse().map_err(|_| "请写成 2024-06-20 的样子")
}

//! clap's messages and help in Chinese.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::cli::exit::{CLEAN, FAILED};
use crate::cli::printing::{print, print_error};

/// Prints help or version, or says what is wrong with the arguments; gives the exit code.
pub fn print_usage(error: &clap::Error) -> u8 {
    let code = match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => CLEAN,
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => FAILED,
        kind => {
            let message = message(kind, error);
            let command = std::env::args().nth(1);
            let known = command.filter(|name| super::command().find_subcommand(name).is_some());
            let help = known.map_or_else(|| "help".to_owned(), |name| format!("help {name}"));
            print_error(format_args!("错误：{message}。\n查看用法：duban {help}"));
            return FAILED;
        }
    };
    print(chinese_help(&error.render().to_string()));
    code
}

fn message(kind: ErrorKind, error: &clap::Error) -> String {
    let context = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(list)) => list.join("、"),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let arg = context(ContextKind::InvalidArg);
    let value = context(ContextKind::InvalidValue);
    let mut message = match kind {
        ErrorKind::UnknownArgument => format!("没有“{arg}”这个选项"),
        ErrorKind::InvalidSubcommand => {
            format!("没有“{}”这个命令", context(ContextKind::InvalidSubcommand))
        }
        ErrorKind::MissingRequiredArgument => format!("缺少{arg}"),
        ErrorKind::MissingSubcommand => "请写明命令".to_owned(),
        ErrorKind::InvalidValue if value.is_empty() => format!("“{arg}”后面缺少内容"),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("“{arg}”的内容“{value}”不对")
        }
        ErrorKind::ArgumentConflict => format!("“{arg}”不能这样合用或重复"),
        _ => "参数有误".to_owned(),
    };
    if let Some(reason) = std::error::Error::source(error) {
        message += "：";
        message += &reason.to_string();
    }
    let near = context(ContextKind::SuggestedArg) + &context(ContextKind::SuggestedSubcommand);
    if !near.is_empty() {
        message += "，是不是“";
        message += &near;
        message.push('”');
    }
    message
}

/// A help text with clap's own English words replaced.
fn chinese_help(text: &str) -> String {
    text.replace("[OPTIONS]", "[选项]")
        .replace("[COMMAND]", "<命令>")
        .replace("<COMMAND>", "<命令>")
        .replace("Usage:", "用法：")
        .replace("Arguments:", "参数：")
        .replace("Options:", "选项：")
}

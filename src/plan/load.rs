//! plan.toml → [`Plan`]: parsed, compared with the schema, read, validated. Every mistake is reported at once.

use serde::Deserialize as _;
use toml::Spanned;
use toml::de::{DeTable, Deserializer};

use super::catalogue::RuleCode;
use super::diagnostic::{Mistake, PlanErrors, present};
use super::model::Plan;
use super::names::{is_harmful, may_be_harmful};
use super::problem::{Place, Problems, locate};
use super::raw::RawFile;
use super::{bulk, schema, shape, syntax, validate};

/// Bytes of a plan that are looked at together.
const BLOCK: usize = 4 << 10;

/// Reads and validates a plan. `file_name` only names the file in messages; `rules` are those that the plan may name.
pub fn load(file_name: &str, text: &str, rules: &[RuleCode]) -> Result<Plan, PlanErrors> {
    // Windows editors put a byte order mark first.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match without_lists(text, rules) {
        Some(plan) => Ok(plan),
        None => whole(file_name, text, rules),
    }
}

/// A plan with long lists in which nothing is wrong: read without a tree of them.
pub(super) fn without_lists(text: &str, rules: &[RuleCode]) -> Option<Plan> {
    // Where each stands is told by the parser alone.
    // By blocks, since a few of them have quotation marks, which a look at the bytes does not clear.
    let has_harm =
        |block: &str| may_be_harmful(block) && block.contains(|c| c != '\r' && is_harmful(c));
    let mut rest = text;
    while !rest.is_empty() {
        let (block, behind) = rest.split_at(rest.ceil_char_boundary(BLOCK));
        if has_harm(block) {
            return None;
        }
        rest = behind;
    }
    let bulk = bulk::take(text)?;
    let (mut file, errors) = DeTable::parse_recoverable(&bulk.text);
    let mut problems = Problems::new();
    if errors.is_empty() {
        shape::check(schema::tidied(), &mut file, &mut problems);
    }
    if !errors.is_empty() || !problems.list.is_empty() {
        return None;
    }
    let mut raw = RawFile::deserialize(Deserializer::from(file)).ok()?;
    bulk.put_back(&mut raw)?;
    let plan = validate::build(raw, rules, &mut problems);
    problems.list.is_empty().then_some(plan)
}

/// Any plan, by the parser alone.
pub(super) fn whole(file_name: &str, text: &str, rules: &[RuleCode]) -> Result<Plan, PlanErrors> {
    let (mut file, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(present(file_name, text, syntax::translate(text, &errors)));
    }
    let mut problems = Problems::new();
    shape::check(schema::tidied(), &mut file, &mut problems);
    let plan = match RawFile::deserialize(Deserializer::from(file)) {
        Ok(raw) => Some(validate::build(raw, rules, &mut problems)),
        Err(error) => {
            problems.span(
                error.span().unwrap_or(0..0),
                format!("不能识别：{}", error.message()),
                None,
            );
            None
        }
    };
    match plan {
        Some(plan) if problems.list.is_empty() => Ok(plan),
        _ => Err(located(file_name, text, problems)),
    }
}

/// Paths become places by a second look at the text: a good plan never pays for it.
fn located(file_name: &str, text: &str, problems: Problems) -> PlanErrors {
    let (tree, _): (Spanned<DeTable<'_>>, _) = DeTable::parse_recoverable(text);
    let found = problems
        .list
        .into_iter()
        .map(|p| {
            let span = match p.place {
                Place::Span(span) => span,
                place => locate(&tree, &place),
            };
            Mistake {
                span,
                message: p.message,
                help: p.help,
            }
        })
        .collect();
    present(file_name, text, found)
}

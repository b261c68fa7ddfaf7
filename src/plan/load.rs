//! plan.toml → [`Plan`]: parsed, held against the schema, read, validated. Every mistake is told at once.

use serde::Deserialize as _;
use toml::Spanned;
use toml::de::{DeTable, Deserializer};

use super::diagnostic::{Found, PlanErrors, present};
use super::model::Plan;
use super::problem::{Place, Problems, locate};
use super::raw::RawFile;
use super::{bulk, schema, shape, syntax, validate};

/// Reads and validates a plan. `file_name` only names the file in messages.
///
/// # Errors
///
/// All mistakes of the file, each with its place; or, where the text is no TOML, the places
/// at which it is not.
pub fn load(file_name: &str, text: &str) -> Result<Plan, PlanErrors> {
    // Windows editors put a byte order mark first.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match without_lists(text) {
        Some(plan) => Ok(plan),
        None => whole(file_name, text),
    }
}

/// A plan with long lists in which nothing is wrong: read without a tree of them.
fn without_lists(text: &str) -> Option<Plan> {
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
    let plan = validate::build(raw, &mut problems);
    problems.list.is_empty().then_some(plan)
}

/// Any plan, by the parser alone.
pub(super) fn whole(file_name: &str, text: &str) -> Result<Plan, PlanErrors> {
    let (mut file, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        // One slip derails the parser more than once in a line; the first is the one to mend. Lines are counted in one walk:
        // a file that is no plan can have a slip in every word.
        let mut slips: Vec<_> = errors
            .iter()
            .map(|e| (e.span().unwrap_or(0..0), e.message()))
            .collect();
        slips.sort_by_key(|(span, _)| span.start);
        let (mut at, mut line, mut told) = (0, 0, None);
        slips.retain(|(span, _)| {
            let start = span.start.clamp(at, text.len());
            line += memchr::memchr_iter(b'\n', &text.as_bytes()[at..start]).count();
            at = start;
            told.replace(line) != Some(line)
        });
        let found = slips
            .into_iter()
            .map(|(span, message)| syntax::translate(text, message, span))
            .collect();
        return Err(present(file_name, text, found));
    }
    let mut problems = Problems::new();
    shape::check(schema::tidied(), &mut file, &mut problems);
    let plan = match RawFile::deserialize(Deserializer::from(file)) {
        Ok(raw) => Some(validate::build(raw, &mut problems)),
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
            Found {
                span,
                message: p.message,
                help: p.help,
            }
        })
        .collect();
    present(file_name, text, found)
}

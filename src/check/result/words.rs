//! What rows say in words, and how much of it a month keeps once it is checked.

use std::sync::Arc;

/// The words of a row's cells, placeholders dropped; the cell's own text where nothing was trimmed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// 工作进展.
    pub narrative: Option<Arc<str>>,
    /// 存在问题.
    pub problems: Option<Arc<str>>,
    /// 下一步措施.
    pub next_steps: Option<Arc<str>>,
}

/// Which of a row's [`Words`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordsOf {
    /// 工作进展.
    Narrative,
    /// 存在问题.
    Problems,
    /// 下一步措施.
    NextSteps,
}

impl WordsOf {
    /// In the order of [`Words`].
    pub const ALL: [Self; 3] = [Self::Narrative, Self::Problems, Self::NextSteps];
}

impl Words {
    /// One of the three.
    pub fn get(&self, which: WordsOf) -> Option<&str> {
        match which {
            WordsOf::Narrative => self.narrative.as_deref(),
            WordsOf::Problems => self.problems.as_deref(),
            WordsOf::NextSteps => self.next_steps.as_deref(),
        }
    }
}

/// How much of a month is kept once it is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// What a later month compares with and a seal holds: all words, and every rule's outcome.
    All,
    /// What the month's own reports print: of the words those of the departments that lead their task, no outcomes. What
    /// this drops is not available to later months or to a seal; `Accepted::dropped_words` names the slots whose words a
    /// report prints all the same.
    Reports,
}

impl Keep {
    /// From this many values on, a month without a later one keeps only what its reports print. Below it, all words
    /// together take little memory.
    pub const MANY_VALUES: usize = 100_000;
}

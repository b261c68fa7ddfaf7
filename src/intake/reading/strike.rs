//! Strike-through of a text: none of it, parts of it, or all.

use crate::intake::workbook::Strike;

/// Which kinds of parts a text has: struck through, plain, or both.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct StrikeMix {
    struck: bool,
    plain: bool,
}

impl StrikeMix {
    /// A further part of the text.
    pub(crate) fn add(&mut self, struck: bool) {
        self.struck |= struck;
        self.plain |= !struck;
    }

    /// A text of `units` UTF-16 units in a cell whose font is struck through or not (`base`), with runs in other fonts:
    /// the unit where each starts, and whether it is struck through.
    pub(crate) fn of_runs(
        base: bool,
        runs: impl IntoIterator<Item = (u16, bool)>,
        units: usize,
    ) -> Self {
        let mut mix = Self::default();
        let mut from = 0;
        let mut state = base;
        for (start, struck) in runs {
            let start = usize::from(start).min(units);
            if start > from {
                mix.add(state);
            }
            from = start;
            state = struck;
        }
        if units > from || units == 0 {
            mix.add(state);
        }
        mix
    }

    pub(crate) fn strike(self) -> Strike {
        match (self.struck, self.plain) {
            (true, true) => Strike::Part,
            (true, false) => Strike::Whole,
            (false, _) => Strike::None,
        }
    }
}

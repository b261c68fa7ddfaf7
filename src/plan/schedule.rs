//! The share of a target that is expected by a point of the year.

use jiff::civil::Date;

use super::period::Period;

#[derive(Debug, Clone, PartialEq)]
pub enum Schedule {
    /// A straight line from the plan's start to the deadline.
    Linear,
    /// Building projects: slow start, most of the work in summer and autumn (domain/official-document.md).
    Works,
    /// Shares (0–1) reached by the end of each month, ascending; straight lines between.
    Points(Vec<(Period, f64)>),
}

/// March 10 %, June 40 %, September 75 %, November 95 %, December 100 % of a twelve-month plan.
const WORKS: [(f64, f64); 6] = [(0.0, 0.0), (3.0, 0.10), (6.0, 0.40), (9.0, 0.75), (11.0, 0.95), (12.0, 1.0)];

impl Schedule {
    /// Share (0–1) expected by the end of `period`, unrounded.
    ///
    /// `start` is the plan's first day, `deadline` the indicator's. Months count whole:
    /// a deadline inside a month makes that month the last one.
    pub fn share(&self, start: Date, deadline: Date, period: Period) -> f64 {
        let first = Period::of(start);
        let elapsed = f64::from(period.months_since(first) + 1);
        let total = f64::from((Period::of(deadline).months_since(first) + 1).max(1));
        if elapsed <= 0.0 {
            return 0.0;
        }
        match self {
            Self::Linear => (elapsed / total).min(1.0),
            Self::Works => interpolate(WORKS.iter().map(|&(m, s)| (m * total / 12.0, s)), elapsed),
            Self::Points(points) => {
                let from_start = std::iter::once((0.0, 0.0));
                let given = points.iter().map(|&(p, s)| (f64::from(p.months_since(first) + 1), s));
                interpolate(from_start.chain(given), elapsed)
            }
        }
    }

    /// Share expected on a day inside a month: a straight line between the ends of the months around it.
    pub fn share_on(&self, start: Date, deadline: Date, day: Date) -> f64 {
        let period = Period::of(day);
        let before = self.share(start, deadline, period.previous());
        let after = self.share(start, deadline, period);
        before + (after - before) * f64::from(day.day()) / f64::from(day.days_in_month())
    }
}

/// Piecewise linear through points of ascending x; flat after the last one.
fn interpolate(points: impl Iterator<Item = (f64, f64)>, x: f64) -> f64 {
    let mut last = (0.0, 0.0);
    for (px, py) in points {
        if x <= px {
            if px <= last.0 {
                return py;
            }
            return last.1 + (py - last.1) * (x - last.0) / (px - last.0);
        }
        last = (px, py);
    }
    last.1
}

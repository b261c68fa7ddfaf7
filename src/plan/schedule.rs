//! The share of a target that is expected by a point of the year.

use jiff::civil::Date;
use serde::Serialize;

use super::period::Period;

/// How a target is spread over the year.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Schedule {
    /// A straight line from the plan's start to the deadline.
    Linear,
    /// Building projects: slow start, most of the work in summer and autumn (domain/official-document.md).
    Works,
    /// Shares (0–1) reached by the end of each month, ascending; straight lines between.
    Points(Vec<(Period, f64)>),
    /// A milestone without a schedule: everything in the deadline's month, nothing before.
    AtDeadline,
}

/// March 10 %, June 40 %, September 75 %, November 95 %, December 100 % of a twelve-month plan.
const WORKS: [(f64, f64); 6] = [
    (0.0, 0.0),
    (3.0, 0.10),
    (6.0, 0.40),
    (9.0, 0.75),
    (11.0, 0.95),
    (12.0, 1.0),
];

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
            Self::AtDeadline => f64::from(u8::from(elapsed >= total)),
            Self::Points(points) => {
                let from_start = std::iter::once((0.0, 0.0));
                let given = points
                    .iter()
                    .map(|&(p, s)| (f64::from(p.months_since(first) + 1), s));
                interpolate(from_start.chain(given), elapsed)
            }
        }
    }

    /// Share expected on a day inside a month: a straight line between the ends of the months around it.
    pub fn share_on(&self, start: Date, deadline: Date, day: Date) -> f64 {
        if *self == Self::AtDeadline {
            return f64::from(u8::from(day >= deadline));
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-12
    }

    /// The share expected by the end of each month of a plan from January 2024 on.
    fn expect(schedule: &Schedule, deadline: Date, table: &[(&str, f64)]) {
        for &(month, expected) in table {
            let share = schedule.share(date(2024, 1, 1), deadline, month.parse().unwrap());
            assert!(near(share, expected), "{share} in {month}");
        }
    }

    const END: Date = date(2024, 12, 31);

    #[test]
    fn linear_counts_whole_months_to_the_deadline() {
        let year = [
            ("2023-12", 0.0),
            ("2024-01", 1.0 / 12.0),
            ("2024-05", 5.0 / 12.0),
            ("2024-12", 1.0),
            ("2025-03", 1.0),
        ];
        expect(&Schedule::Linear, END, &year);
        // A deadline inside a month makes that month the last one.
        let short = [("2024-06", 6.0 / 9.0), ("2024-09", 1.0)];
        expect(&Schedule::Linear, date(2024, 9, 10), &short);
    }

    #[test]
    fn works_is_slow_first() {
        let year = [
            // Straight lines between: a third of the way to 10 % and from there to 40 %.
            ("2024-01", 0.10 / 3.0),
            ("2024-03", 0.10),
            ("2024-04", 0.20),
            ("2024-06", 0.40),
            ("2024-09", 0.75),
            ("2024-11", 0.95),
            ("2024-12", 1.0),
        ];
        expect(&Schedule::Works, END, &year);
        // A shorter project runs the same course in its own time.
        let short = [("2024-03", 0.40), ("2024-06", 1.0)];
        expect(&Schedule::Works, date(2024, 6, 30), &short);
    }

    #[test]
    fn points_are_joined_by_straight_lines_from_the_start() {
        let [june, september] = ["2024-06", "2024-09"].map(|m| m.parse().unwrap());
        let table = [
            ("2024-03", 0.25),
            ("2024-06", 0.5),
            ("2024-07", 0.5 + 0.5 / 3.0),
            ("2024-09", 1.0),
            ("2024-12", 1.0),
        ];
        let points = Schedule::Points(vec![(june, 0.5), (september, 1.0)]);
        expect(&points, END, &table);
        // A step is written as points.
        let step = Schedule::Points(vec![(june.previous(), 0.0), (june, 1.0)]);
        expect(&step, END, &[("2024-05", 0.0), ("2024-06", 1.0)]);
    }

    #[test]
    fn a_milestone_is_expected_in_its_deadline_month_and_not_before() {
        let end = date(2024, 9, 30);
        let months = [("2024-08", 0.0), ("2024-09", 1.0)];
        expect(&Schedule::AtDeadline, end, &months);
        let on = |day| Schedule::AtDeadline.share_on(date(2024, 1, 1), end, day);
        assert!(near(on(date(2024, 9, 29)), 0.0) && near(on(end), 1.0));
    }

    #[test]
    fn a_day_lies_between_the_ends_of_two_months() {
        let on = |day| Schedule::Linear.share_on(date(2024, 1, 1), END, day);
        assert!(near(on(date(2024, 6, 30)), 0.5));
        assert!(near(on(date(2024, 6, 15)), 5.5 / 12.0));
        assert!(near(on(date(2024, 1, 31)), 1.0 / 12.0));
    }
}

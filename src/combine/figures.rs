//! Every figure of the facts, in the order of facts.json. A figure that a report prints and that is missing here fails the
//! tests that compare the reports with facts.json.

use super::facts::{Facts, GradeCounts};
use super::figure::Figure;

/// Figures gathered one after the other.
struct Gathered<'a>(Vec<&'a Figure>);

impl<'a> Gathered<'a> {
    fn add(&mut self, figures: impl IntoIterator<Item = &'a Figure>) {
        self.0.extend(figures);
    }

    fn given(&mut self, figures: impl IntoIterator<Item = &'a Option<Figure>>) {
        self.add(figures.into_iter().flatten());
    }

    fn counts(&mut self, counts: &'a GradeCounts) {
        self.add([&counts.total]);
        self.add(counts.by_grade.iter().map(|(_, f)| f));
    }
}

impl Facts {
    /// Every figure once: overall, tiers, tasks, indicators, departments, files, trend, elements. Ids are unique.
    pub fn figures(&self) -> Vec<&Figure> {
        let mut all = Gathered(Vec::new());
        let o = &self.overall;
        all.counts(&o.tasks);
        all.add([&o.finished, &o.on_schedule, &o.lagging, &o.started]);
        if let Some(p) = &o.previous {
            all.counts(&p.tasks);
            all.add([&p.finished, &p.on_schedule, &p.lagging]);
            all.add([&p.finished_change, &p.on_schedule_change, &p.lagging_change]);
            all.add(p.change_by_grade.iter().map(|(_, f)| f));
        }
        all.given([&o.risen, &o.fallen, &o.rate, &o.schedule]);
        all.add([&o.missed, &o.promised, &o.kept]);
        all.counts(&o.indicators);
        all.add([
            &o.departments,
            &o.submitted,
            &o.late,
            &o.returned,
            &o.missing,
        ]);
        all.add([&o.errors, &o.warnings, &o.notes, &o.explained]);
        all.add([&o.slots, &o.accepted, &o.withheld, &o.unreported]);
        for tier in &self.tiers {
            all.counts(&tier.tasks);
            all.add([&tier.finished, &tier.on_schedule, &tier.lagging]);
            all.given([&tier.rate, &tier.schedule]);
        }
        for task in &self.tasks {
            all.given([&task.rate, &task.schedule, &task.gap, &task.gap_abs]);
            if let Some((done, planned)) = &task.milestones {
                all.add([done, planned]);
            }
            all.add([&task.unverified, &task.verified]);
            all.given([&task.previous_rate, &task.rate_change]);
            all.add(task.streak.iter().map(|s| &s.months));
            if let Some(last) = &task.last_known {
                all.given([&last.rate, &last.schedule, &last.gap]);
            }
            let e = &task.elements;
            if self.elements.asked {
                all.add([&e.present]);
                all.given([
                    &e.planned,
                    &e.arrived,
                    &e.paid,
                    &e.arrived_rate,
                    &e.paid_rate,
                ]);
            }
        }
        for i in &self.indicators {
            all.given([&i.target, &i.value, &i.previous, &i.increment, &i.slipped]);
            all.given([&i.rate, &i.schedule, &i.gap, &i.gap_abs]);
            all.given(i.months.iter().map(|(_, value)| value));
            all.add([&i.reported.0, &i.reported.1]);
        }
        for d in &self.departments {
            all.add([
                &d.errors,
                &d.warnings,
                &d.notes,
                &d.explained,
                &d.slots,
                &d.accepted,
            ]);
            all.given([&d.accepted_rate, &d.rank]);
            all.counts(&d.tasks);
            if let Some(p) = &d.progress {
                all.add([&p.lagging, &p.rank]);
                all.given([&p.rate, &p.schedule, &p.gap]);
            }
        }
        all.add(self.files.iter().map(|f| &f.bytes));
        for point in &self.trend {
            all.given([&point.rate, &point.schedule]);
            all.add([
                &point.finished,
                &point.on_schedule,
                &point.lagging,
                &point.other,
            ]);
        }
        let e = &self.elements;
        if !e.asked {
            return all.0;
        }
        all.add([&e.complete_tasks, &e.completeness, &e.funded, &e.leads]);
        all.given([
            &e.planned,
            &e.arrived,
            &e.paid,
            &e.arrived_rate,
            &e.paid_rate,
        ]);
        all.0
    }
}

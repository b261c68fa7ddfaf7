//! Every figure of the facts, once, in the order in which the struct holds them.

use super::facts::{
    DepartmentFacts, ElementsFacts, ElementsOverall, Facts, Figure, GradeCounts, IndicatorFacts,
    LastKnown, Overall, PreviousCounts, TaskFacts, TierFacts, TrendPoint,
};

impl Facts {
    /// Every figure, once: overall, tiers, tasks, indicators, departments, files, trend, elements. Ids are unique.
    pub fn figures(&self) -> Vec<&Figure> {
        let mut all = Vec::new();
        overall(&mut all, &self.overall);
        self.tiers.iter().for_each(|t| tier(&mut all, t));
        self.tasks.iter().for_each(|t| task(&mut all, t));
        self.indicators.iter().for_each(|i| indicator(&mut all, i));
        self.departments
            .iter()
            .for_each(|d| department(&mut all, d));
        all.extend(self.files.iter().map(|f| &f.bytes));
        self.trend.iter().for_each(|t| trend(&mut all, t));
        elements_overall(&mut all, &self.elements);
        all
    }
}

// Each function takes its struct apart. Overall, tiers, trend and totals are taken apart whole, so that a figure added to them
// must be listed here; tasks, indicators, departments and elements hold much besides, and their figures are picked out.

fn counts<'a>(all: &mut Vec<&'a Figure>, counts: &'a GradeCounts) {
    let GradeCounts { total, by_grade } = counts;
    all.push(total);
    all.extend(by_grade.iter().map(|(_, f)| f));
}

fn overall<'a>(all: &mut Vec<&'a Figure>, overall: &'a Overall) {
    let Overall {
        tasks,
        finished,
        on_schedule,
        lagging,
        started,
        previous: last,
        risen,
        fallen,
        indicators,
        rate,
        schedule,
        departments,
        submitted,
        late,
        returned,
        missing,
        errors,
        warnings,
        notes,
        explained,
        slots,
        accepted,
        withheld,
        unreported,
    } = overall;
    counts(all, tasks);
    all.extend([finished, on_schedule, lagging, started]);
    if let Some(last) = last {
        previous(all, last);
    }
    all.extend([risen, fallen, rate, schedule].into_iter().flatten());
    counts(all, indicators);
    all.extend([
        departments,
        submitted,
        late,
        returned,
        missing,
        errors,
        warnings,
        notes,
        explained,
        slots,
        accepted,
        withheld,
        unreported,
    ]);
}

fn previous<'a>(all: &mut Vec<&'a Figure>, previous: &'a PreviousCounts) {
    let PreviousCounts {
        period: _,
        tasks,
        finished,
        on_schedule,
        lagging,
        finished_change,
        on_schedule_change,
        lagging_change,
        change_by_grade,
    } = previous;
    counts(all, tasks);
    all.extend([
        finished,
        on_schedule,
        lagging,
        finished_change,
        on_schedule_change,
        lagging_change,
    ]);
    all.extend(change_by_grade.iter().map(|(_, f)| f));
}

fn tier<'a>(all: &mut Vec<&'a Figure>, tier: &'a TierFacts) {
    let TierFacts {
        name: _,
        tasks,
        finished,
        on_schedule,
        lagging,
        rate,
        schedule,
        first_no: _,
        last_no: _,
    } = tier;
    counts(all, tasks);
    all.extend([finished, on_schedule, lagging]);
    all.extend([rate, schedule].into_iter().flatten());
}

fn task<'a>(all: &mut Vec<&'a Figure>, task: &'a TaskFacts) {
    let TaskFacts {
        rate,
        schedule,
        gap,
        gap_abs,
        milestones,
        unverified,
        verified,
        elements,
        last_known,
        ..
    } = task;
    all.extend([rate, schedule, gap, gap_abs].into_iter().flatten());
    if let Some((done, planned)) = milestones {
        all.extend([done, planned]);
    }
    all.extend([unverified, verified]);
    if let Some(LastKnown {
        period: _,
        grade: _,
        rate,
        schedule,
        gap,
    }) = last_known
    {
        all.extend([rate, schedule, gap].into_iter().flatten());
    }
    let ElementsFacts {
        planned,
        arrived,
        paid,
        arrived_rate,
        paid_rate,
        present,
        ..
    } = elements;
    all.push(present);
    all.extend(
        [planned, arrived, paid, arrived_rate, paid_rate]
            .into_iter()
            .flatten(),
    );
}

fn indicator<'a>(all: &mut Vec<&'a Figure>, indicator: &'a IndicatorFacts) {
    let IndicatorFacts {
        target,
        value,
        previous,
        increment,
        rate,
        schedule,
        gap,
        gap_abs,
        months,
        reported: (accepted, reporters),
        ..
    } = indicator;
    all.extend(
        [
            target, value, previous, increment, rate, schedule, gap, gap_abs,
        ]
        .into_iter()
        .flatten(),
    );
    all.extend(months.iter().filter_map(|(_, value)| value.as_ref()));
    all.extend([accepted, reporters]);
}

fn department<'a>(all: &mut Vec<&'a Figure>, department: &'a DepartmentFacts) {
    let DepartmentFacts {
        errors,
        warnings,
        notes,
        explained,
        slots,
        accepted,
        accepted_rate,
        rank,
        tasks,
        ..
    } = department;
    all.extend([errors, warnings, notes, explained, slots, accepted]);
    all.extend(accepted_rate);
    all.push(rank);
    counts(all, tasks);
}

fn trend<'a>(all: &mut Vec<&'a Figure>, point: &'a TrendPoint) {
    let TrendPoint {
        period: _,
        rate,
        schedule,
        finished,
        on_schedule,
        lagging,
        other,
    } = point;
    all.extend([rate, schedule].into_iter().flatten());
    all.extend([finished, on_schedule, lagging, other]);
}

fn elements_overall<'a>(all: &mut Vec<&'a Figure>, elements: &'a ElementsOverall) {
    let ElementsOverall {
        complete_tasks,
        completeness,
        planned,
        arrived,
        paid,
        arrived_rate,
        paid_rate,
    } = elements;
    all.extend([complete_tasks, completeness]);
    all.extend(
        [planned, arrived, paid, arrived_rate, paid_rate]
            .into_iter()
            .flatten(),
    );
}

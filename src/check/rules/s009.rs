use crate::intake::submission::FormIdentity;
use crate::plan::{Period, Plan};

rule! {
    S009 "outdated-form", Warning, Submission(check);
    title: "使用了旧的报送表",
    what: "下发的报送表带有隐藏的标识，记有计划版本、表样版本和月份；这里看它们是否为现行版本、是否为本月的表。没有标识的自制表不检查。",
    why: "旧表的任务、目标和上月累计都可能已经变了，照旧表填容易漏项、错项。",
    example: "填报期写6月，标识还是5月的：拿5月的表改了继续用。",
    fix: "本月的数据照常采用；下月请使用当月下发的报送表，并核对目标和上月累计是否为最新。",
}

/// The revision of the form that is current (rules.md, "The identity sheet").
const FORM_REVISION: u32 = 1;

fn outdated(form: &FormIdentity, plan: &Plan, period: Period) -> Vec<String> {
    let mut reasons = Vec::new();
    match (&form.plan_id, form.plan_revision) {
        (Some(id), _) if *id != plan.id => reasons.push(format!(
            "标识的计划是“{}”，现行计划是“{}”",
            text::one_line(id, 40),
            plan.id
        )),
        (_, Some(revision)) if revision < plan.revision => {
            reasons.push(format!(
                "标识的计划是第{revision}版，现行计划是第{}版",
                plan.revision
            ));
        }
        _ => {}
    }
    if let Some(revision) = form
        .form_revision
        .filter(|&revision| revision < FORM_REVISION)
    {
        reasons.push(format!(
            "标识的表样是第{revision}版，现行表样是第{FORM_REVISION}版"
        ));
    }
    // A file whose visible months disagree with the folder's never gets here: the visible month is the period.
    if let Some(month) = form.period.filter(|&month| month != period) {
        reasons.push(format!(
            "标识的月份是{}，填报的是{}",
            month.chinese(),
            period.chinese()
        ));
    }
    reasons
}

fn check(cx: &SubmissionCx) -> Vec<Finding> {
    let reasons = outdated(&cx.submission.form, cx.plan, cx.period());
    if reasons.is_empty() {
        return Vec::new();
    }
    vec![cx.finding(
        &RULE,
        format!("使用了旧的报送表：{}。", reasons.join("；")),
        "请核对任务、年度目标和上月累计是否为最新；下次请使用当月下发的报送表。",
    )]
}

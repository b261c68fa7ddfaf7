use crate::intake::submission::{ClaimSource, DepartmentClaim};

rule! {
    F005 "unknown-department", Error fixed, File(check);
    title: "无法判断是哪个单位报送的",
    what: "能否从文件夹、标识表、“填报单位”、文件名、表下的落款或标题判断报送单位，并在计划的责任单位名单（含别称）中找到；只在标题中写明的，按该单位采用并提示。",
    why: "不知道是谁报的，数就不能记到任何单位名下，也无法退回修改。",
    example: "“填报单位”写“园林绿化局”，计划的责任单位中没有这个名称或别称。",
    fix: "在“填报单位”写明与通知一致的单位名称后重新报送；单位名称有变动的，请督查室在计划中补充别称，或把文件放进该单位的文件夹。",
}

fn check(cx: &FileCx) -> Option<Finding> {
    let submission = cx.submission()?;
    let claims = cx
        .arrival
        .department_claims
        .iter()
        .chain(&submission.department_claims);
    if cx.department.is_some() {
        let by_title = |c: &DepartmentClaim| c.source == ClaimSource::Title;
        let known = claims.filter(|claim| claim.department.is_some());
        let title = known
            .clone()
            .next()
            .filter(|_| known.clone().all(by_title))?;
        let message = format!(
            "报送单位只在标题中写明：“{}”，按该单位采用。",
            text::one_line(&title.text, 60)
        );
        let help = "请在“填报单位”写明单位名称；不是该单位报送的，请与督查室联系。";
        return Some(cx.finding(&RULE, message, help).severity(Severity::Note));
    }
    let mut seen: Vec<String> = claims
        .map(|claim| {
            format!(
                "{}“{}”",
                claim.source.of_department(),
                text::one_line(&claim.text, 30)
            )
        })
        .collect();
    seen.dedup();
    let message = if seen.is_empty() {
        "无法判断报送单位：文件夹、“填报单位”、文件名、落款和标题都没有写明是哪一个单位。"
            .to_owned()
    } else {
        format!(
            "无法判断报送单位：{}不在计划的责任单位名单中。",
            seen.join("、")
        )
    };
    Some(cx.finding(&RULE, message, "请在“填报单位”写明与通知一致的单位名称后重新报送；或由督查室补充别称、把文件放进该单位的文件夹。"))
}

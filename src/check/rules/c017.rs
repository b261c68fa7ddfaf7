use crate::intake::submission::PersonalPlace;

rule! {
    C017 "personal-data", Warning, Submission(check);
    title: "表中含有身份证号或手机号",
    what: "联系人、联系电话以外的单元格（包括隐藏的表）、批注、文本框和页眉页脚是否含有18位身份证号或手机号。所有清单、报告和日志中一律打码。",
    why: "报送表会层层汇总、印发，群众和工作人员的个人信息不应随表流转。",
    example: "备注写“联系张三1380000****”；隐藏的“人员名单”表里有身份证号。",
    fix: "删去个人信息；确需留联系方式的，填在“联系电话”一栏。",
}

fn check(cx: &SubmissionCx) -> Vec<Finding> {
    let mut findings: Vec<Finding> = cx
        .submission
        .personal_data
        .iter()
        .map(|found| {
            // Only the masked text is known here; the plain one is kept nowhere.
            let (place, cell) = match found.place {
                PersonalPlace::Cell(at) => ("单元格", Some(at)),
                PersonalPlace::Comment(at) => ("单元格的批注", Some(at)),
                PersonalPlace::TextBox => ("文本框", None),
                PersonalPlace::Page => ("页眉或页脚", None),
            };
            let finding = cx
                .finding(
                    &RULE,
                    format!(
                        "{place}中含有{}，属个人信息，各类输出中已打码。",
                        found.what
                    ),
                    "请删去个人信息；确需留联系方式的，填在“联系电话”一栏。",
                )
                .sheet(&found.sheet)
                .found(&found.masked);
            match cell {
                Some(at) => finding.cell(at),
                None => finding,
            }
        })
        .collect();
    phrases::say_more(&mut findings, cx.submission.more_personal_data, "格");
    findings
}

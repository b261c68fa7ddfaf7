use crate::check::answers;
use crate::check::result::finding::Status;
use crate::intake::layout::EXPLANATION_SHEET;
use crate::intake::submission::Explanation;

rule! {
    S012 "unplaced-answer", Note, Answers(check);
    title: "“情况说明”中的说明对不上要说明的警告",
    what: "“情况说明”表中填写的每条说明，按“规则代码”和“位置”能否对上一条警告。位置写单元格、一段单元格、行、指标或任务都可以。",
    why: "对不上的说明不起作用，警告仍然没有答复；不指出来，单位会以为已经说明过了。",
    example: "R016有三条警告，说明只写了代码，没有写位置。",
    fix: "按退回表所列补写规则代码和位置，例如R016和进展情况!K7，也可写指标编号或任务序号。",
}

fn check(cx: &AnswersCx) -> Vec<Finding> {
    let unplaced = cx
        .answers
        .iter()
        .filter_map(|answer| Some((answer, why(cx, answer)?)));
    unplaced
        .map(|(answer, why)| {
            let shown = text::one_line(&answer.text, 40);
            let message = format!("“情况说明”中的“{shown}”没有对上任何警告：{why}。");
            RULE.finding(
                message,
                "请按退回表“情况说明”所列的规则代码和位置改写，再次报送。",
            )
            .department(cx.department)
            .file(&cx.arrival.path)
            .sheet(EXPLANATION_SHEET)
            .cell(answer.at)
            .found(text::one_line(
                &format!("{} {}", answer.code, answer.place),
                60,
            ))
        })
        .collect()
}

/// Why an answer settles nothing though something is open that it may have meant. What was answered or put right before needs
/// no answer any more.
fn why(cx: &AnswersCx, answer: &Explanation) -> Option<String> {
    if !answers::meant(cx.plan, cx.findings, answer).is_empty() {
        return None;
    }
    let codes = answers::codes(answer);
    let open = |code: Option<&str>| {
        let open = cx.findings.iter().filter(|f| {
            answers::is_warning(f)
                && f.status == Status::Open
                && code.is_none_or(|code| code == f.code)
        });
        open.count()
    };
    if codes.is_empty() {
        let written = if answer.code.is_empty() {
            "没有写规则代码".to_owned()
        } else {
            format!("“{}”不是规则代码", text::one_line(&answer.code, 20))
        };
        return (open(None) > 0).then_some(written);
    }
    let (code, open) = codes
        .iter()
        .map(|code| (*code, open(Some(code))))
        .max_by_key(|(_, open)| *open)?;
    match open {
        0 => None,
        many if answer.places.is_empty() => Some(format!("{code}有{many}条警告，没有写位置")),
        many => Some(format!(
            "“{}”处没有{code}的警告（未说明的{code}有{many}条，在别处）",
            text::one_line(&answer.place, 40)
        )),
    }
}

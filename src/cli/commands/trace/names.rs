//! Figures and columns by their Chinese names.

use crate::plan::Plan;

/// Columns of a task or an indicator: the part of an id, its name in reports, what else an operator may call it.
const COLUMNS: [(&str, &str, &[&str]); 17] = [
    ("value", "累计", &["累计完成", "数值", "完成", "本月累计"]),
    ("target", "年度目标", &["目标"]),
    ("previous", "上月累计", &["上月"]),
    ("increment", "本月完成", &["本月", "增量", "本月新增"]),
    ("rate", "完成率", &["进度"]),
    ("schedule", "序时进度", &["序时", "应完成"]),
    ("gap", "差距", &["偏差"]),
    (GRADE, "状态", &["评定", "等级"]),
    ("reported", "已报单位数", &["已报"]),
    ("reporters", "应报单位数", &["应报"]),
    ("milestones_done", "已完成节点", &["完成节点"]),
    ("milestones", "节点", &["节点数"]),
    ("unverified", "待核实项数", &["待核实"]),
    ("elements", "四要素", &["要素"]),
    ("planned", "计划资金", &["计划"]),
    ("arrived", "到位资金", &["到位"]),
    ("paid", "支付资金", &["支付"]),
];

/// Not a figure, but a column all the same.
pub const GRADE: &str = "grade";

/// A column by any of its names.
pub fn column(text: &str) -> Option<&'static str> {
    let text = text.trim();
    COLUMNS
        .iter()
        .find(|(id, name, others)| *id == text || *name == text || others.contains(&text))
        .map(|(id, _, _)| *id)
}

/// `累计、年度目标、…`, for messages.
pub fn columns() -> String {
    COLUMNS
        .iter()
        .map(|(_, name, _)| *name)
        .collect::<Vec<_>>()
        .join("、")
}

/// Other last parts of ids.
const PARTS: [(&str, &str); 39] = [
    ("gap_abs", "差距"),
    ("arrived_rate", "资金到位率"),
    ("paid_rate", "资金支付率"),
    ("accepted_rate", "采信率"),
    ("accepted", "已采信"),
    ("withheld", "待核实"),
    ("unreported", "未报"),
    ("slots", "应报数据"),
    ("errors", "错误"),
    ("warnings", "警告"),
    ("notes", "提示"),
    ("explained", "已说明"),
    ("rank", "名次"),
    ("departments", "单位"),
    ("submitted", "已报单位"),
    ("late", "逾期单位"),
    ("returned", "退回单位"),
    ("missing", "未报单位"),
    ("finished", "已完成任务"),
    ("on_schedule", "达到序时"),
    ("lagging", "滞后任务"),
    ("risen", "上升任务"),
    ("fallen", "下降任务"),
    ("total", "合计"),
    ("bytes", "大小"),
    ("other", "其他任务"),
    ("done", "已完成"),
    ("done_pending", "已完成待验收"),
    ("ahead", "超序时进度"),
    ("reached", "已达标"),
    ("ongoing", "持续推进"),
    ("not_started", "未启动"),
    ("not_reached", "未达标"),
    ("behind", "滞后"),
    ("serious", "严重滞后"),
    ("overdue", "未按期完成"),
    ("finished_change", "已完成任务增减"),
    ("on_schedule_change", "达到序时任务增减"),
    ("lagging_change", "滞后任务增减"),
];

/// `第14项供水管网改造 完成率` for `task.14.rate`; the id itself where it has no better name.
pub fn label(plan: &Plan, id: &str) -> String {
    let Some((head, last)) = id.rsplit_once('.') else {
        return id.to_owned();
    };
    let part = COLUMNS
        .iter()
        .find(|(c, _, _)| *c == last)
        .map(|(_, name, _)| *name);
    let part = part
        .or_else(|| {
            PARTS
                .iter()
                .find(|(p, _)| *p == last)
                .map(|(_, name)| *name)
        })
        .unwrap_or(last);
    let subject = match head.split_once('.') {
        Some(("task", rest)) => {
            let no = rest.split('.').next().unwrap_or_default();
            let name = plan
                .tasks
                .iter()
                .find(|t| t.no.to_string() == no)
                .map_or("", |t| t.name.as_str());
            let last_known = if rest.ends_with(".last") {
                "（最近一次）"
            } else {
                ""
            };
            format!("第{no}项{name}{last_known}")
        }
        Some(("indicator", rest)) => {
            let name = plan
                .indicator(rest)
                .map_or("", |ix| plan.indicators[ix].name.as_str());
            format!("指标{rest}{name}")
        }
        Some(("department", rest)) => {
            let id = rest.split('.').next().unwrap_or_default();
            plan.department(id)
                .map_or_else(|| id.to_owned(), |ix| plan.departments[ix].name.clone())
        }
        Some(("tier", rest)) => rest.split('.').next().unwrap_or_default().to_owned(),
        Some(("trend", rest)) => format!("{rest}当月"),
        Some(("files", rest)) => format!("第{rest}个文件"),
        Some(("previous", _)) => "上月总体".to_owned(),
        None if head == "previous" => "上月总体".to_owned(),
        None if head == "elements" => "四要素与资金".to_owned(),
        _ => "总体".to_owned(),
    };
    format!("{subject} {part}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_go_by_several_names() {
        assert_eq!(
            [
                column("累计"),
                column("累计完成"),
                column("rate"),
                column("序时"),
                column("状态"),
                column("备注")
            ],
            [
                Some("value"),
                Some("value"),
                Some("rate"),
                Some("schedule"),
                Some("grade"),
                None
            ]
        );
    }
}

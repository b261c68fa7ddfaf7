//! What a briefing template can use, with its meaning: what `duban template vars` lists and a template is checked against.

use super::model::{Item, Model};
use crate::report::word::template::{Names, Variable};

/// `[]` marks a list's items: `{% for 项 in 滞后项目 %}{{ 项.名称 }}{% endfor %}`.
pub const NAMES: Names = Names {
    values: &[
        ("简报名称", "红头：简报的名称"),
        ("征求意见稿", "是否征求意见稿"),
        ("期号", "第 6 期；未给出时留空待填"),
        ("文号", "文号；未给出时留空待填"),
        ("签发人", "签发人；未给出时留空待填"),
        ("编发单位", "编发单位"),
        ("日期", "印发日期，2024年7月5日"),
        ("标题", "标题，两行"),
        ("事项", "事项简称，重点民生实事"),
        ("年份", "2024年"),
        ("月份", "6月"),
        ("期间", "2024年6月"),
        ("截至", "截至6月底"),
        ("总体情况[]", "总体情况各段"),
        ("滞后概述", "滞后项目的总起句；只有一件时为空"),
        ("滞后项目[].名称", "项目名称"),
        ("滞后项目[].责任单位", "责任单位"),
        ("滞后项目[].状态", "状态"),
        ("滞后项目[].情况", "完成、占比、与序时进度的差距"),
        ("滞后项目[].年度目标", "年度目标；指标不止一个时为空"),
        ("滞后项目[].完成率", "完成率"),
        ("滞后项目[].序时进度", "序时进度"),
        ("滞后项目[].差距", "与序时进度相差的百分点"),
        ("滞后项目[].原因", "责任单位填报的存在问题"),
        ("滞后项目[].下一步", "责任单位填报的下一步措施"),
        ("滞后项目[].预计完成时间", "预计完成时间"),
        ("滞后项目[].全文", "以上合成的一段"),
        (
            "滞后其余",
            "正文列不下的、数据待核实而仍跟踪的滞后项目；没有时为空",
        ),
        ("有滞后附表", "是否有列不下的滞后项目"),
        ("滞后附表[].名称", "列不下的滞后项目：项目名称"),
        ("滞后附表[].责任单位", "责任单位"),
        ("滞后附表[].状态", "状态"),
        ("滞后附表[].情况", "完成、占比、与序时进度的差距"),
        ("滞后附表[].年度目标", "年度目标"),
        ("滞后附表[].完成率", "完成率"),
        ("滞后附表[].序时进度", "序时进度"),
        ("滞后附表[].差距", "与序时进度相差的百分点"),
        ("滞后附表[].原因", "存在问题"),
        ("滞后附表[].下一步", "下一步措施"),
        ("滞后附表[].预计完成时间", "预计完成时间"),
        ("滞后附表[].全文", "以上合成的一段"),
        ("进展[]", "已完成和进展较快的项目、预警提示各段"),
        ("存在问题[]", "存在问题各段"),
        ("建议[]", "下一步工作建议各段"),
        ("附件清单", "附件的序号和名称，每行一个"),
        ("图附件号", "对照图是第几个附件"),
        ("项目[].序号", "全部项目，按方案顺序：序号"),
        ("项目[].分级", "分级"),
        ("项目[].名称", "项目名称"),
        ("项目[].责任单位", "责任单位，有会同单位的一并列出"),
        ("项目[].会同单位", "会同单位"),
        ("项目[].年度目标", "各指标的年度目标"),
        ("项目[].完成情况", "各指标的完成情况"),
        ("项目[].完成率", "完成率；只有节点的写“3个节点完成1个”"),
        ("项目[].序时进度", "序时进度"),
        ("项目[].状态", "状态"),
        ("项目[].升降", "与上月状态相比"),
        ("项目[].预计完成时间", "预计完成时间"),
        ("单位[].名称", "全部单位：名称"),
        ("单位[].报送情况", "按时报送、逾期报送、已退回、未报"),
        ("单位[].收到日期", "收到日期"),
        ("单位[].错误", "错误条数"),
        ("单位[].警告", "警告条数"),
        ("单位[].牵头项目", "牵头项目件数"),
        ("统计.项目总数", "项目总数"),
        ("统计.完成", "已完成和已完成待验收"),
        (
            "统计.达到或超过序时进度",
            "超序时进度、达到序时进度和已达标",
        ),
        ("统计.滞后合计", "滞后、严重滞后和未按期完成"),
        ("统计.已完成", "状态为已完成的件数"),
        ("统计.已完成待验收", "状态为已完成待验收的件数"),
        ("统计.超序时进度", "状态为超序时进度的件数"),
        ("统计.达到序时进度", "状态为达到序时进度的件数"),
        ("统计.已达标", "状态为已达标的件数"),
        ("统计.持续推进", "状态为持续推进的件数"),
        ("统计.未启动", "状态为未启动的件数"),
        ("统计.未达标", "状态为未达标的件数"),
        ("统计.滞后", "状态为滞后的件数"),
        ("统计.严重滞后", "状态为严重滞后的件数"),
        ("统计.未按期完成", "状态为未按期完成的件数"),
        ("统计.数据待核实", "状态为数据待核实的件数"),
        ("统计.平均完成率", "量化任务平均完成率"),
        ("统计.平均序时进度", "量化任务平均序时进度"),
        ("统计.应报单位", "应报送单位数"),
        ("统计.逾期单位", "逾期报送单位数"),
        ("统计.退回单位", "退回单位数"),
        ("统计.未报单位", "未报单位数"),
        ("统计.要素完备率", "四要素完备率"),
        ("报", "版记：报"),
        ("送", "版记：送"),
        ("发", "版记：发"),
        ("印数", "版记：（共印20份）"),
    ],
    places: &[
        ("表_一览", "单独一段，换成全部项目的一览表（横向版面）"),
        (
            "表_滞后",
            "单独一段，换成列不下的滞后项目情况表（横向版面）",
        ),
        (
            "图_进度",
            "单独一段，换成完成率与序时进度对照图（可在Word中编辑数据）",
        ),
    ],
};

pub fn variables(model: &Model) -> Vec<Variable> {
    let values = NAMES.values.iter().map(|(name, meaning)| Variable {
        name,
        meaning,
        value: look_up(model, name),
    });
    let places = NAMES.places.iter().map(|(name, meaning)| Variable {
        name,
        meaning,
        value: String::new(),
    });
    values.chain(places).collect()
}

/// The value at a path, the first item's where the path goes through a list.
fn look_up(model: &Model, path: &str) -> String {
    let mut steps = path.split('.');
    let root = steps.next().unwrap_or_default();
    let mut item = model.root.get(root.trim_end_matches("[]"));
    let mut in_list = root.ends_with("[]");
    let first_row;
    if let Some(Item::Rows(rows)) = item {
        first_row = rows.item(0);
        item = first_row.as_ref();
    }
    loop {
        if let (true, Some(Item::List(items))) = (in_list, item) {
            item = items.first();
        }
        let Some(step) = steps.next() else { break };
        in_list = step.ends_with("[]");
        item = match item {
            Some(Item::Group(group)) => group.get(step.trim_end_matches("[]")),
            _ => None,
        };
    }
    match item {
        Some(Item::Text(text)) => text.clone(),
        Some(Item::Flag(flag)) => if *flag { "是" } else { "否" }.to_owned(),
        _ => String::new(),
    }
}

/// Every path of the model, as the schema writes them; for the test that the two agree.
#[cfg(test)]
pub fn paths(model: &Model) -> std::collections::BTreeSet<String> {
    fn walk(prefix: String, item: &Item, out: &mut std::collections::BTreeSet<String>) {
        match item {
            Item::List(items) => items
                .iter()
                .for_each(|i| walk(format!("{prefix}[]"), i, out)),
            Item::Rows(rows) => (0..rows.rows.len())
                .filter_map(|row| rows.item(row))
                .for_each(|i| walk(format!("{prefix}[]"), &i, out)),
            Item::Group(group) => group
                .iter()
                .for_each(|(name, i)| walk(format!("{prefix}.{name}"), i, out)),
            Item::Text(_) | Item::Flag(_) => {
                out.insert(prefix);
            }
        }
    }
    let mut out = std::collections::BTreeSet::new();
    for (name, item) in &model.root {
        walk((*name).to_owned(), item, &mut out);
    }
    out
}

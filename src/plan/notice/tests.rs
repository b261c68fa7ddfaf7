//! Task texts of many kinds, and texts that must break nothing. All of them are made up.

use proptest::prelude::*;

use super::*;
use crate::Joined;
use crate::plan::testing::load;

/// Texts; below each its indicators as `kind target unit (~ about, ≤ at most) name [qualifiers]`.
const TEXTS: &str = "
城镇新增就业约2.5万人，城镇调查失业率低于5.5%。
  count 25000人~ 城镇新增就业 [约]
  ratio 5.5%≤ 城镇调查失业率 [低于]
规模以上工业增加值增长5.5%左右。
  ratio 5.5%~ 规模以上工业增加值增长 [左右]
完成老旧厂区更新3011万平方米。
  quantity 3011万平方米 老旧厂区更新
新改扩建中小学、幼儿园100所，新增学位6.3万个。
  count 100所 新改扩建中小学、幼儿园
  count 63000个 新增学位
组织文化惠民活动覆盖群众1.5万人次以上。
  count 15000人次 文化惠民活动覆盖群众 [以上]
建成第一批社区食堂，2025年6月底前投入使用。
  milestone 第一批社区食堂
居民医保参保率比上年提高2个百分点，达到96.5%。
  ratio 2百分点 居民医保参保率比上年提高
  ratio 96.5% 居民医保参保率 [达到]
新建和改造口袋公园30—40个。
  count 30个 新建和改造口袋公园
每千名老年人拥有养老床位数达到35张。
  level 35张 每千名老年人拥有养老床位数 [达到]
每学年组织1次校园食品安全检查，每季度开展消防演练不少于2次。
  count 1次 每学年校园食品安全检查
  count 8次 消防演练 [不少于]
新建公共充电桩1，200个，其中快充桩800个、慢充桩400个。
  count 1200个 新建公共充电桩
  count 800个 快充桩
  count 400个 慢充桩
培训护理员三百人次，组建十二支志愿服务队。
  count 300人次 培训护理员
  count 12支 志愿服务队
空气质量优良天数达到300天以上，细颗粒物（PM2.5）平均浓度控制在35微克以内。
  count 300天 空气质量优良天数 [达到…以上]
  level 35微克≤ 平均浓度 [控制在…以内]
建设15分钟便民生活圈20个，5G基站累计达到3000个。
  count 20个 15分钟便民生活圈
  count 3000个 5G基站 [累计…达到]
对60岁以上老年人免费体检8万人次。
  count 80000人次 60岁以上老年人免费体检
改造农村公路120公里，总投资约2.3亿元。
  quantity 120公里 改造农村公路
  quantity 2.3亿元~ 改造农村公路总投资 [约]
困难家庭救助率达到100％，群众满意度不低于90分。
  ratio 100% 困难家庭救助率 [达到]
  level 90分 群众满意度 [不低于]
落实“一户一策”，为1000户以上困难家庭改造“厨卫厕”。
  ongoing 落实“一户一策”
  count 1000户 困难家庭改造“厨卫厕” [以上]
“百千万工程”培育示范村12个，“三进”活动进社区500场。
  count 12个 “百千万工程”培育示范村
  count 500场 “三进”活动进社区
贯彻《条例》〔2024〕12号文件精神，制定实施方案。
  milestone 制定实施方案
出台养老服务收费管理办法；启动区中医院二期项目建设；完成区图书馆主体工程。
  milestone 出台养老服务收费管理办法
  milestone 启动区中医院二期项目建设
  milestone 区图书馆主体工程
持续开展“食安护苗”专项行动，深入推进垃圾分类。
  ongoing “食安护苗”专项行动
  ongoing 垃圾分类
加快推进轨道交通27号线建设，力争年底前建成通车。
  milestone 轨道交通27号线建设
新建污水管网15公里、改造污水管网8公里，共23公里。
  quantity 15公里 新建污水管网
  quantity 8公里 改造污水管网
  quantity 23公里 合计长度 [共]
更换燃气老旧管道，完成率达到八成以上。
  milestone 更换燃气老旧管道
  ratio 80% 完成率 [达到…以上]
为4—6个社区加装电梯，加装电梯百余部。
  count 4个 社区加装电梯
  milestone 加装电梯百余部
每个街道至少建成1个综合养老服务中心。
  level 1个 综合养老服务中心 [至少]
９月底前完成５所学校操场改造，面积１２０００㎡。
  count 5所 学校操场改造
  quantity 12000㎡ 学校操场改造面积
单位地区生产总值能耗下降3%以上，地表水断面优良比例不低于百分之九十。
  ratio 3% 单位地区生产总值能耗下降 [以上]
  ratio 90% 地表水断面优良比例 [不低于]
建设保障性租赁住房1.2万套（间），其中新开工0.5万套。
  count 12000套 保障性租赁住房
  count 5000套 保障性租赁住房新开工
引进三甲医院专家10余名，开展义诊不少于二十场。
  count 10名~ 引进三甲医院专家 [余]
  count 20场 义诊场次 [不少于]
群众投诉办理时间缩短至5个工作日以内。
  level 5工作日≤ 群众投诉办理时间 [缩短至…以内]
全年发放消费券3000多万元，拉动消费超3亿元。
  quantity 3000万元~ 发放消费券 [多]
  quantity 3亿元 拉动消费 [超]
打造全市领先的营商环境品牌，营造尊老爱老氛围。
  ongoing 全市领先的营商环境品牌
  ongoing 营造尊老爱老氛围
实施农村饮水安全巩固提升工程，惠及群众12万人、3.5万户。
  ongoing 农村饮水安全巩固提升工程
  count 120000人 惠及群众
  count 35000户 惠及群众户数
抽检食品2000批次，问题食品处置率100%。
  count 2000批次 抽检食品
  ratio 100% 问题食品处置率
（1）新建幼儿园2所；（2）改建幼儿园1所。
  count 2所 新建幼儿园
  count 1所 改建幼儿园
1.新增停车位5000个；2.建成立体停车库3座。
  count 5000个 新增停车位
  count 3座 立体停车库
整治“断头路”5条，里程3.2公里，惠及12个小区。
  count 5条 整治“断头路”
  quantity 3.2公里 整治“断头路”里程
  count 12个 惠及小区
24小时自助图书馆新增6个，7×24小时开放。
  count 6个 24小时自助图书馆新增
  ongoing 7×24小时开放
打造“一老一小”服务阵地，建成一批社区托育点。
  milestone “一老一小”服务阵地
  milestone 一批社区托育点
公园绿地服务半径覆盖率90%至95%。
  ratio 90% 公园绿地服务半径覆盖率
招募志愿者近千名，服务时长10万小时。
  ongoing 招募志愿者近千名
  quantity 10万小时 服务时长
减少碳排放2万吨，植树50万株。
  quantity 2万吨 减少碳排放
  count 500000株 植树数量
会同区财政局、各街道及有关单位开展清欠行动，清理拖欠账款5000万元。
  ongoing 清欠行动
  quantity 5000万元 清理拖欠账款
人均公园绿地面积达到16平方米。
  level 16平方米 人均公园绿地面积 [达到]
房屋漏损率控制在9%以内，管网漏损率降至8.5%。
  ratio 9%≤ 房屋漏损率 [控制在…以内]
  ratio 8.5%≤ 管网漏损率 [降至]
高校毕业生就业人数增长150%。
  ongoing 高校毕业生就业人数增长
普惠性幼儿园覆盖率由85%提高到90%以上。
  ratio 90% 普惠性幼儿园覆盖率 [提高到…以上]
免费“两癌”筛查1万人，较2024年增长10%。
  count 10000人 免费“两癌”筛查
  ratio 10% 较2024年增长
到2025—2027年建成停车场8座，新增光伏装机3.5万千瓦。
  count 8座 停车场
  quantity 3.5万千瓦 新增光伏装机
完成粮食产能1.2亿斤，亩均产值不少于8000元。
  quantity 1.2亿斤 粮食产能
  quantity 8000元 亩均产值 [不少于]
在11家A级景区设置志愿服务站，每个景区不少于2名讲解员。
  count 11家 A级景区设置志愿服务站
  level 2名 讲解员 [不少于]
改造村级卫生室30个左右，配备医生每村至少一名。
  count 30个~ 改造村级卫生室 [左右]
  level 1名 配备医生每村 [至少]
参保人数不少于12.6万人、参保率不低于98％。
  count 126000人 参保人数 [不少于]
  ratio 98% 参保率 [不低于]
一是新建公厕4座；二是改造旱厕600户。
  count 4座 新建公厕
  count 600户 改造旱厕
开展就业培训不低于2000人次，发放贷款5000万元以上。
  count 2000人次 就业培训 [不低于]
  quantity 5000万元 发放贷款 [以上]
实施“万村千乡”行动，创建省级示范村二十个。
  ongoing “万村千乡”行动
  count 20个 创建省级示范村
";

/// Each text with its indicators.
fn texts() -> Vec<(&'static str, Vec<&'static str>)> {
    let mut texts: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in TEXTS.lines().skip(1) {
        match (line.strip_prefix("  "), texts.last_mut()) {
            (Some(indicator), Some((_, list))) => list.push(indicator),
            _ => texts.push((line, Vec::new())),
        }
    }
    texts
}

fn row(text: &str) -> Row {
    Row {
        no: Some(1),
        tier: "区级".to_owned(),
        name: "示例任务".to_owned(),
        lead: "甲局".to_owned(),
        text: text.to_owned(),
        ..Row::default()
    }
}

fn shown(i: &IndicatorDraft) -> String {
    let target = i
        .target
        .map(|t| format!(" {}{}", write::number(t), i.unit))
        .unwrap_or_default();
    let qualifier = if i.qualifier.is_empty() {
        String::new()
    } else {
        format!(" [{}]", i.qualifier)
    };
    format!(
        "{}{target}{}{} {}{qualifier}",
        i.kind.as_str(),
        if i.approximate { "~" } else { "" },
        if i.at_most { "≤" } else { "" },
        i.name
    )
}

#[test]
fn texts_of_many_kinds_are_read() {
    let mut wrong = Vec::new();
    for (text, expected) in texts() {
        let found: Vec<String> = analyse(&row(text), 2025)
            .indicators
            .iter()
            .map(shown)
            .collect();
        if found != expected {
            wrong.push(format!(
                "{text}\n  found    {found:?}\n  expected {expected:?}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn one(text: &str) -> TaskDraft {
    analyse(&row(text), 2025)
}

#[test]
fn what_a_person_must_decide_is_marked() {
    let marks = |text: &str| {
        let task = one(text);
        task.marks
            .iter()
            .chain(task.indicators.iter().flat_map(|i| &i.marks))
            .cloned()
            .joined("|")
    };
    for (text, word) in [
        ("检定器具860余台。", "基数"),
        ("新建公园30—40个。", "范围 30～40"),
        ("每季度检查2次。", "每季度"),
        ("每个社区配备1名网格员。", "定额"),
        ("参保率比上年提高2个百分点。", "上年基数"),
        ("2026年6月底前建成充电站5座。", "不在本年度内"),
        ("建成一批社区托育点。", "一批"),
        ("打造示范街区。", "打造"),
        ("新增床位100张，其中护理床位60张、普通床位50张。", "110张"),
    ] {
        assert!(marks(text).contains(word), "{text}: {}", marks(text));
    }
    assert_eq!(one("2026年6月底前建成充电站5座。").deadline, None);
    let misprint = analyse(
        &Row {
            name: "无障碍示范点（社区）".to_owned(),
            ..row("创建2处示范点（市区）。")
        },
        2025,
    );
    assert!(
        misprint.marks.iter().any(|m| m.contains("误写")),
        "{:?}",
        misprint.marks
    );
}

/// Texts, and each indicator as `name target unit; <baseline; deadline; body part …`.
const DATED: &str = "
9月底前建成充电站5座。 ⇒ 充电站 5座 2025-09-30
改造旱厕20座，6月底前完成。 ⇒ 改造旱厕 20座 2025-06-30
新建公园3处（六月底前完成），改造绿道5公里。 ⇒ 新建公园 3处 2025-06-30 | 改造绿道 5公里
8月底前，新建学校4所、改建学校2所。 ⇒ 新建学校 4所 2025-08-31 | 改建学校 2所 2025-08-31
新建、改扩建学校4所，于2025年8月底前投用；加强监管。 ⇒ 新建、改扩建学校 4所 | 新建、改扩建学校投用 2025-08-31 | 监管
推进二期工程建设，上半年开工。 ⇒ 二期工程建设 2025-06-30
三季度末完成平台上线。 ⇒ 平台上线 2025-09-30
年底前建成充电站5座。 ⇒ 充电站 5座
覆盖率由42%提高到60%以上。 ⇒ 覆盖率 60% <42
覆盖率由2024年底的42%提升至60%。 ⇒ 覆盖率 60% <42
覆盖率在上年42%的基础上提高到60%。 ⇒ 覆盖率 60% <42
管网漏损率从上年的12%降至9%以下。 ⇒ 管网漏损率 9% <12
站点由8个增加到12个。 ⇒ 站点数量 12个 <8
改造管网35公里，其中市住建局负责城区管网20公里，市水利局负责乡镇管网15公里。 ⇒ 改造管网 35公里 市住建局20 市水利局15
改造管网35公里，其中市水利局负责15公里。 ⇒ 改造管网 35公里 市住建局20 市水利局15
改造管网35公里，其中水利局15公里、市住建局20公里。 ⇒ 改造管网 35公里 市水利局15 市住建局20
市交通运输局负责新建公交站8座。 ⇒ 新建公交站 8座 市交通运输局8
改造小区26个，惠及居民300户，加装电梯40部，改造面积58.6万平方米。 ⇒ 改造小区 26个 | 惠及居民 300户 | 加装电梯 40部 | 改造面积 58.6万平方米
每月举办宣讲3场。 ⇒ 宣讲 36场
";

#[test]
fn deadlines_baselines_and_shares_are_the_indicators_own() {
    let said = |i: &IndicatorDraft| {
        let mut out = vec![i.name.clone()];
        out.extend(i.target.map(|t| format!("{}{}", write::number(t), i.unit)));
        out.extend(i.baseline.map(|b| format!("<{}", write::number(b))));
        out.extend(i.deadline.map(|d| d.to_string()));
        out.extend(
            i.reporters
                .iter()
                .map(|(body, part)| format!("{body}{}", write::number(*part))),
        );
        out.join(" ")
    };
    let mut wrong = Vec::new();
    for line in DATED.trim().lines() {
        let (text, expected) = line.split_once(" ⇒ ").unwrap();
        let row = Row {
            lead: "市住建局".to_owned(),
            with: "市水利局".to_owned(),
            ..row(text)
        };
        let found = analyse(&row, 2025)
            .indicators
            .iter()
            .map(said)
            .joined(" | ");
        if found != expected {
            wrong.push(format!("{text}\n  {found}\n  {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn totals_and_their_parts_become_relations() {
    let relations = |text: &str| one(text).relations;
    let both = RelationDraft {
        parts: vec![1, 2],
        total: 0,
    };
    assert_eq!(
        relations("新建管网12.4公里，其中雨水1.8公里、污水10.6公里。"),
        std::slice::from_ref(&both)
    );
    // Units convert, and another measure between them does not disturb.
    assert_eq!(
        relations("修复岸线2公里，其中甲段500米、乙段1500米，绿化3处。"),
        [both]
    );
    assert_eq!(
        relations("新建学校5所、改建学校3所，共8所。"),
        [RelationDraft {
            parts: vec![0, 1],
            total: 2
        }]
    );
    assert_eq!(
        relations("新建管网12.4公里，其中雨水2公里、污水10公里。"),
        []
    );
}

/// It was named by whatever indicator of the notice stood at its place.
#[test]
fn a_sum_names_an_indicator_that_only_the_existing_plan_has_by_its_id() {
    let text = "新建管网12.4公里，其中雨水1.8公里、污水10.6公里。".to_owned();
    let text = draft(&notice_of(&[text]), None).unwrap().to_toml();
    let more = "[[task.indicator]]\nid = \"1.4\"\nname = \"另列\"\nkind = \"quantity\"\ntarget = 10.6\nunit = \"公里\"\n\n[[task.relation]]";
    let edited = text
        .replace("[[task.relation]]", more)
        .replace("1.2 + 1.3 = 1.1", "1.2 + 1.4 = 1.1");
    let [imported, existing] =
        [text, edited].map(|text| load("draft", &text).unwrap_or_else(|e| panic!("{e}")));
    let differences = compare(&imported, &existing);
    let mut sums = differences.iter().filter(|d| d.aspect == Aspect::Relation);
    assert_eq!(sums.next().unwrap().existing, "1.2 + 1.4 = 1.1");
}

#[test]
fn numbers_in_names_dates_and_bases_are_no_targets() {
    for text in [
        "持续开展“百名医师进千村”行动。",
        "推进“一镇一特色”建设，落实“1+8+N”方案。",
        "贯彻第三次全会和〔2025〕18号文件精神，推进三年行动。",
        "巩固国家4A级景区创建成果，推进G50沿线整治。",
        "持续推进一户一策帮扶，深化放管服改革。",
    ] {
        let task = one(text);
        assert!(
            task.indicators.iter().all(|i| i.target.is_none()),
            "{text}: {:?}",
            task.indicators
        );
    }
}

fn notice_of(texts: &[String]) -> Notice {
    let rows = texts
        .iter()
        .enumerate()
        .map(|(n, text)| Row {
            no: u32::try_from(n + 1).ok(),
            name: format!("任务{n}"),
            ..row(text)
        })
        .collect();
    Notice {
        title: "示例区2025年民生实事".to_owned(),
        issuer: "示例区办公室".to_owned(),
        year: Some(2025),
        rows,
        ..Notice::default()
    }
}

/// Found by fuzzing: two spellings of one body made a plan that its own loader refused, and so did names without a letter
/// or like an id of ours.
#[test]
fn bodies_that_fold_to_one_name_are_one() {
    let text = "2025年民生实事任务\n序号\t项目名称\t责任单位\t工作任务\n1\t甲\t城建中心\t建公园1个\n2\t乙\t城建\u{1}中心\t建公园2个\n\
        3\t丙\td01\t建公园3个\n4\t丁\t\u{200b}\t建公园4个\n";
    let draft = draft(&read(text.as_bytes()).unwrap(), None).unwrap();
    assert_eq!(
        draft.departments.first().map(String::as_str),
        Some("城建中心")
    );
    let plan = load("plan.toml", &draft.to_toml()).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(plan.tasks[0].lead, plan.tasks[1].lead);
}

/// A draft once made names (民政局（东区） beside 民政局（西区）, 名称（2）) that forms cannot tell apart.
#[test]
fn a_draft_never_holds_names_that_forms_cannot_tell_apart() {
    let rows = |third: &str| {
        format!(
            "2025年民生实事任务\n序号\t项目名称\t责任单位\t工作任务\n1\t养老服务（市级）\t民政局（东区）\t新建站点1个，新建站点2个\n\
            2\t养老服务（区级）\t牵头单位：民政局（西区）；配合单位：民政局（东区）\t新建站点2个\n{third}"
        )
    };
    let read_draft = |text: &str| draft(&read(text.as_bytes()).unwrap(), None).unwrap();
    let first = read_draft(&rows("")).to_toml();
    let plan = load("plan.toml", &first).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(plan.departments[1].name, "民政局西区");
    assert_eq!(
        (plan.tasks[1].lead, plan.tasks[1].name.as_str()),
        (1, "养老服务区级")
    );
    assert_eq!(plan.tasks[1].with, [0]);
    let names: Vec<&str> = plan.indicators.iter().map(|i| i.name.as_str()).collect();
    assert_eq!(names[..2], ["新建站点", "新建站点数量"]);

    // The same notice again changes nothing; a new body and task that read like old ones get names of their own.
    let merged = super::merge(&first, &plan, &read_draft(&rows("")));
    assert_eq!(merged.text, first);
    let more = read_draft(&rows(
        "3\t养老服务（镇级）\t牵头单位：民政局（南区）；配合单位：民政局（西区）\t新建站点3个\n",
    ));
    let merged = super::merge(&first, &plan, &more).text;
    let plan = load("plan.toml", &merged).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(plan.departments[2].name, "民政局南区");
    assert_eq!(plan.tasks[2].name, "养老服务镇级");
    assert_eq!(plan.tasks[2].with, [1]);
}

#[test]
fn names_given_out_again_get_a_number_that_counts() {
    let mut given = super::naming::Unique::default();
    let names = ["绿地（新增）", "绿地", "绿地", "绿地（"].map(|name| given.claim(name));
    assert_eq!(names, ["绿地（新增）", "绿地之2", "绿地之3", "绿地之4"]);
}

#[test]
fn every_draft_loads_as_it_is() {
    let texts: Vec<String> = texts().iter().map(|(text, _)| (*text).to_owned()).collect();
    let text = draft(&notice_of(&texts), None).unwrap().to_toml();
    load("draft", &text).unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn a_text_of_nothing_but_a_line_break_still_loads() {
    let text = draft(&notice_of(&["\u{200b}\n".to_owned()]), None)
        .unwrap()
        .to_toml();
    load("draft", &text).unwrap_or_else(|e| panic!("{e}"));
}

/// Pieces of which hostile texts are made.
const PIECES: &str = "\
    1|20|3.5|９|一| |三百|百|万|亿|个|人次|公里|%|余|约|不少于|以上|左右|、|，|。|；|“|”|（|\
    ）|其中|共|每|每千人|第|年|月|日|底前|由|提高到|至|-|—|的|完成|建设|持续|推进|会同|局|等|\
    新增|示例|面积|\n|\u{200b}|x|〔|百分之|成|0|99999999999999999999|1e9|+";

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_breaks_the_reading_or_the_draft(picks in prop::collection::vec(0..PIECES.split('|').count(), 0..60), other in "\\PC{0,20}") {
        let text: String = picks.iter().filter_map(|&ix| PIECES.split('|').nth(ix)).collect();
        let made = draft(&notice_of(&[text.clone(), other.clone(), format!("{other}{text}")]), None).unwrap();
        let toml = made.to_toml();
        let plan = load("draft", &toml);
        prop_assert!(plan.is_ok(), "{text}\n{}", plan.err().map(|e| e.to_string()).unwrap_or_default());
        let merged = merge(&toml, &plan.unwrap(), &made);
        prop_assert_eq!(merged.changes, vec![]);
        prop_assert_eq!(merged.text, toml);
    }

    #[test]
    fn no_bytes_break_the_reading(bytes in prop::collection::vec(any::<u8>(), 0..300), other in "\\PC{0,80}") {
        let _ = read(&bytes);
        let _ = read(other.as_bytes());
        let _ = read(&[b"PK\x03\x04".as_slice(), &bytes].concat());
    }

    #[test]
    fn no_table_breaks_the_reading(cells in prop::collection::vec("[\\t\\n1-9一二、（）序号项目名称责任单位工作任务甲]{0,8}", 0..60)) {
        let text = format!("关于任务的通知\n\t序号\n\t项目名称\n\t责任单位\n\t2025年工作任务\n\n{}", cells.join("\n"));
        if let Ok(notice) = read(text.as_bytes()) {
            let toml = draft(&notice, None).unwrap().to_toml();
            prop_assert!(load("draft", &toml).is_ok(), "{}", load("draft", &toml).err().map(|e| e.to_string()).unwrap_or_default());
        }
    }
}

#[test]
fn a_long_text_takes_linear_time() {
    for piece in [
        "建设公园1个、",
        "“",
        "持续推进甲工作，",
        "1",
        "一",
        "其中1公里、共2公里，",
        "、",
        "（",
        "第一个一批",
    ] {
        let text = piece.repeat(200_000 / piece.len());
        let started = std::time::Instant::now();
        let _ = one(&text);
        assert!(
            started.elapsed().as_secs() < 20,
            "{piece}: {:?}",
            started.elapsed()
        );
    }
}

const STACKED: &str =
    "示例区办公室关于印发2025年民生实事目标任务的通知\n\n附件\n示例区2025年民生实事目标任务\n";

#[test]
fn columns_come_in_any_order_and_some_may_be_absent() {
    let text = format!(
        "{STACKED}编号\t牵头单位\t配合单位\t项目\t主要内容\t完成时限\t备注\n1\t甲局\t乙局、各镇\t实事一\t新建公园3处。\t2025年10月\t\n2\t丙局\t\t实事二\t成立专班。\t年底前\t无\n\n示例区办公室\n"
    );
    let draft = draft(&read(text.as_bytes()).unwrap(), None).unwrap();
    assert_eq!(
        (draft.title.as_str(), draft.issuer.as_str(), draft.year),
        ("示例区2025年民生实事", "示例区办公室", 2025)
    );
    assert_eq!(draft.departments, ["甲局", "丙局"]);
    let first = &draft.tasks[0];
    assert_eq!(
        (
            first.with.join("|").as_str(),
            first.deadline.map(|d| d.to_string()).as_deref()
        ),
        ("乙局|各镇", Some("2025-10-31"))
    );
    assert_eq!(draft.tasks[1].deadline, None);
    assert_eq!(draft.tasks.len(), 2);
    load("draft", &draft.to_toml()).unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn page_furniture_between_rows_is_passed_over() {
    let rows = "\n\t1\n\t市级\n\t实事一\n\t甲局\n\t新建公园3处。\n— 2 —\n示例区2025年民生实事\n\t序号\n\t分级\n\t项目名称\n\t责任单位\n\t工作任务\n\n\t2\n\t\n\t实事二\n\t乙局\n\t改造旱厕20\n\n- 3 -\n\t0户。\n\n示例区办公室\n2025年3月1日\n";
    let text = format!("{STACKED}\t序号\n\t分级\n\t项目名称\n\t责任单位\n\t工作任务\n{rows}");
    let notice = read(text.as_bytes()).unwrap();
    assert_eq!(notice.rows.len(), 2, "{:?}", notice.rows);
    assert_eq!(
        (notice.rows[1].tier.as_str(), notice.rows[1].text.as_str()),
        ("市级", "改造旱厕200户。")
    );
}

#[test]
fn each_kind_of_file_that_is_no_notice_has_its_fault() {
    let fault = |bytes: &[u8]| read(bytes).err();
    assert_eq!(fault(b""), Some(Fault::Empty));
    assert_eq!(fault(" \n\t\n".as_bytes()), Some(Fault::Empty));
    assert_eq!(
        fault("今天天气很好，适合出门。".as_bytes()),
        Some(Fault::NotANotice)
    );
    assert_eq!(
        fault("关于印发工作任务的通知\n各部门：请认真落实。".as_bytes()),
        Some(Fault::NoTable)
    );
    assert_eq!(fault(&vec![b'a'; (20 << 20) + 1]), Some(Fault::TooLarge));
    assert!(matches!(fault(b"%PDF-1.7"), Some(Fault::OtherFormat(_))));
    assert!(matches!(
        fault(b"PK\x03\x04 broken"),
        Some(Fault::Damaged(_))
    ));
    assert!(matches!(
        fault(b"\xff\x00\x01\x02\x00"),
        Some(Fault::OtherFormat(_))
    ));
    assert_eq!(
        fault("序号\t项目名称\t工作任务\n1\t甲\t乙\n".as_bytes()),
        Some(Fault::NoColumn(
            "责任单位",
            ["序号", "项目名称", "工作任务"].map(str::to_owned).to_vec()
        ))
    );
    assert_eq!(
        fault("序号\t项目名称\t责任单位\t工作任务\n".as_bytes()),
        Some(Fault::NoRows)
    );
    let long = format!(
        "序号\t项目名称\t责任单位\t工作任务\n1\t甲\t乙局\t{}\n",
        "建公园1个、".repeat(10_000)
    );
    assert_eq!(fault(long.as_bytes()), Some(Fault::LongText(1)));
    let undated =
        read("序号\t项目名称\t责任单位\t工作任务\n1\t甲\t乙局\t建公园1个\n".as_bytes()).unwrap();
    assert_eq!(draft(&undated, None).err(), Some(Fault::NoYear));
    assert!(draft(&undated, Some(2025)).is_ok());
}

#[test]
fn gbk_and_utf16_texts_are_read() {
    let text = "2025年民生实事任务\n序号\t项目名称\t责任单位\t工作任务\n1\t甲\t乙局\t建公园1个\n";
    let expected = read(text.as_bytes()).unwrap();
    assert_eq!(read(&encoding_rs::GBK.encode(text).0).unwrap(), expected);
    let wide: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    assert_eq!(read(&wide).unwrap(), expected);
}

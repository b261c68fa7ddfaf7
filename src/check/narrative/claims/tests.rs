//! Clauses and what they claim.

use super::*;

fn said(clause: &str) -> Vec<Claim> {
    claims(clause, 2025).into_iter().map(|s| s.claim).collect()
}

#[test]
fn no_negation_is_without_its_characters() {
    assert!(
        NEGATIONS
            .iter()
            .all(|word| word.contains(['未', '没', '无', '不', '难']))
    );
}

#[test]
fn no_claim_is_without_its_characters() {
    assert!(COMPLETION.iter().all(|word| word.contains(OF_COMPLETION)));
    assert!(
        COMPLETION
            .iter()
            .chain(UNDER_WAY)
            .chain(GOING_ON)
            .chain(NOT_HANDED_OVER)
            .all(|word| word.contains(OF_ANY))
    );
}

#[test]
fn under_way() {
    for clause in [
        "◇正在施工",
        "◇提质正在施工",
        "目前仍在施工",
        "◇尚未完工",
        "◇未完成",
        "尚未全部完成",
        "没有按期完成",
        "◇在建",
        "◇推进中",
        "已进场施工",
        "◇正在有序推进",
        "已完成60%",
        "完成年度任务的60%",
        "◇完成至85%",
    ] {
        let claims = said(clause);
        assert!(
            !claims.is_empty() && claims.iter().all(|c| *c == Claim::UnderWay),
            "{clause}: {claims:?}"
        );
    }
    for clause in [
        "◇正在划线",
        "◇待验收",
        "◇尚未交付",
        "◇已进入收尾阶段",
        "◇正在调试",
    ] {
        assert_eq!(said(clause), [Claim::PerhapsUnderWay], "{clause}");
    }
    assert_eq!(said("◇已收尾"), []);
    assert_eq!(
        said("正在施工、尚未完工"),
        [Claim::UnderWay, Claim::UnderWay]
    );
}

#[test]
fn finished() {
    for clause in [
        "◇已完成",
        "◇已完工",
        "◇已于6月15日竣工",
        "◇均已建成",
        "◇已完成建设",
        "已完成◇",
        "◇已建成投用",
        "◇已完成验收",
        "◇提前完成",
        "◇已完成并通过验收",
        "◇全年任务提前完成",
    ] {
        assert_eq!(said(clause), [Claim::Finished], "{clause}");
    }
    for clause in [
        "年度任务已全部完成",
        "城镇老旧小区改造年度任务已全部完成",
        "◇全部完工",
        "◇已完成全部建设内容",
        "已完成年度目标任务",
        "已全面完成年度任务",
        "各项任务全部按期完成",
        "全部完成1300个◇",
        "20公里已全部完成",
        "完成率100%、完成年度任务100%",
        "按计划全部完成",
        "2025年任务已全部完成",
        "◇2025年度建设任务已全部完成",
        "截至6月底年度任务已全部完成",
        "截至6月建设任务已全部完成",
        "◇各标段已全部完工",
        "◇所有路段均已全部完成",
        "◇拆除外立面后已全部完成",
        "◇建设任务已全部完成",
        "◇48公里已全部完成",
        "◇工程项目已全面竣工",
    ] {
        assert!(
            said(clause).contains(&Claim::AllFinished),
            "{clause}: {:?}",
            said(clause)
        );
    }
}

#[test]
fn neither() {
    for clause in [
        "◇已完成3处",
        "◇已完成16万平方米",
        "已建成◇3处",
        "◇基本完成",
        "◇已基本完工",
        "前期工作已全部完成",
        "◇设计方案已完成",
        "◇主体已完工",
        "本月任务已全部完成",
        "6月任务已全部完成",
        "将于年底前全部完成",
        "确保12月底前全部完成",
        "预计9月完工",
        "计划于10月竣工",
        "全部完成后组织验收",
        "◇完成率63%",
        "完成情况见本表",
        "◇已完成招标",
        "正在组织竣工验收",
        "◇正在办理移交手续",
        "存在建设用地问题",
        "未来社区建设",
        "◇累计16万平方米",
        "均按月度计划组织实施",
        "◇6月完工",
        "数量和完成率见本表各行",
        "◇6月份任务已全部完成",
        "◇5月份的各项任务均已完成",
        "◇一季度目标已全面完成",
        "2024年任务已全部完成",
        "◇2024年度建设任务已全部完成",
        "◇去年结转任务已全部完成",
        "◇除东段外全部完成",
        "◇除2个村外均已完工",
        "◇除了东段以外已全部建成",
        "◇滨江路段已完工",
        "◇一标段已全部完成",
        "◇1号楼已竣工",
        "◇东侧地块已全部建成",
        "◇曾家镇已完工",
        "◇沟槽开挖已全部完成",
        "◇主管已全部完成",
        "城北◇已全部完成",
        "人民路段供水管网已全部完成",
        "◇年内可全部完成",
    ] {
        assert_eq!(said(clause), [], "{clause}");
    }
}

#[test]
fn figures_come_with_the_claim() {
    let all = claims("20公里已全部完成", 2025);
    assert_eq!(all[0].figures.len(), 1);
    assert!((all[0].figures[0].0 - 20.0).abs() < 1e-9);
    assert!(claims("◇已于6月15日完成", 2025)[0].figures.is_empty());
    assert_eq!(claims("任务已全部完成", 2025)[0].words, "全部完成");
}

#[test]
fn a_claim_without_a_subject_of_its_own() {
    let no_subject = |clause: &str| has_no_subject(clause, &claims(clause, 2025)[0]);
    assert!(no_subject("目前正在施工"));
    assert!(no_subject("已全部完成"));
    assert!(!no_subject("配套管网正在施工"));
    assert!(speaks_of_others("其余项目正在施工"));
    let whole = |clause: &str| speaks_of_the_whole(clause, &claims(clause, 2025)[0]);
    for clause in [
        "年度任务已全部完成",
        "截至6月底各项工作已全面完成",
        "已全部完成",
        "20个点位已全部完成",
    ] {
        assert!(whole(clause), "{clause}");
    }
    for clause in [
        "食堂已全部完成",
        "扩建工程已全面完工",
        "厂区扩建全部完成并投运",
    ] {
        assert!(!whole(clause), "{clause}");
    }
}

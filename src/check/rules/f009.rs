use crate::intake::submission::{ClaimSource, DepartmentClaim, departments_conflict};
use crate::plan::Plan;

use super::f006::{self, Months};

rule! {
    F009 "identity-conflict", Error fixed, File(check);
    title: "文件各处写的单位或月份互相矛盾",
    what: "填报期、标题、表头月份和文件名写的月份是否一致；文件夹、标识表、“填报单位”和文件名写的单位是否一致。",
    why: "单位或月份互相矛盾，多半是拿旧表改的，数据可能也是旧的，不能猜着用。",
    example: "文件名写“5月报送表”，表内填报期写“2024年6月”。",
    fix: "核对是否发错了文件；没有发错的，把不一致的地方改正后重新报送。",
}

fn check(cx: &FileCx) -> Option<Finding> {
    let submission = cx.submission()?;
    let telling = f006::telling(f006::claims(cx));
    let months = f006::months(&telling, cx.period);
    if matches!(months, Months::Other(_)) {
        return None;
    }
    let departments = || {
        cx.arrival
            .department_claims
            .iter()
            .chain(&submission.department_claims)
            .filter(|c| !matches!(c.source, ClaimSource::Signature | ClaimSource::Title))
    };
    let mut conflicts = Vec::new();
    if months == Months::Conflict {
        let all = telling
            .iter()
            .map(|c| format!("{}为{}", c.source.of_period(), c.named.chinese()))
            .joined("，");
        conflicts.push(format!("月份不一致：{all}"));
    }
    if departments_conflict(departments()) {
        conflicts.push(format!(
            "单位不一致：{}",
            told(cx.plan, departments()).join("，")
        ));
    }
    if conflicts.is_empty() {
        return None;
    }
    let finding = cx.finding(
        &RULE,
        format!("{}。", conflicts.join("；")),
        "请核对是否误用了旧表或发错了文件，改正不一致的地方后重新报送。",
    );
    Some(if months == Months::Conflict {
        finding.expected(cx.period.chinese())
    } else {
        finding
    })
}

fn told<'c>(plan: &Plan, claims: impl Iterator<Item = &'c DepartmentClaim>) -> Vec<String> {
    let mut told: Vec<String> = claims
        .filter_map(|claim| {
            let name = &plan.departments.get(claim.department?)?.name;
            let written = text::one_line(&claim.text, 30);
            let aside = if written == *name {
                String::new()
            } else {
                format!("（{written}）")
            };
            Some(format!("{}为{name}{aside}", claim.source.of_department()))
        })
        .collect();
    told.dedup();
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conflict(claimed: &[(ClaimSource, Option<usize>)]) -> bool {
        let claims: Vec<_> = claimed
            .iter()
            .map(|&(source, department)| DepartmentClaim {
                source,
                text: String::new(),
                department,
            })
            .collect();
        departments_conflict(claims.iter())
    }

    #[test]
    fn only_known_departments_contradict_each_other() {
        use ClaimSource::{Cell, FileName, Folder, IdentitySheet};
        assert!(!conflict(&[]));
        assert!(!conflict(&[
            (Folder, Some(0)),
            (Cell, Some(0)),
            (FileName, Some(0))
        ]));
        assert!(!conflict(&[(Folder, Some(0)), (Cell, None)]));
        assert!(!conflict(&[(Folder, None), (Cell, None)]));
        assert!(conflict(&[(Folder, Some(0)), (Cell, Some(1))]));
        assert!(conflict(&[
            (IdentitySheet, Some(0)),
            (FileName, None),
            (Cell, Some(2))
        ]));
    }
}

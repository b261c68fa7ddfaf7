//! What the office says about its briefing.

use jiff::civil::Date;

use crate::plan::{Period, Plan};

/// What flags of `run` say about the briefing; they outrank the plan's `[briefing]`.
#[derive(Debug, Clone, Default)]
pub(crate) struct BriefingOptions {
    /// 征求意见稿 in the head.
    pub draft: bool,
    /// 期号, without 第…期.
    pub issue_number: Option<String>,
    /// 文号 as printed.
    pub document_number: Option<String>,
    /// 签发人.
    pub signer: Option<String>,
    /// 报; empty: the plan's, as for the next two.
    pub to: Vec<String>,
    /// 送.
    pub send: Vec<String>,
    /// 发.
    pub distribute: Vec<String>,
    /// 共印.
    pub copies: Option<u32>,
    /// The date the briefing bears; `None`: the facts' date.
    pub date: Option<Date>,
}

impl BriefingOptions {
    /// What was given for the run, else what `[briefing]` of the plan says; a blank text is not given.
    pub fn or_plan(&self, plan: &Plan, period: Period) -> Self {
        let text = |own: &Option<String>, plans: Option<&String>| {
            let given = own.as_ref().or(plans);
            given.filter(|text| !text.trim().is_empty()).cloned()
        };
        let list =
            |own: &[String], plans: &[String]| if own.is_empty() { plans } else { own }.to_vec();
        let plans = &plan.briefing;
        let signer = plan.paper(period).and_then(|paper| paper.signer.as_ref());
        Self {
            issue_number: text(&self.issue_number, plans.numbers.get(&period)),
            document_number: text(&self.document_number, plans.document_numbers.get(&period)),
            signer: text(&self.signer, signer.or(plans.signer.as_ref())),
            to: list(&self.to, &plans.to),
            send: list(&self.send, &plans.send),
            distribute: list(&self.distribute, &plans.distribute),
            copies: self.copies.or(plans.copies),
            ..*self
        }
    }

    /// What the paper leaves blank, to be filled in before it goes out.
    pub fn blanks(&self) -> Vec<&'static str> {
        [
            ("期号", self.issue_number.is_none()),
            ("报", self.to.is_empty()),
            ("送", self.send.is_empty()),
            ("发", self.distribute.is_empty()),
            ("印数", self.copies.is_none()),
        ]
        .into_iter()
        .filter_map(|(name, is_blank)| is_blank.then_some(name))
        .collect()
    }
}

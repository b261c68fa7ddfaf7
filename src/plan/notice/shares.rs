//! Parts of a figure that other departments answer for: 其中市水利局负责15公里.

use super::Words;
use super::departments::first_end;
use super::figure::Figure;
use super::mask::{Masked, length};
use super::naming::Named;
use super::relation::{converted, near, same_kind};

/// What one body answers for.
struct Share {
    figure: usize,
    body: String,
    /// What is counted, without the body.
    rest: String,
}

type Reported = (usize, Vec<(String, f64)>, Option<String>);

/// What the shares make of the figures.
#[derive(Debug, Default)]
pub(super) struct Shares {
    /// Figures that several bodies report: the figure, each body with its part, and what is to be settled.
    pub reported: Vec<Reported>,
    /// Figures that are only parts of one before.
    pub parts: Vec<usize>,
    /// Names of figures without the body before them.
    pub names: Vec<(usize, String)>,
}

const ANSWERS: Words = Words("负责 承担 牵头 完成 实施");
const CERTAIN: Words = Words("负责 承担");

/// Looks for bodies in front of figures; `lead` and `with` are the task's own.
pub(super) fn shares(
    masked: &Masked,
    figures: &[Figure],
    named: &[Named],
    lead: &str,
    with: &[String],
) -> Shares {
    let mut out = Shares::default();
    let known: Vec<&str> = std::iter::once(lead)
        .chain(with.iter().map(String::as_str))
        .filter(|b| !b.is_empty())
        .collect();
    let found: Vec<Share> = named
        .iter()
        .enumerate()
        .filter_map(|(n, named)| share(n, &named.left, &known))
        .collect();
    let sentence = |n: usize| masked.sentence(figures[n].range.start);
    let mut rest = found.as_slice();
    while let Some(first) = rest.first() {
        let of_sentence = |s: &&Share| sentence(s.figure) == sentence(first.figure);
        let (group, more) = rest.split_at(rest.iter().take_while(of_sentence).count());
        rest = more;
        // The total is the last figure before them of the same kind.
        let total = (0..first.figure)
            .rev()
            .take_while(|&n| sentence(n) == sentence(first.figure))
            .find(|&n| {
                group
                    .iter()
                    .all(|s| same_kind(&figures[s.figure], &figures[n]))
            });
        let parts: Option<Vec<(String, f64)>> = total.and_then(|total| {
            let part = |s: &Share| {
                Some((
                    s.body.clone(),
                    converted(&figures[s.figure], &figures[total])?,
                ))
            };
            group.iter().map(part).collect()
        });
        if let (Some(total), Some(mut parts)) = (total, parts) {
            let sum: f64 = parts.iter().map(|(_, part)| part).sum();
            let whole = figures[total].value;
            let is_lead_named = parts.iter().any(|(body, _)| body == lead);
            let mut mark = None;
            if !near(sum, whole) && sum < whole && !is_lead_named && !lead.is_empty() {
                let left = super::analyse::tidy(whole - sum);
                mark = Some(format!(
                    "通知没有写明其余{left}{}由谁负责，暂由责任单位“{lead}”报送",
                    figures[total].unit
                ));
                parts.insert(0, (lead.to_owned(), left));
            }
            if near(parts.iter().map(|(_, part)| part).sum(), whole) {
                out.parts.extend(group.iter().map(|s| s.figure));
                out.reported.push((total, parts, mark));
                continue;
            }
        }
        for share in group {
            let figure = &figures[share.figure];
            out.reported
                .push((share.figure, vec![(share.body.clone(), figure.value)], None));
            if length(&share.rest) >= 2 {
                out.names.push((share.figure, share.rest.clone()));
            }
        }
    }
    out
}

fn share(figure: usize, left: &str, known: &[&str]) -> Option<Share> {
    let text = left.trim_start_matches(['、', '，', '：']);
    let text = ["其中", "包括"]
        .iter()
        .find_map(|w| text.strip_prefix(w))
        .unwrap_or(text);
    let text = text.trim_start_matches(['：', '，', '、']);
    let text = text.strip_prefix('由').unwrap_or(text);
    let of_task = known.iter().filter_map(|body| {
        // 水利局 for 市水利局.
        let short = body
            .strip_prefix(['市', '区', '县', '州', '省'])
            .filter(|b| length(b) >= 3);
        let used = [Some(*body), short]
            .into_iter()
            .flatten()
            .find(|b| text.starts_with(b))?;
        Some((used.len(), (*body).to_owned()))
    });
    let (used, body) = of_task.max().or_else(|| {
        let end = first_end(text)?;
        let body = &text[..end];
        let fits = (3..=20).contains(&length(body)) && CERTAIN.at_start(&text[end..]).is_some();
        fits.then(|| (end, body.to_owned()))
    })?;
    let rest = &text[used..];
    let rest = ANSWERS.at_start(rest).map_or(rest, |w| &rest[w.len()..]);
    Some(Share {
        figure,
        body,
        rest: rest.trim_matches(['、', '，', '的']).to_owned(),
    })
}

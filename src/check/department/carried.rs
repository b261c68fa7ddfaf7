//! A value taken over from an earlier month (C020), and what is said of it.

use crate::check::record::{Judged, Source, State};
use crate::check::rules::c020::Carried;
use crate::plan::MilestoneState;

/// Begins the conversion of a value that was taken over from an earlier month.
pub const CARRIED: &str = "沿用";

/// C020: an earlier accepted value, or zero beside 未启动, stands for a blank.
pub fn take_carried(judged: &mut Judged, carried: Carried) {
    judged.state = State::Accepted;
    match carried {
        Carried::Figure(value, period) => {
            judged.value = Some(value);
            note(
                judged,
                &format!("{CARRIED}{}已采信的累计数", period.chinese()),
            );
        }
        Carried::Done(date, period) => {
            judged.milestone = Some(MilestoneState::Done);
            judged.done_on = date;
            note(
                judged,
                &format!("{CARRIED}{}已采信的状态", period.chinese()),
            );
        }
        Carried::Zero => {
            judged.value = Some(0.0);
            note(judged, "空白且状态为未启动，按0计");
        }
    }
}

/// Adds a conversion to a value's source.
fn note(judged: &mut Judged, what: &str) {
    if let Some(source) = &mut judged.source {
        let mut own = Source::clone(source);
        let before = if own.conversion.is_empty() {
            String::new()
        } else {
            format!("{}；", own.conversion)
        };
        own.conversion = (before + what).into();
        *source = own.into();
    }
}

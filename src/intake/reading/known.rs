//! What the last workbooks of a thread held in their small parts. Departments fill in one form with one program: styles,
//! relationships and the list of sheets are the same packed bytes in most workbooks, and reading them anew takes a
//! fifteenth of a run.

use std::any::Any;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::budget::Cost;
use crate::plan::Limits;

/// The most parts that are kept: a few programs' versions of a form's few parts.
const PARTS: usize = 32;
/// A larger part is not kept: bytes packed and inflated.
const PACKED_BYTES: usize = 16 << 10;
const INFLATED_BYTES: u64 = 128 << 10;

/// Everything that reading a part depends on, but for the limits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Identity<'a> {
    pub(super) name: &'a str,
    pub(super) packed: &'a [u8],
    pub(super) declared: u64,
    pub(super) crc: u32,
}

impl Identity<'_> {
    pub(super) fn is_small(&self) -> bool {
        self.packed.len() <= PACKED_BYTES && self.declared <= INFLATED_BYTES
    }
}

struct Known {
    name: Box<str>,
    packed: Box<[u8]>,
    declared: u64,
    limits: Limits,
    cost: Cost,
    value: Rc<dyn Any>,
}

thread_local! {
    /// By their CRC-32.
    static KNOWN: RefCell<HashMap<u32, Known>> = RefCell::new(HashMap::new());
}

/// What a part was found to hold under the same limits, and what reading it cost.
pub(super) fn find<T: 'static>(part: &Identity, limits: &Limits) -> Option<(Rc<T>, Cost)> {
    KNOWN.with_borrow(|all| {
        let known = all.get(&part.crc)?;
        let is_same = known.declared == part.declared
            && *known.name == *part.name
            && *known.packed == *part.packed
            && known.limits == *limits;
        let value = Rc::clone(&known.value).downcast().ok()?;
        is_same.then_some((value, known.cost))
    })
}

/// Keeps what a part holds.
pub(super) fn keep<T: 'static>(part: &Identity, limits: &Limits, cost: Cost, value: Rc<T>) {
    if cost.bytes > INFLATED_BYTES {
        return;
    }
    let known = Known {
        name: part.name.into(),
        packed: part.packed.into(),
        declared: part.declared,
        limits: *limits,
        cost,
        value,
    };
    KNOWN.with_borrow_mut(|all| {
        if all.len() >= PARTS {
            all.clear();
        }
        all.insert(part.crc, known);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLES: Identity = Identity {
        name: "xl/styles.xml",
        packed: b"packed",
        declared: 9,
        crc: 7,
    };
    const COST: Cost = Cost {
        bytes: 9,
        events: 3,
    };

    fn found(part: Identity, limits: Limits) -> Option<u32> {
        find::<u32>(&part, &limits).map(|(value, cost)| {
            assert_eq!(cost, COST);
            *value
        })
    }

    #[test]
    fn only_the_same_part_under_the_same_limits_is_known() {
        let limits = Limits::default();
        keep(&STYLES, &limits, COST, Rc::new(1u32));
        assert_eq!(found(STYLES, limits), Some(1));
        let lower = Limits {
            xml_depth: 3,
            ..limits
        };
        assert_eq!(found(STYLES, lower), None);
        let name = "xl/other.xml";
        let packed = b"packet";
        for other in [
            Identity { name, ..STYLES },
            Identity { packed, ..STYLES },
            Identity {
                declared: 8,
                ..STYLES
            },
            Identity { crc: 8, ..STYLES },
        ] {
            assert_eq!(found(other, limits), None, "{other:?}");
        }
        assert!(find::<String>(&STYLES, &limits).is_none(), "another type");
    }

    #[test]
    fn no_more_is_kept_than_may_be() {
        let limits = Limits::default();
        for crc in 0..100 {
            let part = Identity { crc, ..STYLES };
            keep(&part, &limits, COST, Rc::new(crc));
            assert_eq!(found(part, limits), Some(crc));
            assert!(KNOWN.with_borrow(HashMap::len) <= PARTS);
        }
        let large = Cost {
            bytes: INFLATED_BYTES + 1,
            ..COST
        };
        keep(
            &Identity { crc: 100, ..STYLES },
            &limits,
            large,
            Rc::new(5u32),
        );
        assert!(find::<u32>(&Identity { crc: 100, ..STYLES }, &limits).is_none());
    }
}

//! What the last workbooks of a thread held in their small parts: styles, relationships and the list of sheets are the same bytes
//! in most workbooks that were filled in on one form by one program.

use std::any::Any;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use crate::plan::Limits;

/// Parts that are remembered, the last used first: a few programs' versions of a form's few parts.
const PARTS: usize = 32;
/// A larger part is not remembered: packed and inflated bytes.
const PACKED_BYTES: usize = 16 << 10;
const INFLATED_BYTES: u64 = 128 << 10;

/// What makes two parts the same: everything that reading one depends on.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a> {
    pub name: &'a str,
    pub packed: &'a [u8],
    pub declared: u64,
    pub crc: u32,
}

impl Identity<'_> {
    pub fn is_small(&self) -> bool {
        self.packed.len() <= PACKED_BYTES && self.declared <= INFLATED_BYTES
    }
}

/// What reading a part took of the limits.
#[derive(Debug, Clone, Copy)]
pub struct Cost {
    pub bytes: u64,
    pub events: u64,
}

struct Known {
    name: Box<str>,
    packed: Box<[u8]>,
    declared: u64,
    crc: u32,
    limits: Limits,
    cost: Cost,
    value: Rc<dyn Any>,
}

impl Known {
    fn is(&self, part: &Identity) -> bool {
        self.crc == part.crc
            && self.declared == part.declared
            && *self.name == *part.name
            && *self.packed == *part.packed
    }

    /// Read under the same limits, but for those on bytes: they are what is left of them, and are looked at one by one.
    fn is_read_under(&self, limits: &Limits) -> bool {
        Limits {
            part_bytes: limits.part_bytes,
            total_bytes: limits.total_bytes,
            ..self.limits
        } == *limits
    }
}

thread_local! {
    static KNOWN: RefCell<VecDeque<Known>> = const { RefCell::new(VecDeque::new()) };
}

/// What the same part was found to hold, and what finding it took; `ceiling`: bytes that the part may inflate to.
pub fn find<T: 'static>(part: &Identity, limits: &Limits, ceiling: u64) -> Option<(Rc<T>, Cost)> {
    KNOWN.with_borrow_mut(|all| {
        let ix = all.iter().position(|known| {
            known.is(part) && known.is_read_under(limits) && known.cost.bytes <= ceiling
        })?;
        let known = all.remove(ix)?;
        let found = Rc::clone(&known.value)
            .downcast::<T>()
            .ok()
            .map(|value| (value, known.cost));
        all.push_front(known);
        found
    })
}

/// Remembers what a part holds.
pub fn keep<T: 'static>(part: &Identity, limits: Limits, cost: Cost, value: Rc<T>) {
    if cost.bytes > INFLATED_BYTES {
        return;
    }
    let (name, packed) = (part.name.into(), part.packed.into());
    KNOWN.with_borrow_mut(|all| {
        all.truncate(PARTS - 1);
        all.push_front(Known {
            name,
            packed,
            declared: part.declared,
            crc: part.crc,
            limits,
            cost,
            value,
        });
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
    const PLENTY: u64 = 1 << 20;

    fn found(part: Identity, limits: Limits, ceiling: u64) -> Option<u32> {
        find::<u32>(&part, &limits, ceiling).map(|(value, cost)| {
            assert_eq!((cost.bytes, cost.events), (COST.bytes, COST.events));
            *value
        })
    }

    #[test]
    fn only_the_same_part_under_the_same_limits_is_known() {
        let limits = Limits::default();
        keep(&STYLES, limits, COST, Rc::new(1u32));
        assert_eq!(found(STYLES, limits, PLENTY), Some(1));
        // Less may be left of the bytes, as long as the part still fits.
        assert_eq!(
            found(
                STYLES,
                Limits {
                    total_bytes: 100,
                    part_bytes: 100,
                    ..limits
                },
                9
            ),
            Some(1)
        );
        assert_eq!(found(STYLES, limits, 8), None);
        assert_eq!(
            found(
                STYLES,
                Limits {
                    xml_depth: 3,
                    ..limits
                },
                PLENTY
            ),
            None
        );
        for other in [
            Identity {
                name: "xl/other.xml",
                ..STYLES
            },
            Identity {
                packed: b"packet",
                ..STYLES
            },
            Identity {
                declared: 8,
                ..STYLES
            },
            Identity { crc: 8, ..STYLES },
        ] {
            assert_eq!(found(other, limits, PLENTY), None, "{other:?}");
        }
        assert!(
            find::<String>(&STYLES, &limits, PLENTY).is_none(),
            "another reading of it"
        );
    }

    #[test]
    fn what_was_used_last_is_kept() {
        let limits = Limits::default();
        let names: Vec<String> = (0..=PARTS).map(|n| n.to_string()).collect();
        let part = |n: usize| Identity {
            name: &names[n],
            ..STYLES
        };
        for n in 0..PARTS {
            keep(&part(n), limits, COST, Rc::new(u32::try_from(n).unwrap()));
        }
        assert_eq!(found(part(0), limits, PLENTY), Some(0));
        keep(&part(PARTS), limits, COST, Rc::new(99u32));
        assert_eq!(
            (
                found(part(0), limits, PLENTY),
                found(part(1), limits, PLENTY)
            ),
            (Some(0), None)
        );
        keep(
            &STYLES,
            limits,
            Cost {
                bytes: INFLATED_BYTES + 1,
                events: 1,
            },
            Rc::new(5u32),
        );
        assert_eq!(
            found(STYLES, limits, u64::MAX),
            None,
            "too large to remember"
        );
    }
}

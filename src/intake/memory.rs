//! A cache of what texts mean. The form's own words and the plan's names are in every department's workbook: nearly
//! every text that is read was read before.

use std::collections::HashMap;
use std::hash::BuildHasher;

use foldhash::fast::RandomState;

/// Values by text. A text is kept from the second time on that it is met: a name or a telephone number is in one workbook
/// alone, and keeping it for a while would only scatter small blocks over the memory that later workbooks use.
pub struct Memory<V> {
    kept: HashMap<Box<[u8]>, V, RandomState>,
    /// Hashes of some of the texts that were met last.
    met: Vec<u64>,
    most: usize,
}

/// How many hashes are kept; a power of two.
const MET: usize = 4096;

impl<V: Clone> Memory<V> {
    /// A cache of at most `most` values: a workbook of rubbish must not fill the memory with its texts.
    pub fn new(most: usize) -> Self {
        Self {
            kept: HashMap::default(),
            met: Vec::new(),
            most,
        }
    }

    pub fn get(&self, text: &[u8]) -> Option<V> {
        self.kept.get(text).cloned()
    }

    /// Keeps a text's value, if the text was met before.
    #[expect(clippy::cast_possible_truncation, reason = "any bits of a hash do")]
    pub fn put(&mut self, text: &[u8], value: &V) {
        let hash = self.kept.hasher().hash_one(text);
        if self.met.is_empty() {
            self.met.resize(MET, 0);
        }
        let place = usize::from(hash as u16) % MET;
        if self.met[place] != hash {
            self.met[place] = hash;
            return;
        }
        if self.kept.len() >= self.most {
            self.kept.clear();
        }
        self.kept.insert(text.into(), value.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_met_twice_is_kept() {
        let mut memory = Memory::new(100);
        memory.put(b"one", &1);
        assert_eq!(memory.get(b"one"), None);
        memory.put(b"one", &1);
        assert_eq!(memory.get(b"one"), Some(1));
        assert_eq!(memory.get(b"two"), None);
    }

    #[test]
    fn no_more_is_kept_than_may_be() {
        let mut memory = Memory::new(10);
        for n in 0..1000u32 {
            memory.put(&n.to_le_bytes(), &n);
            memory.put(&n.to_le_bytes(), &n);
            assert!(memory.kept.len() <= 10);
            assert_eq!(memory.get(&n.to_le_bytes()), Some(n));
        }
    }
}

//! Inflates a part that is small enough to be held whole.
//!
//! The program does it with libdeflate, where zlib-rs takes nearly twice as long: a run takes a fifteenth less. Where no C is
//! compiled, as for the browser's core, it is zlib-rs, which also inflates what is read piece by piece. What comes out of either
//! is compared with the part's CRC-32.

use super::damaged;
use super::limited::corrupt;
use crate::intake::workbook::Result;

#[cfg(feature = "libdeflate")]
use libdeflate::Engine;
#[cfg(not(feature = "libdeflate"))]
use zlib::Engine;

/// Room for a part that claims to be empty and is not.
const LEAST_ROOM: usize = 4 << 10;

/// What inflating into some room comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inflated {
    /// All of it, with so many bytes.
    Whole(usize),
    NoRoom,
    Damaged,
}

/// Inflates one part after another; the last one stays until the next.
pub(super) struct Inflater {
    engine: Engine,
    /// As long as the most that a part was given so far.
    room: Vec<u8>,
}

impl Inflater {
    pub(super) fn new() -> Self {
        Self {
            engine: Engine::new(),
            room: Vec::new(),
        }
    }

    /// Inflates a part of `most` bytes at most; `claimed`: how many it says that it has.
    ///
    /// F001 when it is damaged or has more.
    pub(super) fn inflate(&mut self, data: &[u8], claimed: usize, most: usize) -> Result<&[u8]> {
        let mut room = claimed.min(most);
        loop {
            if self.room.len() < room {
                self.room.resize(room, 0);
            }
            match self.engine.inflate(data, &mut self.room[..room]) {
                Inflated::Whole(len) => return Ok(&self.room[..len]),
                // Its claim was too small: from the beginning, with twice the room.
                Inflated::NoRoom if room < most => room = (room * 2).max(LEAST_ROOM).min(most),
                Inflated::NoRoom => return Err(damaged("压缩包声明的大小与实际不符")),
                Inflated::Damaged => return Err(corrupt()),
            }
        }
    }
}

#[cfg(feature = "libdeflate")]
mod libdeflate {
    use libdeflater::{DecompressionError, Decompressor};

    use super::Inflated;

    pub(super) struct Engine(Decompressor);

    impl Engine {
        pub(super) fn new() -> Self {
            Self(Decompressor::new())
        }

        pub(super) fn inflate(&mut self, data: &[u8], room: &mut [u8]) -> Inflated {
            match self.0.deflate_decompress(data, room) {
                Ok(len) => Inflated::Whole(len),
                Err(DecompressionError::InsufficientSpace) => Inflated::NoRoom,
                Err(DecompressionError::BadData) => Inflated::Damaged,
            }
        }
    }
}

#[cfg(any(test, not(feature = "libdeflate")))]
mod zlib {
    use flate2::{Decompress, FlushDecompress, Status};

    use super::Inflated;

    pub(super) struct Engine(Decompress);

    impl Engine {
        pub(super) fn new() -> Self {
            Self(Decompress::new(false))
        }

        pub(super) fn inflate(&mut self, data: &[u8], room: &mut [u8]) -> Inflated {
            self.0.reset(false);
            let status = self.0.decompress(data, room, FlushDecompress::Finish);
            let len = usize::try_from(self.0.total_out()).unwrap_or(usize::MAX);
            match status {
                Ok(Status::StreamEnd) => Inflated::Whole(len),
                Ok(_) if len == room.len() => Inflated::NoRoom,
                Ok(_) | Err(_) => Inflated::Damaged,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::DeflateEncoder;

    use super::*;

    fn packed(bytes: &[u8], level: u32) -> Vec<u8> {
        let mut packer = DeflateEncoder::new(Vec::new(), Compression::new(level));
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    fn texts() -> Vec<Vec<u8>> {
        let rows =
            |n: u32| (0..n).map(|n| format!("<c r=\"A{n}\" s=\"4\"><v>{}</v></c>", n * 7919));
        let noise = (0..3000u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]);
        vec![
            Vec::new(),
            b"<v>1</v>".to_vec(),
            vec![b' '; 70_000],
            noise.collect(),
            rows(2000).collect::<String>().into_bytes(),
        ]
    }

    #[test]
    fn every_claim_of_a_size_gives_the_whole_or_is_refused() {
        for (text, level) in texts()
            .iter()
            .flat_map(|text| [0, 1, 6, 9].map(|level| (text, level)))
        {
            let data = packed(text, level);
            let mut inflater = Inflater::new();
            let len = text.len();
            for claimed in [0, 1, len / 2, len.saturating_sub(1), len, len + 1, 2 * len] {
                let whole = inflater.inflate(&data, claimed, len.max(claimed));
                assert_eq!(
                    whole.unwrap(),
                    text,
                    "{len} bytes, level {level}, {claimed}"
                );
            }
            if let Some(less) = len.checked_sub(1) {
                assert!(inflater.inflate(&data, less, less).is_err());
            }
            // What follows a stream is none of it.
            let behind = [&data[..], b"PK"].concat();
            assert!(inflater.inflate(&behind, len, len).unwrap() == text);
        }
    }

    /// The page that departments check with inflates by the one, the office's program by the other. One may refuse what the other
    /// reads (a head that counts more codes than there are), but neither gives anything else.
    #[cfg(feature = "libdeflate")]
    #[test]
    fn damaged_streams_give_what_they_held_or_nothing() {
        let (mut ours, mut other) = (Engine::new(), zlib::Engine::new());
        for (text, level) in texts()
            .iter()
            .flat_map(|text| [0, 1, 9].map(|level| (text, level)))
        {
            let whole = packed(text, level);
            let crc = crc32fast::hash(text);
            let mut room = vec![0; text.len()];
            let mut read = |data: &[u8]| {
                let right = |inflated, room: &[u8]| match inflated {
                    Inflated::Whole(len) if crc32fast::hash(&room[..len]) == crc => {
                        assert!(room[..len] == **text, "level {level}");
                        true
                    }
                    Inflated::Whole(_) | Inflated::NoRoom | Inflated::Damaged => false,
                };
                let inflated = ours.inflate(data, &mut room);
                let is_ours = right(inflated, &room);
                let inflated = other.inflate(data, &mut room);
                [is_ours, right(inflated, &room)]
            };
            assert_eq!(read(&whole), [true, true]);
            for cut in 0..whole.len().min(600) {
                assert_eq!(
                    read(&whole[..cut]),
                    [false, false],
                    "{cut} of level {level}"
                );
            }
            for bit in 0..(whole.len() * 8).min(4000) {
                let mut data = whole.clone();
                data[bit / 8] ^= 1 << (bit % 8);
                read(&data);
            }
        }
    }
}

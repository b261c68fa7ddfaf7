//! DEFLATE (RFC 1951) in one call: the whole part is at hand, and so is room for what comes out.
//!
//! A general inflater must be able to stop anywhere and go on later. Here nothing stops: bits are taken from a register of 64
//! that is filled by eight bytes at a time, one lookup gives a symbol with its extra bits, and matches are copied by sixteen
//! bytes. docs/performance.md has what that gains. Who calls it checks the part's CRC-32, so that no mistake here could pass.

#![expect(
    clippy::cast_possible_truncation,
    reason = "fields of entries are cut to their width"
)]

/// Why a stream is no good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Broken off, or not DEFLATE.
    Corrupt,
    /// More comes out than is allowed.
    TooLarge,
}

/// Bits of a code looked up at once: symbols and distances. Longer codes go on in a second table.
const SYMBOL_BITS: usize = 10;
const DISTANCE_BITS: usize = 8;
const LENGTHS_BITS: usize = 7;

/// Entries of a table, second tables included: no more than 1,334 and 402 are ever needed; powers of two make every index valid.
const SYMBOLS: usize = 2048;
const DISTANCES: usize = 512;

/// Bits of a code at most.
const LONGEST: usize = 15;

/// A table's entry: what a code means, and how many bits it takes, extra bits included, in the lowest byte. Bits 8 to 12 hold
/// the code's own; from bit 16 on there is the literal, the base of a length or distance, or where a second table begins.
const LITERAL: u32 = 1 << 31;
const SPECIAL: u32 = 1 << 15;
const SECOND: u32 = 1 << 14;
const END: u32 = 1 << 13;

/// Room behind what is written: two literals, the longest match, and what a copy by sixteen writes beyond it.
const ROOM: usize = 2 + 258 + 16;

const LENGTH_BASE: [u16; 29] = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258,
];
const LENGTH_EXTRA: [u8; 29] = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
];
const DISTANCE_BASE: [u16; 30] = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537,
    2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577,
];
const DISTANCE_EXTRA: [u8; 30] = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13,
    13,
];

/// What each symbol means, its code's bits still to be added.
const SYMBOL_MEANINGS: [u32; 288] = {
    let mut meanings = [SPECIAL; 288];
    let mut symbol = 0;
    while symbol < 256 {
        meanings[symbol] = LITERAL | (symbol as u32) << 16;
        symbol += 1;
    }
    meanings[256] = SPECIAL | END;
    symbol = 257;
    while symbol < 286 {
        meanings[symbol] =
            (LENGTH_BASE[symbol - 257] as u32) << 16 | LENGTH_EXTRA[symbol - 257] as u32;
        symbol += 1;
    }
    meanings
};
const DISTANCE_MEANINGS: [u32; 32] = {
    let mut meanings = [SPECIAL; 32];
    let mut symbol = 0;
    while symbol < 30 {
        meanings[symbol] = (DISTANCE_BASE[symbol] as u32) << 16 | DISTANCE_EXTRA[symbol] as u32;
        symbol += 1;
    }
    meanings
};
const LENGTHS_MEANINGS: [u32; 19] = {
    let mut meanings = [0; 19];
    let mut symbol = 0;
    while symbol < 19 {
        meanings[symbol] = (symbol as u32) << 16;
        symbol += 1;
    }
    meanings
};

/// The order in which a block gives the bits of the codes for its codes' bits.
const ORDER: [usize; 19] = [
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
];

/// The tables, to be used for one part after the other.
pub struct Inflater {
    symbols: Box<[u32; SYMBOLS]>,
    distances: Box<[u32; DISTANCES]>,
    /// They are those of the fixed codes: a stream of empty blocks must not make them again for each.
    are_fixed: bool,
}

impl Default for Inflater {
    fn default() -> Self {
        Self {
            symbols: Box::new([0; SYMBOLS]),
            distances: Box::new([0; DISTANCES]),
            are_fixed: false,
        }
    }
}

impl Inflater {
    /// Inflates a stream to the front of `out`, which grows as it must; how many bytes came out, `most` at most.
    ///
    /// # Errors
    /// Where the stream is broken off or is none, or more would come out.
    pub fn inflate(&mut self, data: &[u8], out: &mut Vec<u8>, most: usize) -> Result<usize, Fault> {
        let mut bits = Bits {
            data,
            at: 0,
            held: 0,
            count: 0,
            beyond: 0,
        };
        let mut written = 0;
        loop {
            bits.fill()?;
            let is_last = bits.take(1) == 1;
            match bits.take(2) {
                0 => written = stored(&mut bits, out, written, most)?,
                1 => {
                    self.fixed()?;
                    written = self.block(&mut bits, out, written, most)?;
                }
                2 => {
                    self.codes(&mut bits)?;
                    written = self.block(&mut bits, out, written, most)?;
                }
                _ => return Err(Fault::Corrupt),
            }
            if is_last {
                return if bits.is_beyond() {
                    Err(Fault::Corrupt)
                } else {
                    Ok(written)
                };
            }
        }
    }

    /// The codes that every program knows.
    fn fixed(&mut self) -> Result<(), Fault> {
        if self.are_fixed {
            return Ok(());
        }
        let mut sizes = [8; 288];
        sizes[144..256].fill(9);
        sizes[256..280].fill(7);
        build(&mut *self.symbols, SYMBOL_BITS, &sizes, &SYMBOL_MEANINGS)?;
        build(
            &mut *self.distances,
            DISTANCE_BITS,
            &[5; 32],
            &DISTANCE_MEANINGS,
        )?;
        self.are_fixed = true;
        Ok(())
    }

    /// A block's own codes.
    fn codes(&mut self, bits: &mut Bits) -> Result<(), Fault> {
        let (symbols, distances, lengths) = (
            bits.take(5) as usize + 257,
            bits.take(5) as usize + 1,
            bits.take(4) as usize + 4,
        );
        if symbols > 286 || distances > 30 {
            return Err(Fault::Corrupt);
        }
        let mut sizes = [0u8; 19];
        for place in &ORDER[..lengths] {
            bits.fill()?;
            sizes[*place] = bits.take(3) as u8;
        }
        let mut table = [0u32; 1 << LENGTHS_BITS];
        if build(&mut table, LENGTHS_BITS, &sizes, &LENGTHS_MEANINGS)? == Code::Part {
            return Err(Fault::Corrupt);
        }
        // A repetition may run over the end by what is checked behind it.
        let mut sizes = [0u8; 286 + 30 + 138];
        let all = symbols + distances;
        let mut at = 0;
        while at < all {
            bits.fill()?;
            let entry = table[bits.held as usize & ((1 << LENGTHS_BITS) - 1)];
            if entry & SPECIAL != 0 {
                return Err(Fault::Corrupt);
            }
            bits.drop(entry & 0xff);
            let (size, times) = match entry >> 16 {
                16 if at > 0 => (sizes[at - 1], bits.take(2) as usize + 3),
                16 => return Err(Fault::Corrupt),
                17 => (0, bits.take(3) as usize + 3),
                18 => (0, bits.take(7) as usize + 11),
                size => (size as u8, 1),
            };
            sizes[at..at + times].fill(size);
            at += times;
        }
        // Without an end a block has none.
        if at > all || sizes[256] == 0 {
            return Err(Fault::Corrupt);
        }
        self.are_fixed = false;
        build(
            &mut *self.symbols,
            SYMBOL_BITS,
            &sizes[..symbols],
            &SYMBOL_MEANINGS,
        )?;
        build(
            &mut *self.distances,
            DISTANCE_BITS,
            &sizes[symbols..all],
            &DISTANCE_MEANINGS,
        )?;
        Ok(())
    }

    /// A block's symbols, to its end.
    fn block(
        &self,
        bits: &mut Bits,
        out: &mut Vec<u8>,
        written: usize,
        most: usize,
    ) -> Result<usize, Fault> {
        let mut at = written;
        loop {
            if out.len() < at + ROOM {
                make_room(out, at, most)?;
            }
            let is_end;
            (at, is_end) = self.symbols(bits, out, at)?;
            if at > most {
                return Err(Fault::TooLarge);
            }
            if is_end {
                return Ok(at);
            }
        }
    }

    /// Symbols to the block's end, or as many as there is room for; how far it came, and whether that is the end.
    fn symbols(
        &self,
        left: &mut Bits,
        out: &mut [u8],
        mut at: usize,
    ) -> Result<(usize, bool), Fault> {
        let (symbols, distances) = (&*self.symbols, &*self.distances);
        // In registers, as long as the loop runs.
        let mut bits = Bits { ..*left };
        let symbol = |bits: &Bits| symbols[bits.held as usize & ((1 << SYMBOL_BITS) - 1)];
        bits.fill()?;
        let mut entry = symbol(&bits);
        while at + ROOM <= out.len() {
            // 56 bits are held: three short codes, or two and a length.
            if entry & LITERAL != 0 {
                literal(entry, &mut bits, out, &mut at);
                entry = symbol(&bits);
                if entry & LITERAL != 0 {
                    literal(entry, &mut bits, out, &mut at);
                    entry = symbol(&bits);
                    if entry & LITERAL != 0 {
                        literal(entry, &mut bits, out, &mut at);
                        bits.fill()?;
                        entry = symbol(&bits);
                        continue;
                    }
                }
            }
            if entry & SPECIAL != 0 {
                if entry & SECOND != 0 {
                    bits.drop(SYMBOL_BITS as u32);
                    entry = symbols[second(entry, bits.held) & (SYMBOLS - 1)];
                    if entry & LITERAL != 0 {
                        literal(entry, &mut bits, out, &mut at);
                        bits.fill()?;
                        entry = symbol(&bits);
                        continue;
                    }
                }
                if entry & SPECIAL != 0 {
                    if entry & END == 0 {
                        return Err(Fault::Corrupt);
                    }
                    bits.drop(entry & 0xff);
                    *left = bits;
                    return Ok((at, true));
                }
            }
            let length = bits.value(entry) as usize;
            if bits.count < 32 {
                bits.fill()?;
            }
            entry = distances[bits.held as usize & ((1 << DISTANCE_BITS) - 1)];
            if entry & SPECIAL != 0 {
                if entry & SECOND == 0 {
                    return Err(Fault::Corrupt);
                }
                bits.drop(DISTANCE_BITS as u32);
                entry = distances[second(entry, bits.held) & (DISTANCES - 1)];
                if entry & SPECIAL != 0 {
                    return Err(Fault::Corrupt);
                }
            }
            let distance = bits.value(entry) as usize;
            let from = at.checked_sub(distance).ok_or(Fault::Corrupt)?;
            // The next symbol is looked up while the bytes move.
            bits.fill()?;
            entry = symbol(&bits);
            copy(out, from, at, length);
            at += length;
        }
        *left = bits;
        Ok((at, false))
    }
}

#[inline]
fn literal(entry: u32, bits: &mut Bits, out: &mut [u8], at: &mut usize) {
    bits.drop(entry & 0xff);
    out[*at] = (entry >> 16) as u8;
    *at += 1;
}

/// Copies a match, whose end may be its own beginning; there is [`ROOM`] behind it.
#[inline]
fn copy(out: &mut [u8], from: usize, to: usize, length: usize) {
    let distance = to - from;
    if distance >= 16 {
        let mut done = 0;
        loop {
            let (from, to) = (from + done, to + done);
            let chunk: [u8; 16] = out[from..from + 16].try_into().unwrap_or_default();
            out[to..to + 16].copy_from_slice(&chunk);
            done += 16;
            if done >= length {
                return;
            }
        }
    } else if distance == 1 {
        let byte = out[from];
        out[to..to + length].fill(byte);
    } else {
        for place in to..to + length {
            out[place] = out[place - distance];
        }
    }
}

/// Twice as much room, but no more than may be needed.
#[cold]
fn make_room(out: &mut Vec<u8>, at: usize, most: usize) -> Result<(), Fault> {
    if at > most {
        return Err(Fault::TooLarge);
    }
    let size = out
        .len()
        .max(1024)
        .saturating_mul(2)
        .min(most.saturating_add(ROOM))
        .max(at + ROOM);
    out.resize(size, 0);
    Ok(())
}

/// Bytes that stand as they are.
fn stored(bits: &mut Bits, out: &mut Vec<u8>, at: usize, most: usize) -> Result<usize, Fault> {
    bits.drop(bits.count % 8);
    // What is held goes back: whole bytes.
    let held = bits.count as usize / 8;
    let start = bits
        .at
        .checked_sub(held.checked_sub(bits.beyond).ok_or(Fault::Corrupt)?)
        .ok_or(Fault::Corrupt)?;
    let head: &[u8; 4] = bits
        .data
        .get(start..)
        .and_then(|rest| rest.first_chunk())
        .ok_or(Fault::Corrupt)?;
    let (size, check) = (
        u16::from_le_bytes([head[0], head[1]]),
        u16::from_le_bytes([head[2], head[3]]),
    );
    let size = usize::from(size);
    let bytes = bits
        .data
        .get(start + 4..start + 4 + size)
        .filter(|_| usize::from(!check) == size)
        .ok_or(Fault::Corrupt)?;
    let end = at + size;
    if end > most {
        return Err(Fault::TooLarge);
    }
    if out.len() < end {
        out.resize(end, 0);
    }
    out[at..end].copy_from_slice(bytes);
    *bits = Bits {
        data: bits.data,
        at: start + 4 + size,
        held: 0,
        count: 0,
        beyond: 0,
    };
    Ok(end)
}

/// The bits of a stream, the lowest of each byte first.
struct Bits<'d> {
    data: &'d [u8],
    /// The next byte to be held.
    at: usize,
    held: u64,
    count: u32,
    /// Bytes held that the stream does not have.
    beyond: usize,
}

impl Bits<'_> {
    /// Holds 56 bits or more. Behind the stream's end there are zeros, for a while.
    #[inline]
    fn fill(&mut self) -> Result<(), Fault> {
        if let Some(next) = self.data.get(self.at..).and_then(|rest| rest.first_chunk()) {
            self.held |= u64::from_le_bytes(*next) << self.count;
            self.at += (63 - self.count as usize) / 8;
            // 56 and what it had beyond a byte.
            self.count |= 0b11_1000;
            Ok(())
        } else {
            self.fill_slowly()
        }
    }

    #[cold]
    fn fill_slowly(&mut self) -> Result<(), Fault> {
        while self.count <= 56 {
            match self.data.get(self.at) {
                Some(byte) => {
                    self.held |= u64::from(*byte) << self.count;
                    self.at += 1;
                }
                None => self.beyond += 1,
            }
            self.count += 8;
        }
        if self.is_beyond() {
            Err(Fault::Corrupt)
        } else {
            Ok(())
        }
    }

    /// Whether bits were taken that the stream does not have.
    fn is_beyond(&self) -> bool {
        self.beyond * 8 > self.count as usize
    }

    #[inline]
    fn drop(&mut self, count: u32) {
        self.held >>= count;
        self.count -= count;
    }

    #[inline]
    fn take(&mut self, count: u32) -> u32 {
        let value = self.held as u32 & ((1 << count) - 1);
        self.drop(count);
        value
    }

    /// The base of a length or distance with its extra bits; the code is taken with them.
    #[inline]
    fn value(&mut self, entry: u32) -> u32 {
        let (all, code) = (entry & 0xff, entry >> 8 & 0x1f);
        let extra = (self.held & ((1 << all) - 1)) >> code;
        self.drop(all);
        (entry >> 16) + extra as u32
    }
}

/// Where a long code goes on.
#[inline]
fn second(entry: u32, held: u64) -> usize {
    (entry >> 16) as usize + (held as usize & ((1 << (entry & 0xff)) - 1))
}

/// Whether every bit string begins with some code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Code {
    Whole,
    /// There is one code, of one bit, or none.
    Part,
}

/// Makes the table of a code from the bits of each symbol's code, in the order of the symbols.
fn build(table: &mut [u32], most: usize, sizes: &[u8], meanings: &[u32]) -> Result<Code, Fault> {
    let mut counts = [0u16; LONGEST + 1];
    for size in sizes {
        counts[usize::from(*size) & 15] += 1;
    }
    counts[0] = 0;
    // How much of all codes there are is used.
    let used: u32 = (1..=LONGEST)
        .map(|size| u32::from(counts[size]) << (LONGEST - size))
        .sum();
    let is_whole = used == 1 << LONGEST;
    let symbols: u16 = counts.iter().sum();
    if !is_whole && symbols > 0 && (symbols, counts[1]) != (1, 1) {
        return Err(Fault::Corrupt);
    }
    let mut places = [0u16; LONGEST + 2];
    for size in 1..=LONGEST {
        places[size + 1] = places[size] + counts[size];
    }
    let mut sorted = [0u16; 288];
    for (symbol, size) in sizes.iter().enumerate() {
        if *size > 0 {
            let place = &mut places[usize::from(*size) & 15];
            sorted[usize::from(*place)] = symbol as u16;
            *place += 1;
        }
    }
    if !is_whole {
        table[..1 << most].fill(SPECIAL);
    }
    let mut sorted = sorted.iter().map(|symbol| meanings[usize::from(*symbol)]);
    // Codes in their order, read from the last bit, as they stand in the stream.
    let mut code = 0usize;
    let mut end = 1usize;
    for (size, &count) in (1..=most).zip(&counts[1..]) {
        // What is filled so far stands again behind each value of the next bit.
        if is_whole {
            table.copy_within(..end, end);
        }
        end *= 2;
        for meaning in sorted.by_ref().take(usize::from(count)) {
            let entry = with_code(meaning, size);
            if is_whole {
                table[code] = entry;
            } else {
                table[..1 << most]
                    .iter_mut()
                    .skip(code)
                    .step_by(end)
                    .for_each(|place| *place = entry);
            }
            code = following(code, size);
        }
    }
    if !is_whole {
        return Ok(Code::Part);
    }
    let mut start = 1 << most;
    let mut prefix = usize::MAX;
    let mut bits = 0;
    for size in most + 1..=LONGEST {
        for ix in 0..counts[size] {
            if code & ((1 << most) - 1) != prefix {
                // A second table: as many bits as it takes to hold the codes that begin so.
                start += if prefix == usize::MAX { 0 } else { 1 << bits };
                prefix = code & ((1 << most) - 1);
                bits = size - most;
                let mut left = u32::from(counts[size] - ix);
                while left < 1 << bits && most + bits < LONGEST {
                    bits += 1;
                    left = (left << 1) + u32::from(counts[most + bits]);
                }
                table[prefix] = SPECIAL | SECOND | (start as u32) << 16 | bits as u32;
            }
            let Some(meaning) = sorted.next() else {
                return Err(Fault::Corrupt);
            };
            let entry = with_code(meaning, size - most);
            let table = table
                .get_mut(start..start + (1 << bits))
                .ok_or(Fault::Corrupt)?;
            table
                .iter_mut()
                .skip(code >> most)
                .step_by(1 << (size - most))
                .for_each(|place| *place = entry);
            code = following(code, size);
        }
    }
    Ok(Code::Whole)
}

/// An entry with the bits of its code.
fn with_code(meaning: u32, size: usize) -> u32 {
    meaning + (size as u32) + ((size as u32) << 8)
}

/// The next code of that many bits, or the first with more; read from the last bit.
fn following(code: usize, size: usize) -> usize {
    let free = !code & ((1 << size) - 1);
    if free == 0 {
        return 0;
    }
    let bit = 1 << (usize::BITS - 1 - free.leading_zeros());
    code & (bit - 1) | bit
}

#[cfg(test)]
#[path = "tests_of_inflate.rs"]
mod tests;

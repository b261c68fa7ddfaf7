use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use proptest::prelude::*;

use super::*;

const MOST: usize = 1 << 16;

fn own(data: &[u8], most: usize) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::new();
    // Tables of another stream must not show.
    let mut inflater = Inflater::default();
    inflater.symbols.fill(u32::MAX);
    inflater.distances.fill(u32::MAX);
    let size = inflater.inflate(data, &mut out, most)?;
    out.truncate(size);
    Ok(out)
}

/// As the general inflater has it; `None` for what it refuses, or what is more than `MOST`.
fn general(data: &[u8]) -> Option<Vec<u8>> {
    let mut out = vec![0; MOST + 1];
    let mut stream = Decompress::new(false);
    let status = stream
        .decompress(data, &mut out, FlushDecompress::Finish)
        .ok()?;
    out.truncate(usize::try_from(stream.total_out()).unwrap());
    (status == Status::StreamEnd && out.len() <= MOST).then_some(out)
}

fn deflated(data: &[u8], level: u32, pieces: usize) -> Vec<u8> {
    let mut stream = Compress::new(Compression::new(level), false);
    let mut out = Vec::with_capacity(data.len() * 2 + 4096);
    for piece in data.chunks(data.len() / pieces + 1) {
        stream
            .compress_vec(piece, &mut out, FlushCompress::Full)
            .unwrap();
    }
    assert_eq!(
        stream
            .compress_vec(&[], &mut out, FlushCompress::Finish)
            .unwrap(),
        Status::StreamEnd
    );
    out
}

/// What worksheets are made of: the same few tags with other numbers and words.
fn like_xml() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        Just("<c r=\"".to_owned()),
        Just("\" s=\"12\" t=\"s\"><v>".to_owned()),
        Just("</v></c>".to_owned()),
        Just("</row><row r=\"".to_owned()),
        "[0-9]{1,6}",
        "[一-龥]{1,12}",
        "[ -~]{1,40}",
        "a{1,400}",
        "(ab|xyz){1,90}",
    ];
    proptest::collection::vec(word, 0..300).prop_map(|words| words.concat().into_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn what_is_deflated_comes_out_as_it_was(data in like_xml(), level in 0u32..10, pieces in 1usize..4) {
        let packed = deflated(&data, level, pieces);
        prop_assert_eq!(own(&packed, data.len()), Ok(data.clone()));
        // What follows is not looked at, and less room is too little.
        let followed: Vec<u8> = packed.iter().chain(b"PK").copied().collect();
        prop_assert_eq!(own(&followed, MOST * 8), Ok(data.clone()));
        if !data.is_empty() {
            prop_assert_eq!(own(&packed, data.len() - 1), Err(Fault::TooLarge));
        }
        prop_assert_eq!(own(&packed[..packed.len() - 1], MOST * 8), Err(Fault::Corrupt));
    }

    #[test]
    fn damage_is_found_as_a_general_inflater_finds_it(data in like_xml(), level in 1u32..10, at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let mut packed = deflated(&data, level, 1);
        let at = at.index(packed.len());
        packed[at] ^= 1 << bit;
        prop_assert_eq!(own(&packed, MOST).ok(), general(&packed));
    }

    #[test]
    fn any_bytes_are_read_as_a_general_inflater_reads_them(data in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(own(&data, MOST).ok(), general(&data));
    }
}

/// Bits in the order of a stream, each group from its lowest.
fn stream(groups: &[(u32, u32)]) -> Vec<u8> {
    let bits: Vec<u8> = groups
        .iter()
        .flat_map(|&(value, count)| (0..count).map(move |ix| (value >> ix & 1) as u8))
        .collect();
    bits.chunks(8)
        .map(|byte| byte.iter().rev().fold(0, |so_far, bit| so_far << 1 | bit))
        .collect()
}

#[test]
fn blocks_that_say_little_are_read() {
    // Fixed codes, and nothing but the end; twice.
    assert_eq!(
        own(
            &stream(&[(0, 1), (1, 2), (0, 7), (1, 1), (1, 2), (0, 7)]),
            0
        ),
        Ok(Vec::new())
    );
    // Stored: nothing, then one byte.
    assert_eq!(
        own(&[0, 0, 0, 0xff, 0xff, 1, 1, 0, 0xfe, 0xff, b'a'], 1),
        Ok(b"a".to_vec())
    );
    assert_eq!(own(&[1, 1, 0, 0xfe, 0xff, b'a'], 0), Err(Fault::TooLarge));
    // A size that its check denies, one behind the end, a block of no kind, and nothing at all.
    for broken in [
        &[1u8, 1, 0, 0xff, 0xff, b'a'][..],
        &[1, 2, 0, 0xfd, 0xff, b'a'],
        &[7],
        &[],
    ] {
        assert_eq!(own(broken, MOST), Err(Fault::Corrupt), "{broken:?}");
    }
}

#[test]
fn a_stream_of_zeros_that_never_ends_is_refused() {
    // Fixed codes whose literals run on behind the stream's end, where there are only zeros: the end's code, at first.
    for size in 1..20 {
        let mut data = stream(&[(1, 1), (1, 2)]);
        data.extend(std::iter::repeat_n(0xffu8, size));
        assert_eq!(own(&data, MOST).ok(), general(&data), "{size}");
    }
}

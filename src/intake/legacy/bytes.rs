//! Little-endian numbers at a place among bytes, and the error codes that .xls and .xlsb share. `None`: the bytes end
//! before.

use crate::intake::Value;

pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes
        .get(at..at.checked_add(2)?)
        .map(|b| u16::from_le_bytes([b[0], b[1]]))
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes
        .get(at..at.checked_add(4)?)
        .map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

pub(crate) fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    let raw: [u8; 8] = bytes.get(at..at.checked_add(8)?)?.try_into().ok()?;
    Some(f64::from_le_bytes(raw))
}

/// A number as a cell's value. Infinities and NaN cannot be typed into a cell; bytes can hold them.
pub(crate) fn number(number: f64) -> Value {
    if number.is_finite() {
        Value::Number(number)
    } else {
        Value::Error("#NUM!".into())
    }
}

/// The error of a cell or of a formula's result.
pub(crate) fn error(code: u8) -> Value {
    let text = match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2B => "#GETTING_DATA",
        _ => "#N/A",
    };
    Value::Error(text.into())
}

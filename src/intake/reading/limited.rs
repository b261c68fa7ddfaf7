//! A part that is inflated as it is read, within a limit.

use std::fmt;
use std::io::{self, Read};

use super::budget::Spent;
use super::damaged;
use crate::intake::workbook::FileFault;

/// A part that is inflated as it is read; it fails once more than `left` bytes have come out.
pub(super) struct Limited<R> {
    pub(super) inner: R,
    pub(super) left: u64,
    /// What passing that limit means.
    pub(super) fault: FileFault,
    pub(super) spent: Spent,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buf)? as u64;
        self.spent.add_bytes(read);
        match self.left.checked_sub(read) {
            Some(left) => self.left = left,
            None => return Err(io::Error::other(Fault(self.fault.clone()))),
        }
        Ok(usize::try_from(read).unwrap_or(usize::MAX))
    }
}

/// A file's fault on its way through an [`io::Error`].
#[derive(Debug)]
struct Fault(FileFault);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl std::error::Error for Fault {}

/// What an error in reading such a part means.
pub(crate) fn io_fault(error: &io::Error) -> FileFault {
    match error.get_ref().and_then(|e| e.downcast_ref::<Fault>()) {
        Some(Fault(fault)) => fault.clone(),
        None => corrupt(),
    }
}

/// F001 for a part that does not inflate or has another CRC-32.
pub(super) fn corrupt() -> FileFault {
    damaged("压缩数据不完整或校验不符")
}

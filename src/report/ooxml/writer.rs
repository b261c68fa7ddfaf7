//! The writers of zip packages. Whatever system writes one, its parts say that they were made on Unix: the same report is the
//! same bytes everywhere.

use std::io::{Cursor, Read, Write};

#[cfg(feature = "desktop")]
use rust_xlsxwriter::{Workbook, XlsxError};
use zip::read::ZipFile;
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

/// How hard parts are deflated.
#[derive(Debug)]
pub enum Deflate {
    /// One of many packages: half the time of [`Self::Best`], a hundredth more bytes.
    Fast = 2,
    /// A package that stands alone.
    Best = 6,
}

/// Writes a package's parts in the order they come. Every part bears the earliest time a zip can state, so that the same parts
/// give the same bytes.
pub struct PackageWriter {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    options: SimpleFileOptions,
}

impl PackageWriter {
    pub fn new(deflate: Deflate) -> Self {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(deflate as i64))
            .last_modified_time(DateTime::default())
            .system(System::Unix);
        Self {
            zip: ZipWriter::new(Cursor::new(Vec::new())),
            options,
        }
    }

    pub fn add(&mut self, name: &str, bytes: &[u8]) -> ZipResult<()> {
        self.zip.start_file(name, self.options)?;
        Ok(self.zip.write_all(bytes)?)
    }

    /// Takes a part over from another package, still deflated.
    pub fn copy<R: Read>(&mut self, part: ZipFile<'_, R>) -> ZipResult<()> {
        self.zip.raw_copy_file(part)
    }

    pub fn finish(self) -> ZipResult<Vec<u8>> {
        Ok(self.zip.finish()?.into_inner())
    }
}

/// The bytes of a workbook of ours. Its library has each part say on which system it was written.
#[cfg(feature = "desktop")]
pub fn saved(book: &mut Workbook) -> Result<Vec<u8>, XlsxError> {
    #[expect(clippy::disallowed_methods, reason = "the one place")]
    let mut bytes = book.save_to_buffer()?;
    say_unix(&mut bytes);
    Ok(bytes)
}

/// Sets the system of every entry of a package's directory. As the library writes it, it has no comment and is no zip64.
#[cfg(feature = "desktop")]
fn say_unix(package: &mut [u8]) {
    let number = |bytes: &[u8], at: usize, wide: usize| {
        let bytes = bytes.get(at..at + wide)?.iter().rev();
        Some(bytes.fold(0, |sum, &byte| sum << 8 | usize::from(byte)))
    };
    let end = package.len().saturating_sub(22);
    let mut at = number(package, end + 16, 4).unwrap_or(end);
    while package.get(at..at + 4) == Some(b"PK\x01\x02") {
        package[at + 5] = System::Unix as u8;
        let lengths = [28, 30, 32].map(|field| number(package, at + field, 2).unwrap_or(0));
        at += 46 + lengths.iter().sum::<usize>();
    }
}

#[cfg(all(test, feature = "desktop"))]
mod tests {
    use super::*;

    /// Written on Windows, every workbook and every document differed from the one written on Linux.
    #[test]
    fn a_package_says_the_same_system_wherever_it_is_written() {
        let mut book = Workbook::new();
        book.add_worksheet().set_name("进展").unwrap();
        let here = saved(&mut book).unwrap();
        let entries = |package: &[u8]| -> Vec<usize> {
            let starts = package.windows(4).enumerate();
            let starts = starts.filter(|(_, sign)| *sign == b"PK\x01\x02");
            starts.map(|(at, _)| at).collect()
        };
        let mut on_windows = here.clone();
        assert!(entries(&here).len() > 8);
        for at in entries(&here) {
            assert_eq!(here[at + 5], 3);
            on_windows[at + 5] = 0;
        }
        say_unix(&mut on_windows);
        assert_eq!(on_windows, here);
        for no_package in [&b""[..], b"PK", &[0xff; 64]] {
            let mut bytes = no_package.to_vec();
            say_unix(&mut bytes);
            assert_eq!(bytes, no_package);
        }
    }
}

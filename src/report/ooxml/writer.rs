//! The one writer of zip packages.

use std::io::{Cursor, Read, Write};

use zip::read::ZipFile;
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// How hard parts are deflated.
#[derive(Debug, Clone, Copy)]
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
            .last_modified_time(DateTime::default());
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

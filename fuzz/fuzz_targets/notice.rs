//! A notice, as text or .docx, to a draft plan: whatever is read, the draft's plan.toml loads as it is.
//!
//! A mutated .docx hardly ever inflates, so bytes that begin with `<` are taken for a document's XML and packed.

#![no_main]

use std::io::{Cursor, Write};

use duban::check::load_plan;
use duban::plan::notice;
use libfuzzer_sys::fuzz_target;
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

fn document(xml: &[u8]) -> Option<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(
        "word/document.xml",
        SimpleFileOptions::default().compression_method(CompressionMethod::Stored),
    )
    .ok()?;
    zip.write_all(xml).ok()?;
    Some(zip.finish().ok()?.into_inner())
}

fuzz_target!(|bytes: &[u8]| {
    let packed = if bytes.starts_with(b"<") {
        document(bytes)
    } else {
        None
    };
    let Ok(found) = notice::read(packed.as_deref().unwrap_or(bytes)) else {
        return;
    };
    let Ok(draft) = notice::draft(&found, None) else {
        return;
    };
    let text = draft.to_toml();
    if let Err(errors) = load_plan("plan.toml", &text) {
        panic!("the draft does not load: {errors}\n{text}");
    }
    let _ = draft.review();
});

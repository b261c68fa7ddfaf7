//! What a writer of clean workbooks will not do: hide a row behind the form's back, lose a formula's result. And a tiny PDF.

use std::fmt::Write as _;
use std::io::{Cursor, Read, Write as _};

use duban::intake::workbook::CellRef;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::AnyError;

/// Hides a row (from 0) of the first sheet.
pub fn hide_row(xlsx: &[u8], row: u32) -> Result<Vec<u8>, AnyError> {
    let start = format!("<row r=\"{}\"", row + 1);
    edit(xlsx, |xml| {
        xml.contains(&start)
            .then(|| xml.replacen(&start, &format!("{start} hidden=\"1\""), 1))
    })
}

/// Drops the stored result of a formula on the first sheet.
pub fn drop_result(xlsx: &[u8], cell: CellRef) -> Result<Vec<u8>, AnyError> {
    edit(xlsx, |xml| {
        let at = xml.find(&format!("<c r=\"{cell}\""))?;
        let from = at + xml[at..].find("<v>")?;
        let to = from + xml[from..].find("</v>")? + "</v>".len();
        Some(format!("{}{}", &xml[..from], &xml[to..]))
    })
}

fn edit(xlsx: &[u8], change: impl Fn(&str) -> Option<String>) -> Result<Vec<u8>, AnyError> {
    let mut archive = ZipArchive::new(Cursor::new(xlsx))?;
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for ix in 0..archive.len() {
        let mut part = archive.by_index(ix)?;
        let name = part.name()?.into_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes)?;
        if name == "xl/worksheets/sheet1.xml" {
            bytes = change(std::str::from_utf8(&bytes)?)
                .ok_or("the cell to change is not there")?
                .into_bytes();
        }
        out.start_file(name, options)?;
        out.write_all(&bytes)?;
    }
    Ok(out.finish()?.into_inner())
}

/// One page that stands for a scan of the stamped form.
pub fn scan(title: &str) -> Vec<u8> {
    let page = "q 0.9 0.9 0.9 rg 60 60 722 475 re f Q BT /F1 28 Tf 250 300 Td (SAMPLE DATA - scanned copy) Tj ET \
                q 0.8 0.1 0.1 RG 3 w 640 120 90 90 re S Q";
    let utf16 = title
        .encode_utf16()
        .map(|unit| format!("{unit:04X}"))
        .collect::<Vec<_>>()
        .concat();
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 595] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{page}\nendstream", page.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
        format!("<< /Title <FEFF{utf16}> >>"),
    ];
    let mut pdf = String::from("%PDF-1.4\n");
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (number, object) in (1..).zip(&objects) {
        // Writing to a String cannot fail.
        let _ = writeln!(table, "{:010} 00000 n ", pdf.len());
        let _ = write!(pdf, "{number} 0 obj\n{object}\nendobj\n");
    }
    let start = pdf.len();
    let trailer = format!(
        "trailer\n<< /Size {} /Root 1 0 R /Info 6 0 R >>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1
    );
    [pdf, table, trailer].concat().into_bytes()
}

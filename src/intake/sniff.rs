//! What a submitted file really is, told from its bytes; its name only decides how a wrong kind is put.

use super::legacy::ods;
use super::legacy::xls::{Compound, SIGNATURE, is_encrypted};
use super::reading::opc::{Relation, relations_of};
use super::reading::package::Package;
use super::reading::xml::{Event, Xml};
use super::{FileFault, Result};
use crate::plan::Limits;

/// The kind of a file, by content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// An OOXML workbook, with or without macros (.xlsx, .xlsm and their templates).
    Xlsx,
    /// A binary OOXML workbook.
    Xlsb,
    /// An `OpenDocument` spreadsheet.
    Ods,
    /// BIFF in a compound file: .xls, and .et of WPS.
    Xls,
    /// An OOXML package in an encrypted compound file.
    EncryptedOoxml,
    /// An encrypted .xls or .et.
    EncryptedXls,
    /// An encrypted .ods.
    EncryptedOds,
    /// A plain archive of files.
    Zip,
    /// Bytes of a workbook or archive that are damaged or cut off.
    Damaged {
        /// How, in Chinese.
        what: String,
    },
    /// Anything else.
    Other {
        /// Its name in Chinese.
        what: String,
    },
}

/// Extensions under which a workbook is expected.
const WORKBOOK_EXTENSIONS: [&str; 11] = [
    "xlsx", "xlsm", "xlsb", "xls", "et", "ods", "xltx", "xltm", "xlt", "ett", "ots",
];

/// How much of an `OpenDocument` manifest is looked at.
const MANIFEST_BYTES: u64 = 1 << 20;
/// How much of a text is looked at.
const TEXT_BYTES: usize = 4096;

impl Kind {
    /// Why a file of this kind and name is not used: F001 where its name promises a workbook (or an archive) that
    /// its bytes are not, F002 for an encrypted workbook, F003 for a real file of another kind. `None`: a workbook,
    /// or an archive to be opened.
    pub fn fault(&self, name: &str) -> Option<FileFault> {
        let extension = extension(name);
        let promises_workbook = WORKBOOK_EXTENSIONS.contains(&extension.as_str());
        let promises_content = promises_workbook || matches!(extension.as_str(), "zip" | "");
        match self {
            Self::EncryptedOoxml
                if matches!(
                    extension.as_str(),
                    "docx" | "docm" | "dotx" | "pptx" | "pptm"
                ) =>
            {
                Some(FileFault::Unsupported {
                    what: "加密的Office文档".to_owned(),
                })
            }
            Self::EncryptedOoxml | Self::EncryptedXls | Self::EncryptedOds => {
                Some(FileFault::Encrypted)
            }
            Self::Zip if promises_workbook => {
                Some(FileFault::unreadable("实际为ZIP压缩包，不是工作簿"))
            }
            Self::Xlsx | Self::Xlsb | Self::Ods | Self::Xls | Self::Zip => None,
            Self::Damaged { what } if promises_content => Some(FileFault::unreadable(what.clone())),
            Self::Other { what } if promises_workbook => {
                Some(FileFault::unreadable(format!("实际为{what}")))
            }
            Self::Damaged { what } | Self::Other { what } => {
                Some(FileFault::Unsupported { what: what.clone() })
            }
        }
    }
}

/// A file that the operating system or an office program leaves behind: no submission, and not worth a line.
pub fn is_clutter(file_name: &str) -> bool {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    let lower = name.to_lowercase();
    name.starts_with("~$")
        || name.starts_with(".~")
        || name.starts_with("._")
        || name.starts_with(".fuse_hidden")
        || file_name
            .split(['/', '\\'])
            .any(|folder| folder == "__MACOSX")
        || matches!(
            lower.as_str(),
            ".ds_store" | "thumbs.db" | "ehthumbs.db" | "desktop.ini" | ".directory" | ".localized"
        )
        || extension(name) == "tmp"
}

/// Whether a file's name is one of a workbook or of an archive of them.
pub fn may_be_submission(name: &str) -> bool {
    let extension = extension(name);
    !is_clutter(name) && (extension == "zip" || WORKBOOK_EXTENSIONS.contains(&extension.as_str()))
}

/// The extension in lower case, without its dot; empty where there is none.
fn extension(name: &str) -> String {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    file.rsplit_once('.')
        .map(|(_, e)| e.trim().to_lowercase())
        .unwrap_or_default()
}

/// Tells a file's kind from its bytes. `name` is only asked what kind of text a text is.
pub fn sniff(name: &str, bytes: &[u8]) -> Kind {
    sniff_package(name, bytes, &Limits::default()).0
}

/// As [`sniff`], with the opened package, so that its reader need not open it again.
pub(crate) fn sniff_package<'a>(
    name: &str,
    bytes: &'a [u8],
    limits: &Limits,
) -> (Kind, Option<Package<'a>>) {
    if bytes.starts_with(b"PK\x03\x04")
        || bytes.starts_with(b"PK\x05\x06")
        || bytes.starts_with(b"PK\x07\x08")
    {
        return match Package::open(bytes, limits) {
            Some(mut package) => (of_package(&mut package), Some(package)),
            None => (
                Kind::Damaged {
                    what: "压缩包不完整或已损坏（可能上传中断）".to_owned(),
                },
                None,
            ),
        };
    }
    (of_no_package(name, bytes), None)
}

fn of_no_package(name: &str, bytes: &[u8]) -> Kind {
    if bytes.is_empty() {
        return Kind::Damaged {
            what: "空文件（0字节）".to_owned(),
        };
    }
    if bytes.iter().all(|&b| b == 0) {
        return Kind::Damaged {
            what: "文件内容全为零字节（传输或存储出错）".to_owned(),
        };
    }
    if bytes.starts_with(&SIGNATURE) {
        return compound(bytes);
    }
    if let Some(what) = by_signature(bytes) {
        return other(what);
    }
    other(text(name, bytes).unwrap_or("无法识别的文件（不是工作簿）"))
}

fn other(what: &str) -> Kind {
    Kind::Other {
        what: what.to_owned(),
    }
}

fn compound(bytes: &[u8]) -> Kind {
    let damaged = || Kind::Damaged {
        what: "Office 97-2003或WPS文件已损坏或不完整（可能上传中断）".to_owned(),
    };
    let Ok(file) = Compound::open(bytes) else {
        return damaged();
    };
    let has = |name: &str| file.root_names().any(|n| n.eq_ignore_ascii_case(name));
    if has("EncryptedPackage") {
        return Kind::EncryptedOoxml;
    }
    if let Some(stream) = file.stream("Workbook").or_else(|| file.stream("Book")) {
        return match stream {
            Ok(stream) if is_encrypted(&stream) => Kind::EncryptedXls,
            Ok(_) => Kind::Xls,
            Err(_) => damaged(),
        };
    }
    let what = if has("WordDocument") {
        "Word 97-2003或WPS文字文档"
    } else if has("PowerPoint Document") || has("PP97_DUALSTORAGE") {
        "PowerPoint 97-2003或WPS演示文稿"
    } else if has("__properties_version1.0") {
        "Outlook邮件"
    } else if has("VisioDocument") {
        "Visio绘图"
    } else {
        "Office 97-2003复合文档（其中没有工作簿）"
    };
    other(what)
}

fn of_package(package: &mut Package<'_>) -> Kind {
    let mimetype = package.head("mimetype", 256);
    let mimetype = String::from_utf8_lossy(&mimetype);
    if mimetype
        .trim_start()
        .starts_with("application/vnd.oasis.opendocument.")
        || mimetype.starts_with("application/x-vnd.oasis")
    {
        return open_document(mimetype.trim(), package);
    }
    // A damaged list lists nothing; the parts' names tell as much.
    let types = package.known("[Content_Types].xml", content_types);
    let types = types.unwrap_or_default().unwrap_or_default();
    let lists = |words: &[&str]| words.iter().any(|word| types.contains(word));
    let holds = |part: &str| package.has(part);
    let is_binary = lists(&["ms-excel.sheet.binary"]) || holds("xl/workbook.bin");
    let is_xml = lists(&[
        "spreadsheetml.sheet.main",
        "spreadsheetml.template.main",
        "ms-excel.sheet.macroenabled.main",
        "ms-excel.template.macroenabled.main",
    ]) || holds("xl/workbook.xml");
    // A type may stand there as the one of all .bin parts, where there are none: the workbook part itself tells.
    let main_is_binary = |package: &mut Package<'_>| {
        let relations = relations_of(package, "").unwrap_or_default();
        let mut main = relations
            .iter()
            .filter(|r| r.kind.ends_with("/officeDocument"));
        let by_name = !package.has("xl/workbook.xml");
        let is_bin = |main: &Relation| main.target.to_ascii_lowercase().ends_with(".bin");
        main.next().map_or(by_name, is_bin)
    };
    if is_binary && (!is_xml || main_is_binary(package)) {
        return Kind::Xlsb;
    }
    if is_xml {
        return Kind::Xlsx;
    }
    let holds = |part: &str| package.has(part);
    if lists(&["wordprocessingml", "ms-word."]) || holds("word/document.xml") {
        return other("Word文档");
    }
    if lists(&["presentationml", "ms-powerpoint."]) || holds("ppt/presentation.xml") {
        return other("PowerPoint演示文稿");
    }
    if holds("OFD.xml") {
        return other("OFD版式文件");
    }
    if holds("Index/Document.iwa") || holds("Index.zip") {
        return other("苹果Numbers或Pages文件");
    }
    if holds("[Content_Types].xml") {
        return other("不含工作簿的Office文件包");
    }
    if holds("content.xml") && holds("META-INF/manifest.xml") {
        let manifest = package.head("META-INF/manifest.xml", MANIFEST_BYTES);
        if String::from_utf8_lossy(&manifest).contains("opendocument.spreadsheet") {
            return open_document("application/vnd.oasis.opendocument.spreadsheet", package);
        }
    }
    Kind::Zip
}

/// The types that a package's content list names, a line each, in lower case.
fn content_types(mut xml: Xml<'_>) -> Result<String> {
    let mut types = String::new();
    loop {
        match xml.next()? {
            Event::Open(tag) => {
                if let Some(one) = tag.get(b"ContentType") {
                    types.push_str(&one);
                    types.push('\n');
                }
            }
            Event::End => {
                types.make_ascii_lowercase();
                return Ok(types);
            }
            _ => {}
        }
    }
}

fn open_document(mimetype: &str, package: &mut Package<'_>) -> Kind {
    if mimetype.contains("opendocument.spreadsheet") {
        return if ods::is_encrypted(package) {
            Kind::EncryptedOds
        } else {
            Kind::Ods
        };
    }
    other(if mimetype.contains("opendocument.text") {
        "OpenDocument文字文档"
    } else if mimetype.contains("opendocument.presentation") {
        "OpenDocument演示文稿"
    } else {
        "其他OpenDocument文档"
    })
}

/// BIFF2 to BIFF4.
const EARLY: &str = "Excel 4.0或更早的表格，请用Excel或WPS另存为.xlsx后重新报送";

/// Formats that begin with a mark of their own.
fn by_signature(bytes: &[u8]) -> Option<&'static str> {
    const MARKS: [(&[u8], &str); 21] = [
        (b"%PDF-", "PDF文件"),
        (b"\x89PNG\r\n", "PNG图片"),
        (b"\xFF\xD8\xFF", "JPEG图片"),
        (b"GIF8", "GIF图片"),
        (b"II*\0", "TIFF图片"),
        (b"MM\0*", "TIFF图片"),
        (b"BM", "BMP图片"),
        (b"Rar!\x1A\x07", "RAR压缩包"),
        (b"7z\xBC\xAF\x27\x1C", "7z压缩包"),
        (b"\x1F\x8B", "GZIP压缩包"),
        (b"BZh", "BZIP2压缩包"),
        (b"\xFD7zXZ\0", "XZ压缩包"),
        (b"{\\rtf", "RTF文档"),
        (b"MZ", "可执行程序"),
        (b"\x7FELF", "可执行程序"),
        (b"SQLite format 3\0", "SQLite数据库"),
        (b"ID3", "音频文件"),
        (
            b"\x09\x08",
            "没有容器的早期Excel表格，请用Excel或WPS另存为.xlsx后重新报送",
        ),
        (b"\x09\x04", EARLY),
        (b"\x09\x02\x06\0", EARLY),
        (b"\x09\0\x04\0", EARLY),
    ];
    // PDF readers accept some bytes before the mark.
    let head = bytes.get(..1024).unwrap_or(bytes);
    if head.windows(5).any(|w| w == b"%PDF-") && !head.starts_with(b"<") {
        return Some("PDF文件");
    }
    match bytes.get(4..12) {
        Some(b"ftypheic" | b"ftypheix" | b"ftypmif1" | b"ftyphevc") => return Some("HEIC图片"),
        Some([b'f', b't', b'y', b'p', ..]) => return Some("视频文件"),
        _ => {}
    }
    if bytes.starts_with(b"RIFF") {
        return Some(match bytes.get(8..12) {
            Some(b"WEBP") => "WebP图片",
            _ => "音视频文件",
        });
    }
    // Two letters are a weak mark: a text may begin with them.
    MARKS
        .into_iter()
        .find(|(mark, _)| {
            bytes.starts_with(mark)
                && (mark.len() > 2 || mark[0] >= 0x7F || mark[0] < 0x20 || head.contains(&0))
        })
        .map(|(_, what)| what)
}

/// What kind of text it is; `None`: no text.
fn text(name: &str, bytes: &[u8]) -> Option<&'static str> {
    let head = bytes.get(..TEXT_BYTES).unwrap_or(bytes);
    let (decoded, encoding_name) = decode(head)?;
    let lower = decoded.trim_start().to_lowercase();
    if lower.starts_with("mime-version:") || lower.contains("content-type: multipart/related") {
        return Some("单个文件网页（MHTML）");
    }
    if lower.contains("urn:schemas-microsoft-com:office:spreadsheet") {
        return Some("XML表格（Excel 2003），请另存为.xlsx后重新报送");
    }
    if lower.contains("opendocument.spreadsheet") && lower.starts_with("<?xml") {
        return Some("单个XML的OpenDocument表格，请另存为.ods或.xlsx后重新报送");
    }
    if lower.starts_with("<!doctype html")
        || lower.contains("<html")
        || lower.starts_with("<table")
        || lower.starts_with("<meta")
    {
        return Some("HTML网页");
    }
    if lower.starts_with("<?xml") {
        return Some("XML文件");
    }
    if lower.starts_with("<svg") {
        return Some("SVG图片");
    }
    let gbk = encoding_name == "GBK";
    Some(match extension(name).as_str() {
        "csv" if gbk => "CSV文本（GBK编码）",
        "csv" => "CSV文本",
        _ if decoded.contains('\t') => "制表符分隔的文本文件",
        _ if decoded.lines().take(5).filter(|l| l.contains(',')).count() >= 2 => {
            "逗号分隔的文本文件（CSV）"
        }
        _ => "文本文件",
    })
}

/// The head of a text in the first encoding that it is valid in, the last character perhaps cut.
fn decode(head: &[u8]) -> Option<(String, &'static str)> {
    if let Some((encoding, bom)) = encoding_rs::Encoding::for_bom(head) {
        let (text, _) = encoding.decode_without_bom_handling(head.get(bom..)?);
        return Some((text.into_owned(), encoding.name()));
    }
    if head
        .iter()
        .any(|&b| b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0C | 0x1A))
    {
        return None;
    }
    for encoding in [encoding_rs::UTF_8, encoding_rs::GBK] {
        // Up to three bytes may belong to a character that the head cuts.
        for cut in 0..4 {
            let whole = head
                .get(..head.len().saturating_sub(cut))
                .unwrap_or_default();
            if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(whole)
                && !text.is_empty()
            {
                return Some((text.into_owned(), encoding.name()));
            }
            if head.len() < TEXT_BYTES {
                break;
            }
        }
    }
    None
}

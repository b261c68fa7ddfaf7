//! `LibreOffice`, where it is installed: what another program makes of our files, and what it saves.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use super::Desk;

/// Whether it is there. It must be where `CI` is set: a test that is left out there shows nothing.
pub fn is_installed() -> bool {
    static FOUND: LazyLock<bool> =
        LazyLock::new(|| Command::new("soffice").arg("--version").output().is_ok());
    if !*FOUND {
        assert!(
            std::env::var_os("CI").is_none(),
            "LibreOffice is not installed"
        );
        eprintln!("not run: LibreOffice is not installed");
    }
    *FOUND
}

/// Converts files, all in one go, into a folder of the desk; the new files in the order of the old ones.
pub fn convert(desk: &Desk, files: &[PathBuf], extension: &str, folder: &str) -> Vec<PathBuf> {
    let filter = match extension {
        "xls" => "xls:MS Excel 97",
        "ods" => "ods:calc8",
        "xlsx" => "xlsx:Calc MS Excel 2007 XML",
        // 44 and 34: comma and quote; 76: UTF-8.
        "csv" => "csv:Text - txt - csv (StarCalc):44,34,76",
        other => other,
    };
    let folder = desk.make_folder(folder);
    if !desk.path(SETTINGS).exists() {
        set(desk, "");
    }
    // A profile of its own: LibreOffice lets one process work in a profile at a time.
    let profile = format!(
        "-env:UserInstallation=file://{}",
        desk.path(".lo").display()
    );
    let done = Command::new("soffice")
        .args([&profile, "--headless", "--convert-to", filter, "--outdir"])
        .arg(&folder)
        .args(files)
        .output()
        .unwrap();
    let made = |file: &PathBuf| {
        let name = Path::new(file.file_name().unwrap()).with_extension(extension);
        let path = folder.join(name);
        assert!(path.exists(), "no {}: {done:?}", path.display());
        path
    };
    files.iter().map(made).collect()
}

/// From now on every formula is calculated on opening, which `LibreOffice` by itself leaves.
pub fn calculate_on_opening(desk: &Desk) {
    let path = "/org.openoffice.Office.Calc/Formula/Load";
    set(desk, &setting(path, "OOXMLRecalcMode", "0"));
}

const SETTINGS: &str = ".lo/user/registrymodifications.xcu";

fn setting(path: &str, name: &str, value: &str) -> String {
    format!(
        r#"<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>"#
    )
}

/// Writes a desk's profile. Without pictures of the first page, which .ods files have and which take half the time of saving one.
fn set(desk: &Desk, more: &str) {
    let path = "/org.openoffice.Office.Common/Save/Document";
    let pictures = setting(path, "GenerateThumbnail", "false");
    let settings = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">{pictures}{more}</oor:items>"#
    );
    desk.write(SETTINGS, settings);
}

/// The pages of a PDF that `LibreOffice` made.
pub fn pages(pdf: &Path) -> usize {
    let bytes = fs::read(pdf).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    ["/Type/Page\n", "/Type/Page/", "/Type /Page "]
        .iter()
        .map(|page| text.matches(page).count())
        .sum()
}

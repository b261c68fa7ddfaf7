//! Writes the shipped Word templates anew: `cargo run --release --example make_template`.

use std::path::PathBuf;

use duban::report::{briefing, reminders};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = PathBuf::from(
        std::env::args()
            .nth(1)
            .unwrap_or_else(|| "templates".to_owned()),
    );
    std::fs::write(folder.join("briefing.docx"), briefing::default_template()?)?;
    std::fs::write(folder.join("reminder.docx"), reminders::default_template()?)?;
    Ok(())
}

//! Writes the shipped template of the 催报通知 anew: `cargo run --release --example make_reminder_template`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "templates/reminder.docx".to_owned());
    std::fs::write(path, duban::report::reminders::default_template()?)?;
    Ok(())
}

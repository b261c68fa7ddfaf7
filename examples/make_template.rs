//! Writes the shipped template anew: `cargo run --release --example make_template`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "templates/briefing.docx".to_owned());
    std::fs::write(path, duban::report::briefing::default_template()?)?;
    Ok(())
}

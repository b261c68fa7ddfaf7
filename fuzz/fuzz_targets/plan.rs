//! plan.toml, right or wrong: loaded, or every mistake shown with its place.

#![no_main]

use duban::check::load_plan;
use duban::intake::layout::Names;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| match load_plan("plan.toml", text) {
    Ok(plan) => {
        Names::new(&plan);
    }
    Err(errors) => assert!(!errors.to_string().is_empty()),
});

//! The workbook's parts keep the order of ECMA-376. A validator run by hand says more (docs/conformance.md); this keeps the order
//! between its runs.

use crate::report::ooxml::order::violations;
use crate::report::ooxml::tree::parse_str;

use super::tests::{january, june, large, nothing, parts, write};

#[test]
fn every_part_keeps_the_schemas_order() {
    for sample in [june(), january(), nothing(), large(300, 60)] {
        for (name, text) in parts(write(&sample.facts(), &sample.plan).unwrap())
            .into_iter()
            .filter(|(name, _)| name.ends_with(".xml"))
        {
            let root = parse_str(&text).unwrap_or_else(|e| panic!("{name}: {}", e.0));
            assert_eq!(violations(&root), Vec::<String>::new(), "{name}");
        }
    }
}

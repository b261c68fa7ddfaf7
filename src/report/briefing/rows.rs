//! Rows of the lists that a template can go through.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::{Enumerator, Object, ObjectRepr};

/// A row's texts, by the names that templates and tables use for them.
pub type Fields = BTreeMap<&'static str, String>;

/// A long list whose items are made when the template comes to them: a plan may name thousands of departments, and few templates
/// list them.
#[derive(Debug)]
pub struct Rows<const N: usize> {
    pub names: [&'static str; N],
    pub rows: Vec<[Box<str>; N]>,
}

impl<const N: usize> Object for Rows<N> {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let cells = self.rows.get(key.as_usize()?)?;
        let texts = cells.iter().map(|text| &**text);
        Some(Value::from_pairs(self.names.into_iter().zip(texts)))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.rows.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_sees_a_list_like_any_other() {
        let rows = [["建设局", "按时报送"], ["城建中心", "未报"]]
            .map(|row| row.map(Box::from))
            .to_vec();
        let value = Value::from_object(Rows {
            names: ["名称", "报送情况"],
            rows,
        });
        let text = "{% for d in list %}{{ loop.index }}{{ d.名称 }}{{ d.报送情况 }};{% endfor %}{{ list | length }}{{ list[1].名称 }}";
        let made = minijinja::Environment::new()
            .render_str(text, minijinja::context! { list => value })
            .unwrap();
        assert_eq!(made, "1建设局按时报送;2城建中心未报;2城建中心");
    }
}

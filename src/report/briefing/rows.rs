//! A long list of a template's data, each item made when the template comes to it: a plan may name thousands of departments, and
//! few templates list them.

use std::sync::Arc;

use minijinja::Value;
use minijinja::value::{Enumerator, Object, ObjectRepr};

use super::model::Item;

/// Texts by row, under the same names in each.
#[derive(Debug, PartialEq, Eq)]
pub struct Rows<const N: usize> {
    pub names: [&'static str; N],
    pub rows: Vec<[Box<str>; N]>,
}

impl<const N: usize> Rows<N> {
    pub fn item(&self, row: usize) -> Option<Item> {
        let cells = self.rows.get(row)?;
        Some(Item::Group(
            self.names
                .into_iter()
                .zip(cells)
                .map(|(name, text)| (name, Item::from(&**text)))
                .collect(),
        ))
    }
}

impl<const N: usize> Object for Rows<N> {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        Some(self.item(key.as_usize()?)?.value())
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
        let environment = minijinja::Environment::new();
        let text = "{% for d in list %}{{ loop.index }}{{ d.名称 }}{{ d.报送情况 }};{% endfor %}{{ list | length }}{{ list[1].名称 }}";
        let made = environment
            .render_str(text, minijinja::context! { list => value })
            .unwrap();
        assert_eq!(made, "1建设局按时报送;2城建中心未报;2城建中心");
    }
}

//! The finished document: template, values, tables and chart put together.

use std::collections::BTreeMap;

use super::annex;
use super::model::Model;
use super::names::NAMES;
use super::{BriefingOptions, Office};
use crate::combine::Facts;
use crate::report::word::finish::core_properties;
use crate::report::word::template::{self, TemplateError, TemplateErrors};
use crate::report::word::xml::XmlError;
use crate::report::word::{Package, PackageError, W, chart};

const DOCUMENT: &str = "word/document.xml";

pub fn check(package: &Package) -> Vec<TemplateError> {
    match package.xml(DOCUMENT) {
        Ok(root) if root.get("xmlns:w").as_deref() == Some(W) => template::check(package, &NAMES),
        Ok(_) => vec![
            PackageError::Damaged(
                "不是普通的Word文档，请在Word或WPS中另存为“Word文档（.docx）”".to_owned(),
            )
            .into(),
        ],
        Err(error) => vec![error.into()],
    }
}

fn body_text(text: &str) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"BodyText\"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
}

pub fn render(
    bytes: &[u8],
    facts: &Facts,
    office: Office<'_>,
    options: &BriefingOptions,
) -> Result<Vec<u8>, TemplateErrors> {
    let mut package = Package::read(bytes)?;
    let mistakes = check(&package);
    if !mistakes.is_empty() {
        return Err(TemplateErrors(mistakes));
    }
    let model = Model::new(facts, office, options);
    let used = template::used_places(&package, &NAMES);
    let mut places = BTreeMap::new();
    let bad = |e: XmlError| PackageError::Write(e.0);
    for place in used {
        let xml = match place.as_str() {
            "表_一览" => annex::overview_table(&model.rows).map_err(bad)?,
            "表_滞后" if model.overflow.is_empty() => String::new(),
            "表_滞后" => annex::laggard_table(&model.overflow).map_err(bad)?,
            _ => match annex::chart(facts) {
                Some((comparison, left_out)) => {
                    let drawn = chart::insert(&mut package, DOCUMENT, &comparison)?;
                    if left_out {
                        drawn + &body_text(annex::LEFT_OUT)
                    } else {
                        drawn
                    }
                }
                None => body_text("本期无可比较的完成率。"),
            },
        };
        places.insert(place, xml);
    }
    template::fill(&mut package, &NAMES, &model.values(), &places)?;
    core_properties(&mut package, &model.title, &model.author, model.date);
    Ok(package.write()?)
}

//! The order in which ECMA-376 (transitional) wants the children of the elements we write.
//! docx-rs gives some in another order; Word forgives much of it, a validator does not.

use super::xml::{Element, Node};

/// Parent → its children in schema order. `EG_RPrBase` and the border groups included.
const SEQUENCES: &[(&str, &str)] = &[
    (
        "w:pPr",
        "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs suppressAutoHyphens kinsoku wordWrap \
         overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc \
         textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    ),
    (
        "w:rPr",
        "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid vanish webHidden color spacing w kern \
         position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath",
    ),
    (
        "w:sectPr",
        "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType pgNumType cols formProt vAlign noEndnote \
         titlePg textDirection bidi rtlGutter docGrid printerSettings sectPrChange",
    ),
    ("w:tbl", "bookmarkStart bookmarkEnd tblPr tblGrid tr sdt"),
    (
        "w:tblPr",
        "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar \
         tblLook tblCaption tblDescription tblPrChange",
    ),
    (
        "w:tcPr",
        "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark headers cellIns cellDel cellMerge tcPrChange",
    ),
    (
        "w:tblBorders",
        "top left start bottom right end insideH insideV",
    ),
    (
        "w:tcBorders",
        "top left start bottom right end insideH insideV tl2br tr2bl",
    ),
    ("w:pBdr", "top left bottom right between bar"),
    ("w:tblCellMar", "top left start bottom right end"),
    ("w:tcMar", "top left start bottom right end"),
    (
        "w:style",
        "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed qFormat locked personal personalCompose personalReply rsid \
         pPr rPr tblPr trPr tcPr tblStylePr",
    ),
    ("w:docDefaults", "rPrDefault pPrDefault"),
    ("w:styles", "docDefaults latentStyles style"),
    (
        "w:settings",
        "zoom removePersonalInformation mirrorMargins bordersDoNotSurroundHeader bordersDoNotSurroundFooter defaultTabStop defaultTableStyle \
         evenAndOddHeaders drawingGridHorizontalSpacing drawingGridVerticalSpacing displayHorizontalDrawingGridEvery displayVerticalDrawingGridEvery \
         characterSpacingControl footnotePr endnotePr compat docVars rsids themeFontLang clrSchemeMapping decimalSymbol listSeparator",
    ),
    (
        "w:compat",
        "spaceForUL balanceSingleByteDoubleByteWidth doNotLeaveBackslashAlone ulTrailSpace doNotExpandShiftReturn adjustLineHeightInTable useFELayout \
         compatSetting",
    ),
    (
        "w:font",
        "altName panose1 charset family notTrueType pitch sig",
    ),
    (
        "wp:inline",
        "extent effectExtent docPr cNvGraphicFramePr graphic",
    ),
    (
        "c:dLbls",
        "dLbl delete numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent showBubbleSize separator showLeaderLines \
         leaderLines extLst",
    ),
    (
        "c:chartSpace",
        "date1904 lang roundedCorners AlternateContent style clrMapOvr pivotSource protection chart spPr txPr externalData printSettings userShapes extLst",
    ),
];

fn rank(sequence: &str, name: &str) -> Option<usize> {
    let local = name.rsplit(':').next().unwrap_or(name);
    // Header and footer references are one choice in the schema: any order among themselves.
    let local = if local == "headerReference" {
        "footerReference"
    } else {
        local
    };
    sequence
        .split_ascii_whitespace()
        .filter(|n| *n != "headerReference")
        .position(|n| n == local)
}

fn sequence(parent: &str) -> Option<&'static str> {
    SEQUENCES
        .iter()
        .find(|(name, _)| *name == parent)
        .map(|(_, s)| *s)
}

/// Puts every known parent's children in schema order; equal ones keep theirs, unknown ones go last.
pub fn sort(root: &mut Element) {
    root.walk_mut(&mut |e| {
        if let Some(seq) = sequence(&e.name) {
            e.children.sort_by_key(|n| match n {
                Node::Element(child) => rank(seq, &child.name).unwrap_or(usize::MAX),
                Node::Raw(_) => 0,
            });
        }
    });
}

/// What stands out of the schema's order, or not in it, or is missing at an end that needs it.
pub fn violations(root: &Element) -> Vec<String> {
    let mut out = Vec::new();
    root.walk(&mut |e| {
        if let Some(seq) = sequence(&e.name) {
            let mut last = 0;
            for child in e.elements() {
                match rank(seq, &child.name) {
                    None => out.push(format!("{} is no child of {}", child.name, e.name)),
                    Some(at) if at < last => {
                        out.push(format!("{} comes too late in {}", child.name, e.name))
                    }
                    Some(at) => last = at,
                }
            }
        }
        let first_is = |name: &str| {
            e.elements()
                .position(|c| c.name == name)
                .is_none_or(|at| at == 0)
        };
        match e.name.as_str() {
            "w:style" | "w:pPrDefault"
                if e.first("w:pPr").is_some_and(|p| p.first("w:rPr").is_some()) =>
            {
                out.push(format!(
                    "run properties in the paragraph properties of {}",
                    e.name
                ));
            }
            "w:p" if !first_is("w:pPr") => out.push("pPr is not first in w:p".to_owned()),
            "w:r" if !first_is("w:rPr") => out.push("rPr is not first in w:r".to_owned()),
            "w:tc" if e.elements().last().is_none_or(|c| c.name != "w:p") => {
                out.push("w:tc does not end with a paragraph".to_owned())
            }
            "w:tc" if !first_is("w:tcPr") => out.push("tcPr is not first in w:tc".to_owned()),
            "w:tr" if e.first("w:tc").is_none() => out.push("w:tr without a cell".to_owned()),
            "w:tbl" if e.first("w:tr").is_none() => out.push("w:tbl without a row".to_owned()),
            "w:tbl" if e.first("w:tblGrid").is_none() => {
                out.push("w:tbl without a grid".to_owned())
            }
            "w:body" if e.elements().filter(|c| c.name == "w:sectPr").count() > 1 => {
                out.push("several sectPr in w:body".to_owned())
            }
            "w:gridCol" if e.attributes.iter().any(|(k, _)| k != "w:w") => {
                out.push("gridCol has more than a width".to_owned())
            }
            _ => {}
        }
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::word::xml::parse_str;

    #[test]
    fn wrong_order_is_seen_and_mended() {
        let mut p =
            parse_str(r#"<w:p><w:pPr><w:jc w:val="both"/><w:pStyle w:val="a"/><w:spacing/><w:pBdr><w:bottom/><w:top/></w:pBdr></w:pPr></w:p>"#)
                .unwrap();
        assert_eq!(violations(&p).len(), 4);
        sort(&mut p);
        assert_eq!(violations(&p), Vec::<String>::new());
    }
}

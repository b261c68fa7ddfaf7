//! The order in which ECMA-376 (transitional) wants the children of the elements that are written or looked at here. Word forgives
//! another order now and then, Excel takes it for damage.

use super::tree::{Element, Node};

/// Parent → its children in schema order, without prefixes. Elements of workbooks have no prefix here: see [`sequence`].
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
        "wp:inline",
        "extent effectExtent docPr cNvGraphicFramePr graphic",
    ),
    (
        "c:chartSpace",
        "date1904 lang roundedCorners AlternateContent style clrMapOvr pivotSource protection chart spPr txPr externalData printSettings userShapes extLst",
    ),
    (
        "c:chart",
        "title autoTitleDeleted pivotFmts view3D floor sideWall backWall plotArea legend plotVisOnly dispBlanksAs extLst",
    ),
    (
        "c:plotArea",
        "layout barChart lineChart catAx dateAx valAx dTable spPr extLst",
    ),
    (
        "c:barChart",
        "barDir grouping varyColors ser dLbls gapWidth overlap serLines axId extLst",
    ),
    (
        "c:lineChart",
        "grouping varyColors ser dLbls dropLines hiLowLines upDownBars marker smooth axId extLst",
    ),
    (
        "c:ser",
        "idx order tx spPr invertIfNegative marker pictureOptions dPt dLbls trendline errBars cat val smooth shape extLst",
    ),
    (
        "c:dLbls",
        "dLbl delete numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent showBubbleSize separator showLeaderLines \
         leaderLines extLst",
    ),
    (
        "c:catAx",
        "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark tickLblPos spPr txPr crossAx crosses \
         crossesAt auto lblAlgn lblOffset tickLblSkip tickMarkSkip noMultiLvlLbl",
    ),
    (
        "c:valAx",
        "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark tickLblPos spPr txPr crossAx crosses \
         crossesAt crossBetween majorUnit minorUnit dispUnits",
    ),
    ("c:title", "tx layout overlay spPr txPr extLst"),
    ("c:scaling", "logBase orientation max min"),
    ("c:legend", "legendPos legendEntry layout overlay spPr txPr"),
    (
        "xdr:twoCellAnchor",
        "from to sp grpSp graphicFrame cxnSp pic contentPart clientData",
    ),
    ("xdr:graphicFrame", "nvGraphicFramePr xfrm graphic"),
    (
        "worksheet",
        "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios autoFilter sortState \
         dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup \
         headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture \
         oleObjects controls webPublishItems tableParts extLst",
    ),
    (
        "workbook",
        "fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences definedNames calcPr oleSize \
         customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing fileRecoveryPr webPublishObjects extLst",
    ),
    (
        "styleSheet",
        "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst",
    ),
    (
        "table",
        "autoFilter sortState tableColumns tableStyleInfo extLst",
    ),
    ("sheetView", "pane selection pivotSelection extLst"),
    ("c", "f v is extLst"),
    ("is", "t r rPh phoneticPr"),
    ("r", "rPr t"),
    ("cfRule", "formula colorScale dataBar iconSet extLst"),
    ("comments", "authors commentList extLst"),
    ("comment", "text commentPr"),
    (
        "font",
        "b i strike condense extend outline shadow u vertAlign sz color name family charset scheme",
    ),
    ("xf", "alignment protection extLst"),
    ("dxf", "font numFmt fill alignment border protection extLst"),
    ("patternFill", "fgColor bgColor"),
    (
        "border",
        "start end left right top bottom diagonal vertical horizontal",
    ),
];

fn rank(sequence: &str, name: &str) -> Option<usize> {
    let local = match name.rsplit(':').next().unwrap_or(name) {
        // Header and footer references are one choice in the schema: any order among themselves.
        "headerReference" => "footerReference",
        local => local,
    };
    sequence
        .split_ascii_whitespace()
        .filter(|n| *n != "headerReference")
        .position(|n| n == local)
}

/// The sequence of a parent. In workbooks that name their namespace, its prefix is `x`.
fn sequence(parent: &str) -> Option<&'static str> {
    let parent = parent.strip_prefix("x:").unwrap_or(parent);
    let (_, sequence) = SEQUENCES.iter().find(|(name, _)| *name == parent)?;
    Some(sequence)
}

/// Whether the child `name` of `parent` stands before its child `other`; no for a child that the schema does not know.
pub fn precedes(parent: &str, name: &str, other: &str) -> bool {
    sequence(parent).is_some_and(|s| rank(s, name).is_some_and(|at| Some(at) < rank(s, other)))
}

/// Puts the children of every known parent in schema order; equal ones keep theirs, unknown ones go last.
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

/// What is out of the schema's order, or not in it, or missing where the schema asks for it.
#[cfg(test)]
pub fn violations(root: &Element) -> Vec<String> {
    let mut out = Vec::new();
    root.walk(&mut |e| {
        if let Some(seq) = sequence(&e.name) {
            let mut last = 0;
            for child in e.elements() {
                match rank(seq, &child.name) {
                    None => out.push(format!("{} is no child of {}", child.name, e.name)),
                    Some(at) if at < last => {
                        out.push(format!("{} comes too late in {}", child.name, e.name));
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
                out.push("w:tc does not end with a paragraph".to_owned());
            }
            "w:tc" if !first_is("w:tcPr") => out.push("tcPr is not first in w:tc".to_owned()),
            "w:tr" if e.first("w:tc").is_none() => out.push("w:tr without a cell".to_owned()),
            "w:tbl" if e.first("w:tr").is_none() => out.push("w:tbl without a row".to_owned()),
            "w:tbl" if e.first("w:tblGrid").is_none() => {
                out.push("w:tbl without a grid".to_owned());
            }
            "w:body" if e.elements().filter(|c| c.name == "w:sectPr").count() > 1 => {
                out.push("several sectPr in w:body".to_owned());
            }
            "w:gridCol" if e.attributes.iter().any(|(k, _)| k != "w:w") => {
                out.push("gridCol has more than a width".to_owned());
            }
            _ => {}
        }
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::ooxml::tree::parse_str;

    #[test]
    fn wrong_order_is_seen_and_mended() {
        let book = parse_str("<x:worksheet><x:sheetData/><x:cols/><x:foo/></x:worksheet>").unwrap();
        assert_eq!(
            violations(&book),
            [
                "x:cols comes too late in x:worksheet",
                "x:foo is no child of x:worksheet"
            ]
        );
        let mut p =
            parse_str(r#"<w:p><w:pPr><w:jc w:val="both"/><w:pStyle w:val="a"/><w:spacing/><w:pBdr><w:bottom/><w:top/></w:pBdr></w:pPr></w:p>"#)
                .unwrap();
        assert_eq!(violations(&p).len(), 4);
        sort(&mut p);
        assert_eq!(violations(&p), Vec::<String>::new());
    }
}

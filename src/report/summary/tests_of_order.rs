//! The order in which ECMA-376 (transitional) wants the children of what the workbook's parts hold. A validator run by hand
//! says more (docs/conformance.md); this keeps the order between its runs.

use crate::report::word::xml::{Element, parse_str};

use super::tests::{january, june, large, nothing, parts};
use super::workbook;

/// Parent → its children in schema order.
const SEQUENCES: &[(&str, &str)] = &[
    (
        "worksheet",
        "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios autoFilter sortState \
         dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins pageSetup \
         headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF picture oleObjects \
         controls webPublishItems tableParts extLst",
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
    ("c", "f v is extLst"),
    ("cfRule", "formula colorScale dataBar iconSet extLst"),
    (
        "font",
        "b i strike condense extend outline shadow u vertAlign sz color name family charset scheme",
    ),
    ("dxf", "font numFmt fill alignment border protection extLst"),
    (
        "border",
        "start end left right top bottom diagonal vertical horizontal",
    ),
    (
        "c:chartSpace",
        "date1904 lang roundedCorners AlternateContent style clrMapOvr pivotSource protection chart spPr txPr externalData printSettings",
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
        "dLbl delete numFmt spPr txPr dLblPos showLegendKey showVal showCatName showSerName showPercent showBubbleSize separator showLeaderLines",
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
    ("c:scaling", "logBase orientation max min"),
    ("c:legend", "legendPos legendEntry layout overlay spPr txPr"),
    (
        "xdr:twoCellAnchor",
        "from to sp grpSp graphicFrame cxnSp pic contentPart clientData",
    ),
    ("xdr:graphicFrame", "nvGraphicFramePr xfrm graphic"),
];

fn violations(root: &Element) -> Vec<String> {
    let mut out = Vec::new();
    root.walk(&mut |e| {
        let Some((_, sequence)) = SEQUENCES.iter().find(|(name, _)| *name == e.name) else {
            return;
        };
        let mut last = 0;
        for child in e.elements() {
            let local = child.name.rsplit(':').next().unwrap_or_default();
            match sequence.split_ascii_whitespace().position(|n| n == local) {
                None => out.push(format!("{} is no child of {}", child.name, e.name)),
                Some(at) if at < last => {
                    out.push(format!("{} comes too late in {}", child.name, e.name))
                }
                Some(at) => last = at,
            }
        }
    });
    out
}

#[test]
fn every_part_keeps_the_schemas_order() {
    for sample in [june(), january(), nothing(), large(300, 60)] {
        for (name, text) in parts(workbook(&sample.facts(), &sample.plan).unwrap())
            .into_iter()
            .filter(|(name, _)| name.ends_with(".xml"))
        {
            let root = parse_str(&text).unwrap_or_else(|e| panic!("{name}: {}", e.0));
            assert_eq!(violations(&root), Vec::<String>::new(), "{name}");
        }
    }
}

#[test]
fn what_is_out_of_order_is_seen() {
    let root = parse_str("<worksheet><sheetData/><cols/><mergeCells/><foo/></worksheet>").unwrap();
    assert_eq!(
        violations(&root),
        [
            "cols comes too late in worksheet",
            "foo is no child of worksheet"
        ]
    );
}

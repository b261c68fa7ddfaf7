//! A template against GB/T 9704-2012, clause by clause, as far as a .docx states it. What the pages come out as is measured in a
//! PDF by tests.

mod look;

use crate::Joined;
use crate::report::ooxml::tree::Element;
use crate::report::ooxml::{PackageError, Parts};
use look::Look;

const TWIPS_PER_MM: f64 = 56.69;

/// One clause: what the standard asks for, what the template has, and how to mend it in WPS or Word.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Clause {
    #[serde(rename = "clause")]
    pub number: &'static str,
    pub what: &'static str,
    pub wanted: String,
    pub found: String,
    pub is_kept: bool,
    pub advice: &'static str,
}

/// Which paper's clauses: a letter (10.1) has no 版记, no page number, and margins of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paper {
    Briefing,
    Letter,
}

/// The table of clauses of a template.
pub fn clauses(bytes: &[u8], paper: Paper) -> Result<Vec<Clause>, PackageError> {
    let parts = Parts::read(bytes)?;
    let look = Look::of(&parts)?;
    let mut table = Table(Vec::new());
    look.page(&mut table, paper);
    look.paragraphs(&mut table, paper);
    if paper == Paper::Briefing {
        look.numbers(&mut table);
        look.rest(&mut table);
    }
    Ok(table.0)
}

struct Table(Vec<Clause>);

/// Clause, what it is of, a text of its paragraph, fonts, half-points (0: any), what is wanted.
type Row<'a> = (
    &'static str,
    &'static str,
    &'a str,
    &'a [&'a str],
    f64,
    &'a str,
);

impl Table {
    fn add(
        &mut self,
        (number, what): (&'static str, &'static str),
        wanted: impl Into<String>,
        (found, is_kept): (String, bool),
        advice: &'static str,
    ) {
        self.0.push(Clause {
            number,
            what,
            wanted: wanted.into(),
            found,
            is_kept,
            advice,
        });
    }
}

fn number(e: Option<&Element>, key: &str) -> Option<f64> {
    e?.get(key)?.parse().ok()
}

fn mm(twips: f64) -> f64 {
    twips / TWIPS_PER_MM
}

fn near(found: f64, wanted: f64) -> bool {
    (found - wanted).abs() <= 1.0
}

fn or_none(text: Option<String>) -> String {
    text.unwrap_or_else(|| "没有".to_owned())
}

const PAGE_SETUP: &str = "“页面布局”→“页边距”→“自定义页边距”中改";
const GRID: &str = "“页面布局”→“页面设置”→“文档网格”中选“指定行和字符网格”，每行28字、每页22行";
const FONT: &str = "选中这一段，在“开始”中改字体和字号，或改它所用的样式";
const PARAGRAPH: &str = "选中这一段，“段落”中改行距、缩进和对齐方式";

impl Look {
    fn page(&self, table: &mut Table, paper: Paper) {
        let section = self.section();
        let part = |name| section.and_then(|s| s.first(name));
        let size = ["w:w", "w:h"].map(|key| number(part("w:pgSz"), key).map(mm));
        let margin = |key| number(part("w:pgMar"), key).map(mm);
        let [width, height] = size;
        let area = |whole: Option<f64>, a, b| Some(whole? - margin(a)? - margin(b)?);
        let lengths = |lengths: &[Option<f64>], wanted: &[f64]| {
            let said = lengths
                .iter()
                .map(|l| l.map_or("？".to_owned(), |l| format!("{l:.0}")));
            let is_kept = lengths
                .iter()
                .zip(wanted)
                .all(|(l, w)| l.is_some_and(|l| near(l, *w)));
            (format!("{}毫米", said.joined("×")), is_kept)
        };
        let a4 = lengths(&size, &[210.0, 297.0]);
        table.add(
            ("5.1", "纸张"),
            "210×297毫米（A4）",
            a4,
            "“页面布局”→“纸张大小”选A4，方向选纵向",
        );
        let left = lengths(&[margin("w:left")], &[28.0]);
        table.add(("5.2.1", "订口（左边距）"), "28毫米", left, PAGE_SETUP);
        let wide = area(width, "w:left", "w:right");
        if paper == Paper::Letter {
            table.add(
                ("5.2.1", "版心宽"),
                "156毫米",
                lengths(&[wide], &[156.0]),
                PAGE_SETUP,
            );
            return;
        }
        let top = lengths(&[margin("w:top")], &[37.0]);
        table.add(("5.2.1", "天头（上边距）"), "37毫米", top, PAGE_SETUP);
        let both = [wide, area(height, "w:top", "w:bottom")];
        table.add(
            ("5.2.1", "版心"),
            "156×225毫米",
            lengths(&both, &[156.0, 225.0]),
            PAGE_SETUP,
        );
        let grid = part("w:docGrid");
        let pitch = number(grid, "w:linePitch").filter(|p| *p > 0.0);
        let lines = pitch
            .zip(both[1])
            .map(|(pitch, mm)| (mm * TWIPS_PER_MM / pitch + 0.02).floor());
        // Of characters of 16 points, wider or narrower by so many 4096ths of a point.
        let has_characters = grid
            .and_then(|g| g.get("w:type"))
            .is_some_and(|t| t.contains("Chars"));
        let space = number(grid, "w:charSpace").unwrap_or(0.0) / 4096.0;
        let characters = has_characters
            .then_some(())
            .and(both[0])
            .map(|mm| (mm / 25.4 * 72.0 / (16.0 + space) + 0.02).floor());
        let said = |n: Option<f64>| n.map_or("未指定".to_owned(), |n| n.to_string());
        let found = format!("每页{}行，每行{}字", said(lines), said(characters));
        let is_kept = (lines, characters) == (Some(22.0), Some(28.0));
        table.add(
            ("5.2.3", "行数和字数（文档网格）"),
            "每页22行，每行28字",
            (found, is_kept),
            GRID,
        );
        let mirrored = self.setting("w:mirrorMargins");
        let found = if mirrored { "是" } else { "否" }.to_owned();
        table.add(
            ("5.2.1", "双面印刷时订口在内侧"),
            "是",
            (found, mirrored),
            "“页面布局”→“页边距”→“自定义页边距”，“多页”选“对称页边距”",
        );
    }

    fn paragraphs(&self, table: &mut Table, paper: Paper) {
        let (red, body) = match paper {
            Paper::Briefing => ("简报名称", "总体概述"),
            Paper::Letter => ("发文单位", "要求"),
        };
        let song: &[&str] = &["小标宋"];
        let fang: &[&str] = &["仿宋", "FangSong"];
        let rows: [Row; 6] = [
            (
                "7.2.4",
                "发文机关标志的字体",
                red,
                song,
                0.0,
                "小标宋体，红色",
            ),
            ("7.3.1", "标题", "标题", song, 44.0, "小标宋体，2号（22磅）"),
            ("5.2.2", "正文", body, fang, 32.0, "仿宋，3号（16磅）"),
            (
                "7.3.3",
                "一级标题",
                "一、",
                &["黑体", "SimHei"],
                32.0,
                "黑体，3号（16磅）",
            ),
            (
                "7.3.4",
                "附件标识",
                self.annex_mark(),
                &["黑体", "SimHei"],
                32.0,
                "黑体，3号（16磅）",
            ),
            ("7.4.2", "版记", "报：", fang, 28.0, "仿宋，4号（14磅）"),
        ];
        for (clause, what, tag, fonts, size, wanted) in rows {
            let is_name = !tag.contains(['：', '、', '附']);
            if paper == Paper::Letter && !is_name {
                continue;
            }
            let text = if is_name {
                format!("{{{{ {tag} }}}}")
            } else {
                tag.to_owned()
            };
            let found = match self.paragraph(&text) {
                None => (format!("没有“{text}”"), false),
                Some((p, run)) if size == 0.0 => {
                    let color = self
                        .property(p, run, "w:rPr", "w:color", "w:val")
                        .unwrap_or_default();
                    let font = or_none(self.property(p, run, "w:rPr", "w:rFonts", "w:eastAsia"));
                    let is_red = color.to_uppercase() == "FF0000";
                    let said = if is_red { "红色" } else { "不是红色" };
                    (format!("{font}，{said}"), is_red && font.contains(song[0]))
                }
                Some((p, run)) => self.type_of(p, run, fonts, size),
            };
            table.add((clause, what), wanted, found, FONT);
        }
        let Some((p, _)) = self.paragraph(&format!("{{{{ {body} }}}}")) else {
            return;
        };
        let of = |name, key| self.property(p, None, "w:pPr", name, key);
        let rule = of("w:spacing", "w:lineRule").unwrap_or_default();
        let line = of("w:spacing", "w:line").and_then(|l| l.parse::<f64>().ok());
        let points = line.filter(|_| rule == "exact").map(|l| l / 20.0);
        let found = points.map_or("不是固定值".to_owned(), |p| format!("固定值{p}磅"));
        let is_kept = points.is_some_and(|p| (28.0..=29.0).contains(&p));
        table.add(
            ("5.2.3", "正文行距"),
            "固定值28.95磅（一页22行）",
            (found, is_kept),
            PARAGRAPH,
        );
        let first = of("w:ind", "w:firstLineChars")
            .and_then(|c| c.parse::<f64>().ok())
            .map(|c| c / 100.0);
        let first =
            first.or_else(|| Some(of("w:ind", "w:firstLine")?.parse::<f64>().ok()? / 320.0));
        let found = first.map_or("没有".to_owned(), |n| format!("{n}字"));
        table.add(
            ("7.3.3", "正文首行缩进"),
            "2字",
            (found, first == Some(2.0)),
            PARAGRAPH,
        );
    }

    fn numbers(&self, table: &mut Table) {
        let paged = self.footers.iter().filter(|(_, f)| {
            let mut has = false;
            f.walk(&mut |e| {
                has |= e.name == "w:instrText" && e.own_text().contains("PAGE")
                    || e.get("w:instr").is_some_and(|i| i.contains("PAGE"));
            });
            has
        });
        let paged: Vec<&Element> = paged.map(|(_, f)| f).collect();
        let Some(footer) = paged.first() else {
            let none = ("没有页码".to_owned(), false);
            table.add(
                ("7.5", "页码"),
                "版心下边缘之下7毫米，形如 — 1 —",
                none,
                "“插入”→“页码”，放在页脚外侧",
            );
            return;
        };
        let mut line = None;
        footer.walk(&mut |e| {
            if e.name == "w:p" && line.is_none() {
                line = Some(e);
            }
        });
        let Some(p) = line else { return };
        let run = p.elements().find(|r| r.name == "w:r");
        let own = self.type_of(p, run, &["宋体", "SimSun"], 28.0);
        table.add(("7.5", "页码的字体"), "宋体，4号（14磅）", own, FONT);
        let ascii = or_none(self.property(p, run, "w:rPr", "w:rFonts", "w:ascii"));
        let is_song = ascii.contains("宋体") || ascii.contains("SimSun");
        table.add(("7.5", "页码数字的字体"), "宋体", (ascii, is_song), FONT);
        let has_dashes = footer.text_of("w:t").matches('—').count() == 2;
        let said = if has_dashes { "有" } else { "没有" }.to_owned();
        table.add(
            ("7.5", "页码左右各一条一字线"),
            "有",
            (said, has_dashes),
            "页脚中在页码前后各加“—”和一个半角空格",
        );
        // The middle of its line under the type area.
        let margin = |key| number(self.section().and_then(|s| s.first("w:pgMar")), key);
        let exact = self.property(p, None, "w:pPr", "w:spacing", "w:line");
        let is_exact = self
            .property(p, None, "w:pPr", "w:spacing", "w:lineRule")
            .as_deref()
            == Some("exact");
        let height = exact
            .filter(|_| is_exact)
            .and_then(|l| l.parse::<f64>().ok())
            .unwrap_or(364.0);
        let under = margin("w:bottom")
            .zip(margin("w:footer"))
            .map(|(b, f)| mm(b - f - height / 2.0));
        let found = under.map_or("？".to_owned(), |u| format!("约{u:.1}毫米"));
        let advice = "双击页脚，“页眉页脚”中改“页脚底端距离”（下边距35毫米、行距18磅时为24.8毫米）";
        table.add(
            ("7.5", "页码一字线在版心之下"),
            "7毫米",
            (found, under.is_some_and(|u| near(u, 7.0))),
            advice,
        );
        let sides = self.setting("w:evenAndOddHeaders");
        let mut jcs: Vec<String> = paged
            .iter()
            .map(|f| {
                let mut jc = None;
                f.walk(&mut |e| {
                    if e.name == "w:p" && jc.is_none() {
                        jc = self.property(e, None, "w:pPr", "w:jc", "w:val");
                    }
                });
                jc.unwrap_or_default()
            })
            .collect();
        jcs.sort();
        let both = ["left", "right"]
            .iter()
            .all(|side| jcs.iter().any(|j| j == side));
        let said = if sides && both { "是" } else { "否" }.to_owned();
        table.add(
            ("7.5", "单页码居右、双页码居左"),
            "是",
            (said, sides && both),
            "“页眉页脚”中勾选“奇偶页不同”，奇数页页码右对齐、偶数页左对齐，各空一字",
        );
    }

    /// How the first annex is marked: with its number or, where it may be the only one, with the number's name.
    fn annex_mark(&self) -> &'static str {
        const NAMED: &str = "附件{{ 一览附件号";
        if self.paragraph(NAMED).is_some() {
            NAMED
        } else {
            "附件1"
        }
    }

    /// Blank lines, annexes, 版记.
    fn rest(&self, table: &mut Table) {
        let Some(body) = self.document.first("w:body") else {
            return;
        };
        let all: Vec<&Element> = body.elements().filter(|e| e.name == "w:p").collect();
        let texts: Vec<String> = all
            .iter()
            .map(|p| p.text_of("w:t").trim().to_owned())
            .collect();
        let at = |text: &str| texts.iter().position(|t| t.starts_with(text));
        let has_rule = |p: &&Element| {
            let side = p
                .first("w:pPr")
                .and_then(|ppr| ppr.first("w:pBdr")?.first("w:bottom"));
            side.is_some_and(|b| b.get("w:val").is_some_and(|v| v != "none" && v != "nil"))
        };
        let between = |from: Option<usize>, to: Option<usize>| {
            let (from, to) = from.zip(to)?;
            Some(
                texts
                    .get(from + 1..to)?
                    .iter()
                    .filter(|t| t.is_empty())
                    .count(),
            )
        };
        let blank = between(all.iter().position(has_rule), at("{{ 标题 }}"));
        let found = blank.map_or("没有找到红线或标题".to_owned(), |n| {
            format!("{n}行")
        });
        table.add(
            ("7.3.1", "红色分隔线与标题之间空行"),
            "2行",
            (found, blank == Some(2)),
            "在红线那一段与标题之间留两个空段",
        );
        let mark = at(self.annex_mark());
        let title = mark.and_then(|m| texts.iter().skip(m + 1).position(|t| !t.is_empty()));
        let found = title.map_or("没有找到附件1".to_owned(), |n| {
            format!("第{}行", n + 2)
        });
        table.add(
            ("7.3.4", "附件标题的位置"),
            "第3行",
            (found, title == Some(1)),
            "“附件1”之后空一段，再写附件标题",
        );
        let foot = at("报：").and_then(|n| all[n].first("w:pPr")?.first("w:framePr"));
        let is_last = foot.is_some_and(|f| f.get("w:yAlign").as_deref() == Some("bottom"));
        let found = if is_last {
            "在版心末行"
        } else {
            "随正文排，末行不固定"
        }
        .to_owned();
        table.add(
            ("7.4", "版记的位置"),
            "最后一面版心末行",
            (found, is_last),
            "把版记各段放进图文框，垂直位置选相对于页边距“底端”，或印发前用空行推到末行",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::word::DOCUMENT;
    use crate::report::{briefing, reminders};

    fn broken(bytes: &[u8], paper: Paper) -> Vec<(&'static str, &'static str)> {
        let all = clauses(bytes, paper).unwrap();
        all.into_iter()
            .filter(|c| !c.is_kept)
            .map(|c| (c.number, c.what))
            .collect()
    }

    #[test]
    fn the_shipped_templates_keep_every_clause() {
        let own = briefing::default_template().unwrap();
        assert_eq!(broken(own, Paper::Briefing), []);
        assert_eq!(clauses(own, Paper::Briefing).unwrap().len(), 22);
        let letter = reminders::default_template().unwrap();
        assert_eq!(broken(letter, Paper::Letter), []);
    }

    #[test]
    fn what_is_changed_is_told() {
        let own = briefing::default_template().unwrap();
        for (part, from, to, what) in [
            (
                DOCUMENT,
                "w:top=\"2098\"",
                "w:top=\"1440\"",
                "天头（上边距）",
            ),
            (
                DOCUMENT,
                "w:charSpace=\"-842\"",
                "",
                "行数和字数（文档网格）",
            ),
            (
                DOCUMENT,
                "w:w=\"11906\" w:h=\"16838\"",
                "w:w=\"12240\" w:h=\"15840\"",
                "纸张",
            ),
            (
                DOCUMENT,
                "w:yAlign=\"bottom\"",
                "w:yAlign=\"top\"",
                "版记的位置",
            ),
            (DOCUMENT, "{{ 总体概述 }}", "{{ 总体 }}", "正文"),
            (
                DOCUMENT,
                "w:footer=\"1406\"",
                "w:footer=\"700\"",
                "页码一字线在版心之下",
            ),
            (
                "word/styles.xml",
                "<w:sz w:val=\"44\"/>",
                "<w:sz w:val=\"36\"/>",
                "标题",
            ),
            (
                "word/styles.xml",
                "w:line=\"579\"",
                "w:line=\"600\"",
                "正文行距",
            ),
            (
                "word/settings.xml",
                "<w:evenAndOddHeaders/>",
                "",
                "单页码居右、双页码居左",
            ),
            (
                "word/settings.xml",
                "<w:mirrorMargins/>",
                "",
                "双面印刷时订口在内侧",
            ),
        ] {
            let mut parts = Parts::read(own).unwrap();
            let xml = String::from_utf8(parts.get(part).unwrap().to_vec()).unwrap();
            assert!(xml.contains(from), "{from}");
            parts.set(part, xml.replace(from, to));
            let found = broken(&parts.write().unwrap(), Paper::Briefing);
            assert!(found.iter().any(|(_, w)| *w == what), "{what}: {found:?}");
        }
    }
}

//! docs/sample-data.md: what is planted where.

use std::fmt::Write as _;

use super::build::Note;

const HEAD: &str = "# 示例数据说明

`inbox/2024-01` 至 `inbox/2024-06` 是随项目附带的**示例数据**：进度、文字、金额均为虚构，人名为张三、李四，电话为 13800000000，
不代表任何单位的实际情况。由 `cargo run --release --example make_sample` 生成，本页同时生成。

- 建设局、城市建设事务中心、生态环境局、公共服务局、统战部用系统下发的报送表（`duban forms` 的同一套程序）。
- 政务服务和社会事务中心用自己的单层表头旧表（列序、列名均不同）。
- 市场监督管理局用三层表头旧表，LibreOffice 存为 .xls；公安分局用只有文字的旧表，LibreOffice 存为 .ods。
- 各月 `received.csv` 登记收到日期。6 月公安分局未报，统战部逾期。

到 6 月底的走势：1、13 项完成；9、10、12、16 项超序时进度；14、15 项滞后；5 项严重滞后；其余基本达到序时进度或持续推进。
7—12 月的表只为测试准备，用 `--months 12 --out 目录` 生成，不入库；年底 5、14、17 项仍有未完成的指标。

## 预设差错

“单元格”为空的，指整个文件或整张表。代码含义见 `duban explain 代码`。

";

pub fn markdown(notes: &[Note]) -> String {
    let mut text = HEAD.to_owned();
    let mut last = None;
    for note in notes {
        if last != Some(note.period) {
            let _ = write!(
                text,
                "{}### {}\n\n| 代码 | 单位 | 文件 | 表 | 单元格 | 差错 |\n|---|---|---|---|---|---|\n",
                if last.is_some() { "\n" } else { "" },
                note.period.chinese()
            );
            last = Some(note.period);
        }
        let Note {
            code,
            department,
            file,
            sheet,
            cell,
            what,
            ..
        } = note;
        let _ = writeln!(
            text,
            "| {code} | {department} | {file} | {sheet} | {cell} | {what} |"
        );
    }
    text
}

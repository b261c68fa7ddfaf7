//! What the pieces of a month cost: `cargo bench`. Whole runs against the read floor and other programs are measured from
//! outside (docs/performance.md).

use std::fs;
use std::sync::LazyLock;

use divan::{Bencher, black_box};
use duban::check::{History, Keep, MonthInput, Register, load_plan};
use duban::intake::arrival::{Reader, read_xlsb};
use duban::intake::layout::{self, Names};
use duban::intake::quantity::{self, Units};
use duban::intake::workbook::Strike;
use duban::intake::{Arrival, CellRef, FieldCell, NumberFormat, Value, ooxml};
use duban::plan::{Limits, Moment, Period, Plan, Unit};

static PLAN: LazyLock<Plan> = LazyLock::new(|| {
    load_plan("plan.toml", include_str!("../seeds/2024/plan.toml")).expect("the shipped plan loads")
});
static NAMES: LazyLock<Names> = LazyLock::new(|| Names::new(&PLAN));
/// A department's June workbook of the sample, the largest of its kind.
static WORKBOOK: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut books: Vec<Vec<u8>> = fs::read_dir("inbox/2024-06")
        .expect("the sample inbox")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == "xlsx"))
        .map(|path| fs::read(path).expect("a sample workbook"))
        .collect();
    books.sort_by_key(Vec::len);
    books.pop().expect("a workbook")
});

fn main() {
    divan::main();
}

fn june() -> Period {
    Period::new(2024, 6).expect("June is a month")
}

fn arrivals() -> Vec<Arrival> {
    let limits = Limits::default();
    Reader {
        plan: &PLAN,
        names: &NAMES,
        period: june(),
        limits: &limits,
        xlsb: &read_xlsb,
    }
    .read("示例数据.xlsx", &WORKBOOK)
}

/// A figure as it is stored, and as people write it.
#[divan::bench(args = ["9.6", "约8.36万㎡", "1，300", "已完成口袋公园2处，1处公园提质改造进场"])]
fn quantity(bencher: Bencher, text: &str) {
    let plan = Unit::parse("万平方米").expect("a unit");
    let value = text
        .parse()
        .map_or_else(|_| Value::Text(text.into()), Value::Number);
    let cell = FieldCell {
        at: CellRef::new(0, 0),
        value: Some(value),
        format: NumberFormat::General,
        strike: Strike::None,
        merged_to: None,
    };
    let units = Units {
        row: None,
        header: None,
        plan: &plan,
        nouns: [""; 2],
        is_in_points: false,
    };
    bencher.bench_local(|| quantity::read(black_box(Some(&cell)), units));
}

/// From bytes to cells.
#[divan::bench]
fn workbook_read(bencher: Bencher) {
    let limits = Limits::default();
    let bytes: &[u8] = &WORKBOOK;
    bencher.bench_local(|| ooxml::read(black_box(bytes), &limits));
}

/// From cells to meaning: header, rows, department and month.
#[divan::bench]
fn header_and_rows(bencher: Bencher) {
    let book = ooxml::read(&WORKBOOK, &Limits::default()).expect("a workbook");
    bencher
        .with_inputs(|| book.clone())
        .bench_local_values(|book| layout::interpret(book, &PLAN, &NAMES, june()));
}

/// A department's workbook through every rule.
#[divan::bench]
fn submission_checked(bencher: Bencher) {
    let arrivals = arrivals();
    let (register, history) = (Register::default(), History::default());
    bencher.bench_local(|| {
        let moment = Moment {
            period: june(),
            as_of: None,
        };
        MonthInput {
            plan: &PLAN,
            moment,
            register: &register,
            history: &history,
            chases: true,
            keep: Keep::All,
            read_again: None,
        }
        .check(black_box(arrivals.clone()))
    });
}

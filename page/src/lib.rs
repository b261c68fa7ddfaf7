//! The core for a browser: a file's name and bytes in, what is wrong with it out.
//!
//! A caller asks for [`room`], writes into it, calls one of the functions, which gives the length of what it made, and reads that
//! at [`made`]. A panic ends the instance (a trap); a new one can then be told that the file is [`unreadable`].

use std::cell::{Cell, RefCell};

use duban::check::load_plan_file;
use duban::plan::Period;
use duban::report::self_check::{Answer, Desk};

thread_local! {
    static DESK: Cell<Option<&'static Desk>> = const { Cell::new(None) };
    /// The last check, for its pictures and its marked copy.
    static LAST: RefCell<Option<Answer<'static>>> = const { RefCell::new(None) };
    /// Plan, name and bytes, as the caller writes them.
    static ROOMS: RefCell<[Vec<u8>; 3]> = const { RefCell::new([Vec::new(), Vec::new(), Vec::new()]) };
    static MADE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    /// The month to check for; `None`: the file's own.
    static MONTH: Cell<Option<Period>> = const { Cell::new(None) };
}

/// Makes room for so many bytes: 0 the plan's, 1 the file's name, 2 the file's own.
#[unsafe(no_mangle)]
pub extern "C" fn room(which: usize, len: usize) -> *mut u8 {
    ROOMS.with_borrow_mut(|rooms| {
        rooms[which] = vec![0; len];
        rooms[which].as_mut_ptr()
    })
}

/// Where the last thing made lies.
#[unsafe(no_mangle)]
pub extern "C" fn made() -> *const u8 {
    MADE.with_borrow(|made| made.as_ptr())
}

fn make(bytes: Vec<u8>) -> usize {
    let len = bytes.len();
    MADE.set(bytes);
    len
}

/// Reads the plan. Makes what is wrong with it, or how large a file may be.
#[unsafe(no_mangle)]
pub extern "C" fn open() -> usize {
    let bytes = ROOMS.with_borrow_mut(|rooms| std::mem::take(&mut rooms[0]));
    let read = match load_plan_file("任务计划", &bytes) {
        (Some(plan), _) => {
            let bytes = plan.limits.file_bytes;
            // One plan an instance, to its end.
            DESK.set(Some(Box::leak(Box::new(Desk::new(plan)))));
            serde_json::json!({ "bytes": bytes })
        }
        (None, wrong) => serde_json::json!({ "wrong": wrong.to_string() }),
    };
    make(read.to_string().into_bytes())
}

/// Sets the month to check for; year 0: the file's own.
#[unsafe(no_mangle)]
pub extern "C" fn month(year: i32, month: i32) {
    let year = i16::try_from(year).ok().filter(|year| *year > 0);
    let month = i8::try_from(month).ok();
    MONTH.set(
        year.zip(month)
            .and_then(|(year, month)| Period::new(year, month)),
    );
}

/// Checks the file: the entry of `duban check --format json` and what the page shows besides.
#[unsafe(no_mangle)]
pub extern "C" fn check() -> usize {
    of_file(|desk, name, bytes| answered(desk, desk.check(name, bytes, MONTH.get()), bytes))
}

/// As [`check`] for a file at which another instance has ended.
#[unsafe(no_mangle)]
pub extern "C" fn unreadable() -> usize {
    of_file(|desk, name, bytes| answered(desk, desk.unreadable(name, bytes, MONTH.get()), bytes))
}

fn answered(desk: &Desk, answer: Answer<'static>, bytes: &[u8]) -> Vec<u8> {
    let json = answer.json(desk, bytes).to_string();
    LAST.set(Some(answer));
    json.into_bytes()
}

/// Pictures of the rows concerned, after a check.
#[unsafe(no_mangle)]
pub extern "C" fn pictures() -> usize {
    of_last(|desk, answer, bytes| answer.pictures(desk, bytes).to_string().into_bytes())
}

/// After a check, the file with what was found marked in its cells; its name first, with its length in four bytes. Makes nothing
/// where there is nothing to mark.
#[unsafe(no_mangle)]
pub extern "C" fn mark() -> usize {
    of_last(|_, answer, bytes| {
        let Some((name, marked)) = answer.marked(bytes) else {
            return Vec::new();
        };
        let len = u32::try_from(name.len()).unwrap_or(0).to_le_bytes();
        [&len[..], name.as_bytes(), &marked].concat()
    })
}

fn of_last(work: impl FnOnce(&Desk, &Answer, &[u8]) -> Vec<u8>) -> usize {
    of_file(|desk, _, bytes| {
        LAST.with_borrow(|last| last.as_ref().map(|answer| work(desk, answer, bytes)))
            .unwrap_or_default()
    })
}

fn of_file(work: impl FnOnce(&'static Desk, &str, &[u8]) -> Vec<u8>) -> usize {
    let made = ROOMS.with_borrow(|rooms| {
        let name = String::from_utf8_lossy(&rooms[1]);
        Some(work(DESK.get()?, &name, &rooms[2]))
    });
    make(made.unwrap_or_default())
}

//! Ctrl-C and a request to end: a command that writes stops at its next step, removes what it has begun and says that nothing
//! was changed. Once it has begun to replace, it goes on to its end. A second request ends it at once, as a kill does.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use signal_hook::consts::{SIGABRT, SIGINT, SIGTERM};
use signal_hook::flag;

use super::error::Result;
use super::exit::FAILED;

/// The signal that came; 0: none.
static CAME: LazyLock<Arc<AtomicUsize>> = LazyLock::new(Arc::default);
static REPLACED: AtomicBool = AtomicBool::new(false);

/// What every command needs: an allocation that fails ends it as an error does, and a write past the process's file size limit
/// is an error.
pub fn prepare() {
    // Where a signal cannot be taken over, it does what it always did. What an allocation that fails says before is the standard
    // library's, in English: only an unstable hook could change that.
    let _ = flag::register_conditional_shutdown(SIGABRT, i32::from(FAILED), on());
    #[cfg(unix)]
    let _ = flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
}

fn on() -> Arc<AtomicBool> {
    Arc::new(AtomicBool::new(true))
}

/// From now on Ctrl-C and a request to end are told by [`check`].
pub fn watch() {
    for signal in [SIGINT, SIGTERM] {
        let is_second = Arc::default();
        let _ = flag::register_conditional_shutdown(signal, code(signal), Arc::clone(&is_second));
        let _ = flag::register(signal, is_second);
        let number = usize::try_from(signal).unwrap_or(0);
        let _ = flag::register_usize(signal, Arc::clone(&CAME), number);
    }
}

/// From now on Ctrl-C ends this process only while that is so, and else leaves it to a command that it runs.
pub fn end_while(is_so: &Arc<AtomicBool>) {
    let _ = flag::register_conditional_shutdown(SIGINT, code(SIGINT), Arc::clone(is_so));
    let _ = flag::register(SIGINT, Arc::default());
}

/// As shells give the end by a signal.
fn code(signal: i32) -> i32 {
    128 + signal
}

/// Fails where the command is to end and nothing was replaced yet.
pub fn check() -> Result {
    if came().is_some() && !REPLACED.load(Ordering::SeqCst) {
        return Err(said!("已取消{}", unchanged()));
    }
    Ok(())
}

fn came() -> Option<usize> {
    Some(CAME.load(Ordering::SeqCst)).filter(|&signal| signal != 0)
}

/// The exit code of a command that was to end and did, whatever stopped it.
pub fn cancelled() -> Option<u8> {
    check().err()?;
    u8::try_from(128 + came()?).ok()
}

/// Something that people see is replaced from here on.
pub fn replacing() {
    REPLACED.store(true, Ordering::SeqCst);
}

/// `，上次的报告没有改动`, while that is so.
pub fn unchanged() -> &'static str {
    if REPLACED.load(Ordering::SeqCst) {
        ""
    } else {
        "，上次的报告没有改动"
    }
}

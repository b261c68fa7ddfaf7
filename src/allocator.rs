//! The program's allocator: mimalloc, which in the child that reads one .xlsb gives no more than that may hold.

use std::alloc::{GlobalAlloc, Layout};
use std::ptr::null_mut;

use duban::cli::child::{gave_back, may_take};
use mimalloc::MiMalloc;

/// mimalloc, asking first.
pub struct Bounded;

// Every call is handed on as it came, or refused with null as the trait allows.
unsafe impl GlobalAlloc for Bounded {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if may_take(layout.size()) {
            unsafe { MiMalloc.alloc(layout) }
        } else {
            null_mut()
        }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if may_take(layout.size()) {
            unsafe { MiMalloc.alloc_zeroed(layout) }
        } else {
            null_mut()
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        gave_back(layout.size());
        unsafe { MiMalloc.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if may_take(size) {
            let moved = unsafe { MiMalloc.realloc(block, layout, size) };
            gave_back(if moved.is_null() { size } else { layout.size() });
            moved
        } else {
            null_mut()
        }
    }
}

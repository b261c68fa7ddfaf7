//! Files written while others are still made.

use std::borrow::Cow;
use std::panic::resume_unwind;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Scope, ScopedJoinHandle};

use super::super::disk::WRITERS;
use super::super::error::Error;
use super::Sink;

/// A file by its path in the package.
type File<'a> = (String, Cow<'a, [u8]>);

/// Threads that write: each waits for the disk, not for the processor.
pub struct Writers<'scope, 'a> {
    files: Sender<File<'a>>,
    threads: Vec<ScopedJoinHandle<'scope, Result<(), Error>>>,
}

impl<'scope, 'a: 'scope> Writers<'scope, 'a> {
    pub fn start<'env>(scope: &'scope Scope<'scope, 'env>, sink: &'scope dyn Sink) -> Self {
        let (files, made) = mpsc::channel();
        let made = Arc::new(Mutex::new(made));
        let threads = (0..WRITERS)
            .map(|_| {
                let made = Arc::clone(&made);
                scope.spawn(move || {
                    while let Some((path, bytes)) = next(&made) {
                        sink.put(&path, &bytes)?;
                    }
                    Ok(())
                })
            })
            .collect();
        Self { files, threads }
    }

    /// Has a file written.
    pub fn write(&self, path: String, bytes: impl Into<Cow<'a, [u8]>>) {
        // Nobody listens where every thread has failed: the first cause is told at the end.
        let _ = self.files.send((path, bytes.into()));
    }

    /// Waits until all files are written.
    ///
    /// # Errors
    /// The first that could not be.
    pub fn finish(self) -> Result<(), Error> {
        drop(self.files);
        self.threads.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
    }
}

fn next<'a>(made: &Mutex<Receiver<File<'a>>>) -> Option<File<'a>> {
    made.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

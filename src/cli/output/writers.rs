//! Files written while others are still made.

use std::borrow::Cow;
use std::panic::resume_unwind;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, Scope, ScopedJoinHandle};

use super::super::disk::{WRITER_STACK, WRITERS};
use super::super::error::Error;
use super::Sink;

/// A file by its path in the package.
type File<'a> = (String, Cow<'a, [u8]>);

/// Threads that write: each waits for the disk, not for the processor. Where the system gives none, whoever has made a file
/// writes it.
pub struct Writers<'scope, 'a> {
    sink: &'scope dyn Sink,
    files: Sender<File<'a>>,
    threads: Vec<ScopedJoinHandle<'scope, Result<(), Error>>>,
    /// Of what was written without a thread.
    failed: Mutex<Option<Error>>,
}

impl<'scope, 'a: 'scope> Writers<'scope, 'a> {
    pub fn start<'env>(scope: &'scope Scope<'scope, 'env>, sink: &'scope dyn Sink) -> Self {
        let (files, made) = mpsc::channel();
        let made = Arc::new(Mutex::new(made));
        let threads = (0..WRITERS)
            .map_while(|_| {
                let made = Arc::clone(&made);
                let write = move || {
                    while let Some((path, bytes)) = next(&made) {
                        sink.put(&path, &bytes)?;
                    }
                    Ok(())
                };
                thread::Builder::new().stack_size(WRITER_STACK).spawn_scoped(scope, write).ok()
            })
            .collect();
        Self { sink, files, threads, failed: Mutex::default() }
    }

    /// Has a file written.
    pub fn write(&self, path: String, bytes: impl Into<Cow<'a, [u8]>>) {
        if self.threads.is_empty() {
            let written = self.sink.put(&path, &bytes.into());
            let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
            *failed = failed.take().or(written.err());
            return;
        }
        // Nobody listens where every thread has failed: the first cause is told at the end.
        let _ = self.files.send((path, bytes.into()));
    }

    /// Waits until all files are written.
    ///
    /// # Errors
    /// The first that could not be.
    pub fn finish(self) -> Result<(), Error> {
        drop(self.files);
        self.threads.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))?;
        self.failed.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
    }
}

fn next<'a>(made: &Mutex<Receiver<File<'a>>>) -> Option<File<'a>> {
    made.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

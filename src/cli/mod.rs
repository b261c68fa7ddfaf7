//! The commands; the only place that talks to the terminal and to other processes.

pub mod child;

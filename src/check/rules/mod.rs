//! One file a rule.

pub mod r001;
pub mod r002;
pub mod r003;
pub mod r004;
pub mod r005;
pub mod r006;
pub mod r007;
pub mod r008;
pub mod r009;
pub mod r010;
pub mod r011;
pub mod r012;
pub mod r013;
pub mod r014;
pub mod r015;
pub mod r016;
pub mod r017;
pub mod r018;
pub mod r020;
pub mod x001;
pub mod x002;
pub mod x003;
pub mod x004;

#[cfg(test)]
mod tests_of_months;
#[cfg(test)]
mod tests_of_narratives;
#[cfg(test)]
mod tests_of_records;

//! The platform: what stands between the functions, and between them and the world. It fails as its provider documents
//! that it may, and as the seed decides.

pub mod bus;
pub mod fifo;
pub mod function;
mod ops_table;
pub mod queue;
pub mod schedule;
pub(crate) mod spell;
pub mod stream;
pub mod table;

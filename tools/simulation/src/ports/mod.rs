//! The ports of the product, on simulated I/O.

pub mod bus;
pub mod desk;
pub mod io;
pub mod log;
pub mod messenger;
pub mod ops;
pub mod parties;
pub mod queues;
pub mod views;

//! The gateway's ports on AWS.

mod functions;
mod queues;

pub use functions::LambdaContexts;
pub use queues::SqsQueues;

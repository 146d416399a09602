//! `simulators --port <port>`: every simulated provider on one loopback port.

use std::net::Ipv4Addr;

use anyhow::Context as _;
use clap::Parser;
use tokio::net::TcpListener;

/// Stand-ins for the outside providers.
#[derive(Parser)]
#[command(name = "simulators")]
struct Cli {
    /// Port to listen on, on loopback
    #[arg(long)]
    port: u16,
}

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    if let Err(error) = rustix::process::setsid() {
        // Already the leader of a group, as when started by hand: then it ends with its terminal.
        println!("simulators stay with their terminal: {error}");
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, cli.port))
            .await
            .with_context(|| format!("cannot listen on port {}", cli.port))?;
        println!("simulators on {}", cli.port);
        Ok(simulators::serve(listener, simulators::router()).await?)
    })
}

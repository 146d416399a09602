//! A server that gives every request the same answer and remembers what it was sent.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

#[derive(Default)]
struct Seen {
    connections: usize,
    requests: Vec<String>,
}

/// A running server; ends with the test's runtime.
pub struct Server {
    /// Where it listens.
    pub url: String,
    seen: Arc<Mutex<Seen>>,
}

impl Server {
    /// Listens on a free port.
    pub async fn start(status: u16, body: &'static str) -> Self {
        Self::serving(status, body, usize::MAX).await
    }

    /// As [`Server::start`], but closes each connection after one answer without saying so before.
    pub async fn start_closing(status: u16, body: &'static str) -> Self {
        Self::serving(status, body, 1).await
    }

    async fn serving(status: u16, body: &'static str, answers: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Seen::default()));
        let shared = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.lock().unwrap().connections += 1;
                tokio::spawn(serve(stream, status, body, answers, Arc::clone(&shared)));
            }
        });
        Self { url, seen }
    }

    /// Each request so far, head and body.
    pub fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap().requests.clone()
    }

    /// How many connections were opened.
    pub fn connections(&self) -> usize {
        self.seen.lock().unwrap().connections
    }
}

async fn serve(
    mut stream: TcpStream,
    status: u16,
    body: &'static str,
    answers: usize,
    seen: Arc<Mutex<Seen>>,
) {
    let mut answered = 0;
    let mut received = Vec::new();
    while let Ok(1..) = stream.read_buf(&mut received).await {
        let text = String::from_utf8_lossy(&received).into_owned();
        let Some(head_end) = text.find("\r\n\r\n") else { continue };
        let length: usize = text
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok())
            .unwrap_or(0);
        if received.len() < head_end + 4 + length {
            continue;
        }
        received.clear();
        seen.lock().unwrap().requests.push(text);
        let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        stream.write_all(answer.as_bytes()).await.unwrap();
        answered += 1;
        if answered == answers {
            return;
        }
    }
}

//! Ports: is it free, and who holds it.

use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;

/// Whether nothing listens on this loopback port.
pub(crate) fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// A port that was free a moment ago.
pub(crate) fn any_free() -> std::io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// This port, or another one if something holds it.
pub(crate) fn free_or(wanted: u16) -> std::io::Result<u16> {
    if is_free(wanted) { Ok(wanted) } else { any_free() }
}

/// A process that listens on a port.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Holder {
    pub(crate) pid: u32,
    pub(crate) command: String,
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "process {} ({})", self.pid, self.command)
    }
}

/// The process that listens on the port, if the operating system lets us see it.
pub(crate) fn holder(port: u16) -> Option<Holder> {
    if cfg!(target_os = "linux") { linux::holder(port) } else { from_lsof(port) }
}

fn from_lsof(port: u16) -> Option<Holder> {
    let out = Command::new("lsof")
        .args(["-nP", "-sTCP:LISTEN", "-F", "pc", &format!("-iTCP:{port}")])
        .output()
        .ok()?;
    parse_lsof(&String::from_utf8_lossy(&out.stdout))
}

/// `-F pc` prints one field a line, named by its first letter.
fn parse_lsof(text: &str) -> Option<Holder> {
    let field = |letter: char| text.lines().find_map(|line| line.strip_prefix(letter));
    Some(Holder { pid: field('p')?.parse().ok()?, command: field('c').unwrap_or("?").to_owned() })
}

mod linux {
    use super::Holder;
    use std::fs;

    pub(super) fn holder(port: u16) -> Option<Holder> {
        let inodes: Vec<String> = ["/proc/net/tcp", "/proc/net/tcp6"]
            .iter()
            .filter_map(|table| fs::read_to_string(table).ok())
            .flat_map(|table| listening_inodes(&table, port))
            .map(|inode| format!("socket:[{inode}]"))
            .collect();
        fs::read_dir("/proc").ok()?.flatten().find_map(|entry| {
            let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
            let holds = fs::read_dir(entry.path().join("fd"))
                .ok()?
                .flatten()
                .filter_map(|fd| fs::read_link(fd.path()).ok())
                .any(|link| inodes.iter().any(|inode| link.as_os_str() == inode.as_str()));
            holds.then(|| Holder { pid, command: command(pid) })
        })
    }

    fn command(pid: u32) -> String {
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let words: Vec<_> = line.split(|b| *b == 0).take(3).map(String::from_utf8_lossy).collect();
        words.join(" ").trim().to_owned()
    }

    /// Inodes of sockets in state LISTEN (0A) on the port. See proc(5): column 2 is `address:port` in hex, 4 the
    /// state, 10 the inode.
    pub(super) fn listening_inodes(table: &str, port: u16) -> Vec<String> {
        table
            .lines()
            .skip(1)
            .filter_map(|line| {
                let columns: Vec<&str> = line.split_whitespace().collect();
                let (_, hex) = columns.get(1)?.rsplit_once(':')?;
                let listening = columns.get(3) == Some(&"0A");
                (listening && u16::from_str_radix(hex, 16).ok()? == port)
                    .then(|| columns.get(9).map(|inode| (*inode).to_owned()))
                    .flatten()
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_holder_of_a_port_is_found() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(!is_free(port));
        let holder = holder(port).expect("this process holds it");
        assert_eq!(holder.pid, std::process::id());
    }

    #[test]
    fn only_listening_sockets_of_the_port_count() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   \
            0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 111 1\n   \
            1: 0100007F:1F90 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 222 1\n   \
            2: 0100007F:11D6 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 333 1\n";
        assert_eq!(linux::listening_inodes(table, 8080), ["111"]);
    }

    #[test]
    fn lsof_fields_are_read_by_letter() {
        let holder = Holder { pid: 42, command: "node".to_owned() };
        assert_eq!(parse_lsof("p42\ncnode\nf21\n"), Some(holder));
        assert_eq!(parse_lsof(""), None);
    }
}

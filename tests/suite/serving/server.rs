//! A server of our own for a test, and a client that can be rude.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::scratch::{DICTUM, Scratch};

/// A token that requests bear.
pub const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// A running `dictum serve`; it ends with the value.
pub struct Server {
    child: Child,
    /// `127.0.0.1:41234`.
    pub address: String,
}

/// An answer of HTTP.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// One connection.
pub struct Connection(BufReader<TcpStream>);

impl Server {
    /// Starts it where `scratch` is, at a port that is free.
    pub fn start(scratch: &Scratch, arguments: &[&str]) -> Server {
        Server::start_with(scratch, arguments, &[])
    }

    /// The same with variables of the environment.
    pub fn start_with(scratch: &Scratch, arguments: &[&str], variables: &[(&str, &str)]) -> Server {
        let mut command = scratch.command(DICTUM);
        command.args(["serve", "--http", "127.0.0.1:0"]).args(arguments).envs(variables.iter().copied());
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("dictum starts");
        let log = BufReader::new(child.stderr.take().expect("piped"));
        let mut lines = log.lines().map_while(Result::ok);
        let mut told = String::new();
        let address = lines.find_map(|line| {
            told.push_str(&line);
            line.split_once("listens at http://").map(|(_, address)| address.trim().to_owned())
        });
        let address = address.unwrap_or_else(|| panic!("it does not listen: {told}"));
        // The rest is read too, or the server would wait for it.
        std::thread::spawn(move || lines.for_each(drop));
        Server { child, address }
    }

    /// One that takes proposals from whoever bears [`TOKEN`].
    pub fn taking_proposals(scratch: &Scratch, arguments: &[&str]) -> Server {
        Server::start_with(scratch, &[&["--proposals"], arguments].concat(), &[("DICTUM_TOKEN", TOKEN)])
    }

    /// Which process it is.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Tells it to stop, and whether it did so well.
    pub fn stop(&mut self) -> bool {
        let id = self.child.id().to_string();
        let told = std::process::Command::new("kill").args(["-TERM", &id]).status();
        told.is_ok_and(|told| told.success()) && self.child.wait().is_ok_and(|ended| ended.success())
    }

    pub fn connect(&self) -> Connection {
        let stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(40))).expect("a time");
        Connection(BufReader::new(stream))
    }

    pub fn get(&self, path: &str) -> Reply {
        self.ask(&format!("GET {path} HTTP/1.1\r\n"), "")
    }

    pub fn post(&self, path: &str, body: &str) -> Reply {
        self.ask(&format!("POST {path} HTTP/1.1\r\nContent-Type: application/json\r\n"), body)
    }

    /// Sends a head without `Host` and length, and a body.
    pub fn ask(&self, head: &str, body: &str) -> Reply {
        let mut connection = self.connect();
        let length =
            if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        connection.send(format!("{head}Host: localhost\r\n{length}Connection: close\r\n\r\n{body}"));
        connection.reply()
    }

    /// Waits until `/health` says so.
    pub fn until(&self, so: impl Fn(&Value) -> bool) {
        let began = Instant::now();
        loop {
            let health = self.get("/health").json();
            if so(&health) {
                return;
            }
            assert!(began.elapsed() < Duration::from_secs(30), "it stays at {health:#}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Connection {
    /// Sends as it is. Whoever is refused may find nobody listening any more.
    pub fn send(&mut self, text: impl AsRef<[u8]>) {
        let _ = self.0.get_mut().write_all(text.as_ref());
    }

    /// The same connection once more, to send while another reads.
    pub fn split(&self) -> Connection {
        Connection(BufReader::new(self.0.get_ref().try_clone().expect("a connection")))
    }

    /// What is sent has to be taken within this time, or isn't sent.
    pub fn hurry(&mut self, time: Duration) {
        self.0.get_ref().set_write_timeout(Some(time)).expect("a time");
    }

    /// The next answer; status 0 where the connection was closed instead.
    pub fn reply(&mut self) -> Reply {
        let mut reply = Reply { status: 0, headers: Vec::new(), body: String::new() };
        let mut line = String::new();
        if self.0.read_line(&mut line).is_err() || line.is_empty() {
            return reply;
        }
        reply.status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).is_err() || line.trim_end().is_empty() {
                break;
            }
            let (name, value) = line.trim_end().split_once(": ").unwrap_or((line.trim_end(), ""));
            reply.headers.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        let length = reply.header("content-length").parse().unwrap_or(0);
        let mut body = vec![0; length];
        if self.0.read_exact(&mut body).is_ok() {
            reply.body = String::from_utf8(body).expect("what is served is UTF-8");
        }
        reply
    }
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{} {:?}", self.status, self.body))
    }
}

//! A mail server that speaks as much SMTP (RFC 5321) as a sender needs, and keeps what it is sent.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// A mail as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mail {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's receivers.
    pub to: Vec<String>,
    /// Header and body.
    pub text: String,
}

/// A mail server on a port of its own. It lives as long as the process.
pub struct MailServer {
    address: SocketAddr,
    taken: Arc<Mutex<Vec<Mail>>>,
}

impl MailServer {
    /// Starts one.
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let taken = Arc::new(Mutex::new(vec![]));
        let mails = taken.clone();
        thread::spawn(move || {
            for caller in listener.incoming().map_while(Result::ok) {
                let mails = mails.clone();
                // Who breaks off says no more.
                thread::spawn(move || drop(converse(&caller, &mails)));
            }
        });
        Self { address, taken }
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// What was taken so far.
    pub fn taken(&self) -> Vec<Mail> {
        self.taken.lock().unwrap().clone()
    }
}

fn converse(caller: &TcpStream, mails: &Mutex<Vec<Mail>>) -> std::io::Result<()> {
    let say = |line: &str| write!(&*caller, "{line}\r\n");
    let mut lines = BufReader::new(caller).lines();
    let mut mail = Mail::default();
    say("220 double ready")?;
    while let Some(line) = lines.next().transpose()? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        match verb.as_str() {
            "EHLO" | "HELO" => say("250 double")?,
            "MAIL" => {
                mail.from = address(&line);
                say("250 sender noted")?;
            }
            "RCPT" => {
                mail.to.push(address(&line));
                say("250 receiver noted")?;
            }
            "DATA" => {
                say("354 go on")?;
                let body = lines
                    .by_ref()
                    .map_while(Result::ok)
                    .take_while(|line| line != ".");
                mail.text = body.collect::<Vec<_>>().join("\n");
                mails.lock().unwrap().push(std::mem::take(&mut mail));
                say("250 taken")?;
            }
            "QUIT" => return say("221 bye"),
            "RSET" | "NOOP" => say("250 done")?,
            _ => say("502 not here")?,
        }
    }
    Ok(())
}

fn address(line: &str) -> String {
    let inner = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map_or("", |(address, _)| address).to_owned()
}

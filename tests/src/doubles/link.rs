//! A wire between two processes, which can be cut.

use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;

/// A wire to one of several ends.
pub struct Link {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    ends: Vec<SocketAddr>,
    /// How many connections were made, to take turns between the ends.
    made: usize,
    connected: bool,
    open: Vec<TcpStream>,
}

impl Link {
    /// One that leads to `ends` by turns: the first of them, from the one whose turn it is, that
    /// takes the connection.
    pub fn to(ends: Vec<SocketAddr>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            state: Mutex::new(State {
                ends,
                made: 0,
                connected: true,
                open: vec![],
            }),
            changed: Condvar::new(),
        });
        let accepting = shared.clone();
        thread::spawn(move || {
            for near in listener.incoming().flatten() {
                let shared = accepting.clone();
                thread::spawn(move || shared.carry(near));
            }
        });
        Self { address, shared }
    }

    /// Where it begins.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Leads elsewhere from now on. What is connected stays.
    pub fn lead_to(&self, ends: Vec<SocketAddr>) {
        self.shared.state().ends = ends;
    }

    /// Cuts it: what is under way never arrives, connections are taken and lead nowhere, as when a
    /// cable is pulled.
    pub fn cut(&self) {
        self.shared.state().connected = false;
    }

    /// Connects it again. Connections from before are lost.
    pub fn repair(&self) {
        let mut state = self.shared.state();
        for stream in state.open.drain(..) {
            drop(stream.shutdown(Shutdown::Both));
        }
        state.connected = true;
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn wait_until_connected(&self) -> MutexGuard<'_, State> {
        let state = self.state();
        self.changed.wait_while(state, |state| !state.connected).unwrap()
    }

    fn carry(self: &Arc<Self>, near: TcpStream) {
        let ends = {
            let mut state = self.wait_until_connected();
            state.made += 1;
            let turn = state.made % state.ends.len().max(1);
            let (before, from) = state.ends.split_at(turn.min(state.ends.len()));
            [from, before].concat()
        };
        let Some(far) = ends.iter().find_map(|end| TcpStream::connect(end).ok()) else {
            drop(near.shutdown(Shutdown::Both));
            return;
        };
        for stream in [&near, &far] {
            drop(stream.set_nodelay(true));
            self.state().open.push(stream.try_clone().unwrap());
        }
        let (shared, back) = (
            self.clone(),
            (far.try_clone().unwrap(), near.try_clone().unwrap()),
        );
        thread::spawn(move || shared.pump(back.0, back.1));
        self.pump(near, far);
    }

    /// Carries bytes one way while the wire is whole, and holds them while it is cut.
    fn pump(&self, mut from: TcpStream, mut to: TcpStream) {
        use std::io::{Read, Write};
        let mut bytes = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = from.read(&mut bytes) {
            drop(self.wait_until_connected());
            if to.write_all(&bytes[..read]).is_err() {
                break;
            }
        }
        drop(self.wait_until_connected());
        drop((from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both)));
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::time::Duration;

    use super::*;

    /// Sends its name to each connection, and then what it receives.
    fn echo(name: u8) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                thread::spawn(move || {
                    stream.write_all(&[name]).unwrap();
                    let mut byte = [0];
                    while let Ok(1) = stream.read(&mut byte) {
                        drop(stream.write_all(&byte));
                    }
                });
            }
        });
        address
    }

    fn connect(link: &Link) -> TcpStream {
        let stream = TcpStream::connect(link.address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
        stream
    }

    fn hear(stream: &mut TcpStream) -> Option<u8> {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok().map(|()| byte[0])
    }

    #[test]
    fn it_leads_to_its_ends_by_turns_and_past_one_that_is_gone() {
        let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let link = Link::to(vec![echo(1), gone, echo(2)]);
        let mut heard: Vec<u8> = (0..6).map(|_| hear(&mut connect(&link)).unwrap()).collect();
        heard.sort_unstable();
        heard.dedup();
        assert_eq!(heard, [1, 2]);
    }

    #[test]
    fn a_cut_link_carries_nothing_and_a_repaired_one_only_new_connections() {
        let link = Link::to(vec![echo(1)]);
        let mut stream = connect(&link);
        assert_eq!(hear(&mut stream), Some(1));
        link.cut();
        stream.write_all(&[7]).unwrap();
        assert_eq!(hear(&mut stream), None);
        assert_eq!(hear(&mut connect(&link)), None, "taken, and led nowhere");
        link.repair();
        assert_eq!(hear(&mut stream), None);
        assert_eq!(hear(&mut connect(&link)), Some(1));
    }
}

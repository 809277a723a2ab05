//! One connection to an Icecast server, plain or through TLS, up to its answer.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use korero_sentences::key;
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::fault::Fault;
use crate::limits::{ICECAST_ANSWER, ICECAST_ANSWER_BYTES, ICECAST_SEND_BUFFER, NEXT_ADDRESS};
use crate::rtc::{Names, Trouble};

use super::source::Mount;

/// A connection of either kind.
pub(super) trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// The way to one mount point.
pub(super) struct Line {
    mount: Mount,
    names: Names,
    tls: Option<TlsConnector>,
}

impl Line {
    /// Errors: the system's certificates cannot be used.
    pub(super) fn new(mount: Mount) -> Result<Self, tokio_rustls::rustls::Error> {
        let tls = mount.tls.then(connector).transpose()?;
        Ok(Self { mount, names: Names::default(), tls })
    }

    /// Connects, introduces the source and waits for the server's yes.
    pub(super) async fn open(&self, request: &str) -> Result<Box<dyn Wire>, Trouble> {
        let connected = timeout(ICECAST_ANSWER, self.connect()).await;
        let mut wire = match connected {
            Ok(Ok(wire)) => wire,
            Ok(Err(_)) => return Err(self.trouble(key::FAULT_PUBLISH_UNREACHABLE)),
            Err(_) => return Err(self.trouble(key::FAULT_PUBLISH_TIMEOUT)),
        };
        let asked = timeout(ICECAST_ANSWER, ask(&mut *wire, request)).await;
        let answer = match asked {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => return Err(self.trouble(key::FAULT_PUBLISH_UNREACHABLE)),
            Err(_) => return Err(self.trouble(key::FAULT_PUBLISH_TIMEOUT)),
        };
        self.mount.answered(&String::from_utf8_lossy(&answer)).map(|()| wire)
    }

    /// Trouble that may pass by itself.
    pub(super) fn trouble(&self, code: korero_sentences::Key) -> Trouble {
        Trouble::passing(Fault::new(code).with("host", self.mount.authority()))
    }

    async fn connect(&self) -> io::Result<Box<dyn Wire>> {
        let host = self.mount.host.trim_matches(['[', ']']);
        let found = self.names.find(host).await?;
        let places = found.iter().map(|at| SocketAddr::new(at.ip(), self.mount.port));
        self.wrap(first_of(places, connect_to).await?, host).await
    }

    async fn wrap(&self, stream: TcpStream, host: &str) -> io::Result<Box<dyn Wire>> {
        let Some(tls) = &self.tls else { return Ok(Box::new(stream)) };
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        Ok(Box::new(tls.connect(name, stream).await?))
    }
}

/// The system's certificates, and the one crypto provider.
fn connector() -> Result<TlsConnector, tokio_rustls::rustls::Error> {
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Connects to the first of those that answers. The next one is tried beside the others when they have failed or said nothing
/// for [`NEXT_ADDRESS`]: where IPv6 leads nowhere, IPv4 has its turn.
async fn first_of<T, F: Future<Output = io::Result<T>>>(
    mut places: impl ExactSizeIterator<Item = SocketAddr>,
    connect: impl Fn(SocketAddr) -> F,
) -> io::Result<T> {
    let (mut under_way, mut last) = (FuturesUnordered::new(), io::ErrorKind::NotFound.into());
    loop {
        under_way.extend(places.next().map(&connect));
        let patience = if places.len() > 0 { NEXT_ADDRESS } else { ICECAST_ANSWER };
        match timeout(patience, under_way.next()).await {
            Ok(Some(Ok(connected))) => return Ok(connected),
            Ok(Some(Err(error))) => last = error,
            Ok(None) => return Err(last),
            Err(_) => {}
        }
    }
}

/// The system would take minutes of sound into its own buffer, out of our reach, and a server that stalls would get all of
/// it late.
async fn connect_to(address: SocketAddr) -> io::Result<TcpStream> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_send_buffer_size(ICECAST_SEND_BUFFER)?;
    let stream = socket.connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// The server's answer: its head, and of a refusal the words behind it too.
async fn ask(wire: &mut dyn Wire, request: &str) -> io::Result<Vec<u8>> {
    wire.write_all(request.as_bytes()).await?;
    wire.flush().await?;
    let (mut answer, mut piece) = (Vec::new(), [0; 1_024]);
    loop {
        let read = wire.read(&mut piece).await?;
        answer.extend_from_slice(&piece[..read]);
        let accepted = answer.starts_with(b"HTTP/1.1 100") || answer.get(8..12) == Some(b" 200");
        let whole = answer.windows(4).any(|end| end == b"\r\n\r\n");
        if read == 0 || answer.len() >= ICECAST_ANSWER_BYTES || (accepted && whole) {
            return Ok(answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::{Instant, sleep};

    use super::*;

    /// What comes of trying those, by the last part of their address: 0 says nothing, 1 refuses, others answer after 40 ms.
    fn tried(hosts: &[u16]) -> (io::Result<u16>, Duration) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
        let places = hosts.iter().map(|host| SocketAddr::from(([0x2001, 0xdb8, 0, 0, 0, 0, 0, *host], 8_000)));
        runtime.block_on(async {
            let begun = Instant::now();
            let connect = async |at: SocketAddr| match at.ip().to_string().trim_start_matches("2001:db8::") {
                "" => std::future::pending().await,
                "1" => Err(io::ErrorKind::ConnectionRefused.into()),
                host => {
                    sleep(Duration::from_millis(40)).await;
                    Ok(host.parse().unwrap())
                }
            };
            let tried = timeout(ICECAST_ANSWER, first_of(places, connect)).await;
            (tried.unwrap_or(Err(io::ErrorKind::TimedOut.into())), begun.elapsed())
        })
    }

    #[test]
    fn an_address_that_leads_nowhere_does_not_keep_the_next_one_from_its_turn() {
        let (answered, took) = tried(&[0, 0, 7]);
        assert_eq!((answered.unwrap(), took.as_millis() / 10), (7, (2 * NEXT_ADDRESS.as_millis() + 40) / 10));
        let (answered, took) = tried(&[1, 7]);
        assert_eq!((answered.unwrap(), took.as_millis() / 10), (7, 4), "one that refuses is passed over at once");
        assert_eq!(tried(&[9, 7]).0.unwrap(), 9);
        assert_eq!(tried(&[1, 1]).0.unwrap_err().kind(), io::ErrorKind::ConnectionRefused);
        assert_eq!(tried(&[0]).0.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!(tried(&[]).0.unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}

//! One connection to an Icecast server, plain or through TLS, up to its answer.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use korero_sentences::key;
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::ServerName;

use crate::fault::Fault;
use crate::limits::{ICECAST_ANSWER, ICECAST_ANSWER_BYTES, ICECAST_SEND_BUFFER};
use crate::rtc::Trouble;

use super::source::Mount;

/// A connection of either kind.
pub(super) trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// The way to one mount point.
pub(super) struct Line {
    mount: Mount,
    tls: Option<TlsConnector>,
}

impl Line {
    /// Errors: the system's certificates cannot be used.
    pub(super) fn new(mount: Mount) -> Result<Self, tokio_rustls::rustls::Error> {
        let tls = mount.tls.then(connector).transpose()?;
        Ok(Self { mount, tls })
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
        let mut last = io::ErrorKind::NotFound.into();
        let host = self.mount.host.trim_matches(['[', ']']);
        for address in lookup_host((host, self.mount.port)).await? {
            match connect_to(address).await {
                Ok(stream) => return self.wrap(stream, host).await,
                Err(error) => last = error,
            }
        }
        Err(last)
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

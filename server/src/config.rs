//! Settings: flags before environment (`KORERO_…`) before the file before what is sensible.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use korero_sentences::key;
use serde::Deserialize;

use crate::fault::Fault;
use crate::ice_servers::IceServer;
use crate::limits::ARCHIVE_QUOTA_MIB;

/// Where the server listens unless it is told otherwise.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// What the server runs with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settings {
    /// Where HTTP listens; port 0 takes any free one.
    pub listen: SocketAddr,
    /// Where media listens (UDP).
    pub media: SocketAddr,
    /// Where media listens for networks without UDP (TCP); without one, at the number of `media` or, when that is taken, the
    /// next that is free.
    pub media_tcp: Option<SocketAddr>,
    /// The addresses that browsers reach the media socket at; empty: those of this machine.
    pub public_addresses: Vec<IpAddr>,
    /// The folder of the database.
    pub data: PathBuf,
    /// How the outside reaches the pages, such as `https://live.example`; otherwise as each request did.
    pub public_url: Option<String>,
    /// STUN and TURN servers that clients are told of.
    pub ice_servers: Vec<IceServer>,
    /// Whether `/metrics` answers other machines.
    pub open_metrics: bool,
    /// Where masters are kept: a folder, or an S3-compatible store such as `s3://bucket/prefix`, whose credentials,
    /// region and endpoint are in the usual `AWS_…` variables.
    pub archive: String,
    /// What one artist may have there, in MiB.
    pub archive_quota_mib: u64,
}

impl Settings {
    /// The defaults with another data folder and any free ports on loopback, for tests.
    #[must_use]
    pub fn on_loopback(data: PathBuf) -> Self {
        let any = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
        Self {
            archive: archive_in(&data),
            archive_quota_mib: ARCHIVE_QUOTA_MIB,
            listen: any,
            media: any,
            media_tcp: None,
            public_addresses: Vec::new(),
            data,
            public_url: None,
            ice_servers: Vec::new(),
            open_metrics: false,
        }
    }
}

/// Masters lie beside the database unless another place is chosen.
fn archive_in(data: &Path) -> String {
    data.join("archive").display().to_string()
}

/// Settings of one source: only what it says.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Said {
    pub(crate) listen: Option<SocketAddr>,
    pub(crate) media: Option<SocketAddr>,
    pub(crate) media_tcp: Option<SocketAddr>,
    pub(crate) public_addresses: Option<Vec<IpAddr>>,
    pub(crate) data: Option<PathBuf>,
    pub(crate) public_url: Option<String>,
    pub(crate) ice_servers: Option<Vec<IceServer>>,
    pub(crate) open_metrics: Option<bool>,
    pub(crate) archive: Option<String>,
    pub(crate) archive_quota_mib: Option<u64>,
}

impl Said {
    /// What this source says, and where it says nothing what `weaker` says.
    pub(crate) fn or(self, weaker: Self) -> Self {
        Self {
            listen: self.listen.or(weaker.listen),
            media: self.media.or(weaker.media),
            media_tcp: self.media_tcp.or(weaker.media_tcp),
            public_addresses: self.public_addresses.or(weaker.public_addresses),
            data: self.data.or(weaker.data),
            public_url: self.public_url.or(weaker.public_url),
            ice_servers: self.ice_servers.or(weaker.ice_servers),
            open_metrics: self.open_metrics.or(weaker.open_metrics),
            archive: self.archive.or(weaker.archive),
            archive_quota_mib: self.archive_quota_mib.or(weaker.archive_quota_mib),
        }
    }

    /// The settings in a TOML file.
    pub(crate) fn from_file(file: &Path) -> Result<Self, Fault> {
        let wrong = |reason: String| {
            Fault::new(key::FAULT_SERVER_CONFIG).with("file", file.display().to_string()).with("reason", reason)
        };
        let text = std::fs::read_to_string(file).map_err(|error| wrong(error.to_string()))?;
        toml::from_str(&text).map_err(|error| wrong(error.to_string().trim_end().to_owned()))
    }

    /// The settings in environment variables; `read` looks one up.
    pub(crate) fn from_environment(read: impl Fn(&str) -> Option<String>) -> Result<Self, Fault> {
        let text = |name: &str| read(name).filter(|value| !value.is_empty());
        Ok(Self {
            listen: text("KORERO_LISTEN").map(|v| parsed("KORERO_LISTEN", &v)).transpose()?,
            media: text("KORERO_MEDIA").map(|v| parsed("KORERO_MEDIA", &v)).transpose()?,
            media_tcp: text("KORERO_MEDIA_TCP").map(|v| parsed("KORERO_MEDIA_TCP", &v)).transpose()?,
            public_addresses: text("KORERO_PUBLIC_ADDRESS")
                .map(|v| v.split(',').map(|one| parsed("KORERO_PUBLIC_ADDRESS", one.trim())).collect())
                .transpose()?,
            data: text("KORERO_DATA").map(PathBuf::from),
            public_url: text("KORERO_PUBLIC_URL"),
            ice_servers: None,
            open_metrics: text("KORERO_OPEN_METRICS").map(|v| parsed("KORERO_OPEN_METRICS", &v)).transpose()?,
            archive: text("KORERO_ARCHIVE"),
            archive_quota_mib: text("KORERO_ARCHIVE_QUOTA_MIB")
                .map(|v| parsed("KORERO_ARCHIVE_QUOTA_MIB", &v))
                .transpose()?,
        })
    }

    /// Fills the gaps with what is sensible. Media takes the same port number as HTTP, on all addresses.
    pub(crate) fn complete(self) -> Result<Settings, Fault> {
        let listen = self.listen.unwrap_or(LISTEN);
        let everywhere = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), listen.port());
        let data = self.data.or_else(|| dirs::data_dir().map(|folder| folder.join("korero-server")));
        let data = data.ok_or(Fault::new(key::FAULT_SERVER_NO_DATA_FOLDER))?;
        Ok(Settings {
            archive: self.archive.unwrap_or_else(|| archive_in(&data)),
            archive_quota_mib: self.archive_quota_mib.unwrap_or(ARCHIVE_QUOTA_MIB),
            listen,
            media: self.media.unwrap_or(everywhere),
            media_tcp: self.media_tcp,
            public_addresses: self.public_addresses.unwrap_or_default(),
            data,
            public_url: self.public_url,
            ice_servers: self.ice_servers.unwrap_or_default(),
            open_metrics: self.open_metrics.unwrap_or(false),
        })
    }
}

/// The value of a setting, or the sentence that says it is none.
pub(crate) fn parsed<T: std::str::FromStr>(name: &str, value: &str) -> Result<T, Fault> {
    value.parse().map_err(|_| Fault::new(key::FAULT_SERVER_SETTING).with("name", name).with("value", value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_win_over_environment_over_file_over_defaults() {
        let said = |port: u16| Said { listen: Some(([127, 0, 0, 1], port).into()), ..Said::default() };
        let settings = |said: Said| Said { data: Some("/d".into()), ..said }.complete().unwrap();
        assert_eq!(settings(said(1).or(said(2)).or(said(3))).listen.port(), 1);
        assert_eq!(settings(Said::default().or(said(2)).or(said(3))).listen.port(), 2);
        assert_eq!(settings(Said::default()).listen, LISTEN);
    }

    #[test]
    fn media_takes_the_port_number_of_the_pages() {
        let said = Said { listen: Some("127.0.0.1:9000".parse().unwrap()), data: Some("/d".into()), ..Said::default() };
        assert_eq!(said.complete().unwrap().media, "0.0.0.0:9000".parse().unwrap());
    }

    #[test]
    fn a_file_with_an_unknown_setting_is_refused_with_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("korero.toml");
        std::fs::write(&file, "listen = \"0.0.0.0:80\"\nlisen = 3\n").unwrap();
        let fault = Said::from_file(&file).unwrap_err().to_string();
        assert!(fault.contains("line 2") && fault.contains("lisen"), "{fault}");
    }

    #[test]
    fn the_environment_is_read_and_checked() {
        let with = |name: &'static str, value: &'static str| {
            Said::from_environment(move |asked| (asked == name).then(|| value.to_owned()))
        };
        let two = with("KORERO_PUBLIC_ADDRESS", "192.0.2.1, 2001:db8::1").unwrap();
        assert_eq!(two.public_addresses.unwrap().len(), 2);
        assert!(with("KORERO_LISTEN", "nonsense").is_err());
        assert_eq!(with("KORERO_LISTEN", "").unwrap(), Said::default());
    }
}

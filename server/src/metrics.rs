//! What the server counts, for Prometheus.

use std::sync::atomic::AtomicU64;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::relay::Role;

type Count = Counter<u64, AtomicU64>;

/// The media thread's counters. Counting never waits.
#[derive(Clone, Debug, Default)]
pub(crate) struct MediaMetrics {
    datagrams: Count,
    datagram_bytes: Count,
    refused: Count,
    forwarded: Count,
    forwarded_bytes: Count,
    resent: Count,
    late: Count,
    panicked: Count,
    unsent: Count,
    publishers: Gauge,
    listeners: Gauge,
    checks: Gauge,
    tcp: Gauge,
}

impl MediaMetrics {
    pub(crate) fn received(&self, bytes: usize) {
        self.datagrams.inc();
        self.datagram_bytes.inc_by(bytes as u64);
    }

    pub(crate) fn refused(&self) {
        self.refused.inc();
    }

    pub(crate) fn forwarded(&self, bytes: usize) {
        self.forwarded.inc();
        self.forwarded_bytes.inc_by(bytes as u64);
    }

    pub(crate) fn resent(&self) {
        self.resent.inc();
    }

    pub(crate) fn late(&self) {
        self.late.inc();
    }

    pub(crate) fn panicked(&self) {
        self.panicked.inc();
    }

    pub(crate) fn unsent(&self) {
        self.unsent.inc();
    }

    pub(crate) fn tcp(&self, connections: usize) {
        self.tcp.set(i64::try_from(connections).unwrap_or(i64::MAX));
    }

    pub(crate) fn sessions(&self, role: Role, change: i64) {
        match role {
            Role::Publisher => self.publishers.inc_by(change),
            Role::Listener => self.listeners.inc_by(change),
            Role::Check => self.checks.inc_by(change),
        };
    }
}

/// The archive's counters.
#[derive(Clone, Debug, Default)]
pub(crate) struct ArchiveMetrics {
    bytes: Count,
    checksums_wrong: Count,
    published: Count,
    refused: Count,
}

impl ArchiveMetrics {
    pub(crate) fn arrived(&self, bytes: u64) {
        self.bytes.inc_by(bytes);
    }

    pub(crate) fn checksum_wrong(&self) {
        self.checksums_wrong.inc();
    }

    pub(crate) fn published(&self) {
        self.published.inc();
    }

    pub(crate) fn refused(&self) {
        self.refused.inc();
    }
}

/// Everything that is counted.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    pub(crate) media: MediaMetrics,
    pub(crate) archive: ArchiveMetrics,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let (media, archive) = (MediaMetrics::default(), ArchiveMetrics::default());
        let mut registry = Registry::with_prefix("korero");
        let counters = [
            ("media_datagrams", "Datagrams that arrived", &media.datagrams),
            ("media_datagram_bytes", "Bytes of the datagrams that arrived", &media.datagram_bytes),
            ("media_datagrams_refused", "Datagrams from addresses that proved nothing", &media.refused),
            ("media_packets_forwarded", "Packets of sound sent to listeners", &media.forwarded),
            ("media_packet_bytes_forwarded", "Payload bytes of those packets", &media.forwarded_bytes),
            ("media_packets_resent", "Packets sent again because a listener missed them", &media.resent),
            ("media_ticks_late", "Timers of the media thread that ran over 5 ms late", &media.late),
            ("media_sessions_panicked", "Sessions dropped because of a fault in the program", &media.panicked),
            ("media_datagrams_unsent", "Datagrams that the system or a far side over TCP did not take", &media.unsent),
            ("archive_bytes", "Bytes of masters that arrived and count", &archive.bytes),
            ("archive_checksums_wrong", "Chunks that arrived with a wrong checksum", &archive.checksums_wrong),
            ("archive_recordings", "Masters that arrived whole and were published", &archive.published),
            ("archive_recordings_refused", "Masters whose hash was wrong at the end", &archive.refused),
        ];
        for (name, help, counter) in counters {
            registry.register(name, help, counter.clone());
        }
        registry.register("media_tcp_connections", "Connections of media over TCP", media.tcp.clone());
        let sessions = Family::<[(&str, &str); 1], Gauge>::default();
        registry.register("media_sessions", "Connections in and out", sessions.clone());
        let publishers = sessions.get_or_create(&[("role", "publisher")]).clone();
        let listeners = sessions.get_or_create(&[("role", "listener")]).clone();
        let checks = sessions.get_or_create(&[("role", "check")]).clone();
        Self { registry, media: MediaMetrics { publishers, listeners, checks, ..media }, archive }
    }

    /// The OpenMetrics text.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

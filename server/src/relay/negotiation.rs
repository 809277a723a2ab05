//! From an offer to a connection and its answer. It runs on the request's own thread: nothing that a stranger
//! sends is parsed on the media thread before ICE has accepted it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use str0m::change::SdpOffer;
use str0m::config::DtlsCert;
use str0m::format::{Codec, CodecConfig, CodecSpec, FormatParams, PayloadParams};
use str0m::media::{Frequency, Pt};
use str0m::rtp::ExtensionMap;
use str0m::{Candidate, IceCreds, Rtc};

use super::Role;
use super::addresses::Reach;
use super::rtc_peer::{Clocks, Restart, RtcPeer};
use super::sdp::{self, Credentials, Offer, Unfit};
use crate::limits::{LISTENER_REPORTS, PUBLISHER_REPORTS};

/// What all our connections share.
#[derive(Clone, Debug)]
pub(crate) struct Identity {
    certificate: DtlsCert,
    clocks: Clocks,
    reach: Reach,
}

/// A connection that waits for its first datagram.
pub(crate) struct Negotiated {
    pub(crate) peer: RtcPeer,
    /// Our ICE user name fragment.
    pub(crate) ours: String,
    /// The offer, of which a restart of ICE is another form.
    pub(crate) offer: Offer,
    /// The answer.
    pub(crate) answer: String,
}

/// A restart of ICE that waits for its first datagram.
pub(crate) struct Restarted {
    pub(crate) restart: Restart,
    /// Our new ICE user name fragment.
    pub(crate) ours: String,
    /// The offer as it is now.
    pub(crate) offer: Offer,
    /// What the far side is told.
    pub(crate) fragment: String,
}

impl Identity {
    /// A fresh certificate, and where every answer says that we are. `None` when the system has no randomness to
    /// make a certificate of.
    pub(crate) fn new(reach: Reach) -> Option<Self> {
        let certificate = str0m::crypto::from_feature_flags().dtls_provider.generate_certificate()?;
        Some(Self { certificate, clocks: Clocks::now(), reach })
    }

    /// Answers an offer.
    pub(crate) fn answer(&self, role: Role, offer: &str) -> Result<Negotiated, Unfit> {
        let offer = sdp::read(role, offer)?;
        // A text that str0m stumbles over must not take the request's thread with it.
        catch_unwind(AssertUnwindSafe(|| self.negotiate(role, offer))).unwrap_or(Err(Unfit::Malformed))
    }

    /// Answers a far side that restarts ICE. Nothing changes before it knocks by our new name: a restart that does not
    /// come about leaves the session as it is (RFC 9725 §4.3.3).
    pub(crate) fn restart(&self, offer: &Offer, by: Credentials) -> Result<Restarted, Unfit> {
        let offer = offer.restarted(by);
        let parsed = catch_unwind(AssertUnwindSafe(|| SdpOffer::from_sdp_string(&offer.text)));
        let parsed = parsed.ok().and_then(Result::ok).ok_or(Unfit::Malformed)?;
        let creds = IceCreds::new();
        let ours = Credentials { ufrag: creds.ufrag.clone(), pwd: creds.pass.clone() };
        let fragment = offer.fragment(&ours, &self.reach.candidates());
        Ok(Restarted { restart: Restart { offer: parsed, creds }, ours: ours.ufrag, offer, fragment })
    }

    fn negotiate(&self, role: Role, offer: Offer) -> Result<Negotiated, Unfit> {
        let pt = Pt::new_with_value(offer.opus);
        let port = self.reach.bound.port();
        let ours =
            [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)].map(|ip| SocketAddr::new(ip, port));
        let mut rtc = self.rtc(role, pt);
        for address in ours {
            for carrier in ["udp", "tcp"] {
                let candidate = Candidate::host(address, carrier).map_err(|_| Unfit::Malformed)?;
                rtc.add_local_candidate(candidate);
            }
        }
        let parsed = SdpOffer::from_sdp_string(&offer.text).map_err(|_| Unfit::Malformed)?;
        let answer = rtc.sdp_api().accept_offer(parsed).map_err(|_| Unfit::Malformed)?.to_sdp_string();
        if !sdp::accepts(role, offer.opus, &answer) {
            return Err(Unfit::Media);
        }
        Ok(Negotiated {
            ours: rtc.direct_api().local_ice_credentials().ufrag,
            answer: sdp::answer(role, offer.opus, &answer, &self.reach.candidates()),
            offer,
            peer: RtcPeer::new(rtc, pt, ours, self.clocks),
        })
    }

    fn rtc(&self, role: Role, pt: Pt) -> Rtc {
        let format = FormatParams {
            min_p_time: Some(10),
            stereo: Some(true),
            sprop_stereo: Some(true),
            ..FormatParams::default()
        };
        let spec = CodecSpec { codec: Codec::Opus, clock_rate: Frequency::FORTY_EIGHT_KHZ, channels: Some(2), format };
        let mut opus = PayloadParams::new(pt, None, spec);
        opus.set_fb_transport_cc(role != Role::Listener);
        // Listeners need no header extension: each costs bytes in every packet.
        let (extensions, reports) = match role {
            Role::Publisher | Role::Check => (ExtensionMap::standard(), PUBLISHER_REPORTS),
            Role::Listener => (ExtensionMap::empty(), LISTENER_REPORTS),
        };
        let mut config = Rtc::builder()
            .set_rtp_mode(true)
            .set_ice_lite(true)
            .set_dtls_cert(self.certificate.clone())
            .set_extension_map(extensions)
            .set_rtcp_report_interval_audio(reports)
            // The only way to hear a listener's NACKs: without a resend stream str0m keeps them to itself.
            .enable_raw_packets(role == Role::Listener);
        *config.codec_config() = CodecConfig::new_from_payload_params(vec![opus]);
        config.build(Instant::now())
    }
}

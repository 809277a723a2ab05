//! OSC 1.0 on the wire, by `rosc`: bytes to messages and back.

use rosc::{OscMessage, OscPacket, OscType, decoder, encoder};

use crate::limits::{OSC_ADDRESS, OSC_PACKET};
use crate::surface::facts::State;

/// One message: a path and what stands behind it.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Message {
    pub(super) path: String,
    pub(super) args: Vec<Arg>,
}

/// One argument.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Arg {
    /// A number of any kind; true is 1, false 0.
    Number(f32),
    /// A text.
    Text(String),
    /// Of a kind that nothing here is said by.
    Other,
}

/// The bytes are no OSC packet, or one that is too long.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no OSC packet")]
pub(super) struct Malformed;

/// Every message of a packet, in its order; bundles are taken apart, and their times are now.
pub(super) fn decode(bytes: &[u8]) -> Result<Vec<Message>, Malformed> {
    // The decoder calls itself for each bundle in a bundle: what is longer could be nested deeper than a stack is.
    if bytes.len() > OSC_PACKET {
        return Err(Malformed);
    }
    let (_, packet) = decoder::decode_udp(bytes).map_err(|_| Malformed)?;
    let (mut messages, mut open) = (Vec::new(), vec![packet]);
    while let Some(packet) = open.pop() {
        match packet {
            OscPacket::Bundle(bundle) => open.extend(bundle.content.into_iter().rev()),
            OscPacket::Message(message) if message.addr.len() > OSC_ADDRESS => return Err(Malformed),
            OscPacket::Message(message) => {
                let args = message.args.into_iter().map(argument).collect();
                messages.push(Message { path: message.addr, args });
            }
        }
    }
    Ok(messages)
}

fn argument(value: OscType) -> Arg {
    match value {
        OscType::Int(number) => Arg::Number(number as f32),
        OscType::Long(number) => Arg::Number(number as f32),
        OscType::Float(number) => Arg::Number(number),
        OscType::Double(number) => Arg::Number(number as f32),
        OscType::Bool(on) => Arg::Number(if on { 1.0 } else { 0.0 }),
        OscType::Inf => Arg::Number(1.0),
        OscType::String(text) => Arg::Text(text),
        _ => Arg::Other,
    }
}

/// A message of one number or one text.
pub(super) fn encode(path: &str, state: &State) -> Vec<u8> {
    let value = match state {
        State::Number(number) => OscType::Float(*number),
        State::Text(text) => OscType::String(text.clone()),
    };
    pack(path, vec![value])
}

/// A message of texts.
pub(super) fn say(path: &str, words: &[&str]) -> Vec<u8> {
    pack(path, words.iter().map(|word| OscType::String((*word).to_owned())).collect())
}

fn pack(path: &str, args: Vec<OscType>) -> Vec<u8> {
    let message = OscPacket::Message(OscMessage { addr: path.to_owned(), args });
    // Numbers and texts always fit.
    encoder::encode(&message).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rosc::{OscBundle, OscTime};

    use super::*;

    fn bundle(content: Vec<OscPacket>) -> OscPacket {
        OscPacket::Bundle(OscBundle { timetag: OscTime { seconds: 0, fractional: 1 }, content })
    }

    fn message(path: &str, args: Vec<OscType>) -> OscPacket {
        OscPacket::Message(OscMessage { addr: path.into(), args })
    }

    #[test]
    fn bundles_in_bundles_are_messages_in_their_order() {
        let inner = bundle(vec![message("/b", vec![OscType::Int(2)]), message("/c", vec![OscType::Bool(true)])]);
        let outer = bundle(vec![message("/a", Vec::new()), inner, message("/d", vec![OscType::Nil])]);
        let messages = decode(&encoder::encode(&outer).unwrap()).unwrap();
        let told: Vec<_> = messages.iter().map(|message| (message.path.as_str(), message.args.clone())).collect();
        let number = |value| vec![Arg::Number(value)];
        assert_eq!(told, [("/a", vec![]), ("/b", number(2.0)), ("/c", number(1.0)), ("/d", vec![Arg::Other])]);
    }

    #[test]
    fn a_packet_that_is_nested_as_deeply_as_it_may_be_is_read_on_a_small_stack() {
        let mut packet = Vec::new();
        while packet.len() + 20 <= OSC_PACKET {
            let mut outer = b"#bundle\0\0\0\0\0\0\0\0\x01".to_vec();
            outer.extend(u32::try_from(packet.len()).unwrap().to_be_bytes());
            outer.extend(&packet);
            packet = outer;
        }
        let read = move || decode(&packet).map(|messages| messages.len());
        let thread = std::thread::Builder::new().stack_size(1 << 20).spawn(read).unwrap();
        // Whether it is one or none is a matter of taste.
        assert!(matches!(thread.join().unwrap(), Ok(0) | Err(Malformed)));
        assert_eq!(decode(&[0; OSC_PACKET + 1]), Err(Malformed));
    }

    proptest! {
        #[test]
        fn any_bytes_are_messages_or_malformed(bytes in proptest::collection::vec(any::<u8>(), 0..OSC_PACKET + 8)) {
            let _ = decode(&bytes);
        }

        #[test]
        fn bytes_that_are_almost_a_packet_are_messages_or_malformed(
            at in 0_usize..200, byte: u8, cut in 0_usize..200, value: f32, text in ".{0,20}",
        ) {
            let args = vec![OscType::Float(value), OscType::String(text.replace('\0', "")), OscType::Blob(vec![1; 9])];
            let packet = bundle(vec![message("/strip/1/fader", args.clone()), bundle(vec![message("/mix/fader", args)])]);
            let mut bytes = encoder::encode(&packet).unwrap();
            prop_assert_eq!(decode(&bytes).unwrap().len(), 2);
            let len = bytes.len();
            bytes[at % len] = byte;
            bytes.truncate(len - cut.min(len));
            let _ = decode(&bytes);
        }
    }
}

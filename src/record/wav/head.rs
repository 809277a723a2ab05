//! The first [`HEADER`] bytes of a file of ours.
//!
//! Layout: RIFF (Microsoft, *Multiple Channel Audio Data and WAVE Files*, 2007), RF64 with `ds64` (EBU Tech 3306 / ITU-R
//! BS.2088), `bext` (EBU Tech 3285), iXML 1.61, and `cue ` with its labels. Everything that changes while sound is
//! written lies in the first sector and in the last eight bytes, so that a power cut can never tear the chunks
//! between; the room of `ds64` is held by a `JUNK` chunk of the same size, and the room of the cues by another.

use std::io;
use std::ops::Range;

use crate::limits::{MAX_CUE_LABEL, MAX_INPUTS, SAMPLE_RATE};
use crate::record::disk::{DiskFile, write_all_at};
use crate::record::sum::Sum;
use crate::recording::SampleForm;

/// Bytes before the first sample.
pub const HEADER: u64 = 64 * 1024;
/// What a disk writes whole or not at all.
pub const SECTOR: u64 = 512;
/// Bytes of the 64-bit sizes: RIFF size, data size, frames, and an empty table.
const DS64_BYTES: u32 = 28;
const BEXT_BYTES: u32 = 602;
const FMT_BYTES: u32 = 40;
/// Where the 64-bit sizes stand.
const DS64: usize = 20;
/// Where the content of `fmt ` stands.
const FMT: usize = 56;
/// Where the number of frames of a float file stands.
const FACT: usize = FMT + FMT_BYTES as usize + 8;
/// Where the chunk of the sound tells its size.
const DATA_SIZE: usize = HEADER as usize - 4;
/// The tail of KSDATAFORMAT_SUBTYPE_PCM and _IEEE_FLOAT, whose first two bytes are the tag.
const SUBTYPE: [u8; 14] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];
const PCM: u16 = 1;
const FLOAT: u16 = 3;

/// A place in a file that is marked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cue {
    /// Counted from the first frame of the file.
    pub frame: u64,
    /// What it is called, cut to [`MAX_CUE_LABEL`] bytes.
    pub label: String,
}

/// What stands in the header and never changes.
#[derive(Clone, Debug, Default)]
pub struct WavLabel {
    /// Channels of one frame, 1 to [`MAX_INPUTS`].
    pub channels: u16,
    /// The form of one sample.
    pub form: SampleForm,
    /// `bext` TimeReference: frames since midnight, so that files of an evening line up in any workstation.
    pub time_reference: u64,
    /// `bext` Description, cut to 256 bytes.
    pub description: String,
    /// `bext` OriginatorReference, cut to 32 bytes: the engine's epoch.
    pub reference: String,
    /// `bext` OriginationDate, `YYYY-MM-DD`.
    pub date: String,
    /// `bext` OriginationTime, `HH:MM:SS`.
    pub time: String,
    /// What each channel is called, for iXML; channels beyond it have no name.
    pub names: Vec<String>,
}

/// A header, as it stands in memory.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    bytes: Vec<u8>,
    channels: u16,
    form: SampleForm,
}

impl Head {
    /// The header of a file without sound.
    #[must_use]
    pub fn new(label: &WavLabel) -> Self {
        let mut out = Vec::with_capacity(HEADER as usize);
        out.extend_from_slice(b"RIFF\0\0\0\0WAVE");
        put_chunk(&mut out, *b"JUNK", DS64_BYTES);
        out.resize(out.len() + DS64_BYTES as usize, 0);
        put_format(&mut out, label.channels, label.form);
        if label.form == SampleForm::Float32 {
            put_chunk(&mut out, *b"fact", 4);
            out.extend_from_slice(&[0; 4]);
        }
        put_bext(&mut out, label);
        put_ixml(&mut out, label);
        let mut head = Self { bytes: out, channels: label.channels, form: label.form };
        head.close();
        head.tell(0);
        head
    }

    /// The header of a file that our recorder wrote, whatever its sizes say; `None` when it is of another shape.
    #[must_use]
    pub fn of(bytes: Vec<u8>) -> Option<Self> {
        let here = |at: Range<usize>| bytes.get(at);
        let shaped = here(8..16) == Some(b"WAVEJUNK") || here(8..16) == Some(b"WAVEds64");
        let data = here(DATA_SIZE - 4..DATA_SIZE) == Some(b"data") && bytes.len() as u64 == HEADER;
        if !shaped || !data || here(FMT - 8..FMT - 4) != Some(b"fmt ") {
            return None;
        }
        let short = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        let form = match (short(FMT + 14), short(FMT + 24)) {
            (24, PCM) => SampleForm::Pcm24,
            (32, FLOAT) => SampleForm::Float32,
            _ => return None,
        };
        // Chunk after chunk leads to the sound.
        let (_, last) = chunks(&bytes).find(|(name, content)| name == b"data" || content.end > bytes.len())?;
        let channels = short(FMT + 2);
        (last.start as u64 == HEADER && (1..=MAX_INPUTS).contains(&usize::from(channels))).then_some(Self {
            bytes,
            channels,
            form,
        })
    }

    /// Whether these bytes can be what a power cut left of a header that never was safe: each sign of ours is there or blank.
    #[must_use]
    pub fn is_unborn(bytes: &[u8]) -> bool {
        let signs: [(usize, &[[u8; 4]]); 4] = [
            (0, &[*b"RIFF", [0; 4]]),
            (8, &[*b"WAVE", [0; 4]]),
            (FMT - 8, &[*b"fmt ", [0; 4]]),
            (DATA_SIZE - 4, &[*b"data", [0; 4]]),
        ];
        signs
            .iter()
            .all(|(at, either)| bytes.get(*at..at + 4).is_none_or(|here| either.iter().any(|sign| sign == here)))
    }

    /// Bytes of one frame.
    #[must_use]
    pub fn frame_bytes(&self) -> u64 {
        u64::from(self.channels) * self.form.bytes()
    }

    /// Channels of one frame.
    #[must_use]
    pub fn channels(&self) -> u16 {
        self.channels
    }

    /// The form of one sample.
    #[must_use]
    pub fn form(&self) -> SampleForm {
        self.form
    }

    /// The whole header.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The check sum of the whole header.
    #[must_use]
    pub fn sum(&self) -> u32 {
        let mut sum = Sum::default();
        sum.take(&self.bytes);
        sum.value()
    }

    /// The two pieces that [`tell`](Self::tell) changes, with their places.
    #[must_use]
    pub fn moving(&self) -> [(u64, &[u8]); 2] {
        let last = HEADER - SECTOR;
        [(0, &self.bytes[..SECTOR as usize]), (last, &self.bytes[last as usize..])]
    }

    /// Tells of `data` bytes of sound. Past 4 GiB the file becomes RF64 where it stands.
    pub fn tell(&mut self, data: u64) {
        let riff = HEADER - 8 + data + (data & 1);
        let large = u32::try_from(riff).is_err();
        let frames = data / self.frame_bytes();
        let short = |size: u64| u32::try_from(size).ok().filter(|_| !large).unwrap_or(u32::MAX).to_le_bytes();
        self.put(0, if large { b"RF64" } else { b"RIFF" });
        self.put(4, &short(riff));
        self.put(12, if large { b"ds64" } else { b"JUNK" });
        for (nth, size) in [riff, data, frames].into_iter().enumerate() {
            self.put(DS64 + 8 * nth, &(if large { size } else { 0 }).to_le_bytes());
        }
        if self.form == SampleForm::Float32 {
            self.put(FACT, &short(frames));
        }
        self.put(DATA_SIZE, &short(data));
    }

    /// Bytes of sound that the header tells of. Each of its places is written only after the sound is safe: where a
    /// power cut left them unlike each other, the greatest is true.
    #[must_use]
    pub fn told(&self) -> u64 {
        let long = |at: usize| self.bytes[at..at + 8].try_into().map_or(0, u64::from_le_bytes);
        let short = |at: usize| self.bytes[at..at + 4].try_into().map_or(0, u32::from_le_bytes);
        let claims = match &self.bytes[..4] {
            b"RF64" | b"BW64" => [long(DS64).saturating_sub(HEADER - 8), long(DS64 + 8)],
            _ => [u64::from(short(4)).saturating_sub(HEADER - 8), 0],
        };
        let last = Some(short(DATA_SIZE)).filter(|size| *size != u32::MAX).map_or(0, u64::from);
        let most = claims.into_iter().max().unwrap_or(0).max(last);
        most - most % self.frame_bytes()
    }

    /// Writes cues that were [put](Self::put_cues) into a file that has this header without them. They lie where filler was,
    /// so they are written into it unseen and made safe first; then one sector, which a power cut cannot tear, turns the
    /// filler into them.
    ///
    /// # Errors
    /// What the disk says; the file is whole with or without them.
    pub fn write_cues(&self, file: &mut dyn DiskFile) -> io::Result<()> {
        let first = chunks(&self.bytes).find(|(name, _)| matches!(name, b"cue " | b"JUNK"));
        let at = first.map_or(HEADER as usize, |(_, content)| content.start - 8);
        let (shown, last) = (at + SECTOR as usize, (HEADER - SECTOR) as usize);
        if shown > last {
            return Ok(());
        }
        write_all_at(file, shown as u64, &self.bytes[shown..last])?;
        file.sync()?;
        write_all_at(file, at as u64, &self.bytes[at..shown])?;
        file.sync()
    }

    /// Puts cues where the filler stands, in the place of those that were there; as many as there is room for.
    pub fn put_cues(&mut self, cues: &[Cue]) {
        let told = self.told();
        let first = chunks(&self.bytes).find(|(name, _)| matches!(name, b"cue " | b"LIST" | b"JUNK"));
        let start = first.map_or(HEADER as usize, |(_, content)| content.start - 8);
        // The last sector stays as it is: it changes while sound is written. A damaged header may have its filler there.
        let Some(mut room) = ((HEADER - SECTOR) as usize).checked_sub(start + 64) else { return };
        self.bytes.truncate(start);
        let fits = |cue: &&Cue| {
            // A point has 24 bytes, a label 12 and its text, its zero and its pad byte.
            let bytes = 24 + 14 + cut(&cue.label, MAX_CUE_LABEL).len();
            room = room.saturating_sub(bytes);
            room > 0
        };
        let cues: Vec<&Cue> = cues.iter().take_while(fits).collect();
        if !cues.is_empty() {
            put_cue_points(&mut self.bytes, &cues);
        }
        self.close();
        self.tell(told);
    }

    /// Fills the rest of the header and begins the sound.
    fn close(&mut self) {
        let pad = (HEADER as usize).saturating_sub(self.bytes.len() + 16);
        put_chunk(&mut self.bytes, *b"JUNK", pad as u32);
        self.bytes.resize(self.bytes.len() + pad, 0);
        self.bytes.extend_from_slice(b"data\0\0\0\0");
        debug_assert_eq!(self.bytes.len() as u64, HEADER);
    }

    fn put(&mut self, at: usize, bytes: &[u8]) {
        self.bytes[at..at + bytes.len()].copy_from_slice(bytes);
    }
}

/// The chunks behind the format, by name and place of their content.
fn chunks(bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], Range<usize>)> {
    let mut at = FMT - 8;
    std::iter::from_fn(move || {
        let head = bytes.get(at..at + 8)?;
        let size = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let content = at + 8..(at + 8).checked_add(size)?;
        at = content.end + (size & 1);
        Some(([head[0], head[1], head[2], head[3]], content))
    })
}

fn put_chunk(out: &mut Vec<u8>, name: [u8; 4], bytes: u32) {
    out.extend_from_slice(&name);
    out.extend_from_slice(&bytes.to_le_bytes());
}

fn put_format(out: &mut Vec<u8>, channels: u16, form: SampleForm) {
    put_chunk(out, *b"fmt ", FMT_BYTES);
    let block = channels * form.bytes() as u16;
    let bits = form.bytes() as u16 * 8;
    out.extend_from_slice(&0xFFFE_u16.to_le_bytes());
    out.extend_from_slice(&channels.to_le_bytes());
    out.extend_from_slice(&SAMPLE_RATE.to_le_bytes());
    out.extend_from_slice(&(SAMPLE_RATE * u32::from(block)).to_le_bytes());
    out.extend_from_slice(&block.to_le_bytes());
    for field in [bits, 22, bits] {
        out.extend_from_slice(&field.to_le_bytes());
    }
    out.extend_from_slice(&speakers(channels).to_le_bytes());
    let tag = if form == SampleForm::Float32 { FLOAT } else { PCM };
    out.extend_from_slice(&tag.to_le_bytes());
    out.extend_from_slice(&SUBTYPE);
}

/// Speaker mask: centre, left and right, or none for inputs that are no loudspeakers.
fn speakers(channels: u16) -> u32 {
    match channels {
        1 => 0x4,
        2 => 0x3,
        _ => 0,
    }
}

fn put_bext(out: &mut Vec<u8>, label: &WavLabel) {
    put_chunk(out, *b"bext", BEXT_BYTES);
    let end = out.len() + BEXT_BYTES as usize;
    put_text(out, &label.description, 256);
    put_text(out, "Covers & Korero Live", 32);
    put_text(out, &label.reference, 32);
    put_text(out, &label.date, 10);
    put_text(out, &label.time, 8);
    out.extend_from_slice(&label.time_reference.to_le_bytes());
    // Version 1: no loudness values. UMID and the reserved bytes stay zero.
    out.extend_from_slice(&1u16.to_le_bytes());
    out.resize(end, 0);
}

/// A field of fixed width, cut between characters and filled with zeros.
pub(super) fn put_text(out: &mut Vec<u8>, text: &str, width: usize) {
    let end = out.len() + width;
    out.extend_from_slice(cut(text, width).as_bytes());
    out.resize(end, 0);
}

/// The beginning of a text in at most `width` bytes, cut between characters.
fn cut(text: &str, width: usize) -> &str {
    let end = (0..=width.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..end]
}

/// The names of the channels (iXML 1.61, `TRACK_LIST`) beside what `bext` has.
fn put_ixml(out: &mut Vec<u8>, label: &WavLabel) {
    let mut text =
        String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<BWFXML><IXML_VERSION>1.61</IXML_VERSION>");
    text += &format!("<NOTE>{}</NOTE>", escaped(&label.description));
    text += &format!("<TRACK_LIST><TRACK_COUNT>{}</TRACK_COUNT>", label.channels);
    for channel in 0..label.channels {
        let name = label.names.get(usize::from(channel)).map_or("", String::as_str);
        let number = channel + 1;
        text += &format!("<TRACK><CHANNEL_INDEX>{number}</CHANNEL_INDEX><INTERLEAVE_INDEX>{number}</INTERLEAVE_INDEX>");
        text += &format!("<NAME>{}</NAME></TRACK>", escaped(cut(name, MAX_CUE_LABEL)));
    }
    text += "</TRACK_LIST></BWFXML>\n";
    // What follows begins with a sector: see `Head::write_cues`.
    let end = (out.len() + 8 + text.len()).next_multiple_of(SECTOR as usize);
    text.extend(std::iter::repeat_n('\n', end - out.len() - 8 - text.len()));
    put_chunk(out, *b"iXML", text.len() as u32);
    out.extend_from_slice(text.as_bytes());
}

/// Text between tags; what no XML file may hold is left out.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

/// `cue ` and the labels of its points (`LIST` of type `adtl`).
fn put_cue_points(out: &mut Vec<u8>, cues: &[&Cue]) {
    put_chunk(out, *b"cue ", 4 + 24 * cues.len() as u32);
    out.extend_from_slice(&(cues.len() as u32).to_le_bytes());
    let mut labels = b"adtl".to_vec();
    for (id, cue) in (1u32..).zip(cues) {
        // 32 bits of frames reach to 24 hours; a later point stands at their end.
        let at = u32::try_from(cue.frame).unwrap_or(u32::MAX).to_le_bytes();
        for field in [id.to_le_bytes(), at, *b"data", [0; 4], [0; 4], at] {
            out.extend_from_slice(&field);
        }
        let text = cut(&cue.label, MAX_CUE_LABEL);
        put_chunk(&mut labels, *b"labl", 4 + text.len() as u32 + 1);
        labels.extend_from_slice(&id.to_le_bytes());
        labels.extend_from_slice(text.as_bytes());
        labels.resize((labels.len() + 1).next_multiple_of(2), 0);
    }
    put_chunk(out, *b"LIST", labels.len() as u32);
    out.extend_from_slice(&labels);
}

// The names of all channels fit, escaped at five bytes for one, and leave half of the room to cues.
const _: () = assert!(MAX_INPUTS * (MAX_CUE_LABEL * 5 + 110) + 4_096 < HEADER as usize);

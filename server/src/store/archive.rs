//! What the archive keeps: uploads under way, the pieces of them that have arrived, and recordings.

use uuid::Uuid;

use super::{Answer, HASH};

/// How far an upload is. It only ever moves down this list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum UploadState {
    /// Bytes are missing.
    Open,
    /// All bytes are there and wait to be put together and compared with the hash.
    Whole,
    /// It became a recording.
    Published,
    /// The bytes had another hash than was announced.
    Refused,
    /// It was given up by the artist, or nobody went on with it in time.
    Ended,
}

/// A file on its way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Upload {
    pub(crate) id: Uuid,
    pub(crate) artist: Uuid,
    pub(crate) performance: Uuid,
    /// The file's name, fit for the object store and for headers.
    pub(crate) name: String,
    pub(crate) media_type: String,
    /// What the whole file must hash to.
    pub(crate) sha256: [u8; HASH],
    /// `Upload-Metadata` as it came.
    pub(crate) metadata: String,
    /// Bytes of the whole file.
    pub(crate) bytes: u64,
    /// Bytes that are safe here: the tus offset.
    pub(crate) arrived: u64,
    pub(crate) state: UploadState,
    pub(crate) expires_ms: i64,
}

/// Bytes that arrived in one go and lie in one object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Piece {
    pub(crate) start: u64,
    pub(crate) bytes: u64,
    pub(crate) name: String,
}

/// A file that has arrived, bit for bit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Recording {
    pub(crate) id: Uuid,
    pub(crate) artist: Uuid,
    pub(crate) performance: Uuid,
    pub(crate) name: String,
    pub(crate) media_type: String,
    pub(crate) sha256: [u8; HASH],
    pub(crate) bytes: u64,
    pub(crate) object: String,
    pub(crate) created_ms: i64,
}

/// One song in a master.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Chapter {
    pub(crate) frame: u64,
    pub(crate) title: String,
}

/// Whether an upload may begin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Begun {
    /// It has begun.
    Yes,
    /// This artist has as many uploads under way as may be.
    TooMany,
    /// It does not fit: so many bytes would.
    NoRoom { left: u64 },
}

/// What an artist may have in the archive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Allowance {
    /// Bytes, of recordings and of uploads as long as they will be.
    pub(crate) bytes: u64,
    /// Uploads under way.
    pub(crate) uploads: u32,
}

/// The archive's repository. Times come as arguments; each change is one transaction.
pub(crate) trait ArchiveStore: Send + Sync {
    /// Writes a new upload down if it fits.
    fn begin_upload<'a>(&'a self, upload: &'a Upload, allowed: Allowance) -> Answer<'a, Begun>;
    /// One upload.
    fn upload(&self, id: Uuid) -> Answer<'_, Option<Upload>>;
    /// An upload of the same file to the same performance that is not over at `now_ms`, and whose recording, if it became
    /// one, is still there.
    fn same_upload<'a>(&'a self, upload: &'a Upload, now_ms: i64) -> Answer<'a, Option<Upload>>;
    /// Counts pieces that follow on what has arrived, and makes the upload whole with the last; false when it does not
    /// stand there any more, and then nothing is changed.
    fn add_pieces<'a>(&'a self, upload: Uuid, pieces: &'a [Piece], expires_ms: i64) -> Answer<'a, bool>;
    /// The pieces of an upload in order.
    fn pieces(&self, upload: Uuid) -> Answer<'_, Vec<Piece>>;
    /// Ends an upload; false when it has ended before.
    fn end_upload(&self, id: Uuid) -> Answer<'_, bool>;
    /// Ends every open upload whose time is over.
    fn expire_uploads(&self, now_ms: i64) -> Answer<'_, ()>;
    /// The uploads that wait to be put together, the oldest first.
    fn whole_uploads(&self) -> Answer<'_, Vec<Upload>>;
    /// Turns a whole upload into a recording; false when it ended meanwhile.
    fn publish<'a>(&'a self, recording: &'a Recording) -> Answer<'a, bool>;
    /// Refuses a whole upload.
    fn refuse_upload(&self, id: Uuid) -> Answer<'_, ()>;
    /// Uploads that are over and whose pieces still lie in the object store.
    fn uploads_to_clear(&self) -> Answer<'_, Vec<Uuid>>;
    /// Notes that an upload's pieces are gone.
    fn upload_cleared(&self, id: Uuid) -> Answer<'_, ()>;
    /// Forgets uploads that are over, cleared, and expired before `before_ms`; which they were. One whose recording is
    /// still there is remembered: the same file must not come a second time.
    fn forget_uploads(&self, before_ms: i64) -> Answer<'_, Vec<Uuid>>;
    /// One recording.
    fn recording(&self, id: Uuid) -> Answer<'_, Option<Recording>>;
    /// The recordings of a performance, the oldest first.
    fn recordings(&self, performance: Uuid) -> Answer<'_, Vec<Recording>>;
    /// The chapters of an upload and of the recording that it becomes, in their order.
    fn chapters(&self, upload: Uuid) -> Answer<'_, Vec<Chapter>>;
    /// Puts chapters in the place of those that were there.
    fn set_chapters<'a>(&'a self, upload: Uuid, chapters: &'a [Chapter]) -> Answer<'a, ()>;
    /// Takes a recording out of the archive; its object is still to go.
    fn remove_recording(&self, id: Uuid) -> Answer<'_, ()>;
    /// Recordings that were removed and whose objects still lie in the object store.
    fn recordings_to_clear(&self) -> Answer<'_, Vec<Recording>>;
    /// Notes that a removed recording's object is gone.
    fn recording_cleared(&self, id: Uuid) -> Answer<'_, ()>;
}

#[cfg(test)]
#[path = "archive_tests.rs"]
mod tests;

//! Where the archive's bytes lie: a folder of this machine, or an S3-compatible store.

use std::fmt;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};
use korero_sentences::key;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{GetOptions, GetRange, GetResult, ObjectStore, ObjectStoreExt as _, PutPayload, WriteMultipart};
use uuid::Uuid;

use crate::fault::Fault;
use crate::limits::{MULTIPART_AT_ONCE, PIECE};
use crate::store::archive::Recording;

/// The object store, and its folder when it is one.
#[derive(Clone)]
pub(crate) struct Shelf {
    store: Arc<dyn ObjectStore>,
    /// A local store leaves half-written files beside its objects when it is killed, and only their folder tells.
    folder: Option<PathBuf>,
}

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.store.fmt(f)
    }
}

impl Shelf {
    /// Opens what the setting names: an address such as `s3://bucket/prefix`, or a folder, which is made.
    ///
    /// # Errors
    /// When the folder cannot be made, or the address is not one of a store.
    pub(crate) fn open(setting: &str) -> Result<Self, Fault> {
        if setting.contains("://") {
            let settings = std::env::vars().map(|(name, value)| (name.to_ascii_lowercase(), value));
            return Self::remote(setting, settings.filter(|(name, _)| name.starts_with("aws_")))
                .map_err(|reason| unusable(setting, reason));
        }
        Self::local(FilePath::new(setting)).map_err(|reason| unusable(setting, reason))
    }

    /// What is written is made safe on the disk before it counts.
    fn local(folder: &FilePath) -> Result<Self, String> {
        std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
        let folder = folder.canonicalize().map_err(|error| error.to_string())?;
        let store = LocalFileSystem::new_with_prefix(&folder).map_err(|error| error.to_string())?.with_fsync(true);
        Ok(Self { store: Arc::new(store), folder: Some(folder) })
    }

    /// Credentials, region and endpoint come from the usual `AWS_…` variables.
    fn remote(address: &str, settings: impl Iterator<Item = (String, String)>) -> Result<Self, String> {
        let url = address.parse().map_err(|_| "it is not an address".to_owned())?;
        let (store, below) = object_store::parse_url_opts(&url, settings).map_err(|error| error.to_string())?;
        Ok(Self { store: Arc::new(PrefixStore::new(store, below)), folder: None })
    }

    /// Puts a piece of an upload away under a new name, which it gives.
    pub(super) async fn put_piece(&self, upload: Uuid, bytes: Vec<Bytes>) -> object_store::Result<String> {
        let name = Uuid::now_v7().to_string();
        self.store.put(&piece(upload, &name), PutPayload::from_iter(bytes)).await?;
        Ok(name)
    }

    /// Reads a piece back.
    pub(super) async fn piece(&self, upload: Uuid, name: &str) -> object_store::Result<Bytes> {
        self.store.get(&piece(upload, name)).await?.bytes().await
    }

    /// Takes pieces away that do not count. One that stays is cleared with its upload.
    pub(super) async fn drop_pieces(&self, upload: Uuid, names: impl Iterator<Item = &str>) {
        for name in names {
            if let Err(error) = self.store.delete(&piece(upload, name)).await {
                tracing::warn!(%error, "a piece that does not count stays until its upload is cleared");
            }
        }
    }

    /// Clears away everything that came with an upload.
    pub(super) async fn clear_upload(&self, upload: Uuid) -> object_store::Result<()> {
        self.clear(&Path::from_iter(["uploads", &upload.to_string()])).await
    }

    /// Clears away a recording, or what was left of one that was never finished.
    pub(super) async fn clear_recording(&self, performance: Uuid, recording: Uuid) -> object_store::Result<()> {
        self.clear(&Path::from_iter(["performances", &performance.to_string(), &recording.to_string()])).await
    }

    async fn clear(&self, prefix: &Path) -> object_store::Result<()> {
        let Some(folder) = &self.folder else {
            let found = self.store.list(Some(prefix)).map_ok(|object| object.location).boxed();
            return self.store.delete_stream(found).try_for_each(|_| async { Ok(()) }).await;
        };
        match tokio::fs::remove_dir_all(folder.join(prefix.as_ref())).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(object_store::Error::Generic { store: "folder", source: Box::new(error) })
            }
            _ => Ok(()),
        }
    }

    /// Begins to write a recording; it is there for others only when it is finished.
    pub(super) async fn begin(&self, object: &str) -> object_store::Result<WriteMultipart> {
        let upload = self.store.put_multipart(&Path::from(object)).await?;
        Ok(WriteMultipart::new_with_chunk_size(upload, PIECE))
    }

    /// Writes on, with a bounded number of parts on their way.
    pub(super) async fn write(to: &mut WriteMultipart, bytes: Bytes) -> object_store::Result<()> {
        to.wait_for_capacity(MULTIPART_AT_ONCE).await?;
        to.put(bytes);
        Ok(())
    }

    /// Opens a recording, or a range of it.
    pub(super) async fn read(
        &self,
        recording: &Recording,
        range: Option<std::ops::Range<u64>>,
    ) -> object_store::Result<GetResult> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        self.store.get_opts(&Path::from(recording.object.as_str()), options).await
    }
}

fn piece(upload: Uuid, name: &str) -> Path {
    Path::from_iter(["uploads", &upload.to_string(), name])
}

fn unusable(place: &str, reason: String) -> Fault {
    Fault::new(key::FAULT_SERVER_ARCHIVE).with("place", place).with("reason", reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_or_a_folder_can_be_named_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let local = Shelf::open(folder.path().join("new").to_str().unwrap()).unwrap();
        assert!(local.folder.is_some());
        let region = ("aws_region".to_owned(), "us-east-1".to_owned());
        assert!(Shelf::remote("s3://bucket/masters", std::iter::once(region)).unwrap().folder.is_none());
        assert!(Shelf::open("gopher://bucket").unwrap_err().to_string().contains("gopher://bucket"));
    }

    #[tokio::test]
    async fn clearing_takes_half_written_files_too_and_clearing_again_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::local(folder.path()).unwrap();
        let upload = Uuid::now_v7();
        let name = shelf.put_piece(upload, vec![Bytes::from_static(b"sound")]).await.unwrap();
        assert_eq!(shelf.piece(upload, &name).await.unwrap(), "sound");
        let lies = folder.path().join(format!("uploads/{upload}"));
        std::fs::write(lies.join("half#1"), "so").unwrap();
        shelf.clear_upload(upload).await.unwrap();
        assert!(!lies.exists());
        shelf.clear_upload(upload).await.unwrap();
    }
}

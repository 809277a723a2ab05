//! What the host of the server does by hand: artists and keys.

use std::path::Path;

use korero_sentences::key;
use uuid::Uuid;

use crate::fault::Fault;
use crate::limits::{MAX_NAME, MAX_SLUG};
use crate::store::keys::KeyStore as _;
use crate::store::sqlite::Sqlite;
use crate::store::{Artist, Store, StoreError};
use crate::{clock, keys};

/// An artist that was added.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Added {
    /// Names the artist.
    pub id: Uuid,
    /// The name in addresses.
    pub slug: String,
    /// The name that people read.
    pub name: String,
}

/// Opens the database in `folder`, making both if they are missing.
///
/// # Errors
/// When the folder cannot be made or written to, or the database is damaged or newer than this program.
pub(crate) async fn open(folder: &Path) -> Result<Sqlite, Fault> {
    let wrong = |reason: String| {
        Fault::new(key::FAULT_SERVER_DATA).with("folder", folder.display().to_string()).with("reason", reason)
    };
    std::fs::create_dir_all(folder).map_err(|error| wrong(error.to_string()))?;
    Sqlite::open(folder).await.map_err(|error| wrong(error.to_string()))
}

/// Adds an artist; without a slug it is made of the name.
///
/// # Errors
/// When the slug is taken or unfit, or the database fails.
pub async fn add_artist(folder: &Path, name: &str, slug: Option<&str>) -> Result<Added, Fault> {
    let slug = slug.map_or_else(|| slug_of(name), str::to_owned);
    let unfit = name.trim().is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control);
    if unfit || !is_slug(&slug) {
        return Err(Fault::new(key::FAULT_SERVER_SLUG).with("name", name).with("slug", slug).with("limit", MAX_SLUG));
    }
    let store = open(folder).await?;
    let artist = Artist { id: Uuid::now_v7(), slug: slug.clone(), name: name.trim().to_owned() };
    let added = store.add_artist(&artist, clock::utc_ms()).await;
    store.close().await;
    match added {
        Ok(()) => Ok(Added { id: artist.id, slug, name: artist.name }),
        Err(StoreError::SlugTaken) => Err(Fault::new(key::FAULT_SERVER_SLUG_TAKEN).with("slug", slug)),
        Err(error) => Err(database(folder, &error)),
    }
}

/// Makes a key for an artist. It is never seen again: only its hash is kept.
///
/// # Errors
/// When there is no such artist, or the database fails.
pub async fn new_key(folder: &Path, slug: &str) -> Result<String, Fault> {
    let store = open(folder).await?;
    let made = make_key(&store, slug).await;
    store.close().await;
    made.map_err(|error| database(folder, &error))?
        .ok_or_else(|| Fault::new(key::FAULT_SERVER_NO_ARTIST).with("slug", slug))
}

async fn make_key(store: &Sqlite, slug: &str) -> Result<Option<String>, StoreError> {
    let Some(artist) = store.artist(slug).await? else { return Ok(None) };
    let (key, hash) = keys::generate().map_err(|error| StoreError::Database(sqlx::Error::Io(error.into())))?;
    store.add_key(artist.id, hash, clock::utc_ms()).await?;
    Ok(Some(key))
}

fn database(folder: &Path, error: &StoreError) -> Fault {
    Fault::new(key::FAULT_SERVER_DATA).with("folder", folder.display().to_string()).with("reason", error.to_string())
}

fn is_slug(slug: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let ends = |c| slug.starts_with(c) || slug.ends_with(c);
    !slug.is_empty() && slug.len() <= MAX_SLUG && slug.chars().all(plain) && !ends('-')
}

/// A name in addresses: macrons and accents become their plain letter, everything else a hyphen.
fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.to_lowercase().chars() {
        match plain(letter) {
            Some(plain) => slug.push(plain),
            None if slug.is_empty() || slug.ends_with('-') => {}
            None => slug.push('-'),
        }
    }
    slug.truncate(MAX_SLUG);
    slug.trim_end_matches('-').to_owned()
}

fn plain(letter: char) -> Option<char> {
    Some(match letter {
        'ā' | 'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' => 'a',
        'ē' | 'é' | 'è' | 'ê' | 'ë' => 'e',
        'ī' | 'í' | 'ì' | 'î' | 'ï' => 'i',
        'ō' | 'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' => 'o',
        'ū' | 'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' => 'n',
        'ç' => 'c',
        letter if letter.is_ascii_alphanumeric() => letter,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_become_readable_addresses() {
        assert_eq!(slug_of("Hana & the Kōrero Band"), "hana-the-korero-band");
        assert_eq!(slug_of("  Ünder—Söng!  "), "under-song");
    }

    proptest! {
        #[test]
        fn what_is_made_of_a_name_is_a_slug_or_nothing(name in ".{0,80}") {
            let slug = slug_of(&name);
            prop_assert!(slug.is_empty() || is_slug(&slug), "{slug}");
        }
    }

    #[tokio::test]
    async fn an_artist_is_added_once_and_gets_keys() {
        let folder = tempfile::tempdir().unwrap();
        let added = add_artist(folder.path(), "Hana", None).await.unwrap();
        assert_eq!(added.slug, "hana");
        assert!(add_artist(folder.path(), "Hana", None).await.is_err());
        assert_ne!(new_key(folder.path(), "hana").await.unwrap(), new_key(folder.path(), "hana").await.unwrap());
        assert!(new_key(folder.path(), "nobody").await.is_err());
        assert!(add_artist(folder.path(), "!!!", None).await.is_err());
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_made_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("taken");
        std::fs::write(&file, "").unwrap();
        let fault = add_artist(&file.join("inside"), "Hana", None).await.unwrap_err();
        assert!(fault.to_string().contains("taken"), "{fault}");
    }
}

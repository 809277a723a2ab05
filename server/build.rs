//! Makes an empty folder where the web player has not been built: the server then says so in a sentence.

use std::path::Path;

fn main() {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/dist");
    // Failing here would only be told less clearly than by the embedding itself.
    let _ = std::fs::create_dir_all(&built);
    println!("cargo::rerun-if-changed={}", built.display());
    println!("cargo::rerun-if-changed=migrations");
}

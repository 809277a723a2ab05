//! The committed description of the API is the one that the server gives.

use crate::client::House;

#[test]
fn the_committed_description_is_the_servers_own() {
    let committed = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/api/openapi.json")).unwrap();
    assert!(
        committed == korero_server::openapi(),
        "write it anew: cargo run -p korero-server -- openapi > server/api/openapi.json"
    );
}

#[tokio::test]
async fn the_description_is_served() {
    let house = House::open().await;
    let description = house.json("/api/openapi.json").await;
    for path in [
        "/api/v1/artists",
        "/api/v1/artists/{slug}/events",
        "/api/v1/performances",
        "/api/v1/time",
        "/api/v1/uploads/{id}",
    ] {
        assert!(description["paths"][path].is_object(), "{path}");
    }
    house.running.stop().await;
}

//! What the build embedded for the browser: style sheet and the islands' program.
//!
//! Their names carry content hashes, so a browser may keep them for a year and never asks again. They hold nothing about
//! anybody and are served to everybody.

use axum::extract::Path;
use axum::http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use heliodesk_app::assets::Assets;
use std::sync::OnceLock;

/// One embedded file.
#[derive(Debug)]
pub struct Asset {
    /// Its path on this server, with the content hash in the name.
    pub address: &'static str,
    /// Its content type.
    pub kind: &'static str,
    /// The file as it is.
    pub raw: &'static [u8],
    /// The same in brotli.
    pub brotli: &'static [u8],
}

static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The route [`serve`] belongs to.
pub const ROUTE: &str = "/assets/{name}";

/// The embedded file at this path.
pub fn find(address: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.address == address)
}

/// The addresses that pages put into their head.
pub fn manifest() -> &'static Assets {
    static MANIFEST: OnceLock<Assets> = OnceLock::new();
    MANIFEST.get_or_init(|| {
        let named = |stem: &str, extension: &str| {
            let fits = |asset: &&Asset| {
                asset.address.starts_with(&format!("/assets/{stem}.")) && asset.address.ends_with(extension)
            };
            ASSETS.iter().find(fits).map(|asset| asset.address)
        };
        Assets {
            css: named("heliodesk", ".css"),
            icon: named("icon", ".svg"),
            boot: named("boot", ".js"),
            module: named("heliodesk", ".js"),
            wasm: named("heliodesk", ".wasm"),
        }
    })
}

/// Answers `GET /assets/{name}`: the file for a year, compressed for whoever accepts brotli; 404 for any other name.
pub async fn serve(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let Some(asset) = find(&format!("/assets/{name}")) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let packed = accepts_brotli(&headers);
    let mut response = if packed { asset.brotli } else { asset.raw }.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.kind));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if packed {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}

/// Whether the browser listed `br` without refusing it (`br;q=0`).
fn accepts_brotli(headers: &HeaderMap) -> bool {
    let listed = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    listed.flat_map(|value| value.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("br"));
        let refused =
            parts.any(|weight| matches!(weight.strip_prefix("q=").map(str::parse::<f32>), Some(Ok(q)) if q <= 0.0));
        named && !refused
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepting(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))])
    }

    #[test]
    fn brotli_goes_only_to_those_who_accept_it() {
        assert!(accepts_brotli(&accepting("gzip, deflate, br, zstd")));
        assert!(accepts_brotli(&accepting("br;q=0.5")));
        assert!(!accepts_brotli(&accepting("br;q=0, gzip")));
        assert!(!accepts_brotli(&accepting("gzip, brother")));
        assert!(!accepts_brotli(&HeaderMap::new()));
    }

    #[tokio::test]
    async fn an_unknown_name_is_not_found() {
        let response = serve(Path("../Cargo.toml".into()), HeaderMap::new()).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
    }

    #[tokio::test]
    async fn an_embedded_file_is_kept_for_a_year_and_compressed_when_accepted() {
        for asset in ASSETS {
            let name = || Path(asset.address.trim_start_matches("/assets/").to_owned());
            let packed = serve(name(), accepting("br")).await;
            assert_eq!(packed.headers()[CONTENT_ENCODING], "br");
            assert_eq!(packed.headers()[CACHE_CONTROL], "public, max-age=31536000, immutable");
            let plain = serve(name(), HeaderMap::new()).await;
            assert!(!plain.headers().contains_key(CONTENT_ENCODING));
            assert_eq!(plain.headers()[CONTENT_TYPE], asset.kind);
        }
    }
}

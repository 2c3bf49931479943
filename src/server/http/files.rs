//! The files that browsers load, for every path that is no route.

use std::io::ErrorKind;
use std::path::Path;

use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use tower_http::services::ServeDir;

/// The folder of the built files.
pub fn folder(site_root: &Path) -> ServeDir {
    ServeDir::new(site_root)
        .append_index_html_on_directories(false)
        .redirect_to_trailing_slash(false)
        .precompressed_br()
        .precompressed_gzip()
}

/// The file at the path of a request. What the file system cannot even look for is not there.
pub async fn send(mut folder: ServeDir, request: Request) -> Response {
    match folder.try_call(request).await {
        Ok(found) => found.map(Body::new),
        Err(error) if is_of_the_path(error.kind()) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(%error, "a file cannot be read");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// Whether a path, which anybody can make up, leads to this error: nothing there, too long, a file taken for a folder, a folder for a file.
fn is_of_the_path(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::NotFound
            | ErrorKind::NotADirectory
            | ErrorKind::IsADirectory
            | ErrorKind::InvalidFilename
            | ErrorKind::InvalidInput
            | ErrorKind::PermissionDenied
    )
}

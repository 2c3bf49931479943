//! What every page is drawn with.

use std::sync::Arc;

use crate::server::context::Shared;

/// The state of the routes that draw pages.
#[derive(Debug, Clone)]
pub struct WebState {
    /// The context.
    pub ctx: Shared,
    /// Path of the style sheet.
    pub style: Arc<str>,
}

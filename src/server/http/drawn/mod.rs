//! The toolkit of the pages that the server draws by itself. Knows no page.

pub(super) mod early;
pub(super) mod error_pages;
pub(super) mod flash;
pub(super) mod footer;
pub(super) mod frame;
pub(super) mod navigation;
pub(super) mod parts;
pub(super) mod pressable;
pub(super) mod request;
pub(super) mod stay;

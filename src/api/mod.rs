//! What the browser may ask: one server function a file, each a single call into the server. Every change is a POST.

mod advise;
mod change_password;
mod choose;
mod identify;
pub mod page;
mod renew_link;
mod resend;
mod secret;
mod sign_in;
mod sign_out;
mod verify;

pub use advise::advise;
pub use change_password::change_password;
pub use choose::choose;
pub use identify::identify;
pub use renew_link::renew_link;
pub use resend::resend;
pub use secret::Secret;
pub use sign_in::sign_in;
pub use sign_out::sign_out;
pub use verify::verify;

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};

use crate::rules::page::{Answer, PageState, RejectedPost};
use crate::rules::problem::{FieldProblem, Problem};

impl FromServerFnError for RejectedPost {
    type Encoder = JsonEncoding;

    /// What went wrong on the way, as something a person can act on. It names no page: the one in view stays.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        #[cfg(feature = "ssr")]
        if matches!(
            error,
            ServerFnErrorErr::Args(_)
                | ServerFnErrorErr::MissingArg(_)
                | ServerFnErrorErr::Deserialization(_)
        ) {
            crate::server::http::wizard::actions::malformed();
        }
        let problem = if matches!(error, ServerFnErrorErr::Request(_)) {
            Problem::Offline
        } else {
            Problem::Unavailable
        };
        let problems = vec![FieldProblem::from(problem)];
        Self(Box::new(Answer {
            at: String::new(),
            state: PageState {
                problems,
                ..PageState::default()
            },
        }))
    }
}

//! What stands against the fields of sign-in before anybody looks at an account: the same on both sides.

use super::identifier;
use super::problem::{FieldProblem, Problem};

/// What is to be put right in the two fields, in their order; empty when the password may be compared.
#[must_use]
pub fn problems(identifier: &str, password: &str) -> Vec<FieldProblem> {
    let identifier = identifier::check(identifier).err();
    let password = password.is_empty().then_some(Problem::SignInPasswordEmpty);
    identifier
        .into_iter()
        .chain(password)
        .map(FieldProblem::from)
        .collect()
}

//! Looks at what somebody shows as their second factor. The try is counted first, alike wherever it is asked for.
use serde::{Deserialize, Serialize};

use super::recovery::{Recovery, mac};
use super::totp::{Secret, step_of};
use crate::rules::code::Code;
use crate::rules::is_filler;
use crate::server::audit::{self, Actor, Event};
use crate::server::base::clock::MINUTE;
use crate::server::base::failure::Fault;
use crate::server::base::keys::Purpose;
use crate::server::context::Context;
use crate::server::delivery::FactorNotification;
use crate::server::limits::factor_tries;
use crate::server::store::factors::Factor;
use crate::server::store::{self, Tx};

/// What was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// The code of the app.
    App,
    /// A recovery code, which is used up now.
    RecoveryCode,
}

/// Why what was typed shows nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FactorRejection {
    /// Nothing was typed. Costs no try.
    Empty,
    /// It can be neither kind of code. Costs no try.
    Unusable,
    /// It is not the code.
    Wrong,
    /// It was right and has been used before.
    Used,
    /// None of several accounts was picked. Costs no try.
    NoAccount,
    /// There were too many tries.
    Wait {
        /// Minutes until the next.
        minutes: u16,
    },
}

/// What came of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is them.
    Shown(Means),
    /// It shows nothing.
    Refused(FactorRejection),
}

enum Typed {
    App(Code),
    Recovery(Recovery),
}

fn parse(typed: &str) -> Result<Typed, FactorRejection> {
    if let Ok(code) = Code::parse(typed) {
        return Ok(Typed::App(code));
    }
    if typed.chars().all(is_filler) {
        return Err(FactorRejection::Empty);
    }
    Recovery::parse(typed)
        .map(Typed::Recovery)
        .ok_or(FactorRejection::Unusable)
}

/// Six digits, where nothing else is taken.
pub(super) fn parse_digits(typed: &str) -> Result<Code, FactorRejection> {
    match parse(typed)? {
        Typed::App(code) => Ok(code),
        Typed::Recovery(_) => Err(FactorRejection::Unusable),
    }
}

/// Looks at what was typed as an account's second factor, in the caller's transaction: a code of the app, of which there are few tries, or
/// a recovery code, each once; until it is shown, whoever types it counts as `until_shown`. Commit also when it is refused, so that the try stays counted; wake the senders then, since somebody may be told.
///
/// # Errors
/// [`Fault`]; the caller's transaction must then not be committed.
pub async fn verify(
    ctx: &Context,
    tx: &mut Tx,
    until_shown: Actor,
    account_id: &str,
    typed: &str,
) -> Result<Outcome, Fault> {
    let typed = match parse(typed) {
        Ok(typed) => typed,
        Err(rejection) => return Ok(Outcome::Refused(rejection)),
    };
    let looked_at = match typed {
        Typed::App(code) => {
            if let Some(wait) = factor_tries::count_try(ctx, tx, account_id).await? {
                let minutes = u16::try_from((wait + MINUTE - 1) / MINUTE).unwrap_or(u16::MAX);
                return Ok(Outcome::Refused(FactorRejection::Wait {
                    minutes: minutes.max(1),
                }));
            }
            by_app(ctx, tx, account_id, &code).await?
        }
        // Eighty random bits need no limit (NIST SP 800-63B-4 section 3.1.2.2), and with one, whoever knows the password could keep the
        // owner out by guessing.
        Typed::Recovery(code) => by_recovery_code(ctx, tx, account_id, &code).await?,
    };
    Ok(match looked_at {
        Ok(means) => {
            worked(ctx, tx, account_id, means).await?;
            Outcome::Shown(means)
        }
        Err(rejection) => {
            was_wrong(ctx, tx, until_shown, account_id).await?;
            Outcome::Refused(rejection)
        }
    })
}

/// The secret of a factor.
pub(super) fn secret(ctx: &Context, factor: &Factor) -> Result<Secret, Fault> {
    Ok(ctx
        .keys
        .open_sealed(Purpose::Factor, &place(&factor.id), &factor.secret_sealed)?)
}

/// Where a sealed secret belongs.
pub(super) fn place(factor_id: &str) -> String {
    format!("factors {factor_id} secret")
}

async fn by_app(
    ctx: &Context,
    tx: &mut Tx,
    account_id: &str,
    code: &Code,
) -> Result<Result<Means, FactorRejection>, Fault> {
    let mut rejection = FactorRejection::Wrong;
    for factor in store::factors::confirmed(tx, account_id).await? {
        let Some(step) = step_of(&secret(ctx, &factor)?, code, ctx.now()) else {
            continue;
        };
        // A code is never taken twice, nor one from before the last (RFC 6238 section 5.2).
        if store::factors::take_step(tx, &factor.id, step).await? {
            return Ok(Ok(Means::App));
        }
        rejection = FactorRejection::Used;
    }
    Ok(Err(rejection))
}

async fn by_recovery_code(
    ctx: &Context,
    tx: &mut Tx,
    account_id: &str,
    code: &Recovery,
) -> Result<Result<Means, FactorRejection>, Fault> {
    let mac = mac(ctx, account_id, code);
    if store::recovery_codes::use_up(tx, account_id, &mac, ctx.now()).await? {
        return Ok(Ok(Means::RecoveryCode));
    }
    let is_used = store::recovery_codes::is_used(tx, account_id, &mac).await?;
    Ok(Err(if is_used {
        FactorRejection::Used
    } else {
        FactorRejection::Wrong
    }))
}

async fn worked(ctx: &Context, tx: &mut Tx, account_id: &str, means: Means) -> Result<(), Fault> {
    factor_tries::forget(ctx, tx, account_id).await?;
    if means == Means::RecoveryCode {
        let left = store::recovery_codes::left(tx, account_id).await?;
        return super::tell(
            ctx,
            tx,
            Actor::Account,
            account_id,
            FactorNotification::CodeUsed { left },
            None,
        )
        .await;
    }
    let about = audit::Subject {
        account: Some(account_id),
        ..audit::Subject::default()
    };
    audit::record(ctx, tx, Actor::Account, Event::FactorShown, about).await
}

/// Whoever comes to the second factor has shown the first: when there are many wrong tries, the owner is told, once until it works again or
/// a day has passed (ASVS 6.3.5).
async fn was_wrong(
    ctx: &Context,
    tx: &mut Tx,
    until_shown: Actor,
    account_id: &str,
) -> Result<(), Fault> {
    let about = audit::Subject {
        account: Some(account_id),
        ..audit::Subject::default()
    };
    audit::record(ctx, tx, until_shown, Event::FactorWrong, about).await?;
    if factor_tries::are_many(ctx, tx, account_id).await?
        && factor_tries::may_tell(ctx, tx, account_id).await?
    {
        super::tell(
            ctx,
            tx,
            until_shown,
            account_id,
            FactorNotification::Refused,
            None,
        )
        .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_are_told_apart() {
        assert!(matches!(parse("123 456"), Ok(Typed::App(_))));
        let recovery = "0123-4567-89ab-cdef";
        assert!(matches!(parse(recovery), Ok(Typed::Recovery(_))));
        assert_eq!(
            parse_digits(recovery).unwrap_err(),
            FactorRejection::Unusable
        );
        for (typed, rejection) in [
            ("", FactorRejection::Empty),
            (" - ", FactorRejection::Empty),
            ("12345", FactorRejection::Unusable),
            ("1234567", FactorRejection::Unusable),
            ("abcdef", FactorRejection::Unusable),
        ] {
            assert_eq!(parse(typed).err(), Some(rejection), "{typed:?}");
        }
    }
}

//! "I am not a robot": a box to tick, and behind it a proof of work that the browser does meanwhile (ALTCHA, version 2 of its protocol:
//! altcha.org/docs/v2). Nothing to decipher and nobody else asked. It is a brake for programs, not a wall: the limits stand behind it.
//!
//! A challenge is signed, bound to one form, good for ten minutes and for one request. Whoever cannot compute, because JavaScript is off, is not
//! refused: the message goes out later, and one network gets only so many of those.
use std::collections::BTreeMap;
use std::net::IpAddr;

use altcha::{Challenge, CreateChallengeOptions, Payload, VerifySolutionOptions};
use data_encoding::BASE64;

use super::requests::{key, network};
use crate::rules::problem::Problem;
use crate::server::base::clock::{MINUTE, SECOND};
use crate::server::base::failure::{Failure, Fault};
use crate::server::base::keys::Purpose;
use crate::server::base::random::{NoRandomness, random};
use crate::server::config::RobotCheck;
use crate::server::context::Context;
use crate::server::store::Connection;
use crate::server::store::limits::{self, Bucket};

/// How long a challenge is good for.
const GOOD_FOR: i64 = 10 * MINUTE;
/// Iterations of one try: what a browser does natively in about a millisecond.
const COST: u32 = 5_000;
/// Tries, drawn anew for each challenge: one to two seconds on a cheap phone.
const TRIES: (u32, u32) = (300, 700);
/// How much harder it is under suspicion.
const HARDER: u32 = 4;
/// Requests of a network before it is under suspicion: so many in a row, then one in six minutes.
const UNSUSPICIOUS: Bucket = Bucket {
    burst: 10,
    interval: 6 * MINUTE,
};
/// Requests of a network without a proof: so many in a row, then one in three minutes.
const UNPROVED: Bucket = Bucket {
    burst: 20,
    interval: 3 * MINUTE,
};
/// Challenges that a network may fetch: so many in a row, then one every two seconds.
const CHALLENGES: Bucket = Bucket {
    burst: 60,
    interval: 2 * SECOND,
};
/// How much later a message goes out that was asked for without a proof, and under suspicion.
const LATER: (i64, i64) = (15 * SECOND, 60 * SECOND);

const FORM: &str = "form";
const UNTIL: &str = "until";

/// What came with a form.
#[derive(Debug, Clone, Copy)]
pub struct Ticked<'a> {
    /// The box was ticked.
    pub is_ticked: bool,
    /// The solution of a challenge; empty where the browser does not compute.
    pub proof: &'a str,
    /// The value of the form that the challenge was fetched for.
    pub form: &'a str,
    /// Address of the client.
    pub client: IpAddr,
}

fn secret(ctx: &Context, part: &[u8]) -> String {
    ctx.keys.mac_text(Purpose::Form, &[b"robot check", part])
}

/// Whether this network has asked for so much lately that it is under suspicion.
async fn is_suspicious(
    ctx: &Context,
    connection: &mut Connection,
    client: IpAddr,
) -> Result<bool, sqlx::Error> {
    let key = key(ctx, "begun", &network(client));
    let wait = limits::wait(connection, &key, UNSUSPICIOUS, ctx.now()).await?;
    Ok(wait.is_some())
}

/// Whether the box is shown to this client.
pub async fn is_asked(
    ctx: &Context,
    connection: &mut Connection,
    client: IpAddr,
) -> Result<bool, sqlx::Error> {
    match ctx.config.reset.robot_check {
        RobotCheck::Off => Ok(false),
        RobotCheck::Always => Ok(true),
        RobotCheck::Suspicious => is_suspicious(ctx, connection, client).await,
    }
}

/// A challenge for a form; harder under suspicion. `None` when this network has fetched too many.
///
/// # Errors
/// [`Fault`] when the database or the machine's randomness does not answer.
pub async fn challenge(
    ctx: &Context,
    form: &str,
    client: IpAddr,
) -> Result<Option<Challenge>, Fault> {
    let mut tx = ctx.store.begin().await?;
    let fetched = key(ctx, "challenges", &network(client));
    let is_too_many = limits::spend(&mut tx, &fetched, CHALLENGES, ctx.now())
        .await?
        .is_some();
    let is_suspicious = is_suspicious(ctx, &mut tx, client).await?;
    tx.commit().await?;
    if is_too_many {
        return Ok(None);
    }
    let harder = if is_suspicious { HARDER } else { 1 };
    let data = BTreeMap::from([
        (FORM.to_owned(), form.into()),
        (UNTIL.to_owned(), (ctx.now() + GOOD_FOR).into()),
    ]);
    let options = CreateChallengeOptions {
        algorithm: "PBKDF2/SHA-256".to_owned(),
        cost: COST,
        counter: Some(tries()? * harder),
        data: Some(data),
        hmac_signature_secret: Some(secret(ctx, b"challenge")),
        hmac_key_signature_secret: Some(secret(ctx, b"key")),
        ..CreateChallengeOptions::default()
    };
    // A millisecond of computing has no business between other people's answers.
    let made = tokio::task::spawn_blocking(move || altcha::create_challenge(options));
    match made.await {
        Ok(Ok(challenge)) => Ok(Some(challenge)),
        _ => Err(Fault::Content("a challenge of the robot check")),
    }
}

fn tries() -> Result<u32, NoRandomness> {
    let (least, most) = TRIES;
    Ok(least + u32::from_be_bytes(random()?) % (most - least + 1))
}

/// Counts a request against its network and looks at what came with it; how much later its message goes out, in microseconds.
///
/// # Errors
/// [`Failure::Rejected`] when the box was not ticked, or with a proof that is none, too old, of another form or used before (ATTACKS A40);
/// [`Failure::TooMany`] when this network has sent too much without a proof; [`Failure::Fault`].
pub async fn check(
    ctx: &Context,
    connection: &mut Connection,
    given: Ticked<'_>,
) -> Result<i64, Failure> {
    let network = network(given.client);
    if ctx.config.reset.robot_check == RobotCheck::Off {
        return Ok(0);
    }
    let is_suspicious = is_suspicious(ctx, connection, given.client).await?;
    let is_asked = is_suspicious || ctx.config.reset.robot_check == RobotCheck::Always;
    if is_asked && !given.is_ticked {
        return Err(Failure::rejected(Problem::RobotUnticked));
    }
    let begun = key(ctx, "begun", &network);
    limits::spend(connection, &begun, UNSUSPICIOUS, ctx.now()).await?;
    if !is_asked {
        return Ok(0);
    }
    if given.proof.is_empty() {
        let unproved = key(ctx, "unproved", &network);
        let wait = limits::spend(connection, &unproved, UNPROVED, ctx.now()).await?;
        return match wait {
            Some(wait) => Err(Failure::TooMany { wait }),
            None if is_suspicious => Ok(LATER.1),
            None => Ok(LATER.0),
        };
    }
    let nonce = solved(ctx, &given).ok_or_else(|| Failure::rejected(Problem::RobotStale))?;
    let once = Bucket {
        burst: 1,
        interval: GOOD_FOR,
    };
    let used = key(ctx, "used challenge", &nonce);
    match limits::spend(connection, &used, once, ctx.now()).await? {
        None => Ok(0),
        Some(_) => Err(Failure::rejected(Problem::RobotStale)),
    }
}

/// The nonce of a challenge that was ours, for this form, in time, and is solved.
fn solved(ctx: &Context, given: &Ticked<'_>) -> Option<String> {
    let payload = BASE64.decode(given.proof.as_bytes()).ok()?;
    let payload: Payload = serde_json::from_slice(&payload).ok()?;
    let secret_of_key = secret(ctx, b"key");
    let verified = altcha::verify_solution(VerifySolutionOptions {
        hmac_key_signature_secret: Some(secret_of_key),
        ..VerifySolutionOptions::new(
            &payload.challenge,
            &payload.solution,
            secret(ctx, b"challenge"),
        )
    });
    let parameters = &payload.challenge.parameters;
    let data = parameters.data.as_ref()?;
    let is_for_this_form = data.get(FORM)?.as_str()? == given.form;
    let is_in_time = data.get(UNTIL)?.as_i64()? > ctx.now();
    // Without its signature a key could be anything that begins with a short prefix.
    let is_signed = parameters.key_signature.is_some();
    let is_solved = verified.is_ok_and(|result| result.verified);
    (is_solved && is_signed && is_for_this_form && is_in_time).then(|| parameters.nonce.clone())
}

//! The work behind "I am not a robot": done by the browser's own cryptography while the person types, so that nothing is felt of it.
//!
//! The protocol is ALTCHA's second (altcha.org/docs/v2): the key derived by PBKDF2 from nonce and counter must begin with a given prefix. The
//! challenge goes back as it came, so it is kept as text.

use super::ui::Ui;

/// Does the work for each form that asks for it, as soon as the form is there.
#[cfg_attr(
    feature = "ssr",
    expect(unused_variables, reason = "only a browser has work to do")
)]
pub fn work(ui: Ui) {
    #[cfg(feature = "hydrate")]
    browser::work(ui);
}

/// The solution for a form, once there is one; nothing where this browser cannot compute or takes too long.
#[cfg_attr(
    feature = "ssr",
    expect(
        unused_variables,
        clippy::unused_async,
        reason = "only a browser has work to do"
    )
)]
pub async fn proof(is_ticked: bool, form: String) -> String {
    #[cfg(feature = "hydrate")]
    if is_ticked {
        return browser::proof(form).await;
    }
    String::new()
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::RefCell;
    use std::time::Duration;

    use gloo_net::http::Request;
    use js_sys::{Array, JSON, Object, Reflect, Uint8Array};
    use leptos::prelude::*;
    use leptos::task::spawn_local;
    use wasm_bindgen::{JsCast as _, JsValue};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{CryptoKey, SubtleCrypto};

    use super::Ui;

    /// A challenge is good for ten minutes by the server's clock; with less left, the work is done anew.
    const GOOD_FOR_MS: f64 = 8.0 * 60.0 * 1000.0;
    /// How long a post waits for work that is under way.
    const PATIENCE_MS: f64 = 15_000.0;
    const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

    /// The work for one form.
    struct Work {
        form: String,
        begun_at: f64,
        /// The solution; empty where there is none to be had.
        solution: Option<String>,
    }

    thread_local! {
        /// One page, one form, one thread.
        static WORK: RefCell<Option<Work>> = const { RefCell::new(None) };
    }

    pub(super) fn work(ui: Ui) {
        let asked = Memo::new(move |_| {
            ui.state
                .with(|state| state.robot_check.then(|| state.form.clone()))
        });
        Effect::new(move |_| {
            if let Some(form) = asked.get() {
                begin(form);
            }
        });
    }

    fn begin(form: String) {
        let work = Work {
            form: form.clone(),
            begun_at: js_sys::Date::now(),
            solution: None,
        };
        WORK.set(Some(work));
        spawn_local(async move {
            // Whatever goes wrong, the message only goes out a little later.
            let solution = solve(&form).await.unwrap_or_default();
            WORK.with_borrow_mut(|work| {
                if let Some(work) = work.as_mut().filter(|work| work.form == form) {
                    work.solution = Some(solution);
                }
            });
        });
    }

    pub(super) async fn proof(form: String) -> String {
        let is_good =
            |work: &Work| work.form == form && js_sys::Date::now() - work.begun_at < GOOD_FOR_MS;
        if !WORK.with_borrow(|work| work.as_ref().is_some_and(is_good)) {
            begin(form.clone());
        }
        let until = js_sys::Date::now() + PATIENCE_MS;
        while js_sys::Date::now() < until {
            let solution = WORK.with_borrow(|work| {
                let work = work.as_ref().filter(|work| work.form == form)?;
                work.solution.clone()
            });
            if let Some(solution) = solution {
                return solution;
            }
            pause().await;
        }
        String::new()
    }

    async fn pause() {
        let waited = js_sys::Promise::new(&mut |resolve, _| {
            set_timeout(
                move || {
                    // Nobody waits for what it answers.
                    let _ = resolve.call0(&JsValue::NULL);
                },
                BETWEEN_LOOKS,
            );
        });
        // It is never refused.
        let _ = JsFuture::from(waited).await;
    }

    async fn solve(form: &str) -> Result<String, JsValue> {
        let path = format!("/api/robot-check/{form}");
        let answer = Request::get(&path).send().await.map_err(gone)?;
        if !answer.ok() {
            return Err(JsValue::NULL);
        }
        let challenge = answer.text().await.map_err(gone)?;
        let parameters = Reflect::get(&JSON::parse(&challenge)?, &"parameters".into())?;
        let text = |name: &str| {
            let value = Reflect::get(&parameters, &name.into())?;
            value.as_string().ok_or(JsValue::NULL)
        };
        let (salt, prefix) = (bytes(&text("salt")?)?, text("keyPrefix")?);
        let cost = Reflect::get(&parameters, &"cost".into())?;
        let derivation = Object::new();
        for (name, value) in [
            ("name", JsValue::from("PBKDF2")),
            ("hash", JsValue::from("SHA-256")),
            ("salt", JsValue::from(Uint8Array::from(salt.as_slice()))),
            ("iterations", cost),
        ] {
            Reflect::set(&derivation, &name.into(), &value)?;
        }
        // Only over https and on this machine itself does a browser lend its cryptography.
        let subtle = window().crypto()?.subtle();
        let mut password = bytes(&text("nonce")?)?;
        let counter_at = password.len();
        password.extend([0; 4]);
        for counter in 0..u32::MAX {
            password[counter_at..].copy_from_slice(&counter.to_be_bytes());
            let key = derive(&subtle, &derivation, &password).await?;
            if key.starts_with(&prefix) {
                let payload = format!(
                    r#"{{"challenge":{challenge},"solution":{{"counter":{counter},"derivedKey":"{key}"}}}}"#
                );
                return window().btoa(&payload);
            }
        }
        Err(JsValue::NULL)
    }

    /// The key of one counter, in hexadecimal digits.
    async fn derive(
        subtle: &SubtleCrypto,
        derivation: &Object,
        password: &[u8],
    ) -> Result<String, JsValue> {
        let password = Uint8Array::from(password);
        let uses = Array::of1(&"deriveBits".into());
        let key = subtle.import_key_with_str("raw", &password, "PBKDF2", false, &uses)?;
        let key: CryptoKey = JsFuture::from(key).await?.dyn_into()?;
        let bits = subtle.derive_bits_with_object(derivation, &key, 256)?;
        let bits = Uint8Array::new(&JsFuture::from(bits).await?).to_vec();
        Ok(bits.iter().fold(String::new(), |mut text, byte| {
            for digit in [byte >> 4, byte & 15] {
                text.extend(char::from_digit(u32::from(digit), 16));
            }
            text
        }))
    }

    fn bytes(hexadecimal: &str) -> Result<Vec<u8>, JsValue> {
        let pairs = (0..hexadecimal.len()).step_by(2);
        pairs
            .map(|at| hexadecimal.get(at..at + 2))
            .map(|pair| u8::from_str_radix(pair.unwrap_or_default(), 16).ok())
            .collect::<Option<_>>()
            .ok_or(JsValue::NULL)
    }

    fn gone(_: gloo_net::Error) -> JsValue {
        JsValue::NULL
    }
}

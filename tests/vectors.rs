//! One file of vectors through both compilations of the rules: on the host as the server has them, and in wasm under
//! node with the normaliser that browsers have.

#![cfg(any(feature = "ssr", target_arch = "wasm32"))]

use rekey::rules::code::Code;
use rekey::rules::password::{self, Mark, Policy, Rule};
use rekey::rules::problem::Problem;
use rekey::rules::{identifier, reference};
use serde::Deserialize;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test;

const VECTORS: &str = include_str!("vectors/rules.json");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vectors {
    nfc: Vec<Parsed>,
    identifier: Vec<Parsed>,
    code: Vec<Parsed>,
    reference: Vec<Parsed>,
    password: Vec<Chosen>,
    confirm: Vec<Confirmed>,
    passwordrules: Vec<Attribute>,
}

/// What is typed, repeated, either is something or has a problem.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parsed {
    typed: String,
    #[serde(default = "once")]
    times: usize,
    is: Option<String>,
    #[serde(default = "once")]
    is_times: usize,
    problem: Option<Problem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chosen {
    #[serde(default)]
    policy: Policy,
    typed: String,
    #[serde(default = "once")]
    times: usize,
    #[serde(default)]
    personal: Vec<String>,
    common: Option<bool>,
    #[serde(default)]
    unusual: bool,
    /// Letters that every keyboard of the person's language has.
    #[serde(default)]
    familiar: String,
    problem: Option<Problem>,
    marks: Option<Vec<Mark>>,
    /// The characters that stand against the policy.
    #[serde(default)]
    offending: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirmed {
    typed: String,
    again: String,
    problem: Option<Problem>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Attribute {
    policy: Policy,
    is: String,
}

fn once() -> usize {
    1
}

#[cfg(not(target_arch = "wasm32"))]
fn nfc(typed: &str) -> String {
    password::nfc(typed)
}

#[cfg(target_arch = "wasm32")]
fn nfc(typed: &str) -> String {
    js_sys::JsString::from(typed).normalize("NFC").into()
}

impl Parsed {
    fn typed(&self) -> String {
        self.typed.repeat(self.times)
    }

    fn expected(&self) -> Result<String, Option<Problem>> {
        let is = self.is.as_ref().map(|is| is.repeat(self.is_times));
        is.ok_or(self.problem)
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test)]
fn both_sides_decide_alike() -> serde_json::Result<()> {
    let vectors: Vectors = serde_json::from_str(VECTORS)?;

    for case in &vectors.nfc {
        assert_eq!(Ok(nfc(&case.typed())), case.expected());
    }
    for case in &vectors.identifier {
        let typed = case.typed();
        let found = identifier::check(&typed).map(str::to_owned);
        assert_eq!(found.map_err(Some), case.expected(), "{typed:?}");
    }
    for case in &vectors.code {
        let typed = case.typed();
        let found = Code::parse(&typed).map(|code| code.as_str().to_owned());
        assert_eq!(found.map_err(Some), case.expected(), "{typed:?}");
    }
    for case in &vectors.reference {
        let typed = case.typed();
        let found = reference::parse(&typed).ok_or(None);
        assert_eq!(found, case.expected(), "{typed:?}");
    }
    for case in &vectors.password {
        let typed = nfc(&case.typed.repeat(case.times));
        let found = password::problems(&case.policy, &typed, &case.personal, case.common);
        assert_eq!(found, case.problem, "{typed:?}");
        let marks = password::marks(&case.policy, &typed, &case.personal, case.common);
        let marks: Vec<Mark> = marks.into_iter().map(|(_, mark)| mark).collect();
        assert_eq!(&marks, case.marks.as_ref().unwrap_or(&marks), "{typed:?}");
        assert_eq!(
            password::has_unusual(&typed, &case.familiar),
            case.unusual,
            "{typed:?}"
        );
        let rule = if case.policy.forbidden.is_empty() {
            Rule::Ascii
        } else {
            Rule::Forbidden
        };
        if case.policy != Policy::default() {
            let offending = password::offending(rule, &case.policy, &typed);
            assert_eq!(offending, case.offending, "{typed:?}");
        }
    }
    for case in &vectors.confirm {
        let (typed, again) = (nfc(&case.typed), nfc(&case.again));
        assert_eq!(password::confirm(&typed, &again), case.problem, "{again:?}");
    }
    for case in &vectors.passwordrules {
        assert_eq!(password::passwordrules(&case.policy), case.is);
    }
    Ok(())
}

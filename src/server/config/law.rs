//! The part of `[help]` that the accessibility statement and the privacy notice are filled from.

use jiff::civil::Date;
use url::Url;

use super::Config;
use super::error::{Finding, Place};
use super::localised::Localised;
use super::section::Section;
use super::site::web_address;

/// How far the service meets what the law asks of it, in the three grades of the statement (Commission Implementing Decision (EU) 2018/1523).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compliance {
    /// Everything is met.
    Full,
    /// Most of it.
    Partial,
    /// It is not met.
    None,
}

impl Compliance {
    fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "full" => Some(Self::Full),
            "partial" => Some(Self::Partial),
            "none" => Some(Self::None),
            _ => None,
        }
    }
}

/// On what ground personal data are handled (GDPR art. 6(1)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LegalBasis {
    /// Art. 6(1)(e): a task in the public interest.
    PublicTask,
    /// Art. 6(1)(b): a contract with the person.
    Contract,
    /// Art. 6(1)(c): a legal obligation.
    LegalObligation,
    /// Art. 6(1)(f): legitimate interests, here of keeping accounts safe.
    LegitimateInterest,
}

impl LegalBasis {
    fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "public_task" => Some(Self::PublicTask),
            "contract" => Some(Self::Contract),
            "legal_obligation" => Some(Self::LegalObligation),
            "legitimate_interest" => Some(Self::LegitimateInterest),
            _ => None,
        }
    }
}

/// Whose law the pages speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Country {
    /// Sweden.
    Sweden,
    /// Norway.
    Norway,
    /// Any other.
    Other,
}

impl Country {
    fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "SE" => Some(Self::Sweden),
            "NO" => Some(Self::Norway),
            "other" => Some(Self::Other),
            _ => None,
        }
    }
}

/// What only the organisation knows of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Law {
    /// Whose law it is under. Without it a page speaks of that of its language's country.
    pub country: Option<Country>,
    /// Whom to tell of something that is not accessible.
    pub accessibility_contact: Option<Localised>,
    /// How far the service meets what the law asks.
    pub accessibility_status: Option<Compliance>,
    /// When that was assessed.
    pub accessibility_assessed: Option<Date>,
    /// By whom, where it was not the organisation itself.
    pub accessibility_assessor: Option<Localised>,
    /// What is not accessible, a sentence each.
    pub accessibility_shortcomings: Vec<Localised>,
    /// What is not accessible because the law does not ask for it, a sentence each.
    pub accessibility_exempt: Vec<Localised>,
    /// What it would be a disproportionate burden to make accessible, a sentence each.
    pub accessibility_burden: Vec<Localised>,
    /// The statement that is published elsewhere.
    pub accessibility_url: Option<Url>,
    /// Whom to ask about personal data.
    pub privacy_contact: Option<Localised>,
    /// The data protection officer.
    pub data_protection_officer: Option<Localised>,
    /// On what ground they are handled.
    pub legal_basis: Option<LegalBasis>,
    /// Who gets them besides: whoever runs the server, the relay, the gateway.
    pub recipients: Vec<Localised>,
    /// Whether they go to a country outside the EEA, to which, and under what safeguard (GDPR art. 13(1)(f)).
    pub transfers: Option<Localised>,
}

impl Law {
    pub(super) fn read(&mut self, part: &mut Section<'_>) {
        for (key, slot) in [
            ("accessibility_contact", &mut self.accessibility_contact),
            ("accessibility_assessor", &mut self.accessibility_assessor),
            ("privacy_contact", &mut self.privacy_contact),
            ("data_protection_officer", &mut self.data_protection_officer),
            ("transfers", &mut self.transfers),
        ] {
            part.localised(key, 200, slot);
        }
        for (key, slot) in [
            (
                "accessibility_shortcomings",
                &mut self.accessibility_shortcomings,
            ),
            ("accessibility_exempt", &mut self.accessibility_exempt),
            ("accessibility_burden", &mut self.accessibility_burden),
            ("recipients", &mut self.recipients),
        ] {
            part.localised_list(key, 200, slot);
        }
        part.optional(
            "country",
            "\"SE\", \"NO\" or \"other\"",
            &mut self.country,
            Country::parse,
        );
        part.optional(
            "accessibility_status",
            "\"full\", \"partial\" or \"none\"",
            &mut self.accessibility_status,
            Compliance::parse,
        );
        part.optional(
            "accessibility_assessed",
            "a date in quotation marks, such as \"2026-11-24\"",
            &mut self.accessibility_assessed,
            |text| text.trim().parse().ok(),
        );
        part.optional(
            "accessibility_url",
            "an address that starts with https:// or http://",
            &mut self.accessibility_url,
            web_address,
        );
        part.optional(
            "legal_basis",
            "\"public_task\", \"contract\", \"legal_obligation\" or \"legitimate_interest\"",
            &mut self.legal_basis,
            LegalBasis::parse,
        );
    }

    /// What can only be seen once every source has spoken.
    pub(super) fn check_together(&self, findings: &mut Vec<Finding>) {
        let mut refuse = |demand: &str| {
            findings.push(Finding {
                place: Place::Together,
                key: "help.accessibility_status".to_owned(),
                demand: demand.to_owned(),
            });
        };
        let has_some = !self.accessibility_shortcomings.is_empty();
        match self.accessibility_status {
            Some(_) if self.accessibility_assessed.is_none() => {
                refuse("is set: say in help.accessibility_assessed when that was found");
            }
            Some(Compliance::Full) if has_some => {
                refuse("is \"full\": help.accessibility_shortcomings is then empty");
            }
            Some(Compliance::Partial | Compliance::None) if !has_some => {
                refuse("is not \"full\": say in help.accessibility_shortcomings what is not met");
            }
            _ => {}
        }
    }
}

impl Config {
    /// What the statement and the notice cannot say yet, and where to say it. For `rekey check`.
    #[must_use]
    pub fn gaps_in_the_law(&self) -> Vec<&'static str> {
        let (law, support) = (&self.help.law, &self.support);
        let has_contact = |own: &Option<Localised>| own.is_some() || support.contact.is_some();
        let is_assessed = law.accessibility_status.is_some() || law.accessibility_url.is_some();
        [
            (is_assessed, "accessibility statement: it says that nobody has assessed the service; set [help] accessibility_status and accessibility_assessed"),
            (has_contact(&law.accessibility_contact), "accessibility statement: it names nobody to tell of faults; set [help] accessibility_contact"),
            (self.help.controller.is_some(), "privacy notice: it names nobody who answers for personal data; set [help] controller"),
            (has_contact(&law.privacy_contact), "privacy notice: it names nobody to ask; set [help] privacy_contact"),
            (law.transfers.is_some(), "privacy notice: it does not say whether personal data leave the EU and the EEA; set [help] transfers"),
            (law.legal_basis.is_some(), "privacy notice: it gives no ground for handling personal data; set [help] legal_basis"),
        ]
        .into_iter()
        .filter_map(|(is_there, sentence)| (!is_there).then_some(sentence))
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(law: &Law) -> usize {
        let mut findings = Vec::new();
        law.check_together(&mut findings);
        findings.len()
    }

    #[test]
    fn a_status_is_dated_and_agrees_with_what_is_listed() {
        let assessed = Some(jiff::civil::date(2026, 11, 24));
        let listed = vec![Localised::from("The map")];
        for (status, accessibility_assessed, shortcomings, findings) in [
            (None, None, vec![], 0),
            (Some(Compliance::Full), None, vec![], 1),
            (Some(Compliance::Full), assessed, vec![], 0),
            (Some(Compliance::Full), assessed, listed.clone(), 1),
            (Some(Compliance::Partial), assessed, vec![], 1),
            (Some(Compliance::Partial), assessed, listed.clone(), 0),
            (Some(Compliance::None), assessed, listed, 0),
        ] {
            let law = Law {
                accessibility_status: status,
                accessibility_assessed,
                accessibility_shortcomings: shortcomings,
                ..Law::default()
            };
            assert_eq!(found(&law), findings, "{law:?}");
        }
    }
}

//! The languages that the catalogue speaks, and how a browser's wishes are matched with them.

use serde::{Deserialize, Serialize};

/// A language that every sentence exists in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Swedish.
    Sv,
    /// Norwegian Bokmål.
    Nb,
    /// English.
    En,
}

impl Language {
    /// Every language, in the order in which the language switch shows them.
    pub const ALL: [Self; 3] = [Self::Sv, Self::Nb, Self::En];

    /// The tag for `lang`, `?lang=` and `Content-Language` (BCP 47, RFC 5646).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Sv => "sv",
            Self::Nb => "nb",
            Self::En => "en",
        }
    }

    /// The language's name in itself, for the language switch.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sv => "Svenska",
            Self::Nb => "Norsk bokmål",
            Self::En => "English",
        }
    }

    /// The language that serves a tag, by its first subtag: `sv-FI` is Swedish; `no`, `nn` and `nb-NO` are Norwegian Bokmål.
    /// `None` for everything else. Upper and lower case are alike (RFC 5646 section 2.1.1).
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        [
            ("sv", Self::Sv),
            ("nb", Self::Nb),
            ("no", Self::Nb),
            // Who reads Nynorsk reads Bokmål more easily than anything else here.
            ("nn", Self::Nb),
            ("en", Self::En),
        ]
        .into_iter()
        .find(|(known, _)| primary.eq_ignore_ascii_case(known))
        .map(|(_, language)| language)
    }

    /// The offered language that an `Accept-Language` header likes best (RFC 9110 sections 12.4.2 and 12.5.4).
    ///
    /// Equal weights go by the order of the header, `*` by the order of `offered`. A part that cannot be read is passed over,
    /// and a weight of 0 refuses. `None` when nothing that is offered is wanted.
    #[must_use]
    pub fn negotiate(accept_language: &str, offered: &[Self]) -> Option<Self> {
        let wishes: Vec<(&str, u16)> = accept_language.split(',').filter_map(preference).collect();
        let named: Vec<(Self, u16)> = wishes
            .iter()
            .filter_map(|(tag, weight)| Some((Self::parse(tag)?, *weight)))
            .filter(|(language, _)| offered.contains(language))
            .collect();
        let any = wishes
            .iter()
            .filter(|(tag, _)| *tag == "*")
            .flat_map(|(_, weight)| offered.iter().map(|language| (*language, *weight)))
            .filter(|(language, _)| !named.iter().any(|(known, _)| known == language));

        let mut best: Option<(Self, u16)> = None;
        for (language, weight) in named.iter().copied().chain(any) {
            if weight > best.map_or(0, |(_, most)| most) {
                best = Some((language, weight));
            }
        }
        best.map(|(language, _)| language)
    }
}

/// One part of the header as its tag and its weight in thousandths; `None` when it cannot be read.
fn preference(part: &str) -> Option<(&str, u16)> {
    let (tag, parameter) = part
        .split_once(';')
        .map_or((part, None), |(tag, parameter)| (tag, Some(parameter)));
    let weight = parameter.map_or(Some(1000), weight)?;
    Some((tag.trim(), weight))
}

/// `q=0.8` in thousandths: 800.
fn weight(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    if !name.trim().eq_ignore_ascii_case("q") {
        return None;
    }
    let (whole, fraction) = value.trim().split_once('.').unwrap_or((value.trim(), ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let thousandths: u16 = format!("{fraction:0<3}").parse().ok()?;
    match (whole, thousandths) {
        ("0", _) => Some(thousandths),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Language::{self, En, Nb, Sv};

    #[test]
    fn tags_find_their_language() {
        for (tag, language) in [
            ("sv", Some(Sv)),
            ("sv-FI", Some(Sv)),
            ("SV_se", Some(Sv)),
            ("no", Some(Nb)),
            ("nn", Some(Nb)),
            ("nn-NO", Some(Nb)),
            ("nb-NO", Some(Nb)),
            ("en-GB", Some(En)),
            (" en ", Some(En)),
            ("svx", None),
            ("da", None),
            ("*", None),
            ("", None),
        ] {
            assert_eq!(Language::parse(tag), language, "{tag:?}");
        }
        for language in Language::ALL {
            assert_eq!(Language::parse(language.tag()), Some(language));
        }
    }

    #[test]
    fn tags_are_what_serde_writes() {
        for language in Language::ALL {
            let json = serde_json::to_string(&language).unwrap();
            assert_eq!(json, format!("{:?}", language.tag()));
            assert_eq!(serde_json::from_str::<Language>(&json).unwrap(), language);
        }
    }

    #[test]
    fn the_best_wish_wins() {
        for (header, language) in [
            ("", None),
            ("sv", Some(Sv)),
            ("de, nb;q=0.5, en;q=0.7", Some(En)),
            ("nb;q=0.5,sv;q=0.5", Some(Nb)),
            ("en-US,en;q=0.9,sv;q=0.8", Some(En)),
            ("nn-NO , nn;q=0.9", Some(Nb)),
            ("fr-FR, *;q=0.1", Some(Sv)),
            ("*;q=0.5, sv;q=0", Some(Nb)),
            ("*", Some(Sv)),
            ("sv;q=0, en;q=0.001", Some(En)),
            ("sv;q=0", None),
            ("sv; Q = 1.000, en;q=1.001", Some(Sv)),
            ("en;q=nonsense, sv;q=0.1", Some(Sv)),
            ("en;q=0.1234, sv;q=0.", None),
            ("en;level=1, nb;q=0.3", Some(Nb)),
            (",,;;=,q=1", None),
        ] {
            assert_eq!(
                Language::negotiate(header, &Language::ALL),
                language,
                "{header:?}"
            );
        }
    }

    #[test]
    fn only_what_is_offered_is_chosen() {
        assert_eq!(Language::negotiate("sv, en;q=0.1", &[Nb, En]), Some(En));
        assert_eq!(Language::negotiate("*", &[En, Sv]), Some(En));
        assert_eq!(Language::negotiate("sv", &[]), None);
    }
}

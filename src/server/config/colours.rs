//! `[site.colours]`: the organisation's accent colour and its twin for dark screens, held to the contrast that the style sheet promises.

use std::fmt;

use super::error::{Finding, Place};
use super::logo::version;
use super::section::Section;

/// The colours that pages are made of, and which pairs of them need which contrast: what a test checks, a start checks too.
const TOKENS: &str = include_str!("../../../style/tokens.css");

/// `[site.colours]`. Both or none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Colours {
    /// On light screens: links, buttons.
    pub accent: Option<Colour>,
    /// The same on dark ones.
    pub accent_dark: Option<Colour>,
}

/// What a button is drawn in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accent {
    /// Its ground.
    pub ground: Colour,
    /// The words on it.
    pub words: Colour,
}

/// Red, green and blue; written as in a style sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour([u8; 3]);

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self([r, g, b]) = self;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

impl Colours {
    /// The accent on light screens, for what has no style sheet: the organisation's or the built-in one.
    #[must_use]
    pub fn light(self) -> Accent {
        Theme::Light.accent(self.accent)
    }

    /// The same on dark screens.
    #[must_use]
    pub fn dark(self) -> Accent {
        Theme::Dark.accent(self.accent_dark)
    }

    pub(super) fn read(&mut self, part: &mut Section<'_>) {
        const DEMAND: &str = "a colour of six hexadecimal digits, such as \"#0b5966\"";
        for (key, slot, theme) in [
            ("accent", &mut self.accent, Theme::Light),
            ("accent_dark", &mut self.accent_dark, Theme::Dark),
        ] {
            let place = part.place_of(key);
            let mut found = None;
            part.optional(key, DEMAND, &mut found, Colour::parse);
            let (Some(place), Some(accent)) = (place, found) else {
                continue;
            };
            match theme.too_weak(accent) {
                None => *slot = Some(accent),
                Some(weak) => part.refuse(place, key, weak),
            }
        }
    }

    /// What can only be seen once every source has spoken.
    pub(super) fn check_together(self, findings: &mut Vec<Finding>) {
        if self.accent.is_some() != self.accent_dark.is_some() {
            findings.push(Finding {
                place: Place::Together,
                key: "site.colours".to_owned(),
                demand: "needs both accent and accent_dark".to_owned(),
            });
        }
    }

    /// The style sheet that puts them in the place of the built-in ones, with a text that changes with it.
    #[must_use]
    pub fn style_sheet(self) -> Option<(String, String)> {
        let rules = |theme: Theme, accent| {
            let own = theme.own(accent);
            let own = own.map(|(name, colour)| format!("{name}: {colour};"));
            format!(":root {{ {} }}", own.join(" "))
        };
        let light = rules(Theme::Light, self.accent?);
        let dark = rules(Theme::Dark, self.accent_dark?);
        let sheet = format!("{light}\n@media (prefers-color-scheme: dark) {{ {dark} }}\n");
        let version = version(sheet.as_bytes());
        Some((sheet, version))
    }
}

impl Colour {
    const WHITE: Self = Self([255; 3]);
    const BLACK: Self = Self([0; 3]);

    fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let channel = |at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
        Some(Self([channel(0)?, channel(2)?, channel(4)?]))
    }

    /// A third of the way to another colour.
    fn towards(self, other: Self) -> Self {
        let mut mixed = self.0;
        for (mine, theirs) in mixed.iter_mut().zip(other.0) {
            let sum = 2 * u16::from(*mine) + u16::from(theirs);
            *mine = u8::try_from(sum / 3).unwrap_or(u8::MAX);
        }
        Self(mixed)
    }

    /// Relative luminance as WCAG 2.2 defines it.
    fn luminance(self) -> f64 {
        let [r, g, b] = self.0.map(|channel| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// Contrast as WCAG 2.2 defines it.
    fn contrast(self, other: Self) -> f64 {
        let (one, other) = (self.luminance(), other.luminance());
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }
}

#[derive(Clone, Copy)]
enum Theme {
    Light,
    Dark,
}

impl Theme {
    fn accent(self, own: Option<Colour>) -> Accent {
        match own {
            Some(accent) => {
                let [(_, ground), _, (_, words)] = self.own(accent);
                Accent { ground, words }
            }
            None => Accent {
                ground: self.built_in("--accent").unwrap_or(Colour::BLACK),
                words: self.built_in("--on-accent").unwrap_or(Colour::WHITE),
            },
        }
    }

    /// What follows from an accent colour: itself, the one under the pointer, and the words on both.
    fn own(self, accent: Colour) -> [(&'static str, Colour); 3] {
        // Whatever the page's ground needs to be apart from the accent, the words on it get as well.
        let (on, away) = match self {
            Self::Light => (Colour::WHITE, Colour::BLACK),
            Self::Dark => (
                self.built_in("--field").unwrap_or(Colour::BLACK),
                Colour::WHITE,
            ),
        };
        [
            ("--accent", accent),
            ("--accent-strong", accent.towards(away)),
            ("--on-accent", on),
        ]
    }

    /// A colour of the style sheet.
    fn built_in(self, name: &str) -> Option<Colour> {
        let (_, rest) = TOKENS.split_once("pairs:end")?;
        let (light, dark) = rest.split_once("@media (prefers-color-scheme: dark)")?;
        let block = match self {
            Self::Light => light,
            Self::Dark => dark,
        };
        block.lines().find_map(|line| {
            let (found, colour) = line.trim().trim_end_matches(';').split_once(": ")?;
            (found == name).then(|| Colour::parse(colour)).flatten()
        })
    }

    /// The pair that falls shortest of what the style sheet promises, as the end of a sentence that starts with the key.
    fn too_weak(self, accent: Colour) -> Option<String> {
        let own = self.own(accent);
        let colour = |name: &str| {
            let mine = own.iter().find(|(known, _)| *known == name);
            mine.map(|(_, colour)| *colour)
                .or_else(|| self.built_in(name))
        };
        let mut weakest: Option<(f64, String)> = None;
        for (front, back, needed) in pairs() {
            if !own.iter().any(|(name, _)| [front, back].contains(name)) {
                continue;
            }
            let Some(found) = colour(front).zip(colour(back)).map(|(f, b)| f.contrast(b)) else {
                continue;
            };
            let share = found / needed;
            if share < 1.0 && weakest.as_ref().is_none_or(|(least, _)| share < *least) {
                // Rounded down: 4.499 must not be called 4.50.
                let shown = (found * 100.0).floor() / 100.0;
                let said = format!(
                    "has a contrast of {shown:.2}:1 where {front} stands on {back} (style/tokens.css), and needs at least {needed}:1"
                );
                weakest = Some((share, said));
            }
        }
        weakest.map(|(_, said)| said)
    }
}

/// The promises of the style sheet: what stands on what, with which contrast.
fn pairs() -> impl Iterator<Item = (&'static str, &'static str, f64)> {
    let promises = TOKENS.split_once("pairs:begin").unwrap_or_default().1;
    let promises = promises.split("pairs:end").next().unwrap_or_default();
    promises.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let (front, _, back, ratio) = (words.next()?, words.next()?, words.next()?, words.next()?);
        Some((front, back, ratio.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_colours_keep_to_the_promises() {
        for theme in [Theme::Light, Theme::Dark] {
            let accent = theme.built_in("--accent").unwrap();
            assert_eq!(theme.too_weak(accent), None);
        }
        let about_accent = pairs()
            .filter(|(front, back, _)| (*front).contains("accent") || back.contains("accent"));
        assert!(about_accent.count() >= 10, "where are the promises?");
    }

    #[test]
    fn an_accent_that_passes_gives_words_that_pass() {
        for step in 0..=u8::MAX {
            for colour in [
                [step, 0, 0],
                [0, step, 0],
                [0, 0, step],
                [step; 3],
                [step, 128, 200],
            ] {
                for theme in [Theme::Light, Theme::Dark] {
                    let paper = theme.built_in("--paper").unwrap();
                    let weak = theme.too_weak(Colour(colour));
                    let apart = Colour(colour).contrast(paper);
                    assert!(weak.is_some() || apart >= 4.5, "{colour:?}: {apart}");
                    // The other way round, at a little distance: no accent is refused for what we derive from it.
                    assert!(
                        weak.is_none() || apart < 5.8,
                        "{colour:?}: {apart} {weak:?}"
                    );
                }
            }
        }
    }
}

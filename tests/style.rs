//! The colours: every pair that `style/tokens.css` promises has the contrast it promises, in light and in dark (WCAG 1.4.3, 1.4.11).
#![cfg(not(target_arch = "wasm32"))]

use std::collections::HashMap;

const TOKENS: &str = include_str!("../style/tokens.css");

type Colours<'a> = HashMap<&'a str, [f64; 3]>;

/// The colours of a block: lines such as `--ink: #14242b;`.
fn colours(block: &str) -> Colours<'_> {
    block
        .lines()
        .filter_map(|line| line.trim().trim_end_matches(';').split_once(": #"))
        .filter_map(|(name, hex)| {
            let channel = |at: usize| {
                let digits = hex.get(at..at + 2)?;
                Some(f64::from(u8::from_str_radix(digits, 16).ok()?) / 255.0)
            };
            Some((name, [channel(0)?, channel(2)?, channel(4)?]))
        })
        .collect()
}

/// Relative luminance as WCAG 2.2 defines it.
fn luminance(colour: [f64; 3]) -> f64 {
    let [r, g, b] = colour.map(|c| {
        if c <= 0.04045 {
            c / 12.92
        } else {
            ((c + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn every_promised_pair_has_its_contrast_in_light_and_in_dark() {
    let (promises, rest) = TOKENS
        .split_once("pairs:end")
        .expect("the list of pairs ends");
    let (_, promises) = promises
        .split_once("pairs:begin")
        .expect("the list of pairs begins");
    let (light, dark) = rest
        .split_once("@media (prefers-color-scheme: dark)")
        .expect("dark twins");
    let (light, dark) = (colours(light), colours(dark));
    let mut too_low = Vec::new();
    let mut checked = 0;
    for promise in promises
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        let words: Vec<&str> = promise.split_whitespace().collect();
        let [front, "on", back, ratio] = words[..] else {
            panic!("not a pair: {promise}")
        };
        let ratio: f64 = ratio.parse().expect("a ratio");
        for (theme, colours) in [("light", &light), ("dark", &dark)] {
            let found = contrast(colours[front], colours[back]);
            checked += 1;
            if found < ratio {
                too_low.push(format!(
                    "{theme}: {front} on {back} is {found:.2}, promised {ratio}"
                ));
            }
        }
    }
    assert!(checked > 40, "only {checked} pairs were read");
    assert!(too_low.is_empty(), "{}", too_low.join("\n"));
}

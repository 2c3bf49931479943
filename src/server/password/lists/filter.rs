//! The shipped list in 18 bits a password: a binary fuse filter that knows every listed password and takes one other text in 65 536
//! for a listed one (Graf and Lemire, "Binary Fuse Filters", 2022). It lies in the program, so it costs no time at start, and memory
//! only where it is looked at.

use sha2::{Digest as _, Sha256};
use xorf::{BinaryFuse16, BinaryFuse16Ref, DmaSerializable as _, Filter as _, FilterRef as _};

use crate::rules::password::nfc;

/// Shorter entries are left out: they would only refuse good passwords that have one of them among digits and signs.
const SHORTEST: usize = 4;

/// Begins a heading in the lists that are kept by hand.
const HEADING: &str = "# ";

/// Bytes at a boundary from which sixteen-bit numbers can be read.
#[repr(C, align(8))]
struct Aligned<T: ?Sized>(T);

static SHIPPED: &Aligned<[u8]> = &Aligned(*include_bytes!("../lists/common.filter"));

/// Whether a text, already in lower case and NFC, is on the shipped list.
#[must_use]
pub fn contains(folded: &str) -> bool {
    let (descriptor, fingerprints) = SHIPPED.0.split_at(BinaryFuse16::DESCRIPTOR_LEN);
    BinaryFuse16Ref::from_dma(descriptor, fingerprints).contains(&key(folded))
}

/// What stands in a list for a text: the first 64 bits of its SHA-256, the same on every machine and in every version.
#[must_use]
pub fn key(folded: &str) -> u64 {
    let digest = Sha256::digest(folded);
    digest
        .iter()
        .take(8)
        .fold(0, |key, byte| key << 8 | u64::from(*byte))
}

/// The texts of a list, folded as [`contains`] takes them; those with accents also without.
pub fn entries(list: &str) -> impl Iterator<Item = String> {
    list.lines()
        .filter(|line| !line.starts_with(HEADING))
        .map(|line| nfc(line.trim()).to_lowercase())
        .filter(|entry| entry.chars().count() >= SHORTEST)
        .flat_map(|entry| {
            let plain: String = entry.chars().map(without_accent).collect();
            let duplicate = (plain != entry).then_some(plain);
            std::iter::once(entry).chain(duplicate)
        })
}

/// As people type where the keyboard lacks the letter.
fn without_accent(c: char) -> char {
    match c {
        'å' | 'ä' | 'æ' => 'a',
        'ö' | 'ø' => 'o',
        'é' => 'e',
        'ü' => 'u',
        _ => c,
    }
}

/// Why no filter was made.
#[derive(Debug, thiserror::Error)]
#[error("the filter cannot be made: {0}")]
pub struct Unbuildable(&'static str);

/// The filter of these lists as a file, and of how many passwords: the same lists make the same bytes. For `scripts/blocklist`.
///
/// # Errors
/// [`Unbuildable`] when there is nothing to put in.
pub fn build<'a>(
    lists: impl IntoIterator<Item = &'a str>,
) -> Result<(Vec<u8>, usize), Unbuildable> {
    let mut keys: Vec<u64> = lists
        .into_iter()
        .flat_map(|list| entries(list).map(|entry| key(&entry)))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    if keys.is_empty() {
        return Err(Unbuildable("the lists are empty"));
    }
    let filter = BinaryFuse16::try_from(&keys).map_err(Unbuildable)?;
    let mut file = vec![0; BinaryFuse16::DESCRIPTOR_LEN];
    filter.dma_copy_descriptor_to(&mut file);
    file.extend_from_slice(filter.dma_fingerprints());
    Ok((file, keys.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BY_HAND: [&str; 3] = [
        include_str!("../lists/swedish.txt"),
        include_str!("../lists/norwegian.txt"),
        include_str!("../lists/international.txt"),
    ];

    #[test]
    fn the_filter_was_made_from_the_lists_beside_it() {
        for entry in BY_HAND.into_iter().flat_map(entries) {
            assert!(contains(&entry), "{entry}: run scripts/blocklist");
        }
        // From those that are taken over.
        for entry in [
            "123456", "password", "qwerty", "dragon", "sunshine", "p@ssw0rd",
        ] {
            assert!(contains(entry), "{entry}");
        }
    }

    #[test]
    fn one_other_text_in_65536_is_taken_for_a_listed_one() {
        let found = (0..200_000)
            .filter(|number| contains(&format!("no such password {number}")))
            .count();
        // Three are expected, and a filter of half the bits would find 800.
        assert!(found < 15, "{found}");
    }

    #[test]
    fn the_same_lists_make_the_same_file_whatever_their_order() {
        let forth = build(["Sommar\nhöst\n", "# a heading\nvinter"]).expect("a filter");
        let back = build(["vinter\nsommar", "HÖST\nhost\nabc"]).expect("a filter");
        assert_eq!(forth, back);
        assert_eq!(forth.1, 4);
        assert!(build(["abc\n"]).is_err());
    }
}

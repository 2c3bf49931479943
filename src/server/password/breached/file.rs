//! The download of Pwned Passwords: lines of `HASH:COUNT`, sorted by hash, tens of gigabytes. It is searched where it lies, so it takes no
//! memory: some thirty small reads a look-up.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use super::Unanswered;

/// Hexadecimal digits of a SHA-1.
const DIGITS: usize = 40;

/// Longer than any line: hash, colon, count, line break.
const LONGEST_LINE: u64 = 256;

/// A stretch so short that it is read as a whole.
const SHORT: u64 = 4096;

/// Places that [`is_in_order`] looks at.
const SAMPLES: u64 = 64;

/// Whether the file has a line for this hash, which is in upper case.
pub(super) fn lists(path: &Path, hash: &str) -> Result<bool, Unanswered> {
    let mut file = File::open(path)?;
    let (mut low, mut high) = (0, file.metadata()?.len());
    // The line, if there is one, begins at `low` or later, and before `high`; a line begins at `low`.
    while high - low > SHORT {
        let middle = low + (high - low) / 2;
        match line_from(&mut file, middle)? {
            Some((begin, found)) if begin < high && found.as_str() <= hash => low = begin,
            _ => high = middle,
        }
    }
    let stretch = read(&mut file, low, high - low + LONGEST_LINE)?;
    let text = String::from_utf8_lossy(&stretch);
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    Ok(lines.any(|line| {
        line.get(..DIGITS)
            .is_some_and(|found| found.eq_ignore_ascii_case(hash))
    }))
}

/// Looks at a few places of the file, to see that it is a list in the order of its hashes.
pub(super) fn is_in_order(path: &Path) -> Result<(), Unanswered> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut last = String::new();
    for sample in 0..SAMPLES {
        // The first line may have a byte order mark before it, so the search begins behind its first byte.
        let Some((_, hash)) = line_from(&mut file, 1 + length * sample / SAMPLES)? else {
            break;
        };
        if hash < last {
            return Err(Unanswered::NoList);
        }
        last = hash;
    }
    let first = read(&mut file, 0, LONGEST_LINE)?;
    let first = String::from_utf8_lossy(&first);
    hash_of(first.trim_start_matches('\u{feff}').as_bytes()).map(|_| ())
}

/// Where the first line begins that begins at `place` (not 0) or later, and its hash; `None` at the end of the file.
fn line_from(file: &mut File, place: u64) -> Result<Option<(u64, String)>, Unanswered> {
    let before = read(file, place - 1, LONGEST_LINE)?;
    let Some(skipped) = before.iter().position(|byte| *byte == b'\n') else {
        let is_last = (before.len() as u64) < LONGEST_LINE;
        return if is_last {
            Ok(None)
        } else {
            Err(Unanswered::NoList)
        };
    };
    let begin = place + skipped as u64;
    let line = read(file, begin, DIGITS as u64)?;
    if line.is_empty() {
        return Ok(None);
    }
    Ok(Some((begin, hash_of(&line)?)))
}

fn hash_of(line: &[u8]) -> Result<String, Unanswered> {
    line.get(..DIGITS)
        .filter(|hash| hash.iter().all(u8::is_ascii_hexdigit))
        .and_then(|hash| std::str::from_utf8(hash).ok())
        .map(str::to_ascii_uppercase)
        .ok_or(Unanswered::NoList)
}

fn read(file: &mut File, place: u64, most: u64) -> Result<Vec<u8>, std::io::Error> {
    file.seek(SeekFrom::Start(place))?;
    let mut bytes = Vec::new();
    file.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use tempfile::NamedTempFile;

    use super::super::hash;
    use super::*;

    fn file(text: &str) -> NamedTempFile {
        let mut file = NamedTempFile::new().expect("a file");
        file.write_all(text.as_bytes()).expect("written");
        file
    }

    fn sorted(count: usize) -> Vec<String> {
        let mut hashes: Vec<String> = (0..count)
            .map(|number| hash(&number.to_string()).to_string())
            .collect();
        hashes.sort();
        hashes
    }

    #[test]
    fn every_line_is_found_and_no_other_hash_is() {
        for (count, end, mark) in [
            (1, "\n", ""),
            (3, "", ""),
            (2_000, "\r\n", "\u{feff}"),
            (2_001, "\n", ""),
        ] {
            let hashes = sorted(count);
            let lines: Vec<String> = hashes
                .iter()
                .enumerate()
                .map(|(number, hash)| format!("{hash}:{}", number * number * number + 1))
                .collect();
            let file = file(&format!(
                "{mark}{}{end}",
                lines.join(if end.is_empty() { "\n" } else { end })
            ));
            for hash in &hashes {
                assert!(lists(file.path(), hash).expect("an answer"), "{hash}");
            }
            for number in 0..200 {
                let other = hash(&format!("other {number}"));
                assert!(!lists(file.path(), &other).expect("an answer"));
            }
            for edge in ["0".repeat(DIGITS), "F".repeat(DIGITS)] {
                assert!(!lists(file.path(), &edge).expect("an answer"));
            }
            is_in_order(file.path()).expect("it is a list");
        }
    }

    #[test]
    fn what_is_no_list_is_told_and_never_taken_for_an_answer() {
        let mut by_count = sorted(2_000);
        by_count.reverse();
        for text in [
            "",
            "\n",
            "<html>",
            &"password\n".repeat(2_000),
            &by_count.join("\n"),
        ] {
            let file = file(text);
            let length = text.len();
            assert!(is_in_order(file.path()).is_err(), "{length} bytes");
        }
        let file = file(&"password\n".repeat(2_000));
        assert!(lists(file.path(), &hash("password")).is_err());
        assert!(lists(Path::new("/nowhere"), &hash("password")).is_err());
    }
}

//! What a stranger can see of an answer, so that two answers can be compared.

use super::Page;

/// Random values become their length, the identifier and the case number a word, and what only the clock decides goes.
fn masked(text: &str, who: &str) -> String {
    let text = without_seconds(text);
    let mut masked = String::new();
    let mut run = String::new();
    for c in text.chars().chain(['\n']) {
        if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') {
            run.push(c);
            continue;
        }
        if run.len() >= 20 {
            masked.push_str(&run.len().to_string());
        } else if is_reference(&run) {
            masked.push_str("<reference>");
        } else if run == who {
            masked.push_str("<who>");
        } else {
            masked.push_str(&run);
        }
        run.clear();
        masked.push(c);
    }
    masked
}

/// Takes out how many seconds are left. All other numbers, such as the tries that are left, must be the same for everybody.
fn without_seconds(text: &str) -> String {
    let digit = |c: char| c.is_ascii_digit();
    let before: Vec<&str> = text
        .split(" seconds")
        .map(|part| part.trim_end_matches(digit))
        .collect();
    let mut text = before.join(" seconds");
    for field in ["\"resend_in\":", "\"seconds\":"] {
        let after: Vec<&str> = text
            .split(field)
            .map(|part| part.trim_start_matches(digit))
            .collect();
        text = after.join(field);
    }
    text
}

fn is_reference(run: &str) -> bool {
    run.len() == 7
        && run.chars().enumerate().all(|(place, c)| {
            if place == 3 {
                c == '-'
            } else {
                c.is_ascii_uppercase() || c.is_ascii_digit()
            }
        })
}

/// All that a stranger can see of an answer.
pub fn seen(page: &Page, who: &str) -> String {
    let mut lines = vec![format!("{} {}", page.path, page.status)];
    for (name, value) in &page.headers {
        let value = value.to_str().unwrap();
        lines.push(match name.as_str() {
            // What was typed is in the body and is as long as it is.
            "date" | "x-request-id" | "content-length" => name.to_string(),
            "set-cookie" => {
                let (cookie, rest) = value.split_once('=').unwrap();
                let (_, attributes) = rest.split_once(';').unwrap();
                format!("{name}: {cookie};{attributes}")
            }
            _ => format!("{name}: {}", masked(value, who)),
        });
    }
    lines.push(masked(&page.body, who));
    lines.join("\n")
}

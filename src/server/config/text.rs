//! Small readings of text that several sections share.

use super::layer::Value;

/// The texts of a list; a variable separates them by commas.
pub(super) fn texts(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::List(items) => items
            .iter()
            .map(|item| match &item.value {
                Value::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect(),
        Value::Variable(text) => Some(
            text.split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .collect(),
        ),
        _ => None,
    }
}

/// Every text as `parse` understands it; nothing when one is not understood or two mean the same.
pub(super) fn distinct<T: PartialEq>(
    texts: &[&str],
    parse: impl Fn(&str) -> Option<T>,
) -> Option<Vec<T>> {
    let mut values = Vec::with_capacity(texts.len());
    for text in texts {
        let value = parse(text)?;
        if values.contains(&value) {
            return None;
        }
        values.push(value);
    }
    Some(values)
}

/// One line of text that is safe to show: something in it, at most `most` code points, no control characters.
pub(super) fn one_line(text: &str, most: usize) -> Option<String> {
    let text = text.trim();
    let fits =
        !text.is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

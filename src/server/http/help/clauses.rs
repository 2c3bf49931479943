//! The table of EN 301 549 in docs/accessibility.md, as the accessibility statement shows it: there is no second one.

use crate::texts::ServerText;

const DOCUMENT: &str = include_str!("../../../../docs/accessibility.md");

/// How the program answers a clause.
fn answer(status: &str) -> Option<ServerText> {
    match status {
        "met" | "met by build" => Some(ServerText::LawClauseMet),
        "met in part" => Some(ServerText::LawClauseInPart),
        "not applicable" => Some(ServerText::LawClauseAbsent),
        "organisation" => Some(ServerText::LawClauseOrganisation),
        _ => None,
    }
}

/// Each clause, by number and English name, with its answer.
pub(super) fn clauses() -> impl Iterator<Item = (&'static str, ServerText)> {
    rows().filter_map(|(clause, status)| Some((clause, answer(status)?)))
}

/// The rows of the document's tables, by their first two cells.
fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    DOCUMENT.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| ")?.split(" |");
        Some((cells.next()?.trim(), cells.next()?.trim()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_but_the_head_has_an_answer() {
        let without: Vec<_> = rows()
            .filter(|(_, status)| answer(status).is_none())
            .collect();
        assert_eq!(without, [("clause", "status")]);
        assert!(clauses().count() > 50, "{}", clauses().count());
    }
}

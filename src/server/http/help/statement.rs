//! The accessibility statement: what the Swedish and the Norwegian law, after Directive (EU) 2016/2102 art. 7, ask such a page to say, in the
//! order of the Swedish authority's template. What nobody has configured is said to be missing.

use super::clauses::clauses;
use super::writer::{Block, Clauses, Writer};
use crate::server::base::local_time::calendar;
use crate::server::base::passage::{Passage, Wording};
use crate::server::config::{Compliance, Country};
use crate::server::http::drawn::parts::Link;
use crate::texts::{Language, ServerText};

/// The authority that hears complaints in Sweden, at its own form.
const DIGG: (&str, &str) = ("https://www.digg.se/tdosanmalan", "digg.se/tdosanmalan");
/// The one that looks after the law in Norway.
const UUTILSYNET: (&str, &str) = ("https://www.uutilsynet.no", "uutilsynet.no");

impl Writer<'_> {
    pub(super) fn statement(&mut self) {
        let (help, law) = (&self.ctx.config.help, &self.ctx.config.help.law);
        let site = self.wording(&self.ctx.config.site.name);
        match &help.controller {
            Some(owner) => {
                let values = [("owner", self.wording(owner)), ("site", site)];
                self.say_of(ServerText::LawStatementIntro, &values);
            }
            None => self.say_of(ServerText::LawStatementIntroSite, &[("site", site)]),
        }
        self.say(match self.country() {
            Country::Sweden => ServerText::LawStatementLawSe,
            Country::Norway => ServerText::LawStatementLawNo,
            Country::Other => ServerText::LawStatementLawOther,
        });
        if let Some(url) = &law.accessibility_url {
            let link = self.link(url.to_string(), ServerText::LawStatementElsewhere);
            self.put(Block::Link(link));
        }
        self.heading(ServerText::LawStatementStatusHeading);
        self.say(match law.accessibility_status {
            Some(Compliance::Full) => ServerText::LawStatementFull,
            Some(Compliance::Partial) => ServerText::LawStatementPartial,
            Some(Compliance::None) => ServerText::LawStatementNone,
            None => ServerText::LawStatementUnknown,
        });
        self.faults();
        self.exempt();
        self.heading(ServerText::LawStatementTellHeading);
        self.say(ServerText::LawStatementTell);
        self.say(ServerText::LawStatementAsk);
        let own = law.accessibility_contact.as_ref();
        let contact = own.or_else(|| self.ctx.config.support.for_reason(None));
        self.say_contact(contact, ServerText::LawNobody);
        self.supervisor();
        self.how_tested();
        self.clauses();
    }

    /// What is not accessible: what the program lacks everywhere (docs/accessibility.md), and what the organisation has found.
    fn faults(&mut self) {
        let law = &self.ctx.config.help.law;
        self.heading(ServerText::LawStatementFaultsHeading);
        self.say(ServerText::LawStatementFaultsProgram);
        let ours = [
            ServerText::LawStatementFaultKiosk,
            ServerText::LawStatementFaultWords,
        ];
        self.list(ours.map(|text| self.get(text)));
        match law.accessibility_shortcomings.as_slice() {
            [] if law.accessibility_status.is_some() => self.say(ServerText::LawStatementNoFaults),
            [] => self.say(ServerText::LawStatementFaultsUnknown),
            some => {
                self.say(ServerText::LawStatementFaultsOurs);
                self.wordings(some);
            }
        }
    }

    /// What the law does not ask for, where there is any: it is out of its scope, or a disproportionate burden.
    fn exempt(&mut self) {
        let law = &self.ctx.config.help.law;
        let kinds = [
            (ServerText::LawStatementExempt, &law.accessibility_exempt),
            (ServerText::LawStatementBurden, &law.accessibility_burden),
        ];
        if kinds.iter().all(|(_, some)| some.is_empty()) {
            return;
        }
        self.heading(ServerText::LawStatementExemptHeading);
        for (text, some) in kinds {
            if !some.is_empty() {
                self.say(text);
                self.wordings(some);
            }
        }
    }

    /// The standard's clauses one by one.
    fn clauses(&mut self) {
        self.heading(ServerText::LawStatementClausesHeading);
        self.say(ServerText::LawStatementClauses);
        let name = |clause| match self.language() {
            Language::En => Wording::from(clause),
            _ => Wording::foreign(clause, Language::En),
        };
        let rows =
            clauses().map(|(clause, answer)| (Passage::from(name(clause)), self.get(answer)));
        let table = Clauses {
            rows: rows.collect(),
            head: [ServerText::LawClause, ServerText::LawClauseStatus].map(|text| self.get(text)),
        };
        self.put(Block::Clauses(table));
    }

    /// Where somebody goes who is not content with the answer.
    fn supervisor(&mut self) {
        self.heading(ServerText::LawStatementSupervisorHeading);
        let (words, places) = match self.country() {
            Country::Sweden => (ServerText::LawStatementSupervisorSe, vec![DIGG]),
            Country::Norway => (ServerText::LawStatementSupervisorNo, vec![UUTILSYNET]),
            Country::Other => (
                ServerText::LawStatementSupervisorOther,
                vec![DIGG, UUTILSYNET],
            ),
        };
        self.say(words);
        let links = places.into_iter().map(|(href, name)| Link::new(href, name));
        self.put(Block::Links(links.collect()));
    }

    fn how_tested(&mut self) {
        let law = &self.ctx.config.help.law;
        self.heading(ServerText::LawStatementTestedHeading);
        self.say(ServerText::LawStatementTested);
        let tested = [
            ServerText::LawStatementTestedAxe,
            ServerText::LawStatementTestedKeyboard,
            ServerText::LawStatementTestedSize,
            ServerText::LawStatementTestedScripts,
        ];
        self.list(tested.map(|text| self.get(text)));
        self.say(ServerText::LawStatementUntested);
        if let Some(assessed) = law.accessibility_assessed {
            let date = calendar(assessed, self.language());
            let date = ("date", (&*date).into());
            match &law.accessibility_assessor {
                Some(assessor) => {
                    let values = [date, ("assessor", self.wording(assessor))];
                    self.say_of(ServerText::LawStatementAssessedBy, &values);
                }
                None => self.say_of(ServerText::LawStatementAssessed, &[date]),
            }
        }
    }

    /// Whose law the page speaks of: the organisation's, or, where that is not said, that of the country of its language.
    pub(super) fn country(&self) -> Country {
        let by_language = match self.language() {
            Language::Sv => Country::Sweden,
            Language::Nb => Country::Norway,
            Language::En => Country::Other,
        };
        self.ctx.config.help.law.country.unwrap_or(by_language)
    }
}

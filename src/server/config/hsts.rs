//! For which names browsers are told to keep to https (RFC 6797).

use url::Host;

use super::site::Site;

impl Site {
    /// Whether browsers keep to https for the names below ours too. Where ours is a domain that the organisation has registered, those are
    /// all its other services, which may speak http only: then it is off unless the configuration says otherwise.
    #[must_use]
    pub fn hsts_covers_subdomains(&self) -> bool {
        self.hsts_subdomains
            .unwrap_or_else(|| !self.is_registered_domain())
    }

    /// Whether the public address is a registered domain itself, by the Public Suffix List; a public suffix counts as one.
    fn is_registered_domain(&self) -> bool {
        match self.public_url.as_ref().and_then(url::Url::host) {
            Some(Host::Domain(host)) => {
                let host = host.trim_end_matches('.');
                psl::domain_str(host).is_none_or(|registered| registered == host)
            }
            // HSTS does not apply to addresses (RFC 6797 section 8.3).
            _ => false,
        }
    }

    /// What the header means for the organisation, for `rekey check`; `None` without https.
    #[must_use]
    pub fn what_hsts_means(&self) -> Option<String> {
        let url = self
            .public_url
            .as_ref()
            .filter(|url| url.scheme() == "https")?;
        let host = url.host_str()?;
        let is_registered = self.is_registered_domain();
        let names = match (self.hsts_covers_subdomains(), is_registered) {
            (true, true) => format!(
                "{host} and every name below it. It is a registered domain, so those are all other services of it: each that speaks http \
                 only is out of reach for whoever has been here; [site] hsts_subdomains = false spares them"
            ),
            (true, false) => format!("{host} and every name below it"),
            (false, true) => format!(
                "{host} alone: it is a registered domain, and other services below it may speak http only; [site] hsts_subdomains = true \
                 takes them in"
            ),
            (false, false) => {
                format!("{host} alone; [site] hsts_subdomains = true takes in the names below it")
            }
        };
        Some(format!(
            "for a year after a visit browsers speak nothing but https with {names}"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subdomains_are_spared_where_they_are_other_services() {
        for (url, covers) in [
            ("https://rekey.example.org", true),
            ("https://www.example.org", true),
            ("https://rekey.example.co.uk:8443", true),
            ("https://id.kommun.se", true),
            ("https://rekey.intern.firma", true),
            ("https://example.org", false),
            ("https://EXAMPLE.org", false),
            ("https://example.org.", false),
            ("https://example.co.uk", false),
            ("https://kommun.se", false),
            ("https://räksmörgås.se", false),
            // Whoever has a name under one of these has registered it, in effect.
            ("https://kommun.github.io", false),
            ("https://github.io", false),
            ("https://co.uk", false),
            ("https://firma.intern", false),
            ("https://intranet", false),
        ] {
            let site = Site {
                public_url: Some(url.parse().unwrap()),
                ..Site::default()
            };
            assert_eq!(site.hsts_covers_subdomains(), covers, "{url}");
            for said in [true, false] {
                let site = Site {
                    hsts_subdomains: Some(said),
                    ..site.clone()
                };
                assert_eq!(site.hsts_covers_subdomains(), said, "{url}");
                assert!(site.what_hsts_means().is_some());
            }
        }
    }
}

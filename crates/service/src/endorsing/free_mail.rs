//! Providers at which anybody gets an address: such an address says nothing about an organization.

/// Whether anybody gets an address under this domain. What is not known here may be one, too.
pub(super) fn is_free_mail(domain: &str) -> bool {
    let domain = domain.to_ascii_lowercase();
    if DOMAINS.contains(&domain.as_str()) {
        return true;
    }
    // `yahoo.fr`, `hotmail.co.uk`: one provider in many countries.
    let (name, country) = domain.split_once('.').unwrap_or_default();
    let is_country = |end: &str| end.len() == 2;
    let end = ["com.", "co."]
        .iter()
        .find_map(|before| country.strip_prefix(before))
        .unwrap_or(country);
    NAMES.contains(&name) && (country == "com" || is_country(end))
}

const NAMES: [&str; 6] = ["gmx", "hotmail", "live", "outlook", "yahoo", "yandex"];

const DOMAINS: [&str; 51] = [
    "126.com",
    "163.com",
    "aol.com",
    "arcor.de",
    "bluewin.ch",
    "fastmail.com",
    "free.fr",
    "freenet.de",
    "gmail.com",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hushmail.com",
    "icloud.com",
    "inbox.lv",
    "laposte.net",
    "libero.it",
    "mac.com",
    "mail.com",
    "mail.ru",
    "mailbox.org",
    "me.com",
    "msn.com",
    "naver.com",
    "neuf.fr",
    "o2.pl",
    "onet.pl",
    "orange.fr",
    "pm.me",
    "posteo.de",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "rediffmail.com",
    "rocketmail.com",
    "sapo.pt",
    "seznam.cz",
    "sfr.fr",
    "t-online.de",
    "telefonica.net",
    "terra.com.br",
    "tuta.com",
    "tutanota.com",
    "uol.com.br",
    "virgilio.it",
    "wanadoo.fr",
    "web.de",
    "wp.pl",
    "ymail.com",
    "ziggo.nl",
    "zoho.com",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_anybody_gets_is_known_by_its_domain() {
        for free in [
            "gmail.com",
            "Gmail.com",
            "web.de",
            "yahoo.fr",
            "hotmail.co.uk",
            "outlook.com",
            "yahoo.com.br",
        ] {
            assert!(is_free_mail(free), "{free}");
        }
        for own in [
            "celik.example",
            "live.works.example",
            "outlook.works.com",
            "gmail.com.works.example",
            "",
        ] {
            assert!(!is_free_mail(own), "{own}");
        }
    }
}

//! Characters that markup writes by name or number: `&uuml;`, `&#252;`, `&#xFC;`.
//!
//! [HTML, named character references](https://html.spec.whatwg.org/multipage/named-characters.html): those that stand in texts of people.

/// A text with its characters as they are. What is no reference that is known here stays as it is written.
pub(super) fn decoded(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        words.push_str(before);
        let found = after
            .split_once(';')
            .and_then(|(name, behind)| Some((character(name)?, behind)));
        match found {
            Some((sign, behind)) => {
                words.push(sign);
                rest = behind;
            }
            None => {
                words.push('&');
                rest = after;
            }
        }
    }
    words.push_str(rest);
    words
}

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16),
            None => number.parse(),
        };
        // What steers a terminal is no text.
        let sign = char::from_u32(code.ok()?)?;
        return plain(sign);
    }
    let named = NAMED.iter().find(|(known, _)| *known == name);
    let named = named.map(|(_, sign)| *sign);
    let latin = || {
        let place = LATIN.iter().position(|known| *known == name)?;
        char::from_u32(160 + u32::try_from(place).ok()?)
    };
    named.or_else(latin).and_then(plain)
}

/// A space that does not break is a space.
fn plain(sign: char) -> Option<char> {
    match sign {
        '\u{a0}' => Some(' '),
        '\n' | '\t' => Some(sign),
        sign => (!sign.is_control()).then_some(sign),
    }
}

/// From U+00A0 on, one after the other.
const LATIN: [&str; 96] = [
    "nbsp", "iexcl", "cent", "pound", "curren", "yen", "brvbar", "sect", "uml", "copy", "ordf",
    "laquo", "not", "shy", "reg", "macr", "deg", "plusmn", "sup2", "sup3", "acute", "micro",
    "para", "middot", "cedil", "sup1", "ordm", "raquo", "frac14", "frac12", "frac34", "iquest",
    "Agrave", "Aacute", "Acirc", "Atilde", "Auml", "Aring", "AElig", "Ccedil", "Egrave", "Eacute",
    "Ecirc", "Euml", "Igrave", "Iacute", "Icirc", "Iuml", "ETH", "Ntilde", "Ograve", "Oacute",
    "Ocirc", "Otilde", "Ouml", "times", "Oslash", "Ugrave", "Uacute", "Ucirc", "Uuml", "Yacute",
    "THORN", "szlig", "agrave", "aacute", "acirc", "atilde", "auml", "aring", "aelig", "ccedil",
    "egrave", "eacute", "ecirc", "euml", "igrave", "iacute", "icirc", "iuml", "eth", "ntilde",
    "ograve", "oacute", "ocirc", "otilde", "ouml", "divide", "oslash", "ugrave", "uacute", "ucirc",
    "uuml", "yacute", "thorn", "yuml",
];

/// The rest.
const NAMED: [(&str, char); 29] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("OElig", 'Œ'),
    ("oelig", 'œ'),
    ("Scaron", 'Š'),
    ("scaron", 'š'),
    ("Yuml", 'Ÿ'),
    ("ndash", '–'),
    ("mdash", '—'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("bull", '•'),
    ("hellip", '…'),
    ("lsaquo", '‹'),
    ("rsaquo", '›'),
    ("euro", '€'),
    ("trade", '™'),
    ("minus", '−'),
    ("le", '≤'),
    ("ge", '≥'),
    ("ne", '≠'),
    ("rarr", '→'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_read_by_name_and_by_number() {
        for (written, read) in [
            ("Pr&uuml;fen &amp; f&#252;hren", "Prüfen & führen"),
            (
                "the operator&rsquo;s &ldquo;log&rdquo;",
                "the operator’s “log”",
            ),
            ("10&nbsp;&deg;C &#x2013; 20&#xA0;&deg;C", "10 °C – 20 °C"),
            (
                "Stra&szlig;e, gar&ccedil;on, ma&ntilde;ana, &yuml;",
                "Straße, garçon, mañana, ÿ",
            ),
            // Once, and only what is known.
            ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
            (
                "R&D; &unknown; &#0; &#xD800; & &",
                "R&D; &unknown; &#0; &#xD800; & &",
            ),
            ("&#27;[31m", "&#27;[31m"),
        ] {
            assert_eq!(decoded(written), read);
        }
    }
}

//! Text as terms: words, their stems, and pieces of words.
//!
//! The stems are Porter's (M. F. Porter, "An algorithm for suffix stripping", 1980) and touch only words of Latin letters without
//! marks; every other script is compared word by word and piece by piece.

/// The words of a text: runs of letters and digits, small, without the marks of Latin letters.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut word = String::new();
    for letter in text.chars() {
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase().map(bare));
        } else if !word.is_empty() && letter != '\'' && letter != '’' {
            found.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        found.push(word);
    }
    found
}

/// The stems of a text.
pub(crate) fn stems(text: &str) -> Vec<String> {
    words(text).iter().map(|word| stem(word)).collect()
}

/// Pieces of `size` letters of each word, its beginning and end marked.
pub(crate) fn pieces(text: &str, size: usize) -> Vec<String> {
    let mut found = Vec::new();
    for word in words(text) {
        let letters: Vec<char> = format!("^{word}$").chars().collect();
        if letters.len() <= size {
            found.push(letters.iter().collect());
        }
        found.extend(
            letters
                .windows(size)
                .filter(|_| letters.len() > size)
                .map(|window| window.iter().collect::<String>()),
        );
    }
    found
}

/// Neighbouring stems.
pub(crate) fn pairs(stems: &[String]) -> Vec<String> {
    stems.windows(2).map(|pair| pair.join(" ")).collect()
}

/// A Latin letter without its mark.
fn bare(letter: char) -> char {
    match letter {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => 'e',
        'ì'..='ï' | 'ī' | 'į' => 'i',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ś' | 'š' | 'ş' => 's',
        'ź' | 'ż' | 'ž' => 'z',
        'ł' => 'l',
        'ř' => 'r',
        'ť' => 't',
        'ğ' => 'g',
        other => other,
    }
}

/// Porter's stem of a word.
pub(crate) fn stem(word: &str) -> String {
    if word.len() <= 2 || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return word.to_owned();
    }
    let mut word = Word(word.as_bytes().to_vec());
    word.plurals();
    word.past_and_progressive();
    if word.ends("y") && word.has_vowel(1) {
        word.replace(1, "i");
    }
    word.first_of(&STEP_2, 0);
    word.first_of(&STEP_3, 0);
    word.step_4();
    word.step_5();
    String::from_utf8(word.0).unwrap_or_default()
}

const STEP_2: [(&str, &str); 20] = [
    ("ational", "ate"),
    ("tional", "tion"),
    ("enci", "ence"),
    ("anci", "ance"),
    ("izer", "ize"),
    ("abli", "able"),
    ("alli", "al"),
    ("entli", "ent"),
    ("eli", "e"),
    ("ousli", "ous"),
    ("ization", "ize"),
    ("ation", "ate"),
    ("ator", "ate"),
    ("alism", "al"),
    ("iveness", "ive"),
    ("fulness", "ful"),
    ("ousness", "ous"),
    ("aliti", "al"),
    ("iviti", "ive"),
    ("biliti", "ble"),
];

const STEP_3: [(&str, &str); 7] = [
    ("icate", "ic"),
    ("ative", ""),
    ("alize", "al"),
    ("iciti", "ic"),
    ("ical", "ic"),
    ("ful", ""),
    ("ness", ""),
];

const STEP_4: [&str; 19] = [
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou",
    "ism", "ate", "iti", "ous", "ive", "ize",
];

struct Word(Vec<u8>);

impl Word {
    fn ends(&self, ending: &str) -> bool {
        self.0.ends_with(ending.as_bytes())
    }

    fn replace(&mut self, length: usize, by: &str) {
        self.0.truncate(self.0.len() - length);
        self.0.extend(by.bytes());
    }

    fn is_consonant(&self, at: usize) -> bool {
        match self.0[at] {
            b'a' | b'e' | b'i' | b'o' | b'u' => false,
            b'y' => at == 0 || !self.is_consonant(at - 1),
            _ => true,
        }
    }

    fn has_vowel(&self, ending: usize) -> bool {
        (0..self.0.len() - ending).any(|at| !self.is_consonant(at))
    }

    /// How often a consonant follows a vowel before the ending.
    fn measure(&self, ending: usize) -> usize {
        let end = self.0.len() - ending;
        (1..end)
            .filter(|at| self.is_consonant(*at) && !self.is_consonant(at - 1))
            .count()
    }

    fn ends_double(&self) -> bool {
        let length = self.0.len();
        length > 1 && self.0[length - 1] == self.0[length - 2] && self.is_consonant(length - 1)
    }

    /// Consonant, vowel, consonant, the last of which is none of w, x, y.
    fn ends_short(&self, ending: usize) -> bool {
        let length = self.0.len() - ending;
        length > 2
            && self.is_consonant(length - 3)
            && !self.is_consonant(length - 2)
            && self.is_consonant(length - 1)
            && !b"wxy".contains(&self.0[length - 1])
    }

    fn plurals(&mut self) {
        if self.ends("sses") || self.ends("ies") {
            self.replace(2, "");
        } else if self.ends("s") && !self.ends("ss") {
            self.replace(1, "");
        }
    }

    fn past_and_progressive(&mut self) {
        if self.ends("eed") {
            if self.measure(3) > 0 {
                self.replace(1, "");
            }
            return;
        }
        let length = match () {
            () if self.ends("ed") && self.has_vowel(2) => 2,
            () if self.ends("ing") && self.has_vowel(3) => 3,
            () => return,
        };
        self.replace(length, "");
        if self.ends("at") || self.ends("bl") || self.ends("iz") {
            self.replace(0, "e");
        } else if self.ends_double() && !self.ends("l") && !self.ends("s") && !self.ends("z") {
            self.replace(1, "");
        } else if self.measure(0) == 1 && self.ends_short(0) {
            self.replace(0, "e");
        }
    }

    /// Replaces the first ending that fits and leaves more than `least` measures.
    fn first_of(&mut self, endings: &[(&str, &str)], least: usize) {
        let found = endings.iter().find(|(ending, _)| self.ends(ending));
        if let Some((ending, by)) = found
            && self.measure(ending.len()) > least
        {
            self.replace(ending.len(), by);
        }
    }

    fn step_4(&mut self) {
        let longest = STEP_4
            .iter()
            .filter(|ending| self.ends(ending))
            .max_by_key(|ending| ending.len());
        let Some(ending) = longest else {
            return;
        };
        let length = self.0.len();
        let after_s_or_t = || length > 3 && b"st".contains(&self.0[length - 4]);
        if self.measure(ending.len()) > 1 && (*ending != "ion" || after_s_or_t()) {
            self.replace(ending.len(), "");
        }
    }

    fn step_5(&mut self) {
        if self.ends("e") {
            let measure = self.measure(1);
            if measure > 1 || measure == 1 && !self.ends_short(1) {
                self.replace(1, "");
            }
        }
        if self.ends("ll") && self.measure(0) > 1 {
            self.replace(1, "");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_are_those_of_the_paper() {
        for (word, expect) in [
            ("caresses", "caress"),
            ("ponies", "poni"),
            ("agreed", "agre"),
            ("plastered", "plaster"),
            ("motoring", "motor"),
            ("sing", "sing"),
            ("conflated", "conflat"),
            ("hopping", "hop"),
            ("falling", "fall"),
            ("filing", "file"),
            ("happy", "happi"),
            ("relational", "relat"),
            ("operator", "oper"),
            ("formaliti", "formal"),
            ("electrical", "electr"),
            ("adjustment", "adjust"),
            ("adoption", "adopt"),
            ("controlling", "control"),
            ("rate", "rate"),
        ] {
            assert_eq!(stem(word), expect, "{word}");
        }
    }

    #[test]
    fn words_of_every_script_are_words() {
        assert_eq!(words("L'opérateur, n° 3"), ["loperateur", "n", "3"]);
        assert_eq!(words("Οδηγώ φορτηγό"), ["οδηγώ", "φορτηγό"]);
        assert_eq!(stem("φορτηγό"), "φορτηγό");
    }

    #[test]
    fn pieces_know_where_a_word_begins_and_ends() {
        assert_eq!(pieces("weld it", 4), ["^wel", "weld", "eld$", "^it$"]);
    }
}
